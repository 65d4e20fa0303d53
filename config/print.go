package config

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"go.yaml.in/yaml/v3"
)

// WriteYAML writes every setting with where its value came from, by group, as a file that --config
// reads. The file's own name is a comment, because it cannot be in the file, and so are secrets.
func (c *Config) WriteYAML(w io.Writer, sources Sources) error {
	var out bytes.Buffer
	for _, group := range groups() {
		if out.Len() > 0 {
			out.WriteByte('\n')
		}
		fmt.Fprintf(&out, "# %s\n", group.title)
		for _, s := range group.settings {
			if err := c.writeSetting(&out, s, sources.Of(s.name)); err != nil {
				return err
			}
		}
	}
	_, err := w.Write(out.Bytes())
	return err
}

func (c *Config) writeSetting(out *bytes.Buffer, s setting, source string) error {
	value := yamlValue(s.value(c))
	value.LineComment = "# " + source
	line, err := yaml.Marshal(&yaml.Node{
		Kind:    yaml.MappingNode,
		Content: []*yaml.Node{{Kind: yaml.ScalarNode, Value: s.name}, value},
	})
	if err != nil {
		return fmt.Errorf("write setting %s: %w", s.name, err)
	}
	if isSecret(s.value(c)) || s.name == fileSetting {
		out.WriteString("# ")
	}
	out.Write(line)
	return nil
}

// yamlValue is a list or a scalar. Only a string can need quotes.
func yamlValue(value any) *yaml.Node {
	switch v := value.(type) {
	case []string:
		return yamlList(v)
	case []int:
		return yamlList(v)
	case []Secret:
		return yamlList(v)
	case Secret:
		return yamlValue(v.String())
	case string:
		node := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: v}
		if strings.ContainsAny(v, "\n\r") {
			node.Style = yaml.DoubleQuotedStyle // a block would have no place for the comment
		}
		return node
	default:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: spell(v)}
	}
}

func yamlList[T string | int | Secret](items []T) *yaml.Node {
	list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, item := range items {
		list.Content = append(list.Content, yamlValue(item))
	}
	return list
}

// WriteMarkdown writes the settings as a table for the README.
func WriteMarkdown(w io.Writer) error {
	var out bytes.Buffer
	out.WriteString("| setting | environment variable | default | meaning |\n|---|---|---|---|\n")
	for _, s := range settings() {
		initial := "`" + s.initial + "`"
		if s.initial == "" {
			initial = "empty"
		}
		fmt.Fprintf(&out, "| `%s` | `%s` | %s | %s |\n", s.name, s.env, initial, strings.ReplaceAll(s.help, "|", `\|`))
	}
	_, err := w.Write(out.Bytes())
	return err
}

// A group is the settings that are printed under one title.
type group struct {
	title    string
	settings []setting
}

// groups are the settings in their order, cut where the title changes.
func groups() []group {
	var all []group
	for _, s := range settings() {
		if n := len(all); n == 0 || all[n-1].title != s.group {
			all = append(all, group{title: s.group})
		}
		last := &all[len(all)-1]
		last.settings = append(last.settings, s)
	}
	return all
}

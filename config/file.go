package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/alecthomas/kong"
	"go.yaml.in/yaml/v3"
)

// fromFile reads the settings in a YAML file: one mapping of names to values. Values keep their
// spelling, and are parsed as those of flags are: `no` in a list is a word, 010 means what it means
// there.
func fromFile(path string) (map[string]given, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	root, err := parseYAML(data)
	if err != nil {
		return nil, fmt.Errorf("read settings: %s: %w", path, err)
	}
	found := make(map[string]given)
	var errs []error
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		where := fmt.Sprintf("%s:%d", path, key.Line)
		text, err := readEntry(key.Value, value, found)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", where, err))
			continue
		}
		found[key.Value] = given{text, "file " + where}
	}
	return found, errors.Join(errs...)
}

// parseYAML gives the mapping that is the one document of data; an empty one when there is none.
func parseYAML(data []byte) (*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var document yaml.Node
	err := decoder.Decode(&document)
	if errors.Is(err, io.EOF) {
		return &yaml.Node{Kind: yaml.MappingNode}, nil
	}
	if err != nil {
		return nil, err
	}
	root := document.Content[0]
	switch {
	case isNull(root):
		root = &yaml.Node{Kind: yaml.MappingNode}
	case root.Kind != yaml.MappingNode:
		return nil, fmt.Errorf("line %d: settings are lines of the form name: value", root.Line)
	}
	if err := decoder.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more than one YAML document, or something unreadable after the first")
	}
	return root, nil
}

// readEntry checks one key and gives the text of its value.
func readEntry(key string, value *yaml.Node, found map[string]given) (string, error) {
	s, known := settingNamed(key)
	if !known {
		return "", fmt.Errorf("%q is no setting%s", key, didYouMean(key, names(func(s setting) string { return s.name })))
	}
	if key == fileSetting {
		return "", fmt.Errorf("%s cannot be set in the file: use --%s or %s", key, key, s.env)
	}
	if before, twice := found[key]; twice {
		return "", fmt.Errorf("%s is set twice, first in %s", key, before.source)
	}
	text, err := nodeText(s, value)
	if err != nil {
		return "", fmt.Errorf("%s %w", key, err)
	}
	return text, nil
}

// nodeText is the value as a flag would have it.
func nodeText(s setting, node *yaml.Node) (string, error) {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	switch {
	case isNull(node):
		return "", errors.New(`has no value: write "" for empty`)
	case node.Kind == yaml.ScalarNode:
		return node.Value, nil
	case node.Kind == yaml.SequenceNode && s.list:
		return listText(node)
	case s.list:
		return "", errors.New("must be a list of words")
	default:
		return "", errors.New("must be a single value")
	}
}

func listText(node *yaml.Node) (string, error) {
	items := make([]string, 0, len(node.Content))
	for _, item := range node.Content {
		if item.Kind != yaml.ScalarNode || isNull(item) || strings.TrimSpace(item.Value) == "" {
			return "", errors.New("must be a list of words")
		}
		items = append(items, item.Value)
	}
	return kong.JoinEscaped(items, ','), nil
}

func isNull(node *yaml.Node) bool {
	return node.Kind == yaml.ScalarNode && node.ShortTag() == "!!null"
}

package main

import (
	"context"
	_ "embed"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"lightwell/docs/sheet"
	"lightwell/transform"
)

//go:embed page.html
var pageText string

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"spelled": spelled, "said": said, "size": size, "heading": heading,
}).Parse(pageText))

// section is a group of parameters on the page.
type section struct {
	Name   string
	Params []entry
}

// entry is a parameter on the page.
type entry struct {
	transform.ParamDoc
	Shots []shot
}

// writeGallery asks for all examples and writes the page.
func writeGallery(ctx context.Context, doors sheet.Doors, ids map[string]string, dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	shots, err := asker{doors, ids, dir}.all(ctx, known(transform.ParamDocs()))
	if err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(dir, "index.html"))
	if err != nil {
		return err
	}
	err = page.Execute(file, sections(transform.ParamDocs(), shots))
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	return err
}

// known are the examples of parameters that there are.
func known(docs []transform.ParamDoc) map[string][]example {
	list := map[string][]example{}
	for _, doc := range docs {
		list[doc.Name] = examples[doc.Name]
	}
	return list
}

// sections are the groups, each with its parameters in their order.
func sections(docs []transform.ParamDoc, shots map[string][]shot) []section {
	list := make([]section, len(groups))
	for i, group := range groups {
		list[i].Name = group
	}
	for _, doc := range docs {
		at := &list[slices.Index(groups, doc.Group)]
		at.Params = append(at.Params, entry{doc, shots[doc.Name]})
	}
	return list
}

// spelled is a URL with places where a line may break.
func spelled(url string) template.HTML {
	text := template.HTMLEscapeString(url)
	return template.HTML(strings.NewReplacer("&amp;", "&amp;<wbr>", ",", ",<wbr>", "%20", "%20<wbr>").Replace(text))
}

// inCode is what Markdown has between backticks.
var inCode = regexp.MustCompile("`([^`]+)`")

// said is what a parameter accepts.
func said(accepts string) template.HTML {
	return template.HTML(inCode.ReplaceAllString(template.HTMLEscapeString(accepts), "<code>$1</code>"))
}

// size is a number of bytes for a person.
func size(bytes int) string {
	if bytes < 1000 {
		return fmt.Sprintf("%d bytes", bytes)
	}
	return fmt.Sprintf("%.1f kB", float64(bytes)/1000)
}

// heading has a capital.
func heading(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

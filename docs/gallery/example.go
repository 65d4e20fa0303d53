package main

import (
	"fmt"
	"strings"

	"lightwell/link"
	"lightwell/transform"
)

// example is one URL of the page.
type example struct {
	of     string // the picture, "" for the canyon
	query  string // as it is written; {name} stands for the id of that picture
	accept string // the header, "" for none
	path   bool   // written in the path
	signed bool   // with a signature
	wrong  bool   // a mistake, which is answered by a problem
}

func (e example) source() string {
	if e.of == "" {
		return canyon
	}
	return e.of
}

// as are examples of the canyon.
func as(queries ...string) (list []example) {
	for _, query := range queries {
		list = append(list, example{query: query})
	}
	return list
}

// vary are examples that have different values of one parameter, beside others that stay.
func vary(others, name string, values ...string) []example {
	var queries []string
	for _, value := range values {
		queries = append(queries, strings.TrimPrefix(others+"&"+name+"="+value, "&"))
	}
	return as(queries...)
}

// of are the same of another picture.
func of(source string, list []example) []example {
	return with(list, func(e *example) { e.of = source })
}

// inPath are the same in the path.
func inPath(list []example) []example { return with(list, func(e *example) { e.path = true }) }

// wrong are mistakes.
func wrong(queries ...string) []example {
	return with(as(queries...), func(e *example) { e.wrong = true })
}

// accepting are the same for a client that accepts something.
func accepting(accept string, list []example) []example {
	return with(list, func(e *example) { e.accept = accept })
}

func signed(list []example) []example { return with(list, func(e *example) { e.signed = true }) }

func with(list []example, change func(*example)) []example {
	for i := range list {
		change(&list[i])
	}
	return list
}

// pairs are the parameters, without a signature.
func (e example) pairs(ids map[string]string) ([]link.Pair, error) {
	parsed, err := transform.QueryPairs(filled(e.query, ids))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.query, err)
	}
	var list []link.Pair
	for _, p := range parsed {
		list = append(list, link.Pair(p))
	}
	return list, nil
}

// url is what is asked of the images' door.
func (e example) url(ids map[string]string) (string, error) {
	id := ids[e.source()]
	switch {
	case e.path || e.signed:
		pairs, err := e.pairs(ids)
		b := link.Builder{Path: e.path}
		if e.signed {
			b.Key = key
		}
		return b.URL(id, pairs...), err
	default:
		return link.ImagePath(id) + "?" + filled(e.query, ids), nil
	}
}

// filled has ids in place of the names in braces.
func filled(query string, ids map[string]string) string {
	for name, id := range ids {
		query = strings.ReplaceAll(query, "{"+name+"}", id)
	}
	return query
}

package main

import (
	"fmt"
	"reflect"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"
)

// shape compares a node with the type that it is decoded into: unknown keys, and values of the
// wrong kind.
func (f *faults) shape(n *yaml.Node, t reflect.Type, where string) {
	if n = deref(n); n.Tag == "!!null" {
		return
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t == reflect.TypeFor[time.Duration]():
		if n.Kind != yaml.ScalarNode {
			f.add(n.Line, "%s is to be a duration, like 6h", where)
		} else if _, err := parseDuration(n.Value); err != nil {
			f.add(n.Line, "%s: %v", where, err)
		}
	case t.Kind() == reflect.Struct:
		if n.Kind != yaml.MappingNode {
			f.add(n.Line, "%s is to hold keys with values", orFile(where))
			return
		}
		known := f.keysOf(t)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			ft, ok := known.types[key.Value]
			switch {
			case !ok:
				f.add(key.Line, "unknown key %q in %s%s", key.Value, orFile(where), didYouMean(key.Value, known.names))
			case twice(n, i):
				f.add(key.Line, "key %q stands twice in %s", key.Value, orFile(where))
			default:
				f.shape(value, ft, join(where, key.Value))
			}
		}
	case t.Kind() == reflect.Slice:
		if n.Kind != yaml.SequenceNode {
			f.add(n.Line, "%s is to be a list", where)
			return
		}
		for i, e := range n.Content {
			f.shape(e, t.Elem(), where+" "+nameOf(e, i+1))
		}
	default:
		f.scalar(n, t, where)
	}
}

// keys are what a struct may hold.
type keys struct {
	types map[string]reflect.Type
	names []string
}

func (f *faults) keysOf(t reflect.Type) keys {
	if k, ok := f.keys[t]; ok {
		return k
	}
	k := keys{types: map[string]reflect.Type{}}
	for i := range t.NumField() {
		if tag := t.Field(i).Tag.Get("mapstructure"); tag != "" && tag != "-" {
			k.types[tag] = t.Field(i).Type
			k.names = append(k.names, tag)
		}
	}
	if f.keys == nil {
		f.keys = map[reflect.Type]keys{}
	}
	f.keys[t] = k
	return k
}

// twice reports that the key at a place of a mapping stands before it too.
func twice(n *yaml.Node, at int) bool {
	for i := 0; i < at; i += 2 {
		if n.Content[i].Value == n.Content[at].Value {
			return true
		}
	}
	return false
}

func (f *faults) scalar(n *yaml.Node, t reflect.Type, where string) {
	if n.Kind != yaml.ScalarNode {
		f.add(n.Line, "%s is to be one value", where)
		return
	}
	switch t.Kind() {
	case reflect.Bool:
		if n.Tag != "!!bool" {
			f.add(n.Line, "%s: %q is to be true or false", where, n.Value)
		}
	case reflect.Int:
		if n.Tag != "!!int" {
			f.add(n.Line, "%s: %q is to be a whole number", where, n.Value)
		}
	case reflect.Float64:
		if n.Tag != "!!int" && n.Tag != "!!float" {
			f.add(n.Line, "%s: %q is to be a number", where, n.Value)
		}
	case reflect.String:
		if n.Tag != "!!str" {
			f.add(n.Line, "%s: write it in quotes: %q", where, n.Value)
		}
	}
}

func orFile(where string) string {
	if where == "" {
		return "the file"
	}
	return where
}

func join(where, key string) string {
	if where == "" {
		return key
	}
	return where + ": " + key
}

// nameOf names an element of a list: by its name, else by its number.
func nameOf(n *yaml.Node, number int) string {
	if v := child(n, "name"); v != nil && v.Value != "" {
		return strconv.Quote(v.Value)
	}
	return strconv.Itoa(number)
}

// child returns the value of a key, nil where there is none.
func child(n *yaml.Node, key string) *yaml.Node {
	n = deref(n)
	for i := 0; n != nil && n.Kind == yaml.MappingNode && i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return deref(n.Content[i+1])
		}
	}
	return nil
}

// deref follows aliases to what they stand for.
func deref(n *yaml.Node) *yaml.Node {
	for n != nil && n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

// didYouMean suggests the nearest name, if one is near.
func didYouMean(s string, names []string) string {
	best, distance := "", max(1, len(s)/3)+1
	for _, n := range names {
		if d := edits(s, n); d < distance {
			best, distance = n, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %q?)", best)
}

// edits is the distance of Damerau and Levenshtein (adjacent transposition counts one).
func edits(a, b string) int {
	prev2, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(b)]
}

// line is where a key of a node stands, or the node itself.
func line(n *yaml.Node, key string) int {
	if v := child(n, key); v != nil {
		return v.Line
	}
	if n != nil {
		return n.Line
	}
	return 1
}

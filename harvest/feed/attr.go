package feed

import (
	"bytes"
	"html"
	"strings"
)

func lower(s string) string { return strings.ToLower(strings.TrimSpace(s)) }

// attribute finds the value of an attribute in the source of a tag; -1: there is none.
func attribute(source []byte, name string) (from, to int) {
	i := 1
	for i < len(source) && source[i] > ' ' && source[i] != '>' {
		i++
	}
	for i < len(source) {
		for i < len(source) && (source[i] <= ' ' || source[i] == '/') {
			i++
		}
		key := i
		for i < len(source) && source[i] > ' ' && source[i] != '=' && source[i] != '>' {
			i++
		}
		end := i
		for i < len(source) && source[i] <= ' ' {
			i++
		}
		if i >= len(source) || source[i] != '=' {
			if i == key { // ">"
				break
			}
			continue
		}
		for i++; i < len(source) && source[i] <= ' '; i++ {
		}
		if i >= len(source) {
			break
		}
		from, to = i, i
		if q := source[i]; q == '"' || q == '\'' {
			from++
			n := bytes.IndexByte(source[from:], q)
			if n < 0 {
				break
			}
			to = from + n
			i = to + 1
		} else {
			for to < len(source) && source[to] > ' ' && source[to] != '>' {
				to++
			}
			i = to
		}
		if bytes.EqualFold(source[key:end], []byte(name)) {
			return from, to
		}
	}
	return -1, -1
}

// value is the value of an attribute in the source of a tag, or "".
func value(source []byte, name string) string {
	from, to := attribute(source, name)
	if from < 0 {
		return ""
	}
	return strings.TrimSpace(html.UnescapeString(string(source[from:to])))
}

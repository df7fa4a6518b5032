package search

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	"wiredesk/harvest/feed"
	"wiredesk/store/plain"
)

// object is one JSON object. Its fields are read without trust: what has another type is absent.
type object map[string]any

func (o object) has(names ...string) bool {
	for _, n := range names {
		if _, ok := o[n]; !ok {
			return false
		}
	}
	return true
}

// text is the first of these fields that is a text that is not empty, or a number.
func (o object) text(names ...string) string {
	for _, n := range names {
		switch v := o[n].(type) {
		case string:
			if strings.TrimSpace(v) != "" {
				return v
			}
		case json.Number:
			return v.String()
		}
	}
	return ""
}

// str is text as one clean line.
func (o object) str(names ...string) string { return plain.Line(o.text(names...)) }

func (o object) is(name string) bool {
	b, _ := o[name].(bool)
	return b
}

func (o object) obj(name string) object {
	m, _ := o[name].(map[string]any)
	return m
}

func (o object) num(names ...string) int {
	for _, n := range names {
		if v, ok := o[n].(json.Number); ok {
			if f, err := v.Float64(); err == nil && f > -1e9 && f < 1e9 {
				return int(f)
			}
		}
	}
	return 0
}

// time is the first of these fields that names an instant, as a text or in seconds since 1970.
func (o object) time(names ...string) time.Time {
	for _, n := range names {
		s := o.text(n)
		if s == "" {
			continue
		}
		if sec, err := strconv.ParseFloat(s, 64); err == nil {
			if sec > 1e11 {
				sec /= 1000 // milliseconds
			}
			if sec > 1e8 && sec < 1e11 { // 1973 to 5138
				return time.Unix(int64(sec), 0).UTC()
			}
			continue
		}
		if t := feed.Date(s, nil); !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// words are labels: texts, or objects with a name.
func (o object) words(names ...string) []string {
	var out []string
	for _, n := range names {
		list, _ := o[n].([]any)
		for _, v := range list {
			s, _ := v.(string)
			if m, ok := v.(map[string]any); ok {
				s = object(m).str("name", "title")
			}
			if s = plain.Cut(plain.Line(s), 100); s != "" && len(out) < maxLabels {
				out = append(out, s)
			}
		}
	}
	return out
}

// names are the fields in a fixed order: those that usually hold the results first.
func (o object) names() []string {
	var out []string
	usual := []string{"results", "items", "data", "hits", "entries", "articles", "posts", "stories", "children", "records", "documents", "response"}
	for _, n := range usual {
		if o.has(n) {
			out = append(out, n)
		}
	}
	rest := make([]string, 0, len(o))
	for n := range o {
		if !slices.Contains(usual, n) {
			rest = append(rest, n)
		}
	}
	slices.Sort(rest)
	return append(out, rest...)
}

package main

import (
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"wiredesk/harvest"
	"wiredesk/store/link"
)

// A key is one key of a source that says something, in the order of harvest.Source. The same list
// makes a line of feeds.yaml and the attributes of an OPML outline.
type key struct {
	name  string
	value any // string, bool, int, float64, []string, or time.Duration
}

// keysOf returns what feeds.yaml has to say of a source: defaults are left out.
func keysOf(s harvest.Source) []key {
	if s.Match == "topic" && s.Kind != harvest.KindReleases || s.Match == "all" && s.Kind == harvest.KindReleases {
		s.Match = ""
	}
	var out []key
	v := reflect.ValueOf(s)
	for i := range v.NumField() {
		name := v.Type().Field(i).Tag.Get("mapstructure")
		field := v.Field(i)
		if name == "-" || field.IsZero() || field.Kind() == reflect.Slice && field.Len() == 0 {
			continue
		}
		out = append(out, key{name, reflect.Indirect(field).Interface()})
	}
	return out
}

// setKey sets a key of a source from the text of an attribute. The error says what is wrong.
func setKey(s *harvest.Source, name, text string) error {
	v := reflect.ValueOf(s).Elem()
	for i := range v.NumField() {
		if tag := v.Type().Field(i).Tag.Get("mapstructure"); tag != name || tag == "-" {
			continue
		}
		field := v.Field(i)
		if field.Kind() == reflect.Pointer {
			field.Set(reflect.New(field.Type().Elem()))
			field = field.Elem()
		}
		var err error
		switch to := field.Addr().Interface().(type) {
		case *string:
			*to = text
		case *time.Duration:
			*to, err = parseDuration(text)
		case *bool:
			*to, err = strconv.ParseBool(text)
		case *int:
			*to, err = strconv.Atoi(text)
		case *float64:
			if *to, err = strconv.ParseFloat(text, 64); math.IsNaN(*to) || math.IsInf(*to, 0) {
				err = strconv.ErrRange
			}
		case *[]string:
			err = json.Unmarshal([]byte(text), to)
		default:
			err = fmt.Errorf("it cannot be written in an attribute")
		}
		if err != nil {
			return fmt.Errorf("%s: %q is no value for it", name, text)
		}
		return nil
	}
	return fmt.Errorf("unknown key %q", name)
}

// text writes a value as an attribute holds it.
func (k key) text() string {
	switch v := k.value.(type) {
	case string:
		return v
	case time.Duration:
		return durationText(v)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case []string:
		return toJSON(v)
	default:
		return fmt.Sprint(v)
	}
}

// toJSON writes a list of texts on one line.
func toJSON(all []string) string {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(all) // strings always encode
	return strings.TrimSpace(b.String())
}

// durationText writes a duration as feeds.yaml does, in the largest units that fit: 90m, 14d.
func durationText(d time.Duration) string {
	for _, u := range []struct {
		unit time.Duration
		name string
	}{{7 * 24 * time.Hour, "w"}, {24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "m"}, {time.Second, "s"}} {
		if d%u.unit == 0 && (u.name != "d" || d != 24*time.Hour) {
			return strconv.FormatInt(int64(d/u.unit), 10) + u.name
		}
	}
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + "s"
}

// node is the source as YAML. All texts are in quotes, so that none can be taken for anything
// else; the encoder escapes them.
func nodeOf(s harvest.Source) *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map", Style: yaml.FlowStyle}
	quoted := func(text string) *yaml.Node {
		return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Style: yaml.DoubleQuotedStyle, Value: text}
	}
	for _, k := range keysOf(s) {
		value := &yaml.Node{Kind: yaml.ScalarNode, Value: k.text()}
		switch v := k.value.(type) {
		case string:
			if k.name != "kind" && k.name != "match" {
				value = quoted(v)
			}
		case []string:
			value = &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq", Style: yaml.FlowStyle}
			for _, text := range v {
				value.Content = append(value.Content, quoted(text))
			}
		}
		n.Content = append(n.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: k.name}, value)
	}
	return n
}

// lineOf is the source as a line of feeds.yaml writes it, between braces.
func lineOf(s harvest.Source) (string, error) {
	b, err := yaml.Marshal(nodeOf(s))
	if err != nil {
		return "", err
	}
	text := strings.TrimSuffix(string(b), "\n")
	if strings.ContainsAny(text, "\r\n") {
		return "", fmt.Errorf("source %q does not fit on a line", s.Name)
	}
	return text, nil
}

// faultOf checks one source as feeds.yaml would be, from its folder; "" when all is well.
func faultOf(s harvest.Source, dir string) string {
	text, err := lineOf(s)
	var doc yaml.Node
	if err == nil {
		err = yaml.Unmarshal([]byte(text), &doc)
	}
	if err != nil || len(doc.Content) == 0 {
		return "it cannot be written into feeds.yaml"
	}
	f := &faults{file: "it"}
	n := doc.Content[0]
	f.shape(n, reflect.TypeFor[harvest.Source](), "")
	c := defaults()
	c.dir = dir
	c.Newsletter.Publication.Zone = time.UTC
	c.Sources = []harvest.Source{s}
	f.sources(&c, &yaml.Node{Kind: yaml.SequenceNode, Content: []*yaml.Node{n}})
	if u, err := url.Parse(s.URL); err == nil && u.User != nil {
		f.add(0, "url: it holds a password; take it out, and put it into headers")
	}
	if len(f.all) == 0 {
		return ""
	}
	_, wrong, _ := strings.Cut(f.all[0].text, ": ") // behind file and line
	return strings.TrimPrefix(wrong, "source "+strconv.Quote(s.Name)+": ")
}

// sameSource is equal for two sources that ask the same address for the same things.
func sameSource(s harvest.Source) string {
	address := s.URL
	if clean, err := link.Clean(s.URL, ""); err == nil {
		address = link.Canonical(clean)
	}
	return strings.Join([]string{address, s.Query, toJSON(s.Include), toJSON(s.Exclude)}, "\n")
}

// freeName returns name, or the first of "name 2", "name 3", … that is not taken.
func freeName(name string, taken map[string]bool) string {
	free := name
	for n := 2; taken[free]; n++ {
		if n == 50 { // thousands of one name: more than all that are taken is free
			n = len(taken)
		}
		free = fmt.Sprintf("%s %d", name, n)
	}
	return free
}

package issue

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// FrontMatter is the YAML before the markdown.
type FrontMatter struct {
	Span   Span // with the marks; empty: there is none
	Fields []Field
	Faults []Fault
}

// Field is a key of the front matter with a plain value.
type Field struct {
	Key, Value string
	Line       int
}

// Fault is something in a file that could not be read as it was meant.
type Fault struct {
	Line    int
	Message string
}

// Get returns the value of a key, whatever its case, and its line; "" where there is none.
func (f FrontMatter) Get(keys ...string) (value string, line int) {
	for _, key := range keys {
		for _, field := range f.Fields {
			if strings.EqualFold(field.Key, key) {
				return field.Value, field.Line
			}
		}
	}
	return "", 0
}

// maxFrontMatter is how many lines front matter may have: a rule ("---") further down is the end of
// something else.
const maxFrontMatter = 100

var (
	yamlLine = regexp.MustCompile(`^\s*([A-Za-z][\w -]*:(\s|$)|- |#|$)|^\s+\S`)
	yamlErr  = regexp.MustCompile(`line (\d+): `)
)

// readFrontMatter finds the front matter at the head of a file: what stands between two lines of
// dashes and looks like YAML. It need not be valid.
func readFrontMatter(src []byte, start int) FrontMatter {
	var f FrontMatter
	lines := bytes.SplitAfterN(src[start:], []byte("\n"), maxFrontMatter+1)
	i := 0
	for i < len(lines) && len(bytes.TrimSpace(lines[i])) == 0 {
		i++
	}
	if i >= len(lines) || !dashes(lines[i], 2) {
		return f
	}
	first, end := i, 0
	for _, line := range lines[:i+1] {
		end += len(line)
	}
	var text []byte
	for i++; ; i++ {
		if i >= len(lines) || len(lines) == maxFrontMatter+1 && i == maxFrontMatter {
			return f
		}
		end += len(lines[i])
		if dashes(lines[i], 3) || string(bytes.TrimSpace(lines[i])) == "..." {
			break
		}
		if !yamlLine.Match(bytes.TrimRight(lines[i], "\r\n")) {
			return f
		}
		text = append(text, lines[i]...)
	}
	f.Span = Span{start, start + end}
	if !dashes(lines[first], 3) {
		f.Faults = append(f.Faults, Fault{first + 1, `front matter begins with "` + strings.TrimSpace(string(lines[first])) + `", which other readers take for text; write "---"`})
	}
	f.parse(text, first+1)
	return f
}

// dashes reports that a line is made of dashes, at least n and at most n+1.
func dashes(line []byte, n int) bool {
	line = bytes.TrimRight(line, " \t\r\n")
	return len(line) >= n && len(line) <= n+1 && len(bytes.Trim(line, "-")) == 0
}

// parse reads the fields; before is the number of lines before the text. Where YAML rejects it,
// each line "key: value" counts.
func (f *FrontMatter) parse(text []byte, before int) {
	var doc yaml.Node
	if err := decode(text, &doc); err != nil {
		line, msg := before+1, err.Error()
		if m := yamlErr.FindStringSubmatchIndex(msg); m != nil {
			n, _ := strconv.Atoi(msg[m[2]:m[3]])
			line, msg = before+n, msg[m[1]:]
		}
		f.Faults = append(f.Faults, Fault{line, "front matter is no valid YAML (" + strings.TrimPrefix(msg, "yaml: ") + "); its lines were read one by one"})
		for i, line := range strings.Split(string(text), "\n") {
			key, value, ok := strings.Cut(line, ":")
			if ok && key == strings.TrimLeft(key, " \t-") {
				f.Fields = append(f.Fields, Field{key, strings.Trim(strings.TrimSpace(value), `"'`), before + i + 1})
			}
		}
		return
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return
	}
	pairs := doc.Content[0].Content
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1].Kind == yaml.ScalarNode {
			f.Fields = append(f.Fields, Field{pairs[i].Value, pairs[i+1].Value, before + pairs[i].Line})
		}
	}
}

// decode reads YAML; what the reader panics at is an error like others.
func decode(text []byte, doc *yaml.Node) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("yaml: %v", r)
		}
	}()
	err = yaml.Unmarshal(text, doc)
	var te *yaml.TypeError
	if errors.As(err, &te) {
		return nil
	}
	return err
}

package main

import (
	"bytes"
	"errors"
	"strings"

	"go.yaml.in/yaml/v3"

	"wiredesk/harvest"
)

// An addition is a source to be added to feeds.yaml, with a comment to stand above it in a list of
// lines; "" for none.
type addition struct {
	source  harvest.Source
	comment string
}

// insertSources returns the text of feeds.yaml with the sources added, in the style of its list.
func insertSources(text []byte, more []addition) ([]byte, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, err
	}
	eol := "\n"
	if i := bytes.IndexByte(text, '\n'); i > 0 && text[i-1] == '\r' {
		eol = "\r\n"
	}
	end := len(bytes.TrimRight(text, "\r\n"))
	if len(doc.Content) == 0 { // nothing but comments
		if len(text) == 0 {
			text = []byte(eol)
		}
		return insertLines(text, end, "", eol, "sources:", more)
	}
	root := doc.Content[0]
	if root.Kind != yaml.MappingNode {
		return nil, errors.New("it holds no keys")
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		name, list := root.Content[i], root.Content[i+1]
		if name.Value != "sources" {
			continue
		}
		to := len(text) // where what follows the list begins
		if i+2 < len(root.Content) {
			to = lineStart(text, root.Content[i+2].Line)
		}
		indent := strings.Repeat(" ", root.Column+1)
		switch {
		case list.Kind == yaml.AliasNode:
			return nil, errors.New("its list of sources stands elsewhere in the file")
		case list.Kind == yaml.SequenceNode && list.Style&yaml.FlowStyle == 0:
			first := text[lineStart(text, list.Content[0].Line):]
			if bare := bytes.TrimLeft(first, " "); bytes.HasPrefix(bare, []byte("-")) {
				indent = string(first[:len(first)-len(bare)])
			}
			return insertLines(text, contentEnd(text, lineStart(text, list.Line), to), indent, eol, "", more)
		case list.Kind == yaml.SequenceNode:
			from := lineStart(text, list.Line) + list.Column - 1
			return insertInBrackets(text, from, len(list.Content), indent, eol, more)
		case list.Tag == "!!null" && list.Value == "":
			return insertLines(text, contentEnd(text, lineStart(text, name.Line), lineStart(text, name.Line+1)), indent, eol, "", more)
		}
		return nil, errors.New("its sources are no list")
	}
	return insertLines(text, end, strings.Repeat(" ", root.Column-1), eol, "sources:", more)
}

// lineStart is the offset of a line, counted from 1; the end of the text where there is none.
func lineStart(text []byte, line int) int {
	at := 0
	for range line - 1 {
		i := bytes.IndexByte(text[at:], '\n')
		if i < 0 {
			return len(text)
		}
		at += i + 1
	}
	return at
}

// contentEnd is where the last line in text[from:to] ends that is neither empty, nor a comment, nor
// the end of the document; before its line break.
func contentEnd(text []byte, from, to int) int {
	end := from
	for at := from; at < to; {
		next := to
		if i := bytes.IndexByte(text[at:to], '\n'); i >= 0 {
			next = at + i + 1
		}
		line := bytes.TrimRight(text[at:next], "\r\n")
		bare := bytes.TrimSpace(line)
		if len(bare) > 0 && bare[0] != '#' && !bytes.Equal(line, []byte("...")) && !bytes.Equal(line, []byte("---")) {
			end = at + len(line)
		}
		at = next
	}
	return end
}

// insertLines adds lines behind the line that ends at an offset: first the key of the list, if
// named, then one line a source. What stood behind stays, down to a missing last line break.
func insertLines(text []byte, at int, indent, eol, list string, more []addition) ([]byte, error) {
	var b strings.Builder
	if at > 0 && text[at-1] != '\n' {
		b.WriteString(eol)
	}
	if list != "" {
		b.WriteString(indent + list + eol)
		indent += "  "
	}
	for i, m := range more {
		if i > 0 {
			b.WriteString(eol)
		}
		if m.comment != "" {
			b.WriteString(indent + "# " + m.comment + eol)
		}
		line, err := lineOf(m.source)
		if err != nil {
			return nil, err
		}
		b.WriteString(indent + "- " + line)
	}
	if at < len(text) && text[at] != '\r' && text[at] != '\n' {
		b.WriteString(eol)
	}
	return splice(text, at, at, b.String()), nil
}

func splice(text []byte, from, to int, with string) []byte {
	return append(append(append([]byte{}, text[:from]...), with...), text[to:]...)
}

// insertInBrackets adds sources to a list in brackets, which opens at an offset. An empty one on
// one line becomes a list of lines.
func insertInBrackets(text []byte, open, count int, indent, eol string, more []addition) ([]byte, error) {
	closing, last := bracketEnd(text, open)
	if closing < 0 {
		return nil, errors.New("the end of its list of sources was not found")
	}
	if count == 0 && len(bytes.TrimSpace(text[open+1:closing])) == 0 {
		line := len(text)
		if i := bytes.IndexAny(text[closing:], "\r\n"); i >= 0 {
			line = closing + i
		}
		behind := bytes.TrimLeft(text[closing+1:line], " \t")
		if len(behind) == 0 || behind[0] == '#' {
			rest := splice(text, open, closing+1, "")
			line -= closing + 1 - open
			for line > 0 && (rest[line-1] == ' ' || rest[line-1] == '\t') { // "sources: " has lost its list
				rest = splice(rest, line-1, line, "")
				line--
			}
			return insertLines(rest, line, indent, eol, "", more)
		}
	}
	apart := " "
	if bytes.ContainsRune(text[open:closing], '\n') { // one source a line
		from := bytes.LastIndexByte(text[:last], '\n') + 1
		before := text[from:last]
		apart = eol + string(before[:len(before)-len(bytes.TrimLeft(before, " \t"))])
	}
	comma := text[last-1] == ','
	var b strings.Builder
	for i, m := range more {
		if !comma && (count > 0 || i > 0) {
			b.WriteString(",")
		}
		if count > 0 || i > 0 {
			b.WriteString(apart)
		}
		line, err := lineOf(m.source)
		if err != nil {
			return nil, err
		}
		b.WriteString(line)
		if comma {
			b.WriteString(",")
		}
	}
	return splice(text, last, last, b.String()), nil
}

// bracketEnd finds the bracket that closes the one at an offset, and the end of what stands before
// it, comments and white space aside; -1: there is none. Quotes count where a value may begin.
func bracketEnd(text []byte, open int) (closing, last int) {
	depth := 0
	last = open
	for i := open; i < len(text); i++ {
		switch c := text[i]; {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			continue
		case c == '#' && i > 0 && bytes.IndexByte([]byte(" \t\r\n"), text[i-1]) >= 0:
			for i+1 < len(text) && text[i+1] != '\n' {
				i++
			}
			continue
		case (c == '"' || c == '\'') && bytes.IndexByte([]byte("[{,:"), text[last-1]) >= 0:
			for i++; i < len(text) && text[i] != c; i++ {
				if c == '"' && text[i] == '\\' {
					i++
				}
			}
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			if depth--; depth == 0 {
				return i, last
			}
		}
		last = min(i+1, len(text))
	}
	return -1, -1
}

package issue

import (
	"bytes"
	"fmt"
	"strings"
)

// whitespace finds lines that end in blanks which mean nothing, line endings of two kinds, and a file
// that does not end with one; each once, for one program made them all. Two blanks and more at the
// end of a line inside of a paragraph are a line break in markdown, and stay.
func (l *linter) whitespace() {
	want := l.d.newline()
	mixed, blank := -1, -1
	var trims []Edit
	hard := l.breaks()
	for i, start := range l.d.lines {
		end := len(l.d.src)
		if i+1 < len(l.d.lines) {
			end = l.d.lines[i+1]
		}
		line := l.d.src[start:end]
		text := bytes.TrimRight(line, "\r\n")
		if ending := line[len(text):]; len(ending) > 0 && string(ending) != want && mixed < 0 {
			mixed = start + len(text)
		}
		bare := bytes.TrimRight(text, " \t")
		if len(bare) == len(text) || hard[start] && len(bare) > 0 && strings.HasPrefix(string(text[len(bare):]), "  ") {
			continue
		}
		if blank < 0 {
			blank = start + len(bare)
		}
		trims = append(trims, Edit{Span{start + len(bare), start + len(text)}, ""})
	}
	switch len(trims) {
	case 0:
	case 1:
		l.find(blank, Note, "the line ends in blanks").fix("takes them off", trims...)
	default:
		l.find(blank, Note, fmt.Sprintf("%d lines end in blanks, this one first", len(trims))).fix("takes them off", trims...)
	}
	if mixed >= 0 {
		l.find(mixed, Warning, "lines end in two ways in this file").fix("gives all lines the ending of the first", l.endings(want)...)
	}
	if n := len(l.d.src); n > 0 && l.d.src[n-1] != '\n' {
		l.find(n, Warning, "the file does not end with a line ending").fix("adds one", Edit{Span{n, n}, "\n"})
	}
}

// endings are the edits that give every line the same ending.
func (l *linter) endings(want string) []Edit {
	var out []Edit
	for i, c := range l.d.src {
		if c != '\n' {
			continue
		}
		from := i
		if i > 0 && l.d.src[i-1] == '\r' {
			from--
		}
		if string(l.d.src[from:i+1]) != want {
			out = append(out, Edit{Span{from, i + 1}, "\n"}) // Apply writes the file's own
		}
	}
	return out
}

// breaks are the lines of paragraphs and quotes behind which another line of the same block comes.
func (l *linter) breaks() map[int]bool {
	out := map[int]bool{}
	for _, b := range l.d.Blocks {
		if b.Kind != ParagraphBlock && b.Kind != QuoteBlock && b.Kind != ListBlock && b.Kind != CodeBlock && b.Kind != HTMLBlock {
			continue
		}
		for i, start := range l.d.lines {
			if start >= b.Text.Start && i+1 < len(l.d.lines) && l.d.lines[i+1] < b.Text.End {
				out[start] = true
			}
		}
	}
	return out
}

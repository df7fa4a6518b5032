package maillist

import (
	"bytes"
	"regexp"
)

// go-mbox takes every line that begins with "From " for the beginning of a message, but many
// archives leave such lines in the text as they are. escapeFrom escapes those, so that a message
// costs none of its neighbours; go-mbox takes the escape off again.
func escapeFrom(body []byte) []byte {
	line, _ := cutLine(body)
	patches := gitPatch.Match(line) // a mailbox of patches, in which such a line is no pasted patch
	var out []byte
	keep, at := 0, 0
	for {
		i := bytes.Index(body[at:], []byte("\nFrom "))
		if i < 0 {
			break
		}
		at += i + 1
		if separates(body, at, patches) {
			continue
		}
		out = append(append(out, body[keep:at]...), '>')
		keep = at
	}
	if out == nil {
		return body
	}
	return append(out, body[keep:]...)
}

var (
	stamp     = regexp.MustCompile(`^From .*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*\b\d{1,2}:\d{2}\b`)
	oneWord   = regexp.MustCompile(`^From \S+\s*$`)
	gitPatch  = regexp.MustCompile(`^From [0-9a-f]{40} Mon Sep 17 00:00:00 2001`)
	field     = regexp.MustCompile(`^[!-9;-~]+:(?:[ \t\r]|$)`)
	nearField = regexp.MustCompile(`^[^\s:]{1,80}:`)
	known     = regexp.MustCompile(`(?i)^(?:from|subject|date|message-id|received|return-path|delivered-to|x-original-to)[ \t]*:`)
)

// separates reports that a "From " line begins a message: it names a day and a time, as they do,
// and headers follow it; or it is as short as it can be. Where no empty line stands before it, or
// it names no time, what follows must leave no doubt.
func separates(body []byte, at int, patches bool) bool {
	line, rest := cutLine(body[at:])
	before := bytes.TrimSuffix(body[:at-1], []byte("\r"))
	blank := len(before) == 0 || before[len(before)-1] == '\n'
	dated := stamp.Match(line)
	switch {
	case gitPatch.Match(line) && !patches:
		return false
	case dated && blank:
		return fields(rest, 1) > 0
	case dated || blank && oneWord.Match(line):
		return field.Match(firstLine(rest)) && fields(rest, 2) > 1 && headed(rest)
	}
	return false
}

// fields counts the header fields before the first empty line, up to most.
func fields(b []byte, most int) int {
	n := 0
	for lines := 0; n < most && lines < 100; lines++ {
		var line []byte
		if line, b = cutLine(b); len(bytes.TrimSpace(line)) == 0 {
			break
		}
		if field.Match(line) {
			n++
		}
	}
	return n
}

// headed reports that one of the fields before the first empty line is one that every mail has.
func headed(b []byte) bool {
	for lines := 0; lines < 200; lines++ {
		var line []byte
		if line, b = cutLine(b); len(bytes.TrimSpace(line)) == 0 {
			break
		}
		if known.Match(line) {
			return true
		}
	}
	return false
}

// cutLine parts the first line from the rest. Of a very long line only the beginning is looked at.
func cutLine(b []byte) (line, rest []byte) {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		i, rest = len(b), nil
	} else {
		rest = b[i+1:]
	}
	return b[:min(i, 1000)], rest
}

func firstLine(b []byte) []byte {
	line, _ := cutLine(b)
	return line
}

// mendHeader drops the lines of a header that are neither a field nor go on with one, so that a
// damaged line costs only itself. Where only such lines are left, the text begins without an
// empty line before it.
func mendHeader(raw []byte) []byte {
	const most = 512 << 10
	out := make([]byte, 0, len(raw)+2)
	kept := false
	for rest := raw; len(rest) > 0; {
		at := len(raw) - len(rest)
		i := bytes.IndexByte(rest, '\n') + 1
		if i == 0 {
			i = len(rest)
		}
		line := rest[:i]
		switch {
		case len(bytes.TrimRight(line, "\r\n")) == 0:
			return append(out, raw[at:]...)
		case field.Match(bytes.TrimRight(line, "\n")) && len(out) < most:
			out, kept = append(out, line...), true
		case line[0] == ' ' || line[0] == '\t':
			if kept && len(out) < most {
				out = append(out, line...)
			}
		case fields(rest, 1) == 0 && !nearField.Match(line):
			return append(append(out, '\n'), raw[at:]...)
		default:
			kept = false
		}
		rest = rest[i:]
	}
	return append(out, '\n')
}

package maillist

import (
	"bufio"
	"bytes"
	"io"
	"strings"

	"github.com/emersion/go-mbox"

	"wiredesk/harvest/pattern"
)

// extent is where a message lies in a mailbox: from the end of its "From " line on.
type extent struct{ from, to int }

// split finds the messages of a mailbox, up to most of them. Many archives leave lines that begin
// with "From " in the text as they are, so that not each of them begins a message.
func split(body []byte, most int) []extent {
	s := splitter{body: body, patches: gitPatch().Match(firstLine(body))}
	spans := []extent{s.after(0)}
	for at := 0; ; {
		i := bytes.Index(body[at:], []byte("\nFrom "))
		if i < 0 {
			return spans
		}
		at += i + 1
		if s.separates(at) {
			spans[len(spans)-1].to = at
			if len(spans) == most {
				return spans
			}
			spans = append(spans, s.after(at))
		}
	}
}

// splitter tells "From " lines from one another, asked in their order.
type splitter struct {
	body    []byte
	patches bool // a mailbox of patches, in which the "From " line of one is no pasted text
	bare    int  // where headed stopped to look: a line is looked at once
}

// after is what follows the line at at, up to the end of the mailbox.
func (s *splitter) after(at int) extent {
	if i := bytes.IndexByte(s.body[at:], '\n'); i >= 0 {
		return extent{at + i, len(s.body)}
	}
	return extent{len(s.body), len(s.body)}
}

// box hands out the messages of a mailbox one by one, in one piece of memory.
type box struct {
	body  []byte // a mailbox, or a message as it stands
	lines *bufio.Reader
	raw   bytes.Buffer
}

func newBox(body []byte) *box { return &box{body: body, lines: bufio.NewReaderSize(nil, 16<<10)} }

// read is a message as go-mbox reads it, which takes off what escapes a "From " line in its text;
// those that nothing escapes are escaped first. It is valid up to the next call. cut: it is longer
// than maxMessage.
func (b *box) read(at extent) (raw []byte, cut bool) {
	if !bytes.HasPrefix(b.body, []byte("From ")) {
		return b.body[:min(len(b.body), maxMessage)], false
	}
	text := b.body[at.from:min(at.to, at.from+2*maxMessage)]
	if bytes.Contains(text, []byte("\nFrom ")) {
		text = bytes.ReplaceAll(text, []byte("\nFrom "), []byte("\n>From "))
	}
	b.lines.Reset(io.MultiReader(strings.NewReader("From "), bytes.NewReader(text)))
	b.raw.Reset()
	part, err := mbox.NewReader(b.lines).NextMessage()
	if err != nil { // a mailbox that ends in a "From " line
		return nil, false
	}
	_, _ = b.raw.ReadFrom(io.LimitReader(part, maxMessage+1)) // from memory
	raw = b.raw.Bytes()
	return raw[:min(len(raw), maxMessage)], len(raw) > maxMessage
}

var (
	stamp     = pattern.New(`^From .*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b.*\b\d{1,2}:\d{2}\b`)
	oneWord   = pattern.New(`^From \S+\s*$`)
	gitPatch  = pattern.New(`^From [0-9a-f]{40} Mon Sep 17 00:00:00 2001`)
	field     = pattern.New(`^[!-9;-~]+:(?:[ \t\r]|$)`)
	nearField = pattern.New(`^[^\s:]{1,80}:`)
	mailField = pattern.New(`(?i)^(?:from|subject|date|message-id|received|return-path|delivered-to|x-original-to)[ \t]*:`)
)

// separates reports that a "From " line begins a message: it names a day and a time, as they do,
// and headers follow it; or it is as short as it can be. Where no empty line stands before it, or
// it names no time, what follows must leave no doubt.
func (s *splitter) separates(at int) bool {
	line, rest := cutLine(s.body[at:])
	before := bytes.TrimSuffix(s.body[:at-1], []byte("\r"))
	blank := len(before) == 0 || before[len(before)-1] == '\n'
	switch {
	case blank && stamp().Match(line):
		return (s.patches || !gitPatch().Match(line)) && fields(rest, 1) > 0
	case blank && !oneWord().Match(line), !field().Match(firstLine(rest)), fields(rest, 2) < 2, !s.headed(len(s.body) - len(rest)):
		return false
	}
	return blank || stamp().Match(line) && (s.patches || !gitPatch().Match(line))
}

// headed reports that one of the fields before the first empty line from at on, near it, is one
// that every mail has.
func (s *splitter) headed(at int) bool {
	end := at + maxHead
	for at = max(at, s.bare); at < end; {
		s.bare = at
		line, rest := cutLine(s.body[at:])
		if len(bytes.TrimSpace(line)) == 0 {
			return false
		}
		if mailField().Match(line) {
			return true
		}
		at = len(s.body) - len(rest)
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
		if field().Match(line) {
			n++
		}
	}
	return n
}

// nextField is where the first header field begins before the first empty line; -1: there is none.
func nextField(b []byte) int {
	rest := b
	for lines := 0; lines < 100; lines++ {
		at := len(b) - len(rest)
		var line []byte
		if line, rest = cutLine(rest); len(bytes.TrimSpace(line)) == 0 {
			break
		}
		if field().Match(line) {
			return at
		}
	}
	return -1
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
	kept, ahead := false, -1 // ahead: where a field is known to follow
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
		case field().Match(bytes.TrimRight(line, "\n")) && len(out)+len(line) < most:
			out, kept = append(out, line...), true
		case line[0] == ' ' || line[0] == '\t':
			if kept && len(out)+len(line) < most {
				out = append(out, line...)
			}
		case at > ahead && !nearField().Match(line):
			if n := nextField(rest); n >= 0 {
				kept, ahead = false, at+n
				break
			}
			return append(append(out, '\n'), raw[at:]...)
		default:
			kept = false
		}
		rest = rest[i:]
	}
	return append(out, '\n')
}

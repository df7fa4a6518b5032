// Package plain turns untrusted text into text that is safe to show: in a terminal, in a log,
// in JSON, in a page and, after escaping, in markdown.
//
// It is an allow-list. What passes are the characters that Unicode calls graphic (letters, marks,
// numbers, punctuation, symbols) and the plain space; controls (C0, C1, DEL), formats (bidi
// marks, zero-width characters, tags), private use and unassigned code points are dropped, with
// the whole of a terminal escape sequence where one can be recognised. Every function is
// idempotent: f(f(s)) == f(s).
package plain

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks may follow one another: enough for every living
// script, too few to climb over the neighbouring lines ("zalgo").
const maxMarks = 3

// escapes matches a terminal's control sequences (ECMA-48: CSI; OSC, DCS, SOS, PM and APC up to
// their terminator), in their 7-bit and 8-bit forms, so that no "[31m" is left behind.
var escapes = regexp.MustCompile("(?:\x1b\\[|\u009b)[0-?]*[ -/]*[@-~]|(?:\x1b[\\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\x07\x1b\u009c]*(?:\x07|\x1b\\\\|\u009c)")

// Line returns s as one clean line: every run of white space is one space, nothing but graphic
// characters is left, the ends are trimmed. Bytes that are not UTF-8 are dropped.
func Line(s string) string {
	if clean(s) {
		return s
	}
	if strings.IndexByte(s, 0x1b) >= 0 || strings.IndexByte(s, 0xc2) >= 0 { // 8-bit controls begin with C2 in UTF-8
		s = escapes.ReplaceAllString(s, "")
	}
	var b strings.Builder
	b.Grow(len(s))
	space, marks := false, 0
	for i := 0; i < len(s); {
		r, size := rune(s[i]), ascii(s[i:]) // a word of ASCII is taken at once
		if size == 0 {
			if r, size = utf8.DecodeRuneInString(s[i:]); unicode.IsSpace(r) || r == '\u2028' || r == '\u2029' {
				space = true
				i += size
				continue
			}
		}
		char := s[i : i+size]
		i += size
		switch {
		case ' ' < r && r <= '~':
			marks = 0
		case r == utf8.RuneError && size == 1:
			continue
		case unicode.Is(unicode.M, r):
			if marks++; marks > maxMarks {
				continue
			}
		case !unicode.IsGraphic(r):
			continue
		default:
			marks = 0
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
		}
		space = false
		b.WriteString(char)
	}
	return b.String()
}

// ascii is how many bytes at the beginning of s are printable ASCII without a space.
func ascii(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] > '~' {
			return i
		}
	}
	return len(s)
}

// clean reports that s is printable ASCII without runs of spaces: by far the commonest case,
// which then costs no allocation.
func clean(s string) bool {
	last := byte(' ')
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c < ' ' || c > '~' || c == ' ' && last == ' ' {
			return false
		}
		last = c
	}
	return s == "" || last != ' '
}

// Text returns s as clean paragraphs: each is a Line, and one blank line stands between two.
// A paragraph ends at an empty line.
func Text(s string) string {
	if strings.IndexByte(s, '\r') >= 0 || strings.Contains(s, "\u2029") {
		s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2029", "\n\n").Replace(s)
	}
	if strings.IndexByte(s, '\n') < 0 {
		return Line(s)
	}
	var b strings.Builder
	from, to := 0, 0 // of the paragraph
	flush := func() {
		p := Line(s[from:to])
		if p != "" && b.Len() > 0 {
			b.WriteString("\n\n")
		}
		b.WriteString(p)
	}
	at := 0
	for line := range strings.Lines(s) {
		at += len(line)
		if strings.TrimSpace(line) == "" {
			flush()
			from = at
		}
		to = at
	}
	flush()
	return b.String()
}

// Cut returns s, or its beginning in at most n runes that end at a word and "…".
func Cut(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	end, runes := 0, 0
	for end = range s {
		if runes == max(n-1, 0) {
			break
		}
		runes++
	}
	cut := s[:end]
	if i := strings.LastIndexByte(cut, ' '); i > len(cut)*2/3 {
		cut = cut[:i]
	}
	return strings.TrimRight(cut, " ,;:–-") + "…"
}

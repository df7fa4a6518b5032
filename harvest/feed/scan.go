package feed

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"wiredesk/harvest/pattern"
)

// scanner walks over the tags of a document.
type scanner struct {
	b     []byte
	pos   int
	found [3]landmark // by kind; without these, searches would take the square of the length
}

// landmark is where the first of its kind behind from ends: "]]>", "-->", or a border of entries.
type landmark struct{ from, end int }

// tag is what next found; b[from:to] is its source.
type tag struct {
	name     []byte // as written, with its prefix
	from, to int
	end      bool // </name>
	empty    bool // <name/>
}

// next returns the next start or end tag, passing over comments, CDATA, declarations and
// processing instructions; false at the end, or where a construct is not closed.
func (s *scanner) next() (tag, bool) {
	for {
		i := bytes.IndexByte(s.b[s.pos:], '<')
		if i < 0 {
			return tag{}, false
		}
		from := s.pos + i
		rest := s.b[from:]
		var skip int
		switch {
		case bytes.HasPrefix(rest, []byte("<!--")):
			skip = s.section(from, "<!--", 1)
		case bytes.HasPrefix(rest, []byte(cdata)):
			skip = s.section(from, cdata, 0)
		case bytes.HasPrefix(rest, []byte("<?")):
			skip = after(rest, "?>")
		case bytes.HasPrefix(rest, []byte("<!")):
			skip = declaration(rest)
		case len(rest) > 1 && (rest[1] == '/' || isNameStart(rest[1])):
			t, ok := readTag(rest)
			if !ok {
				s.pos = len(s.b)
				return tag{}, false
			}
			t.from, t.to = from, from+t.to
			s.pos = t.to
			return t, true
		default: // a bare "<" in text
			s.pos = from + 1
			continue
		}
		if skip < 0 {
			s.pos = len(s.b)
			return tag{}, false
		}
		s.pos = from + skip
	}
}

const cdata = "<![CDATA["

func after(b []byte, end string) int {
	if i := bytes.Index(b, []byte(end)); i >= 0 {
		return i + len(end)
	}
	return -1
}

// section is the length of the comment or CDATA at a place. One that begins again before it ends,
// or does not end, and holds the border of two entries was never closed: it is then only its
// first bytes.
func (s *scanner) section(from int, begin string, kind int) int {
	end := s.landmark(kind, from)
	if end >= 0 && !bytes.Contains(s.b[from+len(begin):max(end, from+len(begin))], []byte(begin)) {
		return end - from
	}
	if b := s.landmark(2, from); b >= 0 && (end < 0 || b < end) {
		return len(begin)
	}
	return max(end-from, -1)
}

// landmark returns where the next of a kind ends; -1: there is none.
func (s *scanner) landmark(kind, from int) int {
	m := &s.found[kind]
	if m.end != 0 && m.from <= from && (m.end < 0 || m.end > from) {
		return m.end
	}
	m.from, m.end = from, -1
	if kind == 2 {
		if at := border().FindIndex(s.b[from:]); at != nil {
			m.end = from + at[1]
		}
	} else if n := after(s.b[from:], [2]string{"]]>", "-->"}[kind]); n >= 0 {
		m.end = from + n
	}
	return m.end
}

var border = pattern.New(`(?i)</(?:[\w.-]+:)?(item|entry)\s*>\s*<(?:[\w.-]+:)?(item|entry)[\s>]`)

// declaration is the length of <!DOCTYPE …>, with its internal subset.
func declaration(b []byte) int {
	depth := 0
	for i, c := range b {
		switch c {
		case '[':
			depth++
		case ']':
			depth--
		case '>':
			if depth <= 0 {
				return i + 1
			}
		}
	}
	return after(b, ">")
}

func isNameStart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80
}

var boundary = pattern.New(`(?i)</(?:[\w.-]+:)?(?:item|entry)\s*>`)

// readTag reads the tag at the start of b. A ">" inside quotes does not end it, but a quote that
// would swallow the border of an entry was never closed.
func readTag(b []byte) (tag, bool) {
	t, angle, ok := readQuoted(b, true)
	if ok && (!angle || !boundary().Match(b[1:t.to])) {
		return t, true
	}
	t, _, ok = readQuoted(b, false)
	return t, ok
}

// readQuoted reports too whether the tag holds another "<".
func readQuoted(b []byte, quotes bool) (t tag, angle, ok bool) {
	i := 1
	if b[i] == '/' {
		t.end, i = true, 2
	}
	j := i
	for j < len(b) && b[j] != '>' && b[j] != '/' && b[j] > ' ' {
		j++
	}
	t.name = b[i:j]
	var quote byte
	for ; j < len(b); j++ {
		switch c := b[j]; {
		case c == '<':
			angle = true
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && !t.end && quotes:
			quote = c
		case c == '>':
			t.empty = b[j-1] == '/'
			t.to = j + 1
			return t, angle, true
		}
	}
	return t, angle, false
}

// local is a name without its prefix.
func local(name []byte) string {
	if i := bytes.LastIndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	return strings.ToLower(string(name))
}

// isEntry reports that a name is that of an entry: item or entry, with any prefix.
func isEntry(name []byte) bool {
	if i := bytes.LastIndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	return len(name) == 4 && bytes.EqualFold(name, []byte("item")) || len(name) == 5 && bytes.EqualFold(name, []byte("entry"))
}

// closed is how an entry ends.
type closed struct {
	to    int
	whole bool
	tidy  bool // every tag in it is closed, in order
}

var errDeep = fmt.Errorf("elements nested more than %d deep", maxNested)

// entry goes to the end of the entry that t began. Entries can lie within one another (a repeated
// post); but if the element around them, parent, ends before this one, this one was never closed,
// and the next begins where it seemed to hold one.
func (s *scanner) entry(t tag, parent []byte) (closed, error) {
	open := [][]byte{t.name}
	inner, within := -1, 0 // where the first entry inside it begins, and how many do
	tidy := true
	for {
		u, ok := s.next()
		ends := !ok || u.end && bytes.Equal(u.name, parent) && !contains(open, u.name)
		same := ok && bytes.Equal(u.name, t.name)
		if same && !u.end && !u.empty {
			if inner < 0 {
				inner = u.from
			}
			if within++; within > maxWithin {
				ends = true
			}
		}
		switch {
		case ends:
			to := len(s.b)
			if ok {
				to = u.from
			}
			if inner >= 0 {
				to = inner
			}
			s.pos = to
			return closed{to: to}, nil
		case u.empty:
		case !u.end && isVoid(u.name):
			tidy = false
		case !u.end:
			if open = append(open, u.name); len(open) > maxNested {
				return closed{}, errDeep
			}
		default:
			n := len(open)
			for n > 0 && !bytes.Equal(open[n-1], u.name) {
				n--
			}
			if n != len(open) {
				tidy = false
			}
			if n > 0 { // else it closes nothing
				open = open[:n-1]
			}
			if len(open) == 0 {
				return closed{u.to, true, tidy}, nil
			}
		}
	}
}

// isVoid reports an element that HTML never closes and that no feed has of its own.
func isVoid(name []byte) bool {
	switch string(name) {
	case "br", "hr", "img", "BR", "HR", "IMG":
		return true
	}
	return false
}

func contains(open [][]byte, name []byte) bool {
	for _, o := range open {
		if bytes.Equal(o, name) {
			return true
		}
	}
	return false
}

// notFeed names what begins with this element instead of a feed.
func notFeed(root string, body []byte) error {
	switch root {
	case "":
		return errors.New("neither XML nor JSON, so no feed")
	case "html", "head", "body", "div", "p", "h1", "h2", "meta", "title", "script", "style", "link", "a", "b", "br", "span", "center", "table", "form", "font":
		if challenged().Match(body[:min(len(body), 64<<10)]) {
			return errors.New("a challenge for browsers instead of a feed; the host keeps programs out for now")
		}
		return errors.New("an HTML page instead of a feed")
	case "opml":
		return errors.New("an OPML list of feeds instead of a feed")
	case "urlset", "sitemapindex":
		return errors.New("a sitemap instead of a feed")
	}
	return errors.New("XML, but no feed: it begins with <" + clip(root) + ">")
}

var challenged = pattern.New(`(?i)anubis_challenge|making sure you(?:'|&#39;|’)re not a bot|cdn-cgi/challenge-platform|cf-chl-|just a moment\.\.\.|ddos-guard|checking your browser|captcha-delivery`)

func clip(s string) string {
	if len(s) > 40 {
		s = strings.ToValidUTF8(s[:40], "") + "…"
	}
	return s
}

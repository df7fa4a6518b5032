package feed

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// The limits, and why.
const (
	maxEntries = 20000 // entries of one feed: the longest real one has some thousands
	maxDepth   = 64    // elements around an entry: real feeds have two or three
)

// Document is a feed cut into its entries, none of them parsed yet.
type Document struct {
	Entries []Entry
	Cut     bool // it ends before its end; the entries that are whole are kept

	json       map[string]json.RawMessage // JSON Feed: everything but the items
	head, tail []byte                     // XML: what stands around the entries
	closers    string                     // end tags that a cut document lacks
}

// Entry is the source of one entry, and a hash of it.
type Entry struct {
	Raw  []byte
	Hash int64
}

// Hash is the 64-bit hash by which bodies, entries and ids are known again.
func Hash(parts ...[]byte) int64 {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
		h.Write([]byte{0})
	}
	return int64(binary.BigEndian.Uint64(h.Sum(nil)))
}

// Slice cuts a feed, in UTF-8, into its entries without trusting it to be well-formed. The error
// says what the document is instead of a feed.
func Slice(body []byte) (*Document, error) {
	trimmed := bytes.TrimLeft(body, " \t\r\n\x00\ufeff")
	switch {
	case len(trimmed) == 0:
		return nil, errors.New("an empty document instead of a feed")
	case trimmed[0] == '{' || trimmed[0] == '[':
		return sliceJSON(trimmed)
	}
	return sliceXML(trimmed)
}

func sliceJSON(body []byte) (*Document, error) {
	d := &Document{}
	if err := json.Unmarshal(body, &d.json); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) && int(syntax.Offset) >= len(body) {
			return nil, errors.New("a JSON document that breaks off")
		}
		return nil, errors.New("a JSON document, but no JSON Feed")
	}
	var version string
	_ = json.Unmarshal(d.json["version"], &version)
	if !strings.Contains(version, "jsonfeed.org") {
		return nil, errors.New("a JSON document, but no JSON Feed")
	}
	var items []json.RawMessage
	if raw := d.json["items"]; raw != nil {
		if err := json.Unmarshal(raw, &items); err != nil {
			return nil, errors.New("a JSON Feed whose items are no list")
		}
	}
	if len(items) > maxEntries {
		return nil, fmt.Errorf("more than %d entries", maxEntries)
	}
	for _, raw := range items {
		d.Entries = append(d.Entries, Entry{Raw: raw, Hash: Hash(raw)})
	}
	return d, nil
}

// scanner walks over the tags of a document.
type scanner struct {
	b   []byte
	pos int
}

// tag is what next found; b[from:to] is its source.
type tag struct {
	name     string // as written, with its prefix
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
			skip = after(rest, "-->")
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			skip = after(rest, "]]>")
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

func after(b []byte, end string) int {
	if i := bytes.Index(b, []byte(end)); i >= 0 {
		return i + len(end)
	}
	return -1
}

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
	return -1
}

func isNameStart(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || c >= 0x80
}

// readTag reads the tag at the start of b; a ">" inside quotes does not end it.
func readTag(b []byte) (tag, bool) {
	t := tag{}
	i := 1
	if b[i] == '/' {
		t.end, i = true, 2
	}
	j := i
	for j < len(b) && b[j] != '>' && b[j] != '/' && b[j] > ' ' {
		j++
	}
	t.name = string(b[i:j])
	var quote byte
	for ; j < len(b); j++ {
		switch c := b[j]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case (c == '"' || c == '\'') && !t.end:
			quote = c
		case c == '>':
			t.empty = b[j-1] == '/'
			t.to = j + 1
			return t, true
		}
	}
	return t, false
}

// local is a name without its prefix.
func local(name string) string {
	if i := strings.LastIndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
	}
	return strings.ToLower(name)
}

// sliceXML finds the entries. Everything outside of them is head (before the first) or tail.
func sliceXML(body []byte) (*Document, error) {
	d := &Document{}
	s := scanner{b: body}
	var open []string // elements around the place where the scanner stands
	root := ""
	keep := 0 // where the part of the document that is no entry goes on
	outside := func(to int) {
		if len(d.Entries) == 0 {
			d.head = append(d.head, body[keep:to]...)
		} else {
			d.tail = append(d.tail, body[keep:to]...)
		}
	}
	for {
		t, ok := s.next()
		if !ok {
			break
		}
		if root == "" && !t.end {
			root = local(t.name)
			if err := notFeed(root, body); err != nil {
				return nil, err
			}
		}
		switch {
		case t.empty:
		case t.end:
			for i := len(open) - 1; i >= 0; i-- {
				if open[i] == t.name {
					open = open[:i]
					break
				}
			}
		case len(open) > 0 && (local(t.name) == "item" || local(t.name) == "entry"):
			outside(t.from)
			to, whole := s.entry(t)
			if raw := body[t.from:to]; whole {
				d.Entries = append(d.Entries, Entry{Raw: raw, Hash: Hash(raw)})
			} else {
				d.Cut = true
			}
			if len(d.Entries) > maxEntries {
				return nil, fmt.Errorf("more than %d entries", maxEntries)
			}
			keep = to
		default:
			if open = append(open, t.name); len(open) > maxDepth {
				return nil, fmt.Errorf("elements nested more than %d deep", maxDepth)
			}
		}
	}
	if root == "" {
		return nil, errors.New("neither XML nor JSON, so no feed")
	}
	if len(open) == 0 {
		outside(len(body))
		return d, nil
	}
	d.Cut = true
	if len(d.Entries) == 0 {
		d.head = append(d.head, body[keep:min(lastTagEnd(body), len(body))]...)
	}
	d.tail = nil // what follows the last whole entry of a cut document may be half a tag
	for i := len(open) - 1; i >= 0; i-- {
		d.closers += "</" + open[i] + ">"
	}
	return d, nil
}

// lastTagEnd is the place behind the last ">".
func lastTagEnd(b []byte) int { return bytes.LastIndexByte(b, '>') + 1 }

// entry goes to the end of the entry that t began, and reports whether it is whole. An entry
// within which another of its name begins was never closed, and is not.
func (s *scanner) entry(t tag) (int, bool) {
	for {
		u, ok := s.next()
		switch {
		case !ok:
			return len(s.b), false
		case u.name != t.name:
		case u.end:
			return u.to, true
		case !u.empty:
			s.pos = u.from
			return u.from, false
		}
	}
}

// notFeed names what begins with this element instead of a feed.
func notFeed(root string, body []byte) error {
	switch root {
	case "rss", "rdf", "feed", "channel":
		return nil
	case "html", "head", "body", "div", "p", "h1", "meta", "title", "script", "a", "center", "table":
		if challenged.Match(body[:min(len(body), 64<<10)]) {
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

var challenged = regexp.MustCompile(`(?i)anubis_challenge|making sure you(?:'|&#39;|’)re not a bot|cdn-cgi/challenge-platform|cf-chl-|just a moment\.\.\.|ddos-guard|checking your browser|captcha-delivery`)

func clip(s string) string {
	if len(s) > 40 {
		s = s[:40] + "…"
	}
	return s
}

// xml builds a document that holds only the given entries.
func (d *Document) xml(want []int) []byte {
	var b bytes.Buffer
	b.Write(d.head)
	for _, i := range want {
		b.Write(d.Entries[i].Raw)
	}
	b.Write(d.tail)
	b.WriteString(d.closers)
	return b.Bytes()
}

// jsonFeed builds a JSON Feed that holds only the given items.
func (d *Document) jsonFeed(want []int) ([]byte, error) {
	items := make([]json.RawMessage, 0, len(want))
	for _, i := range want {
		items = append(items, d.Entries[i].Raw)
	}
	raw, err := json.Marshal(items)
	if err != nil {
		return nil, err
	}
	out := map[string]json.RawMessage{}
	for k, v := range d.json {
		out[k] = v
	}
	out["items"] = raw
	return json.Marshal(out)
}

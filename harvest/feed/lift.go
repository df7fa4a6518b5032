package feed

import (
	"bytes"
	"fmt"
	"html"
	"slices"
)

// construct is a text element that stands directly in an entry, or in what a feed says of itself.
// It is taken out before gofeed parses the rest: gofeed does not hand on its type, copes with no
// stray markup in it, and spends most of its time on it.
type construct struct {
	name      string // local, in lower case
	typ, mode string // attributes (Atom 1.0 and 0.3)
	inner     []byte // what stands between its tags, as written
	base      string // xml:base, made absolute; "" where none is in scope
}

// lifted is a piece of a feed without its texts.
type lifted struct {
	thin  []byte // for gofeed
	texts []construct
}

// level is an element around the place where a lifter stands.
type level struct {
	name []byte
	base string
}

// lifter takes the texts out of a piece of a feed, and writes what gofeed would misread in a way
// that it reads.
type lifter struct {
	names []string // of the elements to take out
	atom  bool
	based bool   // xml:base occurs at all
	url   string // of the feed, for a relative xml:base
	open  []level
	floor int // levels of open that do not end in this piece

	scanner
	lifted
	keep    int // where the part of the piece that is not yet in thin goes on
	unended int // elements without an end, looked for in vain
}

// The elements that are taken out, by local name. Atom's author is more than a text.
var (
	textNames = []string{"title", "description", "summary", "content", "encoded", "body", "fullitem", "subtitle", "tagline", "info", "abstract"}
	headNames = append([]string{"author"}, textNames...)
)

// maxUnended is how many elements without an end are looked through to the end of a piece.
const maxUnended = 8

// lift takes the texts out of raw, which continues where l stands.
func (l *lifter) lift(raw []byte) lifted {
	l.scanner, l.lifted, l.keep, l.unended = scanner{b: raw}, lifted{}, 0, 0
	from := len(l.open)
	for {
		t, ok := l.next()
		if !ok {
			break
		}
		if t.end {
			l.close(t.name)
			continue
		}
		source := raw[t.from:t.to]
		base, own := l.base(source)
		if l.direct(from) && (l.text(t, source, base) || l.link(t, source)) {
			continue
		}
		if len(l.open) == 0 {
			if fixed := rootNamespace(source, t.name); fixed != nil {
				l.replace(t.from, t.to, fixed)
			}
		}
		if own && l.keep <= t.from {
			from, to := attribute(source, "xml:base")
			l.replace(t.from, t.to, source[:from], []byte(html.EscapeString(directory(base))), source[to:])
		}
		if !t.empty {
			l.open = append(l.open, level{t.name, base})
		}
	}
	if l.keep == 0 {
		l.thin = raw
	} else {
		l.thin = append(l.thin, raw[l.keep:]...)
	}
	return l.lifted
}

// replace writes the piece up to from, and then other bytes for those up to to.
func (l *lifter) replace(from, to int, by ...[]byte) {
	if l.keep == 0 {
		l.thin = make([]byte, 0, min(len(l.b), 1024))
	}
	l.thin = append(l.thin, l.b[l.keep:from]...)
	for _, s := range by {
		l.thin = append(l.thin, s...)
	}
	l.keep = to
}

// text takes out the element that t begins, if it is a text.
func (l *lifter) text(t tag, source []byte, base string) bool {
	name := l.textName(t.name)
	if name == "" {
		return false
	}
	inner, to := l.closing(t)
	if to == 0 {
		return false
	}
	l.texts = append(l.texts, construct{name, lower(value(source, "type")), lower(value(source, "mode")), l.b[t.to:inner], base})
	l.replace(t.from, to)
	l.pos = to
	return true
}

// link rewrites the links and categories that gofeed would misread: one of Atom whose text is its
// address or term, and in RSS one of Atom that leads elsewhere than to the page.
func (l *lifter) link(t tag, source []byte) bool {
	name := local(t.name)
	if !l.atom {
		rel := ""
		if name == "link" && len(prefix(t.name)) == 0 {
			rel = lower(value(source, "rel"))
		}
		if rel == "" || rel == "alternate" {
			return false
		}
		_, to := l.closing(t)
		to = max(to, t.to)
		if rel == "enclosure" {
			l.replace(t.from, to, fmt.Appendf(nil, `<enclosure url="%s" type="%s" length="%s"/>`, html.EscapeString(value(source, "href")),
				html.EscapeString(value(source, "type")), html.EscapeString(value(source, "length"))))
		} else {
			l.replace(t.from, to)
		}
		l.pos = to
		return true
	}
	a := map[string]string{"link": "href", "category": "term"}[name]
	if t.empty || a == "" || value(source, a) != "" {
		return false
	}
	inner, to := l.closing(t)
	if text, naked := unwrap(l.b[t.to:max(inner, t.to)]); to > 0 && text != "" && !naked {
		l.replace(t.from, to, source[:len(source)-1], fmt.Appendf(nil, ` %s="%s"/>`, a, html.EscapeString(text)))
		l.pos = to
		return true
	}
	return false
}

// closing finds the end of the element that t began: where its end tag begins and ends. 0: it has
// none. Elements of the same name may lie in it.
func (l *lifter) closing(t tag) (inner, to int) {
	if t.empty {
		return t.to, t.to
	}
	depth, start := 1, l.pos
	for l.unended < maxUnended {
		u, ok := l.next()
		if !ok {
			l.unended++
			break
		}
		if !bytes.Equal(u.name, t.name) || u.empty {
			continue
		}
		if !u.end {
			depth++
		} else if depth--; depth == 0 {
			return u.from, u.to
		}
	}
	l.pos = start
	return 0, 0
}

// close leaves the innermost element of a name, and those in it.
func (l *lifter) close(name []byte) {
	for i := len(l.open) - 1; i >= l.floor; i-- {
		if bytes.Equal(l.open[i].name, name) {
			l.open = l.open[:i]
			return
		}
	}
}

// direct reports that the lifter, which began at a depth, stands directly in the element whose
// texts are wanted: the entry that it began with, or what a feed says of itself.
func (l *lifter) direct(from int) bool {
	n := len(l.open)
	if n == 0 {
		return false
	}
	name := local(l.open[n-1].name)
	return name == "channel" || name == "feed" || n == from+1 && isEntry(l.open[n-1].name)
}

// textName is the local name of an element to take out, or "". One with another prefix than the
// element that it stands in belongs to another vocabulary, which gofeed tells apart by namespace;
// but content:encoded and xhtml:body are known by their names.
func (l *lifter) textName(name []byte) string {
	n := local(name)
	if !slices.Contains(l.names, n) {
		return ""
	}
	if n == "encoded" || n == "body" && !l.atom || bytes.Equal(prefix(name), prefix(l.open[len(l.open)-1].name)) {
		return n
	}
	return ""
}

// rename gives an entry the name that gofeed expects in such a feed.
func (d *Document) rename(thin []byte) []byte {
	name := "item"
	if d.root == "feed" {
		name = "entry"
	}
	t, ok := readTag(thin)
	if !ok || local(t.name) == name {
		return thin
	}
	end := bytes.LastIndex(thin, []byte("</"))
	if end < t.to {
		return thin
	}
	n := append(slices.Clip(prefix(t.name)), name...)
	return slices.Concat([]byte("<"), n, thin[1+len(t.name):end], []byte("</"), n, []byte(">"))
}

// prefix is the prefix of a name, with its colon.
func prefix(name []byte) []byte {
	return name[:bytes.LastIndexByte(name, ':')+1]
}

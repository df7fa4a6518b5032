package feed

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/mmcdole/gofeed"
	"github.com/mmcdole/gofeed/atom"
	feedjson "github.com/mmcdole/gofeed/json"
	"github.com/mmcdole/gofeed/rss"
)

// parsed is one entry as gofeed read it, with what it says beyond gofeed's common words.
type parsed struct {
	*gofeed.Item
	entry int
	texts []construct
	rss   *rss.Item
	atom  *atom.Entry
	json  *feedjson.Item
}

// part is what of a document is given to gofeed.
type part int

const (
	whole  part = iota // the entries wanted, with everything around them
	framed             // only the start and end tags around them
	mended             // framed, and the entries mended
)

// rescue parses entries of which one at least is broken: in halves, down to that one, which is
// mended or left out.
func (d *run) rescue(want []int, say func(string, ...any)) []parsed {
	if len(want) == 0 {
		return nil
	}
	if f, err := d.gofeed(want, framed); err == nil && len(f.Items) == len(want) {
		return d.pair(f, want)
	}
	if n := len(want) / 2; n > 0 {
		return append(d.rescue(want[:n], say), d.rescue(want[n:], say)...)
	}
	if f, err := d.gofeed(want, mended); err == nil && len(f.Items) == 1 {
		say("entry %d is not well-formed and was mended", want[0]+1)
		return d.pair(f, want)
	}
	say("entry %d is broken and was left out", want[0]+1)
	return nil
}

// self parses what the feed says of itself, as far as that can be read.
func (d *run) self(say func(string, ...any)) (*gofeed.Feed, error) {
	f, err := d.gofeed(nil, whole)
	if err == nil {
		return f, nil
	}
	say("what the feed says of itself is not well-formed")
	tidied := *d
	tidied.front.thin, tidied.back.thin = mend(d.front.thin), mend(d.back.thin)
	if f, err := tidied.gofeed(nil, whole); err == nil {
		return f, nil
	}
	if f, err := d.gofeed(nil, framed); err == nil {
		return f, nil
	}
	return nil, err
}

// gofeed parses a document that holds only the wanted entries. Nothing that a feed contains may
// end the program.
func (d *run) gofeed(want []int, p part) (f *gofeed.Feed, err error) {
	defer func() {
		if r := recover(); r != nil {
			f, err = nil, fmt.Errorf("%v", r)
		}
	}()
	parser := gofeed.NewParser()
	parser.KeepOriginalFeed = true
	parser.RSSTranslator = &gofeed.DefaultRSSTranslator{DisableContentImageScan: true} // it costs a parse of all HTML
	if d.json != nil {
		b, err := d.jsonFeed(want, p)
		if err != nil {
			return nil, err
		}
		return parser.Parse(bytes.NewReader(b))
	}
	return parser.Parse(bytes.NewReader(d.xml(want, p)))
}

// pair puts each item to its entry and to its source.
func (d *run) pair(f *gofeed.Feed, want []int) []parsed {
	all := make([]parsed, len(want))
	for i, it := range f.Items {
		all[i] = parsed{Item: it, entry: want[i], texts: d.entry[want[i]].texts}
		switch o := f.OriginalFeed().(type) {
		case *rss.Feed:
			all[i].rss = o.Items[i]
		case *atom.Feed:
			all[i].atom = o.Entries[i]
		case *feedjson.Feed:
			all[i].json = o.Items[i]
		}
	}
	return all
}

// xml builds a document that holds only the given entries, without their texts.
func (d *run) xml(want []int, p part) []byte {
	var b bytes.Buffer
	if d.root == "channel" {
		b.WriteString("<rss>")
	}
	if p == whole {
		b.Write(d.front.thin)
	} else {
		b.Write(d.around)
	}
	for _, i := range want {
		if thin := d.entry[i].thin; d.Entries[i].untidy || p == mended {
			b.Write(mend(thin))
		} else {
			b.Write(thin)
		}
	}
	if p == whole {
		b.Write(d.back.thin)
		b.WriteString(d.closers)
	} else {
		b.WriteString(d.frame[1])
	}
	if d.root == "channel" {
		b.WriteString("</rss>")
	}
	return b.Bytes()
}

// mend makes an entry that is not well-formed easier to parse: text elements that hold bare
// markup get it as text, and a "<" that begins no tag is escaped.
func mend(raw []byte) []byte {
	for _, c := range [][2]string{{cdata, "]]>"}, {"<!--", "-->"}} { // begun, never ended
		last := bytes.LastIndex(raw, []byte(c[1])) + 1
		if i := bytes.Index(raw[last:], []byte(c[0])); i >= 0 {
			raw = slices.Concat(raw[:last+i], bytes.ReplaceAll(raw[last+i:], []byte(c[0]), nil))
		}
	}
	var b bytes.Buffer
	s := scanner{b: raw}
	keep := 0
	for {
		t, ok := s.next()
		if !ok {
			break
		}
		b.Write(escapeStray(raw[keep:t.from]))
		source := raw[t.from:t.to]
		if i := bytes.LastIndexByte(source, '<'); i > 0 { // in an attribute
			source = append(source[:1:1], bytes.ReplaceAll(source[1:], []byte("<"), []byte("&lt;"))...)
		}
		b.Write(source)
		keep = t.to
		if t.end || t.empty || !slices.Contains(textual, local(t.name)) {
			continue
		}
		end := bytes.Index(raw[t.to:], append([]byte("</"), t.name...))
		if end < 0 || bytes.Contains(raw[t.to:t.to+end], []byte(cdata)) {
			continue
		}
		if inner := raw[t.to : t.to+end]; hasTag(inner) {
			b.WriteString(cdata)
			b.Write(bytes.ReplaceAll(inner, []byte("]]>"), []byte("]]&gt;")))
			b.WriteString("]]>")
			s.pos, keep = t.to+end, t.to+end
		}
	}
	b.Write(escapeStray(raw[keep:]))
	return bytes.ToValidUTF8(b.Bytes(), []byte("\ufffd"))
}

var textual = []string{"title", "description", "summary", "content", "encoded", "subtitle", "body"}

func hasTag(b []byte) bool {
	s := scanner{b: b}
	_, ok := s.next()
	return ok
}

// escapeStray escapes what ends no text but breaks it: "<" before no name, and "]]>".
func escapeStray(b []byte) []byte {
	if !bytes.ContainsAny(b, "<]") {
		return b
	}
	var out bytes.Buffer
	unended := "" // looked for in vain
	for i := 0; i < len(b); i++ {
		rest := b[i:]
		switch {
		case bytes.HasPrefix(rest, []byte(cdata)), bytes.HasPrefix(rest, []byte("<!--")), bytes.HasPrefix(rest, []byte("<?")):
			end := "]]>"
			if rest[1] == '?' {
				end = "?>"
			} else if rest[2] == '-' {
				end = "-->"
			}
			n := -1
			if end != unended {
				n = after(rest, end)
			}
			if n < 0 {
				unended = end
				out.WriteString("&lt;")
				continue
			}
			out.Write(rest[:n])
			i += n - 1
		case rest[0] == '<':
			out.WriteString("&lt;")
		case bytes.HasPrefix(rest, []byte("]]>")):
			out.WriteString("]]&gt;")
			i += 2
		default:
			out.WriteByte(rest[0])
		}
	}
	return out.Bytes()
}

// jsonFeed builds a JSON Feed that holds only the given items.
func (d *Document) jsonFeed(want []int, p part) ([]byte, error) {
	items := make([]json.RawMessage, 0, len(want))
	for _, i := range want {
		raw := d.Entries[i].Raw
		if raw[0] != '{' {
			return nil, fmt.Errorf("item %d is no object", i+1)
		}
		if p == mended {
			raw = mendJSON(raw)
		}
		items = append(items, raw)
	}
	raw, err := json.Marshal(items)
	if err != nil {
		return nil, err
	}
	out := map[string]json.RawMessage{"items": raw, "version": d.json["version"]}
	if p == whole {
		for k, v := range d.json {
			out[k] = v
		}
	}
	return json.Marshal(out)
}

// mendJSON drops the members of an item that are not of the kind that JSON Feed says; tags in one
// string become a list.
func mendJSON(raw []byte) []byte {
	var in map[string]any
	if json.Unmarshal(raw, &in) != nil {
		return raw
	}
	for k, v := range in {
		switch v := v.(type) {
		case string:
			if k == "tags" {
				in[k] = strings.Split(v, ",")
			} else if k == "author" {
				in[k] = map[string]any{"name": v}
			} else if k == "authors" || k == "attachments" {
				delete(in, k)
			}
		case []any:
			if k == "tags" {
				in[k] = slices.DeleteFunc(v, func(e any) bool { _, ok := e.(string); return !ok })
			} else if k != "authors" && k != "attachments" {
				delete(in, k)
			}
		case map[string]any:
			if k != "author" {
				delete(in, k)
			}
		default:
			if k != "id" {
				delete(in, k)
			}
		}
	}
	out, err := json.Marshal(in)
	if err != nil {
		return raw
	}
	return out
}

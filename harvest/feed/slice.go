package feed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"wiredesk/store/hash"
)

// The limits, and why.
const (
	maxEntries = 20000 // entries of one feed: the longest real one has some thousands
	maxDepth   = 64    // elements around an entry: real feeds have two or three
	maxNested  = 500   // elements inside an entry: markup in it may nest; gofeed recurses
	maxWithin  = 8     // entries inside an entry
)

// Document is a feed cut into its entries, none of them parsed yet.
type Document struct {
	Entries []Entry
	Cut     bool // it ends before its end; the entries that are whole are kept

	unclosed   int                        // entries without an end, left out
	json       map[string]json.RawMessage // JSON Feed: everything but the items
	head, tail []byte                     // XML: what stands around the entries
	closers    string                     // end tags that a cut document lacks
	frame      [2]string                  // only the start and end tags around the entries
	root       string                     // XML: local name of the first element: rss, rdf, feed; channel where nothing is around it
	entities   map[string][]byte          // that the document type declares
}

// Entry is the source of one entry, and a hash of it.
type Entry struct {
	Raw  []byte
	Hash int64

	untidy bool // its tags do not match
}

func (d *Document) add(raw []byte, tidy bool) error {
	if len(d.Entries) >= maxEntries {
		return fmt.Errorf("more than %d entries", maxEntries)
	}
	d.Entries = append(d.Entries, Entry{Raw: raw, Hash: hash.Of(raw), untidy: !tidy})
	return nil
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

// sliceJSON reads a JSON Feed piece by piece, so that one that breaks off keeps its whole items.
func sliceJSON(body []byte) (*Document, error) {
	d := &Document{json: map[string]json.RawMessage{}}
	dec := json.NewDecoder(bytes.NewReader(body))
	broken := d.members(dec)
	var version string
	_ = json.Unmarshal(d.json["version"], &version)
	switch {
	case broken == errEntries:
		return nil, fmt.Errorf("more than %d entries", maxEntries)
	case strings.Contains(version, "jsonfeed.org") && broken == errNoList:
		return nil, errors.New("a JSON Feed whose items are no list")
	case strings.Contains(version, "jsonfeed.org"):
		d.Cut = broken != nil
		return d, nil
	case broken != nil && !errors.As(broken, new(*json.SyntaxError)) && broken != errNoList:
		return nil, errors.New("a JSON document that breaks off")
	}
	return nil, errors.New("a JSON document, but no JSON Feed")
}

var errEntries, errNoList = errors.New("too many entries"), errors.New("items are no list")

// members reads the members of the object that a JSON Feed is.
func (d *Document) members(dec *json.Decoder) error {
	if t, err := dec.Token(); err != nil || t != json.Delim('{') {
		return err
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		if key != "items" {
			var raw json.RawMessage
			if err := dec.Decode(&raw); err != nil {
				return err
			}
			if name, ok := key.(string); ok {
				d.json[name] = raw
			}
			continue
		}
		if t, err := dec.Token(); err != nil {
			return err
		} else if t != json.Delim('[') {
			return errNoList
		}
		for dec.More() {
			var raw json.RawMessage
			if err := dec.Decode(&raw); err != nil {
				return err
			}
			if d.add(raw, true) != nil {
				return errEntries
			}
		}
		if _, err := dec.Token(); err != nil {
			return err
		}
	}
	_, err := dec.Token()
	return err
}

// sliceXML finds the entries. Everything outside of them is head (before the first) or tail. What
// stands before the element that a feed begins with is passed over: a server's complaint, say, or
// a page around it.
func sliceXML(body []byte) (*Document, error) {
	d := &Document{}
	s := scanner{b: body}
	var open []tag // elements around the place where the scanner stands
	other := ""    // what the document begins with instead of a feed
	keep := 0      // where the part of the document that is no entry goes on
	outside := func(to int) {
		if len(d.Entries) == 0 {
			d.head = append(d.head, body[keep:to]...)
		} else {
			d.tail = append(d.tail, body[keep:to]...)
		}
		keep = to
	}
	ended := false
	for !ended {
		t, ok := s.next()
		if !ok {
			break
		}
		switch {
		case len(open) == 0:
			if !t.end && isRoot(body[t.from:t.to], t.name, other != "") {
				d.root, d.entities = local(t.name), entities(body[:t.from])
				if open, keep = append(open, t), t.from; t.empty {
					open, ended = nil, true
					outside(t.to)
				}
			} else if other == "" {
				other = local(t.name)
			}
		case t.empty:
		case t.end:
			for i := len(open) - 1; i >= 0; i-- {
				if bytes.Equal(open[i].name, t.name) {
					open = open[:i]
					break
				}
			}
			if ended = len(open) == 0; ended {
				outside(t.to)
			}
		case isEntry(t.name):
			outside(t.from)
			if d.frame[0] == "" {
				d.setFrame(body, open)
			}
			end, err := s.entry(t, open[len(open)-1].name)
			switch {
			case err != nil:
				return nil, err
			case !end.whole && end.to < len(body): // else it is the one that the break is in
				d.unclosed++
			case !end.whole:
			default:
				if err := d.add(body[t.from:end.to], end.tidy); err != nil {
					return nil, err
				}
			}
			keep = end.to
		default:
			if open = append(open, t); len(open) > maxDepth {
				return nil, fmt.Errorf("elements nested more than %d deep", maxDepth)
			}
		}
	}
	if !ended && len(open) == 0 {
		return nil, notFeed(other, body)
	}
	if d.frame[0] == "" {
		d.setFrame(body, open)
	}
	if ended {
		return d, nil
	}
	d.Cut = true
	if len(d.Entries) == 0 && keep < len(body) {
		d.head = append(d.head, body[keep:max(keep, bytes.LastIndexByte(body, '>')+1)]...)
	}
	d.tail = nil // what follows the last whole entry of a cut document may be half a tag
	for i := len(open) - 1; i >= 0; i-- {
		d.closers += "</" + string(open[i].name) + ">"
	}
	return d, nil
}

// isRoot reports that a start tag is the first of a feed. Deep in something else, it must say
// more than its name.
func isRoot(source, name []byte, deep bool) bool {
	switch local(name) {
	case "rdf":
		return !deep || bytes.Contains(source, []byte("purl.org/rss"))
	case "rss":
		return !deep || bytes.Contains(source, []byte("version"))
	case "feed":
		return !deep || bytes.Contains(source, []byte("w3.org/2005/Atom")) || bytes.Contains(source, []byte("purl.org/atom"))
	case "channel": // of CDF, or of an RSS that lacks its first element
		return !deep
	}
	return false
}

// setFrame keeps the start tags around the entries: with these alone, entries can be parsed when
// something else in the head is broken.
func (d *Document) setFrame(body []byte, open []tag) {
	for _, t := range open {
		switch local(t.name) {
		case "rss", "rdf", "feed", "channel":
			d.frame[0] += string(body[t.from:t.to])
			d.frame[1] = "</" + string(t.name) + ">" + d.frame[1]
		}
	}
}

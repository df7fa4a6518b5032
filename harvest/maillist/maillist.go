// Package maillist reads mailing lists: mbox files (RFC 4155, plain or unpacked from .gz), single
// messages (RFC 5322), and the Atom feeds of public-inbox. Bytes in, messages out; it has no
// network, and nothing that a mail names is fetched.
//
//	for the first alternative of Ask(source, since, now) that answers, each archive of it:
//	    a web page:  Follow(body, url, since, now) names the archives to ask for instead
//	    else:        all, warnings, err := ParseNew(body, url, known)
//	                 with Dates: Pair(all, the body of that page, its url)
//
// One bad message never costs its neighbours: it is handed out with Err set and whatever could be
// read of it. Replies are tied to the root of their thread by In-Reply-To and References.
package maillist

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"html"
	"net/url"
	"strings"
	"time"

	"wiredesk/harvest/feed"
	"wiredesk/harvest/page"
	"wiredesk/harvest/pattern"
)

// The limits, and why.
const (
	maxMessage  = 4 << 20  // bytes of one message: lists cut at 1 MB or less
	maxText     = 1 << 18  // bytes of its text
	maxMessages = 100000   // of one archive: the busiest month of linux-kernel has 40,000
	maxHead     = 32 << 10 // bytes of a header in which one of the fields that every mail has must stand
	maxField    = 16 << 10 // bytes of one header field: the longest References met have 10 KB
	maxRefs     = 100      // of one message
	maxAbove    = 10       // messages above a new one that are asked what they said before it
	maxParts    = 200      // of one message
	maxID       = 998      // bytes of a Message-ID: one line of RFC 5322
)

// Message is one mail, in the order of its archive.
type Message struct {
	ID        string // Message-ID without angle brackets; made from the content where it has none
	Thread    string // ID of the root of its thread; its own for a root
	InReplyTo string // "" for a root, and where it is not stated
	Reply     bool   // it answers something, if only by its "Re:"
	URL       string // Archived-At; else its page in the archive; else the archive's URL#Message-ID
	Title     string // subject without "Re:" and the list's own [tag]
	Author    string // name, or else the address
	From      string // address; "" where the archive has made it unreadable
	Published time.Time
	Text      string   // prose, clean paragraphs: no quoted lines, signature, patch or list footer
	Quotes    []string // paragraphs of it, the writer's own words
	Links     []string // cleaned links in the prose
	Hash      int64    // of its bytes
	Err       string   // why it could not be read whole

	refs   []string // Message-IDs above it, the root's first
	stated string   // its subject as it stands
	brief  bool     // it was known: only its header was looked at
	paged  bool     // URL is a page of its own, not one made of the archive's
}

// Root reports that the message begins a thread.
func (m *Message) Root() bool { return !m.Reply }

// IsMail reports that a body is an mbox or a message, and no feed.
func IsMail(body []byte) bool {
	body = trim(body)
	if bytes.HasPrefix(body, []byte("From ")) {
		line, rest := cutLine(body)
		return stamp().Match(line) || oneWord().Match(line) || fields(rest, 1) > 0
	}
	s := splitter{body: body}
	return field().Match(firstLine(body)) && s.headed(0)
}

func trim(body []byte) []byte { return bytes.TrimLeft(body, "\r\n\ufeff") }

// ErrCut is returned along with the messages of a feed that breaks off. A mailbox that is cut off
// cannot be told from a short one.
var ErrCut = errors.New("the feed breaks off before its end; the whole entries before the break are kept")

// ParseNew reads an archive that came from source, its URL. The warnings name what was left out; any
// error but ErrCut means that nothing could be read. known is given the hashes of all messages in
// one call, in their order, and tells those that need not be read again; nil: none. A known message
// is handed out with what its header says, without Text, Quotes, Links, Err and a URL that was made
// for it, so that the cost is that of what is new: threads, series of patches and Pair know it as
// ever. An error of known is returned as it is.
func ParseNew(body []byte, source string, known func(hashes []int64) (map[int64]bool, error)) ([]Message, []string, error) {
	if !IsMail(body) {
		if u, err := url.Parse(source); err == nil && len(trim(body)) == 0 {
			if root, below := hyperKitty(u); root != nil && strings.HasPrefix(below, "export/") {
				return nil, nil, nil // a month in which nobody wrote
			}
		}
		return parseFeed(body, source, known)
	}
	body = trim(body)
	b := newBox(body)
	if !bytes.HasPrefix(body, []byte("From ")) {
		return b.messages([]extent{{0, len(body)}}, source, known)
	}
	spans := split(body, maxMessages+1)
	all, warnings, err := b.messages(spans[:min(len(spans), maxMessages)], source, known)
	if len(spans) > maxMessages {
		warnings = append(warnings, fmt.Sprintf("more than %d messages; the rest was left out", maxMessages))
	}
	return all, warnings, err
}

// messages reads the messages of a mailbox.
func (b *box) messages(spans []extent, source string, known func(hashes []int64) (map[int64]bool, error)) ([]Message, []string, error) {
	all := make([]Message, len(spans))
	if known != nil {
		hashes := make([]int64, len(spans))
		for i, at := range spans {
			raw, _ := b.read(at)
			all[i], _, _ = head(raw)
			hashes[i] = all[i].Hash
		}
		old, err := known(hashes)
		if err != nil {
			return nil, nil, err
		}
		for i := range all {
			all[i].brief = old[hashes[i]]
		}
	}
	var warnings []string
	for i, at := range spans {
		if all[i].brief {
			continue
		}
		raw, cut := b.read(at)
		all[i] = parseMessage(raw)
		if cut {
			warnings = append(warnings, fmt.Sprintf("message %d is longer than %d MiB; only its beginning was read", i+1, maxMessage>>20))
		}
	}
	finish(all, source, func(i int) []string {
		raw, _ := b.read(spans[i])
		m := parseMessage(raw)
		return m.Quotes
	})
	for i := range all {
		m := &all[i]
		if m.brief {
			m.Err = ""
		} else if m.Err != "" && len(warnings) < 20 {
			warnings = append(warnings, fmt.Sprintf("message %d: %s", i+1, m.Err))
		}
	}
	return all, warnings, nil
}

// parseFeed reads the Atom of public-inbox, or any feed of a list.
func parseFeed(body []byte, source string, known func(hashes []int64) (map[int64]bool, error)) ([]Message, []string, error) {
	d, err := feed.Slice(body)
	if err != nil {
		return nil, nil, err
	}
	_, items, warnings, err := d.Parse(nil, feed.Meta{URL: source})
	if err != nil {
		return nil, nil, err
	}
	var old map[int64]bool
	if known != nil {
		hashes := make([]int64, len(d.Entries))
		for i, e := range d.Entries {
			hashes[i] = e.Hash
		}
		if old, err = known(hashes); err != nil {
			return nil, nil, err
		}
	}
	all := make([]Message, 0, len(items))
	for _, it := range items {
		m := Message{ID: it.ID, InReplyTo: it.InReplyTo, URL: it.URL, Author: it.Author, From: it.AuthorMail, Published: it.Published, Hash: d.Entries[it.Entry].Hash}
		m.stated, m.paged = it.Title, it.URL != ""
		m.Title, m.Reply = subject(it.Title)
		m.Reply = m.Reply || m.InReplyTo != ""
		m.brief = old[m.Hash]
		if !m.brief {
			m.prose(textLines(cmp.Or(it.Content, it.Summary)))
		}
		m.ID = cmp.Or(m.ID, it.URL, fmt.Sprintf("%016x@no-id", uint64(m.Hash)))
		all = append(all, m)
	}
	finish(all, source, func(i int) []string {
		m, it := Message{}, items[i]
		m.prose(textLines(cmp.Or(it.Content, it.Summary)))
		return m.Quotes
	})
	if d.Cut {
		return all, warnings, ErrCut
	}
	return all, warnings, nil
}

var element = pattern.New(`<[^>]*>`)

// textLines is the text of HTML, line by line where it is laid out in lines, as by public-inbox:
// which of them are quoted is told by how they begin.
func textLines(content string) string {
	if !strings.Contains(content, "<pre") {
		return page.Text(content)
	}
	return html.UnescapeString(element().ReplaceAllString(content, ""))
}

// Package maillist reads mailing lists: mbox files (RFC 4155, plain or unpacked from .gz), single
// messages (RFC 5322), and the Atom feeds of public-inbox. Bytes in, messages out; it has no
// network, and nothing that a mail names is fetched.
//
// One bad message never costs its neighbours: it is handed out with Err set and whatever could be
// read of it. Replies are tied to the root of their thread by In-Reply-To and References.
package maillist

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/emersion/go-mbox"
	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset"
	gomail "github.com/emersion/go-message/mail"

	"wiredesk/harvest/feed"
	"wiredesk/harvest/page"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// The limits, and why.
const (
	maxMessage  = 4 << 20 // bytes of one message: lists cut at 1 MB or less
	maxText     = 1 << 18 // bytes of its text
	maxMessages = 100000  // of one archive: the busiest month of linux-kernel has 40,000
	maxParts    = 200     // of one message
	maxID       = 998     // bytes of a Message-ID: one line of RFC 5322
)

// Message is one mail, in the order of its archive.
type Message struct {
	ID        string // Message-ID without angle brackets; made from the content where it has none
	Thread    string // ID of the root of its thread; its own for a root
	InReplyTo string // "" for a root
	URL       string // Archived-At; else its page in the archive; else the archive's URL#Message-ID
	Title     string // subject without "Re:"
	Author    string // name, or else the address
	From      string // address
	Published time.Time
	Text      string // prose, clean paragraphs: no quoted lines, signature, patch or list footer
	Quotes    []string
	Links     []string // cleaned links in the prose
	Hash      int64    // of its bytes
	Err       string   // why it could not be read whole
}

// Root reports that the message begins a thread.
func (m *Message) Root() bool { return m.InReplyTo == "" }

// IsMail reports that a body is an mbox or a message, and no feed.
func IsMail(body []byte) bool {
	body = bytes.TrimLeft(body, "\r\n")
	return bytes.HasPrefix(body, []byte("From ")) || headerLine.Match(body)
}

var headerLine = regexp.MustCompile(`^(?:Return-Path|Received|Delivered-To|From|To|Subject|Date|Message-ID|Message-Id|MIME-Version|X-[\w-]+|DKIM-Signature|List-[\w-]+|Reply-To|Sender|Content-Type):[ \t]`)

// Parse reads an archive that came from source, its URL. The warnings name what was left out; the
// error means that nothing could be read.
func Parse(body []byte, source string) ([]Message, []string, error) {
	if !IsMail(body) {
		return parseFeed(body, source)
	}
	if !bytes.HasPrefix(bytes.TrimLeft(body, "\r\n"), []byte("From ")) {
		m := parseMessage(body)
		all := []Message{m}
		finish(all, source)
		return all, nil, nil
	}
	var all []Message
	var warnings []string
	r := mbox.NewReader(bytes.NewReader(bytes.TrimLeft(body, "\r\n")))
	for {
		part, err := r.NextMessage()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			warnings = append(warnings, fmt.Sprintf("the archive cannot be read on after message %d: %s", len(all), plain.Line(err.Error())))
			break
		}
		raw, err := io.ReadAll(io.LimitReader(part, maxMessage+1))
		if err == nil && len(raw) > maxMessage {
			_, err = io.Copy(io.Discard, part)
			warnings = append(warnings, fmt.Sprintf("message %d is longer than %d MiB; only its beginning was read", len(all)+1, maxMessage>>20))
			raw = raw[:maxMessage]
		}
		if err != nil {
			warnings = append(warnings, fmt.Sprintf("the archive cannot be read on after message %d: %s", len(all), plain.Line(err.Error())))
			break
		}
		if all = append(all, parseMessage(raw)); len(all) >= maxMessages {
			warnings = append(warnings, fmt.Sprintf("more than %d messages; the rest was left out", maxMessages))
			break
		}
	}
	if len(all) == 0 {
		return nil, nil, errors.New("a mailbox without a message")
	}
	finish(all, source)
	for i, m := range all {
		if m.Err != "" && len(warnings) < 20 {
			warnings = append(warnings, fmt.Sprintf("message %d: %s", i+1, m.Err))
		}
	}
	return all, warnings, nil
}

// parseFeed reads the Atom of public-inbox, or any feed of a list.
func parseFeed(body []byte, source string) ([]Message, []string, error) {
	d, err := feed.Slice(body)
	if err != nil {
		return nil, nil, err
	}
	_, items, warnings, err := d.Parse(nil, feed.Meta{URL: source})
	if err != nil {
		return nil, nil, err
	}
	if d.Cut {
		warnings = append(warnings, "the feed breaks off; its whole entries were kept")
	}
	all := make([]Message, 0, len(items))
	for _, it := range items {
		m := Message{ID: it.ID, InReplyTo: it.InReplyTo, URL: it.URL, Author: it.Author, From: it.AuthorMail, Published: it.Published, Hash: d.Entries[it.Entry].Hash}
		var reply bool
		if m.Title, reply = subject(it.Title); reply && m.InReplyTo == "" {
			m.InReplyTo = "unknown"
		}
		content := it.Content
		if content == "" {
			content = it.Summary
		}
		m.prose(page.Text(content))
		if m.ID == "" {
			m.ID = it.URL
		}
		all = append(all, m)
	}
	finish(all, source)
	return all, warnings, nil
}

// parseMessage reads one mail as far as it can be read.
func parseMessage(raw []byte) Message {
	m := Message{Hash: feed.Hash(raw)}
	e, err := message.Read(bytes.NewReader(raw))
	if err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		m.Err = "its headers cannot be read: " + plain.Cut(plain.Line(err.Error()), 160)
		if e == nil {
			m.ID = fmt.Sprintf("%016x@no-message-id", uint64(m.Hash))
			return m
		}
	}
	h := gomail.Header{Header: e.Header}
	m.ID = messageID(e.Header.Get("Message-ID"))
	if m.ID == "" {
		m.ID = fmt.Sprintf("%016x@no-message-id", uint64(m.Hash))
	}
	if refs := ids.FindAllStringSubmatch(e.Header.Get("References"), 500); len(refs) > 0 {
		m.Thread, m.InReplyTo = refs[0][1], refs[len(refs)-1][1]
	}
	if id := messageID(e.Header.Get("In-Reply-To")); id != "" {
		m.InReplyTo = id
	}
	if m.InReplyTo == m.ID {
		m.InReplyTo, m.Thread = "", ""
	}
	text, err := e.Header.Text("Subject")
	if err != nil {
		text = e.Header.Get("Subject")
	}
	var reply bool
	if m.Title, reply = subject(plain.Line(text)); reply && m.InReplyTo == "" {
		m.InReplyTo = "unknown"
	}
	m.Author, m.From = sender(h)
	m.Published = date(h)
	m.URL, _ = link.Clean(strings.Trim(strings.TrimSpace(e.Header.Get("Archived-At")), "<>"), "")
	body, err := textOf(e)
	if err != nil && m.Err == "" {
		m.Err = "its body cannot be read whole: " + plain.Cut(plain.Line(err.Error()), 160)
	}
	m.prose(body)
	return m
}

var (
	ids = regexp.MustCompile(`<([^<>\s]{1,998})>`)
	re  = regexp.MustCompile(`(?i)^\s*(?:(?:re|aw|sv|antw|vs|fwd?)(?:\[\d+\])?\s*:\s*)+`)
)

func messageID(s string) string {
	if m := ids.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	if s = strings.TrimSpace(s); s != "" && len(s) <= maxID && !strings.ContainsAny(s, " \t<>") {
		return s
	}
	return ""
}

// subject takes "Re:" off, and reports that it stood there.
func subject(s string) (string, bool) {
	bare := re.ReplaceAllString(s, "")
	return plain.Cut(strings.TrimSpace(bare), 300), bare != s
}

// atSender is how pipermail writes a sender: "user at host (Name)".
var atSender = regexp.MustCompile(`^(\S+) at (\S+)(?:\s+\((.*)\))?$`)

func sender(h gomail.Header) (name, address string) {
	raw := h.Get("From")
	if m := atSender.FindStringSubmatch(strings.TrimSpace(raw)); m != nil {
		dec := message.Header{}
		dec.Set("X", m[3])
		name, err := dec.Text("X")
		if err != nil {
			name = m[3]
		}
		name, address = plain.Line(name), plain.Line(m[1]+"@"+m[2])
		if name == "" {
			name = address
		}
		return name, address
	}
	if list, err := h.AddressList("From"); err == nil && len(list) > 0 {
		name, address = plain.Line(list[0].Name), plain.Line(list[0].Address)
	} else if text, err := h.Text("From"); err == nil {
		name = plain.Line(text)
	} else {
		name = plain.Line(raw)
	}
	if name == "" {
		name = address
	}
	return plain.Cut(strings.Trim(name, `"' `), 120), address
}

// date is when the mail was sent; zero where its header cannot be read.
func date(h gomail.Header) time.Time {
	t, err := h.Date()
	if err != nil {
		raw := strings.TrimSpace(h.Get("Date"))
		for _, layout := range []string{time.ANSIC, "Mon Jan _2 15:04:05 2006 -0700", "Mon Jan _2 15:04:05 MST 2006", "2006-01-02 15:04:05 -0700", "2 Jan 2006 15:04 -0700"} {
			if t, err = time.Parse(layout, raw); err == nil {
				break
			}
		}
		if err != nil {
			if t, err = mail.ParseDate(raw); err != nil {
				return time.Time{}
			}
		}
	}
	if t.Year() < 1980 || t.Year() > 2200 {
		return time.Time{}
	}
	return t.UTC()
}

// textOf is the text of a mail: of its first plain part, else of its first HTML part.
func textOf(e *message.Entity) (string, error) {
	var text, html string
	parts := 0
	err := e.Walk(func(path []int, part *message.Entity, err error) error {
		if err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
			return err
		}
		if parts++; parts > maxParts || len(path) > 12 {
			return errors.New("too many parts")
		}
		t, _, _ := part.Header.ContentType()
		if disposition, _, _ := part.Header.ContentDisposition(); disposition == "attachment" {
			return nil
		}
		switch {
		case text == "" && (t == "text/plain" || t == ""):
			b, err := io.ReadAll(io.LimitReader(part.Body, maxText))
			text = strings.ToValidUTF8(string(b), "\ufffd")
			return err
		case html == "" && t == "text/html":
			b, err := io.ReadAll(io.LimitReader(part.Body, maxText))
			html = strings.ToValidUTF8(string(b), "\ufffd")
			return err
		}
		return nil
	})
	if text == "" && html != "" {
		return page.Text(html), err
	}
	return text, err
}

// finish ties threads together and gives every message its URL.
func finish(all []Message, source string) {
	parent := map[string]string{}
	for i := range all {
		parent[all[i].ID] = all[i].InReplyTo
	}
	seen := map[string]int64{}
	for i := range all {
		m := &all[i]
		root := m.ID
		for hops := 0; hops < 1000; hops++ {
			up, known := parent[root]
			if !known || up == "" || up == m.ID || up == "unknown" {
				break
			}
			root = up
		}
		if root == m.ID && m.Thread != "" && m.InReplyTo != "" {
			root = m.Thread
		}
		m.Thread = root
		if m.URL == "" {
			if u, err := url.Parse(source); err == nil && u.Host != "" {
				fragment := url.PathEscape(m.ID)
				if hash, ok := seen[m.ID]; ok && hash != m.Hash {
					fragment += fmt.Sprintf("~%08x", uint32(m.Hash))
				}
				u.Fragment = ""
				m.URL, _ = link.Clean(u.String()+"#"+fragment, "")
			}
		}
		seen[m.ID] = m.Hash
	}
}

// Endpoint is the address to ask for a list: the home of a public-inbox becomes its feed of new
// messages; anything else is asked for as it stands.
func Endpoint(source string) string {
	u, err := url.Parse(source)
	if err != nil || u.RawQuery != "" {
		return source
	}
	path := strings.Trim(u.Path, "/")
	if path == "" || strings.Contains(path, "/") || strings.Contains(path, ".") {
		return source
	}
	if host := u.Hostname(); host == "lore.kernel.org" || strings.HasPrefix(host, "inbox.") {
		u.Path = "/" + path + "/new.atom"
		return u.String()
	}
	return source
}

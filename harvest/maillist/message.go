package maillist

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/charset"
	"golang.org/x/text/encoding/charmap"

	"wiredesk/harvest/feed"
	"wiredesk/harvest/page"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

func init() { // mails that say Latin-1 mean the superset of it, as browsers know
	charset.RegisterEncoding("iso-8859-1", charmap.Windows1252)
}

// parseMessage reads one mail as far as it can be read.
func parseMessage(raw []byte) Message {
	m := Message{Hash: feed.Hash(raw)}
	m.ID = fmt.Sprintf("%016x@no-message-id", uint64(m.Hash))
	e, err := message.Read(bytes.NewReader(raw))
	if e == nil {
		m.Err = "its header is damaged: " + plain.Cut(plain.Line(err.Error()), 160)
		raw = mendHeader(raw)
		if e, _ = message.Read(bytes.NewReader(raw)); e == nil {
			return m
		}
	}
	h := e.Header
	if id := messageID(h.Get("Message-ID")); id != "" {
		m.ID = id
	}
	m.parents(h.Get("In-Reply-To"), h.Get("References"))
	var reply bool
	m.Title, reply = subject(plain.Line(decode(h.Get("Subject"))))
	m.Reply = reply || m.InReplyTo != ""
	m.Author, m.From = sender(h.Get("From"))
	m.Published = date(h.Get("Date"))
	m.URL, _ = link.Clean(strings.Trim(strings.TrimSpace(h.Get("Archived-At")), "<>"), "")
	body, err := textOf(e)
	if err != nil && m.Err == "" {
		m.Err = "its body cannot be read whole: " + plain.Cut(plain.Line(err.Error()), 160)
	}
	if body == "" && strings.HasPrefix(mediaType(&h), "multipart/") {
		body = bordered(&h, raw)
	}
	m.prose(body)
	return m
}

// bordered is the text of a multipart mail whose stated border is not met in it: all that is not
// a border nor a header of a part.
func bordered(h *message.Header, raw []byte) string {
	_, params, _ := h.ContentType()
	if b := params["boundary"]; b != "" && bytes.Contains(raw, []byte("\n--"+b)) {
		return ""
	}
	_, rest, _ := bytes.Cut(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\n\n"))
	return partLine.ReplaceAllString(utf8Of(string(rest[:min(len(rest), maxText)])), "")
}

var (
	partLine = regexp.MustCompile(`(?mi)^(?:--\S.*|content-[a-z-]+:.*(?:\n[ \t].*)*)\n?`)
	ids      = regexp.MustCompile(`<([^<>\s]{1,998})>`)
	re       = regexp.MustCompile(`(?i)^\s*(\[[^\]]*\]\s*)?(?:(re|aw|sv|antw|vs|odp|fwd?|wg)(?:\[\d+\])?\s*:\s*)`)
)

// parents takes the ids of the messages above this one from its headers.
func (m *Message) parents(inReplyTo, references string) {
	for _, ref := range ids.FindAllStringSubmatch(references, -1) {
		if ref[1] != m.ID && !slices.Contains(m.refs, ref[1]) {
			m.refs = append(m.refs, ref[1])
		}
	}
	if n := len(m.refs); n > maxRefs {
		m.refs = slices.Concat(m.refs[:1], m.refs[n-maxRefs+1:])
	}
	if len(m.refs) > 0 {
		m.InReplyTo = m.refs[len(m.refs)-1]
	}
	if id := messageID(inReplyTo); id != "" && id != m.ID {
		m.InReplyTo = id
	}
}

func messageID(s string) string {
	if m := ids.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	if s = strings.TrimSpace(s); s != "" && len(s) <= maxID && !strings.ContainsAny(s, " \t<>") {
		return s
	}
	return ""
}

// subject takes "Re:" off, also behind the [name] of a list, and reports that it stood there.
func subject(s string) (bare string, reply bool) {
	for range 10 {
		m := re.FindStringSubmatch(s)
		if m == nil {
			break
		}
		if !strings.EqualFold(m[2], "fw") && !strings.EqualFold(m[2], "fwd") && !strings.EqualFold(m[2], "wg") {
			reply = true
		}
		s = m[1] + s[len(m[0]):]
	}
	return plain.Cut(strings.TrimSpace(s), 300), reply
}

// utf8Of makes UTF-8 of bytes that should be it. A few bad bytes among good ones are replaced;
// else they are windows-1252, the commonest truth.
func utf8Of(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	good, bad := 0, 0
	for i, r := range s {
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\ufffd") {
			bad++
		} else if r >= utf8.RuneSelf {
			good++
		}
	}
	if good <= 4*bad {
		if t, err := charmap.Windows1252.NewDecoder().String(s); err == nil {
			return t
		}
	}
	return strings.ToValidUTF8(s, "\ufffd")
}

// words decodes RFC 2047. What is in no known charset stays as its bytes, for utf8Of.
var words = mime.WordDecoder{CharsetReader: func(name string, r io.Reader) (io.Reader, error) {
	if decoded, err := charset.Reader(name, r); err == nil {
		return decoded, nil
	}
	return r, nil
}}

func decode(s string) string {
	s = utf8Of(s)
	if t, err := words.DecodeHeader(s); err == nil {
		return utf8Of(t)
	}
	return s
}

var (
	// atSender is how pipermail writes a sender: "user at host (Name)".
	atSender  = regexp.MustCompile(`^"?(\S+) at (\S+?)"?(?:\s+\((.*)\))?$`)
	angled    = regexp.MustCompile(`^(.*?)\s*<([^<>]*)>`)
	hiddenAt  = regexp.MustCompile(`\s*(?:\(a\)|\(at\)|\[at\]|\sat\s)\s*`)
	viaList   = regexp.MustCompile(`(?i)\s+via\s+[\w.@+-]+$`)
	mailParse = mail.AddressParser{WordDecoder: &words}
)

// sender is who wrote a mail: name, or else address, and address.
func sender(raw string) (name, address string) {
	raw = strings.TrimSpace(utf8Of(raw))
	if m := atSender.FindStringSubmatch(raw); m != nil {
		name, address = m[3], m[1]+"@"+m[2]
	} else if list, err := mailParse.ParseList(raw); err == nil && len(list) > 0 {
		name, address = list[0].Name, list[0].Address
	} else if m := angled.FindStringSubmatch(raw); m != nil {
		name, address = strings.ReplaceAll(m[1], `\`, ""), hiddenAt.ReplaceAllString(m[2], "@")
	} else {
		name = hiddenAt.ReplaceAllString(raw, "@")
	}
	name = viaList.ReplaceAllString(strings.Trim(plain.Line(decode(name)), `"' `), "")
	address = plain.Cut(plain.Line(address), 250)
	if name == "" {
		name = address
	}
	return plain.Cut(name, 120), address
}

// date is when the mail was sent; zero where its header cannot be read.
func date(raw string) time.Time {
	t := feed.Date(raw, nil)
	if t.IsZero() {
		t, _ = mail.ParseDate(strings.TrimSpace(raw))
	}
	if t.Year() < 1980 || t.Year() > 2200 {
		return time.Time{}
	}
	return t.UTC()
}

// mediaType is the type of a part; parameters that cannot be read do not cost it.
func mediaType(h *message.Header) string {
	t, _, _ := h.ContentType()
	t, _, _ = strings.Cut(t, ";")
	return strings.ToLower(strings.TrimSpace(t))
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
		if disposition, _, _ := part.Header.ContentDisposition(); disposition == "attachment" {
			return nil
		}
		read := func(to *string) error {
			b, err := io.ReadAll(io.LimitReader(part.Body, maxText))
			if s := utf8Of(string(b)); strings.TrimSpace(s) != "" {
				*to = s
			}
			return err
		}
		switch t := mediaType(&part.Header); {
		case text == "" && (t == "text/plain" || t == "text" || t == ""):
			return read(&text)
		case html == "" && (t == "text/html" || t == "text/enriched" || t == "text/richtext"):
			return read(&html)
		}
		return nil
	})
	if text == "" && html != "" {
		return page.Text(html), err
	}
	return text, err
}

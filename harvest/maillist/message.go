package maillist

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-message"

	"wiredesk/harvest/feed"
	"wiredesk/harvest/page"
	"wiredesk/harvest/pattern"
	"wiredesk/store/hash"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

func init() { // textOf applies the charset, for it may have to be mended
	message.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
}

const noID = "@no-message-id" // the end of an id that was made from the content

// head reads what the header of a mail says, as far as it can be read. raw is the mail with its
// header mended; e is nil where nothing could be made of it.
func head(raw []byte) (m Message, e *message.Entity, mended []byte) {
	m = Message{Hash: hash.Of(raw)}
	m.ID = fmt.Sprintf("%016x", uint64(m.Hash)) + noID
	e, err := message.Read(bytes.NewReader(raw))
	if e == nil {
		m.Err = "its header is damaged: " + plain.Cut(plain.Line(err.Error()), 160)
		raw = mendHeader(raw)
		if e, _ = message.Read(bytes.NewReader(raw)); e == nil {
			return m, nil, raw
		}
	}
	get := func(name string) string {
		s := e.Header.Get(name)
		return s[:min(len(s), maxField)]
	}
	if id := messageID(get("Message-ID")); id != "" {
		m.ID = id
	}
	m.parents(get("In-Reply-To"), e.Header.Get("References"))
	var reply bool
	m.stated = plain.Line(decode(get("Subject")))
	m.Title, reply = subject(m.stated)
	m.Reply = reply || m.InReplyTo != ""
	m.Author, m.From = sender(get("From"))
	m.Published = date(get("Date"))
	m.URL, _ = link.Clean(strings.Trim(strings.TrimSpace(get("Archived-At")), "<>"), "")
	m.paged = m.URL != ""
	return m, e, raw
}

// parseMessage reads one mail as far as it can be read. Nothing of it refers to raw.
func parseMessage(raw []byte) Message {
	m, e, raw := head(raw)
	if e == nil {
		return m
	}
	body, err := textOf(e)
	if err != nil && m.Err == "" {
		m.Err = "its body cannot be read whole: " + plain.Cut(plain.Line(err.Error()), 160)
	}
	if body == "" && strings.HasPrefix(mediaType(&e.Header), "multipart/") {
		body = bordered(&e.Header, raw)
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
	return partLine().ReplaceAllString(utf8Of(string(rest[:min(len(rest), maxText)])), "")
}

var (
	partLine = pattern.New(`(?mi)^(?:--\S.*|content-[a-z-]+:.*(?:\n[ \t].*)*)\n?`)
	ids      = pattern.New(`<([^<>\s]+)>`)
	re       = pattern.New(`(?i)^\s*((?:\[[^\]]*\]\s*)*)(?:(re|aw|sv|antw|vs|odp|ynt|rif|ref|回复|答复|fwd?|wg|tr|rv|转发)(?:\[\d+\]|\^\d+|\s?\(\d+\))?\s*[:：]\s*)`)
)

var forward = pattern.New(`(?i)^(?:fwd?|wg|tr|rv|转发)$`)

// parents takes the ids of the messages above this one from its headers.
func (m *Message) parents(inReplyTo, references string) {
	if n := len(references); n > maxField { // the root and what is nearest
		references = references[:maxID+2] + " " + references[n-maxField:]
	}
	seen := map[string]bool{m.ID: true}
	for _, ref := range ids().FindAllStringSubmatch(references, -1) {
		if id := ref[1]; len(id) <= maxID && !seen[id] {
			seen[id] = true
			m.refs = append(m.refs, id)
		}
	}
	if n := len(m.refs); n > maxRefs {
		m.refs = slices.Concat(m.refs[:1], m.refs[n-maxRefs+1:])
	}
	if len(m.refs) > 0 {
		m.InReplyTo = strings.Clone(m.refs[len(m.refs)-1])
	}
	if id := messageID(inReplyTo); id != "" && id != m.ID {
		m.InReplyTo = id
	}
}

func messageID(s string) string {
	if m := ids().FindStringSubmatch(s); m != nil && len(m[1]) <= maxID {
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
		m := re().FindStringSubmatch(s)
		if m == nil {
			break
		}
		reply = reply || !forward().MatchString(m[2])
		s = m[1] + s[len(m[0]):]
	}
	return plain.Cut(strings.TrimSpace(s), 300), reply
}

var (
	// atSender is how pipermail writes a sender: "user at host (Name)".
	atSender = pattern.New(`^"?(\S+) at (\S+?)"?(?:\s+\((.*)\))?$`)
	angled   = pattern.New(`^(.*?)\s*<([^<>]*)>`)
	hiddenAt = pattern.New(`\s*(?:\(a\)|\(at\)|\[at\]|\sat\s)\s*`)
	viaList  = pattern.New(`(?i)\s+via\s+[\w.@+-]+$`)
	behind   = pattern.New(`^(.*?)\s*\(([^()]*)\)$`)
	// isAddress is what an address looks like that has not been made unreadable.
	isAddress = pattern.New(`^[^\s@<>(),;:"]+@[^\s@<>(),;:".]+(?:\.[^\s@<>(),;:".]+)*$`)
)

// sender is who wrote a mail: name, or else address, and address. An address that the archive
// has hidden other than by "at" is none.
func sender(raw string) (name, address string) {
	raw = strings.TrimSpace(utf8Of(raw))
	if m := atSender().FindStringSubmatch(raw); m != nil {
		name, address = m[3], m[1]+"@"+m[2]
	} else if m := angled().FindStringSubmatch(raw); m != nil && encodedWord().MatchString(m[1]) {
		name, address = m[1], m[2] // net/mail decodes word by word, which breaks what was cut within a character
	} else if list, err := mail.ParseAddressList(raw); err == nil && len(list) > 0 {
		name, address = list[0].Name, list[0].Address
	} else if m := angled().FindStringSubmatch(raw); m != nil {
		name, address = strings.ReplaceAll(m[1], `\`, ""), m[2]
	} else if m := behind().FindStringSubmatch(raw); m != nil {
		name, address = m[2], m[1]
	} else {
		name = hiddenAt().ReplaceAllString(raw, "@")
	}
	name = strings.Trim(viaList().ReplaceAllString(strings.Trim(plain.Line(decode(name)), `" `), ""), `"' `)
	address = plain.Cut(plain.Line(hiddenAt().ReplaceAllString(address, "@")), 250)
	if !isAddress().MatchString(address) || strings.Contains(address, "..") {
		if name == "" {
			name = address
		}
		address = ""
	}
	if name == "" {
		name = address
	}
	return plain.Cut(name, 120), address
}

var dotted = pattern.New(`\b(\d{1,2})\.(\d{2})\.(\d{2})\b`)

// date is when the mail was sent; zero where its header cannot be read.
func date(raw string) time.Time {
	if !strings.Contains(raw, ":") { // some clocks write 12.30.00
		raw = dotted().ReplaceAllString(raw, "$1:$2:$3")
	}
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

// textOf is the text of a mail: of its first plain part, else of its first HTML part. A part with
// the name of a file is an attachment, also where it is to be shown in line.
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
		kind, params, _ := part.Header.ContentType()
		disposition, more, _ := part.Header.ContentDisposition()
		if len(path) > 0 && (disposition == "attachment" || params["name"]+more["filename"] != "") {
			return nil
		}
		read := func() (string, error) {
			b, err := io.ReadAll(io.LimitReader(part.Body, maxText))
			s := inCharset(params["charset"], b)
			if strings.EqualFold(params["format"], "flowed") {
				s = unflow(s, strings.EqualFold(params["delsp"], "yes"))
			}
			if strings.TrimSpace(s) == "" {
				return "", err
			}
			return s, err
		}
		kind, _, _ = strings.Cut(kind, ";") // what parameters that cannot be read leave
		switch strings.ToLower(strings.TrimSpace(kind)) {
		case "text/plain", "text", "":
			if text == "" {
				text, err = read()
				return err
			}
		case "text/html", "text/enriched", "text/richtext":
			if html == "" {
				html, err = read()
				return err
			}
		}
		return nil
	})
	if text == "" && html != "" {
		return page.Text(html), err
	}
	return text, err
}

// unflow joins the lines of a text in format=flowed (RFC 3676) that belong to one, and takes off
// what stuffs a line that begins like a quoted one. delSp: the space at which a line was broken is
// none of the text.
func unflow(text string, delSp bool) string {
	var out strings.Builder
	open, last := false, 0 // the line before goes on; how deep it is quoted
	for line := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		rest := strings.TrimLeft(line, ">")
		depth := len(line) - len(rest)
		rest = strings.TrimPrefix(rest, " ")
		flows := strings.HasSuffix(rest, " ") && rest != "-- "
		if !open || depth != last || rest == "-- " {
			if out.Len() > 0 {
				out.WriteByte('\n')
			}
			if out.WriteString(line[:depth]); depth > 0 {
				out.WriteByte(' ')
			} else if strings.HasPrefix(rest, ">") {
				out.WriteRune('\u200b') // so that it is not taken for quoted; clean text loses it again
			}
		}
		if flows && delSp {
			rest = strings.TrimSuffix(rest, " ")
		}
		out.WriteString(rest)
		open, last = flows, depth
	}
	return out.String()
}

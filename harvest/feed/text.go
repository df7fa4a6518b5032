package feed

import (
	"bytes"
	"encoding/base64"
	"html"
	"slices"
	"strings"
	"unicode/utf8"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/harvest/page"
	"wiredesk/harvest/pattern"
	"wiredesk/store/plain"
)

// unwrap takes one level of XML from the source of a text: CDATA sections become what is in them,
// references become characters, comments go. Where elements stand in it, naked, it is markup as
// it is, and the references in it are the markup's.
func unwrap(inner []byte) (text string, naked bool) {
	inner = bytes.TrimSpace(inner)
	if bytes.IndexByte(inner, '<') < 0 {
		return valid(unescape(string(inner))), false
	}
	s := scanner{b: inner}
	first, naked := s.next()
	if p := prefix(first.name); naked && len(p) > 0 && (string(p) == "xhtml:" || bytes.Contains(inner, []byte("w3.org/1999/xhtml"))) { // HTML has no prefixes
		inner = bytes.ReplaceAll(inner, slices.Concat([]byte("<"), p), []byte("<"))
		inner = bytes.ReplaceAll(inner, slices.Concat([]byte("</"), p), []byte("</"))
	}
	var b strings.Builder
	b.Grow(len(inner))
	outside := func(part []byte) {
		if naked {
			b.Write(part)
		} else {
			b.WriteString(unescape(string(part)))
		}
	}
	unended := "" // looked for in vain
	for rest := inner; len(rest) > 0; {
		i := bytes.Index(rest, []byte("<!"))
		if i < 0 {
			outside(rest)
			break
		}
		part, comment := rest[i:], bytes.HasPrefix(rest[i:], []byte("<!--"))
		n, end := -1, ""
		if comment {
			end = "-->"
		} else if bytes.HasPrefix(part, []byte(cdata)) {
			end = "]]>"
		}
		if end != "" && end != unended {
			if n = after(part, end); n < 0 {
				unended = end
			}
		}
		if n < 0 {
			outside(rest[:i+2])
			rest = rest[i+2:]
			continue
		}
		outside(rest[:i])
		if !comment {
			b.Write(part[len(cdata) : n-3])
		}
		rest = part[n:]
	}
	return valid(strings.TrimSpace(b.String())), naked
}

// maxReference is how far behind its "&" a character reference may end: the longest name has 33
// bytes.
const maxReference = 40

// common references, which escaped HTML is full of.
var common = map[string]string{"&lt;": "<", "&gt;": ">", "&amp;": "&", "&quot;": `"`, "&#39;": "'"}

// unescape replaces the character references of a text, those of HTML among them. What lacks its
// ";" is none: a link may hold "&copy=2".
func unescape(s string) string {
	i := strings.IndexByte(s, '&')
	if i < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for i >= 0 {
		b.WriteString(s[:i])
		s = s[i:]
		end := strings.IndexByte(s[:min(len(s), maxReference)], ';')
		if end > 1 && !strings.ContainsAny(s[1:end], " &<\n\t") {
			span := s[:end+1]
			char, known := common[span]
			if !known {
				char = html.UnescapeString(span)
			}
			if char != span && !strings.HasSuffix(char, ";") || span == "&semi;" {
				b.WriteString(char)
				s = s[end+1:]
				i = strings.IndexByte(s, '&')
				continue
			}
		}
		b.WriteByte('&')
		s = s[1:]
		i = strings.IndexByte(s, '&')
	}
	b.WriteString(s)
	return b.String()
}

// valid is s without the bytes that are not UTF-8; nearly always that is s, which is seen quickly.
func valid(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return strings.ToValidUTF8(s, "")
}

// text is what a construct holds: HTML, or plain text. Atom says which; RSS has HTML everywhere.
// Atom's default is plain text, but what is plainly HTML is taken as such.
func (c *construct) text(isAtom bool) (s string, isPlain bool) {
	t, _, _ := strings.Cut(c.typ, ";")
	binary := binaryType().MatchString(t)
	escaped, markup := t == "html" || t == "text/html", t == "xhtml" || strings.Contains(t, "xml")
	s, naked := unwrap(c.inner)
	if naked && escaped { // escaped markup in a bare <div>
		if m := wrapped().FindSubmatch(c.inner); m != nil {
			if within, also := unwrap(m[1]); !also {
				s, naked = within, false
			}
		}
	}
	switch {
	case c.mode == "base64" || isAtom && binary:
		b, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(s), ""))
		if err == nil && utf8.Valid(b) && !bytes.ContainsRune(b, 0) {
			s = strings.TrimSpace(string(b))
		} else if binary {
			return "", true
		}
		isPlain = isAtom && !markup && !escaped && !looksLikeHTML(s)
	case !isAtom && naked && doubled().MatchString(s): // markup and all were escaped, then some tags put in
		s = unescape(s)
	case !isAtom, naked:
	case markup && !bytes.Contains(c.inner, []byte(cdata)) && !looksLikeHTML(s):
		s = strings.ToValidUTF8(string(bytes.TrimSpace(c.inner)), "")
	case t == "":
		isPlain = !looksLikeHTML(s)
	case !markup && !escaped:
		isPlain = true
	}
	s = repair(s)
	if !isPlain {
		s = resolved(s, c.base)
	}
	return s, isPlain
}

// html is what a construct holds, as HTML.
func (c *construct) html(isAtom bool) string {
	s, isPlain := c.text(isAtom)
	if isPlain {
		return asHTML(s)
	}
	if twice().MatchString(s) && strings.IndexByte(s, '<') < 0 {
		if once := unescape(s); len(anyTag().FindAllString(once, 4)) == 4 && looksLikeHTML(once) {
			return resolved(once, c.base)
		}
	}
	return s
}

// line is what a construct holds, as one clean line.
func (c *construct) line(isAtom bool) string {
	s, isPlain := c.text(isAtom)
	if isPlain {
		return plain.Line(s)
	}
	return line(s)
}

var (
	binaryType = pattern.New(`^(?:image|audio|video)/|^application/(?:octet-stream|pdf|ogg|(?:x-)?g?zip)$`)
	twice      = pattern.New(`(?s)^&lt;(?:p|div|body|table|ul|ol|h\d|blockquote|img|a|span)(?:\s|&gt;).*&gt;$`) // escaped so
	doubled    = pattern.New(`&amp;(?:#?\w{1,32});`)
	wrapped    = pattern.New(`(?is)^\s*<div[^<>]*>(.*)</div>\s*$`)
	endTag     = pattern.New(`</[A-Za-z]\w*\s*>`)
	reference  = pattern.New(`&#?\w{1,32};`)
	anyTag     = pattern.New(`</?([A-Za-z]\w*)`)
)

// looksLikeHTML reports a text that says it is plain but cannot be: it has an end tag or a
// character reference, and no tag that HTML does not know.
func looksLikeHTML(s string) bool {
	if !strings.ContainsAny(s, "<&") || !endTag().MatchString(s) && !reference().MatchString(s) {
		return false
	}
	for _, m := range anyTag().FindAllStringSubmatch(s, -1) {
		if atom.Lookup([]byte(strings.ToLower(m[1]))) == 0 {
			return false
		}
	}
	return true
}

// maxLine is how many bytes of a title or of a description of a feed are looked at: what is longer
// is cut in any case.
const maxLine = 16 << 10

// line is a piece of HTML as one clean line. Tags that are words of it stay, as page.Line has it;
// but one with attributes, or with its end tag, was meant as markup.
func line(fragment string) string {
	fragment = repair(strings.ToValidUTF8(fragment[:min(len(fragment), maxLine)], ""))
	if strings.IndexByte(fragment, '<') < 0 {
		return page.Line(fragment)
	}
	low := strings.ToLower(fragment)
	var b strings.Builder
	inScript := false
	z := xhtml.NewTokenizer(strings.NewReader(fragment))
	z.SetMaxBuf(page.PartLimit)
	for {
		t := z.Next()
		raw := string(z.Raw())
		z.NextIsNotRawText()
		switch t {
		case xhtml.ErrorToken:
			if !strings.Contains(raw, "=") { // else it is a tag that breaks off
				b.WriteString(raw)
			}
			return page.Line(b.String())
		case xhtml.CommentToken, xhtml.DoctypeToken:
			continue
		case xhtml.StartTagToken, xhtml.SelfClosingTagToken, xhtml.EndTagToken:
			name, more := z.TagName()
			a := atom.Lookup(name)
			partner := "</" + string(name)
			if t == xhtml.EndTagToken {
				partner = "<" + string(name)
			}
			paired := strings.Contains(low, partner)
			if a == atom.Script || a == atom.Style { // page.Line leaves out what is between the two
				starts := t != xhtml.EndTagToken
				if paired && starts != inScript || starts && !paired && !more {
					inScript = starts && paired
					break
				}
				continue
			}
			if a != 0 && (more || paired) && page.Line("<"+string(name)+">.") != "." {
				b.WriteByte(' ')
				continue
			}
		}
		b.WriteString(raw)
	}
}

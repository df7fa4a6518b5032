package fetch

import (
	"bytes"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"

	"wiredesk/store/plain"
)

var declared = regexp.MustCompile(`^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']`)

// UTF8 returns a text as UTF-8, with a warning where its bytes were not what they claim. The
// encoding is that of the byte order mark, else of contentType, else what the text declares
// itself (XML declaration, HTML meta), else UTF-8. Bytes that are well-formed UTF-8 with
// characters beyond ASCII are taken as such against any claim: that does not happen by chance.
// Bytes that are not UTF-8 though they claim to be are read as windows-1252, the commonest truth
// behind that claim; a few bad bytes among good ones become U+FFFD.
func UTF8(body []byte, contentType string) (text []byte, warning string) {
	switch {
	case bytes.HasPrefix(body, []byte{0xef, 0xbb, 0xbf}):
		body = body[3:]
		contentType = "text/plain; charset=utf-8"
	case bytes.HasPrefix(body, []byte{0xff, 0xfe}), bytes.HasPrefix(body, []byte{'<', 0}):
		return decode(body, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM))
	case bytes.HasPrefix(body, []byte{0xfe, 0xff}), bytes.HasPrefix(body, []byte{0, '<'}):
		return decode(body, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM))
	}
	name := claimed(body, contentType)
	valid := utf8.Valid(body)
	ascii := valid && isASCII(body)
	enc, _ := htmlindex.Get(name)
	switch {
	case valid && (!ascii || enc == nil || !stateful(name)):
		return body, ""
	case enc != nil && name != "utf-8":
		text, err := enc.NewDecoder().Bytes(body)
		if err == nil {
			return text, ""
		}
	}
	if good, bad := count(body); good > 4*bad {
		return bytes.ToValidUTF8(body, []byte("\ufffd")), "some bytes are not UTF-8 and were replaced"
	}
	cp1252, _ := htmlindex.Get("windows-1252")
	text, err := cp1252.NewDecoder().Bytes(body)
	if err != nil {
		return bytes.ToValidUTF8(body, []byte("\ufffd")), "some bytes are not UTF-8 and were replaced"
	}
	return text, "not in UTF-8 as it claims; read as windows-1252"
}

func decode(body []byte, withMark, without encoding.Encoding) ([]byte, string) {
	enc := withMark
	if body[0] == '<' || body[1] == '<' {
		enc = without
	}
	text, err := enc.NewDecoder().Bytes(body)
	if err != nil {
		return bytes.ToValidUTF8(body, []byte("\ufffd")), "not in UTF-16 as its first bytes claim"
	}
	return bytes.TrimPrefix(text, []byte("\ufeff")), ""
}

// claimed is the name of the encoding that the header or the text itself states.
func claimed(body []byte, contentType string) string {
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		return canonicalName(params["charset"])
	}
	head := body[:min(len(body), 1024)]
	if m := declared.FindSubmatch(head); m != nil {
		return canonicalName(string(m[1]))
	}
	if low := bytes.ToLower(head); mediaType(contentType) == "text/html" || bytes.Contains(low, []byte("<html")) {
		// windows-1252 is also its guess about a page that declares nothing: UTF8 comes to that by
		// itself, and looks at the whole text.
		if _, name, _ := charset.DetermineEncoding(head, ""); name != "windows-1252" || bytes.Contains(low, []byte("charset")) {
			return canonicalName(name)
		}
	}
	return "utf-8"
}

func canonicalName(s string) string {
	enc, err := htmlindex.Get(strings.ToLower(strings.Trim(s, `"' `)))
	if err != nil {
		return "utf-8"
	}
	name, err := htmlindex.Name(enc)
	if err != nil {
		return "utf-8"
	}
	return name
}

// stateful encodings spell every character in ASCII bytes.
func stateful(name string) bool { return name == "iso-2022-jp" }

func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= 0x80 {
			return false
		}
	}
	return true
}

// count counts well-formed multi-byte sequences and bytes that belong to none.
func count(b []byte) (good, bad int) {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			good++
		}
		b = b[n:]
	}
	return good, bad
}

// IsHTML reports that a body is a web page: by its type, or by how it begins where the type says
// nothing.
func IsHTML(contentType string, body []byte) bool {
	switch mediaType(contentType) {
	case "text/html", "application/xhtml+xml":
		return true
	case "", "text/plain", "application/octet-stream", "text/xml", "application/xml":
		head := bytes.ToLower(body[:min(len(body), 1024)])
		return bytes.Contains(head, []byte("<html")) || bytes.Contains(head, []byte("<!doctype html"))
	}
	return false
}

// TypeName is the media type of a Content-Type header, for a sentence.
func TypeName(contentType string) string {
	if t := plain.Line(mediaType(contentType)); t != "" {
		return plain.Cut(t, 60)
	}
	return "something of no stated type"
}

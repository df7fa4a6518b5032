package fetch

import (
	"bytes"
	"cmp"
	"mime"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/ianaindex"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"wiredesk/store/plain"
)

var declared = regexp.MustCompile(`^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']`)

// UTF8 returns a text as UTF-8, with a warning where its bytes were not what they claim. The
// encoding is that of the byte order mark or of the first bytes, else of contentType, else what
// the text declares itself (XML declaration, HTML meta), else UTF-8. Bytes that are well-formed
// UTF-8 with characters beyond ASCII are taken as such against any claim: that does not happen by
// chance. Where a claim does not fit, the encoding is found out from the bytes; a few bad bytes
// among good ones become U+FFFD.
func UTF8(body []byte, contentType string) (text []byte, warning string) {
	if bytes.HasPrefix(body, []byte{0xef, 0xbb, 0xbf}) {
		body, contentType = body[3:], "text/plain; charset=utf-8"
	} else if enc := wide(body); enc != nil {
		text, _ := enc.NewDecoder().Bytes(body)
		text = bytes.ToValidUTF8(bytes.TrimPrefix(text, []byte("\ufeff")), []byte(replacement))
		if c, bad := count(text); bad*4 > c {
			return text, "not in UTF-16 as its first bytes claim"
		}
		return text, ""
	}
	claims := claimed(body, contentType)
	if utf8.Valid(body) {
		if len(claims) > 0 && claims[0] == japanese.ISO2022JP && isASCII(body) { // it spells everything in ASCII bytes
			if text, ok := decode(body, claims[0]); ok {
				return text, ""
			}
		}
		return body, ""
	}
	for _, enc := range claims {
		if text, ok := decode(body, enc); ok {
			return text, ""
		}
	}
	if good, bad := count(body); good > 4*bad {
		return bytes.ToValidUTF8(body, []byte(replacement)), "some bytes are not UTF-8 and were replaced"
	}
	name, enc := sniff(body)
	text, _ = decode(body, enc)
	return text, "not in " + cmp.Or(label(claims), "UTF-8") + " as it claims; read as " + name
}

const replacement = "\ufffd"

// wide is the encoding of a text of which the first bytes tell that characters have two or four,
// or that its letters are not those of ASCII; nil: they do not.
func wide(b []byte) encoding.Encoding {
	if len(b) < 4 {
		b = append(bytes.Clone(b), 1, 1, 1, 1)
	}
	zero := [4]bool{b[0] == 0, b[1] == 0, b[2] == 0, b[3] == 0}
	switch {
	case bytes.HasPrefix(b, []byte{0, 0, 0xfe, 0xff}), zero == [4]bool{true, true, true, false}:
		return utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM)
	case bytes.HasPrefix(b, []byte{0xff, 0xfe, 0, 0}), zero == [4]bool{false, true, true, true}:
		return utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM)
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}), zero[1] && !zero[0] && !zero[2] && (b[0] < 0x80):
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case bytes.HasPrefix(b, []byte{0xfe, 0xff}), zero[0] && !zero[1] && !zero[3] && b[1] < 0x80:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case bytes.HasPrefix(b, []byte{0x4c, 0x6f, 0xa7, 0x94}): // "<?xm" in EBCDIC
		head, _ := charmap.CodePage037.NewDecoder().Bytes(b[:min(len(b), 1024)])
		if m := declared.FindSubmatch(head); m != nil {
			if enc := named(string(m[1])); enc != nil {
				return enc
			}
		}
		return charmap.CodePage037
	}
	return nil
}

// decode reads a text in an encoding; false where it cannot be in that one.
func decode(body []byte, enc encoding.Encoding) ([]byte, bool) {
	text, err := enc.NewDecoder().Bytes(body)
	if err != nil {
		return bytes.ToValidUTF8(body, []byte(replacement)), false
	}
	if bytes.Contains(text, []byte(replacement)) {
		good, _ := count(text)
		if bad := bytes.Count(text, []byte(replacement)); bad*20 > good {
			return text, false
		}
	}
	return text, true
}

// claimed are the encodings that the header and the text itself state, as far as they are known
// and not UTF-8.
func claimed(body []byte, contentType string) []encoding.Encoding {
	var all []encoding.Encoding
	claim := func(name string) {
		if enc := named(name); enc != nil {
			all = append(all, enc)
		}
	}
	if _, params, err := mime.ParseMediaType(contentType); err == nil && params["charset"] != "" {
		claim(params["charset"])
	}
	head := body[:min(len(body), 1024)]
	if m := declared.FindSubmatch(head); m != nil {
		claim(string(m[1]))
	} else if low := bytes.ToLower(head); mediaType(contentType) == "text/html" || bytes.Contains(low, []byte("<html")) {
		// windows-1252 is also its guess about a page that declares nothing: UTF8 looks at the
		// whole text.
		if _, name, _ := charset.DetermineEncoding(head, ""); name != "windows-1252" || bytes.Contains(low, []byte("charset")) {
			claim(name)
		}
	}
	return all
}

// named is the encoding of a name, as the web has it or else as IANA has; nil: it is UTF-8, or none
// that can be claimed of a text that begins with ASCII.
func named(name string) encoding.Encoding {
	name = strings.ToLower(strings.Trim(name, `"' `))
	enc, err := htmlindex.Get(name)
	for _, try := range []string{strings.ReplaceAll(name, "_", "-"), "x-" + name} {
		if err != nil {
			enc, err = htmlindex.Get(try)
		}
	}
	if err != nil {
		if enc, err = ianaindex.IANA.Encoding(name); err != nil {
			return nil
		}
	}
	switch web, _ := htmlindex.Name(enc); web {
	case "utf-8", "utf-16le", "utf-16be", "replacement":
		return nil
	case "gbk": // the larger set reads all of the smaller
		return simplifiedchinese.GB18030
	}
	return enc
}

// label is the name of the first encoding claimed, or "".
func label(claims []encoding.Encoding) string {
	if len(claims) == 0 {
		return ""
	}
	if name, err := htmlindex.Name(claims[0]); err == nil {
		return name
	}
	return "the encoding"
}

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
		if b[0] < utf8.RuneSelf {
			b = b[1:]
			continue
		}
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

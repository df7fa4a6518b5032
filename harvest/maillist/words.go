package maillist

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime/quotedprintable"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message/charset"
	"golang.org/x/text/encoding/charmap"

	"wiredesk/harvest/pattern"
)

// encodedWord is an encoded word of RFC 2047, and how it is met: with spaces inside, with the
// language of RFC 2231, glued to its neighbours, or with its end cut off.
var encodedWord = pattern.New(`=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bBqQ])\?(.*?)(?:\?=|\?$|$)`)

// decode makes text of a header with encoded words. Neighbours in one charset are put together
// before it is applied: some mailers cut characters in two.
func decode(s string) string {
	s = utf8Of(s)
	var out strings.Builder
	var pending []byte
	in := ""
	flush := func() {
		out.WriteString(inCharset(in, pending))
		pending = nil
	}
	last := 0
	for _, m := range encodedWord().FindAllStringSubmatchIndex(s, -1) {
		data, ok := wordBytes(s[m[4]], s[m[6]:m[7]])
		if !ok {
			continue
		}
		name, between := strings.ToLower(s[m[2]:m[3]]), s[last:m[0]]
		if last == 0 || strings.TrimSpace(between) != "" {
			flush()
			out.WriteString(between)
		} else if name != in {
			flush()
		}
		in, last = name, m[1]
		pending = append(pending, data...)
	}
	flush()
	out.WriteString(s[last:])
	return out.String()
}

// wordBytes are the bytes that an encoded word stands for.
func wordBytes(encoding byte, s string) ([]byte, bool) {
	if encoding == 'q' || encoding == 'Q' {
		s = strings.ReplaceAll(s, "_", " ")
		if b, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(s + "."))); err == nil {
			return bytes.TrimSuffix(b, []byte(".")), true
		}
		return []byte(s), true
	}
	s = strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "").Replace(s)
	if s = strings.TrimRight(s, "="); len(s)%4 == 1 { // a letter that stands for nothing
		s = s[:len(s)-1]
	}
	b, err := base64.RawStdEncoding.DecodeString(s)
	return b, err == nil
}

// inCharset makes UTF-8 of bytes that are said to be in a charset. UTF-8 that is called Latin-1
// or ASCII is met far more often than Latin-1 that happens to be valid UTF-8, and what is called
// Latin-1 is windows-1252, as browsers know. An unknown name leaves it to the bytes.
func inCharset(name string, b []byte) string {
	name = strings.Trim(strings.ToLower(name), `"' `)
	switch name {
	case "", "utf-8", "utf8", "us-ascii", "iso-8859-1", "windows-1252":
		return utf8Of(string(b))
	}
	if strings.HasPrefix(name, "iso-8859-") && utf8.Valid(b) {
		return string(b)
	}
	if r, err := charset.Reader(name, bytes.NewReader(b)); err == nil {
		if decoded, err := io.ReadAll(r); err == nil {
			return string(decoded)
		}
	}
	return utf8Of(string(b))
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

package feed

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// repair undoes what programs do to text before they put it into a feed: UTF-8 that was taken for
// windows-1252 and encoded once more, and characters of windows-1252 under their numbers there.
func repair(s string) string {
	if strings.IndexByte(s, 0xc2) < 0 && strings.IndexByte(s, 0xc3) < 0 { // both begin with one of these
		return s
	}
	if once, ok := narrow(s); ok {
		return once
	}
	if !hasC1(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if r >= 0x80 && r < 0xa0 {
			return charmap.Windows1252.DecodeByte(byte(r))
		}
		return r
	}, s)
}

// narrow is a text of which every character stands for one byte of UTF-8, in windows-1252.
func narrow(s string) (string, bool) {
	b := make([]byte, 0, len(s))
	need := 0 // bytes that the character begun still needs: most texts fail here, at once
	for _, r := range s {
		c, ok := byte(r), true
		if r >= 0x100 {
			c, ok = charmap.Windows1252.EncodeRune(r)
		}
		switch {
		case !ok, need > 0 && c&0xc0 != 0x80:
			return "", false
		case need > 0:
			need--
		case c >= 0xf0:
			need = 3
		case c >= 0xe0:
			need = 2
		case c >= 0xc0:
			need = 1
		case c >= 0x80:
			return "", false
		}
		b = append(b, c)
	}
	return string(b), utf8.Valid(b)
}

// hasC1 reports characters from U+0080 to U+009F, where windows-1252 has letters and quotes.
func hasC1(s string) bool {
	for {
		i := strings.IndexByte(s, 0xc2)
		if i < 0 || i+1 >= len(s) {
			return false
		}
		if s[i+1] < 0xa0 {
			return true
		}
		s = s[i+2:]
	}
}

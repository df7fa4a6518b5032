package issue

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"wiredesk/store/plain"
)

// Repair mends the charset of a file: UTF-8 that was once taken for windows-1252 ("KÃ¤se") and
// bytes that are no UTF-8 at all, which are taken for windows-1252. It says, by line, what it did,
// and where a character is lost for good.
func Repair(file []byte) ([]byte, []Fault) {
	if utf8.Valid(file) && bytes.IndexFunc(file, func(r rune) bool { return r >= 0x80 }) < 0 {
		return file, nil
	}
	var out []byte
	var faults []Fault
	n := 0
	for line := range bytes.Lines(file) {
		n++
		text, bad := toUTF8(line)
		if bad {
			faults = append(faults, Fault{n, "bytes that are no UTF-8 were read as windows-1252"})
		}
		for range 3 { // it may have happened more than once
			mended := remend(text)
			if mended == text {
				break
			}
			was, is := differing(text, mended)
			faults = append(faults, Fault{n, fmt.Sprintf("mojibake %q was read as %q", was, is)})
			text = mended
		}
		if strings.ContainsRune(text, utf8.RuneError) {
			faults = append(faults, Fault{n, "a character was lost before the file was written (U+FFFD)"})
		}
		out = append(out, text...)
	}
	return out, faults
}

// toUTF8 takes bytes that are no UTF-8 for windows-1252.
func toUTF8(line []byte) (text string, bad bool) {
	if utf8.Valid(line) {
		return string(line), false
	}
	var b strings.Builder
	for len(line) > 0 {
		r, n := utf8.DecodeRune(line)
		if r == utf8.RuneError && n == 1 {
			r = charmap.Windows1252.DecodeByte(line[0])
		}
		b.WriteRune(r)
		line = line[n:]
	}
	return b.String(), true
}

// remend turns characters that were UTF-8 bytes once back into the character that they were.
func remend(s string) string {
	var b strings.Builder
	runes := []rune(s)
	for i := 0; i < len(runes); i++ {
		var seq []byte
		for j := i; j < len(runes) && len(seq) < utf8.UTFMax && runes[j] >= 0x80; j++ {
			c, ok := oldByte(runes[j])
			if !ok {
				break
			}
			seq = append(seq, c)
		}
		// Of two letters that could be one by chance ("É€"), only those of scripts in use count.
		if r, n := utf8.DecodeRune(seq); n > 2 || n == 2 && (r >= 0xa0 && r < 0x1c0 || r >= 0x370 && r < 0x460) {
			b.WriteRune(r)
			i += n - 1
			continue
		}
		b.WriteRune(runes[i])
	}
	return b.String()
}

// oldByte is the byte that windows-1252 shows as a character.
func oldByte(r rune) (byte, bool) {
	if r >= 0x80 && r <= 0x9f {
		return byte(r), true // the five that it has no character for
	}
	return charmap.Windows1252.EncodeRune(r)
}

// differing are the words in which two texts differ first.
func differing(a, b string) (string, string) {
	wa, wb := strings.Fields(a), strings.Fields(b)
	for i := range min(len(wa), len(wb)) {
		if wa[i] != wb[i] {
			return plain.Cut(plain.Line(wa[i]), 40), plain.Cut(plain.Line(wb[i]), 40)
		}
	}
	return plain.Cut(plain.Line(a), 40), plain.Cut(plain.Line(b), 40)
}

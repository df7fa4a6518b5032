package page

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf16"

	"wiredesk/harvest/pattern"
	"wiredesk/store/plain"
)

var (
	// The metadata stream of a PDF is left uncompressed as a rule, for programs such as this
	// (ISO 16684, XMP).
	xmpTitle = pattern.New(`(?s)<dc:title>\s*<rdf:Alt>\s*<rdf:li[^>]*>(.*?)</rdf:li>`)
	// The older place is the information dictionary: a string in parentheses, or in hex.
	infoTitle = pattern.New(`/Title\s*(?:\(((?:[^()\\]|\\.|\([^()]*\))*)\)|<([0-9A-Fa-f\s]+)>)`)
)

// pdf is a page of which only the title is known, from the metadata of a PDF.
func pdf(body []byte, url string) (Page, error) {
	p := Page{URL: url, Evidence: map[string]string{}}
	p.note("site", &p.Site, fact{KnownSite(url), "host"}, maxName)
	if m := xmpTitle().FindSubmatch(body); m != nil {
		p.note("title", &p.Title, fact{Line(string(m[1])), "xmp"}, maxTitle)
	}
	if p.Title == "" {
		// Bookmarks have titles too; the dictionary stands with who made the file.
		for _, m := range infoTitle().FindAllSubmatchIndex(body, 200) {
			around := body[max(0, m[0]-600):min(len(body), m[1]+600)]
			if !bytes.Contains(around, []byte("/Producer")) && !bytes.Contains(around, []byte("/CreationDate")) {
				continue
			}
			var raw []byte
			if m[2] >= 0 {
				raw = unescapePDF(body[m[2]:m[3]])
			} else {
				raw = unhex(body[m[4]:m[5]])
			}
			p.note("title", &p.Title, fact{textOfPDF(raw), "pdf"}, maxTitle)
			break
		}
	}
	if p.Title == "" {
		return p, errors.New("page: a PDF without a title")
	}
	return p, nil
}

// unescapePDF undoes the escapes of a literal string.
func unescapePDF(s []byte) []byte {
	var out []byte
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			out = append(out, s[i])
			continue
		}
		i++
		switch c := s[i]; {
		case c >= '0' && c <= '7':
			n := 0
			for digits := 0; digits < 3 && i < len(s) && s[i] >= '0' && s[i] <= '7'; digits++ {
				n = n*8 + int(s[i]-'0')
				i++
			}
			i--
			out = append(out, byte(n))
		case strings.IndexByte("nrtbf\n", c) >= 0:
			out = append(out, ' ')
		default:
			out = append(out, c)
		}
	}
	return out
}

func unhex(s []byte) []byte {
	var out []byte
	high, half := byte(0), false
	for _, c := range s {
		d := bytes.IndexByte([]byte("0123456789abcdef"), c|0x20)
		switch {
		case d < 0:
		case half:
			out, half = append(out, high|byte(d)), false
		default:
			high, half = byte(d)<<4, true
		}
	}
	return out
}

// textOfPDF reads a text string: UTF-16 with its mark, else nearly Latin-1.
func textOfPDF(s []byte) string {
	var out []rune
	if bytes.HasPrefix(s, []byte{0xfe, 0xff}) {
		var units []uint16
		for i := 2; i+1 < len(s); i += 2 {
			units = append(units, uint16(s[i])<<8|uint16(s[i+1]))
		}
		out = utf16.Decode(units)
	} else {
		for _, c := range s {
			out = append(out, rune(c))
		}
	}
	return plain.Line(string(out))
}

package fetch_test

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/encoding/unicode/utf32"

	"wiredesk/harvest/fetch"
)

// in spells a text in an encoding.
func in(t testing.TB, e encoding.Encoding, text string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestTextBecomesUTF8(t *testing.T) {
	const (
		french  = "<rss>élève à l’été</rss>"
		russian = "<rss>Привет, мир</rss>"
	)
	declare := func(name, text string) string { return `<?xml version="1.0" encoding="` + name + `"?>` + text }
	le, be := unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	for _, c := range []struct {
		name, contentType string
		body              []byte
		want, warning     string
	}{
		{"nothing is said", "", []byte(french), french, ""},
		{"ASCII, whatever it claims", "text/xml; charset=utf-16", []byte("<rss>plain</rss>"), "<rss>plain</rss>", ""},
		{"empty", "text/xml; charset=utf-8", nil, "", ""},
		{"UTF-8 mark", "text/xml", []byte("\ufeff" + french), french, ""},
		{"UTF-8 mark against a header", "text/xml; charset=koi8-r", []byte("\ufeff" + french), french, ""},
		{"UTF-16 little-endian with mark", "", append([]byte{0xff, 0xfe}, in(t, le, french)...), french, ""},
		{"UTF-16 big-endian with mark", "", append([]byte{0xfe, 0xff}, in(t, be, french)...), french, ""},
		{"UTF-16 little-endian without", "", in(t, le, declare("utf-16", russian)), declare("utf-16", russian), ""},
		{"UTF-16 big-endian without", "", in(t, be, declare("utf-16", russian)), declare("utf-16", russian), ""},
		{"UTF-16 mark against a header", "text/xml; charset=utf-8", append([]byte{0xff, 0xfe}, in(t, le, russian)...), russian, ""},
		{"UTF-16 behind a line break", "", in(t, le, "\r\n"+french), "\r\n" + french, ""},
		{"UTF-32 little-endian with mark", "", append([]byte{0xff, 0xfe, 0, 0}, in(t, utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), russian)...), russian, ""},
		{"UTF-32 big-endian with mark", "", append([]byte{0, 0, 0xfe, 0xff}, in(t, utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), russian)...), russian, ""},
		{"UTF-32 little-endian without", "", in(t, utf32.UTF32(utf32.LittleEndian, utf32.IgnoreBOM), declare("utf-32", russian)), declare("utf-32", russian), ""},
		{"UTF-32 big-endian without", "text/xml; charset=utf-8", in(t, utf32.UTF32(utf32.BigEndian, utf32.IgnoreBOM), russian), russian, ""},
		{"EBCDIC", "", in(t, charmap.CodePage037, declare("cp037", french[:5]+"été</rss>")), declare("cp037", french[:5]+"été</rss>"), ""},
		{"IANA's names", "", in(t, charmap.CodePage437, declare("IBM437", "<rss>été</rss>")), declare("IBM437", "<rss>été</rss>"), ""},
		{"a name with an underscore", "", in(t, charmap.Windows1251, declare("windows_1251", russian)), declare("windows_1251", russian), ""},
		{"gb2312 that is gb18030", "", in(t, simplifiedchinese.GB18030, declare("gb2312", "<rss>嗞㐀</rss>")), declare("gb2312", "<rss>嗞㐀</rss>"), ""},
		{"a header that cannot be, a declaration that can", "text/xml; charset=euc-jp", in(t, charmap.Windows1251, declare("windows-1251", russian+russian)), declare("windows-1251", russian+russian), ""},
		{"declared UTF-16, but is UTF-8", "", []byte(declare("utf-16", russian)), declare("utf-16", russian), ""},
		{"declared latin1", "", in(t, charmap.Windows1252, declare("ISO-8859-1", french)), declare("ISO-8859-1", french), ""},
		{"declared windows-1251", "text/xml", in(t, charmap.Windows1251, declare("windows-1251", russian)), declare("windows-1251", russian), ""},
		{"declared koi8-r in single quotes", "", in(t, charmap.KOI8R, `<?xml version='1.0' encoding='koi8-r'?>`+russian), `<?xml version='1.0' encoding='koi8-r'?>` + russian, ""},
		{"header koi8-r", "text/xml; charset=KOI8-R", in(t, charmap.KOI8R, russian), russian, ""},
		{"header in quotes", `text/xml; charset="windows-1251"`, in(t, charmap.Windows1251, russian), russian, ""},
		{"header beats declaration", "text/xml; charset=koi8-r", in(t, charmap.KOI8R, declare("windows-1251", russian)), declare("windows-1251", russian), ""},
		{"header wrong, bytes are UTF-8", "text/xml; charset=iso-8859-1", []byte(french), french, ""},
		{"header names nothing known", "text/xml; charset=klingon", []byte(french), french, ""},
		{"broken header", "text/xml; charset=", in(t, charmap.KOI8R, declare("koi8-r", russian)), declare("koi8-r", russian), ""},
		{"HTML meta", "text/html", in(t, charmap.Windows1251, `<html><meta charset="windows-1251">`+russian), `<html><meta charset="windows-1251">` + russian, ""},
		{"HTML http-equiv", "text/html", in(t, charmap.KOI8R, `<html><meta http-equiv="Content-Type" content="text/html; charset=koi8-r">`+russian),
			`<html><meta http-equiv="Content-Type" content="text/html; charset=koi8-r">` + russian, ""},
		{"HTML that declares nothing", "text/html", []byte("<html>" + strings.Repeat(" ", 1024) + french + french + "\xff"),
			"<html>" + strings.Repeat(" ", 1024) + french + french + "\ufffd", "some bytes are not UTF-8 and were replaced"},
		{"HTML that declares latin1", "text/html", in(t, charmap.Windows1252, `<html><meta charset="latin1">`+french),
			`<html><meta charset="latin1">` + french, ""},
		{"Shift JIS", "text/xml; charset=shift_jis", in(t, japanese.ShiftJIS, "<rss>日本語</rss>"), "<rss>日本語</rss>", ""},
		{"ISO-2022-JP, all of it ASCII bytes", "text/xml; charset=iso-2022-jp", in(t, japanese.ISO2022JP, "<rss>日本語</rss>"), "<rss>日本語</rss>", ""},
		{"claims UTF-8, is latin1", "text/xml; charset=utf-8", in(t, charmap.Windows1252, french), french, "not in UTF-8 as it claims; read as windows-1252"},
		{"claims nothing, is latin1", "", in(t, charmap.Windows1252, declare("utf-8", french)), declare("utf-8", french), "not in UTF-8 as it claims; read as windows-1252"},
		{"few bad bytes", "text/xml", []byte(french + "\xff" + french), french + "\ufffd" + french, "some bytes are not UTF-8 and were replaced"},
		{"cut inside a character", "text/xml", []byte(russian + "\xd0"), russian + "\ufffd", "some bytes are not UTF-8 and were replaced"},
	} {
		t.Run(c.name, func(t *testing.T) {
			before := bytes.Clone(c.body)
			got, warning := fetch.UTF8(c.body, c.contentType)
			if string(got) != c.want || warning != c.warning {
				t.Errorf("%q, %q; want %q, %q", got, warning, c.want, c.warning)
			}
			if !bytes.Equal(before, c.body) {
				t.Error("the body itself was changed")
			}
			again, warning := fetch.UTF8(got, "text/xml; charset=utf-8")
			if warning != "" || !bytes.Equal(got, again) {
				t.Errorf("the result is not UTF-8: %q, %q", again, warning)
			}
		})
	}
}

func FuzzUTF8(f *testing.F) {
	for _, s := range []string{"\xff\xfe<\x00", "\xff\xfe", "<\x00", "\x00<\xd8\x00", "\ufeffx", "\xe9t\xe9", "é\xff"} {
		for _, ct := range []string{"", "text/html", "text/xml; charset=iso-2022-jp", "text/xml; charset=gb18030", "x; charset=replacement"} {
			f.Add([]byte(s), ct)
		}
	}
	f.Fuzz(func(t *testing.T, body []byte, contentType string) {
		got, _ := fetch.UTF8(body, contentType)
		if !bytes.Equal(bytes.ToValidUTF8(got, nil), got) {
			t.Fatalf("not UTF-8: %q", got)
		}
	})
}

func TestWebPagesAreTold(t *testing.T) {
	for _, c := range []struct {
		contentType, body string
		html              bool
	}{
		{"text/html; charset=utf-8", "", true},
		{"TEXT/HTML;;", "", true},
		{"application/xhtml+xml", "", true},
		{"", "\n<!DOCTYPE HTML>", true},
		{"text/plain", "<HTML lang=en>", true},
		{"text/xml", "<?xml version='1.0'?><html xmlns='x'>", true},
		{"text/xml", "<?xml version='1.0'?><rss/>", false},
		{"application/pdf", "<html>", false},
		{"application/rss+xml", "<html>", false},
		{"", strings.Repeat(" ", 2000) + "<html>", false},
	} {
		if got := fetch.IsHTML(c.contentType, []byte(c.body)); got != c.html {
			t.Errorf("%q, %.40q: %v", c.contentType, c.body, got)
		}
	}
}

func TestTypeIsNamedForASentence(t *testing.T) {
	for in, want := range map[string]string{
		"": "something of no stated type", "Application/PDF; v=1": "application/pdf", "\x1b[31mimage/png": "image/png", ";": "something of no stated type",
	} {
		if got := fetch.TypeName(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestGunzip(t *testing.T) {
	text := []byte("From a@example.org Wed Nov 18 09:00:00 2026\n")
	z := zipped(t, text)
	for name, body := range map[string][]byte{"plain": text, "packed": z} {
		if got, err := fetch.Gunzip(body, 1<<10); err != nil || !bytes.Equal(got, text) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
	for name, body := range map[string][]byte{"cut off": z[:len(z)-4], "damaged": flipped(z, -6), "too long": zipped(t, make([]byte, 2<<20)), "two bytes": z[:2]} {
		_, err := fetch.Gunzip(body, 1<<20)
		e, ok := err.(*fetch.Error)
		if !ok || e.Stage == "" || e.Text == "" {
			t.Errorf("%s: %T %v, want a *fetch.Error", name, err, err)
		}
	}
}

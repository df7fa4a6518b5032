package harvest_test

import (
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// cacheFaults are those of validators and of what answers say of how long they hold.
func cacheFaults() []fault {
	// asks checks what the polls asked with, as "ETag|Last-Modified".
	asks := func(want ...string) func(*testing.T, *kept) {
		return func(t *testing.T, k *kept) {
			var got []string
			for _, h := range k.asked {
				got = append(got, h.Get("If-None-Match")+"|"+h.Get("If-Modified-Since"))
			}
			if strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("asked with %.300q, want %.300q", got, want)
			}
		}
	}
	// under answers with validators, and with 304 to whoever has just these.
	under := func(etag, modified string) func(http.ResponseWriter, *http.Request, int) {
		return playing(func(w http.ResponseWriter, r *http.Request) {
			if etag != "" {
				w.Header()["Etag"] = []string{etag}
			}
			if modified != "" {
				w.Header()["Last-Modified"] = []string{modified}
			}
			if r.Header.Get("If-None-Match") == etag && r.Header.Get("If-Modified-Since") == modified {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			io.WriteString(w, twoItems)
		})
	}
	sentBack := func(name, etag, modified string) fault {
		same := etag + "|" + modified
		return fault{name: name, fresh: [3]int{2}, answer: under(etag, modified), check: asks("|", same, same)}
	}
	holds := func(name, body string, headers ...string) fault {
		return fault{name: name, fresh: [3]int{2}, answer: withHead(body, headers...), check: func(t *testing.T, k *kept) {
			for n := 1; n <= 3; n++ {
				if next := k.out(n).Next.Sub(k.rows[n].LastPoll); next < 57*time.Minute || next > 24*time.Hour {
					t.Errorf("poll %d: the next one in %s", n, next)
				}
			}
		}}
	}
	huge := strings.Repeat("e", 4000)
	all := []fault{
		{name: "304 to the first request", stage: "fetch", words: "answers 304, not modified, to a request that asked for everything", answer: answering(304)},
		sentBack("weak tag", `W/"abc"`, ""),
		sentBack("bare tag", `abc`, ""),
		sentBack("odd tag", "W/a\"b c\\d--gzip, \"x\"\xfc", ""),
		sentBack("date in the future", "", "Fri, 01 Jan 2126 00:00:00 GMT"),
		sentBack("date that is none", "", "yesterday, about 10"),
		sentBack("tag and date", `"1"`, "Mon, 02 Nov 2026 00:00:00 GMT"),
		{name: "huge tag", fresh: [3]int{2}, answer: under(huge, ""), check: asks("|", "|", "|")},
		{name: "huge date", fresh: [3]int{2}, answer: under("", huge), check: asks("|", "|", "|")},
		{name: "tag that changes each time", fresh: [3]int{2}, answer: func(w http.ResponseWriter, r *http.Request, n int) {
			withHead(twoItems, "Etag", fmt.Sprint(n))(w, r, n)
		}, check: func(t *testing.T, k *kept) {
			for n, h := range k.asked {
				if at := h.Get("If-None-Match"); n == 0 != (at == "") || n > 0 && (at < "1" || at > fmt.Sprint(n)) {
					t.Errorf("request %d was made with %q", n+1, at)
				}
			}
		}},
		{name: "tag that stays while the feed changes", fresh: [3]int{2, 1, 0}, answer: func(w http.ResponseWriter, r *http.Request, n int) {
			body := twoItems
			if n > 1 {
				body = feedOf(itemOf("five", "A fifth item"), itemOf("three", "A third item about arm64"), itemOf("four", "A fourth item"))
			}
			withHead(body, "Etag", `"same"`)(w, r, n)
		}, check: asks("|", `"same"|`, `"same"|`)},
		{name: "tag of a body that is none", fresh: [3]int{0, 2, 0}, answer: func(w http.ResponseWriter, r *http.Request, n int) {
			switch {
			case r.Header.Get("If-None-Match") == `"bad"`:
				w.WriteHeader(http.StatusNotModified)
			case n == 1:
				withHead("<html>Down for maintenance", "Etag", `"bad"`)(w, r, n)
			default:
				under(`"good"`, "")(w, r, n)
			}
		}, check: asks("|", "|", `"good"|`)},
		{name: "tag of a feed that breaks off", fresh: [3]int{1, 1, 0}, answer: func(w http.ResponseWriter, r *http.Request, n int) {
			if n == 1 {
				withHead(twoItems[:strings.Index(twoItems, "fourth")], "Etag", `"whole"`)(w, r, n)
				return
			}
			under(`"whole"`, "")(w, r, n)
		}, check: asks("|", "|", `"whole"|`)},
		{name: "304 with another tag", fresh: [3]int{2}, answer: func(w http.ResponseWriter, r *http.Request, n int) {
			w.Header().Set("ETag", fmt.Sprintf(`"%d"`, n))
			if n > 1 {
				w.WriteHeader(http.StatusNotModified)
				return
			}
			io.WriteString(w, twoItems)
		}, check: asks("|", `"1"|`, `"1"|`)},
		holds("max-age of ten years", twoItems, "Cache-Control", "public, max-age=315360000, immutable"),
		holds("max-age of words", twoItems, "Cache-Control", "max-age=\u009bever"),
		holds("Expires in another age", twoItems, "Expires", "Fri, 01 Jan 2126 00:00:00 GMT"),
		holds("ttl of a thousand years", strings.Replace(twoItems, "<item>", "<ttl>525960000</ttl><item>", 1)),
		holds("ttl of more than a number", strings.Replace(twoItems, "<item>", "<ttl>"+strings.Repeat("9", 400)+"</ttl><item>", 1)),
	}
	for i := range all {
		all[i].group = "cache"
	}
	return all
}

// utf16Of encodes a text, with a mark where one is wanted.
func utf16Of(s string, order binary.AppendByteOrder, mark bool) string {
	var b []byte
	if mark {
		b = order.AppendUint16(b, 0xfeff)
	}
	for _, u := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, u)
	}
	return string(b)
}

// xmlFaults are those of the bytes and the syntax of feeds.
func xmlFaults() []fault {
	titled := func(name, title, want string) fault {
		return fault{name: name, fresh: [3]int{1}, answer: feedText(feedOf(itemOf("1", title))), titles: []string{want}}
	}
	typed := func(name, contentType, body string, want ...string) fault {
		return fault{name: name, fresh: [3]int{len(want)}, answer: withHead(body, "Content-Type", contentType), titles: want}
	}
	declared := func(encoding, title string) string {
		return strings.Replace(feedOf(itemOf("1", title)), "UTF-8", encoding, 1)
	}
	doctype := func(name, dtd, title string, want ...string) fault {
		return fault{name: name, fresh: [3]int{len(want)}, titles: want, answer: feedText(strings.Replace(feedOf(itemOf("1", title)), "<rss", dtd+"<rss", 1))}
	}
	refused := func(name, words, body string) fault {
		return fault{name: name, stage: "parse", words: words, answer: feedText(body)}
	}
	json := func(name, words, body string) fault {
		return fault{name: name, stage: "parse", words: words, answer: withHead(body, "Content-Type", "application/json")}
	}
	laughs := `<!DOCTYPE rss [<!ENTITY a "ha">`
	for c := 'b'; c < 'k'; c++ {
		laughs += fmt.Sprintf(`<!ENTITY %c "%s">`, c, strings.Repeat(fmt.Sprintf("&%c;", c-1), 10))
	}
	laughs += `]>`
	const good = "An arm64 café"
	const jsonHead = `{"version":"https://jsonfeed.org/version/1.1","title":"T","items":`
	all := []fault{
		titled("Latin-1 called UTF-8", "An arm64 caf\xe9", good),
		titled("one bad byte among many good ones", "An arm64 café, Grüße, naïve, Ærøskøbing, Łódź, crème \xff", "An arm64 café, Grüße, naïve, Ærøskøbing, Łódź, crème \ufffd"),
		titled("overlong form of a slash", "An arm64 café, Grüße, naïve, Ærøskøbing, Łódź, crème \xc0\xaf", "An arm64 café, Grüße, naïve, Ærøskøbing, Łódź, crème \ufffd"),
		titled("half a surrogate", "An arm64 café, "+strings.Repeat("Grüße, naïve, Ærøskøbing, Łódź, ", 3)+"\xed\xa0\x80", "An arm64 café, "+strings.Repeat("Grüße, naïve, Ærøskøbing, Łódź, ", 3)+"\ufffd"),
		typed("UTF-16, little end, with mark", "application/xml", utf16Of(declared("UTF-16", good), binary.LittleEndian, true), good),
		typed("UTF-16, big end, with mark", "application/xml", utf16Of(declared("UTF-16", good), binary.BigEndian, true), good),
		typed("UTF-16, little end, bare", "application/xml", utf16Of(declared("UTF-16LE", good), binary.LittleEndian, false), good),
		typed("UTF-16, big end, bare", "application/xml", utf16Of(declared("UTF-16BE", good), binary.BigEndian, false), good),
		typed("UTF-8 called UTF-16", "application/xml", declared("UTF-16", good), good),
		typed("UTF-16 cut in a character", "application/xml", utf16Of(declared("UTF-16", good), binary.LittleEndian, true)+"x", good),
		typed("windows-1251", "application/xml", declared("windows-1251", "arm64 \xcf\xf0\xe8\xe2\xe5\xf2"), "arm64 Привет"),
		{name: "windows-1251 called UTF-8", fresh: [3]int{1}, warns: "not in UTF-8 as it claims", answer: feedText(feedOf(itemOf("1", "arm64 \xcf\xf0\xe8\xe2\xe5\xf2")))},
		typed("header and declaration differ", "application/xml; charset=iso-8859-1", feedOf(itemOf("1", good)), good),
		typed("both are wrong", "application/xml; charset=utf-16", declared("koi8-r", good), good),
		typed("charset of nowhere", "application/xml; charset=x-martian", declared("x-martian", good), good),
		typed("charset of controls", "application/xml; charset=\u009b31m", declared("\u009b31m", good), good),
		typed("UTF-7", "application/xml; charset=utf-7", declared("UTF-7", "+ADw-b+AD4- arm64"), "+ADw-b+AD4- arm64"),
		titled("NUL", "An arm64\x00 café", good),
		titled("C0 controls", "An \x01\x02\x08\x0b\x0c\x0e\x1farm64 café\x7f", good),
		titled("C0 controls, as entities", "An &#1;&#27;[31marm64&#x8; café", good),
		titled("C1 controls", "An \u0080\u0085arm64 \u009b31mcafé", "An €…arm64 ›31mcafé"), /* what windows-1252 has there */
		titled("C1 controls, as entities", "An &#128;arm64 &#x9b;31mcafé", "An €arm64 ›31mcafé"),
		titled("no characters", "An \ufffe\uffffarm64 café", good),
		titled("marks of byte order within", "An \ufeffarm64 \ufeffcafé", good),
		{name: "mark and blanks before the feed", fresh: [3]int{1}, titles: []string{good}, answer: feedText("\ufeff\n\n  " + feedOf(itemOf("1", good)))},
		{name: "a complaint before the feed", fresh: [3]int{1}, titles: []string{good}, answer: feedText("<br /><b>Warning</b>: mysql_connect(): denied in <b>/srv/x.php</b><br />\n" + feedOf(itemOf("1", good)))},
		doctype("billion laughs", laughs, "An arm64 &j;", "An arm64 &j;"),
		doctype("quadratic entity", `<!DOCTYPE rss [<!ENTITY a "`+strings.Repeat("ha", 50000)+`">]>`, "An arm64 "+strings.Repeat("&a;", 10000), "An arm64 "+strings.Repeat("&a;", 163)+"&…"),
		doctype("entity of itself", `<!DOCTYPE rss [<!ENTITY a "&b;"><!ENTITY b "&a;">]>`, "An arm64 &a;", "An arm64 &a;"),
		doctype("entity of a file", `<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>`, "An arm64 &x;", "An arm64 &x;"),
		doctype("entity of the internal network", `<!DOCTYPE rss [<!ENTITY x SYSTEM "http://127.2/x">]>`, "An arm64 &x;", "An arm64 &x;"),
		doctype("DTD of the internal network", `<!DOCTYPE rss SYSTEM "http://127.2/x.dtd">`, good, good),
		doctype("parameter entity of the internal network", `<!DOCTYPE rss [<!ENTITY % x SYSTEM "http://127.2/x.dtd"> %x;]>`, good, good),
		doctype("style sheet of the internal network", `<?xml-stylesheet type="text/xsl" href="http://127.2/x.xsl"?>`, good, good),
		doctype("inclusion of a file", "", `An arm64 <xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>café`, `An arm64 <xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>café`),
		refused("100,000 elements deep", "elements nested more than", "<rss><channel>"+strings.Repeat("<a>", 100000)),
		refused("100,000 elements deep in an item", "elements nested more than", feedOf("<item><title>x</title>"+strings.Repeat("<b>", 100000))),
		refused("100,000 channels deep", "elements nested more than", "<rss>"+strings.Repeat("<channel>", 100000)),
		refused("a million items", "more than 20000 entries", "<rss><channel>"+strings.Repeat("<item>x</item>", 600000)),
		{name: "title of 50 MB", stage: "fetch", words: "longer than the limit of 10 MiB", answer: playing(func(w http.ResponseWriter, _ *http.Request) {
			pour(w, "<rss version='2.0'><channel><item><title>", "x", 50<<20)
		})},
		{name: "title of 5 MB", fresh: [3]int{1}, answer: feedText(feedOf(itemOf("1", strings.Repeat("long words ", 500000))))},
		{name: "100,000 attributes", fresh: [3]int{1}, answer: feedText(feedOf(strings.Replace(itemOf("1", good), "<link>", "<link "+strings.Repeat(`a="b" `, 100000)+">", 1)))},
		{name: "attribute of 5 MB", fresh: [3]int{1}, titles: []string{good}, answer: feedText(feedOf(strings.Replace(itemOf("1", good), "<link>", `<link a="`+strings.Repeat("x", 5<<20)+`">`, 1)))},
		{name: "open CDATA", stage: "parse", fresh: [3]int{1}, words: "breaks off", titles: []string{good}, answer: feedText(feedOf(itemOf("1", good), "<item><title><![CDATA[An open"))},
		{name: "open comment", stage: "parse", fresh: [3]int{1}, words: "breaks off", titles: []string{good}, answer: feedText(feedOf(itemOf("1", good), "<item><title>x</title><!-- An open"))},
		{name: "open instruction", stage: "parse", fresh: [3]int{1}, words: "breaks off", titles: []string{good}, answer: feedText(feedOf(itemOf("1", good), "<item><title>x</title><?php an open"))},
		{name: "cut in a tag", stage: "parse", fresh: [3]int{1}, words: "breaks off", titles: []string{good}, answer: feedText(strings.TrimSuffix(feedOf(itemOf("1", good), itemOf("2", "x")), "tem></channel></rss>"))},
		{name: "one broken item among good ones", warns: "entry 2 is not well-formed and was mended", fresh: [3]int{3}, answer: feedText(feedOf(itemOf("1", good), "<item><title>A < broken & <i>one</title><link>/x</item>", itemOf("2", "Another")))},
		json("JSON null", "so no feed", "null"),
		json("JSON 100,000 deep", "JSON", strings.Repeat("[", 100000)),
		json("JSON Feed 100,000 deep", "", jsonHead+"[{\"id\":\"1\",\"x\":"+strings.Repeat(`{"a":`, 100000)),
		json("JSON Feed without a list", "whose items are no list", jsonHead+"null}"),
		{name: "JSON Feed of wrong kinds", fresh: [3]int{1}, answer: withHead(jsonHead+`[null,7,"x",[],{"id":{"a":1},"url":["x"],"title":7},{"id":3,"url":"/article/1","title":"`+good+`","tags":"x","authors":{}}]}`, "Content-Type", "application/feed+json")},
	}
	for i := range all {
		all[i].group = "xml"
	}
	return all
}

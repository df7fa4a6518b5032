package feed

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestFeedsThatBreakTheirFormat(t *testing.T) {
	entry := `<entry><title>b</title><link href="https://x.example/b"/></entry>`
	for name, body := range map[string]string{
		"an old namespace":           `<feed xmlns="http://purl.org/pie/">` + entry + `</feed>`,
		"a namespace spelt wrongly":  `<feed xml:lang="en" xmlns="http://www.w3.org/2005/atom/">` + entry + `</feed>`,
		"a prefix of that":           strings.NewReplacer("</", "</a:", "<", "<a:").Replace(`<feed xmlns:a="http://purl.org/echo/">` + entry + `</feed>`),
		"no namespace":               `<feed>` + entry + `</feed>`,
		"Atom's namespace in RSS":    `<rss xmlns="http://www.w3.org/2005/Atom"><channel><item><title>b</title><link>https://x.example/b</link></item></channel></rss>`,
		"an item in Atom":            `<feed xmlns="http://www.w3.org/2005/Atom"><item><title>b</title><link href="https://x.example/b"/></item></feed>`,
		"an entry in RSS":            rssOf(`<entry><title>b</title><link>https://x.example/b</link></entry>`),
		"an address as text":         `<feed><entry><title>b</title><link rel="enclosure">https://x.example/c.mp3</link><link rel="alternate"> https://x.example/b </link></entry></feed>`,
		"Atom's links in RSS":        rssOf(`<item><title>b</title><link href="https://x.example/b"/><link rel="enclosure" href="https://x.example/c.mp3" type="audio/mpeg" length="7"/></item>`),
		"RSS without its first tag":  `<channel><title>T</title><item><title>b</title><link>https://x.example/b</link></item></channel>`,
		"CDF":                        `<?xml version="1.0"?><CHANNEL HREF="https://x.example/" LASTMOD="2004-04-06T23:05:43Z"><TITLE>T</TITLE><ITEM HREF="https://x.example/b" LASTMOD="2004-04-06T23:05:43Z"><TITLE>b</TITLE><ABSTRACT>c</ABSTRACT></ITEM></CHANNEL>`,
		"a film before the page":     `<feed><entry><title>b</title><link rel="alternate" type="video/mp4" href="https://x.example/b.mp4"/><link rel="alternate" type="text/html" href="https://x.example/b"/></entry></feed>`,
		"a long comment before":      "<!-- <html><item>" + strings.Repeat("long ", 20000) + "-->" + rssOf(`<item><title>b</title><link>https://x.example/b</link></item>`),
		"titles in other elements":   rssOf(`<image><title>no</title></image><item><image><title>no</title></image><title>b</title><source><title>no</title></source><link>https://x.example/b</link></item>`),
		"a text that is never ended": rssOf(`<item><title>b</title><link>https://x.example/b</link><description>c</item>`),
	} {
		_, items, _ := parse(t, body)
		if len(items) != 1 || items[0].Title != "b" || items[0].URL != "https://x.example/b" {
			t.Errorf("%s: %+v", name, items)
		}
	}
}

func TestCDF(t *testing.T) {
	f, items, _ := parse(t, `<CHANNEL HREF="https://x.example/" LASTMOD="2004-04-06T23:05:43-05:00"><TITLE>T</TITLE><ABSTRACT>D</ABSTRACT><ITEM HREF="b" LASTMOD="2004-04-06T23:05:43-05:00"><ABSTRACT>c</ABSTRACT></ITEM></CHANNEL>`)
	if f.Type != "cdf" || f.Title != "T" || f.Description != "D" || f.Link != "https://x.example/" || !f.Updated.Equal(at("2004-04-07T04:05:43Z")) {
		t.Errorf("got %+v", f)
	}
	if it := items[0]; it.URL != "https://news.example.org/b" || it.SummaryText() != "c" || !it.Published.Equal(at("2004-04-07T04:05:43Z")) {
		t.Errorf("got %+v", it)
	}
}

func TestLinksByXMLBase(t *testing.T) {
	entry := func(base, link string) string {
		return `<entry ` + base + `><title>b</title><link href="` + link + `"/><content type="html">&lt;a href="c?d=1&amp;amp;e=2"&gt;c&lt;/a&gt;&lt;img src='/i.png'&gt;&lt;a href="#f"&gt;f&lt;/a&gt;</content></entry>`
	}
	for _, c := range []struct{ feed, entry, link, want, inside string }{
		{"", "", "b", "https://news.example.org/b", `<a href="c?d=1&amp;e=2">`},
		{`xml:base="https://x.example/a/"`, "", "b", "https://x.example/a/b", `<a href="https://x.example/a/c?d=1&amp;e=2">`},
		{`xml:base="https://x.example/a/index.html"`, "", "b", "https://x.example/a/b", `src="https://x.example/i.png"`},
		{`xml:base='/a/'`, `xml:base="sub/"`, "b", "https://news.example.org/a/sub/b", `href="#f"`},
		{`xml:base="http:///x.example/a/"`, "", "b", "http://x.example/a/b", `http://x.example/a/c`},
		{`xml:base="https://x.example/"`, `xml:base="javascript:alert(1)"`, "b", "https://x.example/b", `https://x.example/c`},
		{`xml:base="https://x.example/"`, "", "https://y.example/b", "https://y.example/b", `https://x.example/c`},
	} {
		it := one(t, strings.Replace(atomOf(entry(c.entry, c.link)), "<feed ", "<feed "+c.feed+" ", 1))
		if it.URL != c.want || !strings.Contains(it.Content, c.inside) {
			t.Errorf("%s %s: %q, %s", c.feed, c.entry, it.URL, it.Content)
		}
	}
	it := one(t, strings.Replace(rssOf("<item><title>b</title><link>b</link></item>"), "<channel>", `<channel xml:base="https://x.example/a/b.xml">`, 1))
	if it.URL != "https://x.example/a/b" {
		t.Errorf("RSS: %q", it.URL)
	}
}

func TestIDsAreAsStated(t *testing.T) {
	for in, want := range map[string]string{
		"HTTP://X.example/A?b=1&amp;c": "HTTP://X.example/A?b=1&c",
		" tag:x.example,2026:1 ":       "tag:x.example,2026:1",
		"<![CDATA[a b]]>":              "a b",
		"/posts/1":                     "https://news.example.org/posts/1", // names nothing without the feed's address
		"posts/1":                      "posts/1",
	} {
		if it := one(t, strings.Replace(atomOf("<entry><id>"+in+"</id></entry>"), "<feed ", `<feed xml:base="https://news.example.org/" `, 1)); it.ID != want {
			t.Errorf("%s: %q, want %q", in, it.ID, want)
		}
	}
}

func TestWhatOtherVocabulariesSay(t *testing.T) {
	const spaces = ` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:media="http://search.yahoo.com/mrss" xmlns:content="http://purl.org/rss/1.0/modules/content/"`
	in := func(item string) Item {
		return one(t, strings.Replace(rssOf("<item>"+item+"</item>"), "<channel>", "<channel"+strings.ReplaceAll(spaces, ` xmlns:dc="http://purl.org/dc/elements/1.1/"`, "")+">", 1))
	}
	it := in(`<title>a</title><dcterms:issued>2026-11-16</dcterms:issued><dcterms:modified>2026-11-17T10:00:00Z</dcterms:modified>`)
	if !it.Published.Equal(at("2026-11-16T00:00:00Z")) || !it.Updated.Equal(at("2026-11-17T10:00:00Z")) {
		t.Errorf("dcterms: %v, %v", it.Published, it.Updated)
	}
	it = in(`<tags>boats, harbours</tags><category>arm64</category><itunes:category text="Tech"><itunes:category text="Gadgets"/></itunes:category><media:category label="Boats">b1</media:category>`)
	if want := []string{"boats", "harbours", "arm64", "Tech", "Gadgets", "b1"}; !slices.Equal(it.Tags[:6], want) {
		t.Errorf("tags %q", it.Tags)
	}
	it = in(`<media:group><media:content><media:title>A film</media:title><media:description>Of boats</media:description></media:content></media:group>`)
	if it.Title != "A film" || it.Untitled || it.SummaryText() != "Of boats" {
		t.Errorf("media: %+v", it)
	}
	it = in(`<author><name>Ada Keel</name><title>Harbour master</title><email>ada@x.example</email></author>`)
	if it.Author != "Ada Keel" || it.AuthorMail != "ada@x.example" {
		t.Errorf("author: %q %q", it.Author, it.AuthorMail)
	}
	it = in(`<summary>short</summary><description>long</description>`)
	if it.SummaryText() != "short" || it.ContentText() != "long" {
		t.Errorf("%q, %q", it.SummaryText(), it.ContentText())
	}
	it = in(`<itunes:summary>other</itunes:summary><itunes:title>other</itunes:title><title>a</title><description>own</description>`)
	if it.Title != "a" || it.SummaryText() != "own" {
		t.Errorf("the entry's own words come first: %q, %q", it.Title, it.SummaryText())
	}
	it = in(`<itunes:summary>other</itunes:summary><description/><description>  </description>`)
	if it.SummaryText() != "other" {
		t.Errorf("an empty description: %q", it.SummaryText())
	}
	it = in(`<description>short</description><fullitem>&lt;p&gt;whole&lt;/p&gt;</fullitem>`)
	if it.ContentText() != "whole" {
		t.Errorf("fullitem: %q", it.ContentText())
	}
	it = in(`<body xmlns="http://www.w3.org/1999/xhtml"><p>whole &amp; <b>bold</b></p></body>`)
	if it.ContentText() != "whole & bold" {
		t.Errorf("body: %q", it.ContentText())
	}
	it = one(t, atomOf(`<entry><category term="b1" label="Boats"/><category term="arm64" label="ARM64"/><category>quays</category></entry>`))
	if want := []string{"b1", "arm64", "quays", "Boats", "ARM64"}; !slices.Equal(it.Tags, want) {
		t.Errorf("terms and labels: %q", it.Tags)
	}
	it = one(t, strings.Replace(atomOf(`<entry><dc:title>a</dc:title><dc:creator>Ada Keel</dc:creator><dc:date>2026-11-16</dc:date><dc:description>c</dc:description></entry>`), "<feed ", "<feed"+spaces+" ", 1))
	if it.Title != "a" || it.Author != "Ada Keel" || it.SummaryText() != "c" || it.Published.IsZero() {
		t.Errorf("Dublin Core in Atom: %+v", it)
	}
	f, _, _ := parse(t, `<rss version="2.0"><channel xml:lang="x"><language>en_US</language><author>ada@x.example (Ada Keel)</author></channel></rss>`)
	if f.Language != "en-US" || f.Author != "Ada Keel" {
		t.Errorf("got %+v", f)
	}
	f, _, _ = parse(t, `<feed version="0.3" xmlns="http://purl.org/atom/ns#"><info>About boats</info></feed>`)
	if f.Description != "About boats" || f.Version != "0.3" {
		t.Errorf("got %+v", f)
	}
}

// Whatever is never closed must not be looked for from each of its places to the end.
func TestManyTextsThatAreNeverEnded(t *testing.T) {
	start := time.Now()
	for _, tag := range []string{"<title>", "<x><title></x>", "<link rel='a'>", "<title><!--", "<summary><![CDATA["} {
		body := "<item>" + strings.Repeat(tag, 5000) + "</item>"
		if d, err := Slice([]byte(rssOf(body))); err == nil {
			_, _, _, _ = d.Parse(nil, Meta{})
		}
	}
	if took := time.Since(start); took > 10*time.Second {
		t.Errorf("took %s", took)
	}
}

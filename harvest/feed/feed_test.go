package feed

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"wiredesk/store/plain"
)

const base = "https://news.example.org/feed.xml"

func parse(t *testing.T, body string) (Feed, []Item, []string) {
	t.Helper()
	d, err := Slice([]byte(body))
	if err != nil {
		t.Fatalf("Slice: %v", err)
	}
	f, items, warnings, err := d.Parse(nil, Meta{URL: base})
	if err != nil {
		t.Fatalf("Parse: %v", err)
	}
	return f, items, warnings
}

func file(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// rssOf is a feed of RSS 2.0 around the given items.
func rssOf(items ...string) string {
	return `<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/"><channel><title>T</title><link>https://news.example.org/</link>` +
		strings.Join(items, "") + `</channel></rss>`
}

func titles(items []Item) []string {
	out := []string{}
	for _, it := range items {
		out = append(out, it.Title)
	}
	return out
}

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

func TestEveryVersionOfFeedIsRead(t *testing.T) {
	for _, c := range []struct {
		file, kind, version, title, link string
		titles                           []string
	}{
		{"rss091.xml", "rss", "0.91", "Harbour Board Watch", "https://boards.example.org/", []string{"A quiet 64-bit Arm board for the boat house", "Serial cables, compared"}},
		{"rss092.xml", "rss", "0.92", "Cloud Notes", "https://notes.example.org/", []string{"Our arm64 runners are out of beta today, for every plan."}},
		{"rss10.xml", "rss", "1.0", "Kernel Oddments", "https://bugs.example.org/", []string{"arm64: the timer that ran backwards", "A lock held for a week"}},
		{"rss20.xml", "rss", "2.0", "The Fern & Server Blog", "https://fern.example.org/", []string{"Moving a build farm to Arm: what we kept", "Permalink only", "No link at all"}},
		{"atom03.xml", "atom", "0.3", "Old Pier Log", "https://pier.example.org/", []string{"First 64-bit Arm boat"}},
		{"atom10.xml", "atom", "1.0", "reef-devel.lists.example.org archive", "https://lists.example.org/reef/", []string{"[PATCH] arm64: reef: don't sink <again>", "Re: [PATCH] arm64: reef: don't sink <again>"}},
		{"youtube.xml", "atom", "1.0", "Reef Talks", "https://www.youtube.com/channel/UCreef", []string{"Booting Arm servers under water"}},
		{"feed.json", "json", "1.1", "Tide Tables", "https://tide.example.org/", []string{"Arm at high water", "A linked story"}},
		{"feed10.json", "json", "1", "Ebb", "", []string{"Old version"}},
	} {
		t.Run(c.file, func(t *testing.T) {
			f, items, warnings := parse(t, file(t, c.file))
			if f.Type != c.kind || f.Version != c.version || f.Title != c.title || f.Link != c.link {
				t.Errorf("feed is %q %q %q %q", f.Type, f.Version, f.Title, f.Link)
			}
			if got := titles(items); !slices.Equal(got, c.titles) {
				t.Errorf("titles are %q", got)
			}
			if len(warnings) > 0 {
				t.Errorf("warnings: %q", warnings)
			}
		})
	}
}

func TestWhatAFeedSaysOfItself(t *testing.T) {
	f, _, _ := parse(t, file(t, "rss20.xml"))
	want := Feed{
		ID: "https://fern.example.org/feed.xml", Title: "The Fern & Server Blog", Link: "https://fern.example.org/", Description: "Servers in a greenhouse",
		Author: "Rowan Field", authorMail: "editor@fern.example.org", Language: "en", Type: "rss", Version: "2.0", Updated: at("2026-11-17T10:00:00Z"), Tags: []string{"Servers"},
	}
	if !reflect.DeepEqual(f, want) {
		t.Errorf("got  %+v\nwant %+v", f, want)
	}
	if f, _, _ = parse(t, file(t, "atom10.xml")); f.ID != "tag:lists.example.org,2020:reef" || f.Description != "Mails & patches" {
		t.Errorf("got %+v", f)
	}
	if f, _, _ = parse(t, file(t, "feed.json")); !f.Updated.IsZero() || f.Author != "Sol Ebb" {
		t.Errorf("JSON Feed states no date, and Sol Ebb: got %+v", f)
	}
}

func TestAnEntryOfRSS(t *testing.T) {
	_, items, _ := parse(t, file(t, "rss20.xml"))
	it := items[0]
	if it.ID != "https://fern.example.org/?p=17" || it.URL != "https://fern.example.org/moving/" {
		t.Errorf("id %q, url %q", it.ID, it.URL)
	}
	if it.Author != "Rowan Field" || !it.Published.Equal(at("2026-11-16T13:30:00Z")) {
		t.Errorf("author %q, published %v", it.Author, it.Published)
	}
	if want := []string{"arm64", "Builds"}; !slices.Equal(it.Tags, want) {
		t.Errorf("tags %q", it.Tags)
	}
	if got, want := it.ContentText(), "We moved twelve builders to arm64.\n\nTwo <item> tags stayed."; got != want {
		t.Errorf("text %q", got)
	}
	if it.SummaryText() != "We moved twelve builders." {
		t.Errorf("summary %q", it.SummaryText())
	}
	if want := []Enclosure{{"https://fern.example.org/farm.mp3", "audio/mpeg", "123"}}; !slices.Equal(it.Enclosures, want) {
		t.Errorf("enclosures %v", it.Enclosures)
	}
}

func TestAPermalinkGuidServesAsLink(t *testing.T) {
	_, items, _ := parse(t, file(t, "rss20.xml"))
	if got := items[1].URL; got != "https://fern.example.org/permalink-only/" {
		t.Errorf("the guid is a permalink, but the link is %q", got)
	}
	if got := items[2].URL; got != "" {
		t.Errorf("the guid is no permalink, but the link is %q", got)
	}
}

func TestRDFAboutIsTheID(t *testing.T) {
	_, items, _ := parse(t, file(t, "rss10.xml"))
	if items[0].ID != "https://bugs.example.org/1?a=1&b=2" || items[1].ID != "https://bugs.example.org/2" {
		t.Errorf("ids %q, %q", items[0].ID, items[1].ID)
	}
	if items[0].Author != "Ines Brook" || !items[0].Published.Equal(at("2023-04-05T04:07:08Z")) || !items[1].Published.IsZero() {
		t.Errorf("got %+v", items)
	}
}

func TestAtomDatesAuthorsAndReplies(t *testing.T) {
	_, items, _ := parse(t, file(t, "atom10.xml"))
	root, reply := items[0], items[1]
	if !root.Published.Equal(at("2026-11-17T10:59:00Z")) {
		t.Errorf("only updated was stated; published is %v", root.Published)
	}
	if root.Author != "Tove Marlin" || root.AuthorMail != "tove@example.org" || reply.Author != "reef-devel" {
		t.Errorf("authors %q %q; the reply inherits the feed's: %q", root.Author, root.AuthorMail, reply.Author)
	}
	if root.InReplyTo != "" || reply.InReplyTo != root.ID {
		t.Errorf("in reply to %q, %q", root.InReplyTo, reply.InReplyTo)
	}
	if root.URL != "https://lists.example.org/reef/20261117-reef-1@example.org/" {
		t.Errorf("xml:base was not heeded: %q", root.URL)
	}
	if got, want := root.ContentText(), "The reef driver sank when it was probed twice.\n\nIt floats now."; got != want {
		t.Errorf("text %q", got)
	}
	if want := []Enclosure{{"https://lists.example.org/files/reef.patch", "text/x-patch", "99"}}; !slices.Equal(reply.Enclosures, want) {
		t.Errorf("enclosures %v", reply.Enclosures)
	}
	_, items, _ = parse(t, file(t, "atom03.xml"))
	if it := items[0]; !it.Published.Equal(at("2004-11-01T08:00:00Z")) || !it.Updated.Equal(at("2004-11-02T08:00:00Z")) || it.ContentText() != "It floats & boots." {
		t.Errorf("Atom 0.3: %+v", it)
	}
}

func TestYouTubeTextIsInItsMediaGroup(t *testing.T) {
	_, items, _ := parse(t, file(t, "youtube.xml"))
	it := items[0]
	if it.ID != "yt:video:AbCdEf_0123" || it.URL != "https://www.youtube.com/watch?v=AbCdEf_0123" {
		t.Errorf("got %+v", it)
	}
	if want := "A talk with 3 < 4 boards & no fans.\n\nSlides: https://reef.example.org/slides"; it.SummaryText() != want {
		t.Errorf("text %q", it.SummaryText())
	}
}

func TestJSONFeedItems(t *testing.T) {
	_, items, _ := parse(t, file(t, "feed.json"))
	a, b := items[0], items[1]
	if a.ID != "17" || a.Author != "Sol Ebb" || !a.Published.Equal(at("2026-11-16T08:00:00Z")) || !slices.Equal(a.Tags, []string{"tides", "arm64"}) {
		t.Errorf("got %+v", a)
	}
	if want := "if a < b then flood & flow\n\nsecond paragraph"; a.ContentText() != want {
		t.Errorf("plain text became %q", a.ContentText())
	}
	if want := []string{"https://news.example.org/18", "https://elsewhere.example.com/flood"}; b.URL != want[0] || !slices.Equal(b.Links, want) {
		t.Errorf("links %q", b.Links)
	}
	if b.Author != "Guest Writer" || len(b.Enclosures) != 1 || b.Enclosures[0].Length != "12" {
		t.Errorf("got %+v", b)
	}
	_, items, _ = parse(t, file(t, "feed10.json"))
	if items[0].SummaryText() != "1 < 2" {
		t.Errorf("summary %q", items[0].SummaryText())
	}
}

func TestOneOddItemOfAJSONFeedCostsOnlyItself(t *testing.T) {
	_, items, warnings := parse(t, `{"version":"https://jsonfeed.org/version/1","items":[null,{"id":1,"title":"a","tags":"x,y","author":"Jo Pike"},7,{"id":"2","title":"b"},{"id":3,"title":["c"],"url":"https://x.example/3"}]}`)
	if len(items) != 3 || items[0].Title != "a" || !slices.Equal(items[0].Tags, []string{"x", "y"}) || items[0].Author != "Jo Pike" || items[2].URL != "https://x.example/3" {
		t.Errorf("got %+v", items)
	}
	if len(warnings) != 4 {
		t.Errorf("warnings %q", warnings)
	}
}

func TestAnOddHeadOfAJSONFeedCostsNoItem(t *testing.T) {
	_, items, warnings := parse(t, `{"version":"https://jsonfeed.org/version/1","title":["x"],"author":"Jo Pike","items":[{"id":1,"title":"a"},{"id":2,"title":"b"}]}`)
	if got := titles(items); !slices.Equal(got, []string{"a", "b"}) || len(warnings) != 1 {
		t.Errorf("%q, %q", got, warnings)
	}
}

func TestRelativeLinksBecomeAbsolute(t *testing.T) {
	item := `<item><title>a</title><link>../b?x=1#y</link></item>`
	_, items, _ := parse(t, rssOf(item))
	if items[0].URL != "https://news.example.org/b?x=1#y" {
		t.Errorf("got %q", items[0].URL)
	}
	d, _ := Slice([]byte(rssOf(item))) // a file that came from nowhere: the feed's own link must do
	if _, items, _, _ = d.Parse(nil, Meta{}); items[0].URL != "https://news.example.org/b?x=1#y" {
		t.Errorf("without a URL of the feed: %q", items[0].URL)
	}
}

func TestLinksOfAnEntry(t *testing.T) {
	for _, c := range []struct{ name, item, want string }{
		{"white space and tracking", "<link>\n https://x.example/a?utm_medium=b&amp;c=1 \n</link>", "https://x.example/a?c=1"},
		{"CDATA", "<link><![CDATA[https://x.example/a?b=1&c=2]]></link>", "https://x.example/a?b=1&c=2"},
		{"href", `<link href="https://x.example/a"/>`, "https://x.example/a"},
		{"atom:link", `<a:link xmlns:a="http://www.w3.org/2005/Atom" rel="alternate" href="https://x.example/a"/>`, "https://x.example/a"},
		{"what must not be opened", `<link>javascript:alert(1)</link>`, ""},
		{"a guid that is no link", `<guid>17@x.example</guid>`, ""},
	} {
		if _, items, _ := parse(t, rssOf("<item><title>t</title>"+c.item+"</item>")); items[0].URL != c.want {
			t.Errorf("%s: %q, want %q", c.name, items[0].URL, c.want)
		}
	}
}

func TestTitlesBecomePlainTextOnce(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"double-escaped", "Arm &amp;amp; x86 &amp;#8211; a year", "Arm & x86 – a year"},
		{"escaped once", "Arm &amp; x86", "Arm & x86"},
		{"an entity that is the subject", "How to write &amp;amp;amp; in HTML", "How to write &amp; in HTML"},
		{"markup", "A &lt;b&gt;bold&lt;/b&gt; &lt;i&gt;move&lt;/i&gt;", "A bold move"},
		{"markup, in CDATA", "<![CDATA[A <em>bold</em> move &amp; more]]>", "A bold move & more"},
		{"markup, not escaped", "A <b>bold</b> move", "A bold move"},
		{"tags that are words", "The &lt;video&gt; element and Result&lt;T, E&gt;", "The <video> element and Result<T, E>"},
		{"less than", "Boards with &lt; 4 GB", "Boards with < 4 GB"},
		{"bare ampersand and undefined entities", "R&D at caf&eacute; &nbsp;Arm &unknown;", "R&D at café Arm &unknown;"},
		{"lines and controls", "two\n\t lines\x07", "two lines"},
		{"bidi", "abc\u202efdp.exe", "abcfdp.exe"},
	} {
		_, items, _ := parse(t, rssOf("<item><title>"+c.in+"</title></item>"))
		if items[0].Title != c.want {
			t.Errorf("%s: %q, want %q", c.name, items[0].Title, c.want)
		}
	}
}

func TestWithoutATitleTheTextBegins(t *testing.T) {
	_, items, _ := parse(t, rssOf(`<item><description>&lt;p&gt;The kiosk runs on &lt;a href="/arm"&gt;Arm&lt;/a&gt; now.&lt;/p&gt;&lt;p&gt;More soon.&lt;/p&gt;</description></item>`,
		"<item><description>"+strings.Repeat("word ", 100)+"</description></item>", "<item><link>https://x.example/</link></item>"))
	if items[0].Title != "The kiosk runs on Arm now." {
		t.Errorf("got %q", items[0].Title)
	}
	if n := len([]rune(items[1].Title)); n > 120 || !strings.HasSuffix(items[1].Title, "…") {
		t.Errorf("%d runes: %q", n, items[1].Title)
	}
	if items[2].Title != "" {
		t.Errorf("a title out of nothing: %q", items[2].Title)
	}
}

func TestAuthorsInEveryForm(t *testing.T) {
	for _, c := range []struct{ in, name, mail string }{
		{"<author>Ada Keel &lt;ada@example.org&gt;</author>", "Ada Keel", "ada@example.org"},
		{"<author>ada@example.org (Ada Keel)</author>", "Ada Keel", "ada@example.org"},
		{"<author>ada@example.org(Ada Keel)</author>", "Ada Keel", "ada@example.org"},
		{"<author>nobody@example.org (a@k)</author>", "a@k", "nobody@example.org"},
		{"<author>Ada Keel (ada@example.org)</author>", "Ada Keel", "ada@example.org"},
		{"<author>ada@example.org</author>", "", "ada@example.org"},
		{"<author>Ada Keel (news desk)</author>", "Ada Keel (news desk)", ""},
		{"<author>Ada Keel</author>", "Ada Keel", ""},
		{"<dc:creator>Ada Keel</dc:creator>", "Ada Keel", ""},
		{"<dc:creator>Ada &amp;amp; Co</dc:creator>", "Ada & Co", ""},
		{"", "", ""},
	} {
		_, items, _ := parse(t, rssOf("<item><title>t</title>"+c.in+"</item>"))
		if items[0].Author != c.name || items[0].AuthorMail != c.mail {
			t.Errorf("%s: %q %q", c.in, items[0].Author, items[0].AuthorMail)
		}
	}
}

func FuzzFeed(f *testing.F) {
	for _, name := range []string{"rss091.xml", "rss10.xml", "rss20.xml", "atom10.xml", "youtube.xml", "feed.json"} {
		b, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(b[:len(b)*2/3])
	}
	for _, s := range damaged {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := Slice(body)
		if err != nil {
			return
		}
		for _, bare := range []bool{false, true} {
			_, items, _, err := d.Parse(nil, Meta{URL: base, Bare: bare})
			if err != nil {
				return
			}
			if len(items) > len(d.Entries) {
				t.Fatalf("%d items of %d entries", len(items), len(d.Entries))
			}
			for i, it := range items {
				if it.Entry < 0 || it.Entry >= len(d.Entries) || i > 0 && it.Entry <= items[i-1].Entry {
					t.Fatalf("item %d is of entry %d", i, it.Entry)
				}
				if plain.Line(it.Title) != it.Title || plain.Line(it.Author) != it.Author {
					t.Fatalf("not a clean line: %q by %q", it.Title, it.Author)
				}
			}
		}
	})
}

package feed

import (
	"fmt"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

func item(title string) string {
	return fmt.Sprintf("<item><title>%s</title><link>https://x.example/%s</link></item>\n", title, title)
}

// damaged feeds, each with the titles that can be saved. They are seeds of FuzzFeed too.
var damaged = map[string]string{
	"a stray end tag in an entry":       rssOf(item("a"), "<item><title>b</title><description>x</p> y</description><link>https://x.example/b</link></item>", item("c")),
	"markup that is never closed":       rssOf(item("a"), "<item><title>b</title><description><ul><li>x<br>y<img src=z></description><link>https://x.example/b</link></item>", item("c")),
	"an attribute with a bare <":        rssOf(item("a"), `<item><title>b</title><category domain="a<b">k</category></item>`, item("c")),
	"an unquoted attribute":             rssOf(item("a"), `<item><title>b</title><description><a href=https://x.example/?a=b>x</a></description></item>`, item("c")),
	"a bare < in a title":               rssOf(item("a"), "<item><title>b</title><description>1 < 2 <</description></item>", item("c")),
	"]]> in text":                       rssOf(item("a"), "<item><title>b</title><description>x ]]> y</description></item>", item("c")),
	"CDATA in CDATA":                    rssOf(item("a"), "<item><title>b</title><description><![CDATA[x <![CDATA[y]]> z]]></description></item>", item("c")),
	"CDATA that never ends":             rssOf(item("a"), "<item><title>b</title><description><![CDATA[x</description></item>", item("c")),
	"CDATA that ends in the next entry": rssOf(item("a"), "<item><title>b</title><description><![CDATA[x</description></item>", "<item><title>c</title><description><![CDATA[y]]></description></item>"),
	"a quote that never ends":           rssOf(item("a"), `<item><title>b</title><description><a href="x>y</a></description></item>`, item("c")),
	"a control character":               rssOf(item("a"), "<item><title>b</title><description>x\x01\x0b y</description></item>", item("c")),
	"bytes that are not UTF-8":          rssOf(item("a"), "<item><title>b</title><description>x\xff\xfe y</description></item>", item("c")),
	"complaints of a server before it":  "<br />\n<b>Warning</b>: cannot include in /srv/x.php on line 3<br />\n<?xml version=\"1.0\"?>\n" + rssOf(item("a"), item("b"), item("c")),
	"a page around it":                  "<html><body>" + rssOf(item("a"), item("b"), item("c")) + "</body></html>",
	"rubbish behind it":                 rssOf(item("a"), item("b"), item("c")) + "<script>if (1 < 2) x('<item>')</script><p>",
	"a head that is not well-formed":    strings.Replace(rssOf(item("a"), item("b"), item("c")), "<title>T</title>", "<title>T < U</title><b>x</p>", 1),
	"a head that cannot be mended":      strings.Replace(rssOf(item("a"), item("b"), item("c")), "<title>T</title>", "<x:= ><title>T</tit<le>", 1),
	"no XML declaration to speak of":    "\ufeff \n<?xml version='1.0' encoding='x-never-heard'?>" + rssOf(item("a"), item("b"), item("c")),
}

func TestADamagedFeedKeepsItsEntries(t *testing.T) {
	for name, body := range damaged {
		d, err := Slice([]byte(body))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		_, items, warnings, err := d.Parse(nil, Meta{URL: base})
		if got := titles(items); err != nil || !slices.Equal(got, []string{"a", "b", "c"}) || d.Cut {
			t.Errorf("%s: %q, cut %v, %v; %q", name, got, d.Cut, err, warnings)
			continue
		}
		for i, want := range []string{"https://x.example/a", items[1].URL, items[2].URL} {
			if items[i].URL != want {
				t.Errorf("%s: entry %d has the link %q", name, i+1, items[i].URL)
			}
		}
		if strings.Contains(body, "https://x.example/b<") && items[1].URL != "https://x.example/b" {
			t.Errorf("%s: the damaged entry has the link %q", name, items[1].URL)
		}
	}
}

func TestABrokenEntryCostsOnlyItself(t *testing.T) {
	for name, broken := range map[string]string{
		"never closed":               "<item><title>b</title><description>x</description>",
		"never closed, within a tag": "<item><title>b</title><description>",
		"a tag without a name":       "<item><title>b</title><:x y='</item>'></:x></item>",
	} {
		d, err := Slice([]byte(rssOf(item("a"), broken, item("c"), item("d"))))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		_, items, warnings, err := d.Parse(nil, Meta{URL: base})
		got := titles(items)
		if got = slices.DeleteFunc(got, func(s string) bool { return s == "b" }); err != nil || !slices.Equal(got, []string{"a", "c", "d"}) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if d.Cut || len(warnings) == 0 {
			t.Errorf("%s: cut %v, warnings %q", name, d.Cut, warnings)
		}
	}
}

func TestMendedMarkupStaysText(t *testing.T) {
	_, items, warnings := parse(t, rssOf("<item><title>b</title><description><p>One &amp; two</p><p>three</b> <br> four</description><pubDate>Mon, 16 Nov 2026 08:30:00 GMT</pubDate></item>"))
	if got, want := items[0].SummaryText(), "One & two\n\nthree four"; got != want {
		t.Errorf("got %q", got)
	}
	if items[0].Published.IsZero() || len(warnings) != 1 {
		t.Errorf("what follows the damage was lost: %+v, %q", items[0], warnings)
	}
}

func TestAFeedCutOffKeepsItsWholeEntries(t *testing.T) {
	whole := rssOf(item("a"), item("b"), "<item><title>c</title><description><![CDATA[<p>text</p>]]></description></item>")
	for _, c := range []struct {
		name, before string
		want         []string
	}{
		{"between entries", "<item><title>c", []string{"a", "b"}},
		{"in an entry", "</title><description>", []string{"a", "b"}},
		{"in CDATA", "text</p>", []string{"a", "b"}},
		{"in a start tag", "tem><title>b", []string{"a"}},
		{"in an end tag", "tem></channel>", []string{"a", "b"}},
		{"behind the last entry", "</channel>", []string{"a", "b", "c"}},
		{"in the last end tag", "ss>", []string{"a", "b", "c"}},
		{"in the first entry", "/title><link>https://x.example/a", []string{}},
	} {
		body := whole[:strings.LastIndex(whole, c.before)]
		d, err := Slice([]byte(body))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		f, items, _, err := d.Parse(nil, Meta{URL: base})
		if got := titles(items); err != nil || !d.Cut || !slices.Equal(got, c.want) || f.Title != "T" {
			t.Errorf("%s: %q of %q, cut %v, %v", c.name, got, f.Title, d.Cut, err)
		}
	}
	for _, name := range []string{"rss10.xml", "atom10.xml", "feed.json"} {
		body := file(t, name)
		d, err := Slice([]byte(body[:strings.LastIndex(body, "</entry>")+strings.LastIndex(body, "</item>")+strings.LastIndex(body, "attachments")+2]))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, items, _, err := d.Parse(nil, Meta{URL: base}); err != nil || !d.Cut || len(items) != 1 {
			t.Errorf("%s: %d items, cut %v, %v", name, len(items), d.Cut, err)
		}
	}
}

// Whatever the place of the break: no error of ours, and no entry that the whole feed lacks.
func TestAFeedCutOffAnywhere(t *testing.T) {
	for _, name := range []string{"rss20.xml", "rss10.xml", "atom10.xml", "feed.json"} {
		body := file(t, name)
		_, all, _ := parse(t, body)
		want := titles(all)
		for n := 0; n < len(body)-1; n += 7 {
			d, err := Slice([]byte(body[:n]))
			if err != nil {
				continue
			}
			_, items, _, err := d.Parse(nil, Meta{URL: base})
			if err != nil {
				continue
			}
			if got := titles(items); len(got) > len(want) || !slices.Equal(got, want[:len(got)]) {
				t.Fatalf("%s cut at %d: %q", name, n, got)
			}
		}
	}
}

func TestWhatLooksLikeAnEntryIsNone(t *testing.T) {
	for name, body := range map[string]string{
		"in a comment":        rssOf(item("a"), "<!-- <item><title>no</title></item> -->", item("b")),
		"in CDATA":            rssOf(item("a"), "<item><title>b</title><description><![CDATA[<item><title>no</title></item><item>]]></description></item>"),
		"in an attribute":     rssOf(item("a"), `<item><title>b</title><category domain="x > <item y">k</category></item>`),
		"an empty element":    rssOf(item("a"), "<item/>", item("b")),
		"in the DOCTYPE":      `<!DOCTYPE rss [<!ENTITY e "<item>"><!ELEMENT item (title)>]>` + rssOf(item("a"), item("b")),
		"in an instruction":   "<?php echo '<item>' ?>" + rssOf(item("a"), item("b")),
		"another in its name": rssOf(item("a"), "<items><title>no</title></items><textInput><title>no</title></textInput>", item("b")),
		"in an entry":         rssOf(item("a"), "<item><title>b</title><item><title>no</title></item></item>"),
	} {
		d, err := Slice([]byte(body))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		_, items, _, err := d.Parse(nil, Meta{URL: base})
		if got := titles(items); err != nil || d.Cut || !slices.Equal(got, []string{"a", "b"}) {
			t.Errorf("%s: %q, cut %v, %v", name, got, d.Cut, err)
		}
	}
}

func TestEntriesWithAPrefix(t *testing.T) {
	_, items, _ := parse(t, `<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:title>T</a:title><a:entry><a:id>1</a:id><a:title>one</a:title><a:link href="https://x.example/1"/></a:entry></a:feed>`)
	if len(items) != 1 || items[0].Title != "one" || items[0].URL != "https://x.example/1" {
		t.Errorf("got %+v", items)
	}
}

func TestKnownEntriesAreNotParsedAgain(t *testing.T) {
	for _, name := range []string{"rss091.xml", "rss10.xml", "rss20.xml", "atom10.xml", "feed.json"} {
		d, err := Slice([]byte(file(t, name)))
		if err != nil {
			t.Fatal(err)
		}
		f, all, _, err := d.Parse(nil, Meta{URL: base})
		if err != nil {
			t.Fatal(err)
		}
		for i := range all {
			part, one, _, err := d.Parse([]int{i}, Meta{URL: base})
			if err != nil || !reflect.DeepEqual(one, all[i:i+1]) || !reflect.DeepEqual(part, f) {
				t.Errorf("%s, entry %d alone: %+v, %v", name, i, one, err)
			}
		}
		if _, none, _, err := d.Parse([]int{}, Meta{URL: base}); err != nil || len(none) != 0 {
			t.Errorf("%s, no entry wanted: %v, %v", name, none, err)
		}
	}
}

func TestEntriesAreTheSameWithoutTheHead(t *testing.T) {
	bodies := maps.Clone(damaged)
	files, err := filepath.Glob("testdata/*.*")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		bodies[name] = file(t, filepath.Base(name))
	}
	for name, body := range bodies {
		d, err := Slice([]byte(body))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		_, whole, _, err := d.Parse(nil, Meta{URL: base})
		_, bare, _, again := d.Parse(nil, Meta{URL: base, Bare: true})
		if err != nil || again != nil || !reflect.DeepEqual(whole, bare) {
			t.Errorf("%s: %v, %v\n%+v\nwithout: %+v", name, err, again, whole, bare)
		}
	}
}

func TestTheHashOfAnEntryIsThatOfItsBytes(t *testing.T) {
	a, _ := Slice([]byte(rssOf(item("a"), item("b"))))
	b, _ := Slice([]byte(rssOf(item("new"), item("a"), item("b"))))
	if a.Entries[0].Hash != b.Entries[1].Hash || a.Entries[0].Hash == a.Entries[1].Hash {
		t.Error("an entry is not known again when it moves")
	}
}

func TestWhatIsNoFeedIsNamed(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{"", "an empty document"},
		{" \n\t\ufeff", "an empty document"},
		{"<!DOCTYPE html><html><head><title>Not found</title></head><body><p>Sorry</p></body></html>", "an HTML page"},
		{"<br />\n<b>Fatal error</b>: out of memory", "an HTML page"},
		{"<html><head><title>Just a moment...</title></head></html>", "a challenge"},
		{`<!doctype html><html><script id="anubis_challenge" type="application/json">{}</script></html>`, "a challenge"},
		{`<?xml version="1.0"?><opml version="2.0"><body><outline xmlUrl="https://x.example/"/></body></opml>`, "an OPML list"},
		{`<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://x.example/</loc></url></urlset>`, "a sitemap"},
		{`<sitemapindex><sitemap/></sitemapindex>`, "a sitemap"},
		{`{"message": "Not Found"}`, "a JSON document, but no JSON Feed"},
		{`[1, 2]`, "a JSON document, but no JSON Feed"},
		{`{"version": "https://jsonfeed.org/version/1", "items": 7}`, "items are no list"},
		{`{"message": "Not`, "a JSON document that breaks off"},
		{`<svg xmlns="http://www.w3.org/2000/svg"><title>x</title></svg>`, "begins with <svg>"},
		{"plain words", "neither XML nor JSON"},
		{"\x00\x01\x02", "neither XML nor JSON"},
	} {
		_, err := Slice([]byte(c.body))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.50q: %v, want %q", c.body, err, c.want)
		}
	}
}

func TestAnEmptyFeedIsAFeed(t *testing.T) {
	for _, body := range []string{rssOf(), `<feed xmlns="http://www.w3.org/2005/Atom"/>`, `{"version": "https://jsonfeed.org/version/1.1", "items": []}`, `{"version": "https://jsonfeed.org/version/1.1"}`} {
		d, err := Slice([]byte(body))
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		if _, items, _, err := d.Parse(nil, Meta{URL: base}); err != nil || len(items) != 0 || d.Cut {
			t.Errorf("%s: %v, %v", body, items, err)
		}
	}
}

func TestLimits(t *testing.T) {
	for name, body := range map[string]string{
		"nested more than":                 rssOf("<item><title>a</title>" + strings.Repeat("<x:y>", maxNested+1) + "</item>"),
		"nested more than 64":              "<rss>" + strings.Repeat("<x>", maxDepth+1),
		fmt.Sprintf("than %d", maxEntries): rssOf(strings.Repeat("<item></item>", maxEntries+1)),
		fmt.Sprintf("%d e", maxEntries):    `{"version": "https://jsonfeed.org/version/1", "items": [` + strings.Repeat("{},", maxEntries) + "{}]}",
	} {
		if _, err := Slice([]byte(body)); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("want an error with %q, got %v", name, err)
		}
	}
}

// A long head and one broken entry among many must not cost a parse of the whole for each.
func TestManyEntriesAndOneBroken(t *testing.T) {
	body := strings.Replace(rssOf(strings.Repeat(item("a"), 2000), "<item><title>b <</title><x =></x></item>"), "<title>T", "<description>"+strings.Repeat("long ", 50000)+"</description><title>T", 1)
	if _, items, warnings := parse(t, body); len(items) < 2000 || len(warnings) != 1 {
		t.Errorf("%d items, %q", len(items), warnings)
	}
}

func TestWarningsAreFew(t *testing.T) {
	if _, items, warnings := parse(t, rssOf(strings.Repeat("<item><title>a</title><description>x</p></description></item>", 100))); len(items) != 100 || len(warnings) != maxWarnings+1 {
		t.Errorf("%d items, %d warnings", len(items), len(warnings))
	}
}

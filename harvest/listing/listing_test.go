package listing_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wiredesk/harvest/listing"
)

const news = `<html><head><base href="/blog/"></head><body>
<article class="post"><h2><a href="one">First   <em>post</em></a></h2><time datetime="2026-11-03T10:00:00+01:00">3 Nov</time><p>It runs on arm64 &amp; more.</p></article>
<article class="post"><h2><a href="https://other.example/two?utm_source=x">Second</a></h2><span class="date">Published on March 4, 2026 by Nn</span></article>
<article class="post"><h2><a href="javascript:alert(1)">Bad</a></h2></article>
<article class="post"><h2><a href="one#comments">First again</a></h2></article>
<article class="post"><h2>No link</h2></article>
</body></html>`

func TestRead(t *testing.T) {
	detroit, err := time.LoadLocation("America/Detroit")
	if err != nil {
		t.Skip(err)
	}
	items, warnings, err := listing.Read([]byte(news), "https://site.example/", listing.Selectors{Item: "article.post", Link: "h2 a", Date: "time, .date"}, detroit)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, it := range items {
		got = append(got, fmt.Sprintf("%s | %s | %s | %s", it.ID, it.Title, it.URL, it.Published.UTC().Format(time.RFC3339)))
	}
	want := []string{
		"https://site.example/blog/one | First post | https://site.example/blog/one | 2026-11-03T09:00:00Z",
		"https://other.example/two | Second | https://other.example/two | 2026-03-04T00:00:00Z",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("items (-want +got):\n%s", d)
	}
	if text := items[0].SummaryText(); !strings.Contains(text, "It runs on arm64 & more.") {
		t.Errorf("the text to match is %q", text)
	}
	if links := listing.Links(items[1].Content, "https://site.example/"); len(links) != 1 {
		t.Errorf("the item's HTML gives %v", links)
	}
	if len(warnings) != 2 {
		t.Errorf("warnings: %q, want one for each of the two items without a link", warnings)
	}
}

func TestReadDates(t *testing.T) {
	zone := time.FixedZone("", -5*3600)
	for html, want := range map[string]string{
		`<i class=d title="2026-05-06 07:08">yesterday</i>`:      "2026-05-06T12:08:00Z",
		`<i class=d>Posted 4th March 2026, 6 min read</i>`:       "2026-03-04T00:00:00Z",
		`<i class=d>Updated: March 4th, 2026</i>`:                "2026-03-04T00:00:00Z",
		`<i class=d>2026-03-04T10:00:00Z</i>`:                    "2026-03-04T10:00:00Z",
		`<i class=d><time datetime="2026-03-04">x</time></i>`:    "2026-03-04T00:00:00Z",
		`<meta class=d content="2026-03-04T10:00:00+02:00">`:     "2026-03-04T08:00:00Z",
		`<i class=d>yesterday</i>`:                               "0001-01-01T00:00:00Z",
		``:                                                       "0001-01-01T00:00:00Z",
		`<i class=d>Version 2026 of the 12 boards, in total</i>`: "0001-01-01T00:00:00Z",
	} {
		items, _, err := listing.Read([]byte(`<ul><li><a href="/x">X</a>`+html+`</li></ul>`), "https://site.example/", listing.Selectors{Item: "li", Link: "a", Date: ".d"}, zone)
		if err != nil || len(items) != 1 {
			t.Fatalf("%s: %v, %v", html, items, err)
		}
		if got := items[0].Published.UTC().Format(time.RFC3339); got != want {
			t.Errorf("%s is %s, want %s", html, got, want)
		}
	}
}

func TestReadOtherShapes(t *testing.T) {
	for _, c := range []struct {
		html string
		s    listing.Selectors
		want string
	}{
		{`<a class="card" href="/1"><h3>Card</h3><p>text</p></a>`, listing.Selectors{Item: "a.card", Link: "a", Title: "h3"}, "Card https://s.example/1"},
		{`<a class="card" href="/1"><h3>Card</h3></a>`, listing.Selectors{Item: "a.card"}, "Card https://s.example/1"},
		{`<div class="row"><h2>Row</h2><a href="/2">more</a></div>`, listing.Selectors{Item: ".row", Link: "a", Title: "h2"}, "Row https://s.example/2"},
		{`<div class="row"><a href="/3"><img alt="Picture of a board"></a></div>`, listing.Selectors{Item: ".row", Link: "a"}, "Picture of a board https://s.example/3"},
		{`<div class="row"><h2 class="t">In a title <a href="/4">link</a></h2></div>`, listing.Selectors{Item: ".row", Link: ".t", Title: ".t"}, "In a title link https://s.example/4"},
		{`<a href="/5"><div class="row">Around it</div></a>`, listing.Selectors{Item: ".row"}, "Around it https://s.example/5"},
	} {
		items, _, err := listing.Read([]byte(c.html), "https://s.example/", c.s, nil)
		if err != nil || len(items) != 1 || items[0].Title+" "+items[0].URL != c.want {
			t.Errorf("%s: %+v, %v, want %s", c.html, items, err, c.want)
		}
	}
}

func TestReadRefuses(t *testing.T) {
	if items, _, err := listing.Read([]byte(news), "https://s.example/", listing.Selectors{Item: ".gone", Link: "a"}, nil); err != nil || len(items) != 0 {
		t.Errorf("a selector that matches nothing: %v, %v; want nothing and no error", items, err)
	}
	if _, _, err := listing.Read([]byte(news), "", listing.Selectors{Item: "li[", Link: "a"}, nil); err == nil || !strings.Contains(err.Error(), "item") {
		t.Errorf("a broken selector: %v, want an error that names it", err)
	}
	if _, _, err := listing.Read([]byte(strings.Repeat("<div>", 2000)), "", listing.Selectors{Item: "li", Link: "a"}, nil); err == nil {
		t.Error("a page 2,000 deep is read without an error")
	}
	var b strings.Builder
	for i := range 700 {
		fmt.Fprintf(&b, `<li><a href="https://s.example/%d">Item %d</a></li>`, i, i)
	}
	items, warnings, err := listing.Read([]byte(b.String()), "", listing.Selectors{Item: "li", Link: "a"}, nil)
	if err != nil || len(items) != 500 || len(warnings) != 1 {
		t.Errorf("700 items: %d with %q, %v; want 500 and a warning", len(items), warnings, err)
	}
	same := strings.Repeat(`<li><a href="https://s.example/one">One</a></li>`, 2500) + `<li><a href="https://s.example/two">Two</a></li>`
	items, warnings, err = listing.Read([]byte(same), "", listing.Selectors{Item: "li", Link: "a"}, nil)
	if err != nil || len(items) != 1 || len(warnings) != 1 || !strings.Contains(warnings[0], "2000 elements") {
		t.Errorf("2,500 items of one link: %d with %q, %v; want 1 and a warning", len(items), warnings, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(news), "https://site.example/")
	f.Add([]byte(`<li><a href="//x.example"><img alt=y><time>1 Jan 2026`), "")
	f.Fuzz(func(t *testing.T, body []byte, base string) {
		items, _, err := listing.Read(body, base, listing.Selectors{Item: "article, li, div", Link: "a", Title: "h2, a", Date: "time, .date"}, nil)
		if err != nil {
			return
		}
		for _, it := range items {
			if it.URL == "" || strings.ContainsAny(it.Title, "\n\x1b\u202e") {
				t.Fatalf("item %+v", it)
			}
		}
	})
}

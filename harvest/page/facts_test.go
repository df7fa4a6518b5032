package page_test

import (
	"strings"
	"testing"
	"time"

	"wiredesk/harvest/page"
)

// prose is a main text long enough to be one.
const prose = `<p>The new boards boot the mainline kernel without a single patch, which has not been said of a small board before.</p>`

// withHead is a page with these elements in its head, and with this in front of its text.
func withHead(head, before string) string {
	return "<!DOCTYPE html><html><head>" + head + "</head><body>" + before + prose + "</body></html>"
}

func TestTitle(t *testing.T) {
	for _, c := range []struct{ name, url, head, before, want string }{
		{"the title element", "", `<title>Boards, at last</title>`, "", "Boards, at last"},
		{"nothing but a heading", "", "", `<h1>Boards,  at
			<em>last</em></h1>`, "Boards, at last"},
		{"Open Graph wins", "", `<title>x</title><meta property="og:title" content="Boards &amp; more">`, "", "Boards & more"},
		{"escaped twice", "", `<meta property="og:title" content="Boards &amp;amp; more">`, "", "Boards & more"},
		{"JSON-LD", "", `<script type="application/ld+json">{"@type":"BlogPosting","headline":"From JSON"}</script>`, "", "From JSON"},
		{"known site behind", "", `<title>Boards - The Bench</title><meta property="og:site_name" content="The Bench">`, "", "Boards"},
		{"known site in front", "", `<title>The Bench » Boards</title><meta property="og:site_name" content="The Bench">`, "", "Boards"},
		{"site and section", "", `<title>Boards | News | The Bench</title>`, `<h1>Boards</h1>`, "Boards"},
		{"a dash that belongs there", "", `<title>Boards - the small ones</title>`, "", "Boards - the small ones"},
		{"site by its host", "https://www.petrel.example/x", `<title>Boards • Petrel</title>`, "", "Boards"},
		{"site in brackets", "https://lwn.net/Articles/1/", `<title>Boards [LWN.net]</title>`, "", "Boards"},
		{"brackets that belong there", "https://lwn.net/Articles/1/", `<title>Boards [part 2]</title>`, "", "Boards [part 2]"},
		{"heading with an anchor", "", `<title>Boards — Bench 1.2 documentation</title>`, `<h1>Boards<a class="headerlink">¶</a></h1>`, "Boards"},
		{"only the site's name is stated", "https://bench.example/a/b", `<meta property="og:site_name" content="The Bench"><meta property="og:title" content="The Bench"><title>The Bench</title>`, `<h1>Boards</h1>`, "Boards"},
		{"on the front page that is the title", "https://bench.example/", `<meta property="og:site_name" content="The Bench"><title>The Bench</title>`, `<h1>Boards</h1>`, "The Bench"},
		{"not that of a drawing", "", "", `<svg><title>Logo</title></svg><h1>Boards</h1>`, "Boards"},
		{"tags are words", "", `<title>The &lt;video&gt; element</title>`, "", "The <video> element"},
		{"without spaces, in Chinese", "", `<title>开发板启动_科技_新闻网</title>`, `<h1>开发板启动</h1>`, "开发板启动"},
		{"a slogan for a heading", "https://example.org/arm-servers", `<title>Arm servers | The Bench</title><meta property="og:title" content="Arm servers">`, `<h1>Arm servers built to grow with you</h1>`, "Arm servers"},
		{"an article has none", "https://example.org/arm-servers", `<title>Arm servers</title><meta property="og:type" content="article"><meta property="og:title" content="Arm servers">`, `<h1>Arm servers built to grow with you</h1>`, "Arm servers built to grow with you"},
		{"too long", "", `<title>` + strings.Repeat("word ", 200) + `</title>`, "", strings.Repeat("word ", 58) + "word…"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.url == "" {
				c.url = "https://example.org/2026/boards"
			}
			if p := parse(t, c.url, withHead(c.head, c.before), none); p.Title != c.want {
				t.Errorf("got %q, want %q", p.Title, c.want)
			}
		})
	}
}

func TestSite(t *testing.T) {
	for _, c := range []struct{ name, url, head, before, want string }{
		{"Open Graph", "", `<meta property="og:site_name" content="The Bench">`, "", "The Bench"},
		{"publisher", "", `<script type="application/ld+json">{"@type":"NewsArticle","publisher":{"name":"Bench Ltd"}}</script>`, "", "Bench"},
		{"a known host before its publisher", "https://fr.wikipedia.org/wiki/Arm", `<script type="application/ld+json">{"@type":"Article","publisher":{"name":"A Foundation, Inc."}}</script>`, "", "Wikipedia"},
		{"application", "", `<meta name="application-name" content="Bench">`, "", "Bench"},
		{"what the title says behind the heading", "", `<title>Boards | News | The Bench</title>`, `<h1>Boards</h1>`, "The Bench"},
		{"slogan cut off", "https://bench.example/x", `<meta property="og:site_name" content="Bench - all there is to know">`, "", "Bench"},
		{"known host", "https://www.phoronix.com/news/x", "", "", "Phoronix"},
		{"a host that only looks known", "https://notgithub.com/x", "", "", ""},
		{"unknown", "", `<title>Boards</title>`, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.url == "" {
				c.url = "https://example.org/2026/boards"
			}
			if p := parse(t, c.url, withHead(c.head, c.before), none); p.Site != c.want {
				t.Errorf("got %q, want %q", p.Site, c.want)
			}
		})
	}
}

func TestAuthor(t *testing.T) {
	ld := func(author string) string {
		return `<script type="application/ld+json">{"@type":"Article","author":` + author + `}</script>`
	}
	for _, c := range []struct{ name, head, before, want string }{
		{"nobody", "", "", ""},
		{"JSON-LD, a name", ld(`"Jo Tanaka"`), "", "Jo Tanaka"},
		{"JSON-LD, a person", ld(`{"@type":"Person","name":"Jo Tanaka"}`), "", "Jo Tanaka"},
		{"JSON-LD, several, one twice", ld(`[{"name":"Jo Tanaka"},"Mara Lindqvist",{"name":"Jo Tanaka"}]`), "", "Jo Tanaka, Mara Lindqvist"},
		{"JSON-LD, by reference", `<script type="application/ld+json">{"@graph":[{"@type":"Article","author":{"@id":"#jo"}},{"@id":"#jo","@type":"Person","name":"Jo Tanaka"}]}</script>`, "", "Jo Tanaka"},
		{"JSON-LD, an address", ld(`"https://example.org/jo"`), "", ""},
		{"JSON-LD in CDATA", `<script type="application/ld+json">//<![CDATA[` + "\n" + `{"@type":"Article","author":"Jo Tanaka"}` + "\n" + `//]]></script>`, "", "Jo Tanaka"},
		{"JSON-LD with a line break inside", `<script type="application/ld+json">{"@type":"Article","description":"a` + "\n" + `b","author":"Jo Tanaka"}</script>`, "", "Jo Tanaka"},
		{"JSON-LD broken, then whole", `<script type="application/ld+json">{"@type":"Article","author":</script>` + ld(`"Jo Tanaka"`), "", "Jo Tanaka"},
		{"JSON-LD of something else", `<script type="application/ld+json">{"@type":"Product","author":"Jo Tanaka"}</script>`, "", ""},
		{"meta", `<meta name="Author" content="By Jo Tanaka">`, "", "Jo Tanaka"},
		{"a card of two labels", `<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Jo Tanaka">`, "", "Jo Tanaka"},
		{"a card of other labels", `<meta name="twitter:label1" content="Price"><meta name="twitter:data1" content="Nine Dollars">`, "", ""},
		{"who began a thread", "", `<div class="p-description"><a class="username">jo</a></div><div itemprop="author">Mara Lindqvist</div>`, "jo"},
		{"meta, an address", `<meta property="article:author" content="https://social.example/jo">`, "", ""},
		{"a name that looks like a by-word", `<meta name="author" content="Von Achterberg">`, "", "Von Achterberg"},
		{"Dublin Core, the site itself", `<meta property="og:site_name" content="Bench"><meta name="DC.creator" content="Bench">`, "", "Bench"},
		{"Dublin Core, the site itself, and a person", `<meta property="og:site_name" content="Bench"><meta name="DC.creator" content="Bench">`, `<p class="byline">By Jo Tanaka</p>`, "Jo Tanaka"},
		{"microdata", "", `<div itemprop="author"><img alt=""><span itemprop="name">Jo Tanaka</span>, editor</div>`, "Jo Tanaka"},
		{"rel", "", `<a rel="author nofollow" href="/jo">Jo Tanaka</a>`, "Jo Tanaka"},
		{"byline with a date", "", `<div class="byline">By Jo Tanaka on 3 May 2026</div>`, "Jo Tanaka"},
		{"byline with month first", "", `<div class="FeatureByline">By Jo Tanaka<br>March 25, 2026</div>`, "Jo Tanaka"},
		{"byline with topic and comments", "", `<div class="author">Written by <a href="/jo">Jo Tanaka</a> in <a href="/k">Kernel</a> on 22 February 2026 at 06:57 AM EST. <a>15 Comments</a></div>`, "Jo Tanaka"},
		{"byline with a role", "", `<p class="pb-byline">By <a href="/jo">Jo Tanaka</a>, Senior Writer for Boards, Cables and Small Machines</p>`, "Jo Tanaka"},
		{"two names", "", `<p class="byline">by Jo Tanaka and Mara Lindqvist | 4 comments</p>`, "Jo Tanaka and Mara Lindqvist"},
		{"in German", "", `<span class="author">Von Jo Tanaka</span>`, "Jo Tanaka"},
		{"with small words", "", `<p class="byline">By Piet van der Berg</p>`, "Piet van der Berg"},
		{"a word before the name", "", `<span class="byline__by">By</span><span class="byline__author">Jo Tanaka</span>`, "Jo Tanaka"},
		{"glued to a role", "", `<p class="author"><span>Jo Tanaka</span><span>Editor</span></p>`, "Jo Tanaka"},
		{"in a line of facts", "", `<p class="entry-meta">Posted by Jo Tanaka in Boards, 12 November</p>`, "Jo Tanaka"},
		{"a heading is none", "", `<div class="author"><h3>About the author</h3></div>`, ""},
		{"a whole biography is none", "", `<div class="author">` + strings.Repeat("Jo Tanaka has written about boards since there were boards. ", 9) + `</div>`, ""},
		{"who wrote a comment did not write the page", "", `<div id="comments"><div class="byline">By rackmonkey</div></div>`, ""},
		{"nor who wrote a related page", "", `<ul class="related"><li class="byline">By Tom Achterberg</ul>`, ""},
		{"a mail address is none", "", `<span class="author">jo@bench.example</span>`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if p := parse(t, "https://example.org/boards", withHead(c.head, c.before), none); p.Author != c.want {
				t.Errorf("got %q, want %q", p.Author, c.want)
			}
		})
	}
}

func TestPublished(t *testing.T) {
	meta := func(s string) string { return `<meta property="article:published_time" content="` + s + `">` }
	for _, c := range []struct{ name, head, before, want string }{
		{"unknown", "", "", ""},
		{"JSON-LD", `<script type="application/ld+json">[{"@type":["NewsArticle"],"datePublished":"2026-11-18T09:30:00+01:00"}]</script>`, "", "2026-11-18T09:30:00+01:00"},
		{"JSON-LD, only modified", `<script type="application/ld+json">{"@type":"NewsArticle","dateModified":"2026-11-18"}</script>`, "", ""},
		{"Open Graph", meta("2026-11-18T09:30:00-0500"), "", "2026-11-18T09:30:00-05:00"},
		{"a day", meta("2026-11-18"), "", "2026-11-18T00:00:00Z"},
		{"with a space", meta("2026-11-18 06:01:07"), "", "2026-11-18T06:01:07Z"},
		{"in words", meta("18 November 2026"), "", "2026-11-18T00:00:00Z"},
		{"nonsense", meta("yesterday"), "", ""},
		{"before there was a web", meta("1970-01-01T00:00:00Z"), "", ""},
		{"five digits", meta("20266-11-18T00:00:00Z"), "", ""},
		{"thirteenth month", meta("2026-13-18"), "", ""},
		{"microdata", "", `<meta itemprop="datePublished" content="2026-11-18">`, "2026-11-18T00:00:00Z"},
		{"time in the article", "", `<time datetime="2020-01-01">then</time><article><time datetime="2026-11-18T00:00Z">now</time></article><time datetime="2021-01-01">x</time>`, "2026-11-18T00:00:00Z"},
		{"the only time", "", `<p>on <time datetime="2026-11-18">Wednesday</time></p>`, "2026-11-18T00:00:00Z"},
		{"several times and no article", "", `<time datetime="2026-11-18">a</time><time datetime="2026-11-19">b</time>`, ""},
		{"the year first", `<meta name="citation_publication_date" content="2026 Nov 18">`, "", "2026-11-18T00:00:00Z"},
		{"the day that readers see", meta("2026-11-19T02:41:00Z"), `<h1>Boards</h1><div>November 18, 2026</div>`, "2026-11-18T00:00:00Z"},
		{"not a day long before", meta("2026-11-19T02:41:00Z"), `<h1>Boards</h1><div>November 10, 2026</div>`, "2026-11-19T02:41:00Z"},
		{"nor that of a change", meta("2026-11-18T23:41:00Z"), `<h1>Boards</h1><div>Updated November 19, 2026</div>`, "2026-11-18T23:41:00Z"},
		{"glued to a section", "", `<h1>Boards</h1><div><a>News</a><span>November 18, 2026</span></div>`, "2026-11-18T00:00:00Z"},
		{"of a post, not of its writer", "", `<h1>Boards</h1><div>Joined: 4 Jul 2012</div><div>11-18-2026, 09:03 AM</div>`, "2026-11-18T00:00:00Z"},
		{"a day or a month", "", `<h1>Boards</h1><div>02-12-2026</div>`, ""},
		{"text says a date", "", `<p>On 18 November 2026 nothing happened that a program could read.</p>`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := parse(t, "https://example.org/2026/boards", withHead(c.head, c.before), none)
			got := ""
			if !p.Published.IsZero() {
				got = p.Published.Format(time.RFC3339)
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestDayOfTheAddressIsTheWriters(t *testing.T) {
	p := parse(t, "https://example.org/2026/11/18/boards", withHead(`<meta property="article:published_time" content="2026-11-19T03:05:00Z">`, ""), none)
	if got := p.Published.Format(time.DateOnly); got != "2026-11-18" || p.Evidence["published"] != "url" {
		t.Errorf("got %s by %s", got, p.Evidence["published"])
	}
}

func TestFrontPageHasNoAuthorAndDateOfAnEntry(t *testing.T) {
	p := parse(t, "https://bench.example/", withHead("", `<article><p class="byline">By Jo Tanaka</p><time datetime="2026-11-18">Wednesday</time></article>`), none)
	if p.Author != "" || !p.Published.IsZero() {
		t.Errorf("got %q, %s", p.Author, p.Published)
	}
}

func TestCanonical(t *testing.T) {
	canon := func(href string) string { return `<link rel="canonical" href="` + href + `">` }
	for _, c := range []struct{ name, url, head, want string }{
		{"missing", "", "", ""},
		{"absolute, with tracking", "", canon("https://Example.org/boards?utm_source=x"), "https://example.org/boards"},
		{"relative", "", canon("../boards"), "https://example.org/boards"},
		{"relative to the base", "", `<base href="https://static.example/a/">` + canon("b"), "https://static.example/a/b"},
		{"a base that is none", "", `<base href="javascript:x">` + canon("b"), "https://example.org/2026/b"},
		{"another host", "", canon("https://first.example/boards"), "https://first.example/boards"},
		{"javascript", "", canon("javascript:alert(1)"), ""},
		{"javascript, then Open Graph", "", canon("javascript:alert(1)") + `<meta property="og:url" content="https://example.org/b">`, "https://example.org/b"},
		{"Open Graph alone", "", `<meta property="og:url" content="/b">`, "https://example.org/b"},
		{"the front page of its site is a mistake", "", canon("https://example.org/"), ""},
		{"unless it is that page", "https://example.org/", canon("https://example.org/"), "https://example.org/"},
		{"empty", "", canon(""), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.url == "" {
				c.url = "https://example.org/2026/boards"
			}
			if p := parse(t, c.url, withHead(c.head, ""), none); p.Canonical != c.want {
				t.Errorf("got %q, want %q", p.Canonical, c.want)
			}
		})
	}
}

func TestLanguageImageAndExcerpt(t *testing.T) {
	for _, c := range []struct{ html, language, image, excerpt string }{
		{`<html lang="de-AT"><meta property="og:image" content="/a.png?x=1&amp;amp;y=2"><meta name="description" content="Kurz &amp;amp; gut">`, "de-AT", "https://example.org/a.png?x=1&y=2", "Kurz & gut"},
		{`<html><meta property="og:locale" content="en_US"><meta name="twitter:image" content="data:image/png,x">`, "en-US", "", "The new boards boot the mainline kernel without a single patch, which has not been said of a small board before."},
		{`<html lang="{{ page.lang }}"><meta property="og:description" content=" "><meta name="description" content="` + strings.Repeat("word ", 100) + `">`, "", "", strings.Repeat("word ", 78) + "word…"},
	} {
		p := parse(t, "https://example.org/x", c.html+"<body>"+prose, none)
		if p.Language != c.language || p.Image != c.image || p.Excerpt != c.excerpt {
			t.Errorf("%.60s: got %q, %q, %q", c.html, p.Language, p.Image, p.Excerpt)
		}
	}
}

func TestKnownSite(t *testing.T) {
	for url, want := range map[string]string{
		"https://github.com/a/b": "GitHub", "https://gist.github.com/a": "GitHub", "https://www.youtube.com/watch?v=1": "YouTube",
		"https://mobile.twitter.com/a": "Twitter", "https://lwn.net/Articles/1": "LWN", "https://example.org/": "", "": "", "://": "",
	} {
		if got := page.KnownSite(url); got != want {
			t.Errorf("KnownSite(%q) = %q, want %q", url, got, want)
		}
	}
}

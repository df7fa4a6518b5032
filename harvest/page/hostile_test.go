package page_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"wiredesk/harvest/page"
	"wiredesk/store/plain"
)

func TestBarriersAreNamed(t *testing.T) {
	for _, c := range []struct{ html, want string }{
		{`<title>Just a moment...</title><body><p>Checking your browser`, "a challenge for browsers stands in front of it"},
		{`<title>Attention Required! | A Cloud</title><p>Sorry`, "a challenge"},
		{`<title>Making sure you&#39;re not a bot!</title><script id="anubis_challenge" type="application/json">{}</script>`, "a challenge"},
		{`<title>Bench</title><form id="challenge-form"></form><p>One more step`, "a challenge"},
		{`<title>Log in | Bench</title><form><input type="password"></form>`, "a login"},
		{`<title>Before you continue</title><p>Cookies?`, "a consent page"},
		{``, "nothing"},
		{`<html><body> <!-- --> </body></html>`, "nothing"},
		{`<script>app()</script><div id="root"></div>`, "nothing"},
	} {
		p, err := page.Parse([]byte(c.html), "https://example.org/x", none)
		if err == nil || !strings.HasPrefix(err.Error(), "page: ") || !strings.Contains(err.Error(), c.want) || plain.Line(err.Error()) != err.Error() {
			t.Errorf("%.60q: got %v, want %q", c.html, err, c.want)
		}
		if p.Text != "" {
			t.Errorf("%.60q: has text %q", c.html, p.Text)
		}
	}
	for _, html := range []string{
		"<title>Just a moment: how clocks work</title>" + prose,
		"<title>Access denied</title><article>" + strings.Repeat(prose, 12),
		"<title>Log in once, sign everywhere</title>" + prose,
		"<title>Sign in</title><p>A story about a sign in a window, which nobody had to sign." + prose,
		"<title>Bench</title><script src='/cdn-cgi/challenge-platform/x.js'></script><article>" + prose + "</article>",
	} {
		if _, err := page.Parse([]byte(html), "https://example.org/x", none); err != nil {
			t.Errorf("%.60q: %v", html, err)
		}
	}
}

func TestHostileCharactersAreDropped(t *testing.T) {
	bad := "\x1b[31m\u009b2J\u202e\u2066\u200b\ufeff\x00\x07\U000e0041\ue000"
	s := "Boards" + bad + ", at last"
	html := `<html lang="en"><title>` + s + `</title><meta name="author" content="Jo` + bad + ` Tanaka"><meta property="og:site_name" content="The` + bad + ` Bench"><meta name="description" content="` + s + `">` +
		`<article><p>Everything ` + s + `, and then &#27;[2J&#8238; some more words, to have enough of them for the arm64 board.</p>` +
		`<blockquote>What ` + bad + `is shared will be fought over, and what is fought over will leak.<footer>Jo` + bad + ` Tanaka</footer></blockquote></article>`
	p := parse(t, "https://example.org/x", html, armWords)
	if p.Title != "Boards, at last" || p.Author != "Jo Tanaka" || p.Site != "The Bench" || p.Excerpt != "Boards, at last" {
		t.Errorf("got %q, %q, %q, %q", p.Title, p.Author, p.Site, p.Excerpt)
	}
	if want := "Everything Boards, at last, and then some more words, to have enough of them for the arm64 board."; !strings.HasPrefix(p.Text, want) {
		t.Errorf("got %q", p.Text)
	}
	if len(p.Quotes) != 2 || p.Quotes[1].Speaker != "Jo Tanaka" {
		t.Errorf("quotes: %+v", p.Quotes)
	}
}

func TestMarkupIsNotText(t *testing.T) {
	p := parse(t, "https://example.org/x", `<title>a<b>c</title><article><p>Use <code>&lt;b&gt;</code> &amp;lt; with care<!-- not <i>this</i> --><img src=x onerror="alert(1)" alt="picture">, she said, when all the others had gone home.</p>`+
		`<p onclick="x">Broken <a href="x" title="<p>">link</a> and <b>unclosed <i>things</p><p>The end of it, which is as long as ends of it must be.</p></article>`, none)
	if p.Title != "a<b>c" { // the words of a title element are never tags
		t.Errorf("title %q", p.Title)
	}
	want := "Use <b> &lt; with care, she said, when all the others had gone home.\n\nBroken link and unclosed things\n\nThe end of it, which is as long as ends of it must be."
	if p.Text != want {
		t.Errorf("got %q\nwant %q", p.Text, want)
	}
}

func TestLimits(t *testing.T) {
	var many strings.Builder
	for i := range 200 {
		fmt.Fprintf(&many, "<p>%d. %s</p>", i, strings.Repeat("Nobody reads all of this. ", 100))
	}
	p := parse(t, "https://example.org/x", "<html lang='"+strings.Repeat("x", 99)+"'><title>"+strings.Repeat("t", 5000)+"</title><meta name=author content='"+strings.Repeat("a", 999)+"'><meta property=og:site_name content='"+
		strings.Repeat("s", 999)+"'><meta name=description content='"+strings.Repeat("d", 999)+"'><article>"+many.String(), none)
	if len(p.Title) > 310 || len(p.Author) > 130 || len(p.Site) > 130 || len(p.Excerpt) > 410 || p.Language != "" || len(p.Text) > 1<<18 || len(p.Text) < 1<<18-3000 {
		t.Error(len(p.Title), len(p.Author), len(p.Site), len(p.Excerpt), p.Language, len(p.Text))
	}
	p = parse(t, "https://example.org/x", "<article><p>"+strings.Repeat("ä", 1<<18), none) // one paragraph
	if len(p.Text) > 1<<18 || len(p.Text) < 1<<18-4 {
		t.Error(len(p.Text))
	}
}

// TestHostilePages are pages made to take long, or to break the parser.
func TestHostilePages(t *testing.T) {
	const n = 10000
	for name, html := range map[string]string{
		"600 deep":             strings.Repeat("<div>", 600) + prose,
		"deep, closed":         strings.Repeat("<div>", 600) + prose + strings.Repeat("</div>", 600),
		"100,000 deep":         strings.Repeat("<b>", 100000),
		"500 deep":             strings.Repeat("<section>", 500) + prose,
		"deep tables":          strings.Repeat("<table><tr><td>", n) + prose,
		"deep quotes":          strings.Repeat("<blockquote>", 400) + prose,
		"deep JSON":            `<script type="application/ld+json">` + strings.Repeat(`{"@graph":[`, n) + strings.Repeat("]}", n) + "</script>" + prose,
		"huge attribute":       "<p title='" + strings.Repeat("x", 1<<20) + "'>" + prose,
		"huge class":           "<div class='" + strings.Repeat("byline author comment ", n) + "'>" + strings.Repeat("<i class=author>by x</i>", n/10) + prose,
		"classes all the way":  strings.Repeat("<div class='"+strings.Repeat("author ", 50)+"'>", 300) + strings.Repeat("<i class=byline>by x</i>", n/4),
		"many headings":        "<title>" + strings.Repeat("a | ", n) + "</title>" + strings.Repeat("<h1>a</h1>", n) + prose,
		"many cites":           "<blockquote>Hello. " + strings.Repeat("<cite>x</cite>", n),
		"many quotation marks": "<p>" + strings.Repeat(`“"`, n),
		"many names":           "<p>“A long enough quote, this is,” " + strings.Repeat("Jo Tanaka said ", n),
		"many speakers":        strings.Repeat("<p>“A long enough quote, this is,” Tanaka said.", n/4),
		"many list items":      strings.Repeat("<li>a", n),
		"many siblings":        strings.Repeat("<p>A paragraph of no great length.", n),
		"many marks":           "<p>a" + strings.Repeat("\u0301", n) + prose,
		"many entities":        "<p>" + strings.Repeat("&amp", n),
		"scripts without end":  strings.Repeat("<script>", n) + strings.Repeat("</b>", n),
		"a frameset":           "<frameset><frame src=x></frameset>",
		"not HTML":             "%PDF-1.7\x00\xff\xfe" + strings.Repeat("\x80", 1000),
		"a picture":            `<svg xmlns="http://www.w3.org/2000/svg"><title>x</title><script>alert(1)</script><foreignObject><p>x</p></foreignObject></svg>`,
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			p, err := page.Parse([]byte(html), "https://example.org/x", none)
			if err == nil {
				check(t, p)
			} else if plain.Line(err.Error()) != err.Error() {
				t.Errorf("the error is not clean: %q", err)
			}
			page.Line(html)
			page.Text(html)
			page.Links(html, "https://example.org/")
			page.Feeds([]byte(html), "https://example.org/")
			if took := time.Since(start); took > 5*time.Second {
				t.Errorf("took %s", took)
			}
		})
	}
	if p, err := page.Parse([]byte(strings.Repeat("<div>", 600)+prose), "", none); err == nil && !strings.Contains(p.Text, "mainline kernel") {
		t.Errorf("600 deep gives neither text nor error: %+v", p)
	}
}

func FuzzPage(f *testing.F) {
	f.Add("<title>a | b</title><h1>a</h1>" + prose)
	f.Add("<html lang=en><meta property=og:title content='a &amp;amp; <b>'><article><p>“A long enough quote, this is,” said Jo Tanaka, editor.<blockquote>x<br>— y</blockquote>")
	f.Add(`<script type="application/ld+json">[{"@type":"Article","headline":"h","author":[{"name":"a"}]}]</script><p class=byline>By a\x1b b`)
	f.Add("<p>Jo writes:<blockquote>one two three four five six seven eight nine<cite>— Jo Tanaka, 3 May 2026</cite></blockquote>\u0301\u0301\u0301\u0301 \u202e\xff")
	f.Add("<div class='sidebar comment'><p>a<br><br>b</div><table><td>c<pre>d\n\ne</pre><a href=javascript:x>f</a><base href=/g>")
	f.Add("%PDF-1.7\n<</Title (a\\(b\\134 \\162) /Producer (x)>><dc:title><rdf:Alt><rdf:li>c</rdf:li>")
	f.Add("<title>a by b · Pull Request #1 · c/d · GitHub</title><pre>From: a <b@c> @ 2026-11-10 8:12 UTC\n\nd</pre><div class=answer><div class=comments>e</div></div>")
	f.Add("<h1>a</h1><div>Posted 3 May 2026 by Jo Tanaka</div><h2>References</h2><p>b<time datetime=2026-11-18>")
	urls := []string{"https://example.org/a/b", "https://github.com/c/d/pull/1", "https://forum.example.org/t/a/1", "https://www.youtube.com/watch?v=a"}
	f.Fuzz(func(t *testing.T, html string) {
		p, err := page.Parse([]byte(html), urls[len(html)%len(urls)], armWords)
		if err != nil {
			return
		}
		check(t, p)
	})
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"", "a <b>b</b>", "<p>a<br><br>b<pre>c\n\nd</pre>", "<script>x</script>y", "Result<T, E>", "x<y", "&amp;lt;b&gt;", "<title>a", "<iframe/>b", "a\u0301\u0301\u0301\u0301\x1b[31m\u2029", "<a href='/x'>", "<img alt='<a href=/w>'></p9<a href=/v><p title=don't><A/HREF=/x>", "<scri t><a href=/x><style><a href=/y>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if line := page.Line(s); plain.Line(line) != line {
			t.Errorf("Line(%q) = %q is not clean", s, line)
		}
		if text := page.Text(s); plain.Text(text) != text {
			t.Errorf("Text(%q) = %q is not clean", s, text)
		}
		for _, l := range append(page.Links(s, "https://example.org/"), page.Feeds([]byte(s), "https://example.org/")...) {
			if !strings.HasPrefix(l, "http://") && !strings.HasPrefix(l, "https://") || plain.Line(l) != l {
				t.Errorf("link %q of %q", l, s)
			}
		}
		// Behind a comment every tag is looked at; without one, only those that matter.
		if some, all := page.Links(s, "https://example.org/"), page.Links("<!---->"+s, "https://example.org/"); !slices.Equal(some, all) {
			t.Errorf("links of %q: %q, but %q behind a comment", s, some, all)
		}
		p := page.OfText("", s, "", time.Time{}, plain.Text(s), strings.Split(plain.Text(s), "\n\n"), armWords)
		for _, q := range p.Quotes {
			if p.Text[q.Start:q.Start+len(q.Text)] != q.Text {
				t.Errorf("quote %q is not at %d", q.Text, q.Start)
			}
		}
	})
}

// BenchmarkParse reads a page of about 40 KB.
func BenchmarkParse(b *testing.B) {
	var s strings.Builder
	s.WriteString(`<!DOCTYPE html><html lang="en"><head><title>Boards, at last | The Bench</title><meta property="og:site_name" content="The Bench">`)
	for i := range 40 {
		fmt.Fprintf(&s, `<meta property="og:x%d" content="some value of no interest"><link rel="preload" href="/static/chunk-%d.js" as="script">`, i, i)
	}
	s.WriteString(`</head><body><nav class="site-nav"><ul>`)
	for i := range 60 {
		fmt.Fprintf(&s, `<li class="nav-item nav-item--%d"><a href="/section/%d" class="nav-link">Section number %d</a></li>`, i, i, i)
	}
	s.WriteString(`</ul></nav><main><article class="post"><h1>Boards, at last</h1><div class="byline">By <a href="/jo">Jo Tanaka</a></div>`)
	for i := range 70 {
		fmt.Fprintf(&s, `<p class="para">Paragraph %d says that the <a href="/boards/%d">new boards</a> boot the <em>mainline</em> kernel without a single patch, &amp; that nobody had to wait for it. “We counted them twice, once in the morning and once at night, and then a third time by another hand,” said Mara Lindqvist, director of servers at Fenwick.</p>`, i, i)
		if i%10 == 0 {
			s.WriteString(`<p>Piet Brandsma writes:</p><blockquote><p>Sixteen cores are plenty for a package on arm64, and far too few for a whole distribution.</p></blockquote>`)
		}
	}
	s.WriteString(`</article></main><div id="comments">`)
	for i := range 30 {
		fmt.Fprintf(&s, `<div class="comment" id="c%d"><span class="author">reader %d</span><p>I have had one of these boards since before it was fashionable, and nobody wrote about me.</p></div>`, i, i)
	}
	s.WriteString(`</div><footer><p>All rights reserved.</p></footer></body></html>`)
	body := []byte(s.String())
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if p, err := page.Parse(body, "https://bench.example/boards", armWords); err != nil || len(p.Quotes) != 12 {
			b.Fatal(err, len(p.Quotes), len(body))
		}
	}
}

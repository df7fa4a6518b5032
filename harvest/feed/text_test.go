package feed

import (
	"encoding/base64"
	"strings"
	"testing"
)

// atomOf is an Atom feed around the given entries.
func atomOf(entries ...string) string {
	return `<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><link href="https://news.example.org/"/>` + strings.Join(entries, "") + `</feed>`
}

func one(t *testing.T, body string) Item {
	t.Helper()
	_, items, _ := parse(t, body)
	if len(items) != 1 {
		t.Fatalf("%d items in %s", len(items), body)
	}
	return items[0]
}

func TestAtomSaysWhatItsTextsAre(t *testing.T) {
	code := base64.StdEncoding.EncodeToString([]byte("Ropes &amp; <b>knots</b>"))
	for _, c := range []struct{ attrs, in, title, text string }{
		{"", "The &lt;blink&gt; of an eye", "The <blink> of an eye", "The <blink> of an eye"},
		{"", "The &lt;b&gt; element", "The <b> element", "The <b> element"},
		{"", "Ropes &amp;amp; &lt;b&gt;knots&lt;/b&gt;", "Ropes & knots", "Ropes & knots"}, // plainly HTML
		{`type="text"`, "Close &lt;b&gt; with &lt;/b&gt; &amp;amp; done", "Close <b> with </b> &amp; done", "Close <b> with </b> &amp; done"},
		{`type='text'`, "<![CDATA[a <i>b</i> & c]]>", "a <i>b</i> & c", "a <i>b</i> & c"},
		{`type="text/plain"`, "1 &lt; 2", "1 < 2", "1 < 2"},
		{`type="html"`, "Ropes &amp;amp; &lt;b&gt;knots&lt;/b&gt;", "Ropes & knots", "Ropes & knots"},
		{`type="HTML"`, "<![CDATA[Ropes &amp; <b>knots</b>]]>", "Ropes & knots", "Ropes & knots"},
		{`type="text/html; charset=utf-8" mode="escaped"`, "Ropes &amp;amp; &lt;b&gt;knots&lt;/b&gt;", "Ropes & knots", "Ropes & knots"},
		{`type="html"`, `<div xmlns="http://www.w3.org/1999/xhtml">Ropes &lt;b&gt;knots&lt;/b&gt;</div>`, "Ropes knots", "Ropes knots"},
		{`type="xhtml"`, `<div xmlns="http://www.w3.org/1999/xhtml">Ropes &amp; <b>knots</b>, &lt;i&gt;</div>`, "Ropes & knots, <i>", "Ropes & knots, <i>"},
		{`type="application/xhtml+xml"`, `<x:p xmlns:x="http://www.w3.org/1999/xhtml">Ropes &amp; <x:b>knots</x:b></x:p>`, "Ropes & knots", "Ropes & knots"},
		{`mode="base64"`, code, "Ropes & knots", "Ropes & knots"},
		{`type="text/html" mode="base64"`, "\n " + code[:8] + "\n " + code[8:] + "\n", "Ropes & knots", "Ropes & knots"},
		{`type="image/png"`, base64.StdEncoding.EncodeToString([]byte{0x89, 'P', 'N', 'G', 0}), "", ""},
		{`type="x/y"`, "Ropes", "Ropes", "Ropes"},
	} {
		it := one(t, atomOf("<entry><title "+c.attrs+">"+c.in+"</title><content "+c.attrs+">"+c.in+"</content></entry>"))
		title := it.Title
		if it.Untitled {
			title = ""
		}
		if title != c.title {
			t.Errorf("%s %s: title %q", c.attrs, c.in, title)
		}
		if got := it.ContentText(); got != c.text {
			t.Errorf("%s %s: text %q", c.attrs, c.in, got)
		}
	}
}

func TestActiveMarkupInATitle(t *testing.T) {
	for in, want := range map[string]string{
		`safe <applet code="x" codebase="http://x.example/"></applet>title`:        "safe title",
		`safe <object classid="clsid:1">title`:                                     "safe title",
		`safe<script type="text/javascript">location='//x.example'</script> title`: "safe title",
		`safe <script src="//x.example/a.js">title`:                                "safe title",
		`safe <meta http-equiv="refresh" content="0; url=//x.example">title`:       "safe title",
		`<body onload="x()">safe <h1 onclick='x()'>title</h1></body>`:              "safe title",
		`safe <iframe src="javascript:alert(1)`:                                    "safe",
		`safe <!-- <script> --> title`:                                             "safe title",
		`The <script> and the <body> element`:                                      "The <script> and the <body> element",
		`vector<int> and map<string, T>`:                                           "vector<int> and map<string, T>",
	} {
		if it := one(t, rssOf("<item><title><![CDATA["+in+"]]></title></item>")); it.Title != want {
			t.Errorf("%s: %q, want %q", in, it.Title, want)
		}
	}
}

func TestTextThatWasEncodedTwice(t *testing.T) {
	for in, want := range map[string]string{
		"KÃ¤thes HafenlÃ¤den":                 "Käthes Hafenläden",
		"lâ€™Ã©tÃ©":                           "l’été",
		"ÐŸÑ€Ð¸Ð²ÐµÑ‚":                        "Привет",
		"&#226;&#128;&#166;":                  "…",
		"don&#146;t, don\u0092t":              "don’t, don’t",
		"Käthe, Ärger und Ã":                  "Käthe, Ärger und Ã",
		"São João, Ã¤ stands for an umlaut é": "São João, Ã¤ stands for an umlaut é", // not all of it
		"naïve café \u00a0©":                  "naïve café ©",
	} {
		it := one(t, rssOf("<item><title>"+in+"</title><dc:creator>"+in+"</dc:creator><description>"+in+"</description></item>"))
		if it.Title != want || it.SummaryText() != want || it.Author != want {
			t.Errorf("%s: %q by %q, %q, want %q", in, it.Title, it.Author, it.SummaryText(), want)
		}
	}
}

func TestMarkupThatWasEscapedTwice(t *testing.T) {
	in := "&lt;p&gt;The &lt;a href=&quot;/x&quot;&gt;board&lt;/a&gt;.&lt;/p&gt;&lt;p&gt;It boots.&lt;/p&gt;"
	if it := one(t, rssOf("<item><title>a</title><description><![CDATA["+in+"]]></description></item>")); it.SummaryText() != "The board.\n\nIt boots." {
		t.Errorf("got %q", it.SummaryText())
	}
	in = "Write &lt;p&gt; and &lt;/p&gt;, &lt;b&gt; and &lt;/b&gt;."
	if it := one(t, rssOf("<item><title>a</title><description><![CDATA["+in+"]]></description></item>")); it.SummaryText() != "Write <p> and </p>, <b> and </b>." {
		t.Errorf("got %q", it.SummaryText())
	}
}

func TestMarkupThatIsNotEscaped(t *testing.T) {
	for in, want := range map[string]string{
		"<p>Use &lt;b&gt; &amp; <i>more</i></p>":                   "Use <b> & more",
		"one<br/>two &amp; three":                                  "one two & three",
		"<!-- x -->one <![CDATA[<b>two</b> &amp; three]]> four":    "one two & three four",
		"<div>never <b>closed</div>":                               "never closed",
		"a link &lt;a href=\"?a=1&copy=2\"&gt;of&lt;/a&gt; &bull;": "a link of •",
	} {
		it := one(t, rssOf("<item><title>a</title><description>"+in+"</description></item>"))
		if got := strings.ReplaceAll(it.SummaryText(), "\n\n", " "); got != want {
			t.Errorf("%s: %q, want %q", in, got, want)
		}
	}
}

func TestEntitiesThatADocumentDeclares(t *testing.T) {
	prolog := `<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY board "Reef-1"> <!ENTITY base 'https://x.example/?a=1'>
		<!ENTITY % out SYSTEM "https://evil.example/x"> <!ENTITY file SYSTEM "file:///etc/passwd"> <!ENTITY bomb "&board;&board;"> <!ENTITY lt "x">]>`
	it := one(t, prolog+rssOf(`<item><title>&board; &bomb; &file; &lt;</title><link>&base;</link><description>&board;</description></item>`))
	if it.Title != "Reef-1 &bomb; &file; <" || it.URL != "https://x.example/?a=1" || it.SummaryText() != "Reef-1" {
		t.Errorf("got %+v", it)
	}
	long := `<!DOCTYPE rss [<!ENTITY a "` + strings.Repeat("x", maxEntityValue) + `">]>`
	it = one(t, long+rssOf("<item><title>a</title><description>"+strings.Repeat("&a;", 100000)+"</description></item>"))
	if len(it.Summary) > 2*maxExpansion {
		t.Errorf("entities grew to %d bytes", len(it.Summary))
	}
}

func TestAMadeTitleIsMarked(t *testing.T) {
	if it := one(t, rssOf("<item><description>First words</description></item>")); !it.Untitled || it.Title != "First words" {
		t.Errorf("got %+v", it)
	}
	if it := one(t, rssOf("<item><title>a</title></item>")); it.Untitled {
		t.Errorf("got %+v", it)
	}
}

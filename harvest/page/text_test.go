package page_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"wiredesk/harvest/page"
)

func TestLine(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "Boards, at last", "Boards, at last"},
		{"formatting goes", "<b>Boards</b>, <i class='x'>at</i> <a href=\"/l\">last</a>", "Boards, at last"},
		{"an element is a word", "The <video> element", "The <video> element"},
		{"so is a type", "Result<T, E> and Vec<u8>", "Result<T, E> and Vec<u8>"},
		{"and one that browsers read as text", "The <title> and <textarea> of <b>a</b> page", "The <title> and <textarea> of a page"},
		{"and a script without its end", "Why <script> blocks", "Why <script> blocks"},
		{"a script with it goes", "Boards<script>alert('<b>')</script>, at<STYLE>p{}</STYLE> last", "Boards, at last"},
		{"escaped tags are words", "&lt;b&gt; is for bold", "<b> is for bold"},
		{"entities once", "Arm &amp; x86 &#8211; R&eacute;sum&eacute;", "Arm & x86 – Résumé"},
		{"escaped twice", "Arm &amp;amp; x86", "Arm &amp; x86"},
		{"a bare ampersand", "AT&T & sons", "AT&T & sons"},
		{"lines and paragraphs", "<p>Boards,<br>at</p><p>last</p>", "Boards, at last"},
		{"comparisons", "a < b > c", "a < b > c"},
		{"a comparison without spaces", "when x<y holds", "when x<y holds"},
		{"a tag cut off", `Boards <a href="https://exam`, "Boards"},
		{"a comment", "Boards<!-- <b>not this -->, at last", "Boards, at last"},
		{"controls and bidi", "Bo\x1b[31mar\u202eds\u200b, &#27;[1mat&#8238; last", "Boards, at last"},
	} {
		if got := page.Line(c.in); got != c.want {
			t.Errorf("%s: Line(%q) = %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain text keeps its paragraphs", "one\ntwo\n\nthree", "one two\n\nthree"},
		{"paragraphs", "<p>one\n\n two</p><p>three</p>", "one two\n\nthree"},
		{"unclosed", "<p>one<p>two<div>three", "one\n\ntwo\n\nthree"},
		{"br is a line, two are a paragraph", "one<br>two<br><br>three", "one two\n\nthree"},
		{"pre keeps empty lines", "<pre>one\ntwo\n\nthree</pre>", "one two\n\nthree"},
		{"lists", "<ul><li>one</li><li>two <ol><li>three</ol></ul>", "one\n\ntwo\n\nthree"},
		{"tables", "<table><tr><td>one<td>two<tr><td>three</table>", "one\n\ntwo\n\nthree"},
		{"words are not torn apart", "<p>bo<b>ar</b>d<i>s</i>", "boards"},
		{"entities once", "a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"},
		{"script, style and their kin", "one<script>var x = '<p>no</p>'</script><style>p{}</style><svg><title>no</title></svg><noscript>no</noscript><template>no</template> two", "one two"},
		{"an element without an end does not swallow the rest", "one<embed src=x> two", "one two"},
		{"nor does one that ends in itself", `one<iframe src="x"/> <b>two</b>`, "one two"},
		{"nor does one that never ends", `one<iframe src="x"> <b>two</b><object data="y"> three<video>`, "one two three"},
		{"a script without an end does", "one<script>var two", "one"},
		{"a title is text with markup", "<title>one <b>two</b></title>three", "one two\n\nthree"},
		{"a tag cut off", "one <a href=\"https://exam", "one"},
		{"a tag cut off early", "one <a hr", "one"},
		{"controls", "<p>o\x1b]0;x\x07ne\u202e</p>\u2029<p>two&#x1b;[2J</p>", "one\n\ntwo"},
	} {
		if got := page.Text(c.in); got != c.want {
			t.Errorf("%s: Text(%q) = %q, want %q", c.name, c.in, got, c.want)
		}
	}
}

func TestLinks(t *testing.T) {
	in := `<a href="/a?utm_source=x">a</a> <a class=b href='b#part'>b</a> <A HREF=https://Other.example/c>c</A> <a href="/a">again</a>
		<a href="#top">top</a> <a href="javascript:alert(1)">x</a> <a href="mailto:jo@bench.example">x</a> <a name="here">x</a>
		<a href="/d?x=1&amp;y=2">d</a> <img src="/no.png"> <link href="/no"> <!-- <a href="/no">x</a> --> <a href="//cdn.example/e">e</a>`
	want := []string{"https://bench.example/a", "https://bench.example/notes/b#part", "https://other.example/c", "https://bench.example/d?x=1&y=2", "https://cdn.example/e"}
	if got := page.Links(in, "https://bench.example/notes/x"); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	var many strings.Builder
	for i := range 500 {
		fmt.Fprintf(&many, `<a href="/%d">x</a>`, i)
	}
	if got := page.Links(many.String(), "https://bench.example/"); len(got) != 60 || got[59] != "https://bench.example/59" {
		t.Errorf("%d links of 500, the last is %q", len(got), got[len(got)-1])
	}
	if got := parse(t, "https://bench.example/", "<article>"+prose+many.String(), none).Links; len(got) != 60 {
		t.Errorf("a page has %d links of 500", len(got))
	}
}

func TestFeeds(t *testing.T) {
	in := `<html><head><link rel="stylesheet" href="/x.css"><LINK REL="Alternate" TYPE="application/rss+xml" HREF="/feed.xml">
		<link rel="alternate" type="application/atom+xml; charset=utf-8" href="atom.xml"><link type="application/feed+json" rel="alternate home" href="https://bench.example/feed.json">
		<link rel="alternate" type="application/rss+xml" href="/feed.xml"><link rel="alternate" hreflang="de" href="/de/"><link rel="alternate" type="text/html" href="/m/">
		<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)"><link rel="alternate" type="application/rss+xml"></head>`
	want := []string{"https://bench.example/feed.xml", "https://bench.example/notes/atom.xml", "https://bench.example/feed.json"}
	if got := page.Feeds([]byte(in), "https://bench.example/notes/x"); !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	in = `<base href="https://static.example/"><link rel=alternate type=application/atom+xml href=atom.xml>`
	if got := page.Feeds([]byte(in), "https://bench.example/"); !slices.Equal(got, []string{"https://static.example/atom.xml"}) {
		t.Errorf("the base is not heeded: %q", got)
	}
	in = strings.Repeat(`<link rel=alternate type=application/atom+xml href=x>`, 5)
	for i := range 50 {
		in += fmt.Sprintf(`<link rel=alternate type=application/atom+xml href=%d>`, i)
	}
	if got := page.Feeds([]byte(in), "https://bench.example/"); len(got) != 10 {
		t.Errorf("%d feeds of 51", len(got))
	}
}

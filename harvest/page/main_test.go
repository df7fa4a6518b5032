package page_test

import (
	"strings"
	"testing"
)

// sentence is a paragraph that names what it stands for.
func sentence(of string) string {
	return "<p>This is a paragraph of the " + of + ", with enough words in it to be taken for a part of the text.</p>"
}

func TestMainTextIsWithoutWhatStandsAroundIt(t *testing.T) {
	article := sentence("article") + sentence("article too")
	for _, c := range []struct{ name, html, out string }{
		{"nav", "<nav>" + sentence("nav") + "</nav><main>" + article + "</main>", "nav"},
		{"nav within", "<article>" + article + "<nav>" + sentence("nav") + "</nav></article>", "nav"},
		{"footer", article + "<footer>" + sentence("footer") + "</footer>", "footer"},
		{"aside", "<main>" + article + "<aside>" + sentence("aside") + "</aside></main>", "aside"},
		{"role", article + `<div role="complementary">` + sentence("side") + "</div>", "side"},
		{"dialog", article + "<dialog open>" + sentence("dialog") + "</dialog>", "dialog"},
		{"cookie banner", `<div id="cookie-consent">` + strings.Repeat(sentence("banner"), 6) + "</div>" + article, "banner"},
		{"related", article + `<section class="c-related_posts">` + sentence("next thing") + "</section>", "next thing"},
		{"comments longer than the text", article + `<div id="comments">` + strings.Repeat(sentence("comment"), 20) + "</div>", "comment"},
		{"signature", article + `<div class="signature">` + strings.Repeat(sentence("motto"), 4) + "</div>", "motto"},
		{"sidebar", `<div class="left">` + article + `</div><div class="sidebar-right">` + sentence("bar") + sentence("bar") + "</div>", "bar"},
		{"newsletter form", "<article>" + article + `<form class="x">` + sentence("letter") + "</form></article>", "letter"},
		{"advertisement", "<article>" + article + `<div class="ad ad--top">` + sentence("offer") + "</div></article>", "offer"},
		{"byline", "<article><p class='byline'>This is a paragraph of the byline, by a name and another name</p>" + article + "</article>", "byline"},
		{"hidden", "<article>" + article + "<div hidden>" + sentence("secret") + "</div><div style='Display: none'>" + sentence("secret") + `</div><div aria-hidden="true">` + sentence("secret") + "</div></article>", "secret"},
		{"script and style", "<article>" + article + "<script>" + sentence("script") + "</script><style>p{}" + sentence("style") + "</style></article>", "<p>"},
		{"noscript, template, svg", "<article>" + article + "<noscript>" + sentence("hole") + "</noscript><template>" + sentence("hole") + "</template><svg><text>hole</text></svg></article>", "hole"},
		{"buttons and menus", "<article>" + article + "<button>press</button><select><option>press</select><textarea>press</textarea></article>", "press"},
		{"links under a heading", "<article>" + article + "<h3>Related stories</h3><ul><li><a href=/1>Ten servers for the winter</a><li><a href=/2>Our editor moved</a></ul></article>", "servers"},
		{"way to here", "<main><p><a href=/>Home</a> › <a href=/n>News and so on</a></p>" + article + "</main>", "Home"},
		{"the title again", "<title>The title of it</title><main><h1>The title of it</h1>" + article + "</main>", "The title"},
		{"far off in the main part", "<main><div><div><div><div>" + article + strings.Repeat(sentence("article"), 9) + "</div></div></div></div>" + strings.Repeat("<section>"+sentence("offer")+sentence("offer")+"</section>", 2) + "</main>", "offer"},
		{"no letters", "<main><p>* * *</p>" + article + "<p>¶</p></main>", "*"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := parse(t, "https://example.org/x", "<!DOCTYPE html><html><body>"+c.html, none)
			if !strings.Contains(p.Text, "of the article,") || !strings.Contains(p.Text, "of the article too") || strings.Contains(p.Text, c.out) {
				t.Errorf("got %q", p.Text)
			}
		})
	}
}

func TestMainTextIsFound(t *testing.T) {
	article := sentence("article") + sentence("article too")
	for _, c := range []struct{ name, html string }{
		{"in a form", "<form id=aspnetForm>" + article + "</form>"},
		{"behind an aside without an end", "<aside><p>News</p><main>" + article + "</main>"},
		{"in a widget", `<div class="widget Blog">` + article + "</div>" + sentence("rest")},
		{"in a box with a misleading name", `<div class="layout-with-sidebar"><div class="main">` + article + `</div><div class="sidebar"><p>Short.</p></div></div>`},
		{"under a heading with a misleading name", `<div class="section" id="related-work-on-sharing-cookies">` + article + "</div>"},
		{"where all is comments", `<div class="comment">` + sentence("article") + `</div><div class="comment">` + sentence("article too") + "</div>"},
		{"in several boxes with misleading names", `<div class="door">` + sentence("door") + sentence("door behind it") + `</div><div class="nav-section">` + sentence("article") + paragraphs(3) +
			`</div><div class="widget">` + sentence("article too") + paragraphs(3) + `</div><div class="toolbar">` + paragraphs(4) + "</div>"},
		{"hidden until a script runs", `<div style="display:none">` + article + "</div>"},
		{"in sections", "<div id=a><section>" + sentence("article") + "</section><section>" + sentence("article too") + "</section></div>"},
		{"in sections of their own boxes", "<div><div class=x><div>" + sentence("article") + sentence("rest") + "</div></div><div class=x><div>" + sentence("article too") + sentence("rest") + "</div></div></div>"},
		{"with no paragraphs but line breaks", "<div>" + strings.NewReplacer("<p>", "", "</p>", "<br><br>").Replace(article) + "</div>"},
		{"in a table cell", "<table><tr><td><a href=/>Home</a><td>" + article + "</table>"},
		{"with the footer of a quote", "<blockquote>" + article + "<footer>Jo</footer></blockquote>"},
		{"unclosed", "<div><p>" + strings.ReplaceAll(article, "</p>", "")},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := parse(t, "https://example.org/x", "<!DOCTYPE html><html><body>"+c.html, none)
			paragraphs := strings.Split(p.Text, "\n\n")
			if len(paragraphs) < 2 || !strings.Contains(p.Text, "of the article,") || !strings.Contains(p.Text, "of the article too") {
				t.Errorf("got %q", paragraphs)
			}
		})
	}
}

func TestLinksAreThoseOfTheText(t *testing.T) {
	p := parse(t, "https://example.org/a/b", `<base href="/c/"><nav><a href="/nav">n</a></nav><article>`+prose+
		`<p>See <a href="d">this</a>, <a href="D?utm_medium=x">that</a>, <a href="#e">below</a>, <a href="javascript:x">never</a>.</p><footer><a href="/f">f</a></footer></article>`, none)
	if got := strings.Join(p.Links, " "); got != "https://example.org/c/d https://example.org/c/D" {
		t.Errorf("got %s", got)
	}
}

func TestCodeKeepsItsComments(t *testing.T) {
	const comment = "# stage what git does not know of yet"
	p := parse(t, "https://example.org/x", "<article>"+sentence("article")+`<pre><code><span class="token comment">`+comment+`</span>
<span class="token">git add</span> .</code></pre>`+sentence("rest")+"</article>", none)
	if !strings.Contains(p.Text, comment+" git add .") {
		t.Errorf("got %q", p.Text)
	}
}

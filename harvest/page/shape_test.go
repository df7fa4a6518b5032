package page_test

import (
	"fmt"
	"strings"
	"testing"
)

func paragraphs(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<p>%d boards were built on the bench this week, which is more than anybody had hoped for, and all of them boot.</p>", i+2)
	}
	return b.String()
}

func TestWhatStandsBehindAnArticleIsLeftOut(t *testing.T) {
	for _, behind := range []string{
		"<h2>References</h2><p>Tanaka, J. (2026). On boards. Journal of Benches, 14(2), pages 7 to 19, and the errata of it.</p>",
		"<h2>About the author</h2><p>Jo Tanaka has soldered since she was nine, and writes about it for this and other magazines.</p>",
		"<h2>About the reviewer</h2><p>Mara Lindqvist has read about soldering since she was ten, and tells others what she found wrong.</p>",
		"<h3>You may also like</h3><p>Nine ways to hold a soldering iron without burning yourself or others, as told by nine people.</p>",
	} {
		p := parse(t, "https://bench.example/x", "<title>Boards</title><article>"+paragraphs(12)+behind+"</article>", none)
		if want := 12; strings.Count(p.Text, "boards were built") != want || len(strings.Split(p.Text, "\n\n")) != want {
			t.Errorf("%.40s: got %q", behind, p.Text)
		}
	}
	// Other pages named within a text do not end it.
	p := parse(t, "https://bench.example/x", "<title>Boards</title><article>"+paragraphs(6)+"<h4>Read more</h4>"+paragraphs(6)+"</article>", none)
	if n := strings.Count(p.Text, "boards were built"); n != 6 && n != 12 {
		t.Errorf("got %d paragraphs", n)
	}
}

func TestTextBehindTabsIsText(t *testing.T) {
	panel := func(attrs, words string) string {
		return "<div " + attrs + "><p>" + words + " of the boards is told here, in a panel that opens when somebody asks for it.</p></div>"
	}
	p := parse(t, "https://bench.example/x", "<title>Boards</title><main>"+paragraphs(3)+panel(`role="tabpanel" hidden`, "The size")+
		panel(`class="hidden md:block"`, "The price")+panel(`class="overflow-hidden"`, "The weight")+panel(`class="hidden"`, "The secret")+"</main>", none)
	for _, w := range []string{"The size", "The price", "The weight"} {
		if !strings.Contains(p.Text, w) {
			t.Errorf("without %q: %q", w, p.Text)
		}
	}
	if strings.Contains(p.Text, "The secret") {
		t.Errorf("with what is hidden: %q", p.Text)
	}
}

func TestQuestionsOfBuyersAreNoThread(t *testing.T) {
	faq := `<div itemscope itemtype="https://schema.org/FAQPage"><div itemscope itemtype="https://schema.org/Question"><h3 itemprop="name">Does it boot?</h3><p>It does.</p></div></div>`
	json := `<script type="application/ld+json">{"@type":"FAQPage","mainEntity":[{"@type":"Question","name":"Does it boot?","author":"Jo Tanaka","datePublished":"2026-11-02"}]}</script>`
	p := parse(t, "https://bench.example/boards/x1", "<title>The X1</title>"+json+"<main><h1>The X1</h1>"+paragraphs(2)+"<p>Size: 4 by 6 cm</p>"+paragraphs(4)+faq+"</main>", none)
	if p.Author != "" || !p.Published.IsZero() {
		t.Errorf("got author %q, date %s of a question", p.Author, p.Published)
	}
	if !strings.Contains(p.Text, "Size: 4 by 6 cm") { // which in a thread would be no part of a post
		t.Errorf("got %q", p.Text)
	}
}

func TestThread(t *testing.T) {
	post := func(n int, who, words string) string {
		return fmt.Sprintf(`<li class="post"><div class="username">%s</div><div>#%d</div><div>18 Nov 2026</div><h3>Re: The clock stops</h3><div class="body"><p>%s</p></div></li>`, who, n, words)
	}
	p := parse(t, "https://forum.petrel.example/t/the-clock-stops/7", "<title>The clock stops - Petrel forum</title><h1>The clock stops</h1><ul>"+
		post(1, "jo", "The clock of my board stops at boot, and nothing that I tried starts it again.")+
		post(2, "malika", "Yes, that is known since the summer, and the next release will start it.")+"</ul>", none)
	want := "The clock of my board stops at boot, and nothing that I tried starts it again.\n\nYes, that is known since the summer, and the next release will start it."
	if p.Text != want {
		t.Errorf("got %q, want %q", p.Text, want)
	}
	if p.Title != "The clock stops" {
		t.Errorf("title %q", p.Title)
	}
}

func TestRemarksOnAnswersAreLeftOut(t *testing.T) {
	p := parse(t, "https://forum.petrel.example/questions/7/clock", `<title>Why does the clock stop?</title><h1>Why does the clock stop?</h1><div itemscope itemtype="https://schema.org/Question">`+
		`<div class="question"><p>The clock of my board stops at boot, and nothing that I tried starts it again.</p></div>`+
		`<div class="answer"><p>Its pin is shared with the second serial port, so that one of the two must be off.</p><div class="comments"><p>That was it, thank you very much for the help, and a good night to everybody.</p></div></div></div>`, none)
	if !strings.Contains(p.Text, "Its pin is shared") || strings.Contains(p.Text, "thank you very much") {
		t.Errorf("got %q", p.Text)
	}
}

func TestHeadingIsTheTitle(t *testing.T) {
	for _, c := range []struct{ name, url, html, want string }{
		{"another wording", "https://bench.example/x", `<title>Why boards are late this year | The Bench</title><h1>Why our boards are late</h1>`, "Why our boards are late"},
		{"it is the site's", "https://bench.example/x", `<title>Boards, at last - Notes of a solderer</title><h1>Notes of a solderer</h1>`, "Boards, at last - Notes of a solderer"},
		{"it is the book's", "https://bench.example/x", `<title>The Board Book: Late boards</title><h1>The Board Book</h1><h2>: Late boards</h2>`, "The Board Book: Late boards"},
		{"a date in front", "https://bench.example/x", `<title>Boards, at last</title><h1>18 November 2026 Boards, at last</h1>`, "Boards, at last"},
		{"words for screen readers", "https://bench.example/x", `<title>Boards of the year | The Bench</title><h1><span class="visually-hidden">Collection: </span>Boards of the year</h1>`, "Boards of the year"},
		{"as in the address", "https://bench.example/x/why-boards-are-late", `<title>The Bench - the heart of soldering</title><h1>Why boards are late</h1>`, "Why boards are late"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if p := parse(t, c.url, c.html+prose, none); p.Title != c.want {
				t.Errorf("got %q, want %q", p.Title, c.want)
			}
		})
	}
}

func TestDatesThatReadersSee(t *testing.T) {
	for _, c := range []struct{ name, url, html, want string }{
		{"under the title", "https://bench.example/x", `<h1>Boards</h1><p>18 November 2026</p>`, "2026-11-18"},
		{"with points", "https://bench.example/x", `<h1>Boards</h1><div>18.11.2026</div>`, "2026-11-18"},
		{"a day that can be two", "https://bench.example/x", `<h1>Boards</h1><div>03/04/2026</div>`, ""},
		{"published, then updated", "https://bench.example/x", `<h1>Boards</h1><div>Updated December 1, 2026</div><div>Published November 18, 2026</div>`, "2026-11-18"},
		{"in the address", "https://bench.example/2026/11/18/boards", `<h1>Boards</h1>`, "2026-11-18"},
		{"the last change, where no other day is stated", "https://bench.example/x", `<h1>Boards</h1><div>Last updated November 18, 2026</div>`, "2026-11-18"},
		{"a manual has none", "https://docs.bench.example/x", `<meta property="article:published_time" content="2026-11-18"><h1>Boards</h1><p>18 November 2026</p>`, ""},
		{"another name", "https://bench.example/x", `<meta name="w-published-date" content="2026-11-18T06:03:43Z"><h1>Boards</h1>`, "2026-11-18"},
		{"the day of the writer", "https://bench.example/x", `<meta property="article:published_time" content="2026-11-18T23:30:00-05:00"><h1>Boards</h1>`, "2026-11-18"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := ""
			if p := parse(t, c.url, "<title>Boards</title>"+c.html+"<article>"+paragraphs(12)+"</article>", none); !p.Published.IsZero() {
				got = p.Published.Format("2006-01-02")
			}
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

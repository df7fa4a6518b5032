package page_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"wiredesk/harvest/page"
	"wiredesk/store"
)

const said = "The old board took an hour for this, and the new one takes four minutes, tea included"

// speech is a page with a paragraph, behind one that gives names in full.
func speech(paragraph string) string {
	return "<article><p>Fenwick has hired Mara Lindqvist and Dr. Rustam Okafor, who will look after the boards that nobody else wants to look after.</p><p>" + paragraph + "</p></article>"
}

func TestSpeech(t *testing.T) {
	for _, c := range []struct{ name, paragraph, speaker string }{
		{"said after", "“" + said + ",” said Jo Tanaka.", "Jo Tanaka"},
		{"said after, with a role", "“" + said + ",” said Jo Tanaka, release manager at Petrel Linux.", "Jo Tanaka, release manager at Petrel Linux"},
		{"with a role that has commas", "“" + said + ",” said Jo Tanaka, head of releases, at Petrel Linux, on Friday.", "Jo Tanaka, head of releases, at Petrel Linux"},
		{"with a role in front", "“" + said + ",” said release manager Jo Tanaka.", "Jo Tanaka, release manager"},
		{"with an initial", "“" + said + ",” said Jo B. Tanaka, owner of K. Boards.", "Jo B. Tanaka, owner of K. Boards"},
		{"name, then said", "“" + said + ",” Jo Tanaka said.", "Jo Tanaka"},
		{"name, role, then said", "“" + said + ",” Jo Tanaka, release manager at Petrel, said.", "Jo Tanaka, release manager at Petrel"},
		{"said before", "Jo Tanaka said: “" + said + ".”", "Jo Tanaka"},
		{"said before, with a role", "Jo Tanaka, release manager at Petrel, told this magazine: “" + said + ".”", "Jo Tanaka, release manager at Petrel"},
		{"said before, of a company", "Jo Tanaka of Petrel Linux writes, “" + said + ".”", "Jo Tanaka, Petrel Linux"},
		{"in between", "“The old board took an hour for this,” explains Jo Tanaka, “and the new one takes four minutes.”", "Jo Tanaka"},
		{"straight marks", `"` + said + `," said Jo Tanaka.`, "Jo Tanaka"},
		{"straight marks, said before", `Jo Tanaka said: "` + said + `."`, "Jo Tanaka"},
		{"a last name whose first was given", "“" + said + ",” Lindqvist said.", "Mara Lindqvist"},
		{"with a title", "“" + said + ",” Dr. Okafor said.", "Dr. Rustam Okafor"},
		{"a title and nothing more", "“" + said + ",” said Ms. Tanaka.", "Ms. Tanaka"},
		{"after a word that begins the sentence", "As Jo Tanaka said: “" + said + ".”", "Jo Tanaka"},
		{"of somebody’s company", "“" + said + ",” said Petrel’s Jo Tanaka.", "Jo Tanaka"},
		{"speech that goes on", "“" + said + ",” Jo Tanaka said. “And nobody had to wait for it", "Jo Tanaka"},
		{"a clause is no role", "“" + said + ",” said Jo Tanaka, who has waited for it.", "Jo Tanaka"},
		{"nor is what the speaker does", "“" + said + ",” said Jo Tanaka, pouring another cup.", "Jo Tanaka"},
		{"names with small words", "“" + said + ",” said Piet van der Berg.", "Piet van der Berg"},
		{"of two, the nearest", "“" + said + ",” said Jo Tanaka. Mara Lindqvist said: “No.”", "Jo Tanaka"},
		{"a firm and a title in front", "“" + said + ",” said Harbour Insights analyst Jo Tanaka.", "Jo Tanaka, Harbour Insights analyst"},
		{"a firm and an office in capitals", "“" + said + ",” PETREL CEO Jo Tanaka said.", "Jo Tanaka"},
		{"an office with a capital", "“" + said + ",” Chief Executive Jo Tanaka said.", "Jo Tanaka"},
		{"a firm and an office with capitals", "“" + said + ",” Petrel Team Leader Jo Tanaka said.", "Jo Tanaka"},
		{"an office and a last name", "“" + said + ",” Director Lindqvist said.", "Mara Lindqvist"},
		{"a firm that ends in a capital", "“" + said + ",” says Jo Tanaka, builder at B&W. “And it shows.”", "Jo Tanaka, builder at B&W"},
		{"a short piece of much speech", "“" + said + ", and nobody misses the hour,” said Jo Tanaka, " + strings.Repeat("who has seen many boards come and go, ", 8) + "on Friday.", "Jo Tanaka"},
		{"no title is a weekday", "“" + said + ",” said Jo Tanaka late Monday.", "Jo Tanaka"},
		{"nobody", "“" + said + ",” she said.", ""},
		{"nobody by name", "“" + said + ",” said the company on Friday.", ""},
		{"a common word with a capital", "“" + said + ",” Boards said.", ""},
		{"the name of something that does not speak", "The makers of the study in the journal Board Review said that “" + said + "”.", ""},
		{"no verb", "Jo Tanaka held a sign that read “" + said + "”.", ""},
		{"too little of it is speech", "The machine, which Jo Tanaka said “just works”, has eight cores, two fans, a case that was painted by hand, and a price that nobody would tell us when we asked.", ""},
		{"a title is no speech", "Jo Tanaka wrote “The Board” last year.", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := parse(t, "https://example.org/x", speech(c.paragraph), none)
			first := p.Quotes[0]
			switch {
			case c.speaker == "" && slices.ContainsFunc(p.Quotes, func(q store.Quote) bool { return q.Kind == page.Speech || q.Speaker != "" }):
				t.Errorf("taken for speech: %+v", p.Quotes)
			case c.speaker != "" && (first.Kind != page.Speech || first.Speaker != c.speaker || first.Text != c.paragraph):
				t.Errorf("got %+v, want %q", p.Quotes, c.speaker)
			}
		})
	}
}

func TestBlockquote(t *testing.T) {
	quote := "<p>" + said + ".</p>"
	for _, c := range []struct{ name, html, speaker string }{
		{"nobody", "<p>And then there is this, which somebody sent us.</p><blockquote>" + quote + "</blockquote>", ""},
		{"cite", "<blockquote>" + quote + "<cite>Jo Tanaka</cite></blockquote>", "Jo Tanaka"},
		{"cite without paragraphs", "<blockquote>" + said + ". <cite>Jo Tanaka</cite></blockquote>", "Jo Tanaka"},
		{"cite within a sentence is a work", "<blockquote>In <cite>Moby Dick</cite> " + said + ".</blockquote>", ""},
		{"footer", "<blockquote>" + quote + "<footer>— <a href=/jo>Jo Tanaka</a>, Petrel Linux</footer></blockquote>", "Jo Tanaka, Petrel Linux"},
		{"dash line", "<blockquote>" + quote + "<p>— Jo Tanaka, 3 May 2026</p></blockquote>", "Jo Tanaka"},
		{"dash behind a line break", "<blockquote><p>" + said + ".<br>-- Jo Tanaka</p></blockquote>", "Jo Tanaka"},
		{"dash line behind the quote", "<blockquote>" + quote + "</blockquote><p>― Jo Tanaka</p>", "Jo Tanaka"},
		{"handle and date", "<blockquote>" + quote + "— Jo Tanaka (@jo) <a href=/1>May 3, 2026</a></blockquote>", "Jo Tanaka (@jo)"},
		{"caption", "<figure><blockquote>" + quote + "</blockquote><figcaption>Jo Tanaka, Petrel Linux</figcaption></figure>", "Jo Tanaka, Petrel Linux"},
		{"a dash line that names nobody", "<blockquote>" + quote + "<p>— and so on, and so forth, for hours</p></blockquote>", ""},
		{"lead-in", "<p>Not everybody agrees. Jo Tanaka writes:</p><blockquote>" + quote + "</blockquote>", "Jo Tanaka"},
		{"lead-in with a role", "<p>Jo Tanaka, release manager of Petrel Linux, writes:</p><blockquote>" + quote + "</blockquote>", "Jo Tanaka, release manager of Petrel Linux"},
		{"lead-in with a company", "<p>Jo Tanaka of Petrel Linux explains in a mail to the list:</p><blockquote>" + quote + "</blockquote>", "Jo Tanaka, Petrel Linux"},
		{"lead-in with a name between commas", "<p>One reader, Jo Tanaka, notes that this is not new at all:</p><blockquote>" + quote + "</blockquote>", "Jo Tanaka"},
		{"lead-in with a handle", "<p>Jo Tanaka (@jo) tweeted:</p><blockquote>" + quote + "</blockquote>", "Jo Tanaka"},
		{"lead-in, reporting", "<p>Jo Tanaka, reporting for The Server Review:</p><blockquote>" + quote + "</blockquote>", "Jo Tanaka, The Server Review"},
		{"lead-in, according to", "<p>According to Jo Tanaka, release manager:</p><blockquote>" + quote + "</blockquote>", "Jo Tanaka, release manager"},
		{"lead-in, put so", "<p>As Jo Tanaka puts it:</p><blockquote>" + quote + "</blockquote>", "Jo Tanaka"},
		{"lead-in that is a link", "<p><a href=/jo>Jo Tanaka</a>:</p><blockquote>" + quote + "</blockquote>", "Jo Tanaka"},
		{"lead-in with a footnote", "<p>Jo Tanaka writes:[4]</p><blockquote>" + quote + "</blockquote>", "Jo Tanaka"},
		{"a heading leads nobody in", "<p>Known Problems:</p><blockquote>" + quote + "</blockquote>", ""},
		{"a line that ends otherwise", "<p>Jo Tanaka writes a lot, as everybody knows.</p><blockquote>" + quote + "</blockquote>", ""},
		{"lead-in of the first paragraph", "<p>Jo Tanaka writes:</p><blockquote><p>Four boards, four minutes, and nobody who had to wait for them.</p>" + quote + "</blockquote>", "Jo Tanaka"},
		{"cite before the lead-in", "<p>Mara Lindqvist forwards:</p><blockquote>" + quote + "<cite>Jo Tanaka</cite></blockquote>", "Jo Tanaka"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := parse(t, "https://example.org/x", "<article>"+prose+c.html+prose+"</article>", none)
			for _, q := range p.Quotes {
				if strings.Contains(q.Text, "The old board") || strings.Contains(q.Text, "the old board") {
					if q.Kind != page.Blockquote || q.Speaker != c.speaker || !strings.HasSuffix(q.Text, "tea included.") && c.name != "cite within a sentence is a work" {
						t.Errorf("got %+v, want %q", q, c.speaker)
					}
					return
				}
			}
			t.Errorf("no quote of it: %+v", p.Quotes)
		})
	}
}

func TestNoQuotes(t *testing.T) {
	for name, html := range map[string]string{
		"a blockquote of few words": "<blockquote>Too short to be worth it.</blockquote>",
		"one that is a link":        `<blockquote><a href="/x">` + said + `</a></blockquote>`,
		"one that leads on":         "<blockquote>" + said + ":</blockquote>",
		"a caption, indented":       "<blockquote>[figure 3: the repository of one who has pulled and not yet evolved it]</blockquote>",
		"a heading":                 "<h2>“" + said + ",” said Jo Tanaka</h2>",
		"one of a whole page":       "<blockquote>" + strings.Repeat(said+". ", 20) + "</blockquote>",
	} {
		if p := parse(t, "https://example.org/x", "<article>"+prose+html+"</article>", none); len(p.Quotes) != 1 || !strings.Contains(p.Quotes[0].Text, "mainline kernel") {
			t.Errorf("%s: %+v", name, p.Quotes)
		}
	}
}

func TestKeyParagraphs(t *testing.T) {
	html := "<article><p>A first paragraph that has no word of the topic in it, and that stands there for the others to be measured by.</p>" +
		"<p>The arm64 port is in the archive since Friday, and builds twice a day on machines that the project owns.</p>" +
		"<p>On arm64 and on aarch64, which is the same arm64, the tests now pass, and with them passes the last reason to wait any longer.</p>" +
		"<p>Nobody reads arm64 here.</p><p>A caption of an arm64 board on a table in a room with a lamp and with a cat</p><h2>An arm64 heading</h2></article>"
	for name, c := range map[string]struct {
		interest func(string) float64
		want     string
	}{
		"the topic counts most": {topic, "On arm64 and | The arm64 port | A first paragraph"},
		"without a topic":       {none, "On arm64 and | A first paragraph | The arm64 port"},
	} {
		var got []string
		for _, q := range parse(t, "https://example.org/x", html, c.interest).Quotes {
			if q.Kind != page.Key {
				t.Errorf("%s: %+v", name, q)
			}
			got = append(got, strings.Join(strings.Fields(q.Text)[:3], " "))
		}
		if got := strings.Join(got, " | "); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

// topic is an interest as strong as that of the terms of the newsletter.
func topic(s string) float64 { return 3 * armWords(s) }

func TestAtMostTwelveQuotes(t *testing.T) {
	var b strings.Builder
	for i := range 40 {
		b.WriteString("<blockquote>" + said + strings.Repeat(" again", i%5+1) + ", " + strings.Repeat("x", i+1) + ".</blockquote>")
		b.WriteString("<blockquote>" + said + ", which is said often.</blockquote>")
	}
	p := parse(t, "https://example.org/x", "<article>"+b.String(), none)
	if len(p.Quotes) != 12 {
		t.Errorf("%d quotes", len(p.Quotes))
	}
	seen := map[string]bool{}
	for _, q := range p.Quotes {
		if seen[q.Text] {
			t.Errorf("twice: %q", q.Text)
		}
		seen[q.Text] = true
	}
}

func TestOfText(t *testing.T) {
	same := "The port of the boot loader is done, and all of the boards that I own come up with it."
	long := "What is left is the arm64 watchdog, which bites now and then; who has a board with a better temper, please try this and tell me what happens on a cold start."
	text := same + "\n\nA short line.\n\n" + same + "\n\n" + long
	sent := time.Date(2026, 11, 18, 9, 0, 0, 0, time.UTC)
	p := page.OfText("https://lists.example/1", "Boot loader", "Jo Tanaka", sent, text, []string{same, same, long, "not in the text", ""}, armWords)
	check(t, p)
	if p.URL != "https://lists.example/1" || p.Title != "Boot loader" || p.Author != "Jo Tanaka" || !p.Published.Equal(sent) || p.Text != text || p.Excerpt != same {
		t.Errorf("got %+v", p)
	}
	if len(p.Quotes) != 3 || p.Quotes[0].Text != long || p.Quotes[1].Start != 0 || p.Quotes[2].Start != strings.LastIndex(text, same) {
		t.Errorf("quotes: %+v", p.Quotes)
	}
	for _, q := range p.Quotes {
		if q.Speaker != "Jo Tanaka" || q.Kind != page.Key {
			t.Errorf("got %+v", q)
		}
	}
	if p := page.OfText("", "", "", time.Time{}, "", nil, none); len(p.Quotes) > 0 || p.Excerpt != "" {
		t.Errorf("of nothing: %+v", p)
	}
}

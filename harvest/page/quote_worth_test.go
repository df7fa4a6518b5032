package page_test

import (
	"strings"
	"testing"
	"time"

	"wiredesk/harvest/page"
)

// ranked is the first three words of each quote of a page, best first.
func ranked(t *testing.T, title, html string, interest func(string) float64) string {
	t.Helper()
	p := parse(t, "https://example.org/x", "<html><head><title>"+title+"</title></head><body><article>"+html+"</article></body></html>", interest)
	var out []string
	for _, q := range p.Quotes {
		out = append(out, strings.Join(strings.Fields(q.Text)[:3], " "))
	}
	return strings.Join(out, " | ")
}

func TestRankOfQuotes(t *testing.T) {
	const (
		plain = "<p>The tests of the second bench ran through the night, on four boards that the harbour office had lent to the project for as long as the winter lasts.</p>"
		other = "<p>Every board on that bench has a fan, a lamp and a label, and a cable that leads to the cupboard in which the switch hums through the whole of the winter.</p>"
	)
	for _, c := range []struct{ name, title, html, want string }{
		{"of two alike, the first", "Notes", plain + other, "The tests of | Every board on"},
		{"the topic", "Notes", plain + strings.Replace(other, "board", "aarch64 board", 1), "Every aarch64 board | The tests of"},
		{"what the title names", "Switch in the cupboard hums", plain + strings.Replace(other, "bench", "table", 1), "Every board on | The tests of"},
		{"a length that is quoted", "Notes", "<p>The tests of the second bench ran through the night, without a fault.</p>" + other, "Every board on | The tests of"},
		{"what is new", "Notes", plain + strings.Replace(other, "and a cable that leads", "and a new cable that leads", 1), "Every board on | The tests of"},
		{"not what leans on another", "Notes", strings.Replace(plain, "The tests", "These are the tests", 1) + other, "Every board on | These are the"},
		{"not an errand", "Notes", strings.Replace(plain, "The tests", "Subscribe, and read how the tests", 1) + other, "Every board on | Subscribe, and read"},
		{"not a question", "Notes", strings.Replace(plain, "lasts.", "lasts, but who pays?", 1) + other, "Every board on | The tests of"},
		{"not a row of links", "Notes", "<p>The tests of the second bench ran through the night, <a href=/x>on four boards that the harbour office had lent to the project for as long as</a> the winter lasts.</p>" + other, "Every board on | The tests of"},
		{"somebody’s words", "Notes", plain + "<p>“Every board on that bench has a fan, a lamp and a label, and a cable that leads to the cupboard, and I know all of them by name,” said Jo Tanaka.</p>", "“Every board on | The tests of"},
		{"an item of a list on the topic", "Notes", "<ul><li>The aarch64 images now boot on the second bench without the patch that everybody had to carry around since the spring of last year.<li>The x86 images are unchanged, as they have been for quite a while now, and as they will be for the rest of the winter.</ul>" + plain, "The aarch64 images | The tests of"},
		{"prose that ends in an address", "Notes", "<p>This would need packages from the people who write the database, and they have none for our machines in their archive. (See https://example.org/archive)</p>", "This would need"},
		{"a caption is no prose", "Notes", plain + "<p>A board with a fan, a lamp and a label on a bench in the harbour office in the winter</p>", "The tests of"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := ranked(t, c.title, c.html, topic); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestRankOfMail(t *testing.T) {
	const ask, answer = "Does anyone know whether the watchdog of the small board has been looked at since the spring, and by whom, and what came of it?",
		"The watchdog of the small board was looked at in the summer: it bites on a cold start, and only there, and the patch for it is in the tree."
	text := ask + "\n\n" + answer
	p := page.OfText("https://lists.example/1", "Watchdog of the small board", "Jo Tanaka", time.Time{}, text, []string{ask, answer}, none)
	if len(p.Quotes) != 2 || p.Quotes[0].Text != answer {
		t.Errorf("got %+v", p.Quotes)
	}
}

// FuzzQuotes holds what is promised of every quote, whatever the page.
func FuzzQuotes(f *testing.F) {
	f.Add("Boards", "<p>“The arm64 board is here,” said Fenwick analyst Jo Tanaka, head of boards at B&amp;W. “At last.”</p>")
	f.Add("", "<blockquote>It took four minutes, tea included.<footer>— Jo Tanaka</footer></blockquote><li>arm64, and so on, for ever.</li>")
	f.Add("a b c", "<pre>Jo Tanaka wrote: > arm64\n\nThat was it.</pre><p>\u00ad“\xff”")
	f.Fuzz(func(t *testing.T, title, html string) {
		p, err := page.Parse([]byte("<title>"+title+"</title><article>"+html+"</article>"), "https://example.org/x", topic)
		if err == nil {
			check(t, p)
		}
	})
}

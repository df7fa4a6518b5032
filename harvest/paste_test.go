package harvest_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"wiredesk/harvest"
	"wiredesk/store"
)

func TestPaste(t *testing.T) {
	const u = "https://news.example/a"
	one := func(title string) []harvest.Pasted { return []harvest.Pasted{{URL: u, Title: title}} }
	by := func(title string, c store.Credit) []harvest.Pasted {
		return []harvest.Pasted{{URL: u, Title: title, Credit: c}}
	}
	urls := func(all ...string) (out []harvest.Pasted) {
		for _, s := range all {
			out = append(out, harvest.Pasted{URL: s})
		}
		return out
	}
	jo := store.Credit{Person: "Jo Doe", Handle: "@jo"}
	for _, c := range []struct {
		text string
		want []harvest.Pasted
	}{
		// One link alone, or with a title.
		{u, one("")},
		{"  " + u + "\r\n", one("")},
		{u + " A title behind it", one("A title behind it")},
		{u + "\tA title, behind a tab", one("A title, behind a tab")},
		{u + " - A title behind a dash", one("A title behind a dash")},
		{"A title " + u, one("A title")},
		{"* A title, The Site: " + u, one("A title, The Site")},
		{"- [ ] A title - " + u, one("A title")},
		{"12. A title — <" + u + ">", one("A title")},
		{"> > A title via " + u, one("A title")},
		{"**A title** (" + u + ")", one("A title")},
		{"A title (in two parts) " + u, one("A title (in two parts)")},
		{"via " + u, one("")},
		{"[3]: " + u, one("")},
		{"# A comment " + u, nil},
		{"", nil},
		{"No link at all, whatever it says.", nil},

		// Markdown and chat.
		{"[A title](" + u + ")", one("A title")},
		{"* [A *fine* title](<" + u + "> \"tip\"), and more", one("A *fine* title")},
		{"[[RFC] A title](" + u + ")", one("[RFC] A title")},
		{"[here](" + u + ")", one("")},
		{"![A picture](" + u + ".png)", nil},
		{"[![A badge](https://img.example/b.svg)](" + u + ")", one("")},
		{"<" + u + "|A title>", one("A title")},
		{"[A](https://a.example/x_(y)) and [B](https://b.example/)", []harvest.Pasted{{URL: "https://a.example/x_(y)", Title: "A"}, {URL: "https://b.example/", Title: "B"}}},

		// Several links, and sentences.
		{"https://a.example/ https://b.example/", urls("https://a.example/", "https://b.example/")},
		{"I saw " + u + " yesterday, and liked it.", one("")},
		{"You can read all of it at " + u + ".", one("")},
		{"See: " + u, one("")},
		{"A long line of a mail, as programs wrap it, which goes on in the\nnext one with " + u, one("")},
		{"The links of this week, of which there are more than ever before:\nA title " + u, one("A title")},
		{strings.Repeat("word ", 41) + u, one("")},
		{"<a href=\"" + u + "\">", one("")},

		// What surrounds a URL, and what belongs to it.
		{u + ".", one("")},
		{"(see " + u + ")", one("")},
		{"„" + u + "“", one("")},
		{"**" + u + "**", one("")},
		{u + "…", one("")},
		{"看" + u + "，很好", one("")},
		{"https://wiki.example/Arm_(company)", urls("https://wiki.example/Arm_(company)")},
		{"(https://wiki.example/Arm_(company)).", urls("https://wiki.example/Arm_(company)")},
		{"https://web.archive.example/web/2017/http://a.example/", urls("https://web.archive.example/web/2017/http://a.example/")},
		{"https://a.example/?q=a,b&x=[1]#frag:2", urls("https://a.example/?q=a,b&x=[1]#frag:2")},
		{"HTTPS://A.example/", urls("HTTPS://A.example/")},
		{"<https://a.example/a-long-\n  name>", urls("https://a.example/a-long-name")},
		{"www.example.org/x", urls("https://www.example.org/x")},
		{"(www.example.org)", urls("https://www.example.org")},
		{"mail me@www.example.org or awww.example.org", nil},
		{"https://a.example/ <https://a.example/>", urls("https://a.example/")},

		// Credit.
		{"A title (Jo Doe, @jo) " + u, by("A title", jo)},
		{"A title " + u + " (Jo Doe, @jo)", by("A title", jo)},
		{"[A title](" + u + ") (Jo Doe, @jo)", by("A title", jo)},
		{"A title (Jo Doe, Red Kite): " + u, by("A title", store.Credit{Person: "Jo Doe", Organisation: "Red Kite"})},
		{"A title (via Jo Doe, Red Kite) " + u, by("A title", store.Credit{Via: true, Person: "Jo Doe", Organisation: "Red Kite"})},
		{"A title (h/t @x) " + u, by("A title", store.Credit{Via: true, Handle: "@x"})},
		{"A title " + u + " via @x@social.example", by("A title", store.Credit{Via: true, Handle: "@x@social.example"})},
		{"A title (by Jo) " + u, by("A title", store.Credit{Person: "Jo"})},
		{"A title (Ludwig van der Berg, Kite) " + u, by("A title", store.Credit{Person: "Ludwig van der Berg", Organisation: "Kite"})},
		{"A title (nghttp, @nghttp) " + u, by("A title", store.Credit{Person: "nghttp", Handle: "@nghttp"})},
		{"A title (via Boards - News of Boards) " + u, by("A title", store.Credit{Via: true, Person: "Boards - News of Boards"})},
		{"A title (by the way) " + u, one("A title (by the way)")},
		{"A title (Cambridge, UK) " + u, one("A title (Cambridge, UK)")},
		{"A title (worldwide, remote) " + u, one("A title (worldwide, remote)")},
		{"A title (Arm v9, part 2) " + u, one("A title (Arm v9, part 2)")},

		// Lines without a link that can be taken.
		{"A title (Jo Doe, @jo) (need URL)", []harvest.Pasted{{Title: "A title", Credit: jo}}},
		{"javascript:alert(1) A title", []harvest.Pasted{{URL: "javascript:alert(1)", Title: "A title"}}},
		{"news.example/1", []harvest.Pasted{{URL: "news.example/1"}}},
	} {
		if diff := cmp.Diff(c.want, harvest.Paste(c.text)); diff != "" {
			t.Errorf("%q: -want +got\n%s", c.text, diff)
		}
	}
}

func TestPasteOfAMail(t *testing.T) {
	got := harvest.Paste("Hi,\n\nhere is what I have found. The new kernel is out, see\nhttps://kernel.example/6 for the notes (https://lists.example/m/1).\n\n" +
		"* Boards, Kite: https://kite.example/boards\n* [A port](https://port.example/)\n* Slides (need URL)\n\n-- \nJo\nhttps://jo.example/")
	want := []harvest.Pasted{{URL: "https://kernel.example/6"}, {URL: "https://lists.example/m/1"}, {URL: "https://kite.example/boards", Title: "Boards, Kite"},
		{URL: "https://port.example/", Title: "A port"}, {Title: "Slides"}, {URL: "https://jo.example/"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func FuzzPaste(f *testing.F) {
	for _, s := range []string{"A (Jo Doe, @jo) https://a.example/", "[a](<https://a.example/> \"t\") ![b](http://b.example)", "<https://a.example|b>", "](https://a ](www.a.b", "x (need URL)",
		"<https://a\nb>", "[[[[](http://", "* - 1. [ ] > www.a.b)))", "ehttps://a.exampl<|b>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, p := range harvest.Paste(text) {
			if p.URL == "" && !strings.Contains(strings.ToLower(text), "need") || strings.ContainsAny(p.URL, " \n<>") || strings.Contains(p.Title, "\n") || utf8.ValidString(text) && !utf8.ValidString(p.Title) {
				t.Errorf("%q: %+v", text, p)
			}
		}
	})
}

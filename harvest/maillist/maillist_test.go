package maillist

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

const source = "https://lists.example.org/reef.mbox"

func parse(t *testing.T, body string) []Message {
	t.Helper()
	all, _, err := Parse([]byte(body), source)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func fixture(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// mailOf is one message of an mbox. The first line of its text is parted from the headers.
func mailOf(id string, more ...string) string {
	return "From ada@example.org Mon Nov 16 12:00:00 2026\nFrom: Ada Keel <ada@example.org>\nSubject: Pumps\nDate: Mon, 16 Nov 2026 12:00:00 +0000\nMessage-ID: <" + id +
		"@x>\n" + strings.Join(more, "\n") + "\n\n"
}

// single is a message with the given headers and text, and no others.
func single(headers, text string) string { return headers + "\n\n" + text }

func idsOf(all []Message) []string {
	var out []string
	for _, m := range all {
		out = append(out, strings.TrimSuffix(m.ID, "@x"))
	}
	return out
}

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

func TestAMonthOfPipermail(t *testing.T) {
	all := parse(t, fixture(t, "month.txt"))
	if len(all) != 3 {
		t.Fatalf("%d messages", len(all))
	}
	a, b := all[0], all[1]
	if a.Author != "Tove Marlin" || a.From != "tove@example.org" || b.Author != "Bo Réed" || b.From != "bo.reed@example.com" {
		t.Errorf("senders %q %q, %q %q", a.Author, a.From, b.Author, b.From)
	}
	if !a.Published.Equal(at("2026-11-02T08:15:00Z")) || !b.Published.Equal(at("2026-11-02T15:20:30Z")) {
		t.Errorf("dates %v, %v", a.Published, b.Published)
	}
	if want := "Hello all,\n\nwe have moved three of our pumps to small Arm boards, and they have now been running for a month without a single restart. Has anybody else tried this?\n\n" +
		"From what we saw, the older boards run warm: see https://pumps.example.org/warm. From: here on it gets technical.\n\nTove"; a.Text != want {
		t.Errorf("text %q", a.Text)
	}
	if want := "Same here. It took an afternoon, and most of that went into finding the right cable for the serial port, which nobody had used for years.\n\nYes, warm."; b.Text != want {
		t.Errorf("text of the reply %q", b.Text)
	}
	if len(a.Quotes) != 2 || !strings.HasPrefix(a.Quotes[0], "we have moved") || len(b.Quotes) != 1 {
		t.Errorf("quotes %q, %q", a.Quotes, b.Quotes)
	}
	if !slices.Equal(a.Links, []string{"https://pumps.example.org/warm"}) {
		t.Errorf("links %q", a.Links)
	}
	if !a.Root() || b.Root() || b.Thread != a.ID || b.InReplyTo != a.ID || all[2].Thread != "minutes@example.net" {
		t.Errorf("threads %q, %q, %q", a.Thread, b.Thread, all[2].Thread)
	}
	if a.URL != source+"#pumps-1%40example.org" {
		t.Errorf("url %q", a.URL)
	}
}

func TestASeriesOfPatches(t *testing.T) {
	all := parse(t, fixture(t, "series.mbox"))
	if len(all) != 3 {
		t.Fatalf("%d messages", len(all))
	}
	cover, patch, review := all[0], all[1], all[2]
	if cover.Title != "[PATCH v2 0/1] arm64: reef: keep the pump running" || cover.URL != "https://lists.example.org/reef/20261116-pump-v2-0@example.org/" {
		t.Errorf("title %q, url %q", cover.Title, cover.URL)
	}
	if want := "The pump stops when the board sleeps, and it does not come back when the board wakes up again. This series keeps its clock running – and nothing else.\n\n" +
		"Changes since v1: - fixed a typo\n\nAda Keel (1): arm64: reef: keep the pump's clock"; cover.Text != want {
		t.Errorf("text %q", cover.Text)
	}
	if patch.Text != "Its clock was switched off too early." {
		t.Errorf("patch and trailers stay: %q", patch.Text)
	}
	if review.Author != "Marlin, Tove" || review.Text != "" || review.Thread != cover.ID || review.InReplyTo != patch.ID {
		t.Errorf("got %+v", review)
	}
}

func TestFromLinesInATextBeginNoMessage(t *testing.T) {
	for name, text := range map[string]string{
		"a sentence":              "Hello\n\nFrom here on, Arm works.\nNote: it does.",
		"at the end of a text":    "Hello\n\nFrom all of us",
		"a line before it":        "we came\nFrom Mon to Fri, 12:00 sharp\nSubject: lunch",
		"escaped":                 "Hello\n\n>From here on, Arm works.",
		"a day and time, no mail": "Hello\n\nFrom Monday 10:30 on we test.\nCome along.",
		"one word":                "Hello\n\nFrom\n\nFrom Oslo\n\nFrom Oslo\nwith love",
		"a pasted patch":          "Hello\n\nFrom 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\nFrom: Bo <bo@example.org>\nSubject: [PATCH] x\n\ntext",
		"nothing but From":        "\nFrom \n\nFrom \n",
	} {
		all := parse(t, mailOf("a", "", "one")+mailOf("b", "", text)+mailOf("c", "", "three"))
		if got := idsOf(all); !slices.Equal(got, []string{"a", "b", "c"}) {
			t.Errorf("%s: %q", name, got)
			continue
		}
		if name == "escaped" && all[1].Text != "Hello\n\nFrom here on, Arm works." || name == "a sentence" && !strings.Contains(all[1].Text, "From here on, Arm works. Note: it does.") {
			t.Errorf("%s: text %q", name, all[1].Text)
		}
	}
}

func TestFromLinesThatBeginAMessage(t *testing.T) {
	rest := "\nFrom: Ada Keel <ada@example.org>\nSubject: Pumps\nMessage-ID: <b@x>\n\ntext\n\n"
	for _, line := range []string{
		"From ada@example.org Mon Nov 16 12:00:00 2026",
		"From ada@example.org  Mon Nov 16 12:00 2026",
		"From ada at example.org  Mon Nov  2 12:00:00 2026",
		"From \"Ada Keel\" Mon Nov 16 12:00:00 EST 2026",
		"From ada@example.org Mon, 16 Nov 2026 12:00:00 +0000",
		"From - Mon Nov 16 12:00:00 2026",
		"From MAILER-DAEMON",
		"From dev-return-1-x=y.example@lists.example.org Mon Nov 16 12:00:00 2026\r",
	} {
		if got := idsOf(parse(t, mailOf("a", "", "one")+line+rest+mailOf("c", "", "three"))); !slices.Equal(got, []string{"a", "b", "c"}) {
			t.Errorf("%q: %q", line, got)
		}
	}
	// The text before it lacks its last empty line.
	if got := idsOf(parse(t, strings.TrimRight(mailOf("a", "", "one"), "\n")+"\n"+mailOf("b", "", "two"))); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("no empty line before: %q", got)
	}
	patches := "From 0123456789abcdef0123456789abcdef01234567 Mon Sep 17 00:00:00 2001\nFrom: Bo <bo@example.org>\nSubject: [PATCH] x\nMessage-ID: <p@x>\n\ntext\n\n"
	if got := parse(t, patches+patches); len(got) != 2 {
		t.Errorf("a mailbox of patches has %d", len(got))
	}
	if got := idsOf(parse(t, strings.ReplaceAll(mailOf("a", "", "one")+mailOf("b", "", "two"), "\n", "\r\n"))); !slices.Equal(got, []string{"a", "b"}) {
		t.Errorf("CRLF: %q", got)
	}
}

func TestADamagedHeaderCostsOnlyItsMessage(t *testing.T) {
	for name, c := range map[string]struct{ mail, title, text string }{
		"a line that is no field": {mailOf("b", "this is no header", "Reply-To: x@example.org", "", "Hello"), "Pumps", "Hello"},
		"right at the beginning":  {"From x Mon Nov 16 12:00:00 2026\n no header either\nSubject: Pumps\nMessage-ID: <b@x>\n\nHello\n\n", "Pumps", "Hello"},
		"no empty line before":    {mailOf("b", "Hello there, this is the text already"), "Pumps", "Hello there, this is the text already"},
		"bytes in a name":         {mailOf("b", "X-\xff\x00: y", "", "Hello"), "Pumps", "Hello"},
	} {
		all := parse(t, mailOf("a", "", "one")+c.mail+mailOf("c", "", "three"))
		if got := idsOf(all); !slices.Equal(got, []string{"a", "b", "c"}) {
			t.Errorf("%s: %q", name, got)
			continue
		}
		if m := all[1]; m.Err == "" || m.Title != c.title || m.Text != c.text {
			t.Errorf("%s: %+v", name, m)
		}
		if all[0].Err != "" || all[2].Err != "" || all[2].Text != "three" {
			t.Errorf("%s: the neighbours suffer: %+v", name, all)
		}
	}
}

func TestSubjects(t *testing.T) {
	for _, c := range []struct {
		in, want string
		reply    bool
	}{
		{"Pumps", "Pumps", false},
		{"Re: Pumps", "Pumps", true},
		{"RE: Re[2]: AW: Pumps", "Pumps", true},
		{"[Reef] RE: Pumps", "[Reef] Pumps", true},
		{"Re: [Reef] Re: Pumps", "[Reef] Pumps", true},
		{"Fwd: Pumps", "Pumps", false},
		{"Re: Fwd: Pumps", "Pumps", true},
		{"Regarding pumps", "Regarding pumps", false},
		{"=?utf-8?Q?Arm=C3=A9e?= of =?iso-8859-1?q?p=FCmps?=", "Armée of pümps", false},
		{"=?UTF-8?B?UmU6IFDDvG1wcw==?=", "Pümps", true},
		{"=?utf-8?Q?P=C3?=\n =?utf-8?Q?=BCmps?=", "Pümps", false},
		{"=?x-unknown?Q?P=FCmps?=", "Pümps", false},
		{"=?utf-8?Q?P=FCmps?=", "Pümps", false},
		{"P\xfcmps", "Pümps", false},
		{"Pümps", "Pümps", false},
		{"two\n\tlines\x1b[31m", "two lines", false},
		{"=?broken", "=?broken", false},
	} {
		m := parse(t, single("From: a@example.org\nSubject: "+c.in, "x"))[0]
		if m.Title != c.want || m.Root() == c.reply || m.InReplyTo != "" {
			t.Errorf("%q: %q, root %v, in reply to %q", c.in, m.Title, m.Root(), m.InReplyTo)
		}
	}
}

func TestSenders(t *testing.T) {
	for _, c := range []struct{ in, name, address string }{
		{"Ada Keel <ada@example.org>", "Ada Keel", "ada@example.org"},
		{`"Keel, Ada" <ada@example.org>`, "Keel, Ada", "ada@example.org"},
		{"Keel, Ada <ada@example.org>", "Keel, Ada", "ada@example.org"},
		{"Ada [Reef] Keel <ada@example.org>", "Ada [Reef] Keel", "ada@example.org"},
		{"ada@example.org", "ada@example.org", "ada@example.org"},
		{"ada@example.org (Ada Keel)", "Ada Keel", "ada@example.org"},
		{"=?utf-8?Q?Ad=C3=A0_Keel?= <ada@example.org>", "Adà Keel", "ada@example.org"},
		{`"=?utf-8?Q?Ad=C3=A0_Keel?=" <ada@example.org>`, "Adà Keel", "ada@example.org"},
		{"Ad\xe0 Keel <ada@example.org>", "Adà Keel", "ada@example.org"},
		{"ada at example.org (Ada Keel)", "Ada Keel", "ada@example.org"},
		{"ada at example.org (=?iso-8859-1?q?Ad=E0?=)", "Adà", "ada@example.org"},
		{"ada at example.org", "ada@example.org", "ada@example.org"},
		{"Ada Keel <ada(a)example.org>", "Ada Keel", "ada@example.org"},
		{"Ada Keel <ada at example.org>", "Ada Keel", "ada@example.org"},
		{"Ada Keel via reef-devel <reef-devel@lists.example.org>", "Ada Keel", "reef-devel@lists.example.org"},
		{"nobody in particular", "nobody in particular", ""},
		{"", "", ""},
	} {
		m := parse(t, single("Subject: x\nFrom: "+c.in, "x"))[0]
		if m.Author != c.name || m.From != c.address {
			t.Errorf("%q: %q, %q", c.in, m.Author, m.From)
		}
	}
}

func TestDates(t *testing.T) {
	for in, want := range map[string]string{
		"Mon, 16 Nov 2026 12:00:00 +0100":          "2026-11-16T11:00:00Z",
		"Mon, 16 Nov 2026 12:00:00 +0100 (CET)":    "2026-11-16T11:00:00Z",
		"16 Nov 2026 12:00:00 -0000":               "2026-11-16T12:00:00Z",
		"Mon, 16 Nov 2026 12:00:00 PST":            "2026-11-16T20:00:00Z",
		"Mon Nov 16 12:00:00 2026":                 "2026-11-16T12:00:00Z",
		"Mon Nov 16 12:00:00 2026 -0500":           "2026-11-16T17:00:00Z",
		"Mon, 5 Jan 98 12:00 GMT":                  "1998-01-05T12:00:00Z",
		"Mon, 16 Nov 2026 12:00:00 +0100 garbage!": "2026-11-16T11:00:00Z",
		"tomorrow":                        "",
		"Thu, 1 Jan 1970 00:00:00 +0000":  "",
		"Mon, 16 Nov 12026 12:00:00 +000": "",
	} {
		m := parse(t, single("From: a@example.org\nDate: "+in, "x"))[0]
		if want == "" && !m.Published.IsZero() || want != "" && !m.Published.Equal(at(want)) {
			t.Errorf("%q: %v, want %q", in, m.Published, want)
		}
	}
}

func TestAMessageWithNothingButText(t *testing.T) {
	all := parse(t, "From x Mon Nov 16 12:00:00 2026\nX-Nothing: y\n\nonly text\n\n"+mailOf("b", "", "two"))
	m := all[0]
	if len(all) != 2 || m.ID == "" || m.Thread != m.ID || !m.Root() || m.Title != "" || m.Author != "" || !m.Published.IsZero() || m.Text != "only text" || m.Err != "" {
		t.Errorf("got %+v", m)
	}
	if !strings.HasPrefix(m.URL, source+"#") {
		t.Errorf("url %q", m.URL)
	}
	if again := parse(t, "From x Mon Nov 16 12:00:00 2026\nX-Nothing: y\n\nonly text\n\n"); again[0].ID != m.ID {
		t.Error("its made-up id changes with the archive")
	}
}

func TestASingleMessageIsOne(t *testing.T) {
	all := parse(t, single("Path: news.example.org\nNewsgroups: reef\nX-Long: a\n\tb\nFrom: Ada Keel <ada@example.org>\nMessage-ID: <a@x>", "one\n\nFrom x Mon Nov 16 12:00:00 2026\nFrom: y@example.org\nX: z\n\ntwo"))
	if len(all) != 1 || all[0].Author != "Ada Keel" || !strings.HasSuffix(all[0].Text, "two") {
		t.Errorf("got %+v", all)
	}
}

func TestWhatIsNoMail(t *testing.T) {
	for _, body := range []string{"", "plain words", "<html><body>From: x</body></html>", `{"from": "x"}`, "title: a page\nname: b\n", "From the editors\n\nHello", "https://x.example/\nFrom: y"} {
		if IsMail([]byte(body)) {
			t.Errorf("%q is taken for mail", body)
		}
		if _, _, err := Parse([]byte(body), source); err == nil {
			t.Errorf("%q is read without an error", body)
		}
	}
}

func FuzzMail(f *testing.F) {
	for _, name := range []string{"month.txt", "series.mbox"} {
		b, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(mailOf("a", "Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Transfer-Encoding: base64", "", "!!!", "--b--")))
	f.Add([]byte(mailOf("a", "References: <a@x> <b@x>", "", "Hello\n\nFrom \nFrom x\n>From y Mon Nov 16 12:00:00 2026\nA: b")))
	f.Add([]byte("Subject: =?utf-8?Q?=ff?=\nDate: 1/1/1 1:1\n\n\r\r\n\x00"))
	good := mailOf("good", "", "A good message.")
	f.Fuzz(func(t *testing.T, body []byte) {
		_, _, _ = Parse(body, source)
		_, _, _ = ParseNew(body, source, func(hashes []int64) (map[int64]bool, error) {
			old := map[int64]bool{}
			for i, h := range hashes {
				old[h] = i%2 == 0
			}
			return old, nil
		})
		body = append([]byte("From x Mon Nov 16 12:00:00 2026\n"), body...)
		before, _, err := Parse(body, source)
		if err != nil {
			if IsMail(body) {
				t.Fatal(err)
			}
			return
		}
		after, _, err := Parse(fmt.Appendf(body, "\n\n%s", good), source)
		if err != nil || len(after) != len(before)+1 {
			t.Fatalf("%d messages, and with a good one behind %d; %v", len(before), len(after), err)
		}
		if last := after[len(after)-1]; last.Text != "A good message." || last.Author != "Ada Keel" {
			t.Fatalf("the good one became %+v", last)
		}
		for _, m := range after {
			if m.ID == "" || m.Thread == "" {
				t.Fatalf("no identity: %+v", m)
			}
		}
	})
}

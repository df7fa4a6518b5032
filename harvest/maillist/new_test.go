package maillist

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// these is the known of an archive of which the messages with the given hashes are.
func these(hashes ...int64) func([]int64) (map[int64]bool, error) {
	old := map[int64]bool{}
	for _, h := range hashes {
		old[h] = true
	}
	return func([]int64) (map[int64]bool, error) { return old, nil }
}

// said is a mail with a paragraph of prose.
func said(id, author, headers, text string) string {
	return "From x Mon Nov 16 12:00:00 2026\nFrom: " + author + " <" + strings.ToLower(author) + "@example.org>\n" + headers + "\nMessage-ID: <" + id + "@x>\n\n" + text + "\n\n"
}

const paragraph = "The pumps of the reef have been running on small Arm boards for a whole month now, and not one of them has needed a restart since then."

// mixed is an archive with all that ties messages to one another.
func mixed() string {
	return said("root", "Ada", "Subject: [Reef] Pumps\nDate: Mon, 16 Nov 2026 12:00:00 +0000", paragraph) +
		said("answer", "Bo", "Subject: Re: [Reef] Pumps\nIn-Reply-To: <root@x>\nDate: Mon, 16 Nov 2026 13:00:00 +0000", paragraph+"\n\nI am surprised, since none of ours has ever lasted for longer than a week before its clock stopped and somebody had to climb down.") +
		patch("cover", "ada", "[PATCH v3 0/2] reef", 0) + patch("one", "ada", "[PATCH v3 1/2] a", 1) + patch("two", "ada", "[PATCH v3 2/2] b", 2) +
		said("late", "Cy", "Subject: Re: [reef] pumps\nDate: Tue, 17 Nov 2026 13:00:00 +0000", "See https://pumps.example.org/late") +
		said("one", "Bo", "Subject: The same id\nDate: Tue, 17 Nov 2026 14:00:00 +0000", "From here on") +
		said("deep", "Cy", "Subject: Re: [Reef] Pumps\nReferences: <root@x> <lost@x> <answer@x>\nDate: Tue, 17 Nov 2026 15:00:00 +0000", "I see.")
}

func TestWhatIsKnownChangesNothingForTheRest(t *testing.T) {
	body := []byte(mixed())
	want, _, err := Parse(body, source)
	if err != nil || len(want) != 8 || len(want[1].Quotes) != 1 {
		t.Fatal(len(want), err)
	}
	dates := index("000001|[Reef] Pumps|Ada", "000002|Re: [Reef] Pumps|Bo", "000003|[PATCH v3 0/2] reef|ada", "000004|[PATCH v3 1/2] a|ada", "000008|Re: [Reef] Pumps|Cy")
	Pair(want, dates, dateIndex)
	for known := range 1 << len(want) {
		var old []int64
		for i, m := range want {
			if known&(1<<i) != 0 {
				old = append(old, m.Hash)
			}
		}
		got, warnings, err := ParseNew(body, source, these(old...))
		if err != nil || len(warnings) > 0 || len(got) != len(want) {
			t.Fatal(len(got), warnings, err)
		}
		Pair(got, dates, dateIndex)
		for i, m := range got {
			w := want[i]
			if known&(1<<i) != 0 {
				if m.Text != "" || m.Quotes != nil || m.Links != nil {
					t.Fatalf("message %d is known and was read: %+v", i, m)
				}
				w.Text, w.Quotes, w.Links, w.URL, w.brief, m.URL = "", nil, nil, "", true, ""
			}
			if len(m.Quotes)+len(w.Quotes) == 0 {
				m.Quotes, w.Quotes = nil, nil
			}
			if !reflect.DeepEqual(m, w) {
				t.Fatalf("known %08b, message %d:\n%+v\nwant\n%+v", known, i, m, w)
			}
		}
	}
}

func TestKnownIsAskedOnceInOrder(t *testing.T) {
	body := []byte(mixed())
	want, _, _ := Parse(body, source)
	var asked [][]int64
	_, _, err := ParseNew(body, source, func(hashes []int64) (map[int64]bool, error) {
		asked = append(asked, slices.Clone(hashes))
		return nil, nil
	})
	if err != nil || len(asked) != 1 || len(asked[0]) != len(want) {
		t.Fatal(asked, err)
	}
	for i, h := range asked[0] {
		if h != want[i].Hash {
			t.Errorf("message %d", i)
		}
	}
	no := errors.New("no store")
	for _, body := range []string{mixed(), single("From: Ada <ada@example.org>\nSubject: x", "x"), inboxFeed} {
		if _, _, err := ParseNew([]byte(body), source, func([]int64) (map[int64]bool, error) { return nil, no }); !errors.Is(err, no) {
			t.Errorf("got %v", err)
		}
	}
}

const inboxFeed = `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"><title>reef</title><id>urn:reef</id>
<entry><author><name>Ada Keel</name></author><title>Pumps</title><updated>2026-11-16T12:00:00Z</updated><link href="https://inbox.example.org/reef/a@x/"/><id>urn:a</id><content type="text">` + paragraph + `</content></entry>
<entry><author><name>Bo Reed</name></author><title>Re: Pumps</title><updated>2026-11-16T13:00:00Z</updated><link href="https://inbox.example.org/reef/b@x/"/><id>urn:b</id><thr:in-reply-to ref="urn:a" href="https://inbox.example.org/reef/a@x/"/><content type="text">` + paragraph + `</content></entry></feed>`

func TestAFeedOfWhichAMessageIsKnown(t *testing.T) {
	want, _, err := Parse([]byte(inboxFeed), source)
	if err != nil || len(want) != 2 || want[0].Text != paragraph {
		t.Fatalf("%+v, %v", want, err)
	}
	got, _, err := ParseNew([]byte(inboxFeed), source, these(want[0].Hash))
	if err != nil || len(got) != 2 || got[0].Text != "" || got[0].Title != "Pumps" {
		t.Fatalf("%+v, %v", got, err)
	}
	if got[1].Text != paragraph || got[1].Thread != want[0].ID || len(got[1].Quotes) != 0 {
		t.Errorf("the reply: %+v", got[1])
	}
}

// The hashes are kept in stores: they must never change.
func TestHashesStay(t *testing.T) {
	for body, want := range map[string]string{
		mailOf("a", "", "text"):                                  "9b56cc96d2cd5a44",
		mailOf("a", "", "one", ">From here", "From there", ""):   "ee14014c296f9fc7",
		mailOf("a", "", "one\r\n\r\n\r\n", "two\n\n\n"):          "ed3a76e3194c668f",
		strings.TrimRight(mailOf("a", "", "no end"), "\n"):       "6d43666e9cbc2c61",
		single("From: Ada <ada@example.org>\nSubject: x", "x\n"): "fc8c3383b21dfb62",
	} {
		if got := fmt.Sprintf("%016x", uint64(parse(t, body)[0].Hash)); got != want {
			t.Errorf("%q: %s, want %s", body, got, want)
		}
	}
}

// What is made to cost much must cost no more than its length.
func TestCostIsThatOfTheLength(t *testing.T) {
	const n = 30000
	many := func(f func(i int) string) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(f(i))
		}
		return b.String()
	}
	for _, c := range []struct {
		name, body string
		messages   int
	}{
		{"lines that could begin a message", "From Mon 1:11\nSubject: x\n" + strings.Repeat("From Mon 1:11\nA: b\n", 20*n), 1},
		{"parts of one series", many(func(i int) string { return patch(fmt.Sprint(i), "ada", fmt.Sprintf("[PATCH %d/2] x", i%3), i%1440) }), n},
		{"one subject", many(func(i int) string { return mailOf(fmt.Sprint(i), "", "x") }), n},
		{"a ring", many(func(i int) string { return reply(fmt.Sprint(i), "", fmt.Sprint((i+1)%n)) }), n},
		{"references", mailOf("a", "References: "+many(func(i int) string { return fmt.Sprintf("<%d@x>\n ", i) }), "", "x"), 1},
		{"damaged lines", mailOf("a", strings.Repeat("x y\n", 20*n)+"A: b", "", "x"), 1},
		{"one line", mailOf("a", "", strings.Repeat("unsubscribe from 1 ", 5*n)+"wrote:"), 1},
		{"rules and one line", strings.Repeat(mailOf("a", "", strings.Repeat("---\n", 9)+strings.Repeat("mailing ", n)), 100), 100},
		{"quoted lines", mailOf("a", "", strings.Repeat("> and so on\n", 5*n)+"x"), 1},
	} {
		if all, _, err := Parse([]byte(c.body), source); err != nil || len(all) != c.messages {
			t.Errorf("%s: %d messages, %v", c.name, len(all), err)
		}
	}
}

func TestAMonthTooBigForOnePageIsPaired(t *testing.T) {
	const n = 30000
	var letters strings.Builder
	var entries []string
	for i := range n {
		letters.WriteString(letter(fmt.Sprint(i), "Pumps", "ada at example.org (Ada Keel)"))
		entries = append(entries, fmt.Sprintf("%06d|Pumps|Ada Keel", i))
	}
	all := parse(t, letters.String())
	if got := Pair(all, index(entries...), dateIndex); got != n || !strings.HasSuffix(all[n-1].URL, "/029999.html") {
		t.Errorf("%d of %d, the last %s", got, n, all[n-1].URL)
	}
}

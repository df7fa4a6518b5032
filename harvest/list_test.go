package harvest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"wiredesk/harvest"
	"wiredesk/store"
)

// list is a world with one mailing list.
func list(t testing.TB, url string) *world {
	w := newWorld(t)
	w.source("list", url)
	w.sources[0].Kind = harvest.KindList
	return w
}

// mail is a message as an mbox holds it.
func mail(id, parent, subject, text string) string {
	head := "From a@example.org Wed Nov 18 08:00:00 2026\nFrom: Ann Author <a@example.org>\nDate: Wed, 18 Nov 2026 08:00:00 +0000\n"
	if parent != "" {
		head += "In-Reply-To: <" + parent + ">\nReferences: <" + parent + ">\n"
	}
	return head + "Message-ID: <" + id + ">\nSubject: " + subject + "\n\n" + text + "\n\n"
}

// said is prose long enough to be quoted.
const said = "We have merged the last of the patches for arm64 today, and from now on every build of the project is tested on it as it is on all others."

// thread is a thread of three messages, and a mail of another.
var thread = []string{
	mail("root@x", "", "[PATCH] arm64: faster copy", said+"\n\n> quoted words of somebody\n\nMore at https://example.com/arm64."),
	mail("other@x", "", "Of x86", "Nothing of interest."),
	mail("reply@x", "root@x", "Re: [PATCH] arm64: faster copy", "Looks good to me."),
	mail("reply2@x", "reply@x", "Re: [PATCH] arm64: faster copy", "And to me."),
}

// checkThread fails the test unless the queue holds the one thread, sighted by its three messages.
func checkThread(t *testing.T, w *world) {
	t.Helper()
	q := w.queue()
	if len(q) != 1 || q[0].Title != "[PATCH] arm64: faster copy" || q[0].Author != "Ann Author" {
		t.Fatalf("queue: %+v", q)
	}
	if got := w.sightings(q[0].ID); len(got) != 3 {
		t.Errorf("sightings: %v", got)
	}
}

func TestThreadOfAMailingListIsOneCandidate(t *testing.T) {
	mbox := strings.Join(thread, "")
	for name, answer := range map[string]http.HandlerFunc{
		"mbox":              text(mbox),
		"mbox.gz":           text(string(pack(t, mbox))),
		"mbox.gz over gzip": gzipped(t, string(pack(t, mbox))),
		"replies first":     text(thread[3] + thread[2] + thread[1] + thread[0]),
	} {
		t.Run(name, func(t *testing.T) {
			w := list(t, "http://lists.example/2026-November.mbox")
			w.answers("http://lists.example/2026-November.mbox", answer)
			for i := range 2 {
				rep := w.run(all)
				if o := rep.Report[0]; o.Error != "" || i == 0 && (o.New != 4 || rep.New != 1) || i > 0 && (o.New != 0 || rep.NotModified != 1) {
					t.Errorf("%+v", rep)
				}
				checkThread(t, w)
			}
			c := w.queue()[0]
			if c.URL != "http://lists.example/2026-November.mbox#root%40x" {
				t.Errorf("link %s", c.URL)
			}
			quotes, err := w.st.Quotes(t.Context(), []int64{c.ID})
			if err != nil || len(quotes[c.ID]) != 1 || quotes[c.ID][0].Text != said || quotes[c.ID][0].Speaker != "Ann Author" {
				t.Errorf("quotes: %+v, %v", quotes, err)
			}
			var links []string
			err = w.st.Outlinks(t.Context(), []int64{c.ID}, func(_ int64, all []string) { links = all })
			if err != nil || fmt.Sprint(links) != "[https://example.com/arm64]" {
				t.Errorf("links: %v, %v", links, err)
			}
		})
	}
}

func TestReplyOfALaterPollIsASightingOfItsThread(t *testing.T) {
	w := list(t, "http://lists.example/new.mbox")
	w.change(thread[0] + thread[1])
	w.poll()
	w.decide(store.Rejected, 1)
	w.change(strings.Join(thread, ""))
	if o := w.poll(); o.New != 2 || o.Known != 2 {
		t.Errorf("%+v", o)
	}
	checkThread(t, w)
	if w.queue()[0].State != store.Rejected {
		t.Error("a reply brought a rejected thread back")
	}
}

func TestMailIDThatIsUsedTwiceCostsNoMessage(t *testing.T) {
	w := list(t, "http://lists.example/new.mbox")
	w.change(mail("same@x", "", "First arm64 news", "One.") + mail("same@x", "", "Second arm64 news", "Two."))
	for range 2 {
		w.poll()
		if w.titles() != "First arm64 news, Second arm64 news" {
			t.Errorf("queue: %s", w.titles())
		}
	}
}

const inbox = `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"><title>list</title><id>l</id>
<entry><author><name>Bob</name><email>b@example.org</email></author><title>Re: [PATCH] arm64: faster copy</title><updated>2026-11-18T08:30:00Z</updated>
	<link href="http://lore.example/list/reply@x/"/><id>urn:uuid:2</id><thr:in-reply-to ref="urn:uuid:1" href="http://lore.example/list/root@x/"/>
	<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><pre>Looks good to me.</pre></div></content></entry>
<entry><author><name>Ann Author</name><email>a@example.org</email></author><title>[PATCH] arm64: faster copy</title><updated>2026-11-18T08:00:00Z</updated>
	<link href="http://lore.example/list/root@x/"/><id>urn:uuid:1</id>
	<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><pre>` + said + `</pre></div></content></entry>
<entry><author><name>Cid</name></author><title>Re: [PATCH] arm64: faster copy</title><updated>2026-11-18T08:40:00Z</updated>
	<link href="http://lore.example/list/reply2@x/"/><id>urn:uuid:3</id><thr:in-reply-to ref="urn:uuid:2"/><content>And to me.</content></entry></feed>`

func TestPublicInboxIsReadByTheFeedThatItsHomeNames(t *testing.T) {
	for name, url := range map[string]string{"its feed": "http://lore.example/list/new.atom", "its home": "http://lore.example/list/"} {
		t.Run(name, func(t *testing.T) {
			w := list(t, url)
			w.answers("http://lore.example/list/new.atom", text(inbox))
			w.answers("http://lore.example/list/", text(`<html><head><link rel="alternate" title="Atom feed" href="http://lore.example/list/new.atom" type="application/atom+xml"/></head></html>`))
			for i := range 2 {
				if rep := w.run(all); rep.Failed != 0 || i > 0 && (rep.Items != 0 || rep.New != 0) {
					t.Errorf("%+v", rep)
				}
				checkThread(t, w)
			}
			if c := w.queue()[0]; c.URL != "http://lore.example/list/root@x/" {
				t.Errorf("link %s", c.URL)
			}
		})
	}
}

func TestBrokenArchiveFailsAloneAndStopsNothing(t *testing.T) {
	packed := pack(t, strings.Join(thread, ""))
	for name, c := range map[string]struct{ body, stage, words string }{
		"cut off":    {string(packed[:len(packed)-20]), "decode", "damaged or cut off"},
		"damaged":    {string(packed[:40]) + "xxxx" + string(packed[44:]), "decode", "damaged or cut off"},
		"a web page": {"<html><body>Archives</body></html>", "parse", "an HTML page instead of a feed"},
		"empty":      {"", "parse", "an empty document"},
	} {
		t.Run(name, func(t *testing.T) {
			w := list(t, "http://lists.example/new.mbox")
			w.change(c.body)
			w.source("news", "http://news.example/feed")
			w.answers("http://news.example/feed", text(rss(entry("1", "1", "arm64"))))
			w.fetch.Concurrency = 1
			rep := w.run(all)
			if o := rep.Report[0]; o.Stage != c.stage || !strings.Contains(o.Error, c.words) || rep.Failed != 1 || w.titles() != "arm64" {
				t.Errorf("%+v, queue: %s", rep, w.titles())
			}
		})
	}
}

func TestListFeedThatBreaksOffIsAFailureThatKeepsItsMessages(t *testing.T) {
	entry := func(id string) string {
		return `<entry><id>urn:` + id + `</id><title>arm64: ` + id + `</title><link href="http://list.example/` + id + `"/><updated>2026-11-18T08:00:00Z</updated></entry>`
	}
	whole := `<feed xmlns="http://www.w3.org/2005/Atom"><title>List</title>` + entry("one") + entry("two") + `</feed>`
	w := list(t, "http://list.example/new.atom")
	w.answers("http://list.example/new.atom", text(whole[:strings.Index(whole, "urn:two")]))
	rep := w.run(harvest.Options{})
	if o := rep.Report[0]; o.Stage != "parse" || !strings.Contains(o.Error, "breaks off") || len(w.queue()) != 1 {
		t.Errorf("%+v, queue %+v", o, w.queue())
	}
	w.answers("http://list.example/new.atom", text(whole))
	if rep = w.run(harvest.Options{All: true}); rep.Failed != 0 || rep.New != 1 || len(w.queue()) != 2 {
		t.Errorf("%+v, queue %+v", rep, w.queue())
	}
}

func TestOldMailUnderAnIDOfTwoMailsIsNoNews(t *testing.T) {
	one, two := mail("a@x", "", "arm64, one", said), mail("a@x", "", "arm64, two", said)
	w := list(t, "http://list.example/box")
	w.answers("http://list.example/box", text(one+two+one))
	if rep := w.run(harvest.Options{}); rep.Items != 2 || rep.New != 2 {
		t.Errorf("%+v", rep)
	}
}

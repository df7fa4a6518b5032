package harvest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"wiredesk/harvest"
	"wiredesk/harvest/fetch"
)

// wire is a world with one source of a kind.
func wire(t testing.TB, kind, url string) (*world, *harvest.Source) {
	w := newWorld(t)
	s := w.source("wire", url)
	s.Kind = kind
	if kind == harvest.KindReleases {
		s.Match = "all"
	}
	return w, s
}

// tag is an entry of a feed of releases, as GitHub writes it.
func tag(repo, version string, at time.Time) string {
	return fmt.Sprintf(`<entry><id>tag:github.com,2008:Repository/7/%[2]s</id><updated>%[3]s</updated><link rel="alternate" type="text/html" href="https://github.com/%[1]s/releases/tag/%[2]s"/><title>%[2]s</title><content type="html">&lt;p&gt;Notes of %[2]s.&lt;/p&gt;</content></entry>`,
		repo, version, at.Format(time.RFC3339))
}

func atom(entries ...string) http.HandlerFunc {
	return text(`<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><title>Releases</title><updated>2026-11-18T08:00:00Z</updated>` + strings.Join(entries, "") + `</feed>`)
}

func TestFirstSightOfALongHistoryQueuesWhatIsNew(t *testing.T) {
	w, _ := wire(t, harvest.KindReleases, "https://github.com/reef/pump")
	w.topic.Window = 14 * 24 * time.Hour
	var history []string
	for i := range 10 {
		history = append(history, tag("reef/pump", fmt.Sprintf("v1.%d", 20-i), w.now.AddDate(0, 0, -6*i-1)))
	}
	w.answers("https://github.com/reef/pump/releases.atom", atom(history...))
	if out := w.poll(); out.New != 10 || w.titles() != "pump v1.20, pump v1.19, pump v1.18" {
		t.Errorf("%+v; queue %s", out, w.titles())
	}
}

func TestTagsStandInForReleases(t *testing.T) {
	for name, releases := range map[string]http.HandlerFunc{"empty": atom(), "missing": http.NotFound} {
		w, _ := wire(t, harvest.KindReleases, "https://github.com/reef/pump")
		w.answers("https://github.com/reef/pump/releases.atom", releases)
		w.answers("https://github.com/reef/pump/tags.atom", tagged(`"t"`, `<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><title>Tags</title>`+tag("reef/pump", "v2.0", w.now)+`</feed>`))
		if out := w.poll(); out.Error != "" || w.titles() != "pump v2.0" {
			t.Errorf("%s: %+v; queue %s", name, out, w.titles())
		}
		w.requests()
		if rep := w.run(all); rep.NotModified != 1 || rep.Failed != 0 {
			t.Errorf("%s, again: %+v, asked %s", name, rep, w.requests())
		}
	}
}

func TestOfUndatedVersionsOnlyTheNewestIsNews(t *testing.T) {
	w, s := wire(t, harvest.KindReleases, "http://ftp.example/pump/")
	no := false
	s.Prerelease = &no
	s.Exclude = []string{"nightly"}
	index := func(versions ...string) string {
		b := `<html><head><title>Index of /pump</title></head><body><h1>Index of /pump</h1><ul><li><a href="/">Parent Directory</a></li>`
		for _, v := range versions {
			b += fmt.Sprintf(`<li><a href="pump-%[1]s.tar.gz">pump-%[1]s.tar.gz</a></li><li><a href="pump-%[1]s.tar.gz.sig">pump-%[1]s.tar.gz.sig</a></li>`, v)
		}
		return b + `</ul></body></html>`
	}
	w.change(index("1.2", "1.9", "1.10", "2.0-rc1", "3.0-nightly"))
	if out := w.poll(); out.Error != "" || w.titles() != "pump 1.10" {
		t.Fatalf("%+v; queue %s", out, w.titles())
	}
	w.change(index("1.0", "1.2", "1.9", "1.9.1", "1.10", "2.0", "3.0-nightly"))
	w.later(time.Hour)
	if out := w.poll(); out.Error != "" || w.titles() != "pump 1.10, pump 2.0, pump 1.9.1" && w.titles() != "pump 1.10, pump 1.9.1, pump 2.0" {
		t.Errorf("%+v; queue %s", out, w.titles())
	}
}

func TestEmptyExtractionAfterAFullOneIsLayoutDrift(t *testing.T) {
	const full = `<html><body><ul><li class="item"><a href="/one">arm64 one</a></li></ul></body></html>`
	const empty = `<html><body><ul><li class="entry"><a href="/one">arm64 one</a></li></ul></body></html>`
	w, s := wire(t, harvest.KindPage, "http://site.example/news")
	s.Item, s.Link = "li.item", "a"
	w.change(empty)
	if out := w.poll(); out.Error != `nothing on the page fits item "li.item" with link "a"` {
		t.Errorf("a page that never held anything: %+v", out)
	}
	w.change("<html><head><title>Just a moment...</title></head><body></body></html>")
	if out := w.poll(); !strings.HasPrefix(out.Error, "a challenge for browsers instead of the page") {
		t.Errorf("a challenge: %+v", out)
	}
	w.change(full)
	if out := w.poll(); out.Error != "" || w.titles() != "arm64 one" {
		t.Fatalf("%+v; queue %s", out, w.titles())
	}
	w.change(empty)
	for range 2 { // not only the first time
		if out := w.poll(); out.Stage != "parse" || !strings.HasPrefix(out.Error, "layout drift: nothing is found where there were 1") {
			t.Errorf("%+v", out)
		}
	}
	w.change(full)
	if out := w.poll(); out.Error != "" || w.row("wire").Failures != 0 {
		t.Errorf("%+v", out)
	}
}

func TestPageBySelectors(t *testing.T) {
	w, s := wire(t, harvest.KindPage, "http://site.example/news")
	w.topic.Window = 14 * 24 * time.Hour
	s.Item, s.Link, s.Title, s.Date = "article", "h2 a", "h2", "time"
	w.change(`<html><body>
		<article><h2>New: <a href="/arm64">arm64 builds</a></h2><time datetime="2026-11-17">yesterday</time></article>
		<article><h2><a href="/old">arm64 of old</a></h2><time datetime="2020-01-01">long ago</time></article>
		<article><h2><a href="/x86">x86 builds</a></h2></article></body></html>`)
	if out := w.poll(); out.New != 3 || w.titles() != "New: arm64 builds" {
		t.Errorf("%+v; queue %s", out, w.titles())
	}
	if rep := w.run(all); rep.NotModified != 1 {
		t.Errorf("again: %+v", rep)
	}
}

func TestLinksInsideAnEntryBecomeCandidates(t *testing.T) {
	w := newWorld(t)
	s := w.source("letter", "http://letter.example/feed")
	s.Links = true
	issue := func(n int, links string) string {
		return fmt.Sprintf(`<item><guid>%d</guid><link>http://letter.example/%d</link><title>Letter %d on arm64</title><description><![CDATA[%s]]></description></item>`, n, n, n, links)
	}
	first := issue(1, `<p>Kernel people <a href="https://lkml.example/arm64">merged the arm64 series</a> on Monday.</p><p><a href="https://shop.example/x">Buy pumps</a></p>`)
	w.change(rss(first))
	if out := w.poll(); out.Error != "" || w.titles() != "merged the arm64 series" {
		t.Fatalf("%+v; queue %s", out, w.titles())
	}
	c := w.queue()[0]
	if c.URL != "https://lkml.example/arm64" || c.Excerpt != "Kernel people merged the arm64 series on Monday." || strings.Join(w.sightings(c.ID), " ") != "letter https://lkml.example/arm64" {
		t.Errorf("%+v, %v", c, w.sightings(c.ID))
	}
	w.change(rss(issue(2, `<p>Also for arm64: <a href="https://more.example/arm64-tools">new tools</a>.</p>`), first))
	if out := w.poll(); out.Known != 1 || w.titles() != "merged the arm64 series, new tools" {
		t.Errorf("%+v; queue %s", out, w.titles())
	}
}

func TestIssuesThatAFeedOnlyNamesAreFetched(t *testing.T) {
	w := newWorld(t)
	s := w.source("letter", "http://letter.example/feed")
	s.Links = true
	w.change(rss(`<item><guid>1</guid><link>http://letter.example/1</link><title>Letter 1</title><description>This week in arm64.</description></item>`))
	w.answers("http://letter.example/1", status(500))
	if out := w.poll(); out.Error != "" || len(out.Warnings) != 1 || len(w.queue()) != 0 {
		t.Errorf("%+v", out)
	}
	w.answers("http://letter.example/1", text(`<html><body><article><h1>Letter 1</h1><p>The <a href="https://one.example/arm64">first arm64 story</a>, and <a href="https://two.example/">another</a> of it.</p></article></body></html>`))
	if out := w.poll(); out.Error != "" || len(out.Warnings) != 0 || w.titles() != "first arm64 story" && w.titles() != "first arm64 story, another" {
		t.Errorf("%+v; queue %s", out, w.titles())
	}
	w.requests()
	w.poll()
	if got := w.requests(); got != "letter.example/feed" {
		t.Errorf("asked again: %s", got)
	}
}

func TestArchiveOfANewsletterLeadsToItsIssues(t *testing.T) {
	w, s := wire(t, harvest.KindPage, "http://letter.example/archive")
	s.Links, s.Item, s.Link = true, "li", "a"
	w.change(`<html><body><ul><li><a href="/7">Issue 7</a></li></ul></body></html>`)
	w.answers("http://letter.example/7", text(`<html><body><p>The <a href="https://one.example/arm64">first arm64 story</a> of it.</p></body></html>`))
	if out := w.poll(); out.Error != "" || w.titles() != "first arm64 story" {
		t.Errorf("%+v; queue %s", out, w.titles())
	}
}

func TestSearchKeepsWhatItStates(t *testing.T) {
	w, s := wire(t, harvest.KindSearch, "http://forge.example/api/v3/search/issues?q={query}")
	s.Query, s.Bearer = "arm64 in:title", "sesame"
	issue := func(state string) string {
		return fmt.Sprintf(`{"total_count": 1, "incomplete_results": false, "items": [{"html_url": "https://forge.example/reef/pump/issues/3", "title": "No arm64 build", "number": 3,
			"user": {"login": "ann"}, "labels": [{"name": "build"}, {"name": "arm64"}], "state": %q, "comments": 4, "created_at": "2026-11-17T08:00:00Z", "updated_at": "2026-11-17T09:00:00Z", "body": "The release lacks one."}]}`, state)
	}
	auth := ""
	answer := func(state string) {
		w.answers("http://forge.example/api/v3/search/issues?q=arm64%20in%3Atitle", func(rw http.ResponseWriter, r *http.Request) {
			auth = r.Header.Get("Authorization")
			text(issue(state))(rw, r)
		})
	}
	answer("open")
	if out := w.poll(); out.Error != "" || w.titles() != "No arm64 build" || auth != "Bearer sesame" {
		t.Fatalf("%+v; queue %s; asked %s with %q", out, w.titles(), w.requests(), auth)
	}
	c := w.queue()[0]
	if c.Author != "ann" || c.Facts.State != "open" || strings.Join(c.Facts.Labels, " ") != "build arm64" || c.Facts.Comments != 4 {
		t.Errorf("%+v", c)
	}
	answer("closed")
	if out := w.poll(); out.New != 0 || w.queue()[0].Facts.State != "closed" {
		t.Errorf("%+v, %+v", out, w.queue()[0].Facts)
	}
}

func TestPipermailIsReadByMonthsThroughItsIndex(t *testing.T) {
	w := list(t, "http://lists.example/pipermail/arm/")
	w.topic.Window = 14 * 24 * time.Hour
	w.change(`<html><head><title>The arm Archives</title></head><body><table>
		<tr><td>November 2026:</td><td><a href="2026-November/thread.html">[ Thread ]</a> <a href="2026-November/date.html">[ Date ]</a></td><td><a href="2026-November.txt.gz">[ Gzip'd Text 4 KB ]</a></td></tr>
		<tr><td>October 2026:</td><td><a href="2026-October/thread.html">[ Thread ]</a> <a href="2026-October/date.html">[ Date ]</a></td><td><a href="2026-October.txt.gz">[ Gzip'd Text 9 KB ]</a></td></tr></table></body></html>`)
	month := tagged(`"nov"`, string(pack(t, "From ann at example.org  Wed Nov 18 08:00:00 2026\nFrom: ann at example.org (Ann Author)\nDate: Wed, 18 Nov 2026 08:00:00 +0000\nSubject: [arm] arm64 news\nMessage-ID: <1@x>\n\n"+said+"\n\n")))
	w.answers("http://lists.example/pipermail/arm/2026-November.txt.gz", month)
	w.answers("http://lists.example/pipermail/arm/2026-November/date.html", text(`<html><body><ul><LI><A HREF="000123.html">[arm] arm64 news
</A><A NAME="123">&nbsp;</A>
<I>Ann Author
</I></ul></body></html>`))
	if out := w.poll(); out.Error != "" || len(w.queue()) != 1 {
		t.Fatalf("%+v; queue %s; asked %s", out, w.titles(), w.requests())
	}
	if c := w.queue()[0]; c.URL != "http://lists.example/pipermail/arm/2026-November/000123.html" || c.Author != "Ann Author" {
		t.Errorf("%+v", c)
	}
	if got := w.requests(); strings.Contains(got, "October") {
		t.Errorf("asked for a month outside the window: %s", got)
	}
	if rep := w.run(all); rep.NotModified != 1 || rep.Failed != 0 {
		t.Errorf("again: %+v; asked %s", rep, w.requests())
	}
}

// secrets is a source with a header and a token, and what was sent along to each host.
func secrets(t *testing.T, kind, url string) (*world, *harvest.Source, func(http.HandlerFunc) http.HandlerFunc, map[string]string) {
	w, s := wire(t, kind, url)
	s.Secret, s.Bearer = []fetch.Header{{Name: "X-Api-Key", Value: "sesame"}}, "sesame"
	sent := map[string]string{}
	return w, s, func(h http.HandlerFunc) http.HandlerFunc {
		return func(rw http.ResponseWriter, r *http.Request) {
			w.mu.Lock()
			sent[r.Host] += r.Header.Get("X-Api-Key") + r.Header.Get("Authorization")
			w.mu.Unlock()
			h(rw, r)
		}
	}, sent
}

func TestSecretsGoToTheOriginOfTheSourceOnly(t *testing.T) {
	w, s, watch, sent := secrets(t, harvest.KindFeed, "http://letter.example/feed")
	s.Links = true
	w.answers("http://letter.example/feed", watch(text(rss(
		`<item><guid>1</guid><link>http://letter.example:8080/1</link><title>One</title></item>`, `<item><guid>2</guid><link>http://www.letter.example/2</link><title>Two</title></item>`))))
	w.answers("http://letter.example:8080/1", watch(text("<p>nothing</p>")))
	w.answers("http://www.letter.example/2", watch(text("<p>nothing</p>")))
	if out := w.poll(); out.Error != "" || sent["letter.example"] == "" || sent["letter.example:8080"] != "" || sent["www.letter.example"] != "" || len(sent) != 3 {
		t.Errorf("%+v; sent %v", out, sent)
	}

	w, _, watch, sent = secrets(t, harvest.KindFeed, "http://parked.example/feed")
	w.answers("http://parked.example/feed", watch(text(`<html><head><link rel="alternate" type="application/rss+xml" href="http://thief.example/feed"></head></html>`)))
	w.answers("http://thief.example/feed", watch(text(rss())))
	if _, err := w.harvester().Check(t.Context(), nil, nil); err != nil {
		t.Fatal(err)
	}
	if sent["parked.example"] == "" || sent["thief.example"] != "" || !strings.Contains(w.requests(), "thief.example") {
		t.Errorf("sent %v", sent)
	}

	w, _, watch, sent = secrets(t, harvest.KindSearch, "hackernews:")
	w.sources[0].Query = "arm64"
	w.answers("https://hn.algolia.com/", text(""))
	w.otherwise(watch(text(`{"hits": [], "nbHits": 0}`)))
	if out := w.poll(); out.Error != "" || len(sent) != 1 || sent["hn.algolia.com"] != "" {
		t.Errorf("%+v; sent %v", out, sent)
	}
}

func TestVersionsThatMoveAreNoNews(t *testing.T) {
	w, _ := wire(t, harvest.KindReleases, "http://ftp.example/pump/")
	index := func(dir, word string, versions ...string) string {
		b := `<html><head><title>Index of /pump</title></head><body><h1>Index of /pump</h1><ul>`
		for _, v := range versions {
			b += fmt.Sprintf(`<li><a href="%[1]spump-%[3]s.tar.gz">%[2]spump-%[3]s.tar.gz</a></li>`, dir, word, v)
		}
		return b + `</ul></body></html>`
	}
	old := []string{"1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6"}
	for i, body := range []string{
		index("", "", old...), index("/mirror/a/", "", old...), index("", "Pump: ", old...), index("/mirror/b/", "", append(old, "1.7")...), index("", "", append(old, "1.7", "0.9")...),
	} {
		w.change(body)
		w.later(time.Hour)
		out := w.poll()
		want := "pump 1.6"
		if i >= 3 {
			want = "pump 1.6, pump 1.7"
		}
		if out.Error != "" || w.titles() != want {
			t.Errorf("%d: %+v; queue %s", i, out, w.titles())
		}
	}
}

func TestIssuesThatFailForEverStarveNoOther(t *testing.T) {
	w := newWorld(t)
	s := w.source("letter", "http://letter.example/feed")
	s.Links = true
	var entries []string
	for i := range 25 {
		entries = append(entries, fmt.Sprintf(`<item><guid>%[1]d</guid><link>http://letter.example/%[1]d</link><title>Letter %[1]d</title></item>`, i))
		answer := status(500)
		if i >= 12 {
			answer = text(fmt.Sprintf(`<p>The <a href="https://news.example/arm64-%d">arm64 story %d</a> of it.</p>`, i, i))
		}
		w.answers(fmt.Sprintf("http://letter.example/%d", i), answer)
	}
	w.change(rss(entries...))
	for range 10 {
		w.later(time.Hour)
		if out := w.poll(); out.Error != "" {
			t.Fatalf("%+v", out)
		}
	}
	if len(w.queue()) != 13 {
		t.Errorf("queue: %s", w.titles())
	}
	w.requests()
	w.later(time.Hour)
	if w.poll(); w.requests() != "letter.example/feed" {
		t.Error("pages that were given up are asked for again")
	}
}

func TestOneMonthThatFailsHidesNoOther(t *testing.T) {
	w := list(t, "http://lists.example/archives/list/arm@lists.example/")
	w.topic.Window = 30 * 24 * time.Hour
	mbox := mail("root@x", "", "arm64 news", said)
	w.otherwise(func(rw http.ResponseWriter, r *http.Request) {
		switch {
		case strings.Contains(r.URL.String(), "2026-10"):
			rw.WriteHeader(http.StatusGatewayTimeout)
		case strings.Contains(r.URL.String(), "2026-11"):
			rw.Write(pack(t, mbox))
		default:
			http.NotFound(rw, r)
		}
	})
	w.answers("http://lists.example/", text(""))
	if out := w.poll(); out.Error == "" || w.titles() != "arm64 news" || w.row("list").Gone {
		t.Errorf("%+v; queue %s; asked %s", out, w.titles(), w.requests())
	}
}

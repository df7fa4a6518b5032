package page_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"wiredesk/harvest/page"
)

func TestGitHubPages(t *testing.T) {
	for _, c := range []struct{ name, path, title, body, want, author string }{
		{"an issue", "issues/7", "The clock stops · Issue #7 · petrel/installer · GitHub", `<a class="author" href="/jo">jo</a>`, "The clock stops", "jo"},
		{"a pull request", "pull/41", "Start the clock again by mwrobel · Pull Request #41 · petrel/installer · GitHub", "", "Start the clock again", "mwrobel"},
		{"a commit", "commit/9f3c2aa", "arm64: start the clock · petrel/installer@9f3c2aa · GitHub", "", "arm64: start the clock", ""},
		{"a release", "releases/tag/v14", "Release Petrel 14 · petrel/installer · GitHub", "", "Release Petrel 14 · petrel/installer", ""},
		{"a front page", "", "GitHub - petrel/installer: Puts Petrel on a board", "", "petrel/installer: Puts Petrel on a board", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := parse(t, strings.TrimSuffix("https://github.com/petrel/installer/"+c.path, "/"), "<title>"+c.title+"</title>"+c.body+prose, none)
			if p.Title != c.want || p.Author != c.author || p.Site != "GitHub" {
				t.Errorf("got %q by %q, %s", p.Title, p.Author, p.Site)
			}
		})
	}
}

func TestMailInAnArchiveOfPublicInbox(t *testing.T) {
	p := parse(t, "https://lists.petrel.example/boards/1@x/", `<title>[PATCH] Start the clock - Malika Wrobel</title><pre>From: Malika Wrobel &lt;malika@wrobel.example&gt; @ 2026-11-10  8:12 UTC
To: boards@petrel.example

The clock of every arm64 board stops at boot. This starts it again, and nothing else changes.

&gt; Who would want that?

Everybody who builds a package overnight and wants to know when it was done.
</pre>`, none)
	if p.Author != "Malika Wrobel" || !p.Published.Equal(time.Date(2026, 11, 10, 8, 12, 0, 0, time.UTC)) || p.Evidence["author"] != "mail" {
		t.Errorf("got %q, %s, %v", p.Author, p.Published, p.Evidence)
	}
	if !strings.Contains(p.Text, "The clock of every arm64 board stops at boot.") || !strings.Contains(p.Text, "Everybody who builds") {
		t.Errorf("text %q", p.Text)
	}
}

func TestVideo(t *testing.T) {
	p := parse(t, "https://www.youtube.com/watch?v=x", `<title>Boards in a rack - YouTube</title><meta property="og:title" content="Boards in a rack"><meta property="og:description" content="We put ...">`+
		`<script>var r = {"shortDescription":"We put forty boards in a rack.\n\nThen we turn them on, \"all at once\"."};</script><p>About Press Copyright Contact us</p>`+
		`<span itemprop="author"><link itemprop="url"><link itemprop="name" content="Jo Tanaka"></span>`, none)
	if p.Title != "Boards in a rack" || p.Site != "YouTube" || p.Author != "Jo Tanaka" {
		t.Errorf("got %q, %q, %q", p.Title, p.Site, p.Author)
	}
	if want := "We put forty boards in a rack.\n\nThen we turn them on, \"all at once\"."; p.Text != want {
		t.Errorf("got %q, want %q", p.Text, want)
	}
}

func TestRedditPost(t *testing.T) {
	for _, post := range []string{
		`<shreddit-post author="jo_t" created-timestamp="2026-11-18T09:30:00.754000+0000"><h1>My board boots</h1>` + prose + `</shreddit-post>`,
		`<div class="sidebar"><time datetime="2012-01-01T00:00:00Z">long ago</time></div><div class="thing link" data-author="jo_t"><time datetime="2026-11-18T09:30:00.754Z">today</time>` + prose + `</div>`,
	} {
		p := parse(t, "https://www.reddit.com/r/arm/comments/1x/my_board_boots/", "<title>My board boots : r/arm</title>"+post, none)
		if p.Author != "jo_t" || p.Published.UTC().Format(time.DateTime) != "2026-11-18 09:30:00" || p.Site != "Reddit" {
			t.Errorf("got %q, %s, %q", p.Author, p.Published, p.Site)
		}
	}
}

func TestDockerHub(t *testing.T) {
	p := parse(t, "https://hub.docker.com/r/petrel/base", `<title>petrel/base - Docker Image | Docker Hub</title>`+prose, none)
	if p.Title != "petrel/base" || p.Site != "Docker Hub" {
		t.Errorf("got %q, %q", p.Title, p.Site)
	}
}

func TestPDF(t *testing.T) {
	info := func(title string) string {
		return "%PDF-1.7\n1 0 obj <</Title " + title + " /Producer (Press 4)>> endobj\n%%EOF"
	}
	for _, c := range []struct{ name, pdf, want, from string }{
		{"XMP", "%PDF-1.7\n<dc:title> <rdf:Alt><rdf:li xml:lang=\"x-default\">Boards &amp; racks</rdf:li></rdf:Alt></dc:title>", "Boards & racks", "xmp"},
		{"a string", info(`(Boards \(a\) and \162acks)`), "Boards (a) and racks", "pdf"},
		{"hex, UTF-16", info("<FEFF0042006F00E90072>"), "Boér", "pdf"},
		{"a bookmark only", "%PDF-1.7\n1 0 obj <</Title (Chapter 1) /Dest [1]>> endobj", "", ""},
		{"broken", "%PDF-1.7\n<</Title (a\\", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := page.Parse([]byte(c.pdf), "https://example.org/boards.pdf", none)
			if p.Title != c.want || (err == nil) != (c.want != "") || p.Evidence["title"] != c.from {
				t.Errorf("got %q, %v, %v", p.Title, p.Evidence, err)
			}
		})
	}
}

func TestEvidence(t *testing.T) {
	p := parse(t, "https://bench.example/2026/boards", `<title>Boards, at last | The Bench</title><link rel="canonical" href="https://bench.example/boards">`+
		`<meta property="og:site_name" content="The Bench"><meta name="dc.description" content="Nine boards."><script type="application/ld+json">`+
		`{"@type":"BlogPosting","author":{"name":"Jo Tanaka"},"datePublished":"2026-11-18"}</script><h1>Boards, at last</h1>`+prose, none)
	want := map[string]string{"canonical": "rel", "title": "heading", "site": "og", "author": "json-ld", "published": "json-ld", "excerpt": "dc"}
	if fmt.Sprint(p.Evidence) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", p.Evidence, want)
	}
	// What is not known has none.
	if p := parse(t, "https://bench.example/x", "<p>Some words of no one in particular.</p>", none); p.Author != "" || len(p.Evidence) != 1 || p.Evidence["excerpt"] != "text" {
		t.Errorf("got %v", p.Evidence)
	}
}

func TestDeepPageIsRead(t *testing.T) {
	deep := strings.Repeat("<div>", 5000)
	p := parse(t, "https://example.org/x", "<title>Deep</title>"+deep+"<p>The first paragraph, which says something about boards.</p><p>The second one, about racks.</p>"+strings.Repeat("</div>", 5000), none)
	if want := "The first paragraph, which says something about boards.\n\nThe second one, about racks."; p.Text != want {
		t.Errorf("got %q", p.Text)
	}
}

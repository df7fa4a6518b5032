package listing_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"wiredesk/harvest/listing"
)

const issue = "https://weekly.example/issues/12"

// found are the titles and addresses of links, one a line.
func found(all []listing.Link) []string {
	out := []string{}
	for _, l := range all {
		out = append(out, l.Title+" | "+l.URL)
	}
	return out
}

func TestLinksOfNewsletters(t *testing.T) {
	for name, c := range map[string]struct {
		html string
		want []string
	}{
		"a mail in tables, with a paid place and a foot": {`<table><tr><td>
			<table><tr><td><p>No. 12</p></td><td><a href="https://weekly.example/link/1/web">Unsub</a> | <a href="https://weekly.example/link/2/web">Web Version</a></td></tr></table>
			<table><tr><td><a href="https://weekly.example/link/3/web"><img src="x.png"></a></td></tr></table>
			<table><tr><td><p><span><a href="https://weekly.example/link/3/web">A Kernel for Small Boards</a></span> — <a href="https://weekly.example/link/4/web">Board Linux</a> boots in a second.</p><p>Ann Example</p></td></tr></table>
			<table><tr><td><a href="https://weekly.example/link/5/web"><img src="ad.png"></a><p><span><a href="https://weekly.example/link/5/web">Ship Faster With Shipfast</a></span> — Try it free.</p><p>Shipfast <span>sponsor</span></p></td></tr></table>
			<table><tr><td><p>📄 <a href="https://weekly.example/link/6/web">Profiling on arm64</a> <cite>B. Writer</cite></p><p>📄 <a href="https://weekly.example/link/7/web">Why pages are 64K</a></p></td></tr></table>
			<table><tr><td><p>You get this as a reader. <a href="https://weekly.example/leave/9">Unsubscribe</a> <a href="https://printer.example/">Printed by Printer</a></p></td></tr></table>
			</td></tr></table>`, []string{
			"A Kernel for Small Boards | https://weekly.example/link/3/web", "Board Linux | https://weekly.example/link/4/web",
			"Profiling on arm64 | https://weekly.example/link/6/web", "Why pages are 64K | https://weekly.example/link/7/web",
		}},
		"a list in markdown": {`<h2>News</h2><ul><li><a href="https://a.example/one">One thing</a></li><li>The fix is <a href="https://b.example/two">here</a></li>
			<li><strong>Toolchain 9</strong>: <a href="https://c.example/three">read more</a></li><li><a href="/tags/arm">arm</a> <a href="/">Home</a> <a href="#top">top</a></li></ul>`, []string{
			"One thing | https://a.example/one", "The fix is | https://b.example/two", "Toolchain 9 | https://c.example/three",
		}},
		"a heading above a button": {`<h3>Servers get cheaper</h3><p>Prices fall by a third.</p><p><a href="https://news.example/servers">Read more →</a></p>`, []string{"Servers get cheaper | https://news.example/servers"}},
		"a sponsored section": {`<h2>Sponsor</h2><p><a href="https://ad.example/x">Buy this</a></p><h2>Articles</h2><p><a href="https://a.example/1">First</a></p><p><a href="https://a.example/2">Second one</a></p>`, []string{
			"First | https://a.example/1", "Second one | https://a.example/2"}},
		"a sponsored label and what follows it": {`<p><a href="https://a.example/1">First</a></p><p><strong>SPONSORED</strong></p><p><a href="https://ad.example/x">Buy this</a> now.</p><p><a href="https://a.example/2">Second</a></p><p><a href="https://a.example/3">Third</a></p>`, []string{
			"First | https://a.example/1", "Second | https://a.example/2", "Third | https://a.example/3"}},
		"a marked link": {`<p><a rel="sponsored" href="https://ad.example/">Ad</a> <a href="https://ok.example/a">Fine</a> <a rel="tag" href="https://ok.example/t">tag</a></p>`, []string{"Fine | https://ok.example/a"}},
		"an event with a sponsor": {`<ul><li><a href="https://meet.example/e/1">Meetup 47 sponsored by Chips Inc</a></li><li><a href="https://meet.example/e/2">Meetup 48</a></li></ul>`, []string{
			"Meetup 47 sponsored by Chips Inc | https://meet.example/e/1", "Meetup 48 | https://meet.example/e/2"}},
		"share and mail links": {`<p><a href="https://ok.example/a">Fine</a> <a href="https://twitter.com/intent/tweet?url=https%3A%2F%2Fok.example">Tweet this</a> <a href="https://www.facebook.com/sharer/sharer.php?u=x">f</a>
			<a href="mailto:a@b.example">mail</a> <a href="https://news.ycombinator.com/submitlink?u=x">HN</a> <a href="https://www.linkedin.com/shareArticle?url=x">in</a> <a href="https://www.reddit.com/submit?url=x">r</a> <a href="javascript:x()">x</a>
			<a href="https://us1.list-manage.com/unsubscribe?u=1">bye</a> <a href="https://weekly.example/feed.xml">XML</a></p>`, []string{"Fine | https://ok.example/a"}},
		"people and what they said": {`<p><a href="https://twitter.com/arm/status/12">a post</a> by <a href="https://twitter.com/someone">Someone</a>, code on <a href="https://github.com/someone/tool">tool</a> by <a href="https://github.com/someone">@someone</a></p>`, []string{
			"a post | https://twitter.com/arm/status/12", "tool | https://github.com/someone/tool"}},
		"an image alone": {`<p><a href="https://a.example/x"><img alt="Board with 128 cores"></a> <a href="https://t.example/pixel"><img></a> <a href="https://i.example/pic.png"><img alt="big"></a></p>`, []string{"Board with 128 cores | https://a.example/x"}},
		"one page twice": {`<p><a href="https://a.example/x?utm_source=w">here</a></p><p>and <a href="http://www.a.example/x/">The better title</a></p>`, []string{"The better title | https://a.example/x"}},
		"a whole card":   {`<a href="https://a.example/card"><div><h3>Card title</h3><p>Long text about it.</p></div></a>`, []string{"Card title | https://a.example/card"}},
		"parts around":   {`<nav><a href="https://x.example/1">Nav</a></nav><p><a href="https://a.example/1">Story one</a> and <a href="https://a.example/2">story two</a></p><div class="post-share"><a href="https://x.example/2">Friends</a></div><footer><a href="https://x.example/3">Legal</a></footer>`, []string{"Story one | https://a.example/1", "story two | https://a.example/2"}},
		"plain text":     {`<p>New release out: https://a.example/rel_(2). See also https://b.example/x, too.</p>`, []string{"New release out | https://a.example/rel_(2)", "See also | https://b.example/x"}},
		"nothing":        {``, []string{}},
		"too deep":       {strings.Repeat("<div>", 600) + `<a href="https://a.example/">x</a>`, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, found(listing.Links(c.html, issue))); d != "" {
				t.Errorf("links (-want +got):\n%s", d)
			}
		})
	}
}

func TestLinksOfPosts(t *testing.T) {
	for name, c := range map[string]struct {
		base, html string
		want       []string
	}{
		"Reddit, a link": {"https://www.reddit.com/r/arm/comments/abc/title/", `<table><tr><td><a href="https://www.reddit.com/r/arm/comments/abc/title/"><img src="t.jpg"></a></td><td> submitted by <a href="https://www.reddit.com/user/nn"> /u/nn </a> to <a href="https://www.reddit.com/r/arm/"> r/arm </a><br/><span><a href="https://chips.example/news">[link]</a></span> <span><a href="https://www.reddit.com/r/arm/comments/abc/title/">[comments]</a></span></td></tr></table>`,
			[]string{" | https://chips.example/news"}},
		"Reddit, a text": {"https://www.reddit.com/r/arm/comments/abd/t/", `<div class="md"><p>I wrote <a href="https://github.com/nn/tool">a tool</a>.</p></div> submitted by <a href="https://www.reddit.com/user/nn"> /u/nn </a><br/><span><a href="https://www.reddit.com/r/arm/comments/abd/t/">[link]</a></span> <span><a href="https://www.reddit.com/r/arm/comments/abd/t/">[comments]</a></span>`,
			[]string{"a tool | https://github.com/nn/tool"}},
		"Mastodon": {"https://social.example/@nn/123", `<p>New board runs mainline <a href="https://social.example/tags/arm64" class="mention hashtag" rel="tag">#<span>arm64</span></a></p><p><a href="https://boards.example/posts/mainline-on-the-new-board" rel="nofollow noopener"><span class="invisible">https://</span><span class="ellipsis">boards.example/posts/mainl</span><span class="invisible">ine-on-the-new-board</span></a> <span class="h-card"><a href="https://social.example/@other" class="u-url mention">@<span>other</span></a></span></p>`,
			[]string{"New board runs mainline #arm64 | https://boards.example/posts/mainline-on-the-new-board"}},
		"Hacker News": {"https://news.ycombinator.com/item?id=9", `<p>Article URL: <a href="https://a.example/x">https://a.example/x</a></p><p>Comments URL: <a href="https://news.ycombinator.com/item?id=9">https://news.ycombinator.com/item?id=9</a></p>`,
			[]string{" | https://a.example/x"}},
	} {
		t.Run(name, func(t *testing.T) {
			if d := cmp.Diff(c.want, found(listing.Links(c.html, c.base))); d != "" {
				t.Errorf("links (-want +got):\n%s", d)
			}
		})
	}
}

func TestLinksUnwrap(t *testing.T) {
	for in, want := range map[string]string{
		"https://l.facebook.com/l.php?u=https%3A%2F%2Fa.example%2Fx%3Fv%3D1":                   "https://a.example/x?v=1",
		"https://www.google.com/url?sa=t&q=https://a.example/x":                                "https://a.example/x",
		"https://href.li/?https://a.example/x":                                                 "https://a.example/x",
		"https://out.reddit.com/t3_x?url=https%3A%2F%2Fa.example%2Fx&token=1":                  "https://a.example/x",
		"https://shop.example/redirect?to=https%3A%2F%2Fa.example%2Fx":                         "https://a.example/x",
		"https://tracking.example/CL0/https:%2F%2Fa.example%2Fx%3Futm_source=n/1/0100-0/abc=4": "https://a.example/x",
		"https://eu1.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2Fx":        "https://a.example/x",
		"https://x.us1.list-manage.com/track/click?u=1&id=2":                                   "https://x.us1.list-manage.com/track/click?u=1&id=2",
		"https://substack.com/redirect/abc?j=xyz":                                              "https://substack.com/redirect/abc?j=xyz",
		"https://bit.ly/3abc": "https://bit.ly/3abc",
		"https://web.archive.org/web/2020/https://a.example/x":   "https://web.archive.org/web/2020/https://a.example/x",
		"https://validator.example/check?url=https://a.example/": "https://validator.example/check?url=https://a.example/",
		"https://a.example/out?url=javascript:alert(1)":          "https://a.example/out?url=javascript:alert(1)",
	} {
		got := listing.Links(`<p>See <a href="`+in+`">the story of the week</a>.</p>`, issue)
		if len(got) != 1 || got[0].URL != want {
			t.Errorf("%s became %v, want %s", in, got, want)
		}
	}
}

func TestLinksExcerpt(t *testing.T) {
	long := strings.Repeat("Other words stand before it. ", 12)
	for html, want := range map[string]string{
		`<li>Short: <a href="https://a.example/">this thing</a> is fast on arm64.</li>`:                                                       "Short: this thing is fast on arm64.",
		`<p>` + long + `Then <a href="https://a.example/">this thing</a> became fast on every machine that has arm64 in it. ` + long + `</p>`: "Then this thing became fast on every machine that has arm64 in it.",
		`<h3><a href="https://a.example/">This thing</a></h3><p>It is fast on arm64, says its author.</p>`:                                    "It is fast on arm64, says its author.",
		`<p><a href="https://a.example/">This thing</a></p><p><a href="https://b.example/">Another thing that has a long title</a></p>`:       "",
	} {
		got := listing.Links(html, issue)
		if len(got) == 0 || got[0].Excerpt != want {
			t.Errorf("%.60s…: %+v, want the excerpt %q", html, got, want)
		}
	}
}

func FuzzLinks(f *testing.F) {
	f.Add(`<p>See <a href="https://a.example/x">here</a> https://b.example/.</p><h2>Sponsor</h2><p><a href="/y">ad</a></p>`, issue)
	f.Add(`<table><td><a href="https://l.facebook.com/l.php?u=https%3A%2F%2Fa.example"><img alt=x></a><br><br>sponsor`, "")
	f.Add(`<a href=x><div><h3>t</h3></div></a><base href="//e.example"><footer><a href="?q">unsubscribe`, "https://x.example/a/b")
	f.Fuzz(func(t *testing.T, html, base string) {
		seen := map[string]bool{}
		for _, l := range listing.Links(html, base) {
			if !strings.HasPrefix(l.URL, "http://") && !strings.HasPrefix(l.URL, "https://") || strings.ContainsAny(l.URL, " \n\x1b<>") {
				t.Fatalf("not a clean link: %q", l.URL)
			}
			if strings.ContainsAny(l.Title+l.Excerpt, "\n\x1b\u202e") {
				t.Fatalf("not a clean line: %q %q", l.Title, l.Excerpt)
			}
			if seen[l.URL] {
				t.Fatalf("twice: %s", l.URL)
			}
			seen[l.URL] = true
		}
	})
}

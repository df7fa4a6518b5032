package harvest_test

import (
	"encoding/binary"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"wiredesk/harvest"
)

// pageFaults are those of web pages: read by selectors, and behind the links of the queue.
func pageFaults() []fault {
	selected := func(s *harvest.Source) { s.Item, s.Link, s.Title = "article", "a", "h2" }
	item := func(n any) string {
		return fmt.Sprintf(`<article><h2>arm64 item %v</h2><a href="/article/%v">more</a></article>`, n, n)
	}
	pageOf := func(body string) string {
		return `<!DOCTYPE html><html><title>News</title><body>` + body + `</body></html>`
	}
	two := pageOf(item(1) + item(2))
	// listed is a page that is read by selectors; after the first poll it is what bodies say.
	listed := func(name, stage, words string, fresh int, bodies ...string) fault {
		return fault{name: name, kind: harvest.KindPage, set: selected, stage: stage, words: words, fresh: [3]int{fresh}, answer: func(w http.ResponseWriter, r *http.Request, n int) {
			html(bodies[min(n, len(bodies))-1])(w, r)
		}}
	}
	drift := func(name, body string) fault {
		f := listed(name, "", "", 2, two, body)
		f.check = drifted
		return f
	}
	// behind is a page behind a link; words is why it cannot be read, "" where it can.
	behind := func(name, words string, page http.HandlerFunc) fault {
		return fault{name: name, fresh: [3]int{1}, answer: feedText(feedOf(itemOf("1", "An arm64 item"))), page: page, pageError: words, titles: []string{"An arm64 item"}}
	}
	const story = `<article><h1>An arm64 item</h1><p>` + said + `</p><p>` + said + `</p></article>`
	floodOf := func(head, drop string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			pour(w, head, drop, 20<<20)
		}
	}
	all := []fault{
		drift("selector that finds nothing any more", pageOf(strings.ReplaceAll(item(1), "article", "section"))),
		drift("login wall", pageOf(`<form><input type="password" name="p"></form><p>Log in to read on.`)),
		drift("page that became empty", ""),
		listed("item without a link", "", "", 1, pageOf(item(1)+`<article><h2>arm64 no link</h2></article>`)),
		listed("items with links of javascript", "", "", 1, pageOf(item(1)+`<article><h2>x</h2><a href="java&#10;script:alert(1)">x</a></article><article><h2>y</h2><a href="data:text/html,x">y</a></article>`)),
		listed("base elsewhere", "", "", 1, `<base href="http://base.page.example/x/">`+pageOf(`<article><h2>arm64</h2><a href="/1">x</a></article>`)),
		listed("base of javascript", "", "", 2, `<base href="javascript:alert(1)//">`+two),
		listed("600 deep", "parse", "cannot be read", 0, pageOf(strings.Repeat("<div>", 600)+item(1))),
		listed("100,000 deep", "parse", "cannot be read", 0, pageOf(strings.Repeat("<div>", 100000)+item(1))),
		listed("tables within tables", "parse", "", 0, pageOf(strings.Repeat("<table><tr><td>", 20000)+item(1))),
		listed("items within items", "", "", 1, pageOf(strings.Repeat("<article>", 200)+"<a href='/article/1'>arm64</a>")),
		listed("a million unclosed tags", "parse", "", 0, pageOf(strings.Repeat("<b><i>", 200000)+item(1))),
		listed("titles of controls", "", "", 1, pageOf("<article><h2>arm64 \u009b31m\u202ebad\x1b[2J&#27;[31m</h2><a href='/article/1'>x</a></article>")),
		listed("charset that comes late", "", "", 1, `<!DOCTYPE html><html><!--`+strings.Repeat(" ", 2000)+`--><meta charset="koi8-r"><body>`+item("\xf0")),
		{name: "endless attribute", kind: harvest.KindPage, set: selected, stage: "fetch", words: "longer than the limit of 2 MiB", answer: playing(floodOf(`<html><body><p title="`, "x"))},
		{name: "endless list", kind: harvest.KindPage, set: selected, stage: "fetch", words: "longer than the limit of 2 MiB", answer: playing(floodOf(`<html><body>`, item(1)))},
		{name: "siblings and a slow selector", kind: harvest.KindPage, set: func(s *harvest.Source) { s.Item, s.Link = "li:nth-child(2n+1)", "a" }, answer: func(w http.ResponseWriter, r *http.Request, n int) {
			html(pageOf("<ul>"+strings.Repeat(`<li><a href="/article/1">arm64</a></li>`, siblings())+"</ul>"))(w, r)
		}, fresh: [3]int{1}},
		{name: "a picture of markup", kind: harvest.KindPage, set: selected, stage: "parse", words: "no web page but image/svg+xml", answer: playing(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "image/svg+xml")
			fmt.Fprint(w, `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><foreignObject>`+item(1)+`</foreignObject></svg>`)
		})},
		{name: "a PDF called a page", kind: harvest.KindPage, set: selected, stage: "parse", words: "nothing on the page fits", answer: playing(html("%PDF-1.7\n\x00\xff\xfe" + strings.Repeat("\x80", 1000)))},

		behind("its page: fine", "", html(pageOf(story))),
		behind("its page: 600 deep", "", html(pageOf(strings.Repeat("<div>", 600)+story))),
		behind("its page: 100,000 deep", "", html(strings.Repeat("<div>", 100000)+story)),
		behind("its page: tables within tables", "", html(strings.Repeat("<table><tr><td>", 20000)+story)),
		behind("its page: login", "a login stands in front of it", html(`<html><title>Log in</title><form><input type="password"></form>`)),
		behind("its page: challenge", "a challenge for browsers", html(`<html><title>Just a moment...</title><script src="/cdn-cgi/challenge-platform/x.js"></script>`)),
		behind("its page: consent", "a consent page stands", html(`<html><title>Before you continue</title><form><button>Accept</button></form>`)),
		behind("its page: empty", "there is nothing on it", html("")),
		behind("its page: endless", "longer than the limit of 2 MiB", floodOf("<html><body>", "<p>and so on ")),
		behind("its page: attribute without end", "longer than the limit of 2 MiB", floodOf(`<html><p title="`, "x")),
		behind("its page: an attribute of 1 MB", "", html(`<html><title>x</title><p title="`+strings.Repeat("x", 1<<20)+`">`+story)),
		behind("its page: 50,000 siblings", "", html(pageOf(story+strings.Repeat("<p>A paragraph of no great length.", 50000)))),
		behind("its page: base elsewhere", "", html(`<base href="http://127.2/">`+pageOf(story+`<link rel="canonical" href="/x"><img src="/x.png">`))),
		behind("its page: canonical of javascript", "", html(`<html><link rel="canonical" href="javascript:alert(1)"><meta property="og:image" content="file:///etc/passwd"><meta property="og:url" content="data:x">`+story)),
		behind("its page: canonical of the internal network", "", html(`<html><link rel="canonical" href="http://127.2/x"><meta property="og:image" content="http://127.2/x.png">`+story)),
		behind("its page: next page without end", "", html(`<html><link rel="next" href="/article/next"><link rel="amphtml" href="http://127.2/amp">`+story)),
		behind("its page: meta refresh", "", html(`<html><meta http-equiv="refresh" content="0;url=http://127.2/">`+story)),
		behind("its page: a picture of markup", "no web page but image/svg+xml", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "image/svg+xml")
			fmt.Fprint(w, `<svg><script>alert(1)</script></svg>`)
		}),
		behind("its page: a PDF", "a PDF without a title", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/pdf")
			fmt.Fprint(w, "%PDF-1.7")
		}),
		behind("its page: a type of controls", "no web page but", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "x\u009b31m/\u202ey")
			fmt.Fprint(w, "x")
		}),
		behind("its page: facts of controls", "", html("<html lang=\"en\u009b\"><title>arm64 \u009b31m\u202e</title><meta name=author content=\"Ann\u202e\x1b[31m\"><meta property=og:site_name content=\"News\u009d0;x\u009c\">"+story)),
		behind("its page: facts of 100 KB", "", html(`<html lang="`+strings.Repeat("x", 100000)+`"><title>`+strings.Repeat("arm64 ", 20000)+`</title><meta name=author content="`+strings.Repeat("Ann ", 25000)+`"><meta property=og:site_name content="`+strings.Repeat("x", 100000)+`">`+story)),
		behind("its page: JSON-LD 10,000 deep", "", html(`<html><script type="application/ld+json">`+strings.Repeat(`{"@graph":[`, 10000)+`</script>`+story)),
		behind("its page: late charset", "", html(`<!DOCTYPE html><html><!--`+strings.Repeat(" ", 2000)+`--><meta charset="windows-1251"><title>`+"\xcf\xf0\xe8"+`</title>`+story)),
		behind("its page: UTF-16", "", html(utf16Of(pageOf(story), binary.LittleEndian, true))),
		behind("its page: redirects to the internal network", "is refused", http.RedirectHandler("http://127.2/", http.StatusFound).ServeHTTP),
		behind("its page: redirects in a circle", "more than 5 redirects", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }),
		behind("its page: gone", "answers 410", status(410)),
	}
	for i := range all {
		all[i].group = "page"
	}
	return all
}

// drifted checks that a page on which nothing is found any more is a failure.
func drifted(t *testing.T, k *kept) {
	for n := 2; n <= 3; n++ {
		if o := k.out(n); o.Stage != "parse" || !strings.Contains(o.Error, "layout drift") {
			t.Errorf("poll %d: %+v", n, o)
		}
	}
}

// siblings is how many there are: 50,000 take a selector longer than a page is given, which a
// short test has no time for.
func siblings() int {
	if *full {
		return 50000
	}
	return 2000
}

package harvest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"wiredesk/store/storetest"
)

// coded answers with a status, headers, and a body that is a fine feed: a status that is no
// answer makes it none.
func answering(code int, headers ...string) func(http.ResponseWriter, *http.Request, int) {
	return playing(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		w.Header().Set("ETag", `"of a fault"`)
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(code)
		if code != http.StatusNoContent && code != http.StatusNotModified {
			io.WriteString(w, twoItems)
		}
	})
}

// waits checks a host that asks, at the first poll, to be left alone for so long: nothing is asked
// before that time.
func waits(d time.Duration) func(*testing.T, *kept) {
	return func(t *testing.T, k *kept) {
		until := storetest.Start.Add(time.Hour + d)
		if o := k.out(1); o.Error == "" || o.Next.Before(until) || !strings.Contains(o.Error, "left alone until "+until.Format(time.RFC3339)) {
			t.Errorf("%+v, want a pause until %s", o, until)
		}
		for n := 2; n <= 3; n++ {
			if again := !storetest.Start.Add(time.Duration(n) * time.Hour).Before(until); again != (k.polls[n].Report.Polled == 1) {
				t.Errorf("poll %d: %+v", n, k.polls[n].Report)
			}
		}
	}
}

// statusFaults are those of answers that are well-formed HTTP, and no feed.
func statusFaults() []fault {
	failing := func(name, words string, code int, headers ...string) fault {
		return fault{name: name, stage: "fetch", words: words, answer: answering(code, headers...)}
	}
	page := func(name, words, body string) fault {
		return fault{name: name, stage: "parse", words: words, answer: playing(html(body))}
	}
	feed := func(name, contentType string) fault {
		return fault{name: name, fresh: [3]int{2}, answer: withHead(twoItems, "Content-Type", contentType)}
	}
	busy := func(name, after string, check func(*testing.T, *kept)) fault {
		return fault{name: name, words: "answers 429", check: check, answer: answering(429, "Retry-After", after)}
	}
	at := func(d time.Duration) string {
		return storetest.Start.Add(time.Hour + d).Format(http.TimeFormat)
	}
	noWait := func(t *testing.T, k *kept) {
		for n := 1; n <= 3; n++ {
			if o := k.out(n); o.Status != 429 || o.Stage != "fetch" || strings.Contains(o.Error, "left alone") {
				t.Errorf("poll %d: %+v", n, o)
			}
		}
	}
	all := []fault{
		{name: "empty", stage: "parse", words: "an empty document", answer: withHead("")},
		{name: "blanks", stage: "parse", words: "an empty document", answer: withHead(strings.Repeat(" \n", 1000))},
		failing("204 no content", "answers 204", 204),
		failing("206 unasked", "answers 206: not the whole document", 206, "Content-Range", "bytes 0-99/200"),
		{name: "203 of a proxy", fresh: [3]int{2}, answer: answering(203)},
		failing("201 created", "answers 201", 201),
		failing("300 choices", "answers 300", 300),
		failing("400 bad request", "answers 400", 400),
		failing("401 unauthorized", "answers 401", 401, "WWW-Authenticate", `Basic realm="x"`),
		failing("402 payment", "answers 402", 402),
		failing("403 forbidden", "answers 403", 403),
		failing("404 not found", "answers 404", 404),
		failing("407 of a proxy", "answers 407", 407),
		failing("408 timeout", "answers 408", 408),
		failing("421 misdirected", "answers 421", 421),
		failing("425 too early", "answers 425", 425),
		failing("451 for legal reasons", "answers 451", 451),
		failing("500 broken", "answers 500", 500),
		failing("502 bad gateway", "answers 502", 502),
		failing("503 busy", "answers 503", 503),
		failing("504 gateway timeout", "answers 504", 504),
		failing("599 of its own", "answers 599", 599),
		failing("999 of its own", "answers 999", 999),
		{name: "410 gone", words: "410: it is gone for good", answer: answering(410), check: func(t *testing.T, k *kept) {
			if o := k.out(1); o.Status != 410 || o.Error == "" || !o.Next.IsZero() || !k.rows[3].Gone || k.polls[2].Report.Polled+k.polls[3].Report.Polled > 0 {
				t.Errorf("%+v %+v", o, k.rows[3])
			}
			k.untouched(t, 1)
		}},
		{name: "503 busy until", check: waits(90 * time.Minute), answer: answering(503, "Retry-After", at(90*time.Minute))},
		busy("429 without a time", "", noWait),
		busy("429 for seconds", "5400", waits(90*time.Minute)),
		busy("429 until a date", at(90*time.Minute), waits(90*time.Minute)),
		busy("429 for ten years", "315360000", waits(7*24*time.Hour)),
		busy("429 until another age", "Fri, 01 Jan 2126 00:00:00 GMT", waits(7*24*time.Hour)),
		busy("429 for words", "\u009b a while", noWait),
		busy("429 for less than nothing", "-5", noWait),
		busy("429 until yesterday", at(-24*time.Hour), noWait),
		busy("429 for more than a number", strings.Repeat("9", 400), waits(7*24*time.Hour)),
		failing("challenge with 403", "a challenge for browsers", 403, "Cf-Mitigated", "challenge"),
		page("challenge with 200", "a challenge for browsers", `<html><head><title>Just a moment...</title></head><body><script src="/cdn-cgi/challenge-platform/x.js"></script></body></html>`),
		page("greeting of a gateway", "an HTML page instead of a feed", `<h1>Hello World</h1>`),
		page("page", "an HTML page instead of a feed", `<!DOCTYPE html><html><title>Home</title><p>`+said),
		{name: "captive portal", stage: "parse", words: "an HTML page instead of a feed", answer: playing(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/login" {
				http.Redirect(w, r, "/login?from="+r.URL.Path, http.StatusFound)
				return
			}
			html(`<html><title>Hotel Wi-Fi</title><form action="/login"><input type="password"></form></html>`)(w, r)
		})},
		{name: "cookie wall", stage: "fetch", words: "more than 5 redirects", answer: playing(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Cookie") == "" {
				w.Header().Set("Set-Cookie", "seen=1; Path=/")
				http.Redirect(w, r, r.URL.Path, http.StatusFound)
				return
			}
			io.WriteString(w, twoItems)
		})},
		page("consent page", "an HTML page instead of a feed", `<html><title>Before you continue</title><form action="/consent"><button>Accept</button></form></html>`),
		{name: "JSON", stage: "parse", words: "a JSON document, but no JSON Feed", answer: withHead(`{"error":"\u001b[31mno\u202e"}`, "Content-Type", "application/json")},
		{name: "a picture", stage: "parse", words: "neither XML nor JSON", answer: withHead("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "Content-Type", "image/png")},
		{name: "a PDF", stage: "parse", words: "neither XML nor JSON", answer: withHead("%PDF-1.7\n\x80\x81", "Content-Type", "application/pdf")},
		{name: "a sitemap", stage: "parse", words: "a sitemap instead", answer: withHead(`<urlset><url><loc>http://x.example/</loc></url></urlset>`)},
		feed("feed called HTML", "text/html"),
		feed("feed called a picture", "image/png"),
		feed("feed called bytes", "application/octet-stream"),
		feed("feed of no type", ""),
		feed("feed of a broken type", "text/; ;;=\u009b/xml"),
		{name: "Refresh header", fresh: [3]int{2}, answer: withHead(twoItems, "Refresh", "0; url=/elsewhere"), check: func(t *testing.T, k *kept) {
			if len(k.asked) != 4 { // the good one, and three
				t.Errorf("asked %d times", len(k.asked))
			}
		}},
		{name: "robots of 100 MB", fresh: [3]int{2}, answer: withHead(twoItems), robots: func(w http.ResponseWriter, _ *http.Request) {
			for line := []byte(strings.Repeat("User-agent: *\nDisallow: /*private*/*secret*\n", 1000)); ; {
				if _, err := w.Write(line); err != nil {
					return
				}
			}
		}},
		{name: "robots that loop", fresh: [3]int{2}, answer: withHead(twoItems), pageError: "does not hand out its robots.txt",
			robots: func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }},
		{name: "robots that forbid", fresh: [3]int{2}, answer: withHead(twoItems), pageError: "asks programs not to read", robots: text("User-agent: *\nDisallow: /\n")},
		{name: "robots that are broken", fresh: [3]int{2}, answer: withHead(twoItems), pageError: "does not hand out its robots.txt", robots: status(500)},
		{name: "robots of all wildcards", fresh: [3]int{2}, answer: withHead(twoItems), robots: text("User-agent: *\n" + strings.Repeat("Disallow: /*a*b*c*d*e*f*g*h*i*j*k\n", 20000) + "Disallow: /" + strings.Repeat("*a", 100000) + "\n")},
	}
	for i := range all {
		f := &all[i]
		f.group, f.good = "http", true
		if f.answer == nil {
			panic(fmt.Sprint(f.name, " answers nothing"))
		}
	}
	return all
}

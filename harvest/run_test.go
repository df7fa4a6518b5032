package harvest_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"wiredesk/harvest"
	"wiredesk/harvest/fetch"
	"wiredesk/store"
)

// gzipped answers with a body that is packed on the way.
func gzipped(t testing.TB, body string) http.HandlerFunc {
	packed := pack(t, body)
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(packed)
	}
}

func pack(t testing.TB, body string) []byte {
	var b bytes.Buffer
	z, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(z, body); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// deadAddress is one that refuses connections.
func deadAddress(t testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func TestEverySourceHasItsOutcomeAndNoneStopsTheOthers(t *testing.T) {
	two := []string{entry("1", "1", "First arm64 news"), entry("2", "2", "Second arm64 news")}
	whole := rss(two...)
	rows := []struct {
		name         string
		answer       http.HandlerFunc
		stage, words string // empty: it works
		items        int    // what is kept
	}{
		{"rss", text(whole), "", "", 2},
		{"atom", text(`<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>t</id>
			<entry><id>1</id><title>arm64 in Atom</title><link href="http://atom.example/1"/></entry></feed>`), "", "", 1},
		{"json", text(`{"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{"id": "1", "url": "http://json.example/1", "title": "arm64 in JSON"}]}`), "", "", 1},
		{"empty", text(rss()), "", "", 0},
		{"one broken entry", text(rss(two[0], `<item><a:b:c></item>`, two[1])), "", "", 2},
		{"in latin1", text("<?xml version=\"1.0\" encoding=\"utf-8\"?>" + strings.ReplaceAll(strings.TrimPrefix(whole, `<?xml version="1.0"?>`), "64 news", "64 n\xe9ws")), "", "", 2},
		{"truncated", text(whole[:strings.Index(whole, "Second")]), "parse", "the feed breaks off before its end; the 1 whole entries before the break are kept", 1},
		{"cut off on the way", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "99999")
			io.WriteString(w, whole)
		}, "fetch", "broke the answer off before its end", 0},
		{"a web page", text("<!DOCTYPE html><html><body><p>Welcome</p></body></html>"), "parse", "an HTML page instead of a feed", 0},
		{"a challenge", text("<html><head><title>Just a moment...</title></head></html>"), "parse", "a challenge for browsers instead of a feed", 0},
		{"nothing", text(""), "parse", "an empty document instead of a feed", 0},
		{"no feed", text("Not Found"), "parse", "neither XML nor JSON, so no feed", 0},
		{"other JSON", text(`{"error": "arm64"}`), "parse", "a JSON document, but no JSON Feed", 0},
		{"too deep", text(strings.Replace(whole, "</channel>", strings.Repeat("<a>", 100), 1)), "parse", "nested more than", 0},
		{"too long", gzipped(t, whole+strings.Repeat(" ", fetch.FeedLimit)), "fetch", "longer than the limit of 10 MiB", 0},
		{"damaged gzip", status(200, "Content-Encoding", "gzip"), "decode", "its gzip coding is damaged or cut off", 0},
		{"unasked coding", status(200, "Content-Encoding", "br"), "decode", "which was not asked for", 0},
		{"missing", status(404), "fetch", "answers 404 Not Found", 0},
		{"out of order", status(500), "fetch", "answers 500", 0},
		{"no content", status(204), "fetch", "answers 204", 0},
		{"redirect to a file", status(301, "Location", "file:///etc/passwd"), "fetch", "only http and https", 0},
		{"dead", nil, "fetch", "dead.example refuses connections", 0},
	}
	w := newWorld(t)
	for _, r := range rows {
		host := strings.ToLower(strings.ReplaceAll(r.name, " ", "-")) + ".example"
		w.source(r.name, "http://"+host+"/feed")
		if r.answer != nil {
			w.answers("http://"+host+"/feed", r.answer)
		}
	}
	w.fetch.Hosts["dead.example"] = deadAddress(t)
	rep := w.run(all)
	bad, items := 0, 0
	for i, r := range rows {
		o := rep.Report[i]
		if o.Source != r.name || o.Stage != r.stage || (o.Error == "") != (r.stage == "") || !strings.Contains(o.Error, r.words) || o.New != r.items || o.Known != 0 {
			t.Errorf("%s: %+v", r.name, o)
		}
		if !o.Next.After(w.now) || o.Next.After(w.now.Add(time.Hour)) {
			t.Errorf("%s: next poll %s", r.name, o.Next)
		}
		row := w.row(r.name)
		if failed := r.stage != ""; failed != (row.Failures == 1) || failed != row.LastSuccess.IsZero() || row.Error != o.Error || row.Stage != o.Stage || row.LastPoll.IsZero() || row.Status != o.Status {
			t.Errorf("%s is stored as %+v", r.name, row)
		}
		if r.stage != "" {
			bad++
		}
		items += r.items
	}
	if rep.Sources != len(rows) || rep.Polled != len(rows) || rep.Failed != bad || rep.Items != items || rep.NotModified != 0 || rep.Pages != 0 || rep.Bytes == 0 {
		t.Errorf("%+v", rep)
	}
	// All the RSS feeds show the same two links, but one writes their titles otherwise.
	if len(w.queue()) != rep.New || rep.New != 4 {
		t.Errorf("%d new candidates, queue: %s", rep.New, w.titles())
	}
	for name, warning := range map[string]string{"one broken entry": "entry 2 is broken", "in latin1": "read as windows-1252"} {
		for _, o := range rep.Report {
			if (o.Source == name) != strings.Contains(fmt.Sprint(o.Warnings), warning) {
				t.Errorf("%s warns of %v", o.Source, o.Warnings)
			}
		}
	}
}

func TestCandidateHoldsWhatTheFeedSays(t *testing.T) {
	w := news(t, rss(entry("1", "1?utm_source=rss&amp;id=7", "Docker &amp;amp; <b>arm64</b>",
		published(time.Date(2026, 11, 17, 8, 0, 0, 0, time.UTC)), "<author>ed@news.example (Ed Editor)</author>", "<description>About &lt;i&gt;Neoverse&lt;/i&gt;.</description>")))
	src := &w.sources[0]
	src.Weight, src.Section, src.Credit = 2, "Containers", store.Credit{Via: true, Person: "Ann", Organisation: "News"}
	w.poll()
	q := w.queue()
	if len(q) != 1 {
		t.Fatalf("%+v", q)
	}
	c := q[0]
	if c.URL != "http://news.example/1?id=7" || c.Canonical != "https://news.example/1?id=7" || c.Title != "Docker & arm64" || c.Author != "Ed Editor" || c.Excerpt != "About Neoverse." {
		t.Errorf("%+v", c)
	}
	if c.State != store.Queued || c.Published.Day() != 17 || !c.FirstSeen.Equal(w.now) || c.SourceSection != "Containers" || c.Weight != 2 || c.Credit != src.Credit {
		t.Errorf("%+v", c)
	}
	if got := fmt.Sprint(c.Matched); got != "[{arm64 title 3} {Neoverse text 1}]" || c.Score != 8 {
		t.Errorf("matched %s, score %g", got, c.Score)
	}
}

func TestPermanentMoveIsProposedNeverTaken(t *testing.T) {
	w := news(t, "")
	w.answers("http://news.example/feed", status(301, "Location", "http://new.example/feed"))
	w.answers("http://new.example/feed", text(rss(entry("1", "1", "arm64"))))
	for range 2 {
		w.poll()
		if row := w.row("news"); row.Moved != "http://new.example/feed" || row.URL != "http://news.example/feed" {
			t.Errorf("%+v", row)
		}
	}
	if got := w.requests(); got != "new.example/feed new.example/feed news.example/feed news.example/feed" {
		t.Errorf("asked for %s", got)
	}
	w.change(rss())
	w.poll()
	if row := w.row("news"); row.Moved != "" {
		t.Errorf("it came back, but %+v", row)
	}
}

func TestSecretsGoToTheSourceAndNowhereElse(t *testing.T) {
	w := news(t, "")
	w.sources[0].Secret = []fetch.Header{{Name: "X-Api-Key", Value: "hush"}}
	w.answers("http://news.example/feed", func(rw http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Api-Key") != "hush" {
			t.Error("the source did not get its key")
		}
		http.Redirect(rw, r, "http://other.example/feed", http.StatusFound)
	})
	w.answers("http://other.example/feed", func(rw http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Api-Key") != "" {
			t.Error("another host got the key")
		}
		rw.WriteHeader(http.StatusForbidden)
	})
	if o := w.poll(); strings.Contains(fmt.Sprintf("%+v %+v", o, w.row("news")), "hush") {
		t.Errorf("%+v", o)
	}
}

func TestRunThatIsStoppedKeepsWhatItHas(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	w := news(t, rss(entry("1", "1", "arm64")))
	w.source("slow", "http://slow.example/feed")
	w.answers("http://slow.example/feed", func(rw http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	o := all
	var seen []string
	o.Progress = func(done, total int, what string) {
		seen = append(seen, fmt.Sprintf("%d of %d %s", done, total, what))
		stop()
	}
	rep, err := w.harvester().Run(ctx, o)
	if err != context.Canceled || rep.Polled != 1 || rep.New != 1 || w.titles() != "arm64" {
		t.Errorf("%v, %+v", err, rep)
	}
	if fmt.Sprint(seen) != "[1 of 2 sources]" {
		t.Errorf("progress: %v", seen)
	}
	if row := w.row("slow"); row.Failures != 0 || !row.LastPoll.IsZero() {
		t.Errorf("the host is not to blame: %+v", row)
	}
}

func TestConfigurationThatCannotWorkIsRefused(t *testing.T) {
	for _, f := range []fetch.Config{{Allow: []string{"localhost"}}, {Proxy: "localhost"}} {
		if _, err := harvest.New(harvest.Config{Fetch: f}, nil); err == nil {
			t.Errorf("%+v is taken", f)
		}
	}
}

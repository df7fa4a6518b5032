package harvest_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"wiredesk/store"
)

func TestSecondPollAddsNothing(t *testing.T) {
	body := rss(entry("1", "1", "First arm64 news"), entry("2", "2", "Of x86"))
	for name, answer := range map[string]http.HandlerFunc{
		"the host knows 304":                 tagged(`W/"1"`, body),
		"the host sends the same body again": text(body),
		"the host sends a new tag for each answer": func() http.HandlerFunc {
			n := 0
			return func(w http.ResponseWriter, r *http.Request) {
				n++
				w.Header().Set("ETag", fmt.Sprint(n))
				text(body)(w, r)
			}
		}(),
	} {
		t.Run(name, func(t *testing.T) {
			w := news(t, "")
			w.answers("http://news.example/feed", answer)
			if o := w.poll(); o.New != 2 || o.Status != 200 {
				t.Fatalf("%+v", o)
			}
			for range 2 {
				w.later(time.Hour)
				rep := w.run(all)
				if rep.Items != 0 || rep.New != 0 || rep.NotModified != 1 || rep.Failed != 0 || rep.Report[0].Error != "" {
					t.Errorf("%+v", rep)
				}
				if row := w.row("news"); !row.LastSuccess.Equal(w.now) || row.Failures != 0 {
					t.Errorf("%+v", row)
				}
			}
			if w.titles() != "First arm64 news" {
				t.Errorf("queue: %s", w.titles())
			}
		})
	}
}

func TestValidatorsAreSentByteForByte(t *testing.T) {
	var got []string
	w := news(t, "")
	w.answers("http://news.example/feed", func(rw http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Get("If-None-Match")+"|"+r.Header.Get("If-Modified-Since"))
		rw.Header().Set("ETag", `W/odd "tag"--gzip`)
		rw.Header().Set("Last-Modified", "about noon")
		text(rss(entry(fmt.Sprint(len(got)), "1", "arm64")))(rw, r)
	})
	w.poll()
	w.poll()
	if want := []string{"|", `W/odd "tag"--gzip|about noon`}; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%q", got)
	}
}

// churn is a feed of three entries, two of which match, spelled by a function of their number.
func churn(spell func(n int) string) string {
	return rss(spell(1), spell(2), spell(3))
}

func TestChangesThatAreNoNews(t *testing.T) {
	titles := []string{"", "First arm64 news", "Second arm64 news", "Of x86"}
	plain := func(n int) string { return entry(fmt.Sprint("id", n), fmt.Sprint(n), titles[n]) }
	dated := func(day int) func(int) string {
		return func(n int) string {
			return entry(fmt.Sprint("id", n), fmt.Sprint(n), titles[n], published(time.Date(2026, 11, day, n, 0, 0, 0, time.UTC)))
		}
	}
	without := func(n int) string { return entry("", fmt.Sprint(n), titles[n]) }
	shared := func(n int) string { return entry("same", fmt.Sprint(n), titles[n]) }
	for name, polls := range map[string][]string{
		"all ids change":             {churn(plain), churn(func(n int) string { return entry(fmt.Sprint("new", n), fmt.Sprint(n), titles[n]) })},
		"all ids change each time":   {churn(plain), churn(func(n int) string { return entry(fmt.Sprint("a", n), fmt.Sprint(n), titles[n]) }), churn(func(n int) string { return entry(fmt.Sprint("b", n), fmt.Sprint(n), titles[n]) }), churn(plain)},
		"ids come":                   {churn(without), churn(plain)},
		"ids go":                     {churn(plain), churn(without)},
		"ids are shared from now on": {churn(plain), churn(shared)},
		"ids are shared no more":     {churn(shared), churn(plain)},
		"re-dated":                   {churn(dated(10)), churn(dated(17)), churn(plain)},
		"dated into the future":      {churn(dated(10)), churn(dated(30))},
		"reordered":                  {churn(plain), rss(plain(3), plain(1), plain(2)), rss(plain(2), plain(3), plain(1))},
		"alternating with empty":     {churn(plain), rss(), churn(plain), rss(), churn(plain)},
		"shorter, then longer":       {churn(plain), rss(plain(3)), churn(plain)},
		"titles edited":              {churn(plain), churn(func(n int) string { return entry(fmt.Sprint("id", n), fmt.Sprint(n), "UPDATED: "+titles[n]) })},
		"links tracked": {churn(plain), churn(func(n int) string {
			return entry(fmt.Sprint("id", n), fmt.Sprintf("%d?utm_source=rss%d", n, n), titles[n])
		})},
		"links over https": {churn(without), strings.ReplaceAll(churn(plain), "<link>http:", "<link>https:")},
		"texts edited": {churn(plain), churn(func(n int) string {
			return entry(fmt.Sprint("id", n), fmt.Sprint(n), titles[n], "<description>More.</description>")
		})},
		"entries twice":     {churn(plain), rss(plain(1), plain(1), plain(2), plain(2), plain(3))},
		"other white space": {churn(plain), strings.ReplaceAll(churn(plain), "><", ">\n  <")},
		"failing between":   {churn(plain), "Not Found", churn(plain)},
		"cut off between":   {churn(plain), churn(plain)[:200], churn(plain)},
	} {
		t.Run(name, func(t *testing.T) {
			w := news(t, polls[0])
			if o := w.poll(); o.New != 3 || len(w.queue()) != 2 {
				t.Fatalf("%+v, queue: %s", o, w.titles())
			}
			for i, body := range polls[1:] {
				w.change(body)
				w.later(time.Hour)
				if rep := w.run(all); rep.New != 0 || len(w.queue()) != 2 {
					t.Errorf("poll %d: %+v, queue: %s", i+2, rep, w.titles())
				} else if rep.Items != 0 {
					t.Errorf("poll %d: %d new items", i+2, rep.Items)
				}
			}
		})
	}
}

func TestEditedTitleIsFollowedUntilTheEditorDecides(t *testing.T) {
	w := news(t, rss(entry("1", "1", "arm64 brekaing"), entry("2", "2", "arm64 decided")))
	w.poll()
	w.decide(store.Accepted, 2)
	w.change(rss(entry("1", "1", "arm64 breaking"), entry("2", "2", "arm64 renamed")))
	w.poll()
	if w.titles() != "arm64 breaking, arm64 decided" {
		t.Errorf("queue: %s", w.titles())
	}
}

func TestIDThatTwoEntriesShareIsNone(t *testing.T) {
	one := func(n int) string { return entry("same", fmt.Sprint(n), fmt.Sprintf("arm64 news %d", n)) }
	for name, polls := range map[string][]string{
		"from the first poll": {rss(one(1), one(2)), rss(one(3), one(2), one(1)), rss(one(4), one(3), one(2)), rss(one(5), one(4))},
		"from the second":     {rss(one(1)), rss(one(2), one(1)), rss(one(3), one(2), one(1)), rss(one(5), one(4), one(3))},
	} {
		t.Run(name, func(t *testing.T) {
			w := news(t, "")
			for _, body := range polls {
				w.change(body)
				w.poll()
			}
			for n := 1; n <= 5; n++ {
				if !strings.Contains(w.titles(), fmt.Sprint("arm64 news ", n)) {
					t.Errorf("entry %d is lost; queue: %s", n, w.titles())
				}
			}
		})
	}
}

func TestIDThatTwoEntriesShareIsNoneInEveryFormat(t *testing.T) {
	for name, form := range map[string]struct{ head, entry, tail string }{
		"rss":   {`<rss version="2.0"><channel><title>T</title>`, `<item><guid isPermaLink="false"><![CDATA[a&b]]></guid><link>http://news.example/%d</link><title>arm64 %[1]d</title></item>`, `</channel></rss>`},
		"atom":  {`<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><id>t</id>`, `<entry><id> a&amp;b </id><link href="http://news.example/%d"/><title>arm64 %[1]d</title></entry>`, `</feed>`},
		"rss 1": {`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel><title>T</title></channel>`, `<item rdf:about="a"><link>http://news.example/%d</link><title>arm64 %[1]d</title></item>`, `</rdf:RDF>`},
		"json":  {`{"version":"https://jsonfeed.org/version/1","title":"T","items":[`, `{"id":"a","url":"http://news.example/%d","title":"arm64 %[1]d"},`, `{"id":"z"}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			w := news(t, "")
			body := ""
			for n := 1; n <= 4; n++ {
				body = fmt.Sprintf(form.entry, n) + body
				w.change(form.head + body + form.tail)
				w.poll()
			}
			if w.titles() != "arm64 1, arm64 2, arm64 3, arm64 4" {
				t.Errorf("queue: %s", w.titles())
			}
		})
	}
}

func TestLinkOfTwoSourcesIsOneCandidateSightedTwice(t *testing.T) {
	w := news(t, rss(entry("1", "1?utm_source=a", "First arm64 news")))
	w.source("other", "http://other.example/feed")
	w.answers("http://other.example/feed", text(rss(strings.Replace(entry("x", "1/?utm_source=b", "arm64, says another"), "http://news", "https://www.news", 1))))
	w.sources[1].Weight = 3
	for range 2 {
		w.run(all)
	}
	q := w.queue()
	if len(q) != 1 {
		t.Fatalf("queue: %s", w.titles())
	}
	got := w.sightings(q[0].ID)
	if len(got) != 2 || !strings.Contains(fmt.Sprint(got), "news http://news.example/1") || !strings.Contains(fmt.Sprint(got), "other https://www.news.example/1/") {
		t.Errorf("sightings: %v", got)
	}
}

func TestRejectedStaysRejected(t *testing.T) {
	w := news(t, rss(entry("1", "1", "First arm64 news")))
	w.poll()
	w.decide(store.Rejected, 1)
	w.source("other", "http://other.example/feed")
	w.answers("http://other.example/feed", text(rss(entry("x", "1", "First arm64 news, once more"))))
	w.change(rss(entry("new id", "1", "First arm64 news, edited", published(w.now))))
	for range 2 {
		w.later(time.Hour)
		if rep := w.run(all); rep.New != 0 {
			t.Errorf("%+v", rep)
		}
	}
	if q := w.queue(); len(q) != 1 || q[0].State != store.Rejected || q[0].Title != "First arm64 news" {
		t.Errorf("%+v", q)
	}
}

// decide is what the editor does.
func (w *world) decide(state store.State, ids ...int64) {
	w.Helper()
	_, err := w.st.Act(context.Background(), "ed", string(state), func(a *store.Act) error {
		for _, id := range ids {
			c, err := a.Candidate(id)
			if err != nil {
				return err
			}
			c.State = state
			if err := a.SetCandidate(c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
}

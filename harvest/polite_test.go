package harvest_test

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"wiredesk/harvest"
	"wiredesk/store"
)

// due polls what is due, without pages.
var due = harvest.Options{NoPages: true}

// polled are the sources that a run asked, in the order of feeds.yaml.
func polled(rep harvest.Report) string {
	var out []string
	for _, o := range rep.Report {
		out = append(out, o.Source)
	}
	return strings.Join(out, " ")
}

func TestFailedPollKeepsWhatTheSourceHad(t *testing.T) {
	w := news(t, "")
	good := tagged(`"1"`, rss(entry("1", "1", "arm64")))
	w.answers("http://news.example/feed", good)
	w.poll()
	before := w.row("news")
	for i, bad := range []http.HandlerFunc{
		status(500, "ETag", `"of an error"`), status(200, "ETag", `"of nothing"`), status(404), status(200, "Content-Encoding", "br"),
		tagged(`"cut"`, rss(entry("1", "1", "arm64"))[:140]), tagged(`"html"`, "<html></html>"), tagged(`"too deep"`, rss(strings.Repeat("<a>", 100))),
	} {
		w.answers("http://news.example/feed", bad)
		w.later(24 * time.Hour)
		if o := w.poll(); o.Error == "" || o.New != 0 {
			t.Fatalf("%d: %+v", i, o)
		}
		row := w.row("news")
		if row.Failures != i+1 || row.Stage == "" || row.Error == "" || !row.LastPoll.Equal(w.now) || !row.NextPoll.After(w.now) {
			t.Errorf("%d: %+v", i, row)
		}
		if got := keep(before, row); !reflect.DeepEqual(row, got) {
			t.Errorf("%d: it is now %+v, want %+v", i, row, got)
		}
		if w.titles() != "arm64" {
			t.Errorf("%d: queue: %s", i, w.titles())
		}
	}
	w.answers("http://news.example/feed", good)
	if o := w.poll(); o.Status != 304 { // so the old validators were sent
		t.Errorf("%+v", o)
	}
	if row := w.row("news"); row.Failures != 0 || row.Error != "" || row.Stage != "" || !row.LastSuccess.Equal(w.now) {
		t.Errorf("%+v", row)
	}
}

// keep is a source's row with all that a failure may change taken from after.
func keep(before, after store.Source) store.Source {
	before.Failures, before.Stage, before.Error, before.Status = after.Failures, after.Stage, after.Error, after.Status
	before.LastPoll, before.NextPoll = after.LastPoll, after.NextPoll
	return before
}

func TestSourceIsPolledWhenItIsDue(t *testing.T) {
	w := news(t, rss())
	w.source("daily", "http://daily.example/feed").Every = 24 * time.Hour
	w.source("fortnightly", "http://fortnightly.example/feed").Every = 14 * 24 * time.Hour
	w.source("fresh for hours", "http://fresh.example/feed")
	w.source("off", "http://off.example/feed").Disabled = true
	w.answers("http://daily.example/feed", text(rss()))
	w.answers("http://fortnightly.example/feed", text(rss()))
	w.answers("http://fresh.example/feed", func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Cache-Control", "max-age=14400")
		text(rss())(rw, r)
	})
	for _, c := range []struct {
		later time.Duration
		want  string
	}{
		{0, "news daily fortnightly fresh for hours"},
		{0, ""},
		{30 * time.Minute, ""},
		{30 * time.Minute, "news"}, // an hourly job finds an hourly source due each time
		{time.Hour, "news"},
		{2 * time.Hour, "news fresh for hours"},
		{20 * time.Hour, "news daily fresh for hours"},
		{13 * 24 * time.Hour, "news daily fortnightly fresh for hours"},
	} {
		w.later(c.later)
		rep := w.run(due)
		if got := polled(rep); got != c.want || rep.Sources != 4 || rep.Polled != len(rep.Report) {
			t.Errorf("%s later: polled %q, want %q; %+v", c.later, got, c.want, rep)
		}
	}
}

func TestAllAndNamesIgnoreTheSchedule(t *testing.T) {
	w := news(t, rss())
	w.source("other", "http://other.example/feed")
	w.answers("http://other.example/feed", text(rss()))
	w.source("off", "http://off.example/feed").Disabled = true
	w.run(all)
	w.requests()
	for _, c := range []struct {
		o    harvest.Options
		want string
	}{
		{harvest.Options{}, ""},
		{harvest.Options{All: true}, "news other"},
		{harvest.Options{Names: []string{"other"}}, "other"},
		{harvest.Options{Names: []string{"other", "news"}}, "news other"},
		{harvest.Options{Names: []string{"off"}}, ""},
		{harvest.Options{Names: []string{"nobody"}}, ""},
		{harvest.Options{Names: []string{"other"}, All: true}, "other"},
	} {
		rep := w.run(c.o)
		if got := polled(rep); got != c.want || rep.Sources != 2 {
			t.Errorf("%+v: polled %q, want %q", c.o, got, c.want)
		}
		if got := strings.Count(w.requests(), "/feed"); got != rep.Polled {
			t.Errorf("%+v: %d requests for %d sources", c.o, got, rep.Polled)
		}
	}
}

func TestFailuresAreAskedLessAndLessButNeverForgotten(t *testing.T) {
	w := news(t, "")
	w.answers("http://news.example/feed", status(500))
	var waits []time.Duration
	for range 8 {
		o := w.poll()
		waits = append(waits, o.Next.Sub(w.now))
		w.now = o.Next
	}
	for i, want := range []time.Duration{1, 2, 4, 8, 16, 24, 24, 24} {
		if want *= time.Hour; waits[i] > want || waits[i] < want*19/20 {
			t.Errorf("failure %d: next poll in %s, want about %s", i+1, waits[i], want)
		}
	}
	if polled(w.run(due)) != "news" {
		t.Error("the source was given up")
	}
}

func TestClockThatRanAheadSilencesNothing(t *testing.T) {
	w := news(t, rss())
	w.now = w.now.AddDate(10, 0, 0)
	w.poll()
	w.now = w.now.AddDate(-10, 0, 0)
	if got := polled(w.run(due)); got != "news" {
		t.Errorf("polled %q", got)
	}
}

func TestGoneSourceIsReportedAndPolledNoMore(t *testing.T) {
	w := news(t, "")
	w.answers("http://news.example/feed", status(410))
	rep := w.run(due)
	o := rep.Report[0]
	if rep.Failed != 1 || o.Status != 410 || o.Stage != "fetch" || o.Error != "answers 410: it is gone for good" || !o.Next.IsZero() {
		t.Errorf("%+v", rep)
	}
	if row := w.row("news"); !row.Gone || row.Error != o.Error {
		t.Errorf("%+v", row)
	}
	w.requests()
	w.later(365 * 24 * time.Hour)
	for _, o := range []harvest.Options{due, all, {Names: []string{"news"}}} {
		if rep := w.run(o); rep.Polled != 0 || w.requests() != "" {
			t.Errorf("%+v: %+v", o, rep)
		}
	}
	w.sources[0].URL = "http://new.example/feed" // the editor found where it went
	w.answers("http://new.example/feed", text(rss()))
	if o := w.poll(); o.Error != "" || w.row("news").Gone {
		t.Errorf("%+v", o)
	}
}

func TestBusyHostIsLeftAloneWithAllItsSources(t *testing.T) {
	w := newWorld(t)
	w.source("busy", "http://busy.example/1")
	w.source("same host", "http://BUSY.example/2")
	w.source("another host", "http://other.example/feed")
	w.answers("http://busy.example/1", status(429, "Retry-After", "7200"))
	w.answers("http://busy.example/2", text(rss()))
	w.answers("http://other.example/feed", text(rss()))
	w.fetch.Concurrency = 1
	w.run(all)
	w.requests()
	until := w.now.Add(2 * time.Hour)
	for _, o := range []harvest.Options{all, {Names: []string{"busy", "same host", "another host"}, NoPages: true}} {
		w.later(time.Minute)
		rep := w.run(o) // a new process, which knows it from the database
		if got := w.requests(); got != "other.example/feed" {
			t.Errorf("asked for %q", got)
		}
		for i, words := range []string{"asked to be left alone until 2026-11-18T11:00:00Z", "asked to be left alone until 2026-11-18T11:00:00Z", ""} {
			if o := rep.Report[i]; o.Error != "" || !strings.Contains(strings.Join(o.Warnings, ""), words) || (len(o.Warnings) == 0) != (words == "") || words != "" && o.Next.Before(until) {
				t.Errorf("%+v", o)
			}
		}
	}
	w.now = until
	w.answers("http://busy.example/1", text(rss()))
	if rep := w.run(all); rep.Failed != 0 || w.requests() != "busy.example/1 busy.example/2 other.example/feed" {
		t.Errorf("%+v", rep)
	}
}

func TestBusyHostBehindARedirectDoesNotSilenceTheOneInFront(t *testing.T) {
	w := newWorld(t)
	w.source("moved", "http://front.example/moved")
	w.source("stays", "http://front.example/feed")
	w.source("there", "http://back.example/other")
	w.answers("http://front.example/moved", status(302, "Location", "http://back.example/feed"))
	w.answers("http://front.example/feed", text(rss()))
	w.answers("http://back.example/feed", status(503, "Retry-After", "7200"))
	w.answers("http://back.example/other", text(rss()))
	w.sources = w.sources[:1]
	w.run(all)
	w.sources = w.sources[:3]
	w.requests()
	rep := w.run(all)
	if rep.Report[1].Error != "" || !strings.Contains(strings.Join(rep.Report[2].Warnings, ""), "back.example asked to be left alone") {
		t.Errorf("%+v", rep.Report)
	}
	if got := w.requests(); got != "front.example/feed front.example/moved" {
		t.Errorf("asked for %q", got)
	}
}

func TestHostIsAskedByOneRequestAtOnceAndOthersMeanwhile(t *testing.T) {
	w := newWorld(t)
	here, most, both, once := map[string]int{}, 0, make(chan struct{}), sync.Once{}
	for i := range 6 {
		for _, host := range []string{"a.example", "b.example"} {
			u := fmt.Sprintf("http://%s/%d", host, i)
			w.source(fmt.Sprint(host, i), u)
			w.answers(u, func(rw http.ResponseWriter, r *http.Request) {
				w.mu.Lock()
				here[r.Host]++
				most = max(most, here[r.Host])
				if here["a.example"]+here["b.example"] == 2 {
					once.Do(func() { close(both) })
				}
				w.mu.Unlock()
				select {
				case <-both:
				case <-r.Context().Done():
				}
				w.mu.Lock()
				here[r.Host]--
				w.mu.Unlock()
				text(rss())(rw, r)
			})
		}
	}
	if rep := w.run(all); rep.Failed != 0 || most != 1 {
		t.Errorf("%d at once; %+v", most, rep)
	}
}

func TestHostThatHangsHoldsUpNoRun(t *testing.T) {
	w := newWorld(t)
	w.fetch.Timeout = 50 * time.Millisecond
	for i := range 40 {
		w.source(fmt.Sprint("slow", i), fmt.Sprintf("http://slow.example/%d", i))
	}
	w.source("good", "http://good.example/feed")
	w.answers("http://good.example/feed", text(rss(entry("1", "1", "arm64"))))
	w.answers("http://slow.example/", text(""))
	w.otherwise(func(rw http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	rep := w.run(all)
	if rep.Polled != 4 || rep.Failed != 3 || len(rep.Report) != 41 || w.titles() != "arm64" {
		t.Errorf("%d polled, %d failed, %d told; queue %s", rep.Polled, rep.Failed, len(rep.Report), w.titles())
	}
	w.later(2 * time.Hour)
	w.otherwise(text(rss()))
	if rep := w.run(harvest.Options{NoPages: true}); rep.Failed != 0 || rep.Polled != 41 {
		t.Errorf("%d polled, %d failed", rep.Polled, rep.Failed)
	}
}

package harvest_test

import (
	"testing"
	"time"

	"wiredesk/harvest"
)

func TestAnArchiveWithoutNewIssuesIsNoFailure(t *testing.T) {
	w, s := wire(t, harvest.KindPage, "http://letter.example/archive")
	s.Links, s.Item, s.Link = true, "li", "a"
	page := func(clock string) {
		w.change(`<html><body><p>` + clock + `</p><ul><li><a href="/7">Issue 7</a></li></ul></body></html>`)
	}
	page("12:00")
	w.answers("http://letter.example/7", text(`<html><body><p>The <a href="https://one.example/arm64">first arm64 story</a> of it.</p></body></html>`))
	if o := w.poll(); o.Error != "" || w.titles() != "first arm64 story" {
		t.Fatalf("%+v, %s", o, w.titles())
	}
	w.later(time.Hour)
	page("13:00")
	if o := w.poll(); o.Error != "" || o.New != 0 || o.Known == 0 || o.Next.IsZero() {
		t.Errorf("%+v", o)
	}
}

func TestTermsInCapitalsOfEveryScript(t *testing.T) {
	m := harvest.NewMatcher(harvest.Topic{Terms: []harvest.Term{{Term: "İşlemci"}, {Term: "İstanbul"}, {Term: "ärm"}}, Not: []string{}})
	if got := found(m, "İşlemci haberleri, İstanbul, ÄRM"); got != "İşlemci, İstanbul, ärm" {
		t.Errorf("found %q", got)
	}
}

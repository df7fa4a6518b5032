package harvest

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/semaphore"

	"wiredesk/harvest/fetch"
	"wiredesk/store/storetest"
)

// These tests stand inside the package: no document is known on which a parser panics.

func TestPanicOverOneSourceIsItsFailure(t *testing.T) {
	panics := 1
	clock := func() time.Time {
		if panics--; panics == 0 {
			panic("at\x1b[31m the disco")
		}
		return storetest.Start
	}
	h, err := New(Config{Now: clock, Sources: []Source{{Name: "a", Kind: KindFeed, URL: "http://10.0.0.1/"}, {Name: "b", Kind: KindFeed, URL: "http://10.0.0.1/"}}}, storetest.Open(t))
	if err != nil {
		t.Fatal(err)
	}
	panics = 2 // the first reading of the clock is the run's, the second that of the first poll
	rep, err := h.Run(t.Context(), Options{})
	if err != nil || rep.Failed != 2 || rep.Report[0].Stage != "parse" || !strings.HasSuffix(rep.Report[0].Error, "please report it: at the disco") || rep.Report[1].Stage != "fetch" {
		t.Errorf("%v, %+v", err, rep)
	}
}

func TestPanicOverOnePageIsItsFailure(t *testing.T) {
	h := &Harvester{parsing: semaphore.NewWeighted(1)} // without a matcher
	page := "<html><body><article><p>" + strings.Repeat("Some words of an article. ", 20) + "</p></article></body></html>"
	for range 2 {
		_, err := h.readPage(t.Context(), &fetch.Response{URL: "http://news.example/", ContentType: "text/html", Body: []byte(page)})
		if err == nil || !strings.Contains(err.Error(), "breaks the parser") {
			t.Errorf("%v", err)
		}
	}
}

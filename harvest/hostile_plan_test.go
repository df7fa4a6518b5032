package harvest_test

import (
	"context"
	"encoding/json"
	"slices"
	"sync"
	"testing"
	"time"

	"wiredesk/harvest"
	"wiredesk/harvest/fetch"
	"wiredesk/store"
)

// plan is what a process that harvests has to know.
type plan struct {
	Database string
	Now      time.Time
	Hosts    map[string]string
	Allow    []string
	Roots    []byte // PEM
	Sources  []harvest.Source
	Slow     map[string]bool // by source
	Names    []string        // to poll; empty: read the pages that wait
	Full     bool
	Before   bool // the poll before the fault: it has the time that it needs
}

// polledCase is what came of one poll of one case.
type polledCase struct {
	Report harvest.Report
	Took   time.Duration
}

// pollAll polls each source that is named, several at once, and returns what came of each.
func (p *plan) pollAll(st *store.Store) ([]polledCase, error) {
	now := p.Now
	st.SetClock(func() time.Time { return now })
	out := make([]polledCase, max(len(p.Names), 1))
	made := map[bool]*harvest.Harvester{}
	for i := range p.Sources {
		p.Sources[i].Zone = time.UTC
	}
	for _, slow := range []bool{false, true} {
		cfg := fetch.Config{Allow: p.Allow, Hosts: p.Hosts, RootCAs: pool(p.Roots), Concurrency: inFlight, Timeout: patient}
		if slow && !p.Full && !p.Before {
			cfg.Timeout = impatient
		}
		h, err := harvest.New(harvest.Config{
			Topic:   harvest.Topic{Name: "arm64", Terms: []harvest.Term{{Term: "arm64", Weight: 3}}, Not: []string{}},
			Fetch:   cfg,
			Sources: slices.Clone(p.Sources), Now: func() time.Time { return now },
		}, st)
		if err != nil {
			return nil, err
		}
		defer h.Close()
		made[slow] = h
	}
	if len(p.Names) == 0 {
		began := time.Now()
		rep, err := made[false].Run(context.Background(), harvest.Options{})
		out[0] = polledCase{rep, time.Since(began)}
		return out, err
	}
	next := make(chan int)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	for range inFlight {
		wg.Go(func() {
			for i := range next {
				began := time.Now()
				rep, err := made[p.Slow[p.Names[i]]].Run(context.Background(), harvest.Options{Names: p.Names[i : i+1], NoPages: true})
				mu.Lock()
				out[i] = polledCase{rep, time.Since(began)}
				if err != nil {
					failed = err
				}
				mu.Unlock()
			}
		})
	}
	for i := range p.Names {
		next <- i
	}
	close(next)
	wg.Wait()
	return out, failed
}

func (p *plan) json(t testing.TB) []byte {
	b, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

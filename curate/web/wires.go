package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"wiredesk/store"
)

// chartWeeks is how many weeks the charts of Wires go back.
const chartWeeks = 12

type wiresPage struct {
	frame
	Wires  []wireView
	Counts []stateCount
	Next   time.Time // the soonest poll; zero: none is known
}

// stateCount is how many wires are in a state.
type stateCount struct {
	State string
	N     int
}

type wireView struct {
	Wire
	Slug  string // of the state, for the style
	Weeks chart
}

// chart is a source's last weeks as bars: items that matched, and how many of their candidates
// were accepted.
type chart struct {
	Bars  []bar
	Label string // the same for who cannot see it
	Width int
}

// bar is one week. Heights are in units of the drawing, of 24.
type bar struct {
	X, Y, H, TakenY, TakenH int
	Label                   string
}

func (s *Server) wires(w http.ResponseWriter, r *http.Request) {
	p, err := s.wiresPage(r)
	if err != nil {
		s.broken(w, r, err)
		return
	}
	s.page(w, r, "wires.html", p)
}

func (s *Server) wiresPage(r *http.Request) (wiresPage, error) {
	var p wiresPage
	var err error
	if p.frame, err = s.frame(r, "wires", "Wires"); err != nil {
		return p, err
	}
	all, err := s.cfg.Wires(r.Context())
	if err != nil {
		return p, err
	}
	weeks, err := s.weeks(r.Context())
	if err != nil {
		return p, err
	}
	at := map[string]int{}
	for _, wire := range all {
		if wire.State == "new" && wire.Next.IsZero() { // never asked, so due
			wire.Next = time.Now()
		}
		if _, ok := at[wire.State]; !ok {
			at[wire.State] = len(p.Counts)
			p.Counts = append(p.Counts, stateCount{State: wire.State})
		}
		p.Counts[at[wire.State]].N++
		if !wire.Next.IsZero() && (p.Next.IsZero() || wire.Next.Before(p.Next)) {
			p.Next = wire.Next
		}
		p.Wires = append(p.Wires, wireView{wire, strings.ReplaceAll(wire.State, " ", "-"), draw(weeks[wire.Name])})
	}
	return p, nil
}

// weeks returns what every source brought, by its name and week; the last week is the running one.
func (s *Server) weeks(ctx context.Context) (map[string][]store.SourceWeek, error) {
	now := time.Now()
	return s.cfg.Desk().Store.SourceWeeks(ctx, now.Add(-chartWeeks*7*24*time.Hour), chartWeeks)
}

const (
	chartHeight = 24
	barWidth    = 7
	barStep     = 9
)

func draw(weeks []store.SourceWeek) chart {
	c := chart{Width: chartWeeks * barStep}
	most, items, taken := 1, 0, 0
	for _, w := range weeks {
		most = max(most, w.Items)
		items += w.Items
		taken += w.Accepted
	}
	for i, w := range weeks {
		if w.Items == 0 {
			continue
		}
		h := max(2, w.Items*chartHeight/most)
		t := 0
		if w.Accepted > 0 {
			t = max(2, min(h, h*w.Accepted/w.Items))
		}
		c.Bars = append(c.Bars, bar{X: i * barStep, Y: chartHeight - h, H: h, TakenY: chartHeight - t, TakenH: t,
			Label: fmt.Sprintf("%s, %d accepted", count(w.Items, "item", "items"), w.Accepted)})
	}
	c.Label = fmt.Sprintf("%s in %d weeks, %d accepted", count(items, "item", "items"), chartWeeks, taken)
	return c
}

// harvest asks for a harvest now.
func (s *Server) harvest(w http.ResponseWriter, r *http.Request) {
	f, ok := s.form(w, r)
	if !ok {
		return
	}
	did := "harvest"
	if !s.cfg.Harvest() {
		did = "busy"
	}
	s.done(w, r, f.Get("back"), did, 0)
}

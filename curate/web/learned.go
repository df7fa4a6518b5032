package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"wiredesk/curate"
	"wiredesk/curate/rank"
	"wiredesk/store"
)

// maxLearnt is how many lines of each table of Learned are shown: the weightiest of both ends.
const maxLearnt = 60

type learnedPage struct {
	frame
	curate.Learned
	Tables []learnedTable
}

type learnedTable struct {
	Name, What, Slug string
	Rows             []learnedRow
	More             int
	Pinnable         bool
}

type learnedRow struct {
	rank.Learnt
	Pinned, Muted bool
}

// learned shows what ranking has learned, each thing with its weight, and what the editor pinned.
func (s *Server) learned(w http.ResponseWriter, r *http.Request) {
	var p learnedPage
	var err error
	if p.frame, err = s.frame(r, "learned", "Learned"); err != nil {
		s.broken(w, r, err)
		return
	}
	if p.Learned, err = s.cfg.Desk().Learned(r.Context()); err != nil {
		s.broken(w, r, err)
		return
	}
	pins := map[string]float64{}
	for _, pin := range p.Pins {
		pins[pin.Name] = pin.Weight
	}
	p.Tables = []learnedTable{
		learntTable("Terms", "words, and the topic’s terms", "terms", p.Terms, pins, true),
		learntTable("Sites", "hosts, and hosts with the first part of a path", "sites", p.Sites, pins, true),
		learntTable("Sources", "lines of feeds.yaml", "sources", p.Learned.Sources, pins, false),
	}
	s.page(w, r, "learned.html", p)
}

// learntTable keeps the ends of a list: what is in the middle moves nothing.
func learntTable(name, what, slug string, all []rank.Learnt, pins map[string]float64, pinnable bool) learnedTable {
	t := learnedTable{Name: name, What: what, Slug: slug, Pinnable: pinnable}
	for i, l := range all {
		if len(all) > maxLearnt && i >= maxLearnt/2 && i < len(all)-maxLearnt/2 {
			t.More++
			continue
		}
		weight, ok := pins[l.Name]
		t.Rows = append(t.Rows, learnedRow{l, ok, ok && weight <= rank.Muted})
	}
	return t
}

// pin gives a term or site the editor's own weight, mutes it, or leaves it to the model again.
func (s *Server) pin(w http.ResponseWriter, r *http.Request) {
	f, ok := s.form(w, r)
	if !ok {
		return
	}
	act, name, _ := strings.Cut(f.Get("do"), " ")
	if name == "" {
		name = f.Get("name")
	}
	did, err := s.pinned(r, act, name, f)
	if err != nil {
		s.stop(w, r, "/learned", err)
		return
	}
	s.done(w, r, "/learned", did, 0)
}

func (s *Server) pinned(r *http.Request, act, name string, f url.Values) (did string, err error) {
	ctx, d := r.Context(), s.cfg.Desk()
	switch {
	case strings.TrimSpace(name) == "":
		return "nothing", nil
	case act == "mute":
		return "muted", d.Mute(ctx, name)
	case act == "free":
		return "freed", d.Unpin(ctx, name)
	case act == "pin":
		weight, err := strconv.ParseFloat(strings.TrimSpace(f.Get("weight")), 64)
		if err != nil {
			return "", Wrong(`write a weight like 2 or -1.5; "arm64" in a title weighs 3`)
		}
		return "pinned", d.Pin(ctx, name, weight)
	}
	return "", Wrong("there is no act of that name; load the page again")
}

// muted reports that a pin mutes.
func muted(p store.Pin) bool { return p.Weight <= rank.Muted }

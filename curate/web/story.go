package web

import (
	"errors"
	"net/http"
	"net/url"
	"sort"
	"strconv"
	"strings"

	"wiredesk/curate"
	"wiredesk/store"
)

// maxText is how many bytes of a page's text the Story page shows.
const maxText = 256 << 10

type storyPage struct {
	frame
	Story   curate.Story
	Token   string
	Links   []candidateView
	Weeks   []string // of the issues that are not out yet
	Allowed []string // sections
	Place   string   // the story's own path
}

// candidateView is one candidate of a story with all that stands behind it.
type candidateView struct {
	store.Candidate
	Token     string
	Sightings []store.Sighting
	Quotes    []quoteView
	Decisions []store.Decision
	Covered   []store.Covered
	Text      []segment // of its page, as it was fetched
	Cut       bool      // there is more text
}

type quoteView struct {
	store.Quote
	N int // its place in the list, from 1
}

// segment is a stretch of a page's text, in a proposed quote or between them.
type segment struct {
	Text   string
	N      int // of the quote; 0: in none
	Picked bool
}

func (s *Server) story(w http.ResponseWriter, r *http.Request) {
	id, err := storyID(r)
	if err != nil {
		s.broken(w, r, err)
		return
	}
	p, err := s.storyPage(r, id)
	if err != nil {
		s.broken(w, r, err)
		return
	}
	s.page(w, r, "story.html", p)
}

// storyID is the story that a path names, 7 or s7.
func storyID(r *http.Request) (int64, error) {
	ref, err := curate.ParseRef(r.PathValue("id"))
	if err != nil {
		return 0, errors.Join(store.ErrNotFound, err)
	}
	return max(ref.Story, ref.Candidate), nil
}

func (s *Server) storyPage(r *http.Request, id int64) (storyPage, error) {
	ctx, d := r.Context(), s.cfg.Desk()
	st, err := d.Story(ctx, id)
	if err != nil {
		return storyPage{}, err
	}
	p := storyPage{Story: st, Token: token(curate.Ref{Story: id}, st.Candidates...), Allowed: d.Newsletter.Sections, Place: "/story/" + strconv.FormatInt(id, 10)}
	if p.frame, err = s.frame(r, "desk", st.Title); err != nil {
		return p, err
	}
	ids := make([]int64, len(st.Candidates))
	for i, c := range st.Candidates {
		ids[i] = c.ID
	}
	covered, err := d.Store.Covered(ctx, ids)
	if err != nil {
		return p, err
	}
	for _, c := range st.Candidates {
		v, err := s.candidate(r, c)
		if err != nil {
			return p, err
		}
		v.Covered = covered[c.ID]
		p.Links = append(p.Links, v)
	}
	return p, nil
}

func (s *Server) candidate(r *http.Request, c store.Candidate) (candidateView, error) {
	ctx, d := r.Context(), s.cfg.Desk()
	v := candidateView{Candidate: c, Token: token(curate.Ref{Candidate: c.ID}, c)}
	detail, err := d.Detail(ctx, c.ID)
	if err != nil {
		return v, err
	}
	v.Sightings, v.Decisions = detail.Sightings, detail.Decisions
	for i, q := range detail.Quotes {
		v.Quotes = append(v.Quotes, quoteView{q, i + 1})
	}
	_, text, err := d.Store.SnapshotText(ctx, c.ID)
	if errors.Is(err, store.ErrNotFound) {
		return v, nil
	}
	if err != nil {
		return v, err
	}
	if len(text) > maxText {
		text, v.Cut = text[:maxText], true
	}
	v.Text = segments(text, v.Quotes)
	return v, nil
}

// segments cuts a text where quotes of it begin and end. Of quotes that overlap, the picked one is
// shown, else the first.
func segments(text string, quotes []quoteView) []segment {
	marks := make([]quoteView, 0, len(quotes))
	for _, q := range quotes {
		end := q.Start + len(q.Text)
		if q.Start >= 0 && end <= len(text) && text[q.Start:end] == q.Text { // a quote of another reading of the page is not
			marks = append(marks, q)
		}
	}
	sort.SliceStable(marks, func(i, j int) bool {
		if a, b := marks[i].Picked > 0, marks[j].Picked > 0; a != b {
			return a
		}
		return marks[i].Start < marks[j].Start
	})
	var kept []quoteView
	for _, q := range marks {
		free := true
		for _, k := range kept {
			free = free && (q.Start+len(q.Text) <= k.Start || k.Start+len(k.Text) <= q.Start)
		}
		if free {
			kept = append(kept, q)
		}
	}
	sort.Slice(kept, func(i, j int) bool { return kept[i].Start < kept[j].Start })
	var out []segment
	at := 0
	for _, q := range kept {
		if q.Start > at {
			out = append(out, segment{Text: text[at:q.Start]})
		}
		out = append(out, segment{q.Text, q.N, q.Picked > 0})
		at = q.Start + len(q.Text)
	}
	if at < len(text) {
		out = append(out, segment{Text: text[at:]})
	}
	return out
}

// storyFields and candidateFields are the names that the forms use.
var (
	storyFields     = map[string]curate.Field{"headline": curate.Headline, "section": curate.Section, "week": curate.Week, "note": curate.Note}
	candidateFields = map[string]curate.Field{"credit": curate.Credit, "note": curate.Note}
)

// edit changes the editor's words on a story.
func (s *Server) edit(w http.ResponseWriter, r *http.Request) {
	f, ok := s.form(w, r)
	if !ok {
		return
	}
	id, err := storyID(r)
	if err != nil {
		s.broken(w, r, err)
		return
	}
	s.save(w, r, f, curate.Ref{Story: id}, storyFields)
}

// editCandidate changes the editor's words on a candidate.
func (s *Server) editCandidate(w http.ResponseWriter, r *http.Request) {
	f, ok := s.form(w, r)
	if !ok {
		return
	}
	ref, err := curate.ParseRef(r.PathValue("id"))
	if err != nil {
		s.broken(w, r, errors.Join(store.ErrNotFound, err))
		return
	}
	s.save(w, r, f, ref, candidateFields)
}

// save stores what a form changed: next to each field it holds what stood there ("was-…").
func (s *Server) save(w http.ResponseWriter, r *http.Request, f url.Values, ref curate.Ref, known map[string]curate.Field) {
	lines := strings.NewReplacer("\r\n", "\n") // as forms are sent
	var changes []curate.Change
	for name, field := range known {
		was, value := lines.Replace(f.Get("was-"+name)), lines.Replace(f.Get(name))
		if f.Has(name) && value != was {
			changes = append(changes, curate.Change{Field: field, Was: was, Value: value})
		}
	}
	if err := s.cfg.Desk().EditAll(r.Context(), ref, changes); err != nil {
		s.stop(w, r, f.Get("back"), err)
		return
	}
	if len(changes) == 0 {
		s.done(w, r, f.Get("back"), "same", 0)
		return
	}
	s.done(w, r, f.Get("back"), "saved", 0)
}

// quote picks a quote of a candidate, or puts it back: the form says which and in which place it was
// shown, since it may be elsewhere by now. Without one, it picks the words that the editor chose from
// the page himself.
func (s *Server) quote(w http.ResponseWriter, r *http.Request) {
	f, ok := s.form(w, r)
	if !ok {
		return
	}
	ref, err := curate.ParseRef(r.PathValue("id"))
	if err != nil || ref.Candidate == 0 {
		s.broken(w, r, errors.Join(store.ErrNotFound, err))
		return
	}
	d := s.cfg.Desk()
	did := "quoted"
	switch {
	case f.Get("quote") != "":
		id, place, _ := strings.Cut(f.Get("quote"), "|")
		shown := store.Quote{CandidateID: ref.Candidate}
		shown.ID, _ = strconv.ParseInt(id, 10, 64) // no quote is 0
		if shown.Picked, _ = strconv.Atoi(place); shown.Picked > 0 {
			did = "unquoted"
		}
		err = d.ToggleQuote(r.Context(), shown)
	case f.Get("words") != "":
		_, err = d.OwnQuote(r.Context(), ref.Candidate, f.Get("words"))
	default:
		did = "nothing"
	}
	if err != nil {
		s.stop(w, r, f.Get("back"), err)
		return
	}
	s.done(w, r, f.Get("back"), did, 0)
}

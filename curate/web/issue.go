package web

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"wiredesk/curate"
	"wiredesk/curate/issue"
	"wiredesk/store"
)

type issuePage struct {
	frame
	Week      string
	Date      time.Time
	Number    int
	Path      string // of the file, from the folder of feeds.yaml; empty: not drafted yet
	Published time.Time
	Lines     []line
	Missing   string // why the file cannot be shown
	Preview   template.HTML
	Errors    int // findings of lint, by severity
	Warnings  int
	Fixes     int // findings that have one right answer
	Progress  *curate.Draft
	Stories   []placed
	Others    []store.Issue // the other drafts, newest first
}

// line is one line of the issue's file.
type line struct {
	N        int
	Text     string
	Findings []issue.Finding
}

// placed is a story of the issue in its place.
type placed struct {
	ID           int64
	Title        string
	State        store.State
	Links        int
	Before, Next int64 // where "up" and "down" put it: before these; 0 with Down is the end
	Up, Down     bool
}

func (s *Server) issue(w http.ResponseWriter, r *http.Request) {
	p, err := s.issuePage(r)
	if err != nil {
		s.broken(w, r, err)
		return
	}
	s.page(w, r, "issue.html", p)
}

func (s *Server) issuePage(r *http.Request) (issuePage, error) {
	ctx, d := r.Context(), s.cfg.Desk()
	p := issuePage{Week: r.PathValue("week")}
	if p.Week == "" {
		p.Week = d.Coming()
	}
	var err error
	if p.Date, err = d.Newsletter.Publication.Of(p.Week); err != nil {
		return p, errors.Join(store.ErrNotFound, err)
	}
	if p.frame, err = s.frame(r, "issue", "Issue of "+p.Week); err != nil {
		return p, err
	}
	if p.Changed, err = s.changed(r, p.Week); err != nil {
		return p, err
	}
	all, err := d.Store.Issues(ctx)
	if err != nil {
		return p, err
	}
	path := ""
	for _, i := range all {
		if i.Week == p.Week {
			p.Number, p.Published = i.Number, i.Published
			path, p.Path = s.file(i.Path), i.Path
			if rel, err := filepath.Rel(s.cfg.Dir, path); err == nil && filepath.IsLocal(rel) {
				p.Path = rel
			}
		} else if i.Published.IsZero() { // the archive has the others

			p.Others = append([]store.Issue{i}, p.Others...)
		}
	}
	if p.Published.IsZero() {
		if p.Progress, err = s.progressOf(ctx, p.Week); err != nil {
			return p, err
		}
		if p.Stories, err = s.order(ctx, p.Week); err != nil {
			return p, err
		}
	}
	if path == "" {
		return p, nil
	}
	text, err := readIssue(path)
	if err != nil {
		p.Missing = err.Error()
		return p, nil
	}
	for i, l := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		p.Lines = append(p.Lines, line{N: i + 1, Text: strings.TrimSuffix(l, "\r")})
	}
	if p.Preview, err = preview(text); err != nil {
		return p, err
	}
	return p, s.lint(ctx, path, text, &p)
}

// pressOf is the press that lays out an issue: the two of them are looked at side by side.
func (s *Server) pressOf(week string) *issue.Press {
	if week == s.cfg.Desk().Coming() {
		return &s.press
	}
	return &s.other
}

// progressOf is how far an issue is.
func (s *Server) progressOf(ctx context.Context, week string) (*curate.Draft, error) {
	d, err := s.cfg.Desk().Draft(ctx, curate.DraftOptions{Week: week, Out: "-", Dir: s.cfg.Dir, Press: s.pressOf(week)})
	var mistake *curate.Mistake
	if errors.As(err, &mistake) {
		return nil, nil // it is out
	}
	return &d, err
}

// order lists the stories of an issue with what moving each up or down would mean.
func (s *Server) order(ctx context.Context, week string) ([]placed, error) {
	all, err := s.cfg.Desk().IssueStories(ctx, week)
	if err != nil {
		return nil, err
	}
	out := make([]placed, len(all))
	for i, st := range all {
		p := placed{ID: st.ID, Title: st.Title, State: st.State, Links: len(st.Candidates)}
		if i > 0 {
			p.Up, p.Before = true, all[i-1].ID
		}
		if i+1 < len(all) {
			p.Down = true
			if i+2 < len(all) {
				p.Next = all[i+2].ID
			}
		}
		out[i] = p
	}
	return out, nil
}

// draft drafts an issue: the same as wiredesk curate.
func (s *Server) draft(w http.ResponseWriter, r *http.Request) {
	f, ok := s.form(w, r)
	if !ok {
		return
	}
	week := r.PathValue("week")
	back := "/issue/" + week
	o := curate.DraftOptions{Week: week, Dir: s.cfg.Dir}
	if n := f.Get("fill"); n != "" {
		fill, err := strconv.Atoi(n)
		if err != nil || fill < 0 || fill > 100 {
			s.stop(w, r, back, Wrong("write how many stories the issue should have: a number up to 100"))
			return
		}
		o.Fill = fill
	}
	d, err := s.cfg.Desk().Draft(r.Context(), o)
	switch {
	case err != nil:
		s.stop(w, r, back, err)
	case d.Beside:
		s.stop(w, r, back, Wrong(strings.Join(d.Flagged, "; ")))
	default:
		s.drafted(w, r, back, d)
	}
}

// drafted tells what became of a draft, with what the merge took out or left as the editor wrote it.
// What the page flags anyway it does not say twice.
func (s *Server) drafted(w http.ResponseWriter, r *http.Request, back string, d curate.Draft) {
	did := "unchanged"
	if d.Written {
		did = "drafted"
	}
	now, err := s.progressOf(r.Context(), d.Week)
	if err != nil {
		s.broken(w, r, err)
		return
	}
	told := slices.DeleteFunc(d.Flagged, func(f string) bool { return now != nil && slices.Contains(now.Flagged, f) })
	if len(told) > 0 {
		s.stop(w, r, back, Wrong(said(did, "")+" "+strings.Join(told, "; ")+"."))
		return
	}
	s.done(w, r, back, did, 0)
}

// move puts a story of an issue before another one, or last.
func (s *Server) move(w http.ResponseWriter, r *http.Request) {
	f, ok := s.form(w, r)
	if !ok {
		return
	}
	week := r.PathValue("week")
	back := "/issue/" + week
	id, err := strconv.ParseInt(f.Get("story"), 10, 64)
	if err != nil {
		s.done(w, r, back, "nothing", 0)
		return
	}
	before, err := strconv.ParseInt(f.Get("before"), 10, 64)
	if err != nil {
		before = 0
	}
	if err := s.cfg.Desk().Move(r.Context(), id, week, before); err != nil {
		s.stop(w, r, back, err)
		return
	}
	s.done(w, r, back, "moved", 0)
}

package web

import (
	"net/http"
	"net/url"
	"strings"

	"wiredesk/curate"
	"wiredesk/store"
)

// decide does what a list's form says: "do" is an act on one row, "all" is the same on what is
// ticked. Acts are the verdicts, merge and split.
func (s *Server) decide(w http.ResponseWriter, r *http.Request) {
	f, ok := s.form(w, r)
	if !ok {
		return
	}
	back, act, tokens, until := f.Get("back"), f.Get("all"), f["ref"], f.Get("all-until")
	if do := f.Get("do"); do != "" {
		one := ""
		act, one, _ = strings.Cut(do, " ")
		tokens, until = []string{one}, f.Get("until")
	}
	if act == "" || len(tokens) == 0 {
		s.done(w, r, withTicks(back, f["ref"]), "nothing", 0)
		return
	}
	var refs []curate.Ref
	var shown []store.Candidate
	for _, t := range tokens {
		ref, was, err := parseToken(t)
		if err != nil {
			s.stop(w, r, back, err)
			return
		}
		refs, shown = append(refs, ref), append(shown, was...)
	}
	did, err := s.act(r, act, refs, shown, until)
	if err != nil {
		s.stop(w, r, back, err)
		return
	}
	if f.Get("do") != "" {
		back = withTicks(back, f["ref"])
	}
	s.done(w, r, back, did, len(refs))
}

// withTicks is a path to come back to with rows still ticked that an act on another row was not on.
func withTicks(back string, rows []string) string {
	u, err := url.Parse(local(back))
	if err != nil || len(rows) == 0 {
		return back
	}
	q := u.Query()
	for _, row := range rows {
		q.Add("tick", refOf(row))
	}
	u.RawQuery = q.Encode()
	return u.String()
}

func (s *Server) act(r *http.Request, act string, refs []curate.Ref, shown []store.Candidate, until string) (did string, err error) {
	ctx, d := r.Context(), s.cfg.Desk()
	switch verdict := store.State(act); verdict {
	case store.Accepted, store.Rejected, store.Queued:
		return act, d.DecideShown(ctx, verdict, refs, curate.Marks{}, shown)
	case store.Held:
		return act, d.DecideShown(ctx, verdict, refs, curate.Marks{Week: strings.TrimSpace(until)}, shown)
	}
	switch act {
	case "merge":
		if len(refs) < 2 {
			return "", Wrong("tick two stories or more to merge them")
		}
		_, err := d.MergeShown(ctx, refs, shown)
		return "merged", err
	case "split":
		var ids []int64
		for _, ref := range refs {
			if ref.Story != 0 {
				return "", Wrong("tick links of a story to split them off; a story itself cannot be split off")
			}
			ids = append(ids, ref.Candidate)
		}
		_, err := d.SplitShown(ctx, ids, shown)
		return "split", err
	}
	return "", Wrong("there is no act of that name; load the page again")
}

// undo takes back the last act of this editor since the server was started, or all of them.
func (s *Server) undo(w http.ResponseWriter, r *http.Request) {
	f, ok := s.form(w, r)
	if !ok {
		return
	}
	n := 1
	if f.Get("all") != "" {
		n = -1
	}
	back, err := s.cfg.Desk().UndoOwn(r.Context(), s.start, n)
	switch {
	case err != nil:
		s.stop(w, r, f.Get("back"), err)
	case len(back) == 0:
		s.done(w, r, f.Get("back"), "noundo", 0)
	default:
		s.done(w, r, f.Get("back"), "undone", len(back))
	}
}

// changes tells the script whether what it shows is still so: the version of the database, and the
// stamp of an issue's file.
func (s *Server) changes(w http.ResponseWriter, r *http.Request) {
	version, err := s.changed(r, r.URL.Query().Get("week"))
	if err != nil {
		s.broken(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = w.Write([]byte(version))
}

package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"wiredesk/curate"
	"wiredesk/curate/issue"
	"wiredesk/store"
)

// deskRows is how many stories a page of the Desk shows.
const deskRows = 20

// rowLinks is how many links of a story the Desk shows; the story's page has them all.
const rowLinks = 4

// choice is what the Desk is asked to show.
type choice struct {
	State, Source, Section, Week, Search string
	After                                int64
}

func readChoice(q url.Values) choice {
	after, _ := strconv.ParseInt(q.Get("after"), 10, 64) // not a number: from the top
	c := choice{q.Get("state"), strings.TrimSpace(q.Get("source")), strings.TrimSpace(q.Get("section")), strings.TrimSpace(q.Get("week")), strings.TrimSpace(q.Get("q")), max(after, 0)}
	if c.State == "" {
		c.State = string(store.Queued)
	}
	return c
}

// path is the address of the Desk for a choice.
func (c choice) path() string {
	q := url.Values{}
	for name, v := range map[string]string{"source": c.Source, "section": c.Section, "week": c.Week, "q": c.Search} {
		if v != "" {
			q.Set(name, v)
		}
	}
	if c.State != string(store.Queued) {
		q.Set("state", c.State)
	}
	if c.After != 0 {
		q.Set("after", strconv.FormatInt(c.After, 10))
	}
	return (&url.URL{Path: "/", RawQuery: q.Encode()}).String()
}

// tab is one state that the Desk can show.
type tab struct {
	Name, Path string
	Key        string // the same as the terminal's
	Count      int
	Many       bool // more than Count
	At         bool
}

// row is one story in the list. Its fields are its own: a template looks long for those of a struct
// within it.
type row struct {
	ID            int64 // 0: not grouped yet
	Title         string
	State         store.State
	Section, Week string
	Candidates    []store.Candidate

	Ref     string
	Token   string // the story as it is shown here, for a decision to compare
	Lead    store.Candidate
	Links   []linkRow
	More    int // links that are not listed
	Wires   int
	Covered []store.Covered
}

// linkRow is one candidate of a story.
type linkRow struct {
	store.Candidate
	Token string
}

type deskPage struct {
	frame
	Choice   choice
	Tabs     []tab
	Sources  []string
	Sections []string
	Rows     []row
	Next     string // the page after this one
	First    string // the first page, where this is another
	Clear    string // the same state without filters, where there are some
	Progress *curate.Draft
}

func (s *Server) desk(w http.ResponseWriter, r *http.Request) {
	p, err := s.deskPage(r)
	if err != nil {
		s.broken(w, r, err)
		return
	}
	s.page(w, r, "desk.html", p)
}

func (s *Server) deskPage(r *http.Request) (deskPage, error) {
	ctx, d := r.Context(), s.cfg.Desk()
	p := deskPage{Choice: readChoice(r.URL.Query()), Sources: s.cfg.Sources(), Sections: d.Newsletter.Sections}
	var err error
	if p.frame, err = s.frame(r, "desk", "Desk"); err != nil {
		return p, err
	}
	f := store.Filter{Source: p.Choice.Source, Section: p.Choice.Section, Search: p.Choice.Search, Limit: deskRows}
	if p.Choice.Week != "" {
		if f.From, err = issue.ParseWeek(p.Choice.Week, d.Newsletter.Publication.Zone); err != nil {
			p.Alert = err.Error()
		} else {
			f.Week, f.To = p.Choice.Week, f.From.AddDate(0, 0, 7)
		}
	}
	var states []store.State
	if slices.Contains(store.States, store.State(p.Choice.State)) {
		states = []store.State{store.State(p.Choice.State)}
	}
	list, err := d.List(ctx, f, states, p.Choice.After)
	if err != nil {
		return p, err
	}
	for _, st := range list.Stories {
		p.Rows = append(p.Rows, deskRow(st, list, states))
	}
	if list.Next != 0 {
		next := p.Choice
		next.After = list.Next
		p.Next = next.path()
	}
	if p.Choice.After != 0 {
		first := p.Choice
		first.After = 0
		p.First = first.path()
	}
	if p.Choice != (choice{State: p.Choice.State, After: p.Choice.After}) {
		p.Clear = choice{State: p.Choice.State}.path()
	}
	if p.Tabs, err = s.tabs(r, p.Choice); err != nil {
		return p, err
	}
	p.Progress = s.progress(r)
	return p, nil
}

// progress is how far the coming issue is; nil where there is nothing to tell, as when it is out.
func (s *Server) progress(r *http.Request) *curate.Draft {
	d, err := s.cfg.Desk().Progress(r.Context(), &s.press)
	if err != nil {
		return nil
	}
	return &d
}

func deskRow(st curate.Story, list curate.List, states []store.State) row {
	x := row{
		ID: st.ID, Title: st.Title, State: st.State, Section: st.Section, Week: st.Week, Candidates: st.Candidates,
		Ref: st.Ref().String(), Token: token(st.Ref(), st.Candidates...),
	}
	// First what the list was asked for: of a story in the queue, what is queued of it.
	all := slices.Clone(st.Candidates)
	slices.SortStableFunc(all, func(a, b store.Candidate) int {
		return listed(states, b.State) - listed(states, a.State)
	})
	for i, c := range all {
		if i == 0 {
			x.Lead = c
		}
		x.Wires += list.Wires[c.ID]
		for _, v := range list.Covered[c.ID] {
			if !slices.Contains(x.Covered, v) {
				x.Covered = append(x.Covered, v)
			}
		}
		if len(x.Links) < rowLinks {
			x.Links = append(x.Links, linkRow{c, token(curate.Ref{Candidate: c.ID}, c)})
		} else {
			x.More++
		}
	}
	return x
}

func listed(states []store.State, s store.State) int {
	if slices.Contains(states, s) {
		return 1
	}
	return 0
}

func (s *Server) tabs(r *http.Request, c choice) ([]tab, error) {
	counts, err := s.cfg.Desk().Store.Counts(r.Context())
	if err != nil {
		return nil, err
	}
	var out []tab
	for i, st := range store.States {
		to := c
		to.State, to.After = string(st), 0
		out = append(out, tab{string(st), to.path(), strconv.Itoa(i + 1), min(counts[st], store.MaxCount), counts[st] > store.MaxCount, c.State == string(st)})
	}
	to := c
	to.State, to.After = "any", 0
	return append(out, tab{Name: "any", Path: to.path(), Key: "0", Count: -1, At: c.State == "any"}), nil
}

// token writes down a story or candidate as it is shown, so that a decision made on it is refused
// where somebody else was faster: "s7|12:queued:7,13:held:7".
func token(ref curate.Ref, shown ...store.Candidate) string {
	var b strings.Builder
	b.WriteString(ref.String())
	for i, c := range shown {
		b.WriteByte("|,"[min(i, 1)])
		b.WriteString(strconv.FormatInt(c.ID, 10) + ":" + string(c.State) + ":" + strconv.FormatInt(c.StoryID, 10))
	}
	return b.String()
}

// parseToken reads what token wrote.
func parseToken(t string) (curate.Ref, []store.Candidate, error) {
	name, rest, _ := strings.Cut(t, "|")
	ref, err := curate.ParseRef(name)
	if err != nil {
		return ref, nil, err
	}
	var shown []store.Candidate
	for part := range strings.SplitSeq(rest, ",") {
		f := strings.Split(part, ":")
		if len(f) != 3 {
			continue
		}
		id, err1 := strconv.ParseInt(f[0], 10, 64)
		story, err2 := strconv.ParseInt(f[2], 10, 64)
		if err1 != nil || err2 != nil {
			return ref, nil, Wrong("the form is not as this page wrote it; load the page again")
		}
		shown = append(shown, store.Candidate{ID: id, State: store.State(f[1]), StoryID: story})
	}
	return ref, shown, nil
}

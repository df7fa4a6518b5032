package curate

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"wiredesk/curate/issue"
	"wiredesk/store"
)

// eventWeeks is how far ahead the events list looks.
const eventWeeks = 6

// DraftOptions choose what is drafted and where it goes.
type DraftOptions struct {
	Week   string // empty: the next publication day's
	Fill   int    // accept the best queued stories until there are this many
	Layout string // empty: the newsletter's
	Number int    // 0: from history
	Out    string // empty: newsletter.output below Dir; "-": only return the text
	Dir    string // folder of feeds.yaml
}

// Draft is what drafting came to.
type Draft struct {
	Week      string   `json:"week"`
	Number    int      `json:"number"`
	Path      string   `json:"path,omitempty"`
	Written   bool     `json:"written"`
	Stories   int      `json:"stories"`
	Links     int      `json:"links"`
	Words     int      `json:"words"`
	Stubs     int      `json:"stubs"`
	BareLinks int      `json:"bare_links"`
	Added     []string `json:"added"`
	Kept      []string `json:"kept"`
	Flagged   []string `json:"flagged"`

	Text   string `json:"-"`
	Beside bool   `json:"-"` // the file is the editor's and differs: the draft stands beside it
	Filled int    `json:"-"` // stories accepted by Fill
}

// Draft lays out the issue of a week and writes it. It never changes a file that is there and
// differs: then the draft stands beside it, and is flagged.
func (d *Desk) Draft(ctx context.Context, o DraftOptions) (Draft, error) {
	n := d.Newsletter
	if o.Week == "" {
		o.Week = n.Publication.Next(d.now())
	}
	at, err := n.Publication.Of(o.Week)
	if err != nil {
		return Draft{}, err
	}
	if o.Layout == "" {
		o.Layout = n.Layout
	}
	layout, err := issue.ReadLayout(o.Layout, o.Dir)
	if err != nil {
		return Draft{}, mistake("%v", err)
	}
	is, err := d.numbered(ctx, o)
	if err != nil {
		return Draft{}, err
	}
	out := Draft{Week: o.Week, Number: is.Number, Added: []string{}, Kept: []string{}, Flagged: []string{}}
	if out.Filled, err = d.fill(ctx, o); err != nil {
		return Draft{}, err
	}
	stories, err := d.ofIssue(ctx, o.Week)
	if err != nil {
		return Draft{}, err
	}
	plan, err := d.plan(ctx, stories)
	if err != nil {
		return Draft{}, err
	}
	plan.Week, plan.Number, plan.Date = o.Week, is.Number, at
	plan.Events = upcoming(n.Dates, at)
	if out.Text, err = issue.Render(plan, layout); err != nil {
		return Draft{}, err
	}
	out.Stories, out.Links, out.Words, out.Stubs, out.BareLinks = len(plan.Stories), plan.Links(), len(strings.Fields(out.Text)), plan.Stubs(), plan.Links()
	if err := d.waiting(ctx, o.Week, &out); err != nil {
		return Draft{}, err
	}
	if o.Out == "-" {
		return out, nil
	}
	return d.write(ctx, o, is, out, plan)
}

// waiting flags what is accepted for other open issues, so that nothing accepted is out of sight.
func (d *Desk) waiting(ctx context.Context, week string, out *Draft) error {
	all, err := d.Stories(ctx, store.Accepted)
	if err != nil {
		return err
	}
	open, err := d.earlierOpen(ctx, week)
	if err != nil {
		return err
	}
	count := map[string]int{}
	for _, s := range all {
		w := s.Week
		if w == "" {
			w = open // "" where this issue took it
		}
		if w != "" && w != week && !d.Closed(w) {
			count[w]++
		}
	}
	for _, w := range slices.Sorted(maps.Keys(count)) {
		out.Flagged = append(out.Flagged, fmt.Sprintf("accepted stories that wait for the issue of %s: %d", w, count[w]))
	}
	return nil
}

// write puts the text into its file, and remembers it.
func (d *Desk) write(ctx context.Context, o DraftOptions, is store.Issue, out Draft, plan issue.Plan) (Draft, error) {
	path := o.Out
	if path == "" {
		name := strings.NewReplacer("{week}", o.Week, "{year}", o.Week[:4], "{number}", fmt.Sprint(is.Number)).Replace(d.Newsletter.Output)
		path = name
		if !filepath.IsAbs(path) {
			path = filepath.Join(o.Dir, name)
		}
	}
	last, err := d.Store.Draft(ctx, o.Week)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return out, err
	}
	w, err := issue.Write(path, out.Text, last.Text)
	if err != nil {
		return out, err
	}
	// The issue holds them now: they are not for the next one too.
	ids := make([]int64, len(plan.Stories))
	for i, s := range plan.Stories {
		ids[i] = s.ID
	}
	if err := d.Store.AssignWeek(ctx, o.Week, ids); err != nil {
		return out, err
	}
	out.Path, out.Written, out.Beside = w.Path, w.Wrote, w.Beside
	for _, s := range plan.Stories {
		if w.Wrote {
			out.Added = append(out.Added, s.Headline)
		} else {
			out.Kept = append(out.Kept, s.Headline)
		}
	}
	if w.Beside {
		out.Flagged = append(out.Flagged, fmt.Sprintf("%s holds another text, so it was left alone; the new draft is in %s", path, w.Path))
	}
	is.Path = path
	if err := d.Store.SetIssue(ctx, is); err != nil {
		return out, err
	}
	return out, d.Store.SetDraft(ctx, store.Draft{Week: o.Week, Path: w.Path, Text: out.Text})
}

// numbered returns the issue of the week; a new one is numbered after the last.
func (d *Desk) numbered(ctx context.Context, o DraftOptions) (store.Issue, error) {
	all, err := d.Store.Issues(ctx)
	if err != nil {
		return store.Issue{}, err
	}
	is := store.Issue{Week: o.Week, Number: 1}
	known := false
	for _, i := range all {
		if i.Week == o.Week {
			is, known = i, true
		}
	}
	if !known {
		last := 0
		taken := map[int]bool{}
		for _, i := range all {
			last = max(last, i.Number)
			taken[i.Number] = true
			if i.Week < o.Week {
				is.Number = max(is.Number, i.Number+1)
			}
		}
		if taken[is.Number] { // an issue of an earlier week, drafted late
			is.Number = last + 1
		}
	}
	if o.Number > 0 {
		is.Number = o.Number
	}
	if !is.Published.IsZero() {
		return is, mistake("the issue of %s was published on %s", o.Week, is.Published.Format(time.DateOnly))
	}
	return is, nil
}

// fill accepts the best queued stories for the week until the issue has as many as asked for.
func (d *Desk) fill(ctx context.Context, o DraftOptions) (int, error) {
	if o.Fill <= 0 {
		return 0, nil
	}
	have, err := d.ofIssue(ctx, o.Week)
	if err != nil || len(have) >= o.Fill {
		return 0, err
	}
	queued, err := d.Stories(ctx, store.Queued)
	if err != nil {
		return 0, err
	}
	queued = slices.DeleteFunc(queued, func(s Story) bool { return s.State != store.Queued || s.Week != "" && s.Week != o.Week })
	var refs []Ref
	for _, s := range queued[:min(len(queued), o.Fill-len(have))] {
		refs = append(refs, Ref{Story: s.ID})
	}
	if len(refs) == 0 {
		return 0, nil
	}
	return len(refs), d.Decide(ctx, store.Accepted, refs, Marks{Week: o.Week})
}

// ofIssue returns the stories that belong into the issue of a week: those assigned to it, and
// those assigned to none where no earlier issue is still open. An issue is open until it is
// published, or its day has passed.
func (d *Desk) ofIssue(ctx context.Context, week string) ([]Story, error) {
	stories, err := d.inWeek(ctx, week)
	if err != nil {
		return nil, err
	}
	if open, err := d.earlierOpen(ctx, week); err != nil || open != "" {
		return stories, err
	}
	free, err := d.inWeek(ctx, "")
	if err != nil {
		return nil, err
	}
	stories = append(stories, free...)
	slices.SortStableFunc(stories, order)
	return stories, nil
}

// earlierOpen is the earliest issue before a week that is drafted and still open, or "".
func (d *Desk) earlierOpen(ctx context.Context, week string) (string, error) {
	issues, err := d.Store.Issues(ctx)
	if err != nil {
		return "", err
	}
	for _, i := range issues {
		if i.Published.IsZero() && i.Week < week && !d.Closed(i.Week) {
			return i.Week, nil
		}
	}
	return "", nil
}

// plan turns stories into the plan of an issue.
func (d *Desk) plan(ctx context.Context, stories []Story) (issue.Plan, error) {
	n := d.Newsletter
	p := issue.Plan{
		Title: n.Title, Intro: n.Intro, Contents: n.Contents, Sections: n.Sections, Colophon: n.Colophon, Subscription: n.Subscription, Wrap: n.Wrap,
	}
	var ids []int64
	for _, s := range stories {
		for _, c := range s.Candidates {
			ids = append(ids, c.ID)
		}
	}
	quotes, err := d.Store.Quotes(ctx, ids)
	if err != nil {
		return p, err
	}
	for _, s := range stories {
		st := issue.Story{ID: s.ID, Headline: s.Title, Own: s.Headline != "", Section: s.Section, Note: s.Note}
		var notes []string
		for _, c := range printed(s, s.Week) {
			st.Links = append(st.Links, linkOf(c))
			if st.Credit == (store.Credit{}) {
				st.Credit = c.Credit
			}
			if c.Note != "" {
				notes = append(notes, c.Note)
			}
			picked := slices.DeleteFunc(quotes[c.ID], func(q store.Quote) bool { return q.Picked == 0 })
			slices.SortFunc(picked, func(a, b store.Quote) int { return a.Picked - b.Picked })
			for _, q := range picked {
				st.Quotes = append(st.Quotes, issue.Quote{Text: q.Text, Speaker: q.Speaker})
			}
		}
		if len(notes) > 0 {
			st.Note = strings.TrimSpace(strings.Join(append([]string{st.Note}, notes...), "\n\n"))
		}
		// A story without links is printed only if the editor made it so.
		if len(st.Links) > 0 || len(s.Candidates) == 0 && st.Own {
			p.Stories = append(p.Stories, st)
		}
	}
	return p, nil
}

// linkOf is a candidate as a link of its story. A post is named by who wrote it.
func linkOf(c store.Candidate) issue.Link {
	l := issue.Link{URL: c.URL, Title: c.Title, Site: c.Site, Author: c.Author, Language: c.Language, Post: strings.HasPrefix(c.Author, "@")}
	if l.Post && c.Credit.Handle == c.Author && c.Credit.Person != "" {
		l.Author = c.Credit.Person
	}
	return l
}

// printed are the candidates of a story that the issue of a week prints: the accepted, and those
// that were held for it.
func printed(s Story, week string) []store.Candidate {
	return slices.DeleteFunc(slices.Clone(s.Candidates), func(c store.Candidate) bool {
		return c.State != store.Accepted && (c.State != store.Held || c.Until == "" || c.Until > week)
	})
}

// upcoming are the events from the day of the issue on, in order.
func upcoming(all []issue.Event, at time.Time) []issue.Event {
	day := time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, at.Location())
	var out []issue.Event
	for _, e := range all {
		if !e.Date.Before(day) && e.Date.Before(day.AddDate(0, 0, 7*eventWeeks)) {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b issue.Event) int { return a.Date.Compare(b.Date) })
	return out
}

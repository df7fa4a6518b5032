package curate

import (
	"context"
	"slices"
	"strings"
	"time"

	"wiredesk/curate/issue"
	"wiredesk/store"
)

// eventWeeks is how far ahead the events list looks.
const eventWeeks = 6

// plan turns stories into the plan of the issue of a week.
func (d *Desk) plan(ctx context.Context, stories []Story, week string, last drafted) (issue.Plan, error) {
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
	for _, s := range last.settle(stories) {
		if s.Headline == "" {
			s.Title = last.headline(s)
		}
		st := issue.Story{ID: s.ID, Headline: s.Title, Own: s.Headline != "", Section: s.Section, Note: s.Note}
		var notes []string
		for _, c := range printed(s, week) {
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

package curate

import (
	"context"

	"wiredesk/curate/issue"
	"wiredesk/store"
)

// What both screens ask for, beside the verbs: a page of the list, what stands behind a candidate,
// how far the issue is. None of it costs by the length of the queue.

// List is a page of stories.
type List struct {
	Stories []Story                   // best first; one that is not grouped yet has ID 0 and one candidate
	Wires   map[int64]int             // by candidate: how many sources showed it
	Covered map[int64][]store.Covered // by candidate: where it was told before
	Next    int64                     // for the page after this one; 0: there is none
}

// List returns the stories that hold a candidate in one of the states (none given: in any) that the
// filter lets through, best first, f.Limit at most; after is the Next of the page before, 0 for the
// first. A story is listed where the best of those candidates stands, and comes with all that it
// holds.
func (d *Desk) List(ctx context.Context, f store.Filter, states []store.State, after int64) (List, error) {
	size := f.Limit
	if size > 0 {
		f.Limit++ // whether there is one more
	}
	leads, err := d.Store.Leads(ctx, f, states, after)
	if err != nil {
		return List{}, err
	}
	var l List
	if size > 0 && len(leads) > size {
		leads = leads[:size]
		l.Next = leads[size-1].Candidate
	}
	var named []int64
	for _, lead := range leads {
		if lead.Story != 0 {
			named = append(named, lead.Story)
		}
	}
	byID, err := d.Store.StoriesByID(ctx, named)
	if err != nil {
		return List{}, err
	}
	rows := make([]store.Story, len(leads))
	for i, lead := range leads {
		rows[i] = byID[lead.Story]
	}
	if l.Stories, err = d.withCandidates(ctx, rows); err != nil {
		return List{}, err
	}
	var ids []int64
	for i := range l.Stories {
		s := &l.Stories[i]
		if s.ID == 0 {
			c, err := d.Store.Candidate(ctx, leads[i].Candidate)
			if err != nil {
				return List{}, err
			}
			s.Candidates, s.State, s.Section = []store.Candidate{c}, c.State, c.Section
			s.Title = proposed(s.Candidates)
		}
		for _, c := range s.Candidates {
			ids = append(ids, c.ID)
		}
	}
	if l.Wires, err = d.Store.Wires(ctx, ids); err != nil {
		return List{}, err
	}
	l.Covered, err = d.Store.Covered(ctx, ids)
	return l, err
}

// Ref names the story, or its only candidate where it is not grouped yet.
func (s Story) Ref() Ref {
	if s.ID == 0 && len(s.Candidates) > 0 {
		return Ref{Candidate: s.Candidates[0].ID}
	}
	return Ref{Story: s.ID}
}

// Detail is what stands behind one candidate.
type Detail struct {
	Sightings []store.Sighting // oldest first
	Quotes    []store.Quote    // in the order that PickQuote counts
	Decisions []store.Decision // oldest first
}

// Detail returns what stands behind a candidate.
func (d *Desk) Detail(ctx context.Context, candidate int64) (Detail, error) {
	var out Detail
	ids := []int64{candidate}
	err := d.Store.Sightings(ctx, ids, func(g store.Sighting) { out.Sightings = append(out.Sightings, g) })
	if err != nil {
		return out, err
	}
	quotes, err := d.Store.Quotes(ctx, ids)
	if err != nil {
		return out, err
	}
	out.Quotes = quotes[candidate]
	out.Decisions, err = d.Store.Decisions(ctx, candidate)
	return out, err
}

// Progress tells how far the coming issue is, in the figures of Draft; nothing is written. A screen
// asks with the same press each time, so that only what changed is laid out again. What waits for
// other issues is not flagged.
func (d *Desk) Progress(ctx context.Context, press *issue.Press) (Draft, error) {
	o := DraftOptions{Week: d.Coming(), Out: "-", Press: press}
	p, err := d.proof(ctx, o)
	if err != nil {
		return Draft{}, err
	}
	if !p.is.Published.IsZero() {
		return d.again(ctx, o, p.is, p.plan.Date)
	}
	p.draft.count(press)
	return p.draft, nil
}

// UndoOwn takes back the last n acts that this desk's editor made after the act since (what
// Store.LastAct said when he sat down); n below 0: all of them. It returns what it took back. What
// somebody else changed since is a *store.Conflict, and then nothing is taken back.
func (d *Desk) UndoOwn(ctx context.Context, since int64, n int) ([]store.Decision, error) {
	return d.Store.UndoOwn(ctx, d.Who, since, n)
}

// still returns a *store.Conflict where one of the candidates is in another state or story than it
// was shown.
func still(a *store.Act, shown []store.Candidate) error {
	for _, was := range shown {
		c, err := a.Candidate(was.ID)
		if err != nil {
			return err
		}
		// That a harvest found it its first story takes nothing from the editor.
		if c.State != was.State || c.StoryID != was.StoryID && was.StoryID != 0 {
			return a.CandidateConflict(c.ID)
		}
	}
	return nil
}

// Coming is the week of the coming issue.
func (d *Desk) Coming() string { return d.Newsletter.Publication.Next(d.now()) }

// IssueStories returns the stories that the issue of a week would hold if it were drafted now, in
// their order.
func (d *Desk) IssueStories(ctx context.Context, week string) ([]Story, error) {
	return d.ofIssue(ctx, week)
}

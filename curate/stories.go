package curate

import (
	"context"
	"maps"
	"slices"
	"time"

	"wiredesk/curate/issue"
	"wiredesk/store"
	"wiredesk/store/plain"
)

// Story is a story with its candidates, as a list shows it.
type Story struct {
	store.Story
	Candidates []store.Candidate // best first
	State      store.State       // the one that most matters: published, accepted, held, queued, rejected
	Title      string            // the headline, or the title of the best candidate
}

// weightOf orders states by how much they matter for a story.
var weightOf = map[store.State]int{store.Published: 5, store.Accepted: 4, store.Held: 3, store.Queued: 2, store.Rejected: 1}

// Stories returns stories with their candidates, best first; with states, only those that hold a
// candidate in one of them.
func (d *Desk) Stories(ctx context.Context, states ...store.State) ([]Story, error) {
	rows, err := d.Store.Stories(ctx, states...)
	if err != nil {
		return nil, err
	}
	out, err := d.withCandidates(ctx, rows)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(out, order)
	return out, nil
}

// Story returns one story with its candidates.
func (d *Desk) Story(ctx context.Context, id int64) (Story, error) {
	st, err := d.Store.Story(ctx, id)
	if err != nil {
		return Story{}, err
	}
	all, err := d.withCandidates(ctx, []store.Story{st})
	if err != nil {
		return Story{}, err
	}
	return all[0], nil
}

func (d *Desk) withCandidates(ctx context.Context, rows []store.Story) ([]Story, error) {
	ids := make([]int64, len(rows))
	for i, st := range rows {
		ids[i] = st.ID
	}
	byStory, err := d.Store.StoryCandidates(ctx, ids)
	if err != nil {
		return nil, err
	}
	out := make([]Story, len(rows))
	for i, st := range rows {
		s := Story{Story: st, Candidates: byStory[st.ID], Title: st.Headline}
		for _, c := range s.Candidates {
			if weightOf[c.State] > weightOf[s.State] {
				s.State = c.State
			}
			if s.Section == "" {
				s.Section = c.Section
			}
		}
		if s.Title == "" {
			s.Title = proposed(s.Candidates)
		}
		out[i] = s
	}
	return out, nil
}

// before orders stories as the draft does: by the editor's places, then by score.
func before(a, b Story) bool {
	switch {
	case a.Position != nil && b.Position != nil && *a.Position != *b.Position:
		return *a.Position < *b.Position
	case (a.Position == nil) != (b.Position == nil):
		return a.Position != nil
	}
	return a.score() > b.score()
}

// order compares stories by before.
func order(a, b Story) int {
	switch {
	case before(a, b):
		return -1
	case before(b, a):
		return 1
	}
	return 0
}

func (s Story) score() float64 {
	best := 0.0
	for _, c := range s.Candidates {
		if c.State != store.Rejected {
			best = max(best, c.Score)
		}
	}
	return best
}

// NewStory makes a story with a headline and no candidates yet, and returns its id.
func (d *Desk) NewStory(ctx context.Context, headline string) (int64, error) {
	var id int64
	if headline = plain.Line(headline); headline == "" {
		return 0, mistake("a new story needs a headline")
	}
	_, err := d.Store.Act(ctx, d.Who, "new", func(a *store.Act) (err error) {
		if id, err = a.NewStory(); err != nil {
			return err
		}
		return a.SetStory(store.Story{ID: id, Headline: headline})
	})
	return id, err
}

// Merge puts candidates and stories into the first story named, else into that of the first
// candidate. It keeps its headline, week and note, and gains the words of stories that end empty.
// It returns the story.
func (d *Desk) Merge(ctx context.Context, refs []Ref) (int64, error) {
	return d.MergeShown(ctx, refs, nil)
}

// MergeShown is Merge for a screen, with what it showed, as DecideShown is Decide.
func (d *Desk) MergeShown(ctx context.Context, refs []Ref, shown []store.Candidate) (int64, error) {
	var into int64
	_, err := d.Store.Act(ctx, d.Who, "merge", func(a *store.Act) error {
		if err := still(a, shown); err != nil {
			return err
		}
		into = 0
		for _, r := range refs {
			if r.Story != 0 && into == 0 {
				into = r.Story
			}
		}
		if into == 0 {
			c, err := a.Candidate(refs[0].Candidate)
			if err != nil {
				return err
			}
			if into = c.StoryID; into == 0 {
				if into, err = a.NewStory(); err != nil {
					return err
				}
			}
		}
		if _, err := a.Story(into); err != nil {
			return err
		}
		for _, r := range refs {
			if r.Story == into {
				continue
			}
			all, err := members(a, r)
			if err != nil {
				return err
			}
			from := map[int64]bool{r.Story: r.Story != 0}
			for _, c := range all {
				from[c.StoryID] = c.StoryID != 0 && c.StoryID != into
				c.StoryID = into
				if err := a.SetCandidate(c); err != nil {
					return err
				}
			}
			for _, id := range slices.Sorted(maps.Keys(from)) {
				if !from[id] {
					continue
				}
				if err := absorb(a, id, into); err != nil {
					return err
				}
			}
		}
		target, err := a.Story(into)
		if err != nil {
			return err
		}
		target.Settled = false
		return a.SetStory(target)
	})
	return into, err
}

// Split takes candidates out of their stories and makes one new story of them, which grouping
// then leaves alone. It returns the new story.
func (d *Desk) Split(ctx context.Context, candidates []int64) (int64, error) {
	return d.SplitShown(ctx, candidates, nil)
}

// SplitShown is Split for a screen, with what it showed, as DecideShown is Decide.
func (d *Desk) SplitShown(ctx context.Context, candidates []int64, shown []store.Candidate) (int64, error) {
	var id int64
	_, err := d.Store.Act(ctx, d.Who, "split", func(a *store.Act) (err error) {
		if err := still(a, shown); err != nil {
			return err
		}
		if id, err = a.NewStory(); err != nil {
			return err
		}
		st := store.Story{ID: id, Settled: true}
		left := map[int64]bool{}
		for i, n := range candidates {
			c, err := a.Candidate(n)
			if err != nil {
				return err
			}
			if i == 0 && c.StoryID != 0 {
				old, err := a.Story(c.StoryID)
				if err != nil {
					return err
				}
				st.Section, st.Week = old.Section, old.Week
			}
			left[c.StoryID] = c.StoryID != 0
			c.StoryID = id
			if err := a.SetCandidate(c); err != nil {
				return err
			}
		}
		if err := a.SetStory(st); err != nil {
			return err
		}
		for _, old := range slices.Sorted(maps.Keys(left)) {
			if left[old] {
				if err := absorb(a, old, id); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return id, err
}

// Rename gives a story the editor's headline; an empty one gives back the proposed.
func (d *Desk) Rename(ctx context.Context, id int64, headline string) error {
	return d.change(ctx, "rename", id, func(st *store.Story) { st.Headline = plain.Line(headline) })
}

// SetSection puts a story into a section; an empty one takes it out.
func (d *Desk) SetSection(ctx context.Context, id int64, section string) error {
	return d.change(ctx, "section", id, func(st *store.Story) { st.Section = plain.Line(section) })
}

func (d *Desk) change(ctx context.Context, verb string, id int64, f func(*store.Story)) error {
	_, err := d.Store.Act(ctx, d.Who, verb, func(a *store.Act) error {
		st, err := a.Story(id)
		if err != nil {
			return err
		}
		f(&st)
		return a.SetStory(st)
	})
	return err
}

// Move assigns a story to the issue of a week, and puts it before another story of the same
// issue; an empty week leaves it where it is, a zero other puts it last.
func (d *Desk) Move(ctx context.Context, id int64, week string, other int64) error {
	if week != "" {
		if _, err := issue.ParseWeek(week, time.UTC); err != nil {
			return mistake("%v", err)
		}
	}
	if id == other {
		return mistake("a story cannot stand before itself")
	}
	st, err := d.Story(ctx, id)
	if err != nil {
		return err
	}
	var o Story
	if other != 0 {
		if o, err = d.Story(ctx, other); err != nil {
			return err
		}
		if week == "" {
			week = o.Week
		}
	}
	if week == "" {
		week = st.Week
	}
	if week == "" {
		return mistake("s%d is in no issue yet; say which: --week 2026-W48", id)
	}
	// The whole order of that issue is written down: a place is only a place among all. That takes the
	// stories of no week yet into the coming one, as drafting would.
	of := d.inWeek
	if week == d.Coming() {
		of = d.ofIssue
	}
	stories, err := of(ctx, week)
	if err != nil {
		return err
	}
	if other != 0 && !slices.ContainsFunc(stories, func(s Story) bool { return s.ID == other }) {
		return mistake("s%d is in the issue of %s, not of %s", other, orNone(o.Week), week)
	}
	stories = slices.DeleteFunc(stories, func(s Story) bool { return s.ID == id })
	at := len(stories)
	for i, s := range stories {
		if s.ID == other {
			at = i
		}
	}
	stories = slices.Insert(stories, at, st)
	_, err = d.Store.Act(ctx, d.Who, "move", func(a *store.Act) error {
		for i, s := range stories {
			row, err := a.Story(s.ID)
			if err != nil {
				return err
			}
			place := float64(i + 1)
			row.Position = &place
			row.Week = week
			if err := a.SetStory(row); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

func orNone(week string) string {
	if week == "" {
		return "no week"
	}
	return week
}

// inWeek returns the stories that the issue of a week would hold, in their order: those that are
// assigned to it, accepted or held for it; for no week, the accepted that are assigned to none.
func (d *Desk) inWeek(ctx context.Context, week string) ([]Story, error) {
	rows, err := d.Store.StoriesOfWeek(ctx, week)
	if err != nil {
		return nil, err
	}
	all, err := d.withCandidates(ctx, rows)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(s Story) bool {
		return weightOf[s.State] < weightOf[store.Held] && len(s.Candidates) > 0 || week == "" && s.State != store.Accepted
	})
	slices.SortStableFunc(all, order)
	return all, nil
}

package curate

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"wiredesk/store"
)

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

// ofIssue returns the stories that belong into the issue of a week: those assigned to it, and,
// where no earlier issue is still open, those assigned to none and those of weeks that passed
// without an issue. An issue is open until it is published, or its day has passed.
func (d *Desk) ofIssue(ctx context.Context, week string) ([]Story, error) {
	stories, err := d.inWeek(ctx, week)
	if err != nil {
		return nil, err
	}
	if open, err := d.earlierOpen(ctx, week); err != nil || open != "" {
		return stories, err
	}
	weeks, err := d.skipped(ctx, week)
	if err != nil {
		return nil, err
	}
	for _, w := range append(weeks, "") {
		more, err := d.inWeek(ctx, w)
		if err != nil {
			return nil, err
		}
		stories = append(stories, more...)
	}
	return stories, nil
}

// skipped are the weeks before one that hold stories and passed without an issue.
func (d *Desk) skipped(ctx context.Context, week string) ([]string, error) {
	weeks, err := d.Store.StoryWeeks(ctx)
	if err != nil {
		return nil, err
	}
	issues, err := d.Store.Issues(ctx)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(weeks, func(w string) bool {
		return w >= week || !d.Closed(w) || slices.ContainsFunc(issues, func(i store.Issue) bool { return i.Week == w })
	}), nil
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

package curate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"wiredesk/curate/issue"
	"wiredesk/store"
)

// Slipped is what slipping an issue came to.
type Slipped struct {
	From    string `json:"from"`
	To      string `json:"to"`
	Stories int    `json:"stories"`
	Path    string `json:"path,omitempty"` // where the file of the issue stands now; empty: there was none
	Left    string `json:"left,omitempty"` // a file that stays where it is, because the later issue has one of its own
}

// Slip puts the issue of a week off to another week: its stories, what is held for it, its number
// and its file with all that the editor wrote in it. Where the other week has an issue already, the
// stories join that, and the file stays. An empty to is the week after. The stories are one act,
// which Undo takes back; the file is brought back by slipping it the other way.
func (d *Desk) Slip(ctx context.Context, from, to, dir string) (Slipped, error) {
	monday, err := issue.ParseWeek(from, time.UTC)
	if err != nil {
		return Slipped{}, mistake("%v", err)
	}
	if to == "" {
		to = issue.WeekOf(monday.AddDate(0, 0, 7))
	}
	if _, err := issue.ParseWeek(to, time.UTC); err != nil {
		return Slipped{}, mistake("%v", err)
	}
	if from == to {
		return Slipped{}, mistake("the issue of %s is that week's already", from)
	}
	all, err := d.Store.Issues(ctx)
	if err != nil {
		return Slipped{}, err
	}
	var was store.Issue
	taken := false
	for _, i := range all {
		if i.Published.IsZero() {
			taken = taken || i.Week == to
			if i.Week == from {
				was = i
			}
		} else if i.Week == from || i.Week == to {
			return Slipped{}, mistake("the issue of %s was published on %s", i.Week, i.Published.Format(time.DateOnly))
		}
	}
	out := Slipped{From: from, To: to}
	if out.Stories, err = d.slipStories(ctx, from, to); err != nil {
		return out, err
	}
	if was.Week == "" {
		return out, nil
	}
	if taken {
		if out.Left = was.Path; out.Left != "" && !filepath.IsAbs(out.Left) {
			out.Left = filepath.Join(dir, out.Left)
		}
		return out, nil
	}
	old, next := DraftOptions{Week: from, Dir: dir}, DraftOptions{Week: to, Dir: dir}
	path := d.path(next, was)
	if err := rename(d.path(old, was), path); err != nil {
		return out, err
	}
	if _, err := os.Stat(path); err == nil {
		out.Path = path
	}
	return out, d.Store.SlipIssue(ctx, from, store.Issue{Week: to, Number: was.Number, Path: next.key(path)}, old.key(d.path(old, was)), next.key(path))
}

// slipStories moves the stories of a week and what is held for it.
func (d *Desk) slipStories(ctx context.Context, from, to string) (int, error) {
	stories, err := d.Store.StoriesOfWeek(ctx, from)
	if err != nil || len(stories) == 0 {
		return 0, err
	}
	_, err = d.Store.Act(ctx, d.Who, "slip", func(a *store.Act) error {
		for _, s := range stories {
			st, err := a.Story(s.ID)
			if err != nil {
				return err
			}
			st.Week = to
			if err := a.SetStory(st); err != nil {
				return err
			}
			all, err := a.StoryCandidates(s.ID)
			if err != nil {
				return err
			}
			for _, c := range all {
				if c.Until != from {
					continue
				}
				c.Until = to
				if err := a.SetCandidate(c); err != nil {
					return err
				}
			}
		}
		return nil
	})
	return len(stories), err
}

// rename moves a file to a name that is free; one that is not there is no error.
func rename(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	err := os.Link(from, to)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, fs.ErrExist):
		return mistake("%s is there already; rename it, then slip again", to)
	case err != nil:
		return fmt.Errorf("slip: %w", err)
	}
	return os.Remove(from)
}

package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"wiredesk/curate"
	"wiredesk/store"
	"wiredesk/store/plain"
)

// storyJSON is a story as `story list --json` promises it.
type storyJSON struct {
	ID         string      `json:"id"`
	Week       string      `json:"week,omitempty"`
	Headline   string      `json:"headline"`
	Section    string      `json:"section,omitempty"`
	Position   *float64    `json:"position,omitempty"`
	State      store.State `json:"state,omitempty"`
	Note       string      `json:"note,omitempty"`
	Candidates []int64     `json:"candidates"`
}

func storyOf(s curate.Story) storyJSON {
	out := storyJSON{ID: fmt.Sprintf("s%d", s.ID), Week: s.Week, Headline: s.Title, Section: s.Section, Position: s.Position, State: s.State, Note: s.Note, Candidates: []int64{}}
	for _, c := range s.Candidates {
		out.Candidates = append(out.Candidates, c.ID)
	}
	return out
}

func (a *app) printStory(w io.Writer, s curate.Story) {
	fmt.Fprintf(w, "s%-5d %-9s %-8s %s\n", s.ID, s.State, s.Week, printable(s.Title))
	if s.Note != "" {
		fmt.Fprintf(w, "       note: %s\n", plain.Cut(plain.Line(s.Note), 90))
	}
	for _, c := range s.Candidates {
		fmt.Fprintf(w, "       %5d %c %5.1f %s  %s\n", c.ID, c.State[0], c.Score, plain.Cut(cmp.Or(c.Title, c.URL), 70), siteOf(c))
	}
}

func (a *app) storyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "story",
		Short: "Stories: list, new, merge, split, rename, move, section",
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, words []string) error {
			if len(words) == 0 {
				return cmd.Help()
			}
			var names []string
			for _, c := range cmd.Commands() {
				names = append(names, c.Name())
			}
			return usage("there is no command \"story %s\"%s", words[0], didYouMean(words[0], names))
		},
	}
	cmd.AddCommand(a.storyListCommand(), a.storyNewCommand(), a.storyMergeCommand(), a.storySplitCommand(), a.storyRenameCommand(), a.storyMoveCommand(), a.storySectionCommand())
	return cmd
}

func (a *app) storyListCommand() *cobra.Command {
	var state, week string
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List stories, in the order of the draft",
		Args:  args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			var states []store.State
			if state != "any" {
				if !validState(store.State(state)) && state != "" {
					return usage("there is no state %q; there are queued, accepted, rejected, held, published, any", state)
				}
				states = []store.State{store.Queued, store.Accepted, store.Held}
				if state != "" {
					states = []store.State{store.State(state)}
				}
			}
			if err := checkWeek("--week", week); err != nil {
				return err
			}
			d, err := a.desk(cmd.Context())
			if err != nil {
				return err
			}
			all, err := d.Stories(cmd.Context(), states...)
			if err != nil {
				return err
			}
			for _, s := range all {
				if week != "" && s.Week != week {
					continue
				}
				if !a.json {
					a.printStory(a.stdout, s)
				} else if err := a.printJSON(storyOf(s)); err != nil {
					return err
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&state, "state", "", "with a candidate in this state, or any (default: queued, accepted, held)")
	cmd.Flags().StringVar(&week, "week", "", "assigned to the issue of this ISO week")
	return cmd
}

// changed tells what a story is now.
func (a *app) changed(cmd *cobra.Command, id int64) error {
	d, err := a.desk(cmd.Context())
	if err != nil {
		return err
	}
	s, err := d.Story(cmd.Context(), id)
	if err != nil {
		return err
	}
	if a.json {
		return a.printJSON(storyOf(s))
	}
	a.printStory(a.stdout, s)
	return nil
}

func (a *app) storyNewCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "new HEADLINE",
		Short: "Make a story to put candidates into",
		Args:  args(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, words []string) error {
			d, err := a.desk(cmd.Context())
			if err != nil {
				return err
			}
			id, err := d.NewStory(cmd.Context(), strings.Join(words, " "))
			if err != nil {
				return err
			}
			return a.changed(cmd, id)
		},
	}
}

func (a *app) storyMergeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "merge ID ID…",
		Short: "Put candidates and stories into the first story named",
		Args:  args(cobra.MinimumNArgs(2)),
		RunE: func(cmd *cobra.Command, words []string) error {
			all, err := refs(words)
			if err != nil {
				return err
			}
			d, err := a.desk(cmd.Context())
			if err != nil {
				return err
			}
			id, err := d.Merge(cmd.Context(), all)
			if err != nil {
				return err
			}
			return a.changed(cmd, id)
		},
	}
}

func (a *app) storySplitCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "split ID…",
		Short: "Take candidates out of their story and make one of their own",
		Args:  args(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, words []string) error {
			all, err := refs(words)
			if err != nil {
				return err
			}
			var ids []int64
			for _, r := range all {
				if r.Story != 0 {
					return usage("%s is a story; name the candidates that leave it: wiredesk show %s", r, r)
				}
				ids = append(ids, r.Candidate)
			}
			d, err := a.desk(cmd.Context())
			if err != nil {
				return err
			}
			id, err := d.Split(cmd.Context(), ids)
			if err != nil {
				return err
			}
			return a.changed(cmd, id)
		},
	}
}

func (a *app) storyRenameCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "rename ID HEADLINE",
		Short: "Give a story your headline; \"\" gives the proposed one back",
		Args:  args(cobra.MinimumNArgs(2)),
		RunE: func(cmd *cobra.Command, words []string) error {
			id, err := storyID(words[0])
			if err != nil {
				return err
			}
			d, err := a.desk(cmd.Context())
			if err != nil {
				return err
			}
			if err := d.Rename(cmd.Context(), id, strings.Join(words[1:], " ")); err != nil {
				return err
			}
			return a.changed(cmd, id)
		},
	}
}

func (a *app) storyMoveCommand() *cobra.Command {
	var week, other string
	cmd := &cobra.Command{
		Use:   "move ID",
		Short: "Assign a story to an issue, and place it there",
		Args:  args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, words []string) error {
			id, err := storyID(words[0])
			if err != nil {
				return err
			}
			if week == "" && other == "" {
				return usage("say where to: --week 2026-W48, or --before s7")
			}
			if err := checkWeek("--week", week); err != nil {
				return err
			}
			var before int64
			if other != "" {
				if before, err = storyID(other); err != nil {
					return err
				}
			}
			d, err := a.desk(cmd.Context())
			if err != nil {
				return err
			}
			if err := d.Move(cmd.Context(), id, week, before); err != nil {
				return err
			}
			return a.changed(cmd, id)
		},
	}
	cmd.Flags().StringVar(&week, "week", "", "to the issue of this ISO week")
	cmd.Flags().StringVar(&other, "before", "", "before this story, like s7")
	return cmd
}

func (a *app) storySectionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "section ID SECTION",
		Short: "Put a story under a section of the issue; \"\" takes it out",
		Args:  args(cobra.MinimumNArgs(2)),
		RunE: func(cmd *cobra.Command, words []string) error {
			id, err := storyID(words[0])
			if err != nil {
				return err
			}
			d, err := a.desk(cmd.Context())
			if err != nil {
				return err
			}
			if err := d.SetSection(cmd.Context(), id, strings.Join(words[1:], " ")); err != nil {
				return err
			}
			return a.changed(cmd, id)
		},
	}
}

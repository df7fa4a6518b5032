package main

import (
	"cmp"
	"context"
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
		Short: "Stories: list, new, merge, split, rename, move, section, slip",
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
	cmd.AddCommand(a.storyListCommand(), a.storyNewCommand(), a.storyMergeCommand(), a.storySplitCommand(), a.storyRenameCommand(), a.storyMoveCommand(), a.storySectionCommand(), a.storySlipCommand())
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

// storyVerb is a command that changes one story and shows what it is then. do returns its id.
func (a *app) storyVerb(use, short string, check cobra.PositionalArgs, do func(context.Context, *curate.Desk, []string) (int64, error)) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: args(check),
		RunE: func(cmd *cobra.Command, words []string) error {
			ctx := cmd.Context()
			d, err := a.desk(ctx)
			if err != nil {
				return err
			}
			id, err := do(ctx, d, words)
			if err != nil {
				return err
			}
			s, err := d.Story(ctx, id)
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(storyOf(s))
			}
			a.printStory(a.stdout, s)
			return nil
		},
	}
}

func (a *app) storyNewCommand() *cobra.Command {
	return a.storyVerb("new HEADLINE", "Make a story to put candidates into", cobra.MinimumNArgs(1),
		func(ctx context.Context, d *curate.Desk, words []string) (int64, error) {
			return d.NewStory(ctx, strings.Join(words, " "))
		})
}

func (a *app) storyMergeCommand() *cobra.Command {
	return a.storyVerb("merge ID ID…", "Put candidates and stories into the first story named", cobra.MinimumNArgs(2),
		func(ctx context.Context, d *curate.Desk, words []string) (int64, error) {
			all, err := refs(words)
			if err != nil {
				return 0, err
			}
			return d.Merge(ctx, all)
		})
}

func (a *app) storySplitCommand() *cobra.Command {
	return a.storyVerb("split ID…", "Take candidates out of their story and make one of their own", cobra.MinimumNArgs(1),
		func(ctx context.Context, d *curate.Desk, words []string) (int64, error) {
			all, err := refs(words)
			if err != nil {
				return 0, err
			}
			var ids []int64
			for _, r := range all {
				if r.Story != 0 {
					return 0, usage("%s is a story; name the candidates that leave it: wiredesk show %s", r, r)
				}
				ids = append(ids, r.Candidate)
			}
			return d.Split(ctx, ids)
		})
}

func (a *app) storyRenameCommand() *cobra.Command {
	return a.storyVerb("rename ID HEADLINE", "Give a story your headline; \"\" gives the proposed one back", cobra.MinimumNArgs(2),
		func(ctx context.Context, d *curate.Desk, words []string) (int64, error) {
			id, err := storyID(words[0])
			if err != nil {
				return 0, err
			}
			return id, d.Rename(ctx, id, strings.Join(words[1:], " "))
		})
}

func (a *app) storySectionCommand() *cobra.Command {
	return a.storyVerb("section ID SECTION", "Put a story under a section of the issue; \"\" takes it out", cobra.MinimumNArgs(2),
		func(ctx context.Context, d *curate.Desk, words []string) (int64, error) {
			id, err := storyID(words[0])
			if err != nil {
				return 0, err
			}
			return id, d.SetSection(ctx, id, strings.Join(words[1:], " "))
		})
}

func (a *app) storyMoveCommand() *cobra.Command {
	var week, other string
	cmd := a.storyVerb("move ID", "Assign a story to an issue, and place it there", cobra.ExactArgs(1),
		func(ctx context.Context, d *curate.Desk, words []string) (int64, error) {
			id, err := storyID(words[0])
			if err != nil {
				return 0, err
			}
			if week == "" && other == "" {
				return 0, usage("say where to: --week 2026-W48, or --before s7")
			}
			if err := checkWeek("--week", week); err != nil {
				return 0, err
			}
			var before int64
			if other != "" {
				if before, err = storyID(other); err != nil {
					return 0, err
				}
			}
			return id, d.Move(ctx, id, week, before)
		})
	cmd.Flags().StringVar(&week, "week", "", "to the issue of this ISO week")
	cmd.Flags().StringVar(&other, "before", "", "before this story, like s7")
	return cmd
}

package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/curate"
	"wiredesk/curate/issue"
	"wiredesk/store"
)

// refs reads IDs of candidates and stories.
func refs(words []string) ([]curate.Ref, error) {
	out := make([]curate.Ref, len(words))
	for i, w := range words {
		r, err := curate.ParseRef(w)
		if err != nil {
			return nil, err
		}
		out[i] = r
	}
	return out, nil
}

// storyID reads the ID of a story.
func storyID(s string) (int64, error) {
	r, err := curate.ParseRef(s)
	if err != nil {
		return 0, err
	}
	if r.Story == 0 {
		return 0, usage("%q is a candidate's ID; a story's is like s7", s)
	}
	return r.Story, nil
}

// checkWeek reads the value of a --week flag; empty is fine.
func checkWeek(flag, week string) error {
	if week == "" {
		return nil
	}
	if _, err := issue.ParseWeek(week, time.UTC); err != nil {
		return usage("%s: %v", flag, err)
	}
	return nil
}

// verdictCommand is accept, reject or hold.
func (a *app) verdictCommand(verdict store.State) *cobra.Command {
	name := map[store.State]string{store.Accepted: "accept", store.Rejected: "reject", store.Held: "hold"}[verdict]
	short := map[store.State]string{
		store.Accepted: "Take candidates or stories into the coming issue",
		store.Rejected: "Drop candidates or stories; they never return by themselves",
		store.Held:     "Keep candidates or stories for later",
	}[verdict]
	var m curate.Marks
	var via, by, story, until string
	cmd := &cobra.Command{
		Use:   name + " ID…",
		Short: short,
		Long:  short + ".\n\nAn ID is a candidate's, like 12, or a story's, like s7, and then stands for all of its candidates.",
		Args:  args(cobra.MinimumNArgs(1)),
		RunE: func(cmd *cobra.Command, words []string) error {
			all, err := refs(words)
			if err != nil {
				return err
			}
			if m.Credit, err = credit(via, by); err != nil {
				return err
			}
			if story != "" {
				if m.Story, err = storyID(story); err != nil {
					return err
				}
			}
			if until != "" {
				m.Week = until
			}
			if err := checkWeek("--week", m.Week); err != nil {
				return err
			}
			d, err := a.desk(cmd.Context())
			if err != nil {
				return err
			}
			if err := d.Decide(cmd.Context(), verdict, all, m); err != nil {
				return err
			}
			if m.Week != "" && d.Closed(m.Week) {
				a.say("note: the issue of %s has had its day; only wiredesk curate --week %s will print them", m.Week, m.Week)
			}
			if err := a.decided(cmd.Context(), verdict, all); err != nil {
				return err
			}
			return d.LearnAfter(cmd.Context(), learnEvery)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&story, "story", "", "put them into this story, like s7")
	flags.StringVar(&m.Section, "section", "", "section of the issue")
	flags.StringVar(&m.Note, "note", "", "your words, markdown: a story's prose, or a line with a candidate")
	flags.StringVar(&via, "via", "", `credit who pointed it out, "Person, Org"`)
	flags.StringVar(&by, "by", "", `credit who made it, "Person, Org"`)
	if verdict == store.Held {
		flags.StringVar(&until, "until", "", "bring them back in the issue of this ISO week")
		flags.StringVar(&m.Week, "week", "", "the same as --until")
	} else {
		flags.StringVar(&m.Week, "week", "", "assign them to the issue of this ISO week")
	}
	return cmd
}

func credit(via, by string) (store.Credit, error) {
	switch {
	case via != "" && by != "":
		return store.Credit{}, usage("--via and --by exclude each other")
	case by != "":
		return issue.ParseCredit(by, false), nil
	}
	return issue.ParseCredit(via, true), nil
}

// decided tells what became of what was named.
func (a *app) decided(ctx context.Context, verdict store.State, all []curate.Ref) error {
	counts, err := a.store.Counts(ctx)
	if err != nil {
		return err
	}
	if a.json {
		ids := make([]string, len(all))
		for i, r := range all {
			ids[i] = r.String()
		}
		return a.printJSON(map[string]any{"state": verdict, "ids": ids})
	}
	a.say("%s; %s accepted, %s held, %s queued", verdict, counted(counts[store.Accepted]), counted(counts[store.Held]), counted(counts[store.Queued]))
	return nil
}

func (a *app) undoCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "undo [N]",
		Short: "Take back the last decision, or the last N",
		Args:  args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, words []string) error {
			n := 1
			if len(words) == 1 {
				var err error
				if n, err = strconv.Atoi(words[0]); err != nil || n < 1 {
					return usage("%q is no number of decisions", words[0])
				}
			}
			d, err := a.desk(cmd.Context())
			if err != nil {
				return err
			}
			back, err := d.Undo(cmd.Context(), n)
			if err != nil {
				return err
			}
			if a.json {
				out := []map[string]any{}
				for _, b := range back {
					out = append(out, map[string]any{"verb": b.Verb, "id": subject(b), "who": b.Who, "at": b.At})
				}
				if err := a.printJSON(map[string]any{"undone": out}); err != nil {
					return err
				}
				return d.LearnAfter(cmd.Context(), learnEvery)
			}
			if len(back) == 0 {
				a.say("there is nothing to take back")
			}
			for _, b := range back {
				a.say("taken back: %s %s by %s, %s", b.Verb, subject(b), b.Who, b.At.Format(time.RFC3339))
			}
			return d.LearnAfter(cmd.Context(), learnEvery)
		},
	}
}

// learnEvery is after how many decisions ranking learns from them, without waiting for a harvest.
const learnEvery = 10

// subject names what a decision was about.
func subject(d store.Decision) string {
	switch {
	case d.CandidateID != 0:
		return fmt.Sprint(d.CandidateID)
	case d.StoryID != 0:
		return fmt.Sprintf("s%d", d.StoryID)
	}
	return fmt.Sprintf("quote %d", d.QuoteID)
}

func (a *app) quoteCommand() *cobra.Command {
	var text string
	cmd := &cobra.Command{
		Use:   "quote ID [N]",
		Short: "List the quotes of a candidate, or pick one for the draft",
		Long: `Lists what of a candidate's page is worth quoting, best first; a star marks the
picked ones. With N, picks that one for the draft, or puts it back. With --text,
picks your own choice of words, if they stand in the page as it was fetched.`,
		Args: args(cobra.RangeArgs(1, 2)),
		RunE: func(cmd *cobra.Command, words []string) error {
			ref, err := refs(words[:1])
			if err != nil {
				return err
			}
			id := ref[0].Candidate
			if id == 0 {
				return usage("%s is a story; a quote belongs to one of its candidates: wiredesk show %s", words[0], words[0])
			}
			ctx := cmd.Context()
			d, err := a.desk(ctx)
			if err != nil {
				return err
			}
			c, err := a.store.Candidate(ctx, id)
			if err != nil {
				return err
			}
			switch {
			case text != "" && len(words) == 2:
				return usage("give a number or --text, not both")
			case text != "":
				if _, err := d.OwnQuote(ctx, id, text); err != nil {
					return err
				}
			case len(words) == 2:
				n, err := strconv.Atoi(words[1])
				if err != nil {
					return usage("%q is no number of a quote", words[1])
				}
				q, err := d.PickQuote(ctx, id, n)
				if err != nil {
					return err
				}
				if q.Picked > 0 {
					a.say("picked quote %d for the draft", n)
				} else {
					a.say("put quote %d back", n)
				}
			}
			rows, err := completed(ctx, a.store, []store.Candidate{c})
			if err != nil {
				return err
			}
			if a.json {
				for _, q := range rows[0].Quotes {
					if err := a.printJSON(q); err != nil {
						return err
					}
				}
				return nil
			}
			if len(rows[0].Quotes) == 0 {
				reason := c.PageError
				if reason == "" && c.SnapshotID == 0 {
					reason = "its page was not fetched"
				}
				a.say("no quotes%s", strings.TrimSuffix(": "+reason, ": "))
			}
			printQuotes(a.stdout, rows[0].Quotes)
			return nil
		},
	}
	cmd.Flags().StringVar(&text, "text", "", "words of the page that you choose yourself")
	return cmd
}

package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"wiredesk/curate/issue"
	"wiredesk/store"
)

func (a *app) showCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "show ID",
		Short: "Show one candidate or story: where seen, why its score, quotes",
		Args:  args(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, words []string) error {
			ref, err := refs(words)
			if err != nil {
				return err
			}
			ctx := cmd.Context()
			d, err := a.desk(ctx)
			if err != nil {
				return err
			}
			if ref[0].Story != 0 {
				s, err := d.Story(ctx, ref[0].Story)
				if err != nil {
					return err
				}
				if a.json {
					return a.printJSON(storyOf(s))
				}
				a.printStory(a.stdout, s)
				rows, err := completed(ctx, a.store, s.Candidates)
				if err != nil {
					return err
				}
				for _, c := range rows {
					fmt.Fprintln(a.stdout)
					if err := a.printCandidate(ctx, c); err != nil {
						return err
					}
				}
				return nil
			}
			c, err := a.store.Candidate(ctx, ref[0].Candidate)
			if err != nil {
				return err
			}
			rows, err := completed(ctx, a.store, []store.Candidate{c})
			if err != nil {
				return err
			}
			if a.json {
				return a.printJSON(rows[0])
			}
			return a.printCandidate(ctx, rows[0])
		},
	}
}

func (a *app) printCandidate(ctx context.Context, c candidateJSON) error {
	w := a.stdout
	line := func(name, value string) {
		if value == "" {
			return
		}
		for i, part := range wrap(printable(value), 88) {
			if i > 0 {
				name = ""
			}
			fmt.Fprintf(w, "%-10s %s\n", name, part)
		}
	}
	evidence, err := a.store.Evidence(ctx, c.ID)
	if err != nil {
		return err
	}
	fact := func(name, text string) { // and where on the page it stands; a source stated the others
		if text != "" {
			line(name, text+foundIn(evidence[name]))
		}
	}
	line("candidate", fmt.Sprintf("%d, %s", c.ID, c.State))
	fact("title", c.Title)
	line("url", c.URL)
	fact("site", c.Site)
	fact("author", c.Author)
	if !c.Published.IsZero() {
		fact("published", c.Published.Format(time.RFC3339))
	}
	line("first seen", c.FirstSeen.Format(time.RFC3339))
	line("story", c.Story)
	line("section", c.Section)
	line("week", c.Week)
	line("until", c.Until)
	if c.Credit != nil {
		line("credit", issue.CreditText(*c.Credit))
	}
	if c.Facts != nil {
		line("facts", factsText(*c.Facts))
	}
	for _, v := range c.Covered {
		where := "not published yet"
		if v.Week != "" {
			where = "in " + v.Week
		}
		line("covered", fmt.Sprintf("%s of %q, %s: %s", v.Kind, v.Heading, where, v.URL))
	}
	line("note", c.Note)
	line("excerpt", c.Excerpt)
	line("page", c.PageError)
	fmt.Fprintf(w, "%-10s %.2f\n", "score", c.Score)
	for _, r := range c.Why {
		fmt.Fprintf(w, "%-10s %+6.2f  %s\n", "", r.Weight, printable(r.Term))
	}
	for _, s := range c.Sources {
		line("seen on", fmt.Sprintf("%s, %s, %s", s.Name, s.Seen.Format(time.RFC3339), s.URL))
	}
	decisions, err := a.store.Decisions(ctx, c.ID)
	if err != nil {
		return err
	}
	for _, d := range decisions {
		undone := ""
		if d.Undone {
			undone = ", taken back"
		}
		line("decided", fmt.Sprintf("%s by %s, %s%s", d.Verb, d.Who, d.At.Format(time.RFC3339), undone))
	}
	printQuotes(w, c.Quotes)
	return nil
}

// factsText is what a source stated, in a line.
func factsText(f store.Facts) string {
	var parts []string
	add := func(format string, value any, given bool) {
		if given {
			parts = append(parts, fmt.Sprintf(format, value))
		}
	}
	add("%s", f.Kind, f.Kind != "")
	add("%s", f.State, f.State != "")
	add("version %s", f.Version, f.Version != "")
	add("for %s", strings.Join(f.Architectures, ", "), len(f.Architectures) > 0)
	add("labels %s", strings.Join(f.Labels, ", "), len(f.Labels) > 0)
	add("%d comments", f.Comments, f.Comments > 0)
	add("%d points", f.Points, f.Points > 0)
	return strings.Join(parts, "; ")
}

func printQuotes(w io.Writer, all []quoteJSON) {
	for _, q := range all {
		mark := " "
		if q.Picked {
			mark = "*"
		}
		speaker := q.Speaker
		if speaker != "" {
			speaker = " " + speaker + ":"
		}
		for i, part := range wrap(fmt.Sprintf("[%s]%s %s", q.Kind, printable(speaker), printable(q.Text)), 88) {
			if i == 0 {
				fmt.Fprintf(w, "quote %2d%s %s\n", q.N, mark, part)
			} else {
				fmt.Fprintf(w, "%10s%s\n", "", part)
			}
		}
	}
}

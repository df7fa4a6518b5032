package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"wiredesk/curate"
	"wiredesk/curate/issue"
)

func (a *app) curateCommand() *cobra.Command {
	var o curate.DraftOptions
	cmd := &cobra.Command{
		Use:   "curate",
		Short: "Draft the week's issue in markdown",
		Long: `Drafts the issue of a week from the stories that you accepted, and writes it where
newsletter.output in feeds.yaml says. The file is yours: run again, wiredesk brings
in what is new, story by story. A story that you touched stays as you left it and
gains new links at the end of its list; one that you deleted stays deleted; one that
you wrote, moved or renamed stays so, and the contents list follows your headings.
What the file held before is kept as NAME.bak. Where nothing can be merged (the file
is empty, or no text), the draft goes beside it as NAME.new.md; the exit status is 3.`,
		Args: args(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkWeek("--week", o.Week); err != nil {
				return err
			}
			cfg, err := a.load()
			if err != nil {
				return err
			}
			if o.Layout != "" && !slices.Contains(issue.Layouts, o.Layout) {
				if o.Layout, err = filepath.Abs(o.Layout); err != nil {
					return err
				}
			}
			if o.Fill < 0 || o.Number < 0 {
				return usage("--fill and --number are not below 0")
			}
			o.Dir = cfg.dir
			return a.curate(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&o.Week, "week", "", "ISO week of the issue (default: of the next publication day)")
	flags.IntVar(&o.Fill, "fill", 0, "accept the best queued stories until the issue has this many")
	flags.StringVar(&o.Layout, "layout", "", "classic, labelled, or the path of a template (default: newsletter.layout of feeds.yaml)")
	flags.IntVar(&o.Number, "number", 0, "number of the issue (default: one more than the last)")
	flags.StringVar(&o.Out, "out", "", "file to write; - prints the draft")
	return cmd
}

func (a *app) curate(ctx context.Context, o curate.DraftOptions) error {
	d, err := a.desk(ctx)
	if err != nil {
		return err
	}
	draft, err := d.Draft(ctx, o)
	if err != nil {
		return err
	}
	if o.Out == "-" {
		if _, err := io.WriteString(a.stdout, draft.Text); err != nil {
			return err
		}
	} else if a.json {
		if err := a.printJSON(draft); err != nil {
			return err
		}
	}
	a.progressLine(draft, o.Out != "-" && !a.json)
	if draft.Beside {
		return errPart
	}
	return nil
}

// progressLine tells how far the issue is.
func (a *app) progressLine(d curate.Draft, where bool) {
	if d.Filled > 0 {
		a.say("accepted the best of the queue, %s; wiredesk undo takes that back", plural(d.Filled, "story", "stories"))
	}
	for _, l := range []struct {
		what  string
		lines []string
	}{{"added", d.Added}, {"kept as you left it", d.Kept}, {"note", d.Flagged}} {
		for _, s := range l.lines {
			a.say("%s: %s", l.what, s)
		}
	}
	line := fmt.Sprintf("issue %d of %s: %s, %s, %s; %s without prose, %s without label", d.Number, d.Week,
		plural(d.Stories, "story", "stories"), plural(d.Links, "link", "links"), plural(d.Words, "word", "words"),
		plural(d.Stubs, "story", "stories"), plural(d.BareLinks, "link", "links"))
	switch {
	case !where:
		a.say("%s", line)
	case d.Written:
		fmt.Fprintf(a.stdout, "%s\n%s\n", printable(d.Path), line)
	default:
		fmt.Fprintf(a.stdout, "%s, unchanged\n%s\n", printable(d.Path), line)
	}
	if d.Stories == 0 {
		a.say("no story is accepted for this issue yet; next: wiredesk queue, then wiredesk accept ID, or wiredesk curate --fill 7")
	}
}

// plural counts a thing.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

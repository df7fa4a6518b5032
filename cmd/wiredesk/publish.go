package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"wiredesk/curate"
)

func (a *app) publishCommand() *cobra.Command {
	var o curate.PublishOptions
	cmd := &cobra.Command{
		Use:   "publish [FILE]",
		Short: "Record an issue as published, and write its page, mail, thread and feeds",
		Long: `Reads the file of an issue, by default of the coming one, and checks it as lint does;
an error refuses it. Then it records what the file holds as published, closes the
week, and writes beside the file:

  WEEK.html         the issue as a web page
  WEEK.eml          the same as a mail, HTML and text
  WEEK.thread.txt   a post for each story, 280 characters each
  issues.atom       the feed of all issues
  links.atom        the feed of their links

Nothing is sent. Run it again after a correction: the record follows the file.
Exit status: 3 when lint refused.`,
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, names []string) error {
			if len(names) == 1 {
				o.Path = names[0]
			}
			return a.publish(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.Dry, "dry-run", false, "show all that would be done, and do nothing")
	flags.BoolVar(&o.Anyway, "anyway", false, "publish though lint finds errors, or the issue is empty")
	return cmd
}

func (a *app) publish(ctx context.Context, o curate.PublishOptions) error {
	d, err := a.desk(ctx)
	if err != nil {
		return err
	}
	o.Dir = a.cfg.dir
	if o.Path == "" {
		if o.Path, err = d.ComingFile(ctx, a.cfg.dir); err != nil {
			return err
		}
	}
	if _, err := readIssue(o.Path); err != nil {
		return err
	}
	p, err := d.Publish(ctx, o)
	if err != nil {
		return err
	}
	switch {
	case a.json:
		if err := a.printJSON(p); err != nil {
			return err
		}
	case p.Refused:
		_ = a.printFindings(o.Path, p.Findings) // it is told below what follows from them
	default:
		a.checklist(p, o.Dry)
	}
	if p.Refused {
		a.say("%s is not published: mend the errors, or add --anyway", o.Path)
		return errPart
	}
	return nil
}

// checklist tells what is done and what is left to the editor, with the two dates of an issue.
func (a *app) checklist(p curate.Publication, dry bool) {
	line := func(done bool, format string, args ...any) {
		box := "[ ]"
		if done && !dry {
			box = "[x]"
		}
		fmt.Fprintln(a.stdout, box, printable(fmt.Sprintf(format, args...)))
	}
	when := "published"
	switch {
	case dry:
		when = "as it would be published"
	case p.Again && p.Changed:
		when = "published again, corrected"
	case p.Again:
		when = "published already, nothing new in it"
	}
	fmt.Fprintf(a.stdout, "issue %d of %s, %s\n", p.Number, p.Week, when)
	line(true, "recorded: %s, %s, %s; %s of the queue", plural(p.Stories, "story", "stories"), plural(p.Links, "link", "links"), plural(p.Quotes, "quote", "quotes"), plural(len(p.Taken), "candidate", "candidates"))
	if len(p.Freed) > 0 {
		line(true, "for another issue: %s that the file left out (%s)", plural(len(p.Freed), "candidate", "candidates"), numbers(p.Freed))
	}
	for _, f := range p.Files {
		state := ""
		if !f.Written && !dry {
			state = ", unchanged"
		}
		line(true, "%s: %s%s", f.What, f.Path, state)
	}
	fmt.Fprintf(a.stdout, "[ ] %s: put the page and the feeds on the web, post the thread\n", p.Day.Format("Monday, January 2"))
	sender := ""
	if p.From == "" {
		sender = " (it has no sender: set mail.from under newsletter in feeds.yaml)"
	}
	fmt.Fprintf(a.stdout, "[ ] %s: send the mail%s\n", p.Mail.Format("Monday, January 2"), sender)
	if dry {
		fmt.Fprintf(a.stdout, "\n%s\n", printableLines(strings.Join(p.Thread, "\n\n---\n\n")))
	}
}

func numbers(ids []int64) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = fmt.Sprint(id)
	}
	return strings.Join(out, " ")
}

func printableLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = printable(l)
	}
	return strings.Join(lines, "\n")
}

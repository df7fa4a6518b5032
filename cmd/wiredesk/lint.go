package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"wiredesk/curate"
	"wiredesk/curate/issue"
	"wiredesk/store/plain"
)

// lintJSON is what `lint --json` promises, one object a line.
type lintJSON struct {
	File     string `json:"file"`
	Line     int    `json:"line"`
	Column   int    `json:"column"`
	Rule     string `json:"rule"`
	Severity string `json:"severity"`
	Message  string `json:"message"`
	Fix      string `json:"fix,omitempty"`
}

// maxIssue is how long the file of an issue may be: a thousand times the longest one published.
const maxIssue = 10 << 20

func (a *app) lintCommand() *cobra.Command {
	var o lintOptions
	cmd := &cobra.Command{
		Use:   "lint [FILE]",
		Short: "Check the file of an issue before readers see it",
		Long: `Checks the file of an issue, by default of the coming one, and prints what it finds
as FILE:LINE:COLUMN: SEVERITY RULE: MESSAGE. The rules:

  ` + strings.Join(issue.Rules(), "\n  ") + `

Exit status: 3 when there is an error or a warning; notes alone are no reason.`,
		Args: args(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, names []string) error {
			if len(names) == 1 {
				o.path = names[0]
			}
			return a.lint(cmd.Context(), o)
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&o.links, "links", false, "ask the network whether each link can be read, and whether https answers")
	flags.StringVar(&o.since, "since", "", "tell only what is new since this git revision of the file")
	flags.BoolVar(&o.fix, "fix", false, "make the fixes of what has one right answer")
	return cmd
}

type lintOptions struct {
	path, since string
	links, fix  bool
}

func (a *app) lint(ctx context.Context, o lintOptions) error {
	d, err := a.desk(ctx)
	if err != nil {
		return err
	}
	if o.path == "" {
		if o.path, err = d.ComingFile(ctx, a.cfg.dir); err != nil {
			return err
		}
	}
	file, err := readIssue(o.path)
	if err != nil {
		return err
	}
	var ask curate.AskLinks
	if o.links {
		h, err := a.harvester(a.cfg, a.store)
		if err != nil {
			return err
		}
		defer h.Close()
		ask = func(ctx context.Context, urls []string) (map[string]issue.Answer, error) {
			progress, finish := a.progress()
			defer finish()
			answers, err := h.AskLinks(ctx, urls, progress)
			out := map[string]issue.Answer{}
			for i, n := range answers {
				out[urls[i]] = issue.Answer(n)
			}
			return out, err
		}
	}
	if o.fix {
		n, err := d.Fix(ctx, o.path, ask)
		if err != nil {
			return err
		}
		if n == 0 {
			a.say("nothing to mend by itself in %s", o.path)
		} else {
			a.say("%s made in %s; what it held is in %s.bak", plural(n, "fix", "fixes"), o.path, filepath.Base(o.path))
		}
		if file, err = readIssue(o.path); err != nil {
			return err
		}
	}
	found, err := d.Lint(ctx, o.path, file, ask)
	if err != nil {
		return err
	}
	if o.since != "" {
		old, err := atRevision(ctx, o.path, o.since)
		if err != nil {
			return err
		}
		before, err := d.Lint(ctx, o.path, old, nil)
		if err != nil {
			return err
		}
		found = issue.Newer(issue.Parse(file), found, issue.Parse(old), before)
	}
	return a.printFindings(o.path, found)
}

// readIssue reads the file of an issue.
func readIssue(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, usage("there is no file %s; wiredesk curate drafts the coming issue", printable(path))
	case err != nil:
		return nil, usage("%v", err)
	case info.IsDir():
		return nil, usage("%s is a folder; name the file of an issue", printable(path))
	case info.Size() > maxIssue:
		return nil, usage("%s is longer than the limit of %d MiB for an issue", printable(path), maxIssue>>20)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, usage("%v", err)
	}
	return b, nil
}

// atRevision is what git has of a file at a revision; nothing where the file was not there yet.
func atRevision(ctx context.Context, path, rev string) ([]byte, error) {
	if strings.HasPrefix(rev, "-") || strings.Contains(rev, ":") {
		return nil, usage("%q is no git revision", rev)
	}
	git := func(arg ...string) ([]byte, error) {
		cmd := exec.CommandContext(ctx, "git", append([]string{"-C", filepath.Dir(path)}, arg...)...)
		return cmd.Output()
	}
	if _, err := git("rev-parse", "--verify", "--quiet", rev+"^{commit}"); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			return nil, usage("--since wants git, which is not installed")
		}
		return nil, usage("git knows no revision %q of %s", rev, printable(path))
	}
	name := "./" + filepath.ToSlash(filepath.Base(path))
	if _, err := git("cat-file", "-e", rev+":"+name); err != nil {
		return nil, nil
	}
	return git("show", rev+":"+name)
}

func (a *app) printFindings(path string, found []issue.Finding) error {
	bad, fixes := 0, 0
	for _, f := range found {
		if f.Severity != issue.Note {
			bad++
		}
		if f.Fix != "" {
			fixes++
		}
		if a.json {
			err := a.printJSON(lintJSON{path, f.Line, f.Column, f.Rule, string(f.Severity), f.Message, f.Fix})
			if err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(a.stdout, "%s:%d:%d: %s %s: %s\n", printable(path), f.Line, f.Column, f.Severity, f.Rule, plain.Line(f.Message))
	}
	switch {
	case len(found) == 0:
		a.say("%s: nothing to find fault with", printable(path))
	case fixes > 0:
		a.say("%s; wiredesk lint --fix mends %d of them", plural(len(found), "finding", "findings"), fixes)
	default:
		a.say("%s", plural(len(found), "finding", "findings"))
	}
	if bad > 0 {
		return errPart
	}
	return nil
}

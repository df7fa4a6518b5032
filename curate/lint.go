package curate

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"wiredesk/curate/issue"
	"wiredesk/store"
	"wiredesk/store/link"
)

// Lint checks the file of an issue by the rules of issue.Lint, with what the store knows: where its
// links were told before, the pages behind them, who said what. The week is that of the file's
// name. ask tells what the network says of URLs; nil: it is not asked. Nothing is changed.
func (d *Desk) Lint(ctx context.Context, path string, file []byte, ask AskLinks) ([]issue.Finding, error) {
	doc := issue.Parse(file)
	f := issue.Facts{Words: d.Newsletter.Words}
	var err error
	if f.Week, err = d.weekOf(ctx, path); err != nil {
		return nil, err
	}
	if d.Newsletter.Layout == "labelled" {
		f.Layout = "labelled"
	}
	if err := d.numbers(ctx, &f); err != nil {
		return nil, err
	}
	urls := urlsOf(doc)
	covered, err := d.Store.Coverage(ctx, urls, f.Week)
	if err != nil {
		return nil, err
	}
	f.Covered = map[string][]store.Covered{}
	for i, u := range urls {
		f.Covered[u] = covered[i]
	}
	if err := d.pages(ctx, urls, &f); err != nil {
		return nil, err
	}
	if f.Names, err = d.names(ctx, f.Week); err != nil {
		return nil, err
	}
	if ask != nil {
		if f.Answers, err = ask(ctx, urls); err != nil {
			return nil, err
		}
	}
	return issue.Lint(doc, f), nil
}

// weekOf is the week of an issue's file: by its name, else by where the store says that the issue of
// a week stands. Empty: not known.
func (d *Desk) weekOf(ctx context.Context, path string) (string, error) {
	if week := issue.WeekOfFile(filepath.Base(path)); week != "" || path == "" {
		return week, nil
	}
	all, err := d.Store.Issues(ctx)
	for _, i := range all {
		if i.Path != "" && filepath.Base(i.Path) == filepath.Base(path) {
			return i.Week, err
		}
	}
	return "", err
}

// numbers fills in what history says of the issue: its number, or that of the one before it, and its
// day.
func (d *Desk) numbers(ctx context.Context, f *issue.Facts) error {
	if f.Week == "" {
		return nil
	}
	if at, err := d.Newsletter.Publication.Of(f.Week); err == nil {
		f.Published = at
	}
	all, err := d.Store.Issues(ctx)
	for _, i := range all {
		switch {
		case i.Week == f.Week:
			f.Number = i.Number
		case i.Week < f.Week:
			f.After = i.Number
		}
	}
	return err
}

// urlsOf are the URLs of all links of a document, as written, each once.
func urlsOf(doc *issue.Document) []string {
	var out []string
	seen := map[string]bool{}
	for _, p := range doc.Parts {
		for _, l := range p.Links {
			if !seen[l.URL] {
				seen[l.URL] = true
				out = append(out, l.URL)
			}
		}
	}
	return out
}

// pages fills in the text of the pages behind links, as they were fetched, and who says the quotes
// that were picked there.
func (d *Desk) pages(ctx context.Context, urls []string, f *issue.Facts) error {
	f.Pages = map[string]string{}
	byID := map[int64]bool{}
	var ids []int64
	for _, u := range urls {
		clean, err := link.Clean(u, "")
		if err != nil {
			continue
		}
		c, err := d.Store.CandidateByURL(ctx, link.Canonical(clean))
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		if !byID[c.ID] {
			byID[c.ID] = true
			ids = append(ids, c.ID)
		}
		_, text, err := d.Store.SnapshotText(ctx, c.ID)
		switch {
		case err == nil && strings.TrimSpace(text) != "":
			f.Pages[u] = text
		case err != nil && !errors.Is(err, store.ErrNotFound):
			return err
		}
	}
	quotes, err := d.Store.Quotes(ctx, ids)
	for _, all := range quotes {
		for _, q := range all {
			if q.Speaker != "" {
				f.Spoken = append(f.Spoken, issue.Quote{Text: q.Text, Speaker: q.Speaker})
			}
		}
	}
	return err
}

// names counts the names in the issues before a week, and in the titles of what is accepted.
func (d *Desk) names(ctx context.Context, week string) (map[string]int, error) {
	out := map[string]int{}
	add := func(text string) {
		for w, n := range issue.Names(text) {
			out[w] += n
		}
	}
	err := d.Store.BackIssues(ctx, func(b store.BackIssue) error {
		if week != "" && b.Week >= week {
			return nil
		}
		for _, p := range b.Parts {
			add(p.Heading)
			add(p.Body)
			add(strings.Join(p.List, "\n"))
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, state := range []store.State{store.Accepted, store.Held} {
		all, err := d.Store.Candidates(ctx, store.Filter{State: state, Limit: maxNamed})
		if err != nil {
			return nil, err
		}
		for _, c := range all {
			add(c.Title)
			add(c.Excerpt)
		}
	}
	return out, nil
}

// maxNamed is how many candidates are read for the spelling of names: those of a few issues.
const maxNamed = 500

// AskLinks asks the network about URLs; the answers are by URL.
type AskLinks func(ctx context.Context, urls []string) (map[string]issue.Answer, error)

// Fix makes the fixes of all findings in a file that have one right answer, and returns how many. The
// file is written as a draft is: whole or not at all, and never over what the editor saves meanwhile.
func (d *Desk) Fix(ctx context.Context, path string, ask AskLinks) (int, error) {
	made := 0
	fix := func(mine []byte) (string, error) {
		made = 0
		for range fixRounds {
			found, err := d.Lint(ctx, path, mine, ask)
			if err != nil {
				return "", err
			}
			doc, n, err := issue.Fix(issue.Parse(mine), found)
			if err != nil {
				return "", err
			}
			made, mine = made+n, doc.Bytes()
			if n == 0 {
				break
			}
		}
		return string(mine), nil
	}
	file, err := os.ReadFile(path)
	if err != nil {
		return 0, mistake("%v", err)
	}
	fixed, err := fix(file)
	if err != nil || fixed == string(file) {
		return 0, err
	}
	w, err := writeDraft(path, fix, fixed, func(string) string { return fixed })
	switch {
	case err != nil:
		return 0, err
	case w.gone:
		return 0, mistake("%s was removed meanwhile", path)
	case w.beside:
		return 0, mistake("%s changed all the time while it was mended, so it was left alone; the mended one is %s", path, w.path)
	}
	return made, nil
}

// fixRounds is how often fixes are made in turn: two that want to change one place take two rounds.
const fixRounds = 3

// ComingFile is the path of the file of the coming issue, whether it is there or not; dir is the
// folder of feeds.yaml.
func (d *Desk) ComingFile(ctx context.Context, dir string) (string, error) {
	o := DraftOptions{Week: d.Newsletter.Publication.Next(d.now()), Dir: dir}
	is, err := d.numbered(ctx, o)
	var published *Mistake
	if err != nil && !errors.As(err, &published) {
		return "", err
	}
	return d.path(o, is), nil
}

package curate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"wiredesk/curate/issue"
	"wiredesk/store"
)

// DraftOptions choose what is drafted and where it goes.
type DraftOptions struct {
	Week   string // empty: the next publication day's
	Fill   int    // accept the best queued stories until there are this many
	Layout string // empty: the newsletter's
	Number int    // 0: from history
	Out    string // empty: newsletter.output below Dir; "-": only return the text
	Dir    string // folder of feeds.yaml

	Press *issue.Press // for who asks often how far an issue is; nil: all is laid out
}

// Draft is what drafting came to.
type Draft struct {
	Week      string   `json:"week"`
	Number    int      `json:"number"`
	Path      string   `json:"path,omitempty"`
	Written   bool     `json:"written"`
	Stories   int      `json:"stories"`
	Links     int      `json:"links"`
	Words     int      `json:"words"`
	Stubs     int      `json:"stubs"`
	BareLinks int      `json:"bare_links"`
	Added     []string `json:"added"`
	Kept      []string `json:"kept"`
	Flagged   []string `json:"flagged"`

	Text   string `json:"-"`
	Beside bool   `json:"-"` // the draft could not be merged into the file, and stands beside it
	Filled int    `json:"-"` // stories accepted by Fill
}

// Draft lays out the issue of a week and merges it into its file, as issue.Merge says. What the
// editor wrote stays; where the file cannot be merged into, the draft stands beside it, and is
// flagged. An issue that was published is only laid out again, for Out.
func (d *Desk) Draft(ctx context.Context, o DraftOptions) (Draft, error) {
	o.Week = cmp.Or(o.Week, d.Coming())
	p, err := d.proof(ctx, o)
	if err != nil {
		return Draft{}, err
	}
	if !p.is.Published.IsZero() {
		return d.again(ctx, o, p.is, p.plan.Date)
	}
	out := p.draft
	if err := d.waiting(ctx, o.Week, &out); err != nil {
		return Draft{}, err
	}
	if o.Out != "-" {
		if err := d.write(ctx, o, p.is, &out, p.plan, p.path, p.base); err != nil {
			return Draft{}, err
		}
	}
	out.count(o.Press)
	return out, nil
}

// proof is an issue laid out, and what it is merged with.
type proof struct {
	draft Draft // with its text, and without the figures of that
	is    store.Issue
	plan  issue.Plan
	path  string      // of its file
	base  store.Draft // last written there
}

// proof lays out the issue of a week; of one that was published, it only tells the day.
func (d *Desk) proof(ctx context.Context, o DraftOptions) (p proof, err error) {
	n := d.Newsletter
	at, err := n.Publication.Of(o.Week)
	if err != nil {
		return p, err
	}
	if p.is, err = d.numbered(ctx, o); err != nil {
		return p, err
	}
	if !p.is.Published.IsZero() {
		p.plan.Date = at
		return p, nil
	}
	layout, err := d.layout(o, n.Layout)
	if err != nil {
		return p, err
	}
	p.draft = Draft{Week: o.Week, Number: p.is.Number, Added: []string{}, Kept: []string{}, Flagged: []string{}}
	if p.draft.Filled, err = d.fill(ctx, o); err != nil {
		return p, err
	}
	stories, err := d.ofIssue(ctx, o.Week)
	if err != nil {
		return p, err
	}
	p.path = d.path(o, p.is)
	if p.base, err = d.lastDraft(ctx, o, p.path); err != nil {
		return p, err
	}
	if p.plan, err = d.plan(ctx, stories, o.Week, draftedAs(p.base.Text)); err != nil {
		return p, err
	}
	p.plan.Week, p.plan.Number, p.plan.Date = o.Week, p.is.Number, at
	p.plan.Events = upcoming(n.Dates, at)
	p.draft.Text, err = o.Press.Render(p.plan, layout)
	return p, err
}

// count fills in how far the issue is.
func (out *Draft) count(press *issue.Press) {
	p := press.Progress(out.Text)
	out.Stories, out.Links, out.Words, out.Stubs, out.BareLinks = p.Stories, p.Links, p.Words, p.Stubs, p.BareLinks
}

// layout is the one that was asked for, else another.
func (d *Desk) layout(o DraftOptions, other string) (issue.Layout, error) {
	if o.Layout != "" {
		other = o.Layout
	}
	l, err := issue.ReadLayout(other, o.Dir)
	if err != nil {
		return l, mistake("%v", err)
	}
	return l, nil
}

// path is the file of the issue.
func (d *Desk) path(o DraftOptions, is store.Issue) string {
	if o.Out != "" && o.Out != "-" {
		return o.Out
	}
	path := strings.NewReplacer("{week}", o.Week, "{year}", o.Week[:4], "{number}", fmt.Sprint(is.Number)).Replace(d.Newsletter.Output)
	if !filepath.IsAbs(path) {
		path = filepath.Join(o.Dir, path)
	}
	return path
}

// write merges the text into its file, and remembers both.
func (d *Desk) write(ctx context.Context, o DraftOptions, is store.Issue, out *Draft, plan issue.Plan, path string, base store.Draft) error {
	is.Path = o.key(path)
	if err := d.Store.SetIssue(ctx, is); err != nil {
		return err
	}
	fresh := out.Text
	var merged issue.Merged
	w, err := writeDraft(path, func(mine []byte) (string, error) {
		was := base.Settle(string(mine))
		if mine == nil { // none yet, or he removed it for a new one
			was = store.Draft{}
		}
		merged = issue.Merge(issue.Versions{Base: was.Text, Last: was.File, Mine: string(mine), Theirs: fresh})
		if merged.Beside {
			return "", errBeside
		}
		if merged.Text == string(mine) {
			return merged.Text, nil
		}
		return merged.Text, d.Store.BeginDraft(ctx, store.Draft{Week: o.Week, Path: base.Path, Text: fresh, File: merged.Text})
	}, fresh, func(path string) string {
		last, err := d.lastDraft(ctx, o, path)
		if err != nil {
			return ""
		}
		return last.Text
	})
	if err != nil {
		return err
	}
	reached("written")
	// The issue holds them now: they are not for the next one too.
	ids := make([]int64, len(plan.Stories))
	for i, s := range plan.Stories {
		ids[i] = s.ID
	}
	if err := d.Store.AssignWeek(ctx, o.Week, ids); err != nil {
		return err
	}
	out.Path, out.Written, out.Beside, out.Text = w.path, w.wrote, w.beside, w.text
	switch {
	case w.gone:
		out.Flagged = append(out.Flagged, fmt.Sprintf("%s was removed meanwhile and stays so; draft again for a new one", path))
		return nil
	case w.beside:
		out.Added = []string{}
		out.Flagged = append(out.Flagged, fmt.Sprintf("%s could not be merged into, so it was left alone; the new draft is in %s", path, w.path))
	default:
		out.Added, out.Kept = append(out.Added, merged.Added...), append(out.Kept, merged.Kept...)
		out.Flagged = append(out.Flagged, merged.Flagged...)
	}
	return d.Store.SetDraft(ctx, store.Draft{Week: o.Week, Path: o.key(w.path), Text: fresh, File: w.text})
}

// lastDraft is what was last written into a file for the issue; empty where nothing was.
func (d *Desk) lastDraft(ctx context.Context, o DraftOptions, path string) (store.Draft, error) {
	last, err := d.Store.Draft(ctx, o.Week, o.key(path))
	if errors.Is(err, store.ErrNotFound) {
		err = nil
	}
	return last, err
}

// key names a file in the store: by its path from the folder of feeds.yaml where it lies below that,
// so that the folder can be moved.
func (o DraftOptions) key(path string) string { return keyOf(o.Dir, path) }

func keyOf(dir, path string) string {
	dir, err := filepath.Abs(dir)
	file, err2 := filepath.Abs(path)
	if err != nil || err2 != nil {
		return path
	}
	if below, err := filepath.Rel(dir, file); err == nil && filepath.IsLocal(below) {
		return filepath.ToSlash(below)
	}
	return file
}

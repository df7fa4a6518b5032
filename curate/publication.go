package curate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"wiredesk/curate/issue"
	"wiredesk/curate/publish"
	"wiredesk/store"
	"wiredesk/store/link"
)

// PublishOptions choose what is published, and how.
type PublishOptions struct {
	Path   string // of the issue's file
	Dir    string // folder of feeds.yaml: the store names files from it
	Dry    bool   // say what would be done, and do nothing
	Anyway bool   // though lint finds errors, or the issue is empty
}

// Publication is what publishing came to.
type Publication struct {
	Week      string    `json:"week"`
	Number    int       `json:"number"`
	Path      string    `json:"path"`
	Published time.Time `json:"published"`
	Day       time.Time `json:"day"`     // of the issue: it goes onto the web
	Mail      time.Time `json:"mail"`    // the day on which the mail goes out
	From      string    `json:"from"`    // its sender; empty: feeds.yaml names none
	Again     bool      `json:"again"`   // it was published before; the record follows the file
	Changed   bool      `json:"changed"` // the record is not what it was
	Stories   int       `json:"stories"`
	Links     int       `json:"links"`
	Quotes    int       `json:"quotes"`
	Taken     []int64   `json:"candidates"` // that stand in the file: they are published now
	Freed     []int64   `json:"freed"`      // that were accepted or held for the issue and do not: they are for another
	Files     []Output  `json:"files"`
	Thread    []string  `json:"thread"`

	Findings []issue.Finding `json:"-"`
	Refused  bool            `json:"refused"` // lint finds errors: nothing was done
}

// Output is a file that publishing writes.
type Output struct {
	Path    string `json:"path"`
	What    string `json:"what"`    // page, mail, thread, feed of issues, feed of links
	Written bool   `json:"written"` // false: it held the same bytes already

	text []byte
}

// Publish records what the file of an issue holds as published, and writes the forms in which it goes
// out beside it: a page, a mail, a thread of posts and the feeds. It reads the file, not the plan:
// candidates whose links stand in it are published, those that were meant for it and do not are freed
// for another issue, and the week is closed. Published again, the record follows the file. An issue
// in which lint finds errors, or one that holds nothing, is refused, unless it is to go out anyway.
func (d *Desk) Publish(ctx context.Context, o PublishOptions) (Publication, error) {
	p := Publication{Path: o.Path, Taken: []int64{}, Freed: []int64{}, Files: []Output{}}
	file, err := os.ReadFile(o.Path)
	if err != nil {
		return p, mistake("%v", err)
	}
	if p.Week, err = d.weekOf(ctx, o.Path); err != nil {
		return p, err
	}
	if p.Week == "" {
		return p, mistake("the name of %s does not say of which week the issue is; name it like 2026-W47.md", o.Path)
	}
	if p.Findings, err = d.Lint(ctx, o.Path, file, nil); err != nil {
		return p, err
	}
	for _, f := range p.Findings {
		p.Refused = p.Refused || f.Severity == issue.Error && !o.Anyway
	}
	if p.Refused {
		return p, nil
	}
	back, err := d.record(ctx, &p, o, file)
	if err != nil {
		return p, err
	}
	if p.Stories+p.Links == 0 && !o.Anyway {
		return p, mistake("%s holds no story and no link: publishing it would close its week; add --anyway if that is meant", o.Path)
	}
	if err := d.outputs(ctx, &p, back, file); err != nil {
		return p, err
	}
	if err := d.close(ctx, &p, back, o.Dry); err != nil || o.Dry {
		return p, err
	}
	dir, err := os.OpenRoot(filepath.Dir(o.Path))
	if err != nil {
		return p, fmt.Errorf("publish: %w", err)
	}
	defer dir.Close()
	for i := range p.Files {
		f := &p.Files[i]
		if f.Written, err = putFile(dir, filepath.Base(f.Path), string(f.text)); err != nil {
			return p, fmt.Errorf("publish %s: %w", f.Path, err)
		}
	}
	return p, nil
}

// record is what the archive is to hold of the issue.
func (d *Desk) record(ctx context.Context, p *Publication, o PublishOptions, file []byte) (store.BackIssue, error) {
	back := issue.Parse(file).Back(p.Week)
	is, err := d.numbered(ctx, DraftOptions{Week: p.Week})
	var published *Mistake
	if err != nil && !errors.As(err, &published) {
		return back, err
	}
	at, err := d.Newsletter.Publication.Of(p.Week)
	if err != nil {
		return back, mistake("%v", err)
	}
	back.Number, back.Path, back.Published = is.Number, keyOf(o.Dir, o.Path), is.Published
	if p.Again = !is.Published.IsZero(); !p.Again {
		back.Published = d.now().UTC().Truncate(time.Second)
	}
	p.Number, p.Published, p.Day, p.Mail = back.Number, back.Published, at, at.AddDate(0, 0, 1)
	for p.Mail.Weekday() != mailDay {
		p.Mail = p.Mail.AddDate(0, 0, 1)
	}
	for _, part := range back.Parts {
		if part.Kind == store.StoryPart {
			p.Stories++
		}
		p.Links += len(part.Links)
		p.Quotes += len(part.Quotes)
	}
	return back, nil
}

// mailDay is when the mail of an issue goes out: the first such day after the issue appeared.
const mailDay = time.Monday

// outputs makes the files beside the issue.
func (d *Desk) outputs(ctx context.Context, p *Publication, back store.BackIssue, file []byte) error {
	n := publish.Newsletter{Title: d.Newsletter.Title, URL: d.Newsletter.URL, Editor: d.Newsletter.Editor.Name, From: d.Newsletter.Mail.From, To: d.Newsletter.Mail.To}
	if n.From == "" && d.Newsletter.Editor.Email != "" {
		n.From = fmt.Sprintf("%q <%s>", d.Newsletter.Editor.Name, d.Newsletter.Editor.Email)
	}
	p.From = n.From
	this := publish.Issue{Newsletter: n, Week: p.Week, Number: p.Number, Date: p.Day, Out: back.Published, File: file}
	var all []store.BackIssue
	var issues []publish.Issue
	add := func(b store.BackIssue) error {
		if b.Week == this.Week {
			all, issues = append(all, back), append(issues, this)
			return nil
		}
		layout, err := issue.ReadLayout(b.Layout, "")
		if err != nil {
			return err
		}
		day, err := d.Newsletter.Publication.Of(b.Week)
		if err != nil {
			return err
		}
		text, err := issue.RenderBack(b, issue.Plan{Title: n.Title, Week: b.Week, Number: b.Number, Date: day}, layout)
		all, issues = append(all, b), append(issues, publish.Issue{Newsletter: n, Week: b.Week, Number: b.Number, Date: day, Out: b.Published, File: []byte(text)})
		return err
	}
	known := false
	err := d.Store.BackIssues(ctx, func(b store.BackIssue) error {
		if b.Week > this.Week && !known {
			if err := add(back); err != nil {
				return err
			}
		}
		known = known || b.Week >= this.Week
		return add(b)
	})
	if err == nil && !known {
		err = add(back)
	}
	if err != nil {
		return err
	}
	page, err := this.Page()
	if err != nil {
		return err
	}
	mail, err := this.Mail()
	if err != nil {
		return mistake("%v", err)
	}
	feed, err := publish.IssuesFeed(issues)
	if err != nil {
		return err
	}
	links, err := n.LinksFeed(all)
	if err != nil {
		return err
	}
	p.Thread = this.Thread()
	dir := filepath.Dir(p.Path)
	for _, f := range []Output{
		{Path: p.Week + ".html", What: "page", text: page},
		{Path: p.Week + ".eml", What: "mail", text: mail},
		{Path: p.Week + ".thread.txt", What: "thread", text: []byte(strings.Join(p.Thread, "\n\n---\n\n") + "\n")},
		{Path: "issues.atom", What: "feed of issues", text: feed},
		{Path: "links.atom", What: "feed of links", text: links},
	} {
		f.Path = filepath.Join(dir, f.Path)
		p.Files = append(p.Files, f)
	}
	return nil
}

// close records the issue and what became of the candidates, in one act that undo takes back.
func (d *Desk) close(ctx context.Context, p *Publication, back store.BackIssue, dry bool) error {
	in, before := map[string]bool{}, map[string]bool{}
	for _, part := range back.Parts {
		for _, l := range part.Links {
			in[link.Identity(l.URL)] = true
		}
	}
	old, err := d.Store.BackIssue(ctx, p.Week)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	for _, part := range old.Parts {
		for _, l := range part.Links {
			before[link.Identity(l.URL)] = true
		}
	}
	var took, freed []store.Candidate
	for id := range in {
		c, err := d.Store.CandidateByURL(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return err
		}
		took = append(took, c)
	}
	meant, err := d.Stories(ctx, store.Accepted, store.Held)
	if err != nil {
		return err
	}
	for _, s := range meant {
		for _, c := range s.Candidates {
			ours := s.Week == p.Week && c.State == store.Accepted || c.State == store.Held && c.Until == p.Week
			if ours && !in[c.Canonical] && (c.PageCanonical == "" || !in[c.PageCanonical]) {
				freed = append(freed, c)
			}
		}
	}
	for id := range before { // a correction took it out again
		if in[id] {
			continue
		}
		c, err := d.Store.CandidateByURL(ctx, id)
		if err == nil && c.State == store.Published && c.Week == p.Week {
			freed = append(freed, c)
		} else if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	byID(took)
	byID(freed)
	for _, c := range took {
		p.Taken = append(p.Taken, c.ID)
	}
	for _, c := range freed {
		p.Freed = append(p.Freed, c.ID)
	}
	if dry {
		return nil
	}
	if p.Changed, err = d.Store.SetBackIssue(ctx, back); err != nil {
		return err
	}
	_, err = d.Store.Act(ctx, d.Who, "publish", func(a *store.Act) error {
		if err := d.take(a, took, p.Week); err != nil {
			return err
		}
		return d.free(a, freed)
	})
	return err
}

// take marks candidates as published, and their stories as those of the week.
func (d *Desk) take(a *store.Act, all []store.Candidate, week string) error {
	for _, was := range all {
		c, err := a.Candidate(was.ID)
		if err != nil {
			return err
		}
		c.State, c.Until = store.Published, ""
		err = setWithStory(a, c, func(st *store.Story) {
			if st.Week == "" {
				st.Week = week
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// free makes candidates ready for another issue: in the story that they have, or in one of their own
// where that one was published without them.
func (d *Desk) free(a *store.Act, all []store.Candidate) error {
	own := map[int64]int64{} // by the story that they leave
	for _, was := range all {
		c, err := a.Candidate(was.ID)
		if err != nil {
			return err
		}
		if c.State == store.Published {
			c.State = store.Accepted
		}
		c.Until = ""
		left := c.StoryID
		if left != 0 && own[left] == 0 {
			mates, err := a.StoryCandidates(left)
			if err != nil {
				return err
			}
			own[left] = left
			for _, m := range mates {
				if m.State == store.Published && m.ID != c.ID {
					if own[left], err = a.NewStory(); err != nil {
						return err
					}
					break
				}
			}
		}
		c.StoryID = own[left]
		if err := setWithStory(a, c, func(st *store.Story) { st.Week, st.Position = "", nil }); err != nil {
			return err
		}
	}
	return nil
}

// setWithStory stores a candidate, and what change makes of the story that it is in.
func setWithStory(a *store.Act, c store.Candidate, change func(*store.Story)) error {
	if err := a.SetCandidate(c); err != nil || c.StoryID == 0 {
		return err
	}
	st, err := a.Story(c.StoryID)
	if err != nil {
		return err
	}
	change(&st)
	return a.SetStory(st)
}

func byID(all []store.Candidate) {
	slices.SortFunc(all, func(a, b store.Candidate) int { return cmp.Compare(a.ID, b.ID) })
}

// Package curate is the editor's side of wiredesk: the verbs by which he decides, and the draft
// that comes of it. Every front end calls the same Desk:
//
//	d := &curate.Desk{Store: st, Newsletter: n, Who: "Ed"}
//	err := d.Decide(ctx, store.Accepted, []curate.Ref{{Story: 7}}, curate.Marks{Week: "2026-W47"})
//	draft, err := d.Draft(ctx, curate.DraftOptions{})
//
// Each verb is one act: it happens whole or not at all, is on disk when the call returns, and
// one Undo takes it back. The packages below only decide: rank scores, story groups, issue plans
// and renders. curate never opens a connection.
package curate

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"wiredesk/curate/issue"
	"wiredesk/store"
	"wiredesk/store/plain"
)

// Newsletter is the newsletter section of feeds.yaml.
type Newsletter struct {
	Title        string   `mapstructure:"title"`
	URL          string   `mapstructure:"url"`
	Editor       Editor   `mapstructure:"editor"`
	Timezone     string   `mapstructure:"timezone"`
	Publish      string   `mapstructure:"publish"`
	Layout       string   `mapstructure:"layout"`
	Output       string   `mapstructure:"output"`
	Contents     string   `mapstructure:"contents"`
	Wrap         int      `mapstructure:"wrap"`
	Intro        string   `mapstructure:"intro"`
	Sections     []string `mapstructure:"sections"`
	Colophon     string   `mapstructure:"colophon"`
	Subscription string   `mapstructure:"subscription"`
	Events       string   `mapstructure:"events"`
	Words        []string `mapstructure:"words"`
	Mail         Mail     `mapstructure:"mail"`

	Publication issue.Publication `mapstructure:"-"` // Publish in Timezone
	Dates       []issue.Event     `mapstructure:"-"` // read from the file Events
}

// Editor is who writes the newsletter.
type Editor struct {
	Name  string `mapstructure:"name"`
	Org   string `mapstructure:"org"`
	Email string `mapstructure:"email"`
}

// Mail is the header of the mail that an issue is sent as.
type Mail struct {
	From string `mapstructure:"from"`
	To   string `mapstructure:"to"`
}

// Desk is where the editor works.
type Desk struct {
	Store      *store.Store
	Newsletter Newsletter
	Who        string           // named in every decision
	Now        func() time.Time // nil: time.Now

	// Judge finds the topic's terms in a title, a link and a text: back issues are learned from with
	// them. nil: they count without.
	Judge func(title, link, text string) []store.Match
}

// Mistake is an error that the editor can mend: what he asked for makes no sense as things are.
type Mistake struct{ text string }

func (e *Mistake) Error() string { return e.text }

func mistake(format string, args ...any) error { return &Mistake{fmt.Sprintf(format, args...)} }

func (d *Desk) now() time.Time {
	if d.Now != nil {
		return d.Now()
	}
	return time.Now()
}

// Ref names a candidate or a story.
type Ref struct{ Candidate, Story int64 }

// ParseRef reads an ID as the commands print it: "12" or "s7".
func ParseRef(s string) (Ref, error) {
	digits, isStory := strings.CutPrefix(strings.ToLower(s), "s")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n <= 0 {
		return Ref{}, mistake("%q is no ID; a candidate's is a number like 12, a story's is like s7", s)
	}
	if isStory {
		return Ref{Story: n}, nil
	}
	return Ref{Candidate: n}, nil
}

func (r Ref) String() string {
	if r.Story != 0 {
		return fmt.Sprintf("s%d", r.Story)
	}
	return strconv.FormatInt(r.Candidate, 10)
}

// Marks are what the editor may say along with a verdict; empty fields change nothing.
type Marks struct {
	Story   int64  // put the candidates into this story
	Section string // of their story
	Week    string // of their story
	Note    string // of the story where a story is named, else of the candidate
	Credit  store.Credit
}

// Decide gives a verdict (Accepted, Rejected, Held, or Queued to take one back) on candidates and
// stories, in one act. A verdict on a story is one on its candidates; those that were rejected
// before stay rejected when it is accepted or held.
func (d *Desk) Decide(ctx context.Context, verdict store.State, refs []Ref, m Marks) error {
	return d.DecideShown(ctx, verdict, refs, m, nil)
}

// DecideShown is Decide for a screen: shown are the candidates that it showed of what is decided on.
// Where one of them is in another state or story by now, nothing is decided, and a *store.Conflict
// tells who decided what and when. Candidates that joined a story since are no conflict. To hold for a
// week whose issue is published is a Mistake.
func (d *Desk) DecideShown(ctx context.Context, verdict store.State, refs []Ref, m Marks, shown []store.Candidate) error {
	verb := map[store.State]string{store.Accepted: "accept", store.Rejected: "reject", store.Held: "hold", store.Queued: "requeue"}[verdict]
	if verb == "" {
		return mistake("no verdict %q", verdict)
	}
	if m.Week != "" {
		if _, err := issue.ParseWeek(m.Week, time.UTC); err != nil {
			return mistake("%v", err)
		}
	}
	if verdict == store.Held {
		if err := d.mayWaitFor(ctx, m.Week); err != nil {
			return err
		}
	}
	return d.mark(ctx, verb, verdict, refs, m, shown)
}

// Mark says something along with candidates and stories without a verdict on them.
func (d *Desk) Mark(ctx context.Context, refs []Ref, m Marks) error {
	return d.mark(ctx, "mark", "", refs, m, nil)
}

// Closed reports that the publication day of a week has passed.
func (d *Desk) Closed(week string) bool {
	at, err := d.Newsletter.Publication.Of(week)
	return err == nil && at.Before(d.now())
}

// mayWaitFor refuses a week whose issue is published: what waits for it would be in no issue.
func (d *Desk) mayWaitFor(ctx context.Context, week string) error {
	issues, err := d.Store.Issues(ctx)
	if err != nil {
		return err
	}
	for _, i := range issues {
		if i.Week == week && !i.Published.IsZero() {
			return mistake("the issue of %s is out already; write a later week, like %s", week, d.Coming())
		}
	}
	return nil
}

func (d *Desk) mark(ctx context.Context, verb string, verdict store.State, refs []Ref, m Marks, shown []store.Candidate) error {
	m.Note = markdown(m.Note)
	_, err := d.Store.Act(ctx, d.Who, verb, func(a *store.Act) error {
		if err := still(a, shown); err != nil {
			return err
		}
		for _, r := range refs {
			if err := d.decide(a, verdict, r, m); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

// decide is one verdict on one candidate or story; an empty verdict leaves states as they are.
func (d *Desk) decide(a *store.Act, verdict store.State, r Ref, m Marks) error {
	candidates, err := members(a, r)
	if err != nil {
		return err
	}
	if m.Story != 0 {
		if _, err := a.Story(m.Story); err != nil {
			return err
		}
	}
	spare := false // a verdict on a story spares what was rejected before, unless that is all of it
	for _, c := range candidates {
		spare = spare || r.Story != 0 && verdict != store.Queued && c.State != store.Rejected
	}
	touched := map[int64]bool{}
	if r.Story != 0 && m.Story == 0 {
		touched[r.Story] = true
	}
	for _, c := range candidates {
		if spare && c.State == store.Rejected || r.Story != 0 && c.State == store.Published {
			continue
		}
		from := c.StoryID
		if err := d.decideOne(a, verdict, &c, r, m); err != nil {
			return err
		}
		touched[c.StoryID] = true
		if from != 0 && from != c.StoryID {
			if err := absorb(a, from, c.StoryID); err != nil {
				return err
			}
		}
	}
	for id := range touched {
		st, err := a.Story(id)
		if err != nil {
			return err
		}
		if m.Section != "" {
			st.Section = plain.Line(m.Section)
		}
		switch {
		case m.Week != "", verdict == store.Held && r.Story != 0:
			st.Week, st.Position = m.Week, nil
		case verdict == store.Accepted && len(candidates) == 0 && st.Week == "":
			st.Week = d.Newsletter.Publication.Next(d.now()) // only a week can tell that it is wanted
		}
		if r.Story != 0 && m.Note != "" {
			st.Note = m.Note
		}
		if err := a.SetStory(st); err != nil {
			return err
		}
	}
	return nil
}

func (d *Desk) decideOne(a *store.Act, verdict store.State, c *store.Candidate, r Ref, m Marks) error {
	was := c.State
	if verdict != "" {
		c.State, c.Until = verdict, ""
	}
	if verdict == store.Held {
		c.Until = m.Week
	}
	if r.Story == 0 && m.Note != "" {
		c.Note = m.Note
	}
	if m.Credit != (store.Credit{}) {
		c.Credit = m.Credit
	}
	if m.Story != 0 {
		c.StoryID = m.Story
	}
	alone := c.StoryID == 0
	switch {
	case alone || m.Story != 0 || r.Story != 0:
	case c.Until != "":
		// One link held for another week leaves the story that goes out before.
		all, err := a.StoryCandidates(c.StoryID)
		if err != nil {
			return err
		}
		for _, o := range all {
			alone = alone || o.ID != c.ID && o.State != store.Rejected
		}
	case verdict == store.Accepted && was != store.Accepted && m.Week == "" && c.Week != "" && d.Closed(c.Week):
		alone = true // its story went out without it: it is news of its own
	}
	if alone {
		id, err := a.NewStory()
		if err != nil {
			return err
		}
		c.StoryID = id
	}
	return a.SetCandidate(*c)
}

// absorb gives the words of a story that has lost its last candidate to the one that goes on.
func absorb(a *store.Act, from, into int64) error {
	left, err := a.StoryCandidates(from)
	if err != nil || len(left) > 0 {
		return err
	}
	old, err := a.Story(from)
	if err != nil {
		return err
	}
	st, err := a.Story(into)
	if err != nil {
		return err
	}
	if old.Note != "" {
		st.Note = strings.TrimSpace(st.Note + "\n\n" + old.Note)
	}
	if st.Headline == "" {
		st.Headline = old.Headline
	}
	if st.Section == "" {
		st.Section = old.Section
	}
	if st.Week == "" {
		st.Week = old.Week
	}
	old.Note, old.Headline, old.Section, old.Week, old.Position = "", "", "", "", nil
	return errors.Join(a.SetStory(old), a.SetStory(st))
}

// members are the candidates that a ref names.
func members(a *store.Act, r Ref) ([]store.Candidate, error) {
	if r.Story == 0 {
		c, err := a.Candidate(r.Candidate)
		return []store.Candidate{c}, err
	}
	if _, err := a.Story(r.Story); err != nil {
		return nil, err
	}
	return a.StoryCandidates(r.Story)
}

// Undo takes back the last n acts of whoever made them, and returns what it took back.
func (d *Desk) Undo(ctx context.Context, n int) ([]store.Decision, error) {
	return d.Store.Undo(ctx, d.Who, n)
}

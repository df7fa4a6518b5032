package curate

import (
	"context"
	"strings"
	"time"
	"unicode"

	"wiredesk/curate/issue"
	"wiredesk/store"
	"wiredesk/store/plain"
)

// Field is one of the editor's own words on a story or candidate.
type Field string

// The fields that Edit changes.
const (
	Headline Field = "headline" // of a story; empty: the proposed one
	Section  Field = "section"  // of a story; empty: that of its source
	Week     Field = "week"     // of a story: the issue that it goes into; empty: none
	Note     Field = "note"     // of a story or a candidate, markdown
	Credit   Field = "credit"   // of a candidate, as issue.CreditText writes it: "via Person, Org" or "Person, Org"
)

// Change is what the editor makes of one of his words.
type Change struct {
	Field      Field
	Was, Value string // what the screen showed when he began, and what he wrote
}

// Edit replaces one of the editor's words on a story or candidate; was is what the screen showed
// when he began. Where somebody wrote other words meanwhile they stay, and a *store.Conflict tells
// who wrote when.
func (d *Desk) Edit(ctx context.Context, r Ref, f Field, was, value string) error {
	return d.EditAll(ctx, r, []Change{{f, was, value}})
}

// EditAll is Edit of several words, as one act: where one of them is refused, none is replaced.
func (d *Desk) EditAll(ctx context.Context, r Ref, changes []Change) error {
	if len(changes) == 0 {
		return nil
	}
	verb := string(changes[0].Field)
	if len(changes) > 1 {
		verb = "edit"
	}
	for _, c := range changes {
		if c.Field == Week {
			if err := d.mayWaitFor(ctx, c.Value); err != nil {
				return err
			}
		}
	}
	_, err := d.Store.Act(ctx, d.Who, verb, func(a *store.Act) error {
		for _, c := range changes {
			value, err := cleaned(c.Field, c.Value)
			if err != nil {
				return err
			}
			edit, id := editCandidate, r.Candidate
			if r.Story != 0 {
				edit, id = editStory, r.Story
			}
			if err := edit(a, id, c.Field, c.Was, value); err != nil {
				return err
			}
		}
		return nil
	})
	return err
}

func cleaned(f Field, value string) (string, error) {
	if f == Note {
		return markdown(value), nil
	}
	value = plain.Line(value)
	if f != Week || value == "" {
		return value, nil
	}
	if _, err := issue.ParseWeek(value, time.UTC); err != nil {
		return "", mistake("%v", err)
	}
	return value, nil
}

func editStory(a *store.Act, id int64, f Field, was, value string) error {
	st, err := a.Story(id)
	if err != nil {
		return err
	}
	now := map[Field]*string{Headline: &st.Headline, Section: &st.Section, Week: &st.Week, Note: &st.Note}[f]
	if now == nil {
		return mistake("a story has no %s; name one of its candidates", f)
	}
	if lost(*now, was, value) {
		return a.StoryConflict(id)
	}
	if f == Week && *now != value {
		st.Position = nil // a place is one among the stories of its week
	}
	*now = value
	return a.SetStory(st)
}

func editCandidate(a *store.Act, id int64, f Field, was, value string) error {
	c, err := a.Candidate(id)
	if err != nil {
		return err
	}
	now := c.Note
	switch f {
	case Note:
		c.Note = value
	case Credit:
		now = issue.CreditText(c.Credit)
		name, via := strings.CutPrefix(value+" ", "via ") // "via" alone names nobody
		c.Credit = issue.ParseCredit(name, via)
	default:
		return mistake("a candidate has no %s; its story has", f)
	}
	if lost(now, was, value) {
		return a.CandidateConflict(id)
	}
	return a.SetCandidate(c)
}

// lost reports that words would be overwritten that the editor has not seen.
func lost(now, was, value string) bool { return now != "" && now != was && now != value }

// markdown is the editor's prose without what a terminal would obey; its lines stay as they are.
func markdown(s string) string {
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.ToValidUTF8(s, ""))
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
	return strings.TrimSpace(s)
}

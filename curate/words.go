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

// Edit replaces one of the editor's words on a story or candidate; was is what the screen showed
// when he began. Where somebody wrote other words meanwhile they stay, and a *store.Conflict tells
// who wrote when.
func (d *Desk) Edit(ctx context.Context, r Ref, f Field, was, value string) error {
	value, err := cleaned(f, value)
	if err != nil {
		return err
	}
	_, err = d.Store.Act(ctx, d.Who, string(f), func(a *store.Act) error {
		if r.Story != 0 {
			return editStory(a, r.Story, f, was, value)
		}
		return editCandidate(a, r.Candidate, f, was, value)
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
		name, via := strings.CutPrefix(value, "via ")
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

package curate

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"wiredesk/curate/issue"
	"wiredesk/store"
	"wiredesk/store/storetest"
)

func titles(l List) string {
	var out []string
	for _, s := range l.Stories {
		out = append(out, fmt.Sprintf("%s %s %d", s.Title, s.State, len(s.Candidates)))
	}
	return strings.Join(out, ", ")
}

func TestAListShowsWholeStoriesPageByPage(t *testing.T) {
	d := desk(t, 5)
	_, err := d.Merge(t.Context(), candidates(5, 1))
	must(t, err)
	must(t, d.Decide(t.Context(), store.Accepted, candidates(1), Marks{}))
	must(t, d.Decide(t.Context(), store.Rejected, candidates(3), Marks{}))
	l, err := d.List(t.Context(), store.Filter{Limit: 2}, []store.State{store.Queued}, 0)
	must(t, err)
	// The best link stands first; the story brings the link that was accepted already, and shows that.
	if got := titles(l); got != "Title 1 accepted 2, Title 4 queued 1" || l.Next == 0 {
		t.Errorf("%s, next %d", got, l.Next)
	}
	if l.Wires[5] != 1 || l.Stories[0].Ref() != (Ref{Story: l.Stories[0].ID}) {
		t.Errorf("%+v", l)
	}
	l, err = d.List(t.Context(), store.Filter{Limit: 2}, []store.State{store.Queued}, l.Next)
	must(t, err)
	if got := titles(l); got != "Title 2 queued 1" || l.Next != 0 {
		t.Errorf("%s, next %d", got, l.Next)
	}
}

func TestALinkWithoutAStoryIsListed(t *testing.T) {
	d := desk(t, 1)
	src, err := d.Store.SyncSources(t.Context(), []store.Source{{Name: "late", Kind: "feed", URL: "https://late.example/"}})
	must(t, err)
	_, err = d.Store.AddItems(t.Context(), src[0], []store.Item{{Key: 9, Alt: 9, Hash: 9, URL: "https://late.example/9", Canonical: "https://late.example/9", Title: "Late", Taken: true}})
	must(t, err)
	l, err := d.List(t.Context(), store.Filter{Limit: 10}, nil, 0)
	must(t, err)
	if got := titles(l); got != "Title 1 queued 1, Late queued 1" {
		t.Fatal(got)
	}
	late := l.Stories[1]
	if late.Ref() != (Ref{Candidate: 2}) {
		t.Errorf("%+v", late.Ref())
	}
	// A harvest groups it before the editor decides: that is no conflict.
	must(t, d.Refresh(t.Context()))
	must(t, d.DecideShown(t.Context(), store.Accepted, []Ref{late.Ref()}, Marks{}, late.Candidates))
	if c, err := d.Store.Candidate(t.Context(), 2); err != nil || c.State != store.Accepted {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestADecisionOnWhatHasChangedTellsWhoAndWhen(t *testing.T) {
	ann := desk(t, 2)
	bob := *ann
	bob.Who = "bob"
	l, err := ann.List(t.Context(), store.Filter{}, nil, 0)
	must(t, err)
	first, second := l.Stories[0], l.Stories[1]
	must(t, bob.Decide(t.Context(), store.Rejected, []Ref{first.Ref()}, Marks{}))
	refs := []Ref{second.Ref(), first.Ref()}
	shown := append(second.Candidates, first.Candidates...)
	err = ann.DecideShown(t.Context(), store.Accepted, refs, Marks{}, shown)
	var conflict *store.Conflict
	if !errors.As(err, &conflict) {
		t.Fatalf("error %v", err)
	}
	if conflict.Who != "bob" || conflict.Verdict != store.Rejected || !conflict.At.Equal(storetest.Start) || conflict.Candidate != 2 {
		t.Errorf("%+v", conflict)
	}
	if want := fmt.Sprintf("candidate 2 has changed since: it is rejected now, in s%d (reject by bob, 2026-11-18 09:00 UTC)", conflict.Story); err.Error() != want {
		t.Errorf("it says %q", err)
	}
	for id, want := range map[int64]store.State{1: store.Queued, 2: store.Rejected} {
		if c, err := ann.Store.Candidate(t.Context(), id); err != nil || c.State != want {
			t.Errorf("candidate %d is %s, %v", id, c.State, err)
		}
	}
	// Where it went into another story, a verdict on the old one would miss it.
	_, err = bob.Merge(t.Context(), []Ref{first.Ref(), second.Ref()})
	must(t, err)
	if err := ann.DecideShown(t.Context(), store.Accepted, []Ref{second.Ref()}, Marks{}, second.Candidates); !errors.As(err, &conflict) || conflict.Verb != "merge" {
		t.Errorf("error %v", err)
	}
}

func TestWordsAreEditedAndNeverOverwrittenUnseen(t *testing.T) {
	d := desk(t, 1)
	c, err := d.Store.Candidate(t.Context(), 1)
	must(t, err)
	story, link := Ref{Story: c.StoryID}, Ref{Candidate: 1}
	for _, e := range []struct {
		r              Ref
		f              Field
		was, is, stays string
	}{
		{story, Headline, "", " My  headline\n", "My headline"}, {story, Headline, "My headline", "", ""},
		{story, Note, "", "One.\r\n\r\n* a\x1b[2J\n", "One.\n\n* a[2J"}, {story, Section, "whatever", "Boards", "Boards"}, {story, Week, "", "2026-W48", "2026-W48"},
		{link, Note, "", "Mine", "Mine"}, {link, Credit, "", "via Ann Other, Org", "via Ann Other, Org"}, {link, Credit, "via Ann Other, Org", "Ann Other", "Ann Other"},
	} {
		must(t, d.Edit(t.Context(), e.r, e.f, e.was, e.is))
		if got := words(t, d, e.r, e.f); got != e.stays {
			t.Errorf("%s of %s is %q, want %q", e.f, e.r, got, e.stays)
		}
	}
	bob := *d
	bob.Who = "bob"
	must(t, bob.Edit(t.Context(), story, Note, "One.\n\n* a[2J", "Bob's"))
	err = d.Edit(t.Context(), story, Note, "One.\n\n* a[2J", "Mine")
	var conflict *store.Conflict
	if !errors.As(err, &conflict) || conflict.Who != "bob" || words(t, d, story, Note) != "Bob's" {
		t.Errorf("error %v, note %q", err, words(t, d, story, Note))
	}
	var wrong *Mistake
	for _, e := range []error{
		d.Edit(t.Context(), story, Credit, "", "x"), d.Edit(t.Context(), link, Headline, "", "x"), d.Edit(t.Context(), story, Week, "", "2026-W99"),
	} {
		if !errors.As(e, &wrong) {
			t.Errorf("error %v", e)
		}
	}
	if _, err := d.Undo(t.Context(), 9); err != nil || words(t, d, story, Note)+words(t, d, link, Credit)+words(t, d, story, Week) != "" {
		t.Errorf("after undo: %v", err)
	}
}

func TestWordsOfOneFormAreReplacedTogether(t *testing.T) {
	d := desk(t, 1)
	must(t, d.Decide(t.Context(), store.Accepted, candidates(1), Marks{}))
	c, err := d.Store.Candidate(t.Context(), 1)
	must(t, err)
	r := Ref{Story: c.StoryID}
	said := func() string {
		return words(t, d, r, Headline) + "|" + words(t, d, r, Week) + "|" + words(t, d, r, Note)
	}
	form := []Change{{Note, "", "Some words."}, {Headline, "", "A board"}, {Week, "", "soon"}}
	if err := d.EditAll(t.Context(), r, form); err == nil || said() != "||" {
		t.Errorf("%v, %s", err, said())
	}
	form[2].Value = "2026-W50"
	must(t, d.EditAll(t.Context(), r, form))
	if said() != "A board|2026-W50|Some words." {
		t.Error(said())
	}
	if back, err := d.Undo(t.Context(), 1); err != nil || said() != "||" {
		t.Errorf("%v, %v, %s", back, err, said())
	}
}

func words(t *testing.T, d *Desk, r Ref, f Field) string {
	t.Helper()
	c, err := d.Store.Candidate(t.Context(), 1)
	must(t, err)
	st, err := d.Store.Story(t.Context(), c.StoryID)
	must(t, err)
	if r.Candidate != 0 {
		return map[Field]string{Note: c.Note, Credit: issue.CreditText(c.Credit)}[f]
	}
	return map[Field]string{Headline: st.Headline, Section: st.Section, Week: st.Week, Note: st.Note}[f]
}

func TestProgressIsThatOfTheDraft(t *testing.T) {
	d := desk(t, 3)
	must(t, d.Decide(t.Context(), store.Accepted, candidates(1, 2), Marks{Note: "Some words."}))
	must(t, d.Decide(t.Context(), store.Held, candidates(3), Marks{Week: "2026-W47"}))
	var press issue.Press
	_, err := d.Progress(t.Context(), &press)
	must(t, err)
	must(t, d.Decide(t.Context(), store.Accepted, candidates(1), Marks{Note: "Some more words."})) // the press knew it otherwise
	p, err := d.Progress(t.Context(), &press)
	must(t, err)
	want := draft(t, d, DraftOptions{Dir: t.TempDir()})
	if p.Week != "2026-W47" || p.Stories != 3 || p.Stories != want.Stories || p.Links != want.Links || p.Words != want.Words || p.Stubs != want.Stubs || p.Path != "" {
		t.Errorf("%+v, want as in %+v", p, want)
	}
}

func TestDetailHoldsWhatStandsBehindALink(t *testing.T) {
	d := desk(t, 1)
	must(t, d.Decide(t.Context(), store.Accepted, candidates(1), Marks{}))
	got, err := d.Detail(t.Context(), 1)
	must(t, err)
	if len(got.Sightings) != 1 || got.Sightings[0].Source != "a" || len(got.Decisions) != 1 || got.Decisions[0].Verb != "accept" || len(got.Quotes) != 0 {
		t.Errorf("%+v", got)
	}
}

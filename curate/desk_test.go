package curate

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"wiredesk/curate/issue"
	"wiredesk/store"
	"wiredesk/store/storetest"
)

// desk returns a desk with n candidates, numbered from 1, the last the best.
func desk(t *testing.T, n int) *Desk {
	t.Helper()
	return fill(t, storetest.Open(t), n)
}

// fill puts candidates into a store, and returns a desk over it.
func fill(t *testing.T, st *store.Store, n int) *Desk {
	t.Helper()
	src, err := st.SyncSources(t.Context(), []store.Source{{Name: "a", Kind: "feed", URL: "https://a.example/"}})
	if err != nil {
		t.Fatal(err)
	}
	var items []store.Item
	for i := range n {
		url := fmt.Sprintf("https://example.org/%d", i+1)
		items = append(items, store.Item{
			Key: int64(i), Alt: int64(i), Hash: int64(i), URL: url, Canonical: url, Title: fmt.Sprintf("Title %d", i+1), Taken: true,
			Matched: []store.Match{{Term: "arm64", Where: "title", Weight: float64(i + 1)}},
		})
	}
	if _, err := st.AddItems(t.Context(), src[0], items); err != nil {
		t.Fatal(err)
	}
	d := newDesk(st)
	must(t, d.Refresh(t.Context()))
	return d
}

// newDesk is a desk at which it always is storetest.Start.
func newDesk(st *store.Store) *Desk {
	p := issue.Publication{Day: time.Friday, Hour: 12, Zone: time.UTC}
	return &Desk{Store: st, Who: "ed", Now: func() time.Time { return storetest.Start }, Newsletter: Newsletter{Title: "Wire", Layout: "classic", Output: "{week}.md", Wrap: 66, Publication: p}}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func candidates(ids ...int64) []Ref {
	var out []Ref
	for _, id := range ids {
		out = append(out, Ref{Candidate: id})
	}
	return out
}

func draft(t *testing.T, d *Desk, o DraftOptions) Draft {
	t.Helper()
	out, err := d.Draft(t.Context(), o)
	must(t, err)
	return out
}

func TestADraftHoldsWhatIsAccepted(t *testing.T) {
	d, dir := desk(t, 4), t.TempDir()
	must(t, d.Decide(t.Context(), store.Accepted, candidates(1, 2), Marks{}))
	must(t, d.Decide(t.Context(), store.Rejected, candidates(3), Marks{}))
	out := draft(t, d, DraftOptions{Dir: dir})
	if out.Week != "2026-W47" || out.Number != 1 || out.Stories != 2 || !out.Written || out.Path != filepath.Join(dir, "2026-W47.md") {
		t.Errorf("%+v", out)
	}
	if !strings.Contains(out.Text, "### Title 2\n\n* https://example.org/2\n\n### Title 1\n\n* https://example.org/1\n") {
		t.Errorf("best first, each link once:\n%s", out.Text)
	}
	if b, err := os.ReadFile(out.Path); err != nil || string(b) != out.Text {
		t.Errorf("the file holds %q, %v", b, err)
	}
}

func TestAnIssueThatIsOpenTakesWhatIsAssignedToNone(t *testing.T) {
	d, dir := desk(t, 3), t.TempDir()
	must(t, d.Decide(t.Context(), store.Accepted, candidates(1), Marks{}))
	draft(t, d, DraftOptions{Dir: dir, Week: "2026-W47"})
	must(t, d.Decide(t.Context(), store.Accepted, candidates(2), Marks{}))
	must(t, d.Decide(t.Context(), store.Accepted, candidates(3), Marks{Week: "2026-W48"}))
	// W47 is still open: what has no week belongs to it, not to W48.
	if out := draft(t, d, DraftOptions{Dir: dir, Week: "2026-W48"}); out.Number != 2 || out.Links != 1 || !strings.Contains(out.Text, "org/3") ||
		fmt.Sprint(out.Flagged) != "[accepted stories that wait for the issue of 2026-W47: 2]" {
		t.Errorf("W48: %+v\n%s", out, out.Text)
	}
	if out := draft(t, d, DraftOptions{Dir: dir, Week: "2026-W47"}); out.Links != 2 || !strings.Contains(out.Text, "org/2") || !slices.Equal(out.Added, []string{"Title 2"}) {
		t.Errorf("W47: %+v\n%s", out, out.Text)
	}
}

func TestAPreviewAssignsNothing(t *testing.T) {
	d := desk(t, 1)
	must(t, d.Decide(t.Context(), store.Accepted, candidates(1), Marks{}))
	if out := draft(t, d, DraftOptions{Week: "2026-W50", Out: "-"}); out.Stories != 1 || out.Path != "" {
		t.Errorf("%+v", out)
	}
	if out := draft(t, d, DraftOptions{Week: "2026-W47", Out: "-"}); out.Stories != 1 {
		t.Errorf("%+v", out)
	}
}

func TestHoldingForAWeekBringsItBack(t *testing.T) {
	d, dir := desk(t, 2), t.TempDir()
	story, err := d.Merge(t.Context(), candidates(1, 2))
	must(t, err)
	must(t, d.Decide(t.Context(), store.Accepted, []Ref{{Story: story}}, Marks{}))
	must(t, d.Decide(t.Context(), store.Held, candidates(2), Marks{Week: "2026-W48"}))
	if out := draft(t, d, DraftOptions{Dir: dir, Week: "2026-W47"}); out.Links != 1 || !strings.Contains(out.Text, "org/1") {
		t.Errorf("W47 holds %s", out.Text)
	}
	if out := draft(t, d, DraftOptions{Dir: dir, Week: "2026-W48"}); out.Links != 1 || !strings.Contains(out.Text, "org/2") {
		t.Errorf("W48 holds %s", out.Text)
	}
	// Held until nothing is known: in no issue.
	must(t, d.Decide(t.Context(), store.Held, []Ref{{Story: story}}, Marks{}))
	if out := draft(t, d, DraftOptions{Out: "-", Week: "2026-W47"}); out.Links != 0 {
		t.Errorf("W47 holds %s", out.Text)
	}
}

func TestMergingKeepsTheEditorsWords(t *testing.T) {
	d := desk(t, 2)
	a, err := d.NewStory(t.Context(), "Mine")
	must(t, err)
	must(t, d.Mark(t.Context(), []Ref{{Story: a}}, Marks{Note: "My words."}))
	c, err := d.Store.Candidate(t.Context(), 1)
	must(t, err)
	must(t, d.Mark(t.Context(), []Ref{{Story: c.StoryID}}, Marks{Note: "Other words."}))
	got, err := d.Merge(t.Context(), []Ref{{Story: c.StoryID}, {Story: a}, {Candidate: 2}})
	must(t, err)
	st, err := d.Story(t.Context(), got)
	must(t, err)
	if st.Note != "Other words.\n\nMy words." || st.Headline != "Mine" || len(st.Candidates) != 2 {
		t.Errorf("%+v", st)
	}
	_, err = d.Undo(t.Context(), 1)
	must(t, err)
	if st, err = d.Story(t.Context(), a); err != nil || st.Note != "My words." || st.Headline != "Mine" {
		t.Errorf("after undo: %+v, %v", st, err)
	}
}

func TestWhatTheEditorSplitOffStaysAlone(t *testing.T) {
	d := desk(t, 2)
	merged, err := d.Merge(t.Context(), candidates(1, 2))
	must(t, err)
	split, err := d.Split(t.Context(), []int64{2})
	must(t, err)
	if split == merged {
		t.Fatal("nothing was split")
	}
	// A new candidate links to both: it joins the story that is open.
	src, err := d.Store.SyncSources(t.Context(), []store.Source{{Name: "a", Kind: "feed", URL: "https://a.example/"}})
	must(t, err)
	it := store.Item{Key: 99, Alt: 99, Hash: 99, URL: "https://example.org/99", Canonical: "https://example.org/99", Taken: true, Links: []string{"https://example.org/2", "https://example.org/1"}}
	_, err = d.Store.AddItems(t.Context(), src[0], []store.Item{it})
	must(t, err)
	must(t, d.Refresh(t.Context()))
	for id, want := range map[int64]int64{1: merged, 2: split, 3: merged} {
		if c, err := d.Store.Candidate(t.Context(), id); err != nil || c.StoryID != want {
			t.Errorf("candidate %d is in s%d, %v, want s%d", id, c.StoryID, err, want)
		}
	}
}

func TestMistakesAreTold(t *testing.T) {
	d := desk(t, 1)
	c, err := d.Store.Candidate(t.Context(), 1)
	must(t, err)
	_, pick := d.PickQuote(t.Context(), 1, 1)
	_, own := d.OwnQuote(t.Context(), 1, "words")
	_, empty := d.NewStory(t.Context(), " \x1b[m ")
	for name, err := range map[string]error{
		"week": d.Decide(t.Context(), store.Accepted, candidates(1), Marks{Week: "next"}), "self": d.Move(t.Context(), c.StoryID, "", c.StoryID),
		"quote": pick, "no page": own, "headline": empty, "verdict": d.Decide(t.Context(), "maybe", candidates(1), Marks{}),
	} {
		var m *Mistake
		if !errors.As(err, &m) {
			t.Errorf("%s: %v is no mistake", name, err)
		}
	}
	if err := d.Decide(t.Context(), store.Accepted, candidates(1, 99), Marks{}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("unknown candidate: %v", err)
	}
	if c, err = d.Store.Candidate(t.Context(), 1); err != nil || c.State != store.Queued {
		t.Errorf("half of a decision was stored: %+v, %v", c, err)
	}
}

func TestQuotesOfTheEditorsOwnChoice(t *testing.T) {
	d := desk(t, 1)
	text := "First paragraph.\n\nShe said “it’s fine – really”, and\u00a0left. Then more."
	must(t, d.Store.AddPage(t.Context(), store.Page{CandidateID: 1, URL: "https://example.org/1", Body: []byte("x"), Text: text}))
	for _, words := range []string{`She said "it's fine - really", and left.`, "it’s  fine\n–\nreally", "First paragraph. She said"} {
		q, err := d.OwnQuote(t.Context(), 1, words)
		must(t, err)
		if text[q.Start:q.Start+len(q.Text)] != q.Text || q.Picked == 0 {
			t.Errorf("%q: %+v", words, q)
		}
	}
	for _, words := range []string{"", "it was fine", "Then more. And"} {
		if q, err := d.OwnQuote(t.Context(), 1, words); err == nil {
			t.Errorf("%q is taken: %+v", words, q)
		}
	}
	// Picking a second time puts it back.
	if q, err := d.PickQuote(t.Context(), 1, 1); err != nil || q.Picked != 0 {
		t.Errorf("%+v, %v", q, err)
	}
}

func TestEventsOfTheNextWeeks(t *testing.T) {
	at := storetest.Start
	all := []issue.Event{{Date: at.AddDate(0, 0, 60), Title: "far"}, {Date: at.AddDate(0, 0, 20), Title: "later"}, {Date: at.AddDate(0, 0, -1), Title: "past"}, {Date: at.Truncate(24 * time.Hour), Title: "today"}}
	got := upcoming(all, at)
	if len(got) != 2 || got[0].Title != "today" || got[1].Title != "later" {
		t.Errorf("%+v", got)
	}
}

func TestALateLinkOfAnOldStoryIsNewsOfItsOwn(t *testing.T) {
	d, dir := desk(t, 3), t.TempDir()
	story, err := d.Merge(t.Context(), candidates(1, 2))
	must(t, err)
	must(t, d.Decide(t.Context(), store.Accepted, candidates(1), Marks{}))
	draft(t, d, DraftOptions{Dir: dir}) // W47
	d.Now = func() time.Time { return storetest.Start.AddDate(0, 0, 7) }
	must(t, d.Decide(t.Context(), store.Accepted, candidates(2, 3), Marks{}))
	// W47 was never published, but its day has passed: W48 takes what is new, once.
	out := draft(t, d, DraftOptions{Dir: dir})
	if out.Week != "2026-W48" || out.Links != 2 || strings.Contains(out.Text, "org/1\n") {
		t.Errorf("%+v\n%s", out, out.Text)
	}
	if c, err := d.Store.Candidate(t.Context(), 2); err != nil || c.StoryID == story {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestWhatIsAcceptedForAnotherIssueIsTold(t *testing.T) {
	d := desk(t, 1)
	must(t, d.Decide(t.Context(), store.Accepted, candidates(1), Marks{Week: "2026-W49"}))
	out := draft(t, d, DraftOptions{Dir: t.TempDir()})
	if out.Stories != 0 || len(out.Flagged) != 1 || !strings.Contains(out.Flagged[0], "2026-W49: 1") {
		t.Errorf("%+v", out)
	}
}

func TestNoStoryIsPrintedEmpty(t *testing.T) {
	d := desk(t, 3)
	story := func(id int64) int64 {
		c, err := d.Store.Candidate(t.Context(), id)
		must(t, err)
		return c.StoryID
	}
	s1, s2 := story(1), story(2)
	must(t, d.Rename(t.Context(), s1, "Mine"))
	must(t, d.Decide(t.Context(), store.Accepted, []Ref{{Story: s1}}, Marks{Story: s2, Note: "The note.", Week: "2026-W48"}))
	must(t, d.Decide(t.Context(), store.Accepted, []Ref{{Story: story(3)}}, Marks{Note: "Held back.", Week: "2026-W48"}))
	must(t, d.Decide(t.Context(), store.Held, candidates(3), Marks{}))
	ask, err := d.NewStory(t.Context(), "Readers ask")
	must(t, err)
	must(t, d.Decide(t.Context(), store.Accepted, []Ref{{Story: ask}}, Marks{Note: "Nothing to link."}))
	if st, err := d.Store.Story(t.Context(), ask); err != nil || st.Week != "2026-W47" {
		t.Errorf("a story without links is in no issue: %+v, %v", st, err)
	}
	out := draft(t, d, DraftOptions{Week: "2026-W48", Out: "-"})
	if strings.Count(out.Text, "### ") != 1 || strings.Count(out.Text, "The note.") != 1 || !strings.Contains(out.Text, "### Mine\n") {
		t.Errorf("%s", out.Text)
	}
	if out = draft(t, d, DraftOptions{Week: "2026-W47", Out: "-"}); !strings.Contains(out.Text, "### Readers ask\n\nNothing to link.\n") {
		t.Errorf("%s", out.Text)
	}
}

func TestAVerdictOnAStoryThatIsAllRejectedTakesItBack(t *testing.T) {
	d := desk(t, 1)
	c, err := d.Store.Candidate(t.Context(), 1)
	must(t, err)
	must(t, d.Decide(t.Context(), store.Rejected, []Ref{{Story: c.StoryID}}, Marks{}))
	must(t, d.Decide(t.Context(), store.Accepted, []Ref{{Story: c.StoryID}}, Marks{}))
	if c, err = d.Store.Candidate(t.Context(), 1); err != nil || c.State != store.Accepted {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestMarksChangeNoState(t *testing.T) {
	d := desk(t, 1)
	must(t, d.Decide(t.Context(), store.Held, candidates(1), Marks{Week: "2026-W50"}))
	must(t, d.Mark(t.Context(), candidates(1), Marks{Note: "more"}))
	if c, err := d.Store.Candidate(t.Context(), 1); err != nil || c.State != store.Held || c.Until != "2026-W50" || c.Note != "more" {
		t.Errorf("%+v, %v", c, err)
	}
}

func TestPagesReadLaterStillGroup(t *testing.T) {
	d := desk(t, 3)
	must(t, d.Rename(t.Context(), 3, "The editor's own")) // s3 is his now
	for id, link := range map[int64]string{2: "https://example.org/1", 3: "https://example.org/1"} {
		must(t, d.Store.AddPage(t.Context(), store.Page{CandidateID: id, URL: fmt.Sprint("https://example.org/", id), Body: []byte(fmt.Sprint(id)), Text: "x", Links: []string{link}}))
	}
	must(t, d.Refresh(t.Context()))
	stories := map[int64]int64{}
	for id := int64(1); id <= 3; id++ {
		c, err := d.Store.Candidate(t.Context(), id)
		must(t, err)
		stories[id] = c.StoryID
	}
	if stories[1] != stories[2] || stories[3] == stories[1] {
		t.Errorf("%v", stories)
	}
}

func TestIssueNumbersAreGivenOnce(t *testing.T) {
	d, dir := desk(t, 1), t.TempDir()
	for _, c := range []struct {
		week string
		want int
	}{{"2026-W48", 1}, {"2026-W45", 2}, {"2026-W49", 3}, {"2026-W48", 1}} {
		if out := draft(t, d, DraftOptions{Week: c.week, Dir: dir}); out.Number != c.want {
			t.Errorf("%s is number %d, want %d", c.week, out.Number, c.want)
		}
	}
}

func TestADraftIsNotTurnedOverByScores(t *testing.T) {
	d, dir := desk(t, 5), t.TempDir()
	must(t, d.Decide(t.Context(), store.Accepted, candidates(1, 2, 3), Marks{}))
	first := draft(t, d, DraftOptions{Dir: dir})
	story, err := d.Merge(t.Context(), candidates(1, 5))
	must(t, err)
	// The best link of all joins the last story, and a story comes in that is better than two.
	must(t, d.Decide(t.Context(), store.Accepted, candidates(4, 5), Marks{}))
	out := draft(t, d, DraftOptions{Dir: dir})
	headings := func(text string) string {
		var all []string
		for _, line := range strings.Split(text, "\n") {
			if title, ok := strings.CutPrefix(line, "### "); ok {
				all = append(all, title)
			}
		}
		return strings.Join(all, ", ")
	}
	if headings(first.Text) != "Title 3, Title 2, Title 1" || headings(out.Text) != "Title 4, Title 3, Title 2, Title 1" {
		t.Errorf("%s, then %s", headings(first.Text), headings(out.Text))
	}
	// What he says himself counts at once.
	must(t, d.Rename(t.Context(), story, "Mine"))
	must(t, d.Move(t.Context(), story, "2026-W47", 0))
	c, err := d.Store.Candidate(t.Context(), 4)
	must(t, err)
	must(t, d.Move(t.Context(), story, "2026-W47", c.StoryID))
	if out = draft(t, d, DraftOptions{Dir: dir}); headings(out.Text) != "Mine, Title 4, Title 3, Title 2" {
		t.Error(headings(out.Text))
	}
}

func TestWhatPassedWithoutAnIssueIsCarriedForward(t *testing.T) {
	d, dir := desk(t, 3), t.TempDir()
	must(t, d.Decide(t.Context(), store.Accepted, candidates(1), Marks{Week: "2026-W52"}))
	must(t, d.Decide(t.Context(), store.Held, candidates(2), Marks{Week: "2026-W53"}))
	must(t, d.Decide(t.Context(), store.Accepted, candidates(3), Marks{Week: "2027-W02"}))
	d.Now = func() time.Time { return time.Date(2027, 1, 4, 9, 0, 0, 0, time.UTC) } // W52 and W53 went by without an issue
	out := draft(t, d, DraftOptions{Dir: dir})
	if out.Week != "2027-W01" || out.Links != 2 || !strings.Contains(out.Text, "org/1\n") || !strings.Contains(out.Text, "org/2\n") || len(out.Flagged) != 1 {
		t.Errorf("%+v\n%s", out, out.Text)
	}
	if again := draft(t, d, DraftOptions{Dir: dir}); again.Text != out.Text || again.Written {
		t.Errorf("%+v\n%s", again, again.Text)
	}
	if next := draft(t, d, DraftOptions{Dir: dir, Week: "2027-W02"}); next.Number != 2 || next.Links != 1 {
		t.Errorf("%+v\n%s", next, next.Text)
	}
}

func TestUndoTakesBackNoDecisionOfAnother(t *testing.T) {
	ann := desk(t, 1)
	bob := *ann
	bob.Who = "bob"
	must(t, ann.Decide(t.Context(), store.Accepted, candidates(1), Marks{}))
	must(t, bob.Decide(t.Context(), store.Rejected, candidates(1), Marks{}))
	must(t, bob.Decide(t.Context(), store.Accepted, candidates(1), Marks{})) // as ann left it, but by bob
	if _, err := ann.UndoOwn(t.Context(), 0, -1); !errors.Is(err, store.ErrConflict) {
		t.Error(err)
	}
	if _, err := bob.UndoOwn(t.Context(), 0, -1); err != nil {
		t.Error(err)
	}
	if _, err := ann.UndoOwn(t.Context(), 0, -1); err != nil { // nothing stands in its way any more
		t.Error(err)
	}
	c, err := ann.Store.Candidate(t.Context(), 1)
	if must(t, err); c.State != store.Queued {
		t.Error(c.State)
	}
}

func TestALinkWithoutAStoryIsGroupedAfterUndo(t *testing.T) {
	d := desk(t, 0)
	src, err := d.Store.SyncSources(t.Context(), []store.Source{{Name: "a", Kind: "feed", URL: "https://a.example/"}})
	must(t, err)
	u := "https://example.org/1"
	_, err = d.Store.AddItems(t.Context(), src[0], []store.Item{{Key: 1, Alt: 1, Hash: 1, URL: u, Canonical: u, Title: "T", Taken: true}})
	must(t, err)
	must(t, d.Decide(t.Context(), store.Rejected, candidates(1), Marks{})) // while the harvest polls on
	must(t, d.Refresh(t.Context()))
	_, err = d.Undo(t.Context(), 1)
	must(t, err)
	must(t, d.Refresh(t.Context()))
	c, err := d.Store.Candidate(t.Context(), 1)
	if must(t, err); c.State != store.Queued || c.StoryID == 0 {
		t.Errorf("%s, story %d", c.State, c.StoryID)
	}
}

func TestUndoGoesPastAWeekThatADraftChanged(t *testing.T) {
	d := desk(t, 2)
	must(t, d.Decide(t.Context(), store.Accepted, candidates(1), Marks{}))
	must(t, d.Decide(t.Context(), store.Accepted, candidates(2), Marks{Week: "2026-W47"}))
	later := *d
	later.Now = func() time.Time { return storetest.Start.AddDate(0, 0, 7) }
	_, err := later.Draft(t.Context(), DraftOptions{Dir: t.TempDir()}) // it carries the story over to its own week
	must(t, err)
	_, err = later.Undo(t.Context(), 2)
	must(t, err)
	for _, id := range []int64{1, 2} {
		c, err := d.Store.Candidate(t.Context(), id)
		if must(t, err); c.State != store.Queued {
			t.Error(id, c.State)
		}
	}
}

func TestAStaleScreenOverwritesNothing(t *testing.T) {
	ann := desk(t, 3)
	bob := *ann
	bob.Who = "bob"
	text := "The board boots in four seconds."
	must(t, ann.Store.AddPage(t.Context(), store.Page{CandidateID: 1, URL: "https://example.org/1", Body: []byte("x"), Text: text, Quotes: []store.Quote{{Rank: 1, Kind: "key", Text: text}}}))
	quote := func() store.Quote {
		all, err := ann.Store.Quotes(t.Context(), []int64{1})
		must(t, err)
		return all[1][0]
	}
	shown := quote()
	must(t, bob.SetSpeaker(t.Context(), shown, "Linnea Farrow"))
	must(t, bob.ToggleQuote(t.Context(), shown))
	if err := ann.SetSpeaker(t.Context(), shown, "Ann Other"); !errors.Is(err, store.ErrConflict) || !strings.Contains(err.Error(), "by bob") {
		t.Error(err)
	}
	must(t, ann.SetSpeaker(t.Context(), shown, "Linnea Farrow")) // as it is already
	must(t, ann.ToggleQuote(t.Context(), shown))                 // picked it is already
	if q := quote(); q.Picked != 1 || q.Speaker != "Linnea Farrow" {
		t.Errorf("%+v", q)
	}

	list, err := ann.List(t.Context(), store.Filter{}, nil, 0)
	must(t, err)
	of := func(id int64) (Ref, []store.Candidate) {
		for _, s := range list.Stories {
			for _, c := range s.Candidates {
				if c.ID == id {
					return s.Ref(), s.Candidates
				}
			}
		}
		t.Fatal(id)
		return Ref{}, nil
	}
	one, _ := of(1)
	two, both := of(2)
	three, _ := of(3)
	into, err := bob.Merge(t.Context(), []Ref{three, two})
	must(t, err)
	if _, err := ann.MergeShown(t.Context(), []Ref{one, two}, both); !errors.Is(err, store.ErrConflict) {
		t.Error(err)
	}
	if _, err := ann.SplitShown(t.Context(), []int64{2}, both); !errors.Is(err, store.ErrConflict) {
		t.Error(err)
	}
	if c, err := ann.Store.Candidate(t.Context(), 2); err != nil || c.StoryID != into {
		t.Errorf("in %d, %v", c.StoryID, err)
	}
	if _, err := ann.Merge(t.Context(), []Ref{{Story: 999}, {Candidate: 1}}); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
}

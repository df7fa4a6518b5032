package tui

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	tea "charm.land/bubbletea/v2"

	"wiredesk/curate"
	"wiredesk/store"
)

func TestVerdictsAreKeysAndUndoIsOne(t *testing.T) {
	s := newScreen(t, desk(t), 100, 30)
	s.press("a x h j a")
	if got := states(t, s.desk.Store); got != "arhqaqqq" {
		t.Errorf("states %s", got)
	}
	s.shows("accepted: Zalgo", ">    5.0", "[1 queued 4]")
	s.press("u")
	s.shows("taken back: accept")
	s.press("U")
	if got := states(t, s.desk.Store); got != "qqqqqqqq" {
		t.Errorf("after undo: states %s", got)
	}
	s.press("u")
	s.shows("nothing of this session is left to take back")
}

func TestUndoStopsWhereTheEditorSatDown(t *testing.T) {
	d := desk(t)
	must(t, d.Decide(t.Context(), store.Accepted, []curate.Ref{{Candidate: 1}}, curate.Marks{}))
	s := newScreen(t, d, 100, 30)
	s.press("x U u")
	if got := states(t, d.Store); got != "aqqqqqqq" {
		t.Errorf("states %s", got)
	}
}

func TestADecisionIsShownAsDoneOnlyWhenItIsOnDisk(t *testing.T) {
	s := newScreen(t, desk(t), 100, 30)
	_, store1 := s.Update(press("a")[0]) // the database has not answered yet
	_, store2 := s.Update(press("x")[0]) // and keys work on
	s.shows("storing 2…", "  …  9.5 ", "  …  8.0 ", ">    7.2")
	if strings.Contains(s.text(), "accepted: ") || states(t, s.desk.Store) != "qqqqqqqq" {
		t.Errorf("shown as done:\n%s", s.text())
	}
	s.run(store1)
	s.run(store2)
	if got := states(t, s.desk.Store); got != "arqqqqqq" {
		t.Errorf("states %s", got)
	}
	s.shows("rejected: Sandpiper")
}

func TestKeysTypedAheadMeanWhatWillBeShown(t *testing.T) {
	m, err := newModel(t.Context(), desk(t), nil)
	must(t, err)
	m.log = newScreen(t, desk(t), 80, 24).log
	s := &screen{model: m, t: t}
	first := m.refilter()
	for _, k := range press(`/ "wren" enter a 0 esc j a`) {
		_, cmd := m.Update(k)
		if cmd != nil {
			s.run(cmd)
		}
	}
	s.run(first)
	if got := states(t, m.desk.Store); got != "qaqqqaqq" {
		t.Errorf("states %s\n%s", got, s.text())
	}
	// Another list holds what was decided before it was asked for, however long that takes.
	_, slow := s.Update(press("x")[0])
	s.press("3 H enter")
	s.run(slow)
	if got := states(t, m.desk.Store); got != "qahqqaqq" {
		t.Errorf("states %s\n%s", got, s.text())
	}
}

func TestFiltersChooseWhatIsListed(t *testing.T) {
	s := newScreen(t, desk(t), 120, 30)
	for _, c := range []struct {
		keys  string
		n     int
		shows string
	}{
		{`/ "crates neon" enter`, 1, "search: crates neon"}, {"esc", 8, "Pebble"},
		{`f "sour" enter "quar" enter`, 5, "source: Quarry"}, {`f "sect" enter "too" enter`, 1, "section: Tools"}, {"esc", 8, "Pebble"},
		{"a 2", 1, "[2 accepted 1]"}, {`f "stat" enter "any" enter`, 8, "[0 any]"}, {`f "stat" enter down down enter`, 1, "[2 accepted 1]"},
		{`f "week" enter "W46" enter`, 0, "nothing fits; esc clears search and filters"}, {`f "week" enter "W47" enter`, 1, "week: 2026-W47"},
		{`/ "absent" enter`, 0, "nothing fits"}, {`f "sour" enter "no such" down up enter`, 0, "nothing fits"}, {`/ ctrl+u enter`, 1, "Pebble"}, {"1 esc", 7, "[1 queued 7]"}, {"5", 0, "nothing here"},
	} {
		s.press(c.keys)
		if n := len(s.list.Stories); n != c.n {
			t.Errorf("%s lists %d stories, want %d:\n%s", c.keys, n, c.n, s.text())
		}
		s.shows(c.shows)
	}
}

func TestMarkedRowsAreDecidedOnTogether(t *testing.T) {
	s := newScreen(t, desk(t), 100, 30)
	s.press("space j space")
	s.shows("2 marked", " *   9.5", " *   7.2")
	s.press("x")
	if got := states(t, s.desk.Store); got != "rqrqqqqq" {
		t.Errorf("states %s", got)
	}
	s.press("u")
	if got := states(t, s.desk.Store); got != "qqqqqqqq" {
		t.Errorf("one undo takes all back: states %s", got)
	}
	s.press(`j space H ctrl+u "2026-W99" enter`) // refused, the marks stay
	s.shows(`! H has what you typed: "2026-W99" is no ISO week`, "1 marked")
	bob := *s.desk
	bob.Who = "bob"
	must(t, bob.Decide(t.Context(), store.Held, []curate.Ref{{Candidate: 5}}, curate.Marks{}))
	s.press("space x") // and so does the other where somebody was faster with one
	s.shows("! candidate 5 has changed since", "1 marked")
	must(t, bob.Decide(t.Context(), store.Queued, []curate.Ref{{Candidate: 5}}, curate.Marks{}))
	s.run(s.readVersion())
	s.press("space")
	s.press("ctrl+a h")
	if got := states(t, s.desk.Store); got != "hhhhhhhh" {
		t.Errorf("states %s", got)
	}
	s.press("4 g r space esc j x")
	if got := states(t, s.desk.Store); got != "qhhrhhhh" {
		t.Errorf("states %s", got)
	}
}

func TestMergingAndSplitting(t *testing.T) {
	s := newScreen(t, desk(t), 100, 30)
	s.press("m")
	s.shows("mark what belongs here with space")
	s.press("j space space g m")
	if n := len(s.list.Stories); n != 6 || len(s.list.Stories[0].Candidates) != 3 {
		t.Fatalf("%d stories:\n%s", n, s.text())
	}
	s.shows(">    9.5  3+  Pebble 5", "merged: 3 rows")
	s.press("s")
	s.shows("unfold the story")
	s.press("enter j j")
	s.shows("3-", ">    8.0        Sandpiper tunes")
	s.press("x s") // the story keeps its other two; the rejected link still stands in it
	if got := states(t, s.desk.Store); got != "qrqqqqqq" {
		t.Errorf("states %s", got)
	}
	if all := s.list.Stories[0].Candidates; len(all) != 2 {
		t.Errorf("%d links are left:\n%s", len(all), s.text())
	}
	s.press("u u u")
	if n := len(s.list.Stories); n != 8 || states(t, s.desk.Store) != "qqqqqqqq" {
		t.Errorf("%d stories after undo:\n%s", n, s.text())
	}
}

func TestWordsAreEditedInPlace(t *testing.T) {
	s := newScreen(t, desk(t), 160, 40)
	s.press(`e ctrl+u "Pebbles at last" enter v "Ann Other, Org" enter c "Boards" enter w "2026-W48" enter n "First." enter enter "Second." ctrl+s`)
	s.shows("Pebbles at last", "credit: via Ann Other, Org", "section Boards", "week 2026-W48", "note: First. Second.", "note stored")
	st := s.list.Stories[0]
	if st.Headline != "Pebbles at last" || st.Note != "First.\n\nSecond." || st.Section != "Boards" || st.Week != "2026-W48" {
		t.Errorf("%+v", st.Story)
	}
	s.press(`e ctrl+u "Not this" esc w ctrl+u "2026-W99" enter`)
	s.shows("Pebbles at last", `! w has what you typed: "2026-W99" is no ISO week`)
	s.press("w")
	s.shows("week: 2026-W99")
	s.press(`backspace backspace "48" enter H ctrl+u "2026-50" enter`) // week 48 it was
	s.shows(`! H has what you typed: "2026-50" is no ISO week`)
	s.press(`H left left "W" enter 4`)
	s.shows("until 2026-W50")
	s.send(tea.PasteMsg{Content: "a paste is no keys: xxxx"})
	if got := states(t, s.desk.Store); got != "hqqqqqqq" {
		t.Errorf("states %s", got)
	}
	s.press("e")
	s.send(tea.PasteMsg{Content: ", pasted\x1b[2J\nhere"})
	s.press("enter")
	if got := s.list.Stories[0].Headline; got != "Pebbles at last, pasted here" && got != "Pebbles at last, pasted[2J here" {
		t.Errorf("headline %q", got)
	}
}

func TestQuotesArePickedAndReworded(t *testing.T) {
	s := newScreen(t, desk(t), 160, 40)
	s.press("q")
	s.shows("> - Ann Other: We measured twice")
	s.press("enter")
	s.shows("> * Ann Other: We measured twice")
	s.press(`s ctrl+u "A. Other" enter j space`)
	s.shows("* A. Other: We measured twice", "> * The board boots in four seconds.")
	s.press(`e ctrl+u "Nobody believed the first run." enter`)
	s.shows("* Nobody believed the first run.", "- The board boots in four seconds.")
	s.press(`e esc s esc`) // back to the quotes
	s.shows("> - The board boots")
	s.press(`e ctrl+u "Words of nobody" enter`)
	s.shows("! e has what you typed: these words do not stand in the page")
	s.press(`e`)
	s.shows("words of the page: Words of nobody")
	s.press(`esc e`) // what he drops is gone
	s.shows("words of the page: The board boots in four seconds.")
	s.press("esc esc j q")
	s.shows("no quotes: the page was not read", ">    8.0")
	s.press("a")
	if got := states(t, s.desk.Store); got != "qaqqqqqq" {
		t.Errorf("states %s", got)
	}
}

func TestWhatAnotherProcessDoesAppears(t *testing.T) {
	d := desk(t)
	s := newScreen(t, d, 100, 30)
	bob := *d
	bob.Who = "bob"
	s.press("j j")
	must(t, bob.Decide(t.Context(), store.Rejected, []curate.Ref{{Candidate: 1}}, curate.Marks{}))
	line := s.list.cursor - s.list.top
	s.run(s.readVersion())
	s.shows(">    7.2", "3 rejected 1")
	if s.list.cursor != 1 || s.list.cursor-s.list.top > line {
		t.Errorf("the cursor is at %d, top %d", s.list.cursor, s.list.top)
	}
	// He is faster with the next one: the editor is told, and nothing of his is lost.
	must(t, bob.Decide(t.Context(), store.Held, []curate.Ref{{Candidate: 3}}, curate.Marks{}))
	s.press("a")
	s.shows("! candidate 3 has changed since: it is held now, in s3 (hold by bob, 2026-11-18 09:00 UTC)")
	s.send(tea.WindowSizeMsg{Width: 80, Height: 24})
	if text := strings.Join(strings.Fields(s.text()), " "); !strings.Contains(text, "it is held now, in s3 (hold by bob, 2026-11-18 09:00 UTC)") {
		t.Errorf("who and when is cut off:\n%s", s.text())
	}
	if got := states(t, d.Store); got != "rqhqqqqq" {
		t.Errorf("states %s", got)
	}
}

func TestLeavingAsksNothingAndLosesNothing(t *testing.T) {
	s := newScreen(t, desk(t), 100, 30)
	_, pending := s.Update(press("a")[0])
	s.press("Q")
	if s.over {
		t.Error("it left before the decision was on disk")
	}
	s.run(pending)
	if got := states(t, s.desk.Store); !s.over || got != "aqqqqqqq" {
		t.Errorf("over %v, states %s", s.over, got)
	}

	s = newScreen(t, s.desk, 100, 30)
	s.press(`n "Half a thought" ctrl+c`)
	st, err := s.desk.Store.Story(t.Context(), 2)
	if err != nil || st.Note != "Half a thought" || !s.over {
		t.Errorf("over %v, note %q, %v", s.over, st.Note, err)
	}

	// A note that was overtaken is told of, and is not lost.
	s = newScreen(t, s.desk, 80, 24)
	s.press(`n " of mine"`)
	bob := *s.desk
	bob.Who = "bob"
	must(t, bob.Edit(t.Context(), curate.Ref{Story: 2}, curate.Note, "Half a thought", "His"))
	s.press("ctrl+s")
	s.shows("! n has what you typed: ")
	s.press("n")
	s.shows("Half a thought of mine")
	s.press("ctrl+s")
	if st, err := s.desk.Store.Story(t.Context(), 2); err != nil || st.Note != "Half a thought of mine" {
		t.Errorf("note %q, %v", st.Note, err)
	}

	// What cannot be stored is told before the screen goes; asked again, it goes at once.
	s = newScreen(t, s.desk, 100, 30)
	must(t, s.desk.Decide(t.Context(), store.Held, []curate.Ref{{Candidate: 2}}, curate.Marks{}))
	_, pending = s.Update(press("x")[0])
	s.press("Q")
	s.run(pending)
	if s.shows("! candidate 2 has changed since"); s.over {
		t.Error("it left without telling")
	}
	s.press("ctrl+c")
	if !s.over {
		t.Error("it stays")
	}
}

func TestALinkIsOneArgumentOfTheBrowser(t *testing.T) {
	s := newScreen(t, desk(t), 100, 30)
	var asked string
	s.open = func(url string) error { asked = url; return nil }
	s.press("j o")
	if asked != "https://site2.example/news/2" {
		t.Errorf("opened %q", asked)
	}

	dir := t.TempDir()
	pipe, program := filepath.Join(dir, "pipe"), filepath.Join(dir, "browser")
	must(t, syscall.Mkfifo(pipe, 0o600))
	must(t, os.WriteFile(program, []byte("#!/bin/sh\nprintf '%s|' \"$@\" > "+pipe+"\n"), 0o755))
	t.Setenv("BROWSER", program)
	link := "https://a.example/?q=$(touch%20x)&b=`id`;c='d'"
	must(t, browse(link))
	if got, err := os.ReadFile(pipe); err != nil || string(got) != link+"|" {
		t.Errorf("the browser was given %q, %v", got, err)
	}
	for _, bad := range []string{"", "-remote", "javascript:alert(1)", "file:///etc/passwd", "https://", "http:", "--version https://a.example/", "mailto:a@b.example"} {
		if err := browse(bad); err == nil {
			t.Errorf("%q was opened", bad)
		}
	}
	t.Setenv("BROWSER", filepath.Join(dir, "none"))
	if err := browse(link); err == nil || !strings.Contains(err.Error(), "set BROWSER") {
		t.Errorf("error %v", err)
	}
}

func TestPagesFollowTheCursor(t *testing.T) {
	d := desk(t)
	src, err := d.Store.SyncSources(t.Context(), []store.Source{{Name: "Many", Kind: "feed", URL: "https://many.example/"}})
	must(t, err)
	var items []store.Item
	for i := range 3 * pageSize {
		url := "https://many.example/" + strings.Repeat("x", i+1)
		items = append(items, store.Item{Key: int64(i), Alt: int64(i), Hash: int64(i), URL: url, Canonical: url, Title: "One of many", Taken: true})
	}
	_, err = d.Store.AddItems(t.Context(), src[0], items)
	must(t, err)
	s := newScreen(t, d, 100, 30)
	if len(s.list.Stories) != pageSize {
		t.Fatalf("%d stories were read at first", len(s.list.Stories))
	}
	s.shows("of 200+")
	s.press("G G G G")
	if len(s.list.Stories) != 3*pageSize+len(week) {
		t.Fatalf("%d stories were read", len(s.list.Stories))
	}
	s.press("x")
	s.shows("story 607 of 607")
}

func TestAKeyMeansWhatWasChosen(t *testing.T) {
	reject := func(s *screen, id int64) {
		bob := *s.desk
		bob.Who = "bob"
		must(t, bob.Decide(t.Context(), store.Rejected, []curate.Ref{{Candidate: id}}, curate.Marks{}))
		s.run(s.readVersion())
	}
	s := newScreen(t, desk(t), 100, 30)
	s.press("H") // on the first, which goes while the week is typed
	reject(s, 1)
	s.press("enter")
	s.shows("! candidate 1 has changed since")
	if got := states(t, s.desk.Store); got != "rqqqqqqq" {
		t.Errorf("states %s", got)
	}
	s.press("g space j") // the second is marked
	reject(s, 2)
	s.shows("what you had marked is not in this list any more")
	s.press("j k a")
	s.shows("press it again for the row under the cursor", "what you had marked is not in this list any more")
	if got := states(t, s.desk.Store); got != "rrqqqqqq" {
		t.Errorf("states %s", got)
	}
	s.press("a")
	if got := states(t, s.desk.Store); got != "rrqaqqqq" {
		t.Errorf("states %s", got)
	}
}

func TestTheCursorStaysOnALinkThatIsGrouped(t *testing.T) {
	d := desk(t)
	src, err := d.Store.SyncSources(t.Context(), []store.Source{{Name: "The Rack Wire", Kind: "feed", URL: "https://rack.example/"}, {Name: "Quarry", Kind: "feed", URL: "https://quarry.example/"}})
	must(t, err)
	put := func(key int64, title string, weight float64) {
		url := "https://new.example/" + title
		_, err := d.Store.AddItems(t.Context(), src[0], []store.Item{{Key: key, Alt: key, Hash: key, URL: url, Canonical: url, Title: title, Taken: true, Matched: []store.Match{{Term: "arm64", Where: "title", Weight: weight}}}})
		must(t, err)
	}
	put(101, "Mine", 7)
	s := newScreen(t, d, 100, 30) // while a harvest polls on: the link has no story yet
	s.press("g")
	for range 8 {
		if r, _ := s.list.current(); s.rowTitle(r) == "Mine" {
			break
		}
		s.press("j")
	}
	put(102, "Else", 20)
	put(103, "More", 19)
	must(t, d.Refresh(t.Context()))
	s.run(s.readVersion())
	r, _ := s.list.current()
	if s.rowTitle(r) != "Mine" || s.list.ref(r).Story == 0 {
		t.Errorf("the cursor is on %q, %v", s.rowTitle(r), s.list.ref(r))
	}
}

func TestACreditOfNobodyIsNone(t *testing.T) {
	s := newScreen(t, desk(t), 100, 30)
	s.press("v enter")
	s.press("j v ctrl+c")
	for _, id := range []int64{1, 2} {
		if c, err := s.desk.Store.Candidate(t.Context(), id); err != nil || c.Credit != (store.Credit{}) {
			t.Errorf("%d: %+v, %v", id, c.Credit, err)
		}
	}
	must(t, s.desk.Edit(t.Context(), curate.Ref{Candidate: 3}, curate.Credit, "", "via"))
	if c, err := s.desk.Store.Candidate(t.Context(), 3); err != nil || c.Credit != (store.Credit{}) {
		t.Errorf("%+v, %v", c.Credit, err)
	}
}

func TestRefusedWordsAreNotDroppedUnasked(t *testing.T) {
	s := newScreen(t, desk(t), 160, 30)
	s.press(`q e ctrl+u "Words of nobody" enter j e`)
	s.shows("words of the page: The board boots in four seconds.") // another quote has its own
	s.press("esc esc w ctrl+u x enter Q")
	s.shows("press e, w where you typed it")
	if s.over {
		t.Error("it left without a word")
	}
	s.press("c ctrl+c")
	s.shows("press e, w where you typed it")
	s.press("x")
	s.shows("section: x")
	s.press("esc Q")
	if s.over {
		t.Error("it left without a word, after other work")
	}
	s.press("Q")
	if !s.over {
		t.Error("it stays")
	}
}

func TestQuotesOfARowThatGoesAreLeft(t *testing.T) {
	s := newScreen(t, desk(t), 100, 30)
	s.press(`/ "pebble" enter q s`)
	bob := *s.desk
	bob.Who = "bob"
	must(t, bob.Decide(t.Context(), store.Rejected, []curate.Ref{{Candidate: 1}}, curate.Marks{}))
	s.run(s.readVersion())
	s.press("esc esc")
	s.shows("story 1 of 7")
}

func TestAStaleScreenMergesIntoNothingThatWasMoved(t *testing.T) {
	s := newScreen(t, desk(t), 100, 30)
	bob := *s.desk
	bob.Who = "bob"
	s.press("j space g") // the second is marked, to go into the first
	_, err := bob.Merge(t.Context(), []curate.Ref{{Story: 3}, {Story: 1}})
	must(t, err)
	s.press("m")
	s.shows("! candidate 1 has changed since")
	if c, err := s.desk.Store.Candidate(t.Context(), 2); err != nil || c.StoryID != 2 {
		t.Errorf("in s%d, %v", c.StoryID, err)
	}
}

func TestTheCursorFollowsALinkIntoAnotherStory(t *testing.T) {
	s := newScreen(t, desk(t), 100, 30)
	bob := *s.desk
	bob.Who = "bob"
	s.press("j space g m enter j j") // on the second link of the first story
	r, _ := s.list.current()
	link := s.list.candidates(r)[0].ID
	_, err := bob.Merge(t.Context(), []curate.Ref{{Story: 3}, {Candidate: link}})
	must(t, err)
	s.run(s.readVersion())
	if r, _ := s.list.current(); s.list.ref(r) != (curate.Ref{Story: 3}) {
		t.Errorf("the cursor is on %v", s.list.ref(r))
	}
}

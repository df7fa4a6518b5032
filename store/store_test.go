package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/mattn/go-sqlite3"

	"wiredesk/store"
	"wiredesk/store/storetest"
)

// source makes one source and returns its row.
func source(t testing.TB, st *store.Store, name string) store.Source {
	t.Helper()
	all, err := st.SyncSources(t.Context(), []store.Source{{Name: name, Kind: "feed", URL: "https://" + name + ".example/feed"}})
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

// entry is an item that matches; n makes it different from others.
func entry(n int) store.Item {
	url := fmt.Sprintf("https://example.org/%d", n)
	return store.Item{
		Key: int64(n), Alt: int64(n + 1e6), Hash: int64(n + 2e6), URL: url, Canonical: url, Title: fmt.Sprintf("News %d", n), Taken: true,
		Matched: []store.Match{{Term: "arm64", Where: "title", Weight: float64(n)}},
	}
}

func add(t testing.TB, st *store.Store, src store.Source, items ...store.Item) store.Added {
	t.Helper()
	n, err := st.AddItems(t.Context(), src, items)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func queue(t testing.TB, st *store.Store, f store.Filter) []store.Candidate {
	t.Helper()
	all, err := st.Candidates(t.Context(), f)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestItemsBecomeCandidatesAndSightings(t *testing.T) {
	st := storetest.Open(t)
	a, b := source(t, st, "a"), source(t, st, "b")
	if n := add(t, st, a, entry(1), entry(2)); n != (store.Added{New: 2, Sightings: 2, Candidates: 2}) {
		t.Errorf("first poll: %+v", n)
	}
	if n := add(t, st, a, entry(1), entry(2)); n != (store.Added{Known: 2}) {
		t.Errorf("second poll: %+v", n)
	}
	if n := add(t, st, b, entry(1)); n != (store.Added{New: 1, Sightings: 1}) {
		t.Errorf("another source: %+v", n)
	}
	all := queue(t, st, store.Filter{})
	if len(all) != 2 || all[0].Title != "News 2" || all[0].State != store.Queued || all[0].Score != 2 {
		t.Errorf("queue: %+v", all)
	}
	var seen []string
	if err := st.Sightings(t.Context(), []int64{1, 2}, func(g store.Sighting) { seen = append(seen, fmt.Sprint(g.CandidateID, g.Source)) }); err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(seen) != "[1a 1b 2a]" {
		t.Errorf("sightings: %v", seen)
	}
}

func TestItemsThatChangeTheirMarksAddNothing(t *testing.T) {
	st := storetest.Open(t)
	src := source(t, st, "a")
	add(t, st, src, entry(1), entry(2))
	newID := entry(1)
	newID.Key, newID.Hash = 901, 902
	newTitle := entry(2)
	newTitle.Title, newTitle.Alt, newTitle.Hash = "News 2, corrected", 903, 904
	if n := add(t, st, src, newID, newTitle); n != (store.Added{Known: 2}) {
		t.Errorf("changed marks: %+v", n)
	}
	if c := queue(t, st, store.Filter{Search: "corrected"}); len(c) != 1 {
		t.Errorf("an edited title is not followed: %+v", c)
	}
	known, err := st.KnownHashes(t.Context(), src.ID, []int64{902, 904, 905})
	if err != nil || !known[902] || !known[904] || known[905] {
		t.Errorf("known: %v, %v", known, err)
	}
}

func TestWhatDidNotMatchIsTakenWhenTheRulesChange(t *testing.T) {
	st := storetest.Open(t)
	src := source(t, st, "a")
	it := entry(1)
	it.Taken = false
	if n := add(t, st, src, it); n != (store.Added{New: 1}) {
		t.Errorf("%+v", n)
	}
	if len(queue(t, st, store.Filter{})) != 0 {
		t.Error("an item that does not match is queued")
	}
	it.Taken = true
	if n := add(t, st, src, it); n.Candidates != 1 || n.New != 0 {
		t.Errorf("%+v", n)
	}
}

func TestRepliesAreSightingsOfTheirThread(t *testing.T) {
	st := storetest.Open(t)
	src := source(t, st, "list")
	reply := entry(2)
	reply.Root = 1
	stray := entry(3)
	stray.Root = 77
	add(t, st, src, entry(1), reply, stray)
	all := queue(t, st, store.Filter{})
	if len(all) != 1 {
		t.Fatalf("queue: %+v", all)
	}
	n := 0
	if err := st.Sightings(t.Context(), []int64{all[0].ID}, func(store.Sighting) { n++ }); err != nil || n != 2 {
		t.Errorf("%d sightings, %v", n, err)
	}
}

func TestAPollIsStoredWholeOrNotAtAll(t *testing.T) {
	st := storetest.Open(t)
	src := source(t, st, "a")
	src.ETag = `"new"`
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := st.AddItems(ctx, src, []store.Item{entry(1)}); err == nil {
		t.Fatal("no error")
	}
	if len(queue(t, st, store.Filter{})) != 0 {
		t.Error("items of a poll that failed are there")
	}
	rows, err := st.SyncSources(t.Context(), []store.Source{src})
	if err != nil || rows[0].ETag != "" {
		t.Errorf("the validators of a poll that failed are there: %+v, %v", rows, err)
	}
}

func TestASourceWithAnotherURLStartsAfresh(t *testing.T) {
	st := storetest.Open(t)
	src := source(t, st, "a")
	src.ETag, src.Failures, src.Gone, src.NextPoll = `"x"`, 3, true, storetest.Start
	add(t, st, src)
	src.URL = "https://elsewhere.example/feed"
	rows, err := st.SyncSources(t.Context(), []store.Source{src})
	if err != nil {
		t.Fatal(err)
	}
	if r := rows[0]; r.ID != src.ID || r.ETag != "" || r.Failures != 0 || r.Gone || !r.NextPoll.IsZero() {
		t.Errorf("%+v", r)
	}
}

func TestFilters(t *testing.T) {
	st := storetest.Open(t)
	for i, name := range []string{"a", "b"} {
		it := entry(i + 1)
		it.Excerpt = "about 100% of " + name
		add(t, st, source(t, st, name), it)
	}
	for _, c := range []struct {
		name string
		f    store.Filter
		want string
	}{
		{"best first", store.Filter{}, "2 1"},
		{"new", store.Filter{Sort: "new"}, "2 1"},
		{"old", store.Filter{Sort: "old"}, "1 2"},
		{"limit", store.Filter{Limit: 1}, "2"},
		{"source", store.Filter{Source: "a"}, "1"},
		{"search", store.Filter{Search: "100% /2"}, "2"},
		{"search is literal", store.Filter{Search: "_ews"}, ""},
		{"state", store.Filter{State: store.Accepted}, ""},
		{"since", store.Filter{Since: storetest.Start.Add(time.Hour)}, ""},
		{"week", store.Filter{Week: "2026-W47", From: storetest.Start.Add(-time.Hour), To: storetest.Start.Add(time.Hour)}, "2 1"},
	} {
		var ids []string
		for _, cand := range queue(t, st, c.f) {
			ids = append(ids, fmt.Sprint(cand.ID))
		}
		if got := strings.Join(ids, " "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if _, err := st.Candidates(t.Context(), store.Filter{Sort: "random"}); err == nil {
		t.Error("an unknown order is taken")
	}
}

func TestPagesFillWhatIsNotKnown(t *testing.T) {
	st := storetest.Open(t)
	it := entry(1)
	it.Page, it.Author = true, "By The Feed"
	add(t, st, source(t, st, "a"), it)
	due, err := st.PagesDue(t.Context(), 10)
	if err != nil || len(due) != 1 {
		t.Fatalf("due: %+v, %v", due, err)
	}
	text := "First words.\n\nA paragraph worth quoting."
	p := store.Page{
		CandidateID: due[0].ID, URL: it.URL, ContentType: "text/html", Body: []byte(strings.Repeat("<p>body</p>", 1000)), Canonical: it.Canonical,
		Title: "Page title", Site: "Example", Author: "By The Page", Text: text,
		Quotes: []store.Quote{{Kind: "key", Text: "A paragraph worth quoting.", Start: 14}}, Links: []string{"https://other.example/"},
	}
	if err := st.AddPage(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	c, err := st.Candidate(t.Context(), due[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if c.Title != "News 1" || c.Author != "By The Feed" || c.Site != "Example" || c.SnapshotID == 0 {
		t.Errorf("%+v", c)
	}
	_, got, err := st.SnapshotText(t.Context(), c.ID)
	if err != nil || got != text {
		t.Errorf("snapshot text %q, %v", got, err)
	}
	quotes, err := st.Quotes(t.Context(), []int64{c.ID})
	if err != nil || len(quotes[c.ID]) != 1 {
		t.Fatalf("quotes %+v, %v", quotes, err)
	}
	q := quotes[c.ID][0]
	if text[q.Start:q.Start+len(q.Text)] != q.Text {
		t.Errorf("%+v does not stand in the text", q)
	}
	var links []string
	err = st.Outlinks(t.Context(), []int64{c.ID}, func(_ int64, all []string) { links = all })
	if err != nil || len(links) != 1 {
		t.Errorf("links %v, %v", links, err)
	}
	if due, err = st.PagesDue(t.Context(), 10); err != nil || len(due) != 0 {
		t.Errorf("still due: %+v, %v", due, err)
	}
	// Read again with other quotes: a picked one stays, the others are replaced.
	if _, err := st.Act(t.Context(), "ed", "quote", func(a *store.Act) error { q.Picked = 1; return a.PickQuote(q) }); err != nil {
		t.Fatal(err)
	}
	p.Quotes = []store.Quote{{Kind: "key", Text: "First words.", Start: 0}}
	if err := st.AddPage(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if quotes, err = st.Quotes(t.Context(), []int64{c.ID}); err != nil || len(quotes[c.ID]) != 2 || quotes[c.ID][0].Picked+quotes[c.ID][1].Picked != 1 {
		t.Errorf("after reading again: %+v, %v", quotes, err)
	}
}

func TestAPageThatFailsIsAskedAgainLater(t *testing.T) {
	st := storetest.Open(t)
	it := entry(1)
	it.Page = true
	add(t, st, source(t, st, "a"), it)
	if err := st.FailPage(t.Context(), 1, "no answer", storetest.Start.Add(time.Hour), true); err != nil {
		t.Fatal(err)
	}
	if due, err := st.PagesDue(t.Context(), 10); err != nil || len(due) != 0 {
		t.Errorf("due at once: %+v, %v", due, err)
	}
	st.SetClock(func() time.Time { return storetest.Start.Add(2 * time.Hour) })
	if due, err := st.PagesDue(t.Context(), 10); err != nil || len(due) != 1 || due[0].PageError != "no answer" {
		t.Errorf("not due later: %+v, %v", due, err)
	}
	if n, err := st.PageTries(t.Context(), 1); err != nil || n != 1 {
		t.Errorf("%d tries, %v", n, err)
	}
}

func TestAStoryOnceGivenStays(t *testing.T) {
	st := storetest.Open(t)
	src := source(t, st, "a")
	add(t, st, src, entry(1), entry(2), entry(3))
	err := st.SetRanks(t.Context(), []store.Rank{{ID: 1, Score: 5, Lead: true, Why: []store.Reason{{Term: "x", Weight: 5}}}, {ID: 2, Join: 1}, {ID: 3, Lead: true}})
	if err != nil {
		t.Fatal(err)
	}
	story := func(id int64) int64 {
		c, err := st.Candidate(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return c.StoryID
	}
	if story(1) == 0 || story(1) != story(2) || story(3) == story(1) {
		t.Errorf("stories %d %d %d", story(1), story(2), story(3))
	}
	if len(queue(t, st, store.Filter{Stale: true})) != 0 {
		t.Error("still stale")
	}
	before := story(3)
	if err := st.SetRanks(t.Context(), []store.Rank{{ID: 3, Story: story(1)}}); err != nil {
		t.Fatal(err)
	}
	if story(3) != before {
		t.Error("grouping moved a candidate that had a story")
	}
}

func TestIssuesAndDrafts(t *testing.T) {
	st := storetest.Open(t)
	if _, err := st.Draft(t.Context(), "2026-W47", "x.md"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("no draft: %v", err)
	}
	for _, i := range []store.Issue{{Week: "2026-W48", Number: 2}, {Week: "2026-W47", Number: 1, Published: storetest.Start}, {Week: "2026-W48", Number: 3, Path: "x.md"}} {
		if err := st.SetIssue(t.Context(), i); err != nil {
			t.Fatal(err)
		}
	}
	all, err := st.Issues(t.Context())
	if err != nil || len(all) != 2 || all[0].Published != storetest.Start || all[1].Number != 3 {
		t.Errorf("%+v, %v", all, err)
	}
	text := "# Title\r\n\tlast line without end"
	if err := st.SetDraft(t.Context(), store.Draft{Week: "2026-W48", Path: "x.md", Text: text}); err != nil {
		t.Fatal(err)
	}
	if d, err := st.Draft(t.Context(), "2026-W48", "x.md"); err != nil || d.Text != text || !d.Written.Equal(storetest.Start) {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestHealthOfSources(t *testing.T) {
	st := storetest.Open(t)
	src := source(t, st, "a")
	src.Failures, src.Error = 2, "no answer"
	add(t, st, src, entry(1), entry(2))
	_, err := st.Act(t.Context(), "ed", "accept", func(a *store.Act) error {
		c, err := a.Candidate(1)
		c.State = store.Accepted
		return errors.Join(err, a.SetCandidate(c))
	})
	if err != nil {
		t.Fatal(err)
	}
	all, err := st.Sources(t.Context())
	if err != nil || len(all) != 1 || all[0].ItemsWeek != 2 || all[0].Seen != 2 || all[0].Accepted != 1 || all[0].Failures != 2 {
		t.Errorf("%+v, %v", all, err)
	}
}

func TestSourcesAreCountedByTheirCandidates(t *testing.T) {
	st := storetest.Open(t)
	now := storetest.Start.Add(-20 * 24 * time.Hour)
	st.SetClock(func() time.Time { return now })
	a, b := source(t, st, "a"), source(t, st, "b")
	again := entry(1) // the same link as another item
	again.Key, again.Alt, again.Hash = 11, 12, 13
	add(t, st, a, entry(1), entry(2), again)
	now = storetest.Start
	late := entry(2)
	late.Key, late.Alt, late.Hash = 21, 22, 23
	add(t, st, a, late, entry(3))
	add(t, st, b, entry(1), entry(4))
	setState(t, st, store.Accepted, 1, 4)
	want := map[string][3]int{"a": {2, 3, 1}, "b": {2, 2, 2}}
	all, err := st.Sources(t.Context())
	if err != nil || len(all) != len(want) {
		t.Fatal(all, err)
	}
	for _, h := range all {
		if got := [3]int{h.ItemsWeek, h.Seen, h.Accepted}; got != want[h.Name] {
			t.Errorf("%s: %v, want %v", h.Name, got, want[h.Name])
		}
	}
	weeks, err := st.SourceWeeks(t.Context(), now.Add(-28*24*time.Hour), 5)
	if err != nil || fmt.Sprint(weeks) != "map[a:[{0 0} {3 1} {0 0} {0 0} {2 0}] b:[{0 0} {0 0} {0 0} {0 0} {2 2}]]" {
		t.Errorf("%v, %v", weeks, err)
	}
}

func TestHostsThatAskedToBeLeftAlone(t *testing.T) {
	st := storetest.Open(t)
	if err := st.SetWait(t.Context(), "a.example", storetest.Start.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := st.SetWait(t.Context(), "b.example", storetest.Start.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	waits, err := st.Waits(t.Context())
	if err != nil || len(waits) != 1 || !waits["a.example"].Equal(storetest.Start.Add(time.Hour)) {
		t.Errorf("%v, %v", waits, err)
	}
}

func TestOpenRefusesWhatItMustNotTouch(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		make func(path string) error
		want string
	}{
		"no database":  {func(p string) error { return os.WriteFile(p, []byte(strings.Repeat("not a database ", 500)), 0o644) }, "damaged database"},
		"other tables": {func(p string) error { return execute(p, `CREATE TABLE bookmarks (url TEXT)`) }, "another program"},
		"newer": {func(p string) error {
			st, err := store.Open(t.Context(), p)
			if err != nil {
				return err
			}
			return errors.Join(st.Close(), execute(p, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99, 1)`))
		}, "newer wiredesk"},
	} {
		path := filepath.Join(dir, strings.ReplaceAll(name, " ", "-")+".db")
		if err := c.make(path); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		before, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		st, err := store.Open(t.Context(), path)
		if err == nil {
			st.Close()
			t.Errorf("%s: opened", name)
			continue
		}
		if !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
		if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
			t.Errorf("%s: the file was changed", name)
		}
	}
	if _, err := store.Open(t.Context(), filepath.Join(dir, "missing", "x.db")); err == nil || !strings.Contains(err.Error(), "no folder") {
		t.Errorf("missing folder: %v", err)
	}
}

func execute(path, statement string) error {
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		return err
	}
	_, err = db.Exec(statement)
	return errors.Join(err, db.Close())
}

func TestSeveralProcessesOpenANewDatabaseAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.db")
	var wg sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wg.Go(func() {
			st, err := store.Open(context.Background(), path)
			if err == nil {
				_, err = st.SyncSources(context.Background(), []store.Source{{Name: fmt.Sprint(i), Kind: "feed", URL: "https://x.example/"}})
				err = errors.Join(err, st.Close())
			}
			errs[i] = err
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
}

func TestEveryConnectionIsDurableAndKeepsReferences(t *testing.T) {
	st := storetest.Open(t)
	if err := st.SetDraft(t.Context(), store.Draft{Week: "2026-W01"}); err == nil {
		t.Error("a draft without an issue is stored: foreign keys are off")
	}
	for name, got := range store.Settings(t, st) {
		if want := map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "busy_timeout": "5000"}[name]; got != want {
			t.Errorf("%s = %s, want %s", name, got, want)
		}
	}
}

func TestBackupIsACompleteCopy(t *testing.T) {
	st := storetest.Open(t)
	add(t, st, source(t, st, "a"), entry(1))
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := st.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if err := st.Backup(t.Context(), path); err == nil {
		t.Error("a backup overwrote a file")
	}
	again, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if all := queue(t, again, store.Filter{}); len(all) != 1 {
		t.Errorf("%+v", all)
	}
}

func TestOneHarvestAtATime(t *testing.T) {
	st := storetest.Open(t)
	unlock, err := st.LockHarvest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := st.LockHarvest(t.Context()); err == nil || !strings.Contains(err.Error(), "running since 2026-11-18T09:00:00Z") {
		t.Errorf("second harvest: %v", err)
	}
	unlock()
	again, err := st.LockHarvest(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again()
}

func TestTextThatCameWithAnItemIsStoredWithIt(t *testing.T) {
	st := storetest.Open(t)
	it := entry(1)
	it.Own = &store.Page{URL: it.URL, Body: []byte("Words."), Text: "Words.", Quotes: []store.Quote{{Kind: "key", Text: "Words.", Speaker: "Ann"}}}
	add(t, st, source(t, st, "a"), it)
	if _, text, err := st.SnapshotText(t.Context(), 1); err != nil || text != "Words." {
		t.Errorf("%q, %v", text, err)
	}
	// Another source shows the same link with other words: the first page stands.
	again := entry(1)
	again.Own = &store.Page{URL: it.URL, Body: []byte("Other."), Text: "Other."}
	add(t, st, source(t, st, "b"), again)
	if _, text, err := st.SnapshotText(t.Context(), 1); err != nil || text != "Words." {
		t.Errorf("%q, %v", text, err)
	}
	quotes, err := st.Quotes(t.Context(), []int64{1})
	if err != nil || len(quotes[1]) != 1 || quotes[1][0].Speaker != "Ann" {
		t.Errorf("%+v, %v", quotes, err)
	}
}

func TestADatabaseThatWasRemovedIsNoticed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "w.db")
	st, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if err := st.StillThere(); err != nil {
		t.Error(err)
	}
	if err := os.Rename(path, path+".old"); err != nil {
		t.Fatal(err)
	}
	if err := st.StillThere(); err == nil {
		t.Error("it is gone, and nobody says so")
	}
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := st.StillThere(); err == nil {
		t.Error("it is another file, and nobody says so")
	}
}

func TestAPollThatCannotBeStoredFailsAlone(t *testing.T) {
	st := storetest.Open(t)
	polls := []store.Poll{
		{Source: source(t, st, "a"), Items: []store.Item{entry(1)}},
		{Source: store.Source{ID: 99, Name: "nowhere"}, Items: []store.Item{entry(2)}},
		{Source: source(t, st, "b"), Items: []store.Item{entry(3)}},
	}
	err := st.AddPolls(t.Context(), polls)
	if err == nil || !strings.Contains(err.Error(), "nowhere: store: ") || polls[1].Err == nil {
		t.Errorf("%v", err)
	}
	for _, i := range []int{0, 2} {
		if polls[i].Err != nil || polls[i].Added.Candidates != 1 {
			t.Errorf("poll %d: %+v, %v", i, polls[i].Added, polls[i].Err)
		}
	}
	if all := queue(t, st, store.Filter{}); len(all) != 2 {
		t.Errorf("queue: %+v", all)
	}
}

// Ranks are stored in parts. A candidate joins the story of one that was stored in an earlier part.
func TestRanksOfOneCallFindEachOther(t *testing.T) {
	st := storetest.Open(t)
	src := source(t, st, "a")
	const n = 700
	var items []store.Item
	ranks := []store.Rank{}
	for i := 1; i <= n; i++ {
		items = append(items, entry(i))
		ranks = append(ranks, store.Rank{ID: int64(i), Score: 1, Lead: true})
	}
	add(t, st, src, items...)
	ranks[n-1] = store.Rank{ID: n, Join: 1, Score: 1}
	if err := st.SetRanks(t.Context(), ranks); err != nil {
		t.Fatal(err)
	}
	if left := queue(t, st, store.Filter{Stale: true}); len(left) != 0 {
		t.Errorf("%d are stale still", len(left))
	}
	together := map[int64]int{}
	for _, c := range queue(t, st, store.Filter{}) {
		together[c.StoryID]++
	}
	first, err := st.Candidate(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	if len(together) != n-1 || together[first.StoryID] != 2 || ranks[n-1].Story != first.StoryID {
		t.Errorf("%d stories, %d in the first, the last in %d of %d", len(together), together[first.StoryID], ranks[n-1].Story, first.StoryID)
	}
}

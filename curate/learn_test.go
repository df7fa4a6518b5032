package curate

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"wiredesk/curate/rank"
	"wiredesk/store"
	"wiredesk/store/storetest"
)

// wire stores what a source shows, one item a URL, whose title are the words of its path; and
// refreshes. A URL with "aarch64" in it matches the topic.
func wire(t *testing.T, d *Desk, source string, urls ...string) {
	t.Helper()
	src, err := d.Store.SyncSources(t.Context(), []store.Source{{Name: source, Kind: "feed", URL: "https://" + source + ".example/feed"}})
	must(t, err)
	var items []store.Item
	for i, u := range urls {
		n := int64(len(source)*1_000_000 + i)
		it := store.Item{Key: n, Alt: n, Hash: n, URL: u, Canonical: u, Title: strings.NewReplacer("/", " ", "-", " ").Replace(strings.TrimPrefix(u, "https://")), Taken: true}
		if strings.Contains(u, "aarch64") {
			it.Matched = []store.Match{{Term: "aarch64", Where: "title", Weight: 3}}
		}
		items = append(items, it)
	}
	_, err = d.Store.AddItems(t.Context(), src[0], items)
	must(t, err)
	must(t, d.Refresh(t.Context()))
}

func scored(t *testing.T, d *Desk, url string) store.Candidate {
	t.Helper()
	c, err := d.Store.CandidateByURL(t.Context(), url)
	must(t, err)
	total := 0.0
	for _, r := range c.Why {
		total += r.Weight
	}
	if math.Abs(total-c.Score) > 0.01 {
		t.Errorf("%s: the reasons add up to %g, the score is %g: %+v", url, total, c.Score, c.Why)
	}
	return c
}

func reasons(c store.Candidate) string {
	var out []string
	for _, r := range c.Why {
		out = append(out, r.Term)
	}
	return strings.Join(out, "; ")
}

// taught is a desk whose editor took what packages.example had, and rejected what gossip.example had.
func taught(t *testing.T) *Desk {
	t.Helper()
	d := desk(t, 0)
	var urls []string
	for i := range 9 {
		urls = append(urls, fmt.Sprintf("https://packages.example/ports/release-%c", 'a'+i), fmt.Sprintf("https://gossip.example/stars/wedding-%c", 'a'+i))
	}
	wire(t, d, "mixed", urls...)
	for i, u := range urls {
		verdict := store.Accepted
		if i%2 == 1 {
			verdict = store.Rejected
		}
		must(t, d.Decide(t.Context(), verdict, candidates(scored(t, d, u).ID), Marks{}))
	}
	return d
}

const (
	wanted   = "https://packages.example/ports/release-new"
	unwanted = "https://gossip.example/stars/wedding-new"
	topical  = "https://somewhere.example/aarch64"
)

func TestWithoutHistoryTheTermsDecide(t *testing.T) {
	d := desk(t, 0)
	wire(t, d, "mixed", wanted, unwanted, topical)
	if a, b, c := scored(t, d, wanted), scored(t, d, unwanted), scored(t, d, topical); a.Score != 0 || b.Score != 0 || c.Score != 3 || reasons(c) != "aarch64 in title" {
		t.Errorf("%g, %g, %g for %q", a.Score, b.Score, c.Score, reasons(c))
	}
}

func TestDecisionsAreLearnedFromAtTheNextHarvest(t *testing.T) {
	d := taught(t)
	wire(t, d, "later", wanted, unwanted, topical)
	yes, no := scored(t, d, wanted), scored(t, d, unwanted)
	if yes.Score < 1 || no.Score > -1 {
		t.Errorf("wanted %g, unwanted %g", yes.Score, no.Score)
	}
	if !strings.Contains(reasons(yes), "you took 9 of 9 from packages.example") || !strings.Contains(reasons(no), "you took none of 9 from gossip.example") {
		t.Errorf("%q; %q", reasons(yes), reasons(no))
	}
	if scored(t, d, topical).Score < 1 {
		t.Errorf("the terms count no more: %+v", scored(t, d, topical))
	}
}

func TestALittleHistoryShiftsALittle(t *testing.T) {
	d := desk(t, 0)
	some := []string{wanted, wanted + "-2", wanted + "-3", wanted + "-4", wanted + "-5", unwanted, topical}
	wire(t, d, "mixed", some...)
	last, next := 0.0, ""
	for i, u := range some[:5] {
		must(t, d.Decide(t.Context(), store.Accepted, candidates(scored(t, d, u).ID), Marks{}))
		next = fmt.Sprintf("https://packages.example/%d/release-next", i) // an origin of its own: of many from one, some are pushed down
		wire(t, d, strings.Repeat("later", i+1), next)
		got := scored(t, d, next).Score
		if i < 4 && got != 0 {
			t.Errorf("%d decisions are a taste: %g", i+1, got)
		}
		last = got
	}
	if last <= 0 || last >= scored(t, d, topical).Score {
		t.Errorf("five decisions: %g, beside %g for a term", last, scored(t, d, topical).Score)
	}
}

func TestUndoUnlearns(t *testing.T) {
	d := taught(t)
	wanted := "https://packages.example/other/release-new" // of another origin than the nine, which all wait again
	wire(t, d, "later", wanted)
	before := scored(t, d, wanted).Score
	_, err := d.Undo(t.Context(), 18)
	must(t, err)
	if _, err := d.Learn(t.Context()); err != nil {
		t.Fatal(err)
	}
	if after := scored(t, d, wanted); before < 1 || after.Score != 0 {
		t.Errorf("%g, and %g after all was taken back: %+v", before, after.Score, after.Why)
	}
}

func TestLearningIsTheSameEveryTime(t *testing.T) {
	model := func() []byte {
		d := taught(t)
		_, err := d.Learn(t.Context())
		must(t, err)
		l, err := d.Store.Learned(t.Context())
		must(t, err)
		return l.Model
	}
	a, b := model(), model()
	if len(a) == 0 || !slices.Equal(a, b) {
		t.Errorf("%d and %d bytes", len(a), len(b))
	}
	m, err := rank.Decode(a)
	must(t, err)
	if !slices.Equal(m.Encode(), a) {
		t.Error("decoded and encoded it is another")
	}
}

func TestNothingNewIsNotLearnedAgain(t *testing.T) {
	d := taught(t)
	first, err := d.Learn(t.Context())
	must(t, err)
	again, err := d.Learn(t.Context())
	must(t, err)
	if !first || again {
		t.Errorf("learned %v, then %v", first, again)
	}
	must(t, d.Decide(t.Context(), store.Rejected, candidates(1), Marks{}))
	must(t, d.LearnAfter(t.Context(), 2))
	l, err := d.Store.Learned(t.Context())
	must(t, err)
	now, err := d.Store.Basis(t.Context())
	must(t, err)
	if l.From == now {
		t.Error("one decision was learned from, though two were asked for")
	}
	must(t, d.LearnAfter(t.Context(), 1))
	if l, err = d.Store.Learned(t.Context()); err != nil || l.From != now {
		t.Errorf("learned from %+v of %+v, %v", l.From, now, err)
	}
}

func TestANewModelScoresTheOpenWindowOnly(t *testing.T) {
	d := desk(t, 0)
	old, held := "https://gossip.example/stars/old", "https://gossip.example/stars/held"
	d.Store.SetClock(func() time.Time { return storetest.Start.AddDate(0, 0, -30) })
	wire(t, d, "before", old)
	d.Store.SetClock(func() time.Time { return storetest.Start })
	wire(t, d, "now", unwanted, held)
	must(t, d.Decide(t.Context(), store.Held, candidates(scored(t, d, held).ID), Marks{}))
	var bad []string
	for i := range 8 {
		bad = append(bad, fmt.Sprintf("https://gossip.example/stars/no-%c", 'a'+i))
	}
	good := []string{wanted, wanted + "-2", wanted + "-3", wanted + "-4", wanted + "-5"}
	wire(t, d, "more", append(bad, good...)...)
	for _, u := range bad {
		must(t, d.Decide(t.Context(), store.Rejected, candidates(scored(t, d, u).ID), Marks{}))
	}
	for _, u := range good {
		must(t, d.Decide(t.Context(), store.Accepted, candidates(scored(t, d, u).ID), Marks{}))
	}
	_, err := d.Learn(t.Context())
	must(t, err)
	if scored(t, d, unwanted).Score >= 0 {
		t.Errorf("in the window: %+v", scored(t, d, unwanted))
	}
	for _, u := range []string{old, held} {
		if c := scored(t, d, u); c.Score != 0 {
			t.Errorf("%s was scored again: %g", u, c.Score)
		}
	}
}

func TestBackIssuesAreLearnedFrom(t *testing.T) {
	d := desk(t, 0)
	d.Judge = func(title, url, text string) []store.Match { return nil }
	must(t, d.Refresh(t.Context()))
	var links []store.BackLink
	for i := range 12 {
		links = append(links, store.BackLink{Item: 1, URL: fmt.Sprintf("https://packages.example/ports/release-%c", 'a'+i)})
	}
	_, err := d.Store.SetBackIssue(t.Context(), store.BackIssue{
		Issue: store.Issue{Week: "2026-W46", Number: 1, Published: storetest.Start.AddDate(0, 0, -5)},
		Parts: []store.BackPart{{Kind: store.StoryPart, Heading: "Ports", Links: links}, {Kind: store.ColophonPart, Links: []store.BackLink{{URL: "https://gossip.example/stars/print"}}}},
	})
	must(t, err)
	wire(t, d, "mixed", wanted, unwanted, "https://elsewhere.example/a", "https://elsewhere.example/b", "https://elsewhere.example/c")
	if a, b := scored(t, d, wanted), scored(t, d, unwanted); a.Score < 0.5 || b.Score >= a.Score/2 || !strings.Contains(reasons(a), "you took 12 of 12 from packages.example") {
		t.Errorf("%g (%s), %g (%s)", a.Score, reasons(a), b.Score, reasons(b))
	}
}

func TestPinsWinOverLearning(t *testing.T) {
	d := taught(t)
	wire(t, d, "later", wanted, unwanted, topical, "https://blog.gossip.example/party")
	ctx := t.Context()
	must(t, d.Mute(ctx, "https://Packages.example/"))
	must(t, d.Pin(ctx, "Wedding", 4))
	must(t, d.Pin(ctx, "gossip.example", 0))
	must(t, d.Pin(ctx, "AArch64", 1))
	if c := scored(t, d, wanted); c.Score > -5 || !strings.Contains(reasons(c), "packages.example, muted by you") || strings.Contains(reasons(c), "you took") && strings.Contains(reasons(c), "from packages.example") {
		t.Errorf("muted: %g, %s", c.Score, reasons(c))
	}
	if c := scored(t, d, unwanted); !strings.Contains(reasons(c), "wedding, pinned by you") || strings.Contains(reasons(c), "from gossip.example") || c.Score < 1 {
		t.Errorf("pinned: %g, %s", c.Score, reasons(c))
	}
	if c := scored(t, d, topical); !strings.HasPrefix(reasons(c), "aarch64, pinned by you") {
		t.Errorf("pinned below the topic's weight: %g, %s", c.Score, reasons(c))
	}
	l, err := d.Learned(ctx)
	must(t, err)
	if want := []store.Pin{{Name: "aarch64", Weight: 1}, {Name: "gossip.example", Weight: 0}, {Name: "packages.example", Weight: rank.Muted}, {Name: "wedding", Weight: 4}}; !reflect.DeepEqual(l.Pins, want) {
		t.Errorf("%+v", l.Pins)
	}
	must(t, d.Unpin(ctx, "packages.example"))
	if c := scored(t, d, wanted); c.Score < 1 {
		t.Errorf("not muted any more: %g, %s", c.Score, reasons(c))
	}
	for _, err := range []error{d.Unpin(ctx, "packages.example"), d.Pin(ctx, " ", 1), d.Pin(ctx, "x", 11), d.Pin(ctx, "x", math.NaN())} {
		var m *Mistake
		if !errors.As(err, &m) {
			t.Errorf("%v is no mistake", err)
		}
	}
}

func TestThePageOfWhatWasLearned(t *testing.T) {
	d := desk(t, 0)
	l, err := d.Learned(t.Context())
	must(t, err)
	if !l.Made.IsZero() || len(l.Terms)+len(l.Sites)+len(l.Sources) > 0 {
		t.Errorf("of nothing: %+v", l)
	}
	d = taught(t)
	l, err = d.Learned(t.Context())
	must(t, err)
	if l.Took != 9 || l.Seen != 18 || l.Made.IsZero() {
		t.Errorf("%d of %d, %v", l.Took, l.Seen, l.Made)
	}
	find := func(all []rank.Learnt, name string) rank.Learnt {
		for _, r := range all {
			if r.Name == name {
				return r
			}
		}
		t.Errorf("nothing of %s in %+v", name, all)
		return rank.Learnt{}
	}
	if good, bad := find(l.Sites, "packages.example"), find(l.Sites, "gossip.example"); good.Weight <= 0 || bad.Weight >= 0 || good.Record != (rank.Record{Took: 9, Seen: 9}) {
		t.Errorf("%+v, %+v", good, bad)
	}
	if good, bad := find(l.Terms, "release"), find(l.Terms, "wedding"); good.Weight <= 0 || bad.Weight >= 0 || bad.Record != (rank.Record{Seen: 9}) {
		t.Errorf("%+v, %+v", good, bad)
	}
	if src := find(l.Sources, "mixed"); src.Record != (rank.Record{Took: 9, Seen: 18}) {
		t.Errorf("%+v", src)
	}
}

func TestOneLoudWireDoesNotFillTheFirstPage(t *testing.T) {
	d := desk(t, 0)
	var shouts, others []string
	for i := range 1500 {
		shouts = append(shouts, fmt.Sprintf("https://loud%d.example/aarch64", i))
	}
	for i := range 45 {
		others = append(others, fmt.Sprintf("https://quiet%d.example/aarch64", i))
	}
	wire(t, d, "loud", shouts...)
	wire(t, d, "quiet-one", others[:15]...)
	wire(t, d, "quiet-number-two", others[15:30]...)
	wire(t, d, "quiet-and-the-third", others[30:]...)
	page, err := d.Store.Candidates(t.Context(), store.Filter{State: store.Queued, Limit: rank.Page})
	must(t, err)
	had := map[string]int{}
	for _, c := range page {
		scored(t, d, c.URL)
		err := d.Store.Sightings(t.Context(), []int64{c.ID}, func(g store.Sighting) { had[g.Source]++ })
		must(t, err)
	}
	// Three others have thirty places by their quotas; the rest is as the scores fall.
	if had["loud"] > rank.Page-30 || had["quiet-one"] < 10 || had["quiet-number-two"] < 10 || had["quiet-and-the-third"] < 10 {
		t.Errorf("%v", had)
	}
	last := scored(t, d, shouts[1499])
	if !strings.Contains(reasons(last), "more than its share from loud") || last.Score < 2.5 {
		t.Errorf("%+v", last)
	}
}

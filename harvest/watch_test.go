package harvest_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"wiredesk/harvest"
	"wiredesk/store"
)

// pull is a pull request as GitHub's REST interface answers it.
func pull(state, merged string) http.HandlerFunc {
	closed := "null"
	if state == "closed" {
		closed = `"2026-11-20T08:00:00Z"`
	}
	return text(fmt.Sprintf(`{"number": 12, "title": "Build for arm64", "state": %q, "closed_at": %s, "user": {"login": "ann"},
		"html_url": "https://github.com/reef/pump/pull/12", "pull_request": {"merged_at": %s}}`, state, closed, merged))
}

// taken is a world in which the editor decided about a pull request that a feed brought.
func taken(t *testing.T, state store.State, week string) *world {
	w := news(t, rss(`<item><link>https://github.com/reef/pump/pull/12#issuecomment-5</link><title>pump for arm64</title></item>`, entry("", "other", "arm64 elsewhere")))
	w.run(harvest.Options{NoPages: true})
	_, err := w.st.Act(context.Background(), "ed", "test", func(a *store.Act) error {
		for _, c := range w.queue() {
			id, err := a.NewStory()
			if err != nil {
				return err
			}
			st, err := a.Story(id)
			if err != nil {
				return err
			}
			st.Headline, st.Week = "Pump comes to arm64", week
			if err := a.SetStory(st); err != nil {
				return err
			}
			c.State, c.StoryID = state, id
			if err := a.SetCandidate(c); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	w.requests()
	return w
}

const pullAPI = "https://api.github.com/repos/reef/pump/issues/12"

func TestMergedPullRequestQueuesAFollowUp(t *testing.T) {
	for _, c := range []struct {
		state    store.State
		week     string
		told     string
		covering store.Covered
	}{
		{store.Published, "2026-W46", "covered in 2026-W46", store.Covered{Week: "2026-W46", Heading: "Pump comes to arm64", Kind: "follow-up"}},
		{store.Held, "", "you hold it", store.Covered{Heading: "Pump comes to arm64", Kind: "follow-up"}},
	} {
		w := taken(t, c.state, c.week)
		w.answers(pullAPI, pull("open", "null"))
		w.run(harvest.Options{NoPages: true})
		if got := w.requests(); got != "api.github.com/repos/reef/pump/issues/12" {
			t.Fatalf("asked %s", got)
		}
		w.later(20 * time.Hour)
		w.run(harvest.Options{NoPages: true})
		if got := w.requests(); strings.Contains(got, "github") {
			t.Errorf("asked again within a day: %s", got)
		}
		w.later(5 * 24 * time.Hour)
		w.answers(pullAPI, pull("closed", `"2026-11-20T08:00:00Z"`))
		if rep := w.run(harvest.Options{NoPages: true}); rep.New != 1 {
			t.Errorf("%+v", rep)
		}
		q := w.queue()
		got := q[len(q)-1]
		if len(q) != 3 || got.Title != "Merged: Build for arm64" || got.URL != q[0].URL || got.State != store.Queued || !strings.Contains(got.Excerpt, c.told) ||
			got.Facts.State != "merged" || !got.Published.Equal(time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)) || len(got.Matched) == 0 {
			t.Errorf("%s: %+v", c.state, got)
		}
		c.covering.URL = q[0].URL
		covered, err := w.st.Covered(context.Background(), []int64{got.ID, q[0].ID})
		if err != nil || len(covered) != 1 || len(covered[got.ID]) != 1 || covered[got.ID][0] != c.covering {
			t.Errorf("%s: covered %+v, %v", c.state, covered, err)
		}
		w.requests()
		w.later(60 * 24 * time.Hour)
		w.run(harvest.Options{NoPages: true})
		if got := w.requests(); strings.Contains(got, "github") || len(w.queue()) != 3 {
			t.Errorf("%s: asked about what is merged: %s", c.state, got)
		}
	}
}

func TestEachChangeIsToldOnceAndWhatTellsItIsNotWatched(t *testing.T) {
	w := taken(t, store.Published, "2026-W46")
	w.answers(pullAPI, pull("closed", "null")) // so it was when it was taken, as far as anybody knows
	w.run(harvest.Options{NoPages: true})
	for i, answer := range []http.HandlerFunc{pull("open", "null"), pull("closed", "null"), pull("closed", "null"), pull("open", "null")} {
		w.later(15 * 24 * time.Hour)
		w.answers(pullAPI, answer)
		w.run(harvest.Options{NoPages: true})
		if i == 0 { // the editor takes the news as well
			q := w.queue()
			_, err := w.st.Act(context.Background(), "ed", "accept", func(a *store.Act) error {
				q[2].State = store.Accepted
				return a.SetCandidate(q[2])
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := w.titles(); got != "pump for arm64, arm64 elsewhere, Reopened: Build for arm64, Closed: Build for arm64, Reopened: Build for arm64" {
		t.Errorf("queue: %s", got)
	}
}

// TestStateIsThatOfTheVerdict: a search hears of the change before the watch does, and another
// wire says something else of the same page.
func TestStateIsThatOfTheVerdict(t *testing.T) {
	w := newWorld(t)
	search := func(name, url string) {
		s := w.source(name, url)
		s.Kind, s.Query, s.Match = harvest.KindSearch, "arm64", "all"
	}
	search("issues", "http://forge.example/issues?q={query}")
	search("stories", "http://hn.example/api?q={query}")
	found := func(state string) {
		w.answers("http://forge.example/issues?q=arm64", text(`{"total_count": 1, "incomplete_results": false, "items": [{"html_url": "https://github.com/reef/pump/issues/12", "title": "arm64", "number": 12, "state": "`+state+
			`", "labels": [{"name": "port"}], "created_at": "2026-11-17T08:00:00Z", "user": {"login": "ann"}, "body": "x"}]}`))
	}
	found("open")
	w.answers("http://hn.example/api?q=arm64", text(`{"hits": [], "nbHits": 0}`))
	w.run(all)
	c := w.queue()[0]
	if _, err := w.st.Act(context.Background(), "ed", "hold", func(a *store.Act) error { c.State = store.Held; return a.SetCandidate(c) }); err != nil {
		t.Fatal(err)
	}
	found("closed")
	w.answers("http://hn.example/api?q=arm64", text(`{"hits": [{"objectID": "5", "title": "arm64", "url": "https://github.com/reef/pump/issues/12", "author": "bo", "points": 9, "num_comments": 3, "created_at": "2026-11-17T09:00:00Z"}], "nbHits": 1}`))
	w.answers(pullAPI, text(`{"number": 12, "title": "arm64", "state": "closed", "state_reason": "completed", "closed_at": "2026-11-18T08:30:00Z", "html_url": "https://github.com/reef/pump/issues/12", "user": {"login": "ann"}}`))
	w.run(all)
	q := w.queue()
	if len(q) != 2 || !strings.HasPrefix(q[1].Title, "Closed") || q[1].Follows != q[0].ID {
		t.Fatalf("queue: %s", w.titles())
	}
	if f := q[0].Facts; f.Kind != "issue" || f.State != "closed" || strings.Join(f.Labels, "") != "port" || f.Points != 9 {
		t.Errorf("facts: %+v", f)
	}
}

func TestWhatTheEditorRejectsIsNotWatched(t *testing.T) {
	w := taken(t, store.Rejected, "")
	w.answers(pullAPI, pull("open", "null"))
	w.run(harvest.Options{NoPages: true})
	if got := w.requests(); strings.Contains(got, "github") {
		t.Errorf("asked %s", got)
	}
}

func TestWatchingOutlivesFailures(t *testing.T) {
	w := taken(t, store.Held, "")
	for _, answer := range []http.HandlerFunc{status(500), status(403, "X-RateLimit-Remaining", "0", "X-RateLimit-Reset", "60"), text("<html>a page</html>"), pull("open", "null"), status(502)} {
		w.answers(pullAPI, answer)
		if rep := w.run(harvest.Options{NoPages: true}); rep.Failed != 0 {
			t.Errorf("%+v", rep)
		}
		w.later(15 * 24 * time.Hour)
	}
	w.answers(pullAPI, pull("closed", "null"))
	w.run(harvest.Options{NoPages: true})
	if got := w.titles(); !strings.HasSuffix(got, ", Closed: Build for arm64") {
		t.Errorf("queue: %s", got)
	}
}

func TestWhatIsMissingIsAskedSeldomAndNotForEver(t *testing.T) {
	w := taken(t, store.Held, "")
	w.answers(pullAPI, status(404))
	for range 500 {
		w.run(harvest.Options{NoPages: true})
		w.later(24 * time.Hour)
	}
	if got := strings.Count(w.requests(), "api.github.com"); got < 20 || got > 40 {
		t.Errorf("asked %d times in 500 days", got)
	}
}

func TestWatchingAsksWithTheTokenOfTheSearch(t *testing.T) {
	w := taken(t, store.Held, "")
	s := w.source("issues", "github:issues")
	s.Kind, s.Query, s.Bearer, s.Disabled = harvest.KindSearch, "arm64", "sesame", true
	auth := ""
	w.answers(pullAPI, func(rw http.ResponseWriter, r *http.Request) {
		auth = r.Header.Get("Authorization")
		pull("open", "null")(rw, r)
	})
	w.run(harvest.Options{NoPages: true})
	if auth != "Bearer sesame" {
		t.Errorf("asked with %q", auth)
	}
}

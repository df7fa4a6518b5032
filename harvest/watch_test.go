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

func TestWhatWasClosedWhenItWasTakenIsNoNews(t *testing.T) {
	w := taken(t, store.Published, "2026-W46")
	w.answers(pullAPI, pull("closed", "null"))
	for range 3 {
		w.run(harvest.Options{NoPages: true})
		w.later(3 * 24 * time.Hour)
	}
	if got := w.requests(); strings.Count(got, "api.github.com") != 1 || len(w.queue()) != 2 {
		t.Errorf("asked %s; queue %s", got, w.titles())
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

func TestWhatIsGoneIsNotWatchedAnyMore(t *testing.T) {
	w := taken(t, store.Held, "")
	w.answers(pullAPI, status(404))
	for range 3 {
		w.run(harvest.Options{NoPages: true})
		w.later(30 * 24 * time.Hour)
	}
	if got := w.requests(); strings.Count(got, "api.github.com") != 1 {
		t.Errorf("asked %s", got)
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

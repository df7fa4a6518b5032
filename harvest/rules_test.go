package harvest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"wiredesk/harvest"
)

func TestWindowLeavesOldItemsOut(t *testing.T) {
	w := news(t, "")
	at := func(ago time.Duration) string { return published(w.now.Add(-ago)) }
	const day = 24 * time.Hour
	w.change(rss(
		entry("1", "1", "arm64 today", at(0)), entry("2", "2", "arm64 last week", at(7*day)), entry("3", "3", "arm64 last month", at(30*day)),
		entry("4", "4", "arm64 undated"), entry("5", "5", "arm64 to come", at(-30*day)), entry("6", "6", "arm64 nonsense", "<pubDate>soon</pubDate>"),
	))
	w.topic.Window = 14 * day
	if o := w.poll(); o.New != 6 {
		t.Errorf("%+v", o)
	}
	want := "arm64 today, arm64 last week, arm64 undated, arm64 to come, arm64 nonsense"
	if w.titles() != want {
		t.Errorf("queue: %s", w.titles())
	}
	for _, c := range w.queue()[2:] {
		if !c.Published.IsZero() {
			t.Errorf("%s: published %s, which nobody knows", c.Title, c.Published)
		}
	}
	w.later(60 * day) // what is in the queue stays there, and what is too old stays out
	if w.poll(); w.titles() != want {
		t.Errorf("queue: %s", w.titles())
	}
	w.topic.Window = 0
	if w.poll(); !strings.HasSuffix(w.titles(), ", arm64 last month") {
		t.Errorf("queue without a window: %s", w.titles())
	}
}

func TestRulesOfASource(t *testing.T) {
	body := rss(
		entry("1", "1", "Docker on arm64"), entry("2", "2", "Docker on x86", "<description>There is no arm64 image yet.</description>"),
		entry("3", "arm64-port", "Podman"), entry("4", "4", "Sponsored: arm64 boards"), entry("5", "5", "Of x86"),
	)
	for _, c := range []struct {
		name string
		rule harvest.Source
		want string // numbers of the entries that are queued
	}{
		{"topic", harvest.Source{Match: "topic"}, "1 2 3 4"},
		{"all", harvest.Source{Match: "all"}, "1 2 3 4 5"},
		{"include", harvest.Source{Match: "all", Include: []string{"docker", "PODMAN"}}, "1 2 3"},
		{"include and topic", harvest.Source{Match: "topic", Include: []string{"of x86", "boards"}}, "4"},
		{"exclude", harvest.Source{Match: "all", Exclude: []string{"sponsored:"}}, "1 2 3 5"},
		{"include and exclude", harvest.Source{Match: "all", Include: []string{"x86", "arm64"}, Exclude: []string{"docker"}}, "4 5"},
		{"only the first", harvest.Source{Match: "all", MaxItems: 2}, "1 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := news(t, body)
			c.rule.Name, c.rule.Kind, c.rule.URL = "news", harvest.KindFeed, w.sources[0].URL
			w.sources[0] = c.rule
			w.poll()
			var got []string
			for _, q := range w.queue() {
				for i, title := range []string{"Docker on arm64", "Docker on x86", "Podman", "Sponsored: arm64 boards", "Of x86"} {
					if q.Title == title {
						got = append(got, fmt.Sprint(i+1))
					}
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("queued %v, want %s", got, c.want)
			}
		})
	}
}

func TestChangedRulesJudgeKnownItemsAgain(t *testing.T) {
	for name, change := range map[string]func(*world){
		"terms":   func(w *world) { w.topic.Terms = append(w.topic.Terms, harvest.Term{Term: "RISC-V"}) },
		"match":   func(w *world) { w.sources[0].Match = "all" },
		"exclude": func(w *world) { w.sources[0].Exclude = nil },
		"window":  func(w *world) { w.topic.Window = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			w := news(t, "")
			w.answers("http://news.example/feed", tagged(`"1"`, rss(
				entry("1", "1", "arm64"), entry("2", "2", "RISC-V"), entry("3", "3", "Sponsored: arm64"), entry("4", "4", "arm64 of old", published(w.now.AddDate(-1, 0, 0))))))
			w.topic.Window = 14 * 24 * time.Hour
			w.sources[0].Exclude = []string{"sponsored"}
			w.poll()
			if w.titles() != "arm64" {
				t.Fatalf("queue: %s", w.titles())
			}
			if o := w.poll(); o.Status != 304 {
				t.Fatalf("%+v", o)
			}
			change(w)
			if o := w.poll(); o.Status != 200 || o.New != 0 || o.Known != 4 {
				t.Errorf("%+v", o)
			}
			if len(w.queue()) != 2 {
				t.Errorf("queue: %s", w.titles())
			}
			if o := w.poll(); o.Status != 304 {
				t.Errorf("judged once more: %+v", o)
			}
		})
	}
}

func TestChangedRulesWaitForAPollThatWorks(t *testing.T) {
	w := news(t, "")
	both := tagged(`"1"`, rss(entry("1", "1", "arm64"), entry("2", "2", "RISC-V")))
	w.answers("http://news.example/feed", both)
	w.poll()
	w.sources[0].Match = "all"
	w.answers("http://news.example/feed", status(500))
	w.poll()
	w.answers("http://news.example/feed", both)
	if w.poll(); w.titles() != "arm64, RISC-V" {
		t.Errorf("queue: %s", w.titles())
	}
}

const releases = `<feed xmlns="http://www.w3.org/2005/Atom"><title>Release notes from buildx</title><id>r</id>
<entry><id>tag:github.com,2008:Repository/1/v0.9.0</id><updated>2026-11-17T08:00:00Z</updated><title>v0.9.0</title>
	<link rel="alternate" type="text/html" href="http://git.example/docker/buildx/releases/tag/v0.9.0"/><content type="html">&lt;p&gt;Builds images for arm64 now, and does so without an emulator.&lt;/p&gt;</content></entry>
<entry><id>tag:github.com,2008:Repository/1/v0.9.0-rc1</id><updated>2026-11-16T08:00:00Z</updated><title>v0.9.0-rc1</title>
	<link rel="alternate" type="text/html" href="http://git.example/docker/buildx/releases/tag/v0.9.0-rc1"/><content type="html">&lt;p&gt;Candidate.&lt;/p&gt;</content></entry></feed>`

// project is a world with one source of releases.
func project(t testing.TB, url string) *world {
	w := newWorld(t)
	w.source("buildx", url)
	w.sources[0].Kind, w.sources[0].Match = harvest.KindReleases, "all"
	return w
}

func TestReleasesOfARepository(t *testing.T) {
	w := project(t, "http://git.example/docker/buildx")
	w.answers("http://git.example/docker/buildx/releases.atom", text(releases))
	for range 2 {
		if o := w.poll(); o.Error != "" {
			t.Errorf("%+v", o)
		}
	}
	q := w.queue()
	if w.titles() != "buildx v0.9.0, buildx v0.9.0-rc1" || q[0].URL != "http://git.example/docker/buildx/releases/tag/v0.9.0" {
		t.Errorf("queue: %s, %+v", w.titles(), q)
	}
	// The notes came along: there is no page to fetch.
	if _, notes, err := w.st.SnapshotText(t.Context(), q[0].ID); err != nil || !strings.HasPrefix(notes, "Builds images for arm64 now") {
		t.Errorf("%q, %v", notes, err)
	}
	if w.requests(); w.run(harvest.Options{}).Pages != 0 || w.requests() != "" {
		t.Error("a page was fetched")
	}
}

func TestPrereleasesStayOutWhereTheyAreNotWanted(t *testing.T) {
	no := false
	w := project(t, "http://git.example/docker/buildx/releases.atom")
	w.sources[0].Prerelease = &no
	w.answers("http://git.example/docker/buildx/releases.atom", text(releases))
	if w.poll(); w.titles() != "buildx v0.9.0" {
		t.Errorf("queue: %s", w.titles())
	}
	w.sources[0].Prerelease = nil // the editor changes his mind
	if w.poll(); w.titles() != "buildx v0.9.0, buildx v0.9.0-rc1" {
		t.Errorf("queue: %s", w.titles())
	}
}

func TestProjectThatTagsAndNeverReleasesIsReadByItsTags(t *testing.T) {
	empty := strings.Split(releases, "<entry>")[0] + "</feed>"
	for name, w := range map[string]*world{"no releases": project(t, "http://git.example/docker/buildx"), "an empty list": project(t, "http://git.example/docker/buildx")} {
		if name == "an empty list" {
			w.answers("http://git.example/docker/buildx/releases.atom", tagged(`"empty"`, empty))
		}
		w.answers("http://git.example/docker/buildx/tags.atom", tagged(`"tags"`, releases))
		for range 2 {
			if o := w.poll(); o.Error != "" || len(w.queue()) != 2 {
				t.Errorf("%s: %+v, queue: %s", name, o, w.titles())
			}
		}
		w.answers("http://git.example/docker/buildx/tags.atom", tagged(`"more tags"`, strings.ReplaceAll(releases, "v0.9.0-rc1", "v0.9.1")))
		if w.poll(); w.titles() != "buildx v0.9.0, buildx v0.9.0-rc1, buildx v0.9.1" {
			t.Errorf("%s: queue: %s", name, w.titles())
		}
	}
}

package release

import (
	"strings"
	"testing"
	"time"

	"wiredesk/harvest/feed"
)

// releases parses entries of Atom, each given as id, title and path of its link.
func releases(t *testing.T, host string, entries ...[3]string) []Release {
	t.Helper()
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en-US"><id>tag:x</id><title>Release notes</title><updated>2026-11-17T10:00:00Z</updated>`)
	for _, e := range entries {
		b.WriteString("<entry><id>" + e[0] + "</id><updated>2026-11-16T10:00:00Z</updated><title>" + e[1] + `</title><link rel="alternate" type="text/html" href="` + host + e[2] +
			`"/><content type="html">&lt;p&gt;Builds for arm64 &amp;amp; more.&lt;/p&gt;</content><author><name>reefbot</name></author></entry>`)
	}
	b.WriteString("</feed>")
	d, err := feed.Slice([]byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	all, warnings, err := Parse(d, nil, feed.Meta{URL: host + "/feed"})
	if err != nil || len(warnings) > 0 {
		t.Fatalf("%v, %q", err, warnings)
	}
	return all
}

func TestVersionsAndTitles(t *testing.T) {
	for _, c := range []struct {
		host, id, title, path string
		version, headline     string
	}{
		{"https://github.com", "tag:github.com,2008:Repository/17/v0.9.0", "v0.9.0", "/reef/pump/releases/tag/v0.9.0", "v0.9.0", "pump v0.9.0"},
		{"https://github.com", "tag:github.com,2008:Repository/17/v0.9.0", "Pump 0.9, the quiet one", "/reef/pump/releases/tag/v0.9.0", "v0.9.0", "Pump 0.9, the quiet one"},
		{"https://github.com", "tag:github.com,2008:Repository/17/cli/v2.0", "cli/v2.0", "/reef/pump/releases/tag/cli%2Fv2.0", "cli/v2.0", "pump cli/v2.0"},
		{"https://github.com", "x", "Deep Pump 3", "/reef/deep-pump/releases/tag/3.0", "3.0", "Deep Pump 3"},
		{"https://github.com", "x", "Error handling", "/reef/r/releases/tag/4.1", "4.1", "r Error handling"},
		{"https://gitlab.com", "x", "1.4.0", "/reef/tools/pump/-/releases/1.4.0", "1.4.0", "pump 1.4.0"},
		{"https://gitlab.com", "x", "v1.3", "/reef/tools/pump/-/tags/v1.3", "v1.3", "pump v1.3"},
		{"https://codeberg.org", "x", "v7.0.1", "/reef/pump/releases/tag/v7.0.1", "v7.0.1", "pump v7.0.1"},
		{"https://codeberg.org", "x", "v7.0.1", "/reef/pump/src/tag/v7.0.1", "v7.0.1", "pump v7.0.1"},
		{"https://pypi.org", "x", "2.31.0", "/project/pump/2.31.0/", "2.31.0", "pump 2.31.0"},
		{"https://www.kernel.org", "x", "6.16.2: stable", "/", "6.16.2", "6.16.2: stable"},
		{"https://www.kernel.org", "x", "next-20260821: linux-next", "/", "next-20260821", "next-20260821: linux-next"},
		{"https://blog.example.org", "x", "ARM64 builds of Pump v2.5.1 are out", "/pump", "v2.5.1", "ARM64 builds of Pump v2.5.1 are out"},
	} {
		r := releases(t, c.host, [3]string{c.id, c.title, c.path})[0]
		if r.Version != c.version || r.Title != c.headline {
			t.Errorf("%s%s %q: version %q, title %q", c.host, c.path, c.title, r.Version, r.Title)
		}
	}
}

func TestPrereleases(t *testing.T) {
	for _, c := range []struct {
		tag, title string
		want       bool
	}{
		{"v1.0.0", "v1.0.0", false},
		{"1.0", "Alphabet soup 1.0", false},
		{"v2.0.0-arm64", "v2.0.0-arm64", false},
		{"v3.0.0", "Snapshot isolation in v3", false},
		{"preload-1.0", "preload-1.0", false},
		{"v1.0.0-rc1", "v1.0.0-rc1", true},
		{"v1.0.0-rc.2", "v1.0.0-rc.2", true},
		{"v1.0-beta", "v1.0-beta", true},
		{"1.0.0a2", "1.0.0a2", true},
		{"v3.15.0rc1", "v3.15.0rc1", true},
		{"2.0.0.dev0", "2.0.0.dev0", true},
		{"v1.2.0-alpha.3", "v1.2.0-alpha.3", true},
		{"5.0.0-M3", "5.0.0-M3", true},
		{"nightly-2026-11-16", "nightly-2026-11-16", true},
		{"25-ea+3", "25-ea+3", true},
		{"1.0.0-next.3", "1.0.0-next.3", true},
		{"1.0-SNAPSHOT", "1.0-SNAPSHOT", true},
		{"v1.95.78", "Nightly v1.95.78 (Engine 152)", true},
		{"v1.94.112", "Beta v1.94.112", true},
		{"v4", "Release candidate for v4", true},
	} {
		r := releases(t, "https://github.com", [3]string{"x", c.title, "/reef/pump/releases/tag/" + strings.ReplaceAll(c.tag, "+", "%2B")})[0]
		if r.Version != c.tag || r.Prerelease != c.want {
			t.Errorf("%s, %q: version %q, prerelease %v", c.tag, c.title, r.Version, r.Prerelease)
		}
	}
}

func TestAReleaseKeepsItsNotesAndDate(t *testing.T) {
	r := releases(t, "https://github.com", [3]string{"tag:github.com,2008:Repository/17/v1", "v1", "/reef/pump/releases/tag/v1"})[0]
	if r.ID != "tag:github.com,2008:Repository/17/v1" || r.Author != "reefbot" || !r.Published.Equal(time.Date(2026, 11, 16, 10, 0, 0, 0, time.UTC)) || r.ContentText() != "Builds for arm64 & more." {
		t.Errorf("got %+v", r)
	}
}

func TestOnlyTheWantedReleasesAreRead(t *testing.T) {
	d, err := feed.Slice([]byte(`<rss version="2.0"><channel><title>PyPI recent updates for pump</title><item><title>2.1</title><link>https://pypi.org/project/pump/2.1/</link></item><item><title>2.0</title><link>https://pypi.org/project/pump/2.0/</link></item></channel></rss>`))
	if err != nil {
		t.Fatal(err)
	}
	all, _, err := Parse(d, []int{1}, feed.Meta{})
	if err != nil || len(all) != 1 || all[0].Version != "2.0" || all[0].Entry != 1 {
		t.Errorf("got %+v, %v", all, err)
	}
}

package release

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"wiredesk/harvest/feed"
	"wiredesk/harvest/page"
)

// read reads an answer without a warning.
func read(t *testing.T, from, body string) []Release {
	t.Helper()
	all, warnings, err := Read([]byte(body), "", feed.Meta{URL: from})
	if err != nil || len(warnings) > 0 {
		t.Fatalf("%v, %q", err, warnings)
	}
	return all
}

// lines are the facts of releases: version, title, URL, day, processors, prerelease.
func lines(all []Release) string {
	var out []string
	for _, r := range all {
		day := ""
		if !r.Published.IsZero() {
			day = r.Published.Format("2006-01-02")
		}
		pre := ""
		if r.Prerelease {
			pre = "pre"
		}
		out = append(out, strings.Join([]string{r.Version, r.Title, r.URL, day, strings.Join(r.Architectures, "+"), pre}, "|"))
	}
	return strings.Join(out, "\n")
}

func TestServices(t *testing.T) {
	for _, c := range []struct{ name, from, body, want string }{
		{"GitHub releases", "https://api.github.com/repos/reef/pump/releases?per_page=100", `[
			{"tag_name":"v3.0.0","name":"Unfinished","draft":true,"html_url":"https://github.com/reef/pump/releases/tag/untagged-1"},
			{"tag_name":"v2.1.0-rc.1","name":"","prerelease":false,"published_at":"2026-11-16T10:00:00Z","html_url":"https://github.com/reef/pump/releases/tag/v2.1.0-rc.1","assets":[]},
			{"tag_name":"v2.0.0","name":"The quiet one","prerelease":true,"published_at":"2026-11-10T10:00:00Z","html_url":"https://github.com/reef/pump/releases/tag/v2.0.0","author":{"login":"reefbot"},
			 "assets":[{"name":"pump_linux_arm64.tar.gz"},{"name":"pump_linux_x86_64.tar.gz"},{"name":"pump_linux_armv7.tar.gz"},{"name":"sha256sums.txt"}]}]`,
			"v2.1.0-rc.1|pump v2.1.0-rc.1|https://github.com/reef/pump/releases/tag/v2.1.0-rc.1|2026-11-16||pre\n" +
				"v2.0.0|pump The quiet one|https://github.com/reef/pump/releases/tag/v2.0.0|2026-11-10|amd64+arm/v7+arm64|pre"},
		{"GitHub tags", "https://api.github.com/repos/reef/pump/tags", `[{"name":"cli/v1.2","commit":{"sha":"aa","url":"https://api.github.com/x"}},{"name":"v1.1#2","commit":{}}]`,
			"cli/v1.2|pump cli/v1.2|https://github.com/reef/pump/releases/tag/cli/v1.2|||\nv1.1#2|pump v1.1#2|https://github.com/reef/pump/releases/tag/v1.1%232|||"},
		{"GitLab releases", "https://gitlab.example.org/api/v4/projects/reef%2Fpump/releases", `[{"tag_name":"1.4","name":"Pump 1.4","description":"- *quiet*","released_at":"2026-11-16T09:00:00.000+02:00","upcoming_release":false,"author":{"name":"Jo Tanaka"},
			"assets":{"count":1,"links":[{"name":"pump-aarch64.rpm"}]},"_links":{"self":"https://gitlab.example.org/reef/pump/-/releases/1.4"}}]`,
			"1.4|Pump 1.4|https://gitlab.example.org/reef/pump/-/releases/1.4|2026-11-16|arm64|"},
		{"GitLab tags", "https://gitlab.example.org/api/v4/projects/17/repository/tags", `[{"name":"pump-v0.8","message":"Out\n-----BEGIN PGP SIGNATURE-----\nabc","commit":{"created_at":"2026-03-30T19:23:09.000Z","web_url":"https://gitlab.example.org/reef/pump/-/commit/aa"},"release":null}]`,
			"pump-v0.8|pump-v0.8|https://gitlab.example.org/reef/pump/-/tags/pump-v0.8|2026-03-30||"},
		{"Gitea tags", "https://git.example.org/api/v1/repos/reef/pump/tags", `[{"name":"1.0","message":"Pump 1.0","commit":{"created":"2026-01-22T19:13:24+01:00"}}]`,
			"1.0|pump 1.0|https://git.example.org/reef/pump/src/tag/1.0|2026-01-22||"},
		{"Bitbucket", "https://api.bitbucket.org/2.0/repositories/reef/pump/refs/tags", `{"values":[{"name":"rel_1_1_3","target":{"date":"2026-05-01T00:00:00+00:00"},"links":{"html":{"href":"https://bitbucket.org/reef/pump/commits/tag/rel_1_1_3"}}}]}`,
			"rel_1_1_3|pump rel_1_1_3|https://bitbucket.org/reef/pump/commits/tag/rel_1_1_3|2026-05-01||"},
		{"Pagure", "https://pagure.io/api/0/pump/git/tags", `{"tags":["0.9","0.10"],"total_tags":2}`,
			"0.10|pump 0.10|https://pagure.io/pump/tree/0.10|||\n0.9|pump 0.9|https://pagure.io/pump/tree/0.9|||"},
		{"PyPI", "https://pypi.org/pypi/pump/json", `{"info":{"name":"Pump","summary":"Moves water."},"releases":{
			"1.9":[{"filename":"pump-1.9.tar.gz","upload_time_iso_8601":"2026-01-02T10:00:00.5Z","yanked":false}],
			"1.10":[{"filename":"pump-1.10-cp313-cp313-manylinux_2_17_aarch64.whl","upload_time":"2026-02-03T10:00:00"},{"filename":"pump-1.10-cp313-cp313-macosx_11_0_universal2.whl","upload_time":"2026-02-02T10:00:00"}],
			"1.11":[{"filename":"pump-1.11.tar.gz","yanked":true}],"1.12":[],"2.0b1":[{"url":"https://files.example.org/pump-2.0b1.tar.gz"}]}}`,
			"2.0b1|Pump 2.0b1|https://pypi.org/project/Pump/2.0b1/|||pre\n1.10|Pump 1.10|https://pypi.org/project/Pump/1.10/|2026-02-02|amd64+arm64|\n1.9|Pump 1.9|https://pypi.org/project/Pump/1.9/|2026-01-02||"},
		{"npm", "https://registry.npmjs.org/@reef%2Fpump", `{"name":"@reef/pump","dist-tags":{"latest":"1.0.0"},"versions":{"0.9.0":{"deprecated":"it leaks"},"1.0.0":{"cpu":["arm64"]},"1.1.0-beta.1":{"deprecated":""}},
			"time":{"created":"2026-01-01T00:00:00.000Z","0.9.0":"2026-01-02T00:00:00.000Z","1.0.0":"2026-02-02T00:00:00.000Z","unpublished":{"time":"x"}}}`,
			"1.1.0-beta.1|@reef/pump 1.1.0-beta.1|https://www.npmjs.com/package/@reef/pump/v/1.1.0-beta.1|||pre\n1.0.0|@reef/pump 1.0.0|https://www.npmjs.com/package/@reef/pump/v/1.0.0|2026-02-02|arm64|\n" +
				"0.9.0|@reef/pump 0.9.0 (deprecated)|https://www.npmjs.com/package/@reef/pump/v/0.9.0|2026-01-02||"},
		{"crates.io", "https://crates.io/api/v1/crates/pump/versions", `{"versions":[{"crate":"pump","num":"0.2.1","created_at":"2026-01-26T05:02:29Z","yanked":true},{"crate":"pump","num":"0.2.0","created_at":"2026-01-24T00:46:50.123456+00:00","yanked":false}]}`,
			"0.2.0|pump 0.2.0|https://crates.io/crates/pump/0.2.0|2026-01-24||"},
		{"RubyGems", "https://rubygems.org/api/v1/versions/pump.json", `[{"number":"1.1","platform":"ruby","created_at":"2026-01-01T00:00:00Z","authors":"Jo Tanaka"},{"number":"1.1","platform":"aarch64-linux","created_at":"2026-01-01T00:00:00Z"},{"number":"1.0.pre","prerelease":true,"platform":"ruby"}]`,
			"1.1|pump 1.1|https://rubygems.org/gems/pump/versions/1.1|2026-01-01|arm64|\n1.0.pre|pump 1.0.pre|https://rubygems.org/gems/pump/versions/1.0.pre|||pre"},
		{"RubyGems, the newest", "https://rubygems.org/api/v1/versions/pump/latest.json", `{"version":"1.5.1"}`, "1.5.1|pump 1.5.1|https://rubygems.org/gems/pump/versions/1.5.1|||"},
		{"RubyGems, no such gem", "https://rubygems.org/api/v1/versions/pump/latest.json", `{"version":"unknown"}`, ""},
		{"Packagist", "https://repo.packagist.org/p2/reef/pump.json", `{"minified":"composer/2.0","packages":{"reef/pump":[{"version":"v1.1","time":"2026-03-01T00:00:00+00:00","source":{"url":"https://github.com/reef/pump.git"}},{"version":"v1.0","time":"2025-03-01T00:00:00+00:00"}]}}`,
			"v1.1|reef/pump v1.1|https://github.com/reef/pump/releases/tag/v1.1|2026-03-01||\nv1.0|reef/pump v1.0|https://github.com/reef/pump/releases/tag/v1.0|2025-03-01||"},
		{"Packagist, older", "https://packagist.org/packages/reef/pump.json", `{"package":{"name":"reef/pump","versions":{"dev-main":{"version":"dev-main"},"1.0":{"time":"2025-03-01T00:00:00+00:00"}}}}`,
			"1.0|reef/pump 1.0|https://packagist.org/packages/reef/pump?version=1.0|2025-03-01||\ndev-main|reef/pump dev-main|https://packagist.org/packages/reef/pump?version=dev-main|||pre"},
		{"kernel.org", "https://www.kernel.org/releases.json", `{"latest_stable":{"version":"6.16.2"},"releases":[{"version":"6.17-rc2","moniker":"mainline","source":"https://git.example.org/t.tar.gz","changelog":null,"released":{"timestamp":1,"isodate":"2026-08-17"}},
			{"version":"6.16.2","moniker":"stable","changelog":"https://cdn.example.org/ChangeLog-6.16.2","released":{"isodate":"2026-08-20"}},{"version":"next-20260821","moniker":"linux-next","gitweb":"https://git.example.org/next"}]}`,
			"6.17-rc2|Linux 6.17-rc2: mainline|https://git.example.org/t.tar.gz|2026-08-17||pre\n6.16.2|Linux 6.16.2: stable|https://cdn.example.org/ChangeLog-6.16.2|2026-08-20||\nnext-20260821|Linux next-20260821: linux-next|https://git.example.org/next|||pre"},
		{"GNOME", "https://download.gnome.org/sources/pump/cache.json", `[4,{"pump":{"3.1.2":{"news":"3.1/pump-3.1.2.news","tar.xz":"3.1/pump-3.1.2.tar.xz"},"3.1.10":{"tar.gz":"3.1/pump-3.1.10.tar.gz"}}},{"pump":["3.1.2","3.1.10"]},{}]`,
			"3.1.10|pump 3.1.10|https://download.gnome.org/sources/pump/3.1/pump-3.1.10.tar.gz|||\n3.1.2|pump 3.1.2|https://download.gnome.org/sources/pump/3.1/pump-3.1.2.tar.xz|||"},
		{"Docker Hub", "https://hub.docker.com/v2/repositories/library/pump/tags/?page_size=25", `{"count":2,"results":[
			{"name":"7.2","tag_last_pushed":"2026-11-16T10:00:00Z","images":[{"os":"linux","architecture":"arm64","variant":"v8"},{"os":"linux","architecture":"amd64"},{"os":"linux","architecture":"arm","variant":"v7"},{"os":"unknown","architecture":"unknown"}]},
			{"name":"bookworm","tag_last_pushed":"2026-11-16T10:00:00Z","images":[]}]}`,
			"7.2|library/pump 7.2 (amd64, arm/v7, arm64)|https://hub.docker.com/_/pump/tags?name=7.2|2026-11-16|amd64+arm/v7+arm64|\n|library/pump bookworm|https://hub.docker.com/_/pump/tags?name=bookworm|2026-11-16||"},
		{"nothing yet", "https://api.github.com/repos/reef/pump/releases", "[]", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := lines(read(t, c.from, c.body)); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestNotesOfMarkdownBecomeHarmlessHTML(t *testing.T) {
	r := read(t, "", `[{"tag_name":"v1","body":"# Faster\r\n\r\nBuilds for **arm64**, see https://reef.example/a and [notes](https://reef.example/b).\n\n<details><summary>More &amp; more</summary>\n<script>alert(1)</script></details>\n\nA <b onclick=x>bold</b> [trap](javascript:alert(1))."}]`)[0]
	if got, want := r.ContentText(), "Faster\n\nBuilds for arm64, see https://reef.example/a and notes.\n\nMore & more\n\nA bold trap."; got != want {
		t.Errorf("text %q", got)
	}
	if got := page.Links(r.Content, ""); !slices.Equal(got, []string{"https://reef.example/a", "https://reef.example/b"}) {
		t.Errorf("links %q", got)
	}
	for _, bad := range []string{"<script", "onclick", "javascript:", "<details"} {
		if strings.Contains(r.Content, bad) {
			t.Errorf("%q is still in %s", bad, r.Content)
		}
	}
}

func TestNotesBeyondReasonAreText(t *testing.T) {
	for name, body := range map[string]string{"marks": strings.Repeat("a*_ ", 20000), "nested": strings.Repeat("> ", 20000) + "a", "long": strings.Repeat("word\n\n", 40000)} {
		r := read(t, "", `[{"tag_name":"v1","body":"`+strings.ReplaceAll(body, "\n", `\n`)+`"}]`)[0]
		if text := r.ContentText(); text == "" || len(r.Content) > 3*maxNotes {
			t.Errorf("%s: %d bytes of HTML, %d of text", name, len(r.Content), len(text))
		}
	}
}

func TestAVersionOfASentenceIsLeftOut(t *testing.T) {
	all, warnings, err := Read([]byte(`[{"tag_name":"v1"},{"tag_name":"`+strings.Repeat("long ", 100)+`"}]`), "", feed.Meta{})
	if err != nil || len(all) != 1 || len(warnings) != 1 {
		t.Errorf("%d releases, %q, %v", len(all), warnings, err)
	}
}

func TestAnAddedProcessorIsNewAndAnotherPushIsNot(t *testing.T) {
	tag := func(pushed, images string) Release {
		return read(t, "https://hub.docker.com/v2/repositories/reef/pump/tags/", `{"results":[{"name":"1.0","tag_last_pushed":"`+pushed+`","images":[`+images+`]}]}`)[0]
	}
	amd, arm := `{"architecture":"amd64"}`, `{"architecture":"arm64","variant":"v8"}`
	before := tag("2026-11-01T00:00:00Z", amd)
	if again := tag("2026-11-02T00:00:00Z", amd); again.Hash != before.Hash || again.ID != before.ID {
		t.Error("the same image, built again, is another release")
	}
	after := tag("2026-11-02T00:00:00Z", amd+","+arm)
	if after.Hash == before.Hash || after.ID != before.ID {
		t.Error("an added processor is not told")
	}
	if order := tag("2026-11-02T00:00:00Z", arm+","+amd); order.Hash != after.Hash {
		t.Error("the order of the images matters")
	}
}

func TestErrorsAreSentences(t *testing.T) {
	for _, c := range []struct{ body, want string }{
		{`{"message":"Not Found","documentation_url":"https://docs.example.org"}`, "the service answers with an error: Not Found"},
		{`{"error":"404 Project Not Found"}`, "the service answers with an error: 404 Project Not Found"},
		{`{"errors":[{"detail":"crate does not exist"}]}`, "the service answers with an error: crate does not exist"},
		{`{"message":{"base":"x"},"error":{"message":"no \u001b[31mpump"}}`, "the service answers with an error: no pump"},
		{`{}`, "the answer is JSON, but names no releases"},
		{`[1,2,`, "the answer is not the JSON that the service promises: unexpected end of JSON input"},
		{`{"versions":"none"}`, "the answer is not the JSON that the service promises: json: cannot unmarshal string into Go value of type []struct"},
		{`[{"id":1},{"id":2}]`, "the answer is a JSON list, but not of releases or tags"},
		{``, "the answer is empty"},
		{`pump 1.0`, "the answer is neither JSON nor a page, but of no stated type: pump 1.0"},
		{`<html><body>Checking your browser</body></html>`, ErrNone.Error()},
	} {
		all, _, err := Read([]byte(c.body), "", feed.Meta{})
		if err == nil || !strings.HasPrefix(err.Error(), c.want) || len(all) > 0 {
			t.Errorf("%s: got %v, %d releases", c.body, err, len(all))
		}
	}
}

func TestOneBadEntryCostsOnlyItself(t *testing.T) {
	all, warnings, err := Read([]byte(`[{"tag_name":7},{"tag_name":"v1","author":"reefbot"},{"tag_name":"v2","html_url":"javascript:alert(1)"}]`), "", feed.Meta{URL: "https://api.github.com/repos/reef/pump/releases"})
	if err != nil || len(all) != 2 || len(warnings) != 1 || all[0].Version != "v1" || all[1].URL != "" {
		t.Errorf("%+v, %q, %v", all, warnings, err)
	}
}

func TestNoMoreThanTheLimit(t *testing.T) {
	var b strings.Builder
	for i := range maxReleases + 5 {
		fmt.Fprintf(&b, `,"0.%d.0":{}`, i)
	}
	all, warnings, err := Read([]byte(`{"name":"pump","dist-tags":{},"versions":{`+b.String()[1:]+`}}`), "", feed.Meta{})
	if err != nil || len(all) != maxReleases || len(warnings) != 1 || all[0].Version != fmt.Sprintf("0.%d.0", maxReleases+4) {
		t.Errorf("%d releases, %q, %v", len(all), warnings, err)
	}
}

func TestTextIsCleanAndDatesAreSane(t *testing.T) {
	r := read(t, "https://api.github.com/repos/reef/pump/releases", `[{"tag_name":"v1\u202e\u0007","name":"Pump\u001b[31m 1\nout","published_at":"0001-01-01T00:00:00Z","author":{"login":"reef\u200bbot"}}]`)[0]
	if r.Version != "v1" || r.Title != "Pump 1 out" || r.Author != "reefbot" || !r.Published.Equal(time.Time{}) {
		t.Errorf("%q, %q, %q, %s", r.Version, r.Title, r.Author, r.Published)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{`[{"tag_name":"v1","body":"# x\n<details>a</details>","assets":[{"name":"a_arm64.zip"}]}]`, `{"info":{},"releases":{"1.0":[{"filename":"x-1.0-aarch64.whl"}]}}`,
		`{"dist-tags":{},"versions":{"1.0":{}},"time":{}}`, `{"results":[{"name":"7","images":[{"architecture":"arm","variant":"v7"}]}]}`, `[4,{"p":{"1":{"tar.xz":"x"}}}]`,
		`<a href="pump-1.2.tar.gz">x</a> 16-Jun-2026 15:50`, `<tr><td><a href="/c/p/tag/?h=v1">v1</a><span title="2026-01-01 00:00:00 +0000">`, `<ListBucketResult><Contents><Key>pump-1.2.zip</Key></Contents></ListBucketResult>`,
		`<a href="1.2/">1.2/</a>`, `{"packages":{"a/b":[{"version":"1"}]}}`} {
		f.Add([]byte(s), "https://example.org/pump/")
	}
	f.Fuzz(func(t *testing.T, body []byte, from string) {
		all, _, err := Read(body, "", feed.Meta{URL: from})
		if err != nil && (len(all) > 0 || err.Error() == "") {
			t.Errorf("%d releases and %v", len(all), err)
		}
		for _, r := range all {
			if r.URL != "" && !strings.HasPrefix(r.URL, "http") || strings.ContainsAny(r.Version+r.Title+r.Author+strings.Join(r.Architectures, ""), "\n\x1b\x00") {
				t.Errorf("unclean: %+v", r)
			}
		}
	})
}

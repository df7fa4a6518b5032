package search_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wiredesk/harvest/search"
)

var since = time.Date(2026, 11, 15, 6, 0, 0, 0, time.UTC)

func TestAddress(t *testing.T) {
	for _, c := range []struct{ address, terms, want string }{
		{"github:issues", "arm64 in:title", "https://api.github.com/search/issues q=arm64 in:title is:issue created:>=2026-11-15T06:00:00Z sort=created order=desc per_page=100"},
		{"github:pulls", "arm64", "https://api.github.com/search/issues q=arm64 is:pull-request created:>=2026-11-15T06:00:00Z sort=created order=desc per_page=100"},
		{"github:issues", "arm64 type:pr updated:>=2026-01-01 sort:updated", "https://api.github.com/search/issues q=arm64 type:pr updated:>=2026-01-01 sort:updated per_page=100"},
		{"github:repositories", "topic:arm64", "https://api.github.com/search/repositories q=topic:arm64 created:>=2026-11-15T06:00:00Z sort=updated order=desc per_page=100"},
		{"hackernews:", `"arm64 server"`, `https://hn.algolia.com/api/v1/search_by_date query="arm64 server" tags=story numericFilters=created_at_i>=1794722400 hitsPerPage=100 typoTolerance=false`},
		{"https://gitlab.example/api/v4/issues?search={query}&created_after={since}", "a&b c", "https://gitlab.example/api/v4/issues search=a&b c created_after=2026-11-15"},
		{"https://s.example/{query}/new?after={since:unix}", "a b/c", "https://s.example/a%20b%2Fc/new after=1794722400"},
	} {
		got, err := search.Address(search.Query{URL: c.address, Terms: c.terms, Since: since})
		if err != nil {
			t.Errorf("%s %s: %v", c.address, c.terms, err)
			continue
		}
		at, query, _ := strings.Cut(got, "?")
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Errorf("%s: %v", got, err)
		}
		for _, name := range []string{"q", "query", "search", "tags", "numericFilters", "created_after", "after", "hitsPerPage", "typoTolerance", "sort", "order", "per_page"} {
			if values.Has(name) {
				at += " " + name + "=" + values.Get(name)
			}
		}
		if at != c.want {
			t.Errorf("%s %s:\n got %s\nwant %s", c.address, c.terms, at, c.want)
		}
	}
	if got, err := search.Address(search.Query{URL: "github:issues", Terms: "arm64"}); err != nil || strings.Contains(got, "created%3A") {
		t.Errorf("without a date: %s, %v", got, err)
	}
}

func TestAddressRefuses(t *testing.T) {
	for _, q := range []search.Query{
		{URL: "github:issues"}, {URL: "github:discussions", Terms: "arm"}, {URL: "github:code", Terms: "arm"}, {URL: "github:users", Terms: "arm"},
		{URL: "hackernews:comments", Terms: "arm"}, {URL: "https://s.example/", Terms: "arm"}, {URL: "https://s.example/?q={query}"},
		{URL: "https://s.example/?q={query}&x={until}", Terms: "arm"}, {URL: "https://{query}.example/", Terms: "arm"}, {URL: "javascript:{query}", Terms: "arm"}, {URL: "{query}", Terms: "https://a.example"},
	} {
		if got, err := search.Address(q); err == nil {
			t.Errorf("%+v is asked at %s, want an error", q, got)
		}
	}
}

// told is a hit in one line.
func told(h search.Hit) string {
	return fmt.Sprintf("%s | %s | %s | by %s | %s | %s %v %d/%d | %s", h.Kind, h.Title, h.URL, h.Author, h.Published.Format(time.RFC3339), h.State, h.Labels, h.Comments, h.Points, strings.Join(h.Links[1:], " "))
}

func TestRead(t *testing.T) {
	for name, c := range map[string]struct {
		base, body string
		want       []string
	}{
		"GitHub issues": {"https://api.github.com/search/issues?q=x", `{"total_count":3,"incomplete_results":false,"items":[
			{"url":"https://api.github.com/repos/o/r/issues/7","html_url":"https://github.com/o/r/issues/7","id":1,"number":7,"title":"Crash on <arm64> & more","user":{"login":"ann"},"labels":[{"name":"bug"},{"name":"arch/arm64"}],"state":"open","comments":4,"created_at":"2026-11-16T10:00:00Z","updated_at":"2026-11-17T10:00:00Z","closed_at":null,"body":"It *crashes* on <b>arm64</b>.","reactions":{"total_count":9},"score":1.0},
			{"html_url":"https://github.com/o/r/pull/8","number":8,"title":"Fix it","user":{"login":"ben"},"labels":[],"state":"closed","draft":false,"comments":0,"created_at":"2026-11-16T11:00:00Z","pull_request":{"merged_at":"2026-11-18T00:00:00Z"},"body":null},
			{"html_url":"https://github.com/o/r/issues/9","number":9,"title":"No","user":null,"state":"closed","state_reason":"not_planned","created_at":"2026-11-16T12:00:00Z"}]}`,
			[]string{"issue | Crash on <arm64> & more | https://github.com/o/r/issues/7 | by ann | 2026-11-16T10:00:00Z | open [bug arch/arm64] 4/9 | ",
				"pull request | Fix it | https://github.com/o/r/pull/8 | by ben | 2026-11-16T11:00:00Z | merged [] 0/0 | ",
				"issue | No | https://github.com/o/r/issues/9 | by  | 2026-11-16T12:00:00Z | closed as not planned [] 0/0 | "}},
		"GitHub repositories": {"https://api.github.com/search/repositories?q=x", `{"total_count":1,"incomplete_results":false,"items":[{"html_url":"https://github.com/o/tool","name":"tool","full_name":"o/tool","owner":{"login":"o"},"description":"Boots boards","created_at":"2026-11-16T10:00:00Z","stargazers_count":12,"topics":["arm64"]}]}`,
			[]string{"repository | o/tool: Boots boards | https://github.com/o/tool | by o | 2026-11-16T10:00:00Z |  [arm64] 0/12 | "}},
		"GitLab": {"https://gitlab.example/api/v4/issues", `[{"id":5,"iid":3,"title":"arm64 runner","web_url":"https://gitlab.example/g/p/-/issues/3","state":"opened","labels":["ci"],"author":{"username":"cy","name":"Cy Example"},"created_at":"2026-11-16T10:00:00.123Z","user_notes_count":2,"upvotes":3},
			{"id":6,"iid":4,"title":"Add it","web_url":"https://gitlab.example/g/p/-/merge_requests/4","state":"merged","merge_status":"can_be_merged","created_at":"2026-11-16T10:00:00Z","author":{"name":"Di"}}]`,
			[]string{"issue | arm64 runner | https://gitlab.example/g/p/-/issues/3 | by Cy Example | 2026-11-16T10:00:00Z | open [ci] 2/3 | ",
				"pull request | Add it | https://gitlab.example/g/p/-/merge_requests/4 | by Di | 2026-11-16T10:00:00Z | merged [] 0/0 | "}},
		"Gitea": {"https://codeberg.org/api/v1/repos/issues/search", `[{"id":1,"number":2,"html_url":"https://codeberg.org/o/r/issues/2","title":"Port it","user":{"login":"ed"},"labels":[{"name":"port"}],"state":"open","comments":1,"created_at":"2026-11-16T10:00:00+01:00","pull_request":null}]`,
			[]string{"issue | Port it | https://codeberg.org/o/r/issues/2 | by ed | 2026-11-16T09:00:00Z | open [port] 1/0 | "}},
		"Hacker News": {"https://hn.algolia.com/api/v1/search_by_date", `{"hits":[{"objectID":"41","title":"Arm &amp; x86: who wins?","url":"https://a.example/x","author":"fy","points":5,"num_comments":2,"created_at":"2026-11-16T10:00:00Z","created_at_i":1794823200},
			{"objectID":"42","title":"Ask HN: arm64 laptops?","url":null,"author":"gi","points":1,"num_comments":0,"created_at":"2026-11-16T11:00:00Z","story_text":"Which <p>one?"}],"nbHits":2}`,
			[]string{"story | Arm & x86: who wins? | https://a.example/x | by fy | 2026-11-16T10:00:00Z |  [] 2/5 | https://news.ycombinator.com/item?id=41",
				"story | Ask HN: arm64 laptops? | https://news.ycombinator.com/item?id=42 | by gi | 2026-11-16T11:00:00Z |  [] 0/1 | "}},
		"Discourse": {"https://forum.example/search.json?q=x", `{"posts":[{"id":1,"topic_id":9,"blurb":"runs on arm64","username":"hu"}],"topics":[{"id":9,"title":"Install on arm64","slug":"install-on-arm64","posts_count":4,"created_at":"2026-11-16T10:00:00.000Z","tags":["arm64"],"closed":false}],"grouped_search_result":{}}`,
			[]string{"topic | Install on arm64 | https://forum.example/t/install-on-arm64/9 | by hu | 2026-11-16T10:00:00Z |  [arm64] 3/0 | "}},
		"Bugzilla": {"https://bugzilla.example/sub/rest/bug?quicksearch=x", `{"bugs":[{"id":77,"summary":"[aarch64] wrong code","status":"RESOLVED","resolution":"FIXED","product":"cc","component":"target","creator":"i@b.example","creator_detail":{"real_name":"Ida"},"creation_time":"2026-11-16T10:00:00Z","last_change_time":"2026-11-17T10:00:00Z","keywords":["wrong-code"],"url":"https://elsewhere.example/"}]}`,
			[]string{"bug | [aarch64] wrong code | https://bugzilla.example/sub/show_bug.cgi?id=77 | by Ida | 2026-11-16T10:00:00Z | resolved fixed [wrong-code] 0/0 | "}},
		"Stack Exchange": {"https://api.stackexchange.com/2.3/search", `{"items":[{"tags":["arm64"],"owner":{"display_name":"Jo &amp; Co"},"is_answered":true,"score":3,"answer_count":1,"last_activity_date":1794823300,"creation_date":1794823200,"question_id":5,"link":"https://stackoverflow.com/questions/5/q","title":"What&#39;s NEON?"}],"has_more":false,"quota_max":300,"quota_remaining":299}`,
			[]string{"question | What's NEON? | https://stackoverflow.com/questions/5/q | by Jo & Co | 2026-11-16T10:00:00Z |  [arm64] 1/3 | "}},
		"some other": {"https://s.example/api/find?q=x", `{"meta":{"n":2},"data":{"results":[{"headline":"New board","permalink":"/posts/1","published_at":"2026-11-16","tags":["arm"]},{"headline":"No link"}]}}`,
			[]string{" | New board | https://s.example/posts/1 | by  | 2026-11-16T00:00:00Z |  [arm] 0/0 | "}},
		"nothing found": {"https://api.github.com/search/issues", `{"total_count":0,"incomplete_results":false,"items":[]}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			hits, _, err := search.Read([]byte(c.body), c.base)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, h := range hits {
				got = append(got, told(h))
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("hits (-want +got):\n%s", d)
			}
		})
	}
}

func TestReadText(t *testing.T) {
	hits, _, err := search.Read([]byte(`{"total_count":1,"items":[{"html_url":"https://github.com/o/r/issues/7","title":"x","body":"Line one\n\n<script>alert(1)</script> arm64"}]}`), "")
	if err != nil {
		t.Fatal(err)
	}
	if got := hits[0].ContentText(); !strings.Contains(got, "<script>alert(1)</script> arm64") || !strings.Contains(got, "Line one") {
		t.Errorf("the text to match is %q; what a reporter typed is text, not markup", got)
	}
}

func TestReadHash(t *testing.T) {
	one := `[{"html_url":"https://github.com/o/r/issues/7","number":7,"title":"x","state":%q,"comments":%d}]`
	hash := func(state string, comments int) int64 {
		hits, _, err := search.Read(fmt.Appendf(nil, one, state, comments), "")
		if err != nil || len(hits) != 1 {
			t.Fatal(hits, err)
		}
		return hits[0].Hash
	}
	if hash("open", 1) != hash("open", 2) {
		t.Error("a comment makes another hit of an issue")
	}
	if hash("open", 1) == hash("closed", 1) {
		t.Error("closing an issue does not show in its hash")
	}
}

func TestReadRefuses(t *testing.T) {
	for body, want := range map[string]string{
		`{"message":"Validation Failed","errors":[{"message":"None of the search qualifiers apply.","resource":"Search"}],"documentation_url":"x"}`: "None of the search qualifiers",
		`{"message":"API rate limit exceeded for 192.0.2.1."}`:                         "rate limit",
		`{"error_id":502,"error_message":"too many requests","error_name":"throttle"}`: "too many requests",
		`{"error":true,"message":"Bugzilla says no","code":1}`:                         "says no",
		`{"errors":["You are not permitted"],"error_type":"invalid_access"}`:           "not permitted",
		`{"error":{"message":"bad key"}}`:                                              "bad key",
		`{"a":1}`:                                                                      "no list",
		`<html>`:                                                                       "no JSON",
		``:                                                                             "no JSON",
		`null`:                                                                         "no list",
		"{\"message\":\"evil \\u001b[31m text\"}":                                      "evil text",
	} {
		_, _, err := search.Read([]byte(body), "https://s.example/")
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60s: %v, want an error with %q", body, err, want)
		}
	}
	_, warnings, err := search.Read([]byte(`{"total_count":1,"incomplete_results":true,"items":[{"title":"x"},{"title":"y","html_url":"https://a.example/"}]}`), "")
	if err != nil || len(warnings) != 2 {
		t.Errorf("incomplete results and one without a link: %q, %v; want a warning for each", warnings, err)
	}
}

func TestIsJSON(t *testing.T) {
	for body, want := range map[string]bool{
		"\ufeff \n{\"items\":[]}": true, `[]`: true, `<rss>`: false, ``: false,
		`{"version":"https://jsonfeed.org/version/1.1","items":[]}`:                  false,
		`{"version": "https:\/\/jsonfeed.org\/version\/1","items":[]}`:               false,
		`{"items":[{"body":"use \"version\": \"https://jsonfeed.org/version/1\""}]}`: true,
	} {
		if got := search.IsJSON([]byte(body)); got != want {
			t.Errorf("IsJSON(%q) = %v, want %v", body, got, want)
		}
	}
}

func FuzzSearch(f *testing.F) {
	f.Add([]byte(`{"total_count":1,"items":[{"html_url":"https://github.com/o/r/issues/7","title":"x","labels":[{"name":1},"y",null],"user":[],"created_at":5}]}`), "https://a.example/")
	f.Add([]byte(`{"hits":[{"objectID":"1","title":"&lt;b&gt;"}],"nbHits":1}`), "")
	f.Add([]byte(`{"bugs":[{"id":1,"summary":"s"}],"entries":[{"status":"New"}],"state":"closed"}`), "https://b.example/rest/bug")
	f.Add([]byte(`{"posts":[{"topic_id":1,"blurb":"b"}],"topics":[{"id":1,"title":"t"}]}`), "https://d.example/")
	f.Fuzz(func(t *testing.T, body []byte, base string) {
		search.IsJSON(body)
		if s, err := search.ReadState(body); err == nil && (s.Name == "" || strings.ContainsAny(s.Name+s.Title+s.By, "\n\x1b\u202e")) {
			t.Fatalf("state %+v", s)
		}
		hits, _, err := search.Read(body, base)
		if err != nil {
			return
		}
		for _, h := range hits {
			if !strings.HasPrefix(h.URL, "http") || h.Title == "" || strings.ContainsAny(h.Title+h.Author+h.State+strings.Join(h.Labels, ""), "\n\x1b\u202e") {
				t.Fatalf("hit %+v", h)
			}
			if watched := search.Watch(h.URL); watched != "" && !strings.HasPrefix(watched, "https://") {
				t.Fatalf("%s is watched at %s", h.URL, watched)
			}
		}
	})
}

func TestAnAnswerOfAnotherShapeIsNoEmptyAnswer(t *testing.T) {
	for body, fails := range map[string]bool{
		`{"results": []}`:          false,
		`[]`:                       false,
		`{"data": {"issues": []}}`: false,
		`{"status": "maintenance", "notices": []}`:    true,
		`{"results": [{"t": "arm64"}], "x": []}`:      true,
		`{"results": {"pages": [[]]}, "other": [[]]}`: true,
	} {
		hits, _, err := search.Read([]byte(body), "https://search.example/")
		if len(hits) > 0 || (err != nil) != fails {
			t.Errorf("%s: %v, %v", body, hits, err)
		}
	}
}

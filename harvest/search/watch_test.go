package search_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"wiredesk/harvest/search"
)

func TestWatch(t *testing.T) {
	for page, want := range map[string]string{
		"https://github.com/o/r/issues/7#issuecomment-1":          "https://api.github.com/repos/o/r/issues/7",
		"https://github.com/o/r.x/pull/8/files":                   "https://api.github.com/repos/o/r.x/issues/8",
		"https://www.github.com/o/r/pull/8/commits/abc":           "https://api.github.com/repos/o/r/issues/8",
		"https://gitlab.com/g/sub/p/-/issues/3":                   "https://gitlab.com/api/v4/projects/g%2Fsub%2Fp/issues/3",
		"https://gitlab.example.org/g/p/-/merge_requests/4/diffs": "https://gitlab.example.org/api/v4/projects/g%2Fp/merge_requests/4",
		"https://gitlab.com/g/p/-/work_items/5":                   "https://gitlab.com/api/v4/projects/g%2Fp/issues/5",
		"https://salsa.debian.org/g/p/-/issues/6":                 "https://salsa.debian.org/api/v4/projects/g%2Fp/issues/6",
		"https://codeberg.org/o/r/pulls/2":                        "https://codeberg.org/api/v1/repos/o/r/issues/2",
		"https://bugzilla.example.org/show_bug.cgi?id=99#c3":      "https://bugzilla.example.org/rest/bug/99",
		"https://cc.example.org/bugzilla/show_bug.cgi?id=99":      "https://cc.example.org/bugzilla/rest/bug/99",
		"https://bugzilla.example.org/99":                         "https://bugzilla.example.org/rest/bug/99",
		"https://bugs.launchpad.net/ubuntu/+source/linux/+bug/12": "https://api.launchpad.net/1.0/bugs/12/bug_tasks",
		"https://launchpad.net/bugs/12":                           "https://api.launchpad.net/1.0/bugs/12/bug_tasks",
		"https://github.com/o/r":                                  "",
		"https://github.com/o/r/issues":                           "",
		"https://github.com/o/r/issues/7x":                        "",
		"https://github.com.evil.example/o/r/issues/7":            "",
		"https://bugs.debian.org/cgi-bin/bugreport.cgi?bug=1":     "",
		"https://bugzilla.example.org/show_bug.cgi?id=alias":      "",
		"https://gitlab.com:8443/g/p/-/issues/3":                  "",
		"ftp://github.com/o/r/issues/7":                           "",
		"https://a.example/story":                                 "",
	} {
		if got := search.Watch(page); got != want {
			t.Errorf("Watch(%s) = %s, want %s", page, got, want)
		}
	}
}

func TestReadState(t *testing.T) {
	for body, want := range map[string]string{
		`{"title":"x","state":"open","draft":true,"updated_at":"2026-11-16T10:00:00Z"}`:                                                                                                               "open x 2026-11-16  false",
		`{"title":"x","state":"closed","state_reason":"completed","closed_at":"2026-11-17T10:00:00Z","closed_by":{"login":"ann"}}`:                                                                    "closed x 2026-11-17 ann true",
		`{"title":"x","state":"closed","state_reason":"not_planned","closed_at":"2026-11-17T10:00:00Z"}`:                                                                                              "closed as not planned x 2026-11-17  true",
		`{"title":"x","state":"closed","state_reason":"duplicate","closed_at":"2026-11-17T10:00:00Z"}`:                                                                                                "closed as duplicate x 2026-11-17  true",
		`{"title":"x","state":"closed","pull_request":{"merged_at":"2026-11-18T10:00:00Z"},"closed_at":"2026-11-18T10:00:00Z"}`:                                                                       "merged x 2026-11-18  true",
		`{"title":"x","state":"opened","updated_at":"2026-11-16T10:00:00Z","iid":3}`:                                                                                                                  "open x 2026-11-16  false",
		`{"title":"x","state":"merged","merged_at":"2026-11-18T10:00:00Z","merge_user":{"username":"ben"}}`:                                                                                           "merged x 2026-11-18 ben true",
		`{"bugs":[{"id":1,"summary":"x","status":"RESOLVED","resolution":"FIXED","is_open":false,"last_change_time":"2026-11-17T10:00:00Z"}]}`:                                                        "resolved fixed x 2026-11-17  true",
		`{"bugs":[{"id":1,"summary":"x","status":"ASSIGNED","resolution":"","is_open":true,"last_change_time":"2026-11-17T10:00:00Z"}]}`:                                                              "assigned x 2026-11-17  false",
		`{"entries":[{"status":"Fix Released","is_complete":true,"date_closed":"2026-11-10T10:00:00+00:00","title":"Bug #1 in linux (Ubuntu): \"x\""},{"status":"In Progress","is_complete":false}]}`: "in progress x 2026-11-10  false",
		`{"entries":[{"status":"Fix Released","is_complete":true,"title":"Bug #1 in linux: \"x\"","date_created":"2026-11-09T10:00:00+00:00"}]}`:                                                      "fix released x 2026-11-09  true",
	} {
		s, err := search.ReadState([]byte(body))
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		if got := fmt.Sprintf("%s %s %s %s %v", s.Name, s.Title, s.At.Format(time.DateOnly), s.By, s.Final); got != want {
			t.Errorf("%s:\n got %s\nwant %s", body, got, want)
		}
	}
	for body, want := range map[string]string{
		`{"message":"Not Found","status":"404"}`: "Not Found", `{"bugs":[]}`: "no such bug", `{"title":"x"}`: "no state", `[]`: "no JSON object", ``: "no JSON object",
		`{"error":true,"message":"You are not authorized to access bug 1."}`: "not authorized", `{"entries":[]}`: "no state", `null`: "no state",
	} {
		if s, err := search.ReadState([]byte(body)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %+v, %v; want an error with %q", body, s, err, want)
		}
	}
}

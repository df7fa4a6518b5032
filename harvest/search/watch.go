package search

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"wiredesk/harvest/pattern"
	"wiredesk/store/plain"
)

// gitlabs and forgejos are hosts that run GitLab, or Gitea and Forgejo, and do not say so in their name.
var (
	gitlabs  = map[string]bool{"salsa.debian.org": true, "code.videolan.org": true, "invent.kde.org": true, "framagit.org": true, "0xacab.org": true}
	forgejos = map[string]bool{"codeberg.org": true, "gitea.com": true, "code.forgejo.org": true, "git.disroot.org": true}
)

var (
	onGitHub    = pattern.New(`^/([\w.-]+)/([\w.-]+)/(?:issues|pull)/(\d{1,12})(?:/|$)`)
	onGitLab    = pattern.New(`^/([\w./-]+?)/(?:-/)?(issues|work_items|merge_requests)/(\d{1,12})(?:/|$)`)
	onForgejo   = pattern.New(`^/([\w.-]+)/([\w.-]+)/(?:issues|pulls)/(\d{1,12})(?:/|$)`)
	onLaunchpad = pattern.New(`(?:/\+bug|^/bugs)/(\d{1,12})(?:/|$)`)
	bugNumber   = pattern.New(`^/?(\d{1,12})/?$`)
	digits      = pattern.New(`^\d{1,12}$`)
)

// Watch returns the API address that tells the state of an issue, a pull or merge request, or a
// bug, given its page; "" for pages that cannot be watched. It knows GitHub, GitLab, Gitea and
// Forgejo, Bugzilla and Launchpad. What follows the number (a comment, /files, /commits) is ignored.
func Watch(page string) string {
	u, err := url.Parse(page)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.Port() != "" {
		return ""
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	label, _, _ := strings.Cut(host, ".")
	api := "https://" + host
	switch {
	case host == "github.com":
		if m := onGitHub().FindStringSubmatch(u.Path); m != nil {
			return "https://api.github.com/repos/" + m[1] + "/" + m[2] + "/issues/" + m[3]
		}
	case label == "gitlab" || gitlabs[host]:
		if m := onGitLab().FindStringSubmatch(u.Path); m != nil && strings.Contains(m[1], "/") {
			kind := strings.Replace(m[2], "work_items", "issues", 1)
			return api + "/api/v4/projects/" + url.PathEscape(m[1]) + "/" + kind + "/" + m[3]
		}
	case label == "gitea" || label == "forgejo" || forgejos[host]:
		if m := onForgejo().FindStringSubmatch(u.Path); m != nil {
			return api + "/api/v1/repos/" + m[1] + "/" + m[2] + "/issues/" + m[3]
		}
	case host == "bugs.launchpad.net" || host == "launchpad.net":
		if m := onLaunchpad().FindStringSubmatch(u.Path); m != nil {
			return "https://api.launchpad.net/1.0/bugs/" + m[1] + "/bug_tasks"
		}
	default:
		if dir, ok := strings.CutSuffix(u.Path, "/show_bug.cgi"); ok && digits().MatchString(u.Query().Get("id")) {
			return api + (&url.URL{Path: dir}).EscapedPath() + "/rest/bug/" + u.Query().Get("id")
		}
		if m := bugNumber().FindStringSubmatch(u.Path); m != nil && label == "bugzilla" {
			return api + "/rest/bug/" + m[1]
		}
	}
	return ""
}

// State is what an issue, a pull request or a bug has come to.
type State struct {
	Name  string // open, closed, "closed as not planned", merged; of a bug its status and resolution, as "resolved fixed"
	Title string
	At    time.Time // when it came to that, or else its last change; zero: unknown
	By    string    // who brought it there; "": not told
	Final bool      // merged, closed or resolved: nothing more is to be expected, though it may be opened again
}

// ReadState reads the answer of an address that Watch returned. The error is what the server said
// was wrong (moved, deleted, not for everyone), or that the answer tells no state.
func ReadState(body []byte) (State, error) {
	var o object
	d := json.NewDecoder(bytes.NewReader(trim(body)))
	d.UseNumber()
	if err := d.Decode(&o); err != nil {
		return State{}, fmt.Errorf("the answer is no JSON object: %s", plain.Cut(plain.Line(err.Error()), 200))
	}
	s := State{Title: plain.Cut(o.str("title"), maxTitle)}
	switch {
	case o.has("bugs"):
		list, _ := o["bugs"].([]any)
		if len(list) == 0 {
			return State{}, errors.New("the tracker knows no such bug")
		}
		b, _ := list[0].(map[string]any)
		o = object(b)
		s = State{Name: bugState(o), Title: plain.Cut(o.str("summary"), maxTitle), At: first(o.time("cf_last_resolved"), o.time("last_change_time"))}
		if open, ok := o["is_open"].(bool); ok {
			s.Final = !open
		} else {
			s.Final = o.str("resolution") != ""
		}
	case o.has("entries"):
		s = launchpad(o)
	case o.str("state") != "":
		s.Name = o.state()
		s.Final = s.Name != "open"
		s.At = first(o.obj("pull_request").time("merged_at"), o.time("merged_at"), o.time("closed_at"))
		if !s.Final || s.At.IsZero() {
			s.At = o.time("updated_at")
		}
		for _, who := range []string{"merged_by", "merge_user", "closed_by"} {
			if s.Final && s.By == "" {
				s.By = o.obj(who).str("login", "username", "name")
			}
		}
	default:
		if err := refused(o); err != nil {
			return State{}, err
		}
	}
	if s.Name == "" {
		return State{}, errors.New("the answer tells no state")
	}
	return s, nil
}

// state is the state of an issue, a pull or a merge request.
func (o object) state() string {
	name := strings.ToLower(o.str("state"))
	merged := o.obj("pull_request").str("merged_at") != "" || o.obj("pull_request").is("merged") || o.str("merged_at") != "" || o.is("merged")
	switch {
	case merged:
		return "merged"
	case name == "opened" || name == "reopened":
		return "open"
	case name == "locked": // GitLab, while it merges
		return "open"
	case name == "closed":
		switch reason := strings.ToLower(o.str("state_reason")); reason {
		case "", "completed", "reopened":
		default:
			return "closed as " + strings.ReplaceAll(reason, "_", " ")
		}
	}
	return plain.Cut(name, 60)
}

// bugState is a bug's status and resolution: "assigned", "resolved fixed".
func bugState(o object) string {
	return plain.Cut(strings.ToLower(strings.TrimSpace(o.str("status")+" "+o.str("resolution"))), 60)
}

// quoted is a bug's own title in that of a task: Bug #1 in linux (Ubuntu): "boot hangs".
var quoted = pattern.New(`^Bug #\d+ in .*?: "(.*)"$`)

// launchpad is the state of a bug that one or more projects have a task for: the least finished one.
func launchpad(o object) State {
	list, _ := o["entries"].([]any)
	s := State{Final: true}
	for _, v := range list {
		m, _ := v.(map[string]any)
		t := object(m)
		name := strings.ToLower(t.str("status"))
		if name == "" {
			continue
		}
		done := t.is("is_complete")
		if s.Name == "" || s.Final && !done {
			s.Name = plain.Cut(name, 60)
		}
		s.Final = s.Final && done
		for _, field := range []string{"date_created", "date_assigned", "date_in_progress", "date_fix_committed", "date_fix_released", "date_closed"} {
			if at := t.time(field); at.After(s.At) {
				s.At = at
			}
		}
		if q := quoted().FindStringSubmatch(t.str("title")); q != nil && s.Title == "" {
			s.Title = plain.Cut(q[1], maxTitle)
		}
	}
	return s
}

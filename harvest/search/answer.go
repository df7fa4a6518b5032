package search

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"html"
	"strings"

	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// The limits, and why.
const (
	maxHits   = 1000     // of one answer: engines give 100 a page
	maxTitle  = 300      // runes: what a line of a queue can use
	maxText   = 64 << 10 // bytes of one hit's text: GitHub takes no longer one
	maxLabels = 32       // of one hit
	maxSearch = 6        // levels that the generic reader looks for a list in
)

// Read reads a JSON answer that came from base: searches of GitHub, lists of GitLab, Gitea and
// Forgejo, Hacker News by Algolia, Discourse, Bugzilla, Stack Exchange, or else the first list of
// objects that have something like a title and something like a link. Relative links are resolved
// by base. The warnings tell of hits without a title or link and of answers that their server
// calls incomplete; the error is what the server said was wrong, or that there is no list.
func Read(body []byte, base string) ([]Hit, []string, error) {
	var root any
	d := json.NewDecoder(bytes.NewReader(trim(body)))
	d.UseNumber()
	if err := d.Decode(&root); err != nil {
		return nil, nil, fmt.Errorf("the answer is no JSON: %s", plain.Cut(plain.Line(err.Error()), 200))
	}
	var warnings []string
	top, _ := root.(map[string]any)
	if err := refused(object(top)); err != nil {
		return nil, nil, err
	}
	if object(top).is("incomplete_results") {
		warnings = append(warnings, "the server ran out of time: the results are incomplete")
	}
	list, read := format(root, object(top))
	if list == nil {
		return nil, nil, errors.New("the answer has no list of results with titles and links")
	}
	var out []Hit
	poor := 0
	for _, one := range list {
		if len(out) >= maxHits {
			warnings = append(warnings, fmt.Sprintf("more than %d results; the rest was left out", maxHits))
			break
		}
		m, ok := one.(map[string]any)
		if !ok {
			poor++
			continue
		}
		h := read(object(m), base)
		if h.Title == "" || h.URL == "" {
			poor++
			continue
		}
		h.Entry = len(out)
		h.finish()
		out = append(out, h)
	}
	if poor > 0 {
		warnings = append(warnings, fmt.Sprintf("%d of %d results have no title or no link and were left out", poor, len(list)))
	}
	return out, warnings, nil
}

// refused is what a server says instead of an answer.
func refused(o object) error {
	text := o.str("error_message", "message", "error_description", "detail")
	if text == "" {
		if s, ok := o["error"].(string); ok {
			text = plain.Line(s)
		} else {
			text = o.obj("error").str("message")
		}
	}
	if all, ok := o["errors"].([]any); ok && len(all) > 0 {
		for _, e := range all[:min(len(all), 3)] {
			s, _ := e.(string)
			if m, ok := e.(map[string]any); ok {
				s = object(m).str("message", "code")
			}
			if s = plain.Line(s); s != "" && !strings.Contains(text, s) {
				text = strings.TrimPrefix(text+": "+s, ": ")
			}
		}
	}
	if text == "" {
		return nil
	}
	for _, v := range o {
		if list, ok := v.([]any); ok && len(list) > 0 && listed(list) {
			return nil // an answer after all
		}
	}
	return fmt.Errorf("the server refused the search: %s", plain.Cut(text, 300))
}

// listed reports that a list holds results.
func listed(list []any) bool {
	m, ok := list[0].(map[string]any)
	return ok && object(m).str(titles...) != "" && object(m).str(links...) != ""
}

var (
	titles = []string{"title", "name", "summary", "subject", "headline"}
	links  = []string{"html_url", "web_url", "url", "link", "permalink"}
)

type reader func(object, string) Hit

// format tells by its fields which server an answer is of, and finds its list.
func format(root any, top object) ([]any, reader) {
	if list, ok := root.([]any); ok {
		if len(list) == 0 {
			return list, generic
		}
		if m, ok := list[0].(map[string]any); ok {
			if o := object(m); o.has("html_url", "number") || o.has("web_url", "iid") {
				return list, tracker
			}
		}
	}
	for _, f := range []struct {
		list string
		has  []string
		read reader
	}{
		{"items", []string{"total_count"}, tracker}, {"items", []string{"quota_remaining"}, stack}, {"hits", []string{"nbHits"}, hackerNews},
		{"topics", nil, discourse}, {"bugs", nil, bugzilla},
	} {
		if list, ok := top[f.list].([]any); ok && top.has(f.has...) {
			if f.list == "topics" {
				list = withPosts(list, top)
			}
			return list, f.read
		}
	}
	if inner := top.obj("topic_list"); inner["topics"] != nil {
		list, _ := inner["topics"].([]any)
		return list, discourse
	}
	return search(root, maxSearch), generic
}

// resultNames are the names under which an empty list means that nothing was found; any other is
// an answer of another shape.
var resultNames = map[string]bool{
	"results": true, "items": true, "hits": true, "data": true, "entries": true, "records": true, "docs": true, "rows": true, "list": true,
	"issues": true, "topics": true, "posts": true, "bugs": true, "articles": true, "stories": true,
}

// search finds the first list of results in breadth, which is where people put it.
func search(root any, depth int) []any {
	level := []any{root}
	var empty []any
	if list, ok := root.([]any); ok && len(list) == 0 {
		return list
	}
	for ; depth > 0 && len(level) > 0; depth-- {
		var next []any
		for _, v := range level {
			switch v := v.(type) {
			case []any:
				if len(v) > 0 && listed(v) {
					return v
				}
			case map[string]any:
				for _, name := range object(v).names() {
					if list, ok := v[name].([]any); ok && len(list) == 0 && resultNames[name] {
						empty = list
					}
					next = append(next, v[name])
				}
			}
		}
		level = next
	}
	return empty // nothing found: an answer without results
}

// generic reads what most answers have in common.
func generic(o object, base string) Hit {
	var h Hit
	h.Title = o.str(titles...)
	for _, name := range links {
		if s := o.str(name); s != "" {
			if clean, err := link.Clean(s, base); err == nil {
				h.URL = clean
				break
			}
		}
	}
	h.Author = first(o.str("author", "user", "username", "creator"), o.obj("author").str("name", "login", "username"), o.obj("user").str("name", "login", "username"))
	h.Published = o.time("created_at", "published_at", "creation_date", "creation_time", "created", "published", "date", "pubDate", "date_published", "created_utc", "timestamp", "time")
	h.Updated = o.time("updated_at", "updated", "modified", "last_modified", "date_modified")
	h.Labels = o.words("labels", "tags", "keywords")
	h.Comments, h.Points = o.num("num_comments", "comments_count", "comments"), o.num("score", "points", "votes")
	h.State = strings.ToLower(o.str("state", "status"))
	h.set(html.EscapeString(o.text("body", "description", "content", "excerpt", "text", "snippet")))
	return h
}

// set takes the HTML of a hit's text.
func (h *Hit) set(text string) {
	h.Content = strings.ToValidUTF8(text[:min(len(text), maxText)], "")
}

func first[T comparable](all ...T) T {
	var zero T
	for _, v := range all {
		if v != zero {
			return v
		}
	}
	return zero
}

package search

import (
	"html"
	"net/url"
	"strings"

	"wiredesk/harvest/page"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// tracker reads issues, pull and merge requests of GitHub, GitLab, Gitea and Forgejo, and GitHub's
// repositories.
func tracker(o object, base string) Hit {
	h := generic(o, base)
	h.Author = plain.Line(first(o.obj("user").str("login"), o.obj("author").str("name", "username"), o.obj("owner").str("login")))
	h.Updated, h.Labels, h.Comments = o.time("updated_at"), o.words("labels"), o.num("comments", "user_notes_count")
	h.State = o.state()
	switch {
	case o.has("stargazers_count"):
		h.Kind, h.State, h.Points, h.Comments = "repository", "", o.num("stargazers_count"), 0
		if name := o.str("full_name"); name != "" {
			h.Title = name
			if about := o.str("description"); about != "" {
				h.Title += ": " + about
			}
		}
		h.Labels = o.words("topics")
	case o["pull_request"] != nil || o.has("merge_status") || strings.Contains(h.URL, "/merge_requests/") || strings.Contains(h.URL, "/pull/"):
		h.Kind = "pull request"
	default:
		h.Kind = "issue"
	}
	if o.has("upvotes") {
		h.Points = o.num("upvotes")
	} else if r := o.obj("reactions"); r != nil {
		h.Points = r.num("total_count")
	}
	return h
}

func hackerNews(o object, base string) Hit {
	h := generic(o, base)
	id := o.str("story_id", "objectID")
	talk, err := link.Clean("https://news.ycombinator.com/item?id="+url.QueryEscape(id), "")
	if id == "" || err != nil {
		return Hit{}
	}
	h.ID = "hackernews:" + plain.Line(id)
	h.Title, h.Kind = page.Line(first(o.str("title"), o.str("story_title"))), "story"
	if h.URL == "" {
		h.URL = talk
	} else {
		h.Links = append(h.Links, talk)
	}
	h.Author, h.Points, h.Comments = o.str("author"), o.num("points"), o.num("num_comments")
	h.set(o.text("story_text")) // HTML
	return h
}

// withPosts gives topics the blurbs of the posts by which Discourse found them.
func withPosts(topics []any, top object) []any {
	posts, _ := top["posts"].([]any)
	blurb := map[string]object{}
	for _, p := range posts {
		if m, ok := p.(map[string]any); ok {
			if id := object(m).str("topic_id"); blurb[id] == nil {
				blurb[id] = m
			}
		}
	}
	for _, t := range topics {
		if m, ok := t.(map[string]any); ok {
			if p := blurb[object(m).str("id")]; p != nil {
				m["blurb"], m["username"] = p["blurb"], p["username"]
			}
		}
	}
	return topics
}

func discourse(o object, base string) Hit {
	h := generic(o, base)
	h.ID = ""
	slug := first(o.str("slug"), "-")
	h.URL, _ = link.Clean("/t/"+url.PathEscape(slug)+"/"+url.PathEscape(o.str("id")), base)
	h.Kind, h.Author, h.Labels = "topic", o.str("username", "last_poster_username"), o.words("tags")
	h.Comments, h.Points = max(o.num("posts_count")-1, 0), o.num("like_count")
	h.Updated = first(o.time("last_posted_at"), o.time("bumped_at"))
	if o.is("closed") {
		h.State = "closed"
	}
	h.set(first(o.text("excerpt"), html.EscapeString(o.text("blurb"))))
	return h
}

func bugzilla(o object, base string) Hit {
	h := generic(o, base)
	at := base
	if i := strings.Index(base, "/rest/"); i >= 0 {
		at = base[:i+1]
	}
	h.ID = ""
	h.URL, _ = link.Clean("show_bug.cgi?id="+url.QueryEscape(o.str("id")), at)
	if o.str("id") == "" {
		h.URL = ""
	}
	h.Kind, h.State = "bug", bugState(o)
	h.Author = first(o.obj("creator_detail").str("real_name", "name"), o.str("creator"))
	h.Updated, h.Labels, h.Comments = o.time("last_change_time"), o.words("keywords"), o.num("comment_count")
	h.set(html.EscapeString(strings.TrimSpace(o.str("product") + " " + o.str("component"))))
	return h
}

func stack(o object, base string) Hit {
	h := generic(o, base)
	h.Title, h.Kind = page.Line(o.str("title")), "question"
	h.Author, h.Labels = page.Line(o.obj("owner").str("display_name")), o.words("tags")
	h.Points, h.Comments = o.num("score"), o.num("answer_count")
	h.Updated = o.time("last_activity_date")
	if o.num("closed_date") > 0 {
		h.State = "closed"
	}
	h.set(o.text("body"))
	return h
}

package web

import (
	"html/template"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"wiredesk/store"
)

// maxHits is how many places of the archive a search shows.
const maxHits = 100

type archivePage struct {
	frame
	Search string
	Hits   []store.Hit
	Many   bool   // there are more
	Queue  string // the same search in the queue
	Years  []year
}

// year are the issues of a year, newest first.
type year struct {
	Name   string
	Issues []store.Issue
}

// archive searches the back issues, or lists them.
func (s *Server) archive(w http.ResponseWriter, r *http.Request) {
	ctx, d := r.Context(), s.cfg.Desk()
	p := archivePage{Search: strings.TrimSpace(r.URL.Query().Get("q"))}
	var err error
	if p.frame, err = s.frame(r, "archive", "Archive"); err != nil {
		s.broken(w, r, err)
		return
	}
	if p.Search != "" {
		p.Queue = "/?" + url.Values{"state": {"any"}, "q": {p.Search}}.Encode()
		if p.Hits, err = d.Store.SearchArchive(ctx, p.Search, maxHits+1); err != nil {
			s.broken(w, r, err)
			return
		}
		if p.Many = len(p.Hits) > maxHits; p.Many {
			p.Hits = p.Hits[:maxHits]
		}
		p.Hits = withoutContents(p.Hits)
	}
	all, err := d.Store.Issues(ctx)
	if err != nil {
		s.broken(w, r, err)
		return
	}
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Published.IsZero() {
			continue
		}
		name, _, _ := strings.Cut(all[i].Week, "-")
		if len(p.Years) == 0 || p.Years[len(p.Years)-1].Name != name {
			p.Years = append(p.Years, year{Name: name})
		}
		y := &p.Years[len(p.Years)-1]
		y.Issues = append(y.Issues, all[i])
	}
	s.page(w, r, "archive.html", p)
}

// withoutContents leaves out contents lists of issues in which a story was found: they only name it.
func withoutContents(hits []store.Hit) []store.Hit {
	stories := map[string]bool{}
	for _, h := range hits {
		stories[h.Week] = stories[h.Week] || h.Kind == store.StoryPart
	}
	return slices.DeleteFunc(hits, func(h store.Hit) bool { return h.Kind == store.ContentsPart && stories[h.Week] })
}

type backPage struct {
	frame
	Issue store.BackIssue
	Parts []backPart
}

// backPart is a part of a back issue, rendered.
type backPart struct {
	Line int // a hit points there
	HTML template.HTML
}

// backIssue shows one issue of the archive.
func (s *Server) backIssue(w http.ResponseWriter, r *http.Request) {
	b, err := s.cfg.Desk().Store.BackIssue(r.Context(), r.PathValue("week"))
	if err != nil {
		s.broken(w, r, err)
		return
	}
	p := backPage{Issue: b}
	if p.frame, err = s.frame(r, "archive", "Issue of "+b.Week); err != nil {
		s.broken(w, r, err)
		return
	}
	texts := make([]string, len(b.Parts))
	for i, part := range b.Parts {
		texts[i] = partText(part)
	}
	defined := strings.Join(definition.FindAllString(strings.Join(texts, "\n\n"), -1), "\n") // wherever in the issue they stand
	for i, part := range b.Parts {
		html, err := render(texts[i] + "\n\n" + defined)
		if err != nil {
			s.broken(w, r, err)
			return
		}
		p.Parts = append(p.Parts, backPart{part.Line, html})
	}
	s.page(w, r, "backissue.html", p)
}

// definition is the line that defines a reference link (CommonMark 0.31, section 4.7).
var definition = regexp.MustCompile(`(?m)^ {0,3}\[[^\]\n]+\]:[ \t]*\S.*$`)

// partText is a part as markdown.
func partText(p store.BackPart) string {
	var all []string
	if p.Heading != "" {
		if p.Level > 0 {
			all = append(all, strings.Repeat("#", p.Level)+" "+p.Heading)
		} else {
			all = append(all, "**"+p.Heading+"**")
		}
	}
	list := ""
	for _, item := range p.List {
		list += "* " + strings.ReplaceAll(item, "\n", "\n  ") + "\n"
	}
	for _, text := range []string{p.Body, list, p.Tail} {
		if strings.TrimSpace(text) != "" {
			all = append(all, text)
		}
	}
	return strings.Join(all, "\n\n")
}

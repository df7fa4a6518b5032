package web

import (
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"wiredesk/store/plain"
)

// bookmarklet opens the form to add the page that the browser is at. It changes nothing.
const bookmarklet = `javascript:void(open('http://%s/add?url='+encodeURIComponent(location.href)+'&title='+encodeURIComponent(document.title)))`

type addPage struct {
	frame
	Link        Link
	Bookmarklet template.URL
}

// addForm is the form to add a link. What its address holds is filled in, as the bookmarklet does.
func (s *Server) addForm(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	s.addPage(w, r, Link{URL: plain.Line(q.Get("url")), Title: plain.Line(q.Get("title"))})
}

func (s *Server) addPage(w http.ResponseWriter, r *http.Request, l Link) {
	f, err := s.frame(r, "add", "Add a link")
	if err != nil {
		s.broken(w, r, err)
		return
	}
	f.Here = "/add"
	// The host is one of our own names; the rest is ours.
	s.page(w, r, "add.html", addPage{f, l, template.URL(strings.Replace(bookmarklet, "%s", s.host, 1))})
}

// add puts a link into the queue, and reads its page.
func (s *Server) add(w http.ResponseWriter, r *http.Request) {
	f, ok := s.form(w, r)
	if !ok {
		return
	}
	l := Link{
		URL: strings.TrimSpace(f.Get("url")), Title: plain.Line(f.Get("title")), Note: f.Get("note"), Accept: f.Get("accept") != "",
	}
	if credit := plain.Line(f.Get("credit")); f.Get("via") != "" {
		l.Via = credit
	} else {
		l.By = credit
	}
	if l.URL == "" {
		s.done(w, r, "/add", "nothing", 0)
		return
	}
	got, err := s.cfg.Add(r.Context(), l)
	if err != nil {
		// What was typed is not lost: the form comes again with it.
		s.addPage(w, withNotice(r, err), l)
		return
	}
	did := "added"
	switch {
	case !got.New:
		did = "known"
	case got.PageError != "":
		did = "pageless"
	}
	s.done(w, r, "/story/"+strconv.FormatInt(got.Story, 10), did, 0)
}

package web

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"net/http"
	"net/url"
	"strings"
)

// handler puts the checks before every route, in this order: a name of ours, asked by our own
// page, by somebody who knows the secret. Only then the route is looked up.
func (s *Server) handler() http.Handler {
	open := http.NewServeMux() // needs no secret, and tells neither titles nor addresses
	open.HandleFunc("GET /healthz", s.health)
	open.Handle("GET /metrics", s.metrics.handler())
	open.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !s.admit(w, r):
		case r.ContentLength > maxBody:
			s.tooLong(w, r)
		default:
			if _, route := s.mux.Handler(r); route == "" {
				s.nowhere(w, r)
				return
			}
			s.mux.ServeHTTP(w, r)
		}
	})
	crossOrigin := http.NewCrossOriginProtection()
	return s.metrics.count(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		nonce := rand.Text()
		protect(w.Header(), nonce)
		r = r.WithContext(context.WithValue(r.Context(), nonceKey{}, nonce))
		switch {
		case !s.hosts[r.Host]:
			// A name that an attacker points at this machine makes his page "same origin"; it
			// cannot make the browser name us.
			s.fail(w, r, http.StatusForbidden, "Not this way", "This page answers at localhost, 127.0.0.1 and [::1] on port "+s.port+" only. Through a tunnel, use the same port on both ends.")
		case crossOrigin.Check(r) != nil:
			s.fail(w, r, http.StatusForbidden, "Not from there", "Another site asked for this. Nothing was changed.")
		default:
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
			open.ServeHTTP(w, r)
		}
	}))
}

// nowhere answers where there is no page: to the address of a form that was opened as if it were one,
// or to no address of ours.
func (s *Server) nowhere(w http.ResponseWriter, r *http.Request) {
	other, text := r.Clone(r.Context()), "Forms are sent to this address; it shows nothing. Nothing was changed."
	if other.Method = http.MethodPost; r.Method == http.MethodPost {
		other.Method, text = http.MethodGet, "This page takes no forms. Nothing was changed."
	}
	if _, route := s.mux.Handler(other); route != "" {
		w.Header().Set("Allow", other.Method)
		s.fail(w, r, http.StatusMethodNotAllowed, "Not this way", text)
		return
	}
	s.fail(w, r, http.StatusNotFound, "Not found", "There is no such page.")
}

type nonceKey struct{}

func nonceOf(r *http.Request) string { n, _ := r.Context().Value(nonceKey{}).(string); return n }

// protect sets what every answer carries. Scripts and styles need the nonce of this answer; the
// script may ask nobody but this server.
func protect(h http.Header, nonce string) {
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'nonce-"+nonce+"'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; script-src 'nonce-"+nonce+"'; connect-src 'self'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cache-Control", "no-store")
}

// cookie is named by the port: browsers send cookies to every port of a host.
func (s *Server) cookie() string { return "wiredesk-" + s.port }

// admit lets in whoever knows the secret of this start: once in the URL, then as a cookie.
func (s *Server) admit(w http.ResponseWriter, r *http.Request) bool {
	if c, err := r.Cookie(s.cookie()); err == nil && s.known(c.Value) {
		return true
	}
	if r.Method == http.MethodGet && r.URL.Path == "/" && s.known(r.URL.Query().Get("secret")) {
		http.SetCookie(w, &http.Cookie{Name: s.cookie(), Value: s.secret, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return false
	}
	if again, ok := fromElsewhere(r); ok {
		s.failWith(w, r, http.StatusUnauthorized, refusal{Title: "One moment", Text: "Opening the form to add a link.", Again: again})
		return false
	}
	s.fail(w, r, http.StatusUnauthorized, "Not yet", "Open the address that wiredesk serve printed when it started: it holds the secret of this start.")
	return false
}

func (s *Server) known(secret string) bool {
	return subtle.ConstantTimeCompare([]byte(secret), []byte(s.secret)) == 1
}

// fromElsewhere tells of the form to add a link when another site's page opened it, as the
// bookmarklet does. A SameSite=Strict cookie does not come along then; a page of ours that goes on
// by itself brings it.
func fromElsewhere(r *http.Request) (again string, ok bool) {
	if r.Method != http.MethodGet || r.URL.Path != "/add" || r.Header.Get("Sec-Fetch-Site") != "cross-site" || r.URL.Query().Has("again") {
		return "", false
	}
	q := url.Values{"again": {"1"}, "url": {r.URL.Query().Get("url")}, "title": {r.URL.Query().Get("title")}}
	return "/add?" + q.Encode(), true
}

// refusal is the page of an error.
type refusal struct {
	Title, Text string
	Again       string // goes on there by itself
	Inside      bool   // whoever sees it is let in, and can go on to the Desk
	Nonce       string
}

// fail answers with a page that says why.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, status int, title, text string) {
	s.failWith(w, r, status, refusal{Title: title, Text: text, Inside: status != http.StatusForbidden && status != http.StatusUnauthorized})
}

func (s *Server) failWith(w http.ResponseWriter, r *http.Request, status int, p refusal) {
	p.Nonce = nonceOf(r)
	write(w, status, "refusal.html", p)
}

func (s *Server) tooLong(w http.ResponseWriter, r *http.Request) {
	s.fail(w, r, http.StatusRequestEntityTooLarge, "Too long", "That is more than 64 KiB. Nothing was changed.")
}

// form reads the fields of a POST, and answers where that cannot be done.
func (s *Server) form(w http.ResponseWriter, r *http.Request) (url.Values, bool) {
	err := r.ParseForm()
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		s.tooLong(w, r)
	case err != nil:
		s.fail(w, r, http.StatusBadRequest, "Not understood", "The form could not be read. Nothing was changed.")
	}
	return r.PostForm, err == nil
}

// local returns a path of ours with its query, or "/": what a form names to go back to is never an
// address elsewhere.
func local(back string) string {
	u, err := url.Parse(back)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.Contains(u.Path, `\`) {
		return "/"
	}
	return (&url.URL{Path: u.Path, RawQuery: u.Query().Encode(), Fragment: u.Fragment}).String()
}

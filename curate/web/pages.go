package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"wiredesk/curate"
	"wiredesk/curate/issue"
	"wiredesk/store"
	"wiredesk/store/link"
)

//go:embed templates/*.html
var templateFiles embed.FS

//go:embed assets/desk.css assets/desk.js
var assetFiles embed.FS

// frame is what the layout shows around every page.
type frame struct {
	Title   string
	At      string // which of the pages in the navigation
	Nonce   string
	Version string // of the assets
	Here    string // path and query of this page, to come back to
	Changed string // what the script compares to see that something changed
	Said    string // what was done
	Undo    bool   // it is what Undo takes back
	Alert   string // why it was not
	Week    string // of the coming issue
	zone    *time.Location
	refused notice   // whose form is filled in again
	ticked  []string // refs of rows
}

// Typed is what a field of a form shows: what was typed into it where that was refused, so that
// nothing is typed twice; else what stands there.
func (f frame) Typed(form, field, stands string) string {
	if f.Refused(form) && f.refused.typed.Has(field) {
		return f.refused.typed.Get(field)
	}
	return stands
}

// Refused reports that what a form asked for was not done. A form is named by the path that it is
// sent to.
func (f frame) Refused(form string) bool { return f.refused.form == form }

// Ticked reports that a row, as token wrote it, was ticked in a form that was refused, or beside what
// was done with another row. Somebody else may have changed its state since.
func (f frame) Ticked(row string) bool { return slices.Contains(f.ticked, refOf(row)) }

// refOf is the ref that a token begins with.
func refOf(token string) string { ref, _, _ := strings.Cut(token, "|"); return ref }

// Day is a day as the newsletter counts them.
func (f frame) Day(t time.Time) string { return t.In(f.zone).Format("2 Jan 2006") }

// page answers with a page of ours; data embeds the frame.
func (s *Server) page(w http.ResponseWriter, r *http.Request, name string, data any) {
	status := http.StatusOK
	if n, ok := r.Context().Value(noticeKey{}).(notice); ok {
		status = n.status
	}
	write(w, status, name, data)
}

// frame begins a page.
func (s *Server) frame(r *http.Request, at, title string) (frame, error) {
	d := s.cfg.Desk()
	version, err := d.Store.Version(r.Context())
	if err != nil {
		return frame{}, err
	}
	q := r.URL.Query()
	f := frame{
		Title: title, At: at, Nonce: nonceOf(r), Version: assetVersion, Changed: fmt.Sprint(version), Week: d.Coming(), zone: d.Newsletter.Publication.Zone,
		Said: said(q.Get("did"), q.Get("n")), Undo: slices.Contains(acts, q.Get("did")),
	}
	f.ticked = q["tick"]
	for _, once := range []string{"did", "n", "tick"} {
		q.Del(once)
	}
	f.Here = (&url.URL{Path: r.URL.Path, RawQuery: q.Encode()}).String()
	if n, ok := r.Context().Value(noticeKey{}).(notice); ok {
		f.Alert, f.refused = n.text, n
		for _, t := range n.typed["ref"] {
			f.ticked = append(f.ticked, refOf(t))
		}
	}
	return f, nil
}

// acts are those of what said tells that are in the record of decisions. The other things (a draft, a
// harvest, a pin) Undo does not take back: it would take back what was decided before them.
var acts = []string{"accepted", "rejected", "held", "queued", "merged", "split", "saved", "quoted", "unquoted", "moved", "undone"}

// said is what a page says that was just done. It is made of our words alone: whoever wrote the
// address of a page cannot put his into it.
func said(did, n string) string {
	one := n == "" || n == "1"
	text, ok := map[string][2]string{
		"accepted": {"Accepted.", "Accepted %s."}, "rejected": {"Rejected.", "Rejected %s."}, "held": {"Held.", "Held %s."},
		"queued": {"Put back into the queue.", "Put %s back into the queue."}, "merged": {"Merged into one story.", "Merged %s into one story."},
		"split": {"Split off into a story of its own.", "Split %s off into a story."}, "undone": {"Undone.", "Undone: %s changes."},
		"saved": {"Saved."}, "quoted": {"The quote is in the draft."}, "unquoted": {"The quote is out of the draft."}, "moved": {"Moved."},
		"drafted": {"Drafted."}, "unchanged": {"Nothing new: the draft is as it was."}, "harvest": {"A harvest has begun."}, "busy": {"A harvest is under way already."},
		"nothing": {"Nothing was chosen."}, "same": {"Nothing was changed."}, "noundo": {"There is nothing to undo since wiredesk serve was started."}, "added": {"Added to the queue."},
		"fixed": {"Mended one thing.", "Mended %s things."}, "nofix": {"There is nothing that has one right answer."},
		"known": {"This link was known already."}, "pageless": {"Added. Its page could not be read; the link is kept."}, "pinned": {"Pinned."}, "muted": {"Muted."}, "freed": {"Left to the model again."},
	}[did]
	switch {
	case !ok:
		return ""
	case one || text[1] == "":
		return text[0]
	}
	count := ""
	for _, c := range n {
		if c < '0' || c > '9' || len(count) == 6 {
			return text[0]
		}
		count += string(c)
	}
	return fmt.Sprintf(text[1], count)
}

// notice is what stopped an act; the page that it came from is shown again with it.
type notice struct {
	status int
	text   string
	form   string     // the path that was asked
	typed  url.Values // what stood in the form
}

type noticeKey struct{}

// done sends the browser back to where it came from, which then says what was done.
func (s *Server) done(w http.ResponseWriter, r *http.Request, back, did string, n int) {
	u, _ := url.Parse(local(back)) // local parsed it
	q := u.Query()
	q.Set("did", did)
	q.Del("n")
	if n > 1 {
		q.Set("n", fmt.Sprint(n))
	}
	u.RawQuery = q.Encode()
	http.Redirect(w, r, u.String(), http.StatusSeeOther)
}

// withNotice is a request whose page tells why an act was not done.
func withNotice(r *http.Request, err error) *http.Request {
	n := notice{http.StatusInternalServerError, err.Error(), r.URL.Path, r.PostForm}
	var mistake *curate.Mistake
	var input Wrong
	switch {
	case errors.As(err, &mistake), errors.As(err, &input):
		n.status = http.StatusUnprocessableEntity
	case errors.Is(err, store.ErrConflict):
		n.status = http.StatusConflict
	case errors.Is(err, store.ErrNotFound):
		n.status = http.StatusNotFound
	}
	return r.WithContext(context.WithValue(r.Context(), noticeKey{}, n))
}

// stop shows the page again that an act came from, and says why it was not done.
func (s *Server) stop(w http.ResponseWriter, r *http.Request, back string, err error) {
	again, bad := http.NewRequestWithContext(withNotice(r, err).Context(), http.MethodGet, local(back), nil)
	if bad != nil {
		s.broken(w, r, err)
		return
	}
	s.mux.ServeHTTP(w, again)
}

// Wrong is what the editor can mend in a form.
type Wrong string

func (w Wrong) Error() string { return string(w) }

// broken answers where a page cannot be made.
func (s *Server) broken(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, store.ErrNotFound) {
		s.fail(w, r, http.StatusNotFound, "Not found", err.Error())
		return
	}
	s.fail(w, r, http.StatusInternalServerError, "That did not work", err.Error())
}

var pages = sync.OnceValue(parse) // 3 ms that only serve needs

// assetVersion changes with the assets, so that browsers may keep them.
var assetVersion = func() string {
	h := sha256.New()
	for _, name := range []string{"assets/desk.css", "assets/desk.js"} {
		b, _ := assetFiles.ReadFile(name) // embedded
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}()

func parse() map[string]*template.Template {
	funcs := template.FuncMap{
		"age": age, "due": due, "stamp": func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"score": func(f float64) string { return fmt.Sprintf("%.1f", f) }, "signed": func(f float64) string { return strings.Replace(fmt.Sprintf("%+.1f", f), "-", "−", 1) },
		"percent": func(f *float64) string { return fmt.Sprintf("%.0f %%", 100**f) }, "count": count, "credit": issue.CreditText, "bare": bare, "web": openable, "muted": muted,
	}
	entries, err := templateFiles.ReadDir("templates")
	if err != nil {
		panic(err) // embedded
	}
	out := map[string]*template.Template{}
	for _, e := range entries {
		base := "layout.html"
		if e.Name() == "refusal.html" { // nothing of ours is around it
			base = e.Name()
		}
		out[e.Name()] = template.Must(template.New(base).Funcs(funcs).ParseFS(templateFiles, "templates/"+base, "templates/"+e.Name()))
	}
	return out
}

// write executes a template whole before any of it is sent.
func write(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := pages()[name].Execute(&b, data); err != nil {
		http.Error(w, "wiredesk: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // whoever asked may have gone
}

// asset serves the style and the script.
func (s *Server) asset(w http.ResponseWriter, r *http.Request) {
	b, err := assetFiles.ReadFile("assets/" + path.Base(r.URL.Path))
	if err != nil {
		s.fail(w, r, http.StatusNotFound, "Not found", "There is no such file.")
		return
	}
	kind := "text/css; charset=utf-8"
	if strings.HasSuffix(r.URL.Path, ".js") {
		kind = "text/javascript; charset=utf-8"
	}
	w.Header().Set("Content-Type", kind)
	if r.URL.Query().Get("v") == assetVersion {
		w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	}
	_, _ = w.Write(b)
}

// age writes how long ago something was, in its largest unit.
func age(t time.Time) string {
	d := time.Since(t)
	switch {
	case t.IsZero():
		return "never"
	case d < 0:
		return "in " + span(-d)
	}
	return span(d) + " ago"
}

// due writes when something is next: what should have been already is due.
func due(t time.Time) string {
	if !time.Now().Before(t) {
		return "due now"
	}
	return age(t)
}

func span(d time.Duration) string {
	switch {
	case d < time.Hour:
		return fmt.Sprintf("%d min", max(1, int(d/time.Minute)))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d/time.Hour))
	}
	return fmt.Sprintf("%d days", int(d/(24*time.Hour)))
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// bare is a URL as people say it.
func bare(u string) string {
	return strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(u, "https://"), "http://"), "/")
}

// openable reports that a link may be opened: http or https, and a host.
func openable(u string) bool { _, err := link.Clean(u, ""); return err == nil }

package harvest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"wiredesk/harvest/feed"
	"wiredesk/harvest/fetch"
	"wiredesk/harvest/maillist"
	"wiredesk/harvest/page"
	"wiredesk/harvest/release"
	"wiredesk/store"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// QuietAfter is how old the newest item of a source may be before it is said to have gone quiet:
// half a year, since release pages and blogs of one person are slow by nature.
const QuietAfter = 180 * 24 * time.Hour

// The states of a source that was checked.
const (
	FoundOK      = "ok"
	FoundEmpty   = "empty"   // it answers, without any item
	FoundQuiet   = "quiet"   // its newest item is older than QuietAfter
	FoundMoved   = "moved"   // it works, at another address for good
	FoundFailing = "failing" // it does not work
	FoundGone    = "gone"    // it answers 410
)

// Finding is what one check of a source found. Problem is a sentence for a person, empty where all
// is well; Advice says what to do, URL is the address to put into feeds.yaml, where there is one.
type Finding struct {
	Source  string    `json:"source"`
	State   string    `json:"state"`
	Problem string    `json:"problem,omitempty"`
	Advice  string    `json:"advice,omitempty"`
	URL     string    `json:"url,omitempty"`
	Stage   string    `json:"stage,omitempty"`
	Status  int       `json:"status,omitempty"`
	Items   int       `json:"items"`
	Newest  time.Time `json:"newest,omitzero"` // zero: no item states when
	Notes   []string  `json:"warnings,omitempty"`
}

// Failed reports that a harvest would get nothing from the source.
func (f *Finding) Failed() bool { return f.State == FoundFailing || f.State == FoundGone }

// Check asks every source that is not disabled once, or those that are named, whatever the
// schedule says, and stores nothing. A feed that turns out to be a web page is asked a second time,
// for the feed that the page names. Findings come in the order of feeds.yaml. Hosts that asked to
// be left alone are. The error is the store's, or the end of ctx.
func (h *Harvester) Check(ctx context.Context, names []string, progress func(done, total int, what string)) ([]Finding, error) {
	var wanted []Source
	for _, s := range h.cfg.Sources {
		if !s.Disabled && (len(names) == 0 || slices.Contains(names, s.Name)) {
			wanted = append(wanted, s)
		}
	}
	if h.store != nil {
		waits, err := h.store.Waits(ctx)
		if err != nil {
			return nil, err
		}
		h.client.SetWaits(waits)
	}
	out := make([]Finding, len(wanted))
	err := h.each(ctx, len(wanted), func(i int) string { return wanted[i].URL }, func(i int) error {
		var err error
		out[i], err = h.check(ctx, wanted[i])
		return err
	}, func(done int) {
		if progress != nil {
			progress(done, len(wanted), "sources")
		}
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// check asks one source.
func (h *Harvester) check(ctx context.Context, s Source) (Finding, error) {
	got, err := h.guarded(ctx, job{Source: s}, store.Source{})
	if ctx.Err() != nil {
		return Finding{}, ctx.Err()
	}
	f := Finding{Source: s.Name, State: FoundOK, Status: got.status, Items: len(got.items), Notes: got.warnings}
	for _, it := range got.items {
		if it.Published.After(f.Newest) {
			f.Newest = it.Published
		}
	}
	var bad *stageError
	switch {
	case errors.As(err, &bad):
		h.explain(ctx, s, bad, &f)
	case err != nil:
		return f, err
	case got.moved != "":
		f.State, f.URL = FoundMoved, got.moved
		f.Problem, f.Advice = "it has moved for good", fmt.Sprintf("put url: %q into feeds.yaml", got.moved)
	case f.Items == 0:
		f.State, f.Problem, f.Advice = FoundEmpty, "it answers, and holds no item", "look at it in a browser; it may have been given up"
	case !f.Newest.IsZero() && h.cfg.Now().Sub(f.Newest) > QuietAfter:
		f.State = FoundQuiet
		f.Problem = "its newest item is of " + f.Newest.Format(time.DateOnly)
		f.Advice = "it may go on elsewhere; put disabled: true into feeds.yaml where not"
	}
	return f, nil
}

// explain says what can be done about a source that failed.
func (h *Harvester) explain(ctx context.Context, s Source, bad *stageError, f *Finding) {
	f.State, f.Problem, f.Stage = FoundFailing, bad.text, bad.stage
	if bad.status != 0 {
		f.Status = bad.status
	}
	switch {
	case bad.status == 410:
		f.State, f.Advice = FoundGone, "put disabled: true into feeds.yaml, or its new address"
	case bad.unasked():
		f.Advice = "ask again after that"
	case strings.Contains(bad.text, "challenge"):
		f.Advice = "the site keeps programs out for now; ask it for a feed address that is open, or try again later"
	case bad.stage == "parse" && s.Kind == KindFeed:
		if p, err := h.ProbeURL(ctx, Source{URL: s.URL, Secret: s.Secret, Zone: s.Zone}); err == nil && p.Found != "" {
			f.Problem, f.URL = "it is a web page, which names a feed", p.Found
			f.Advice = fmt.Sprintf("put url: %q into feeds.yaml", p.Found)
		}
	case bad.status == 404:
		f.Advice = "look at its home page for the new address; `wiredesk probe URL` finds the feed of a page"
	}
}

// Discovery is what stands at an address, as a source of feeds.yaml.
type Discovery struct {
	Kind    string
	URL     string   // for feeds.yaml: of the feed that a page names, or where the address moved to for good
	Title   string   // what it calls itself; "" where it says nothing
	Others  []string // the other feeds that the page names
	Items   int
	Matches int       // of Items, match the topic
	Newest  time.Time // zero: no item states when
	Notes   []string
}

// ErrNoFeed is returned for a web page that names no feed.
var ErrNoFeed = errors.New("a web page that names no feed; a source of kind page needs the keys item and link, CSS selectors that you write into feeds.yaml (see `wiredesk probe --kind page`)")

// Discover finds out what kind of source an address is, and where its feed is; a kind that is
// given is taken. A web page costs a second request, to the first feed that it names. With an
// error the Discovery still says what the address alone tells.
func (h *Harvester) Discover(ctx context.Context, kind, address string) (Discovery, error) {
	d := Discovery{Kind: cmp.Or(kind, h.kindOf(address)), URL: address}
	source := func(kind, address string) Source { return Source{Kind: kind, URL: address, Zone: time.UTC} }
	if d.Kind != "" {
		d.Title = nameOf(d.Kind, address)
		p, err := h.ProbeURL(ctx, source(d.Kind, address))
		if err == nil {
			if d.Kind == KindFeed {
				d.URL = cmp.Or(p.Found, d.URL)
			}
			h.count(&d, p)
		}
		return d, err
	}
	d.Kind = KindFeed
	res, err := h.client.Get(ctx, fetch.Request{URL: address, Limit: fetch.ListLimit, Accept: acceptFeeds})
	if err != nil {
		return d, err
	}
	d.URL = cmp.Or(res.Moved, d.URL)
	if fetch.IsHTML(res.ContentType, res.Body) {
		feeds := page.Feeds(res.Body, res.URL)
		if len(feeds) == 0 {
			if d.Kind = h.kindOfPage(res); d.Kind == "" {
				d.Kind = KindFeed
				return d, ErrNoFeed
			}
			d.Title = nameOf(d.Kind, address)
			p, err := h.ProbeURL(ctx, Source{Kind: d.Kind, URL: address})
			if err == nil {
				h.count(&d, p)
			}
			return d, err
		}
		d.URL, d.Others = feeds[0], feeds[1:]
		p, err := h.ProbeURL(ctx, source(KindFeed, d.URL))
		if err == nil {
			h.count(&d, p)
		}
		return d, err
	}
	p, err := h.ProbeBytes(ctx, source("", res.URL), res.Body, res.ContentType)
	if err != nil {
		return d, err
	}
	if p.Kind == KindList {
		d.Kind, d.Title = KindList, nameOf(KindList, address)
	}
	h.count(&d, p)
	return d, nil
}

// count fills in what a probe holds.
func (h *Harvester) count(d *Discovery, p Probe) {
	d.Notes = append(d.Notes, p.Warnings...)
	item := func(title, url, text string, at time.Time) {
		d.Items++
		if Topical(h.matcher.Judge(title, url, text)) {
			d.Matches++
		}
		if at.After(d.Newest) && !at.After(h.cfg.Now()) {
			d.Newest = at
		}
	}
	for _, e := range p.Entries {
		item(e.Title, e.URL, e.SummaryText()+"\n\n"+e.ContentText(), e.Published)
	}
	for _, r := range p.Releases {
		item(r.Title, r.URL, r.ContentText(), r.Published)
	}
	for _, m := range p.Messages {
		if m.Root() {
			item(m.Title, m.URL, m.Text, m.Published)
		}
	}
	if d.Title == "" {
		d.Title = p.Feed.Title
	}
}

// forges are hosts whose two-part paths are repositories.
var forges = map[string]bool{"github.com": true, "gitlab.com": true, "codeberg.org": true, "gitea.com": true}

// kindOf tells the kind of a source by its address alone, "" where only asking can tell.
func (h *Harvester) kindOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.RawQuery != "" || path.Ext(u.Path) == ".atom" || path.Ext(u.Path) == ".rss" || path.Ext(u.Path) == ".xml" {
		return ""
	}
	host := link.Host(address)
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	at := func(i int) string {
		if i < len(parts) {
			return parts[i]
		}
		return ""
	}
	releases := at(2) == "" || at(2) == "releases" || at(2) == "tags" || at(2) == "-"
	switch {
	case forges[host] && at(1) != "" && (releases || host == "gitlab.com"),
		strings.HasPrefix(host, "gitlab.") && at(1) != "", strings.HasPrefix(host, "gitea.") && at(1) != "" && releases,
		host == "pypi.org" && at(0) == "project" && at(1) != "",
		host == "npmjs.com" && at(0) == "package" && at(1) != "",
		host == "crates.io" && at(0) == "crates" && at(1) != "",
		host == "hub.docker.com" && (at(0) == "r" || at(0) == "_") && at(1) != "":
		return KindReleases
	}
	if strings.Contains(u.Path, "/pipermail/") || strings.Contains(u.Path, "/hyperkitty/") {
		return KindList
	}
	if host == "kernel.org" && at(0) == "" || host == "ftp.gnu.org" {
		return KindReleases
	}
	if ways := maillist.Ask(address, h.since(), h.cfg.Now()); len(ways) > 0 && (len(ways[0]) != 1 || ways[0][0].URL != address) {
		return KindList
	}
	return ""
}

// kindOfPage tells what a web page without a feed is: the index of a list's archives, a listing of
// releases, or neither.
func (h *Harvester) kindOfPage(res *fetch.Response) string {
	text, _ := fetch.UTF8(res.Body, res.ContentType)
	if len(maillist.Follow(text, res.URL, h.since(), h.cfg.Now())) > 0 {
		return KindList
	}
	if bytes.Contains(text[:min(len(text), 4096)], []byte("Index of ")) {
		if all, _, err := release.Read(text, res.ContentType, feed.Meta{URL: res.URL}); err == nil && len(all) > 0 {
			return KindReleases
		}
	}
	return ""
}

// nameOf names a repository or a list by its address.
func nameOf(kind, address string) string {
	u, err := url.Parse(address)
	if err != nil || kind == KindFeed {
		return ""
	}
	parts := strings.FieldsFunc(u.Path, func(r rune) bool { return r == '/' })
	for len(parts) > 1 && slices.Contains([]string{"-", "releases", "tags", "new.atom", "feed"}, parts[len(parts)-1]) {
		parts = parts[:len(parts)-1]
	}
	if len(parts) == 0 {
		return ""
	}
	return plain.Line(strings.TrimSuffix(parts[len(parts)-1], ".git"))
}

package harvest

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"wiredesk/harvest/fetch"
	"wiredesk/harvest/page"
	"wiredesk/store"
	"wiredesk/store/link"
)

const (
	pageBatch    = 200              // pages whose candidates are in memory at once
	pageTries    = 3                // then a page that fails is left alone; its link stays
	pageAgain    = 6 * time.Hour    // until the next try
	pageDeadline = 10 * time.Second // for parsing one page: hostile HTML can take minutes

	keepPages  = 90 * 24 * time.Hour // then a page goes that nobody took: it is a season old
	pruneBatch = 100                 // pages that one run lets go: the editor does not wait for it
)

// worthFetching leaves out the sites that show a program nothing but a login.
func worthFetching(url string) bool {
	switch link.Host(url) {
	case "twitter.com", "x.com", "facebook.com", "linkedin.com", "instagram.com":
		return false
	}
	return true
}

// maxWarnings is how many pages that failed a run tells of, for each source.
const maxWarnings = 20

// pages fetches the pages of candidates that wait for theirs, and returns how many it read and,
// by candidate, why others failed. A page that fails is tried again by later runs; its link is in
// the queue all the same.
func (h *Harvester) pages(ctx context.Context, progress func(int, int, string), size *int64) (int, map[int64]string, error) {
	var (
		mu       sync.Mutex
		read     int
		failures = map[int64]string{}
		total    int
		before   int
	)
	for {
		due, err := h.store.PagesDue(ctx, pageBatch)
		if err != nil || len(due) == 0 {
			return read, failures, err
		}
		total += len(due)
		err = h.each(ctx, len(due), func(i int) string { return due[i].URL }, func(i int) error {
			n, err := h.Capture(ctx, due[i])
			mu.Lock()
			defer mu.Unlock()
			*size += n
			var bad *PageError
			switch {
			case err == nil:
				read++
			case errors.As(err, &bad):
				failures[due[i].ID] = due[i].URL + ": " + bad.Error()
			default:
				return err
			}
			return nil
		}, func(done int) {
			if progress != nil {
				progress(before+done, total, "pages")
			}
		})
		if err != nil {
			return read, failures, err
		}
		before = total
	}
}

// blame tells the pages that failed to the sources that showed them first.
func (h *Harvester) blame(ctx context.Context, failures map[int64]string, rep *Report) error {
	at := map[string]int{}
	for i, o := range rep.Report {
		at[o.Source] = i
	}
	told := map[int64]bool{}
	return h.store.Sightings(ctx, slices.Sorted(maps.Keys(failures)), func(g store.Sighting) {
		if told[g.CandidateID] {
			return
		}
		told[g.CandidateID] = true
		i, ok := at[g.Source]
		if !ok { // seen by an earlier run
			i = len(rep.Report)
			at[g.Source] = i
			rep.Report = append(rep.Report, Outcome{Source: g.Source})
		}
		o := &rep.Report[i]
		if len(o.Warnings) < maxWarnings {
			o.Warnings = append(o.Warnings, failures[g.CandidateID])
		}
		if o.Stage == "" {
			o.Stage = "page"
		}
	})
}

// PageError is why the page of a candidate could not be read. The candidate is none the worse.
type PageError struct{ text string }

func (e *PageError) Error() string { return e.text }

// Capture fetches and stores the page of one candidate, and returns the bytes that it took. The
// error is a *PageError where the page is at fault; that is stored with the candidate too.
func (h *Harvester) Capture(ctx context.Context, c store.Candidate) (int64, error) {
	if h.silent.over(c.URL) {
		err := h.store.FailPage(ctx, c.ID, link.Host(c.URL)+" gives no answer", h.cfg.Now().Add(pageAgain), false)
		return 0, cmp.Or(err, error(&PageError{link.Host(c.URL) + " gives no answer"}))
	}
	res, err := h.client.Get(ctx, fetch.Request{URL: c.URL, Limit: fetch.PageLimit, Accept: acceptPages, Page: true, Hold: true})
	var f *fetch.Error
	h.silent.heard(c.URL, !errors.As(err, &f) || !mute(f))
	if err != nil {
		if f == nil {
			return 0, err
		}
		if !f.Retry.IsZero() {
			if err := h.store.SetWait(ctx, f.Host, f.Retry); err != nil {
				return 0, err
			}
		}
		return 0, h.failPage(ctx, c, f)
	}
	defer res.Free()
	p, err := h.readPage(ctx, res)
	if err != nil {
		if ctx.Err() != nil {
			return res.Size, ctx.Err()
		}
		return res.Size, h.failPage(ctx, c, &fetch.Error{Text: err.Error(), Final: true})
	}
	return res.Size, h.store.AddPage(ctx, h.storePage(c.ID, p, res.ContentType, res.Body))
}

// failPage stores why, and when to try again: not before the host allows it, and as long as the
// host was not even asked, without end.
func (h *Harvester) failPage(ctx context.Context, c store.Candidate, f *fetch.Error) error {
	tries, err := h.store.PageTries(ctx, c.ID)
	if err != nil {
		return err
	}
	var again time.Time
	asked := f.Status != 0 || f.Retry.IsZero()
	if !asked || !f.Final && tries+1 < pageTries {
		again = h.cfg.Now().Add(pageAgain)
		if f.Retry.After(again) {
			again = f.Retry
		}
	}
	if err := h.store.FailPage(ctx, c.ID, f.Text, again, asked); err != nil {
		return err
	}
	return &PageError{f.Text}
}

// readPage parses what was fetched, under a deadline: a page that takes longer is abandoned.
func (h *Harvester) readPage(ctx context.Context, res *fetch.Response) (page.Page, error) {
	if bytes.HasPrefix(res.Body, []byte("%PDF-")) {
		return within(ctx, h, func() (page.Page, error) { return page.Parse(res.Body, res.URL, h.matcher.Interest) })
	}
	if !fetch.IsHTML(res.ContentType, res.Body) {
		return page.Page{}, fmt.Errorf("no web page but %s", fetch.TypeName(res.ContentType))
	}
	return within(ctx, h, func() (page.Page, error) {
		text, _ := fetch.UTF8(res.Body, res.ContentType)
		return page.Parse(text, res.URL, h.matcher.Interest)
	})
}

// Reread is what reading stored pages once more came to.
type Reread struct {
	Pages    int      `json:"pages"` // read again
	Warnings []string `json:"warnings,omitempty"`
}

// Reextract reads the stored pages once more, without asking the network: a newer program may read
// them better. What a source or the editor said stands, and so do picked quotes. A page that cannot
// be read any more stays as it was, and is told.
func (h *Harvester) Reextract(ctx context.Context, progress func(done, total int, what string)) (Reread, error) {
	var out Reread
	done := 0
	err := h.store.Snapshots(ctx, func(n store.Snapshot) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		p, err := page.Page{}, n.Err
		if err == nil {
			p, err = h.readAgain(ctx, n)
		}
		if done++; progress != nil {
			progress(done, done, "pages")
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, errAsItCame):
			return nil
		case err != nil:
			out.Warnings = append(out.Warnings, n.URL+": "+err.Error())
			return nil
		}
		out.Pages++
		again := h.storePage(n.Candidate.ID, p, n.ContentType, n.Body)
		again.Own, again.Reread = n.Own, true
		return h.store.AddPage(ctx, again)
	})
	return out, err
}

// errAsItCame is returned for what is no web page: a mail was read with what its list says of it.
var errAsItCame = errors.New("it came with its item")

func (h *Harvester) readAgain(ctx context.Context, n store.Snapshot) (page.Page, error) {
	switch {
	case !n.Own:
		return h.readPage(ctx, &fetch.Response{URL: n.URL, ContentType: n.ContentType, Body: n.Body})
	case n.ContentType == releaseNotes:
		return within(ctx, h, func() (page.Page, error) { return h.notes(string(n.Body), n.URL) })
	}
	return page.Page{}, errAsItCame
}

// storePage is what the store keeps of a page.
func (h *Harvester) storePage(candidate int64, p page.Page, contentType string, body []byte) store.Page {
	out := store.Page{
		CandidateID: candidate, URL: p.URL, ContentType: contentType, Body: body, Title: p.Title, Site: p.Site, Author: p.Author, Excerpt: p.Excerpt,
		Language: p.Language, Image: p.Image, Published: p.Published, Text: p.Text, Quotes: p.Quotes, Links: identities(p.Links), Matched: h.matcher.Page(p.Text),
		Evidence: p.Evidence,
	}
	if p.Canonical != "" {
		out.Canonical = link.Canonical(p.Canonical)
	} else if p.URL != "" {
		out.Canonical = link.Canonical(p.URL)
	}
	if out.Published.After(h.cfg.Now()) {
		out.Published = time.Time{}
	}
	return out
}

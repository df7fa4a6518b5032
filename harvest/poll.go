package harvest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"wiredesk/harvest/feed"
	"wiredesk/harvest/fetch"
	"wiredesk/store"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// polled is what a source answered.
type polled struct {
	items              []store.Item
	known              int // entries whose bytes were known
	notModified        bool
	taken              bool // its one address was taken whole: its validators hold
	status             int
	etag, lastModified string
	bodyHash           int64
	entries            int             // in all, known or not
	addresses          []store.Address // of a source with several, taken whole
	holds              time.Duration   // how long the answer says that it stays as it is
	moved              string
	bytes              int64
	warnings           []string
}

// stageError is why a source failed, and where.
type stageError struct {
	stage  string
	status int
	retry  time.Time // host asks to be left alone until then
	host   string
	text   string
	lookup bool // the name of its host was not found
	mute   bool // the host gave no answer, which may change
}

// Statuses that decide what is done next.
const (
	statusSame    = 304
	statusMissing = 404
	statusGone    = 410
)

func (e *stageError) Error() string { return e.text }

// unasked reports that no request was made: the host had asked to be left alone before.
func (e *stageError) unasked() bool { return e.status == 0 && !e.retry.IsZero() }

// mute reports an error that is a host's silence.
func mute(f *fetch.Error) bool {
	return f.Stage == "fetch" && f.Status == 0 && f.Retry.IsZero() && !f.Final && !f.Lookup
}

func failed(err error) error {
	var f *fetch.Error
	if errors.As(err, &f) {
		return &stageError{f.Stage, f.Status, f.Retry, f.Host, f.Text, f.Lookup, mute(f)}
	}
	return err
}

const (
	acceptFeeds = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.5"
	acceptPages = "text/html, application/xhtml+xml, */*;q=0.5"
)

// asking is one poll of one source.
type asking struct {
	*Harvester
	job
	src   store.Source
	first bool                     // nothing of it is known yet, or all is to be judged again
	known map[string]store.Address // what earlier polls took, by URL
	out   polled
	seen  Probe           // what was read, before it was judged
	held  *fetch.Response // whose body is still to be read

	probing bool // nothing is to be stored
}

// guarded polls one source. A document on which a parser panics is that source's failure: it must
// not take the other sources along.
func (h *Harvester) guarded(ctx context.Context, j job, src store.Source) (out polled, err error) {
	defer func() {
		if p := recover(); p != nil {
			out, err = polled{}, &stageError{stage: "parse", text: broken(p)}
		}
	}()
	return h.poll(ctx, j, src)
}

// broken names what a parser panicked with.
func broken(p any) string {
	return "it breaks the parser, which should not be; please report it: " + plain.Cut(plain.Line(fmt.Sprint(p)), 160)
}

// poll fetches and parses one source. A *stageError may come with items: a feed that breaks off
// is a failure, and what it held before the break is kept all the same.
func (h *Harvester) poll(ctx context.Context, j job, src store.Source) (polled, error) {
	a := &asking{Harvester: h, job: j, src: src, first: j.reread || src.LastSuccess.IsZero()}
	if err := a.remember(ctx); err != nil {
		return polled{}, err
	}
	if j.Fault != "" {
		return a.out, &stageError{stage: "fetch", text: j.Fault}
	}
	defer a.free()
	err := a.ask(ctx)
	return a.out, err
}

// ask asks for the source, and reads it.
func (a *asking) ask(ctx context.Context) (err error) {
	switch a.Kind {
	case KindFeed:
		err = a.feed(ctx)
	case KindReleases:
		err = a.releases(ctx)
	case KindList:
		err = a.list(ctx)
	case KindSearch:
		err = a.search(ctx)
	case KindPage:
		err = a.page(ctx)
	default:
		err = &stageError{stage: "fetch", text: "there is no kind " + a.Kind}
	}
	return err
}

// single reports that sources of the kind have one address, whose validators stand in their row.
func (a *asking) single() bool { return a.Kind == KindFeed || a.Kind == KindPage }

// remember reads what earlier polls of the source took. Under new rules everything is asked for
// and judged again; that there were entries is remembered all the same.
func (a *asking) remember(ctx context.Context) (err error) {
	switch {
	case a.src.LastSuccess.IsZero():
		return nil
	case a.single():
		a.known = map[string]store.Address{a.URL: {ETag: a.src.ETag, LastModified: a.src.LastModified, BodyHash: a.src.BodyHash, Entries: a.src.Entries}}
	default:
		a.known, err = a.store.Addresses(ctx, a.src.ID)
	}
	if a.reread {
		for u, k := range a.known {
			a.known[u] = store.Address{Entries: k.Entries}
		}
	}
	return err
}

// answer is what one address answered.
type answer struct {
	*fetch.Response
	address store.Address // its URL as asked for, and its validators
}

// get asks one address of the source. NotModified is set too where the host does not know
// conditional requests, but we know the body.
func (a *asking) get(ctx context.Context, address, accept string, limit int64) (answer, error) {
	a.free()
	known := a.known[address]
	res, err := a.client.Get(ctx, fetch.Request{
		URL: address, Headers: a.credentials(address), Limit: limit, Accept: accept, ETag: known.ETag, LastModified: known.LastModified, Hash: known.BodyHash,
		Page: a.Kind == KindPage, Hold: true,
	})
	if err != nil {
		err = failed(err)
		var no *stageError
		if errors.As(err, &no) && address != a.URL && !no.unasked() { // else nobody knows which of its addresses
			no.text = address + ": " + no.text
			if no.status == statusGone { // of one address, not of the source
				no.status = statusMissing
			}
		}
		return answer{}, err
	}
	a.held = res
	a.out.status = res.Status
	a.out.bytes += res.Size
	a.out.holds = max(a.out.holds, res.MaxAge)
	if res.Status != statusSame {
		known.ETag, known.LastModified, known.BodyHash = res.ETag, res.LastModified, res.Hash
	}
	known.URL = address
	return answer{res, known}, nil
}

// free gives back the room of the last answer: it has been read, and what comes next may need it.
func (a *asking) free() {
	if a.held != nil {
		a.held.Free()
		a.held = nil
	}
}

// credentials are the headers for one address: those of feeds.yaml for the source's own origin
// (scheme, host and port), and the token for what it was given for. A repository's token is for
// the interface of its host, not for its feeds; that of a search at GitHub is for GitHub.
func (a *asking) credentials(address string) []fetch.Header {
	if len(a.Secret) == 0 && a.Bearer == "" {
		return nil
	}
	u, err := url.Parse(address)
	if err != nil {
		return nil
	}
	own := false
	if at, err := url.Parse(a.URL); err == nil {
		own = at.Scheme == u.Scheme && strings.EqualFold(at.Host, u.Host)
	}
	var out []fetch.Header
	if own {
		out = slices.Clone(a.Secret)
	}
	github := u.Scheme == "https" && u.Host == "api.github.com"
	trusted := own
	switch a.Kind {
	case KindReleases:
		trusted = own && strings.Contains(u.Path, "/api/") || github && link.Host(a.URL) == "github.com"
	case KindSearch:
		trusted = own || github && strings.HasPrefix(a.URL, "github:")
	}
	if a.Bearer != "" && trusted {
		out = append(out, fetch.Header{Name: "Authorization", Value: "Bearer " + a.Bearer})
	}
	return out
}

// also fetches what belongs to a source beside its addresses: an issue of a newsletter, the index
// of a month.
func (a *asking) also(ctx context.Context, req fetch.Request) (*fetch.Response, error) {
	req.Headers = a.credentials(req.URL)
	res, err := a.client.Get(ctx, req)
	var f *fetch.Error
	if errors.As(err, &f) && !f.Retry.IsZero() && a.store != nil {
		if err := a.store.SetWait(ctx, f.Host, f.Retry); err != nil {
			return nil, err
		}
	}
	if err == nil {
		a.out.bytes += res.Size
	}
	return res, err
}

// whole reports an answer that was read to its end, with the number of entries that it held: its
// validators hold from now on.
func (a *asking) whole(r answer, entries int) {
	a.out.entries += entries
	r.address.Entries = entries
	if a.single() {
		a.out.taken = true
		a.out.etag, a.out.lastModified, a.out.bodyHash = r.address.ETag, r.address.LastModified, r.address.BodyHash
		return
	}
	a.out.addresses = append(a.out.addresses, r.address)
}

// drifted is the failure of an answer in which nothing is found where there was something. A
// selector that no longer fits looks like a quiet week; it must not.
func (a *asking) drifted() error {
	if a.out.entries > 0 || a.src.Entries == 0 {
		return nil
	}
	a.out.taken, a.out.addresses = false, nil
	return &stageError{stage: "parse", status: a.out.status,
		text: fmt.Sprintf("layout drift: nothing is found where there were %d; compare the page with what feeds.yaml says of it", a.src.Entries)}
}

// challenge is the failure of a page that keeps programs out; nil for other pages.
func (a *asking) challenge(text []byte) error {
	_, err := feed.Slice(text)
	if err == nil || !strings.HasPrefix(err.Error(), "a challenge") {
		return nil
	}
	return a.unread(errors.New(strings.Replace(err.Error(), "instead of a feed", "instead of the page", 1)))
}

// unread is the failure of a body that cannot be read.
func (a *asking) unread(err error) error {
	return &stageError{stage: "parse", status: a.out.status, text: err.Error()}
}

// text is a body as UTF-8, unpacked where it is a .gz file.
func (a *asking) text(r answer, limit int64) ([]byte, error) {
	body, err := fetch.Gunzip(r.Body, limit)
	if err != nil {
		return nil, failed(err)
	}
	text, warning := fetch.UTF8(body, r.ContentType)
	a.warn(warning)
	return text, nil
}

func (a *asking) warn(warnings ...string) {
	for _, w := range warnings {
		if w != "" {
			a.out.warnings = append(a.out.warnings, w)
		}
	}
}

// parse runs a parser, no more of them at once than there are processors.
func (h *Harvester) parse(ctx context.Context, f func() error) error {
	if err := h.parsing.Acquire(ctx, 1); err != nil {
		return err
	}
	defer h.parsing.Release(1)
	return f()
}

// within runs a parser of web pages under a deadline. One that takes longer is abandoned, and
// keeps its processor until it ends.
func within[T any](ctx context.Context, h *Harvester, f func() (T, error)) (T, error) {
	var none T
	if err := h.parsing.Acquire(ctx, 1); err != nil {
		return none, err
	}
	type result struct {
		v   T
		err error
	}
	done := make(chan result, 1)
	go func() {
		defer h.parsing.Release(1)
		defer func() {
			if p := recover(); p != nil {
				done <- result{err: errors.New(broken(p))}
			}
		}()
		v, err := f()
		done <- result{v, err}
	}()
	select {
	case r := <-done:
		return r.v, r.err
	case <-time.After(pageDeadline):
		return none, fmt.Errorf("the page could not be parsed within %s", pageDeadline)
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

// unseen tells which hashes no item of the source has.
func (a *asking) unseen(ctx context.Context, hashes []int64) (func(hash int64) bool, error) {
	if a.first {
		return func(int64) bool { return true }, nil
	}
	known, err := a.store.KnownHashes(ctx, a.src.ID, hashes)
	return func(hash int64) bool { return !known[hash] }, err
}

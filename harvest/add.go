package harvest

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"wiredesk/harvest/pattern"
	"wiredesk/store"
	"wiredesk/store/hash"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// Captured is the source under which links stand that the editor adds himself.
const Captured = "captured"

// LinkError is why a captured link is refused.
type LinkError struct{ text string }

func (e *LinkError) Error() string { return e.text }

// Add puts a link that the editor found into the queue, whatever the topic says, and reports
// whether it is new there. A captured link is a sighting like any other. What the URL of a post
// states by itself (who, when, where) is kept. The error is a *LinkError where the link is at
// fault.
func (h *Harvester) Add(ctx context.Context, address, title string) (store.Candidate, bool, error) {
	clean, err := link.Clean(address, "")
	if err != nil {
		return store.Candidate{}, false, &LinkError{plain.Cut(plain.Line(address), 80) + ": " + err.Error()}
	}
	title = plain.Cut(plain.Line(title), 500)
	canonical := link.Canonical(clean)
	waits, err := h.store.Waits(ctx)
	if err != nil {
		return store.Candidate{}, false, err
	}
	h.client.SetWaits(waits)
	src, err := h.store.SyncSources(ctx, []store.Source{{Name: Captured, Kind: Captured, URL: ""}})
	if err != nil {
		return store.Candidate{}, false, err
	}
	known, err := h.store.CandidateByURL(ctx, canonical)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return known, false, err
	}
	isNew := err != nil
	if !isNew { // found by what its page states of itself: that is the candidate
		canonical = known.Canonical
	}
	key := hash.ID([]byte(canonical))
	it := store.Item{
		Key: key, Alt: key, Hash: key, URL: clean, Canonical: canonical, Title: title, Taken: true, Matched: h.matcher.Judge(title, clean, ""),
	}
	if p := postOf(clean); p.site != "" {
		it.Site, it.Author, it.Credit.Handle = p.site, p.handle, p.handle
		if p.at.After(earliestPost) && !p.at.After(h.cfg.Now()) {
			it.Published = p.at
		}
	}
	state := src[0]
	state.LastPoll, state.LastSuccess = h.cfg.Now(), h.cfg.Now()
	if _, err := h.store.AddItems(ctx, state, []store.Item{it}); err != nil {
		return known, false, err
	}
	c, err := h.store.CandidateByURL(ctx, canonical)
	return c, isNew, err
}

// post is what the URL of a post on a social network states.
type post struct {
	site, handle string    // handle: "" where the URL does not name the writer
	at           time.Time // zero: unknown
}

// earliestPost is before all the ids that hold a time: a time before it is no time.
var earliestPost = time.Date(2010, 11, 4, 0, 0, 0, 0, time.UTC)

var (
	tweetPath    = pattern.New(`^/(?:([A-Za-z0-9_]{1,15})|i/web)/status(?:es)?/(\d{1,19})(?:/|$)`)
	mastodonPath = pattern.New(`^/(@[A-Za-z0-9_.-]+)(@[A-Za-z0-9.-]+)?/(\d{18})/?$`)
	blueskyPath  = pattern.New(`^/profile/([A-Za-z0-9.:-]+)/post/([2-7a-z]{13})/?$`)
)

// firstSnowflake is below the ids of Twitter that hold a time; older ones are plain counts.
const firstSnowflake = 1_000_000_000_000_000

// isTwitter reports that a host is Twitter's, which shows a program nothing but a login.
func isTwitter(host string) bool {
	switch strings.TrimPrefix(strings.TrimPrefix(strings.ToLower(host), "www."), "mobile.") {
	case "twitter.com", "x.com":
		return true
	}
	return false
}

// postOf reads the URL of a post. The ids of Twitter hold milliseconds since 4 November 2010 above
// their lowest 22 bits, those of Mastodon Unix milliseconds above 16 bits, and the record keys of
// Bluesky Unix microseconds above 10 bits, in base 32.
func postOf(clean string) post {
	u, err := url.Parse(clean)
	if err != nil {
		return post{}
	}
	host := strings.TrimPrefix(u.Hostname(), "www.")
	if isTwitter(host) {
		m := tweetPath().FindStringSubmatch(u.Path)
		if m == nil {
			return post{}
		}
		p := post{site: "Twitter"}
		if m[1] != "" && m[1] != "i" {
			p.handle = "@" + m[1]
		}
		if id, err := strconv.ParseInt(m[2], 10, 64); err == nil && id >= firstSnowflake {
			p.at = time.UnixMilli(id>>22 + 1288834974657).UTC()
		}
		return p
	}
	if m := blueskyPath().FindStringSubmatch(u.Path); m != nil && host == "bsky.app" {
		p := post{site: "Bluesky"}
		if !strings.HasPrefix(m[1], "did:") {
			p.handle = "@" + m[1]
		}
		n := int64(0)
		for _, c := range []byte(m[2]) {
			n = n<<5 | int64(strings.IndexByte("234567abcdefghijklmnopqrstuvwxyz", c))
		}
		if n > 0 { // the top bit is never set
			p.at = time.UnixMicro(n >> 10).UTC()
		}
		return p
	}
	if m := mastodonPath().FindStringSubmatch(u.Path); m != nil {
		p := post{site: "Mastodon", handle: m[1] + m[2]}
		if m[2] == "" {
			p.handle += "@" + host
		}
		if id, err := strconv.ParseInt(m[3], 10, 64); err == nil {
			p.at = time.UnixMilli(id >> 16).UTC()
		}
		return p
	}
	return post{}
}

// KnownByURL reports that all that can be had of a link stands in its URL, and that its page is
// not to be fetched: a post on Twitter.
func KnownByURL(address string) bool { return postOf(address).site == "Twitter" }

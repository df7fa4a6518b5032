package curate

import (
	"testing"

	"wiredesk/store"
	"wiredesk/store/link"
)

func TestProposedHeadline(t *testing.T) {
	c := func(url, title string) store.Candidate {
		return store.Candidate{URL: url, Canonical: link.Canonical(url), Title: title, State: store.Queued}
	}
	accepted := func(c store.Candidate) store.Candidate { c.State = store.Accepted; return c }
	own := c("https://blog.fenwick.example/kestrel", "Introducing Kestrel")
	report := c("https://rackwire.example/kestrel", "Fenwick puts 192 cores into a socket")
	tweet := c("https://twitter.com/odalysb/status/17", "Odalys Bremner: Kestrel, at last")
	mail := c("https://lists.larkspur.example/archives/list/arm/message/1/", "[PATCH 0/3] Kestrel")
	pull := c("https://github.com/larkspur/linux/pull/7", "arm64: add Kestrel")
	release := c("https://github.com/fen/wick/releases/tag/v2.1", "Wick 2.1")
	slug := c("https://fenwick.example/news/kestrel-is-here", "fenwick example news kestrel is here")
	bare := c("https://fenwick.example/kestrel", "")
	for _, x := range []struct {
		name string
		of   []store.Candidate
		want string
	}{
		{"nothing", nil, ""},
		{"announcement over press", []store.Candidate{report, own}, own.Title},
		{"press over a tweet", []store.Candidate{tweet, report}, report.Title},
		{"press over a mail", []store.Candidate{mail, report}, report.Title},
		{"press over code", []store.Candidate{pull, report}, report.Title},
		{"code over a tweet", []store.Candidate{tweet, pull}, pull.Title},
		{"a release over press", []store.Candidate{c("https://rackwire.example/wick", "A candle burns faster"), release}, release.Title},
		{"a tweet over the words of an address", []store.Candidate{slug, tweet}, tweet.Title},
		{"the words of an address over a bare one", []store.Candidate{bare, slug}, slug.Title},
		{"a bare address", []store.Candidate{bare}, "fenwick.example/kestrel"},
		{"the best of two of a kind", []store.Candidate{report, c("https://other.example/k", "Kestrel seen")}, report.Title},
		{"what was accepted", []store.Candidate{own, accepted(tweet)}, tweet.Title},
	} {
		if got := proposed(x.of); got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}

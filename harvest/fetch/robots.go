package fetch

import (
	"bytes"
	"context"
	"errors"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/temoto/robotstxt"
)

// robots is what a host's robots.txt (RFC 9309) says to us.
type robots struct {
	group *robotstxt.Group // nil: no rules
	err   error            // why nothing of the host may be fetched
	until time.Time        // when to ask again
}

// robotName is the product token under which robots.txt may name us.
const robotName = "wiredesk"

// The limits of a robots.txt, and why.
const (
	robotsLimit = 500 << 10        // bytes that are read, as the RFC asks
	robotsRules = 2000             // rules that concern us: the longest real ones have some hundreds
	robotsRule  = 2 << 10          // bytes of one: a longer path is no page
	robotsStars = 8                // wildcards of one: matching takes time by their number
	robotsFresh = 24 * time.Hour   // how long it holds, as the RFC asks
	robotsAgain = 10 * time.Minute // when one that cannot be read is asked for again: fifty pages of a dead host are not fifty times its silence
	maxDelay    = 10 * time.Second // of a Crawl-delay that is waited out within one run
)

// obeyRobots returns an *Error for a page that robots.txt keeps from us, and waits out the
// Crawl-delay. The caller holds the host's slot. The time goes off the page's clock.
func (c *Client) obeyRobots(ctx context.Context, u *url.URL, clock *allowance) error {
	origin := u.Scheme + "://" + u.Host
	c.mu.Lock()
	rules := c.robots[origin]
	c.mu.Unlock()
	if now := c.cfg.Now(); rules == nil || !now.Before(rules.until) {
		group, err := c.readRobots(ctx, u, clock)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		rules = &robots{group, err, now.Add(robotsFresh)}
		if err != nil {
			rules.until = now.Add(robotsAgain)
		}
		c.mu.Lock()
		c.robots[origin] = rules
		c.mu.Unlock()
	}
	if rules.err != nil {
		return rules.err
	}
	if rules.group == nil {
		return nil
	}
	if !rules.group.Test(u.RequestURI()) {
		return &Error{Stage: "fetch", Text: "robots.txt of " + u.Host + " asks programs not to read this page", Final: true}
	}
	if rules.group.CrawlDelay <= 0 {
		return nil
	}
	now := time.Now()
	c.mu.Lock()
	wait := c.turn[origin].Sub(now)
	c.turn[origin] = now.Add(max(wait, 0) + min(rules.group.CrawlDelay, maxDelay))
	c.mu.Unlock()
	select {
	case <-time.After(wait):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// readRobots fetches robots.txt: 4xx means no rules, 5xx and silence mean "do not fetch".
func (c *Client) readRobots(ctx context.Context, page *url.URL, clock *allowance) (*robotstxt.Group, error) {
	ctx, stop := clock.run(ctx)
	defer stop()
	denied := &Error{Stage: "fetch", Text: page.Host + " does not hand out its robots.txt, so its pages are left alone"}
	u := page.ResolveReference(&url.URL{Path: "/robots.txt"})
	for range maxHops + 1 {
		if err := c.waiting(u); err != nil {
			return nil, err
		}
		req, err := http.NewRequest(http.MethodGet, u.String(), nil)
		if err != nil {
			return nil, denied
		}
		resp, err := c.send(ctx, req, "text/plain")
		if err != nil {
			return nil, err // the page itself would fare no better
		}
		next, err := redirect(u, resp)
		if next != nil {
			resp.Body.Close()
			u = next
			continue
		}
		defer resp.Body.Close()
		if err != nil {
			return nil, denied
		}
		if resp.StatusCode != http.StatusOK {
			var refused *Error
			if err := c.refused(u, resp); errors.As(err, &refused) && !refused.Retry.IsZero() {
				return nil, refused
			}
			if resp.StatusCode >= 500 {
				return nil, denied
			}
			return nil, nil
		}
		b := body{limit: robotsLimit, stated: resp.ContentLength, grow: func(int64) error { return nil }}
		text, err := b.inflate(resp.Body, resp.Header.Get("Content-Encoding"))
		switch {
		case errors.Is(err, errLong):
			text = text[:bytes.LastIndexByte(text, '\n')+1]
		case err != nil && context.Cause(ctx) == errDeadline:
			return nil, c.explain(ctx, u, err)
		case err != nil:
			return nil, denied
		}
		data, err := robotstxt.FromBytes(sieve(text))
		if err != nil {
			return nil, nil
		}
		return data.FindGroup(robotName), nil
	}
	return nil, denied
}

// sieve leaves of a robots.txt what concerns us and can be read, so that one bad line costs only
// itself, and none costs time or memory without end.
func sieve(text []byte) []byte {
	var out bytes.Buffer
	rules := 0
	ours, names := false, false // the group is for us; its names are being read
	for line := range strings.FieldsFuncSeq(string(text), func(r rune) bool { return r == '\n' || r == '\r' }) {
		line, _, _ = strings.Cut(line, "#")
		key, value, _ := strings.Cut(line, ":")
		key, value = strings.ToLower(strings.Trim(key, " \t\ufeff")), strings.TrimSpace(value)
		switch key {
		case "user-agent":
			if !names {
				ours, names = false, true
			}
			if agent := strings.ToLower(value); value != "" && (agent == "*" || strings.HasPrefix(robotName, agent)) {
				ours = true
				out.WriteString(key + ": " + agent + "\n")
			}
			continue
		case "allow", "disallow":
			if ours && rules < robotsRules && len(value) <= robotsRule && strings.Count(value, "*") <= robotsStars {
				rules++
				out.WriteString(key + ": " + value + "\n")
			}
		case "crawl-delay":
			if n, err := strconv.ParseFloat(value, 64); ours && err == nil && n >= 0 && n < math.MaxInt32 {
				out.WriteString(key + ": " + value + "\n")
			}
		default:
			continue
		}
		names = false
	}
	return out.Bytes()
}

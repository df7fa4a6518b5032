package fetch

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/temoto/robotstxt"
)

// robots is what a host's robots.txt (RFC 9309) says to us.
type robots struct {
	group *robotstxt.Group // nil: no rules
	deny  bool             // it could not be read: nothing may be fetched
	err   error            // the host did not answer at all
}

// robotName is the product token under which robots.txt may name us.
const robotName = "wiredesk"

// obeyRobots returns an *Error for a page that robots.txt keeps from us, and waits out the
// Crawl-delay. The caller holds the host's slot.
func (c *Client) obeyRobots(ctx context.Context, u *url.URL) error {
	origin := u.Scheme + "://" + u.Host
	c.mu.Lock()
	rules, known := c.robots[origin]
	c.mu.Unlock()
	if !known {
		var err error
		if rules, err = c.readRobots(ctx, origin); err != nil {
			var silent *Error
			if !errors.As(err, &silent) {
				return err // the run was ended
			}
			rules = &robots{err: err} // fifty pages of a dead host are not fifty times its silence
		}
		c.mu.Lock()
		c.robots[origin] = rules
		c.mu.Unlock()
	}
	if rules.err != nil {
		return rules.err
	}
	if rules.deny {
		return &Error{Stage: "fetch", Text: u.Host + " does not hand out its robots.txt, so its pages are left alone"}
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
func (c *Client) readRobots(ctx context.Context, origin string) (*robots, error) {
	u, err := url.Parse(origin + "/robots.txt")
	if err != nil {
		return nil, err
	}
	r := Request{Limit: robotsLimit, Accept: "text/plain"}
	for range maxHops {
		ctx, cancel := context.WithTimeoutCause(ctx, c.cfg.Timeout, errDeadline)
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
		if err != nil {
			cancel()
			return nil, err
		}
		req.Header.Set("User-Agent", c.agent)
		req.Header.Set("Accept-Encoding", "gzip")
		resp, err := c.http.RoundTrip(req)
		if err != nil {
			err = c.explain(ctx, u, err)
			cancel()
			return nil, err // the page itself would fare no better
		}
		next, err := redirect(u, resp)
		if next == nil {
			defer cancel()
			defer resp.Body.Close()
			switch {
			case err != nil || resp.StatusCode >= 500:
				return &robots{deny: true}, nil
			case resp.StatusCode != http.StatusOK:
				return &robots{}, nil
			}
			var res Response
			if err := c.take(ctx, u, r, resp, &res); err != nil {
				return &robots{deny: true}, nil
			}
			if data, err := robotstxt.FromBytes(res.Body); err == nil {
				return &robots{group: data.FindGroup(robotName)}, nil
			}
			return &robots{}, nil
		}
		resp.Body.Close()
		cancel()
		u = next
	}
	return &robots{deny: true}, nil
}

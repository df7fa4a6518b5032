package fetch

import (
	"context"
	"fmt"
	"net/url"
	"time"
)

// SetWaits tells the client which hosts asked, earlier, to be left alone until then.
func (c *Client) SetWaits(waits map[string]time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for host, until := range waits {
		c.waits[host] = until
	}
}

// waiting returns an *Error for a host that asked to be left alone.
func (c *Client) waiting(u *url.URL) error {
	host := u.Hostname()
	c.mu.Lock()
	until := c.waits[host]
	c.mu.Unlock()
	if c.cfg.Now().Before(until) {
		return &Error{Stage: "fetch", Text: fmt.Sprintf("%s asked to be left alone until %s", host, until.UTC().Format(time.RFC3339)), Retry: until, Host: host}
	}
	return nil
}

// slot waits for one of the host's connections.
func (c *Client) slot(ctx context.Context, host string) (func(), error) {
	c.mu.Lock()
	s := c.slots[host]
	if s == nil {
		s = make(chan struct{}, c.cfg.PerHost)
		c.slots[host] = s
	}
	c.mu.Unlock()
	select {
	case s <- struct{}{}:
		return func() { <-s }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Package fetch is wiredesk's one HTTP client: everything that comes from the network comes
// through Client.Get.
//
// It is built for hosts that are slow, broken or hostile. The address that is really dialled is
// checked on every hop (see guard.go), so that no feed, redirect or link reaches the editor's own
// network. Every answer is limited in time, in bytes as inflated, in headers and in redirects;
// each limit is a constant below, and an answer over one is refused with a sentence that names
// it. Long bodies share a fixed room in memory, however many come at once (see room.go). It is polite: conditional requests byte for byte, one request a host at a time, Retry-After
// kept for the whole host, robots.txt for pages, an honest User-Agent, no cookies, no Referer, no
// proxy but the configured one.
package fetch

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"wiredesk/store/link"
)

// The limits, and why.
const (
	FeedLimit    = 10 << 20 // bytes of a feed, inflated: ten times the longest real one seen
	PageLimit    = 2 << 20  // bytes of a page: HTML parsers grow it some twentyfold in memory
	ListLimit    = 64 << 20 // bytes of a mailing-list month: busy lists reach 30 MB
	headerLimit  = 64 << 10 // bytes of response headers: Go's default of 10 MB invites floods
	maxValidator = 1 << 10  // bytes of an ETag or Last-Modified worth sending back

	maxWait = 7 * 24 * time.Hour // of a Retry-After: longer is a mistake
)

// Config is the fetch section of feeds.yaml, and the hooks of tests and demo.
type Config struct {
	Contact     string        `mapstructure:"contact"`     // address or URL, sent in the User-Agent
	Concurrency int           `mapstructure:"concurrency"` // requests at once
	PerHost     int           `mapstructure:"per_host"`    // of these, to one host
	Timeout     time.Duration `mapstructure:"timeout"`     // for one answer, redirects and body included
	Proxy       string        `mapstructure:"proxy"`       // URL; empty: none, whatever the environment says
	Allow       []string      `mapstructure:"allow"`       // addresses beside the public ones: IP, CIDR or IP:port

	Hosts   map[string]string `mapstructure:"-"` // dial this address for that host name, as /etc/hosts would
	RootCAs *x509.CertPool    `mapstructure:"-"` // nil: the system's
	Now     func() time.Time  `mapstructure:"-"` // nil: time.Now
}

// Client fetches. It may be used by many goroutines.
type Client struct {
	cfg   Config
	http  *http.Transport // no http.Client: its redirects carry secrets and a Referer along
	agent string

	mu     sync.Mutex
	slots  map[string]chan struct{} // per host
	waits  map[string]time.Time     // hosts that asked to be left alone
	robots map[string]*robots
	turn   map[string]time.Time // when a host's Crawl-delay is over

	room *room
}

// Request is one thing to fetch.
type Request struct {
	URL                string
	ETag, LastModified string   // validators of the copy that the caller has; empty: none
	Hash               int64    // Response.Hash of that copy; 0: none
	Headers            []Header // sent to the first origin only
	Limit              int64    // bytes, inflated
	Accept             string
	Page               bool // an article: robots.txt decides, and its Crawl-delay
	Hold               bool // the body keeps its room in memory until Response.Free is called
}

// Header is a configured request header. Value may be secret.
type Header struct{ Name, Value string }

// Response is an answer that was taken whole.
type Response struct {
	URL                string // after redirects
	Base               string // of relative links in a feed: Content-Location, as RFC 2616 had it, where that is a link; else URL
	Moved              string // where every redirect on the way was permanent: the new address
	Status             int
	NotModified        bool // 304, or the bytes of the copy that the caller has once more: Body is not to be used
	ContentType        string
	ETag, LastModified string
	MaxAge             time.Duration // of Cache-Control, or until Expires; 0: not said
	Body               []byte
	Size               int64 // bytes on the wire, before inflating
	Hash               int64 // of these bytes

	claim *claim
}

// Free gives back the room that the body takes: it is not needed any more. It may be called more
// than once, and need not be called unless Request.Hold was set.
func (r *Response) Free() {
	if r.claim != nil {
		r.claim.free()
	}
}

// Recycle is Free where nothing of the body will be looked at again: its memory serves the next one.
func (r *Response) Recycle() {
	r.Free()
	recycle(r.Body)
	r.Body = nil
}

// Error is why a fetch failed, in a sentence for a person.
type Error struct {
	Stage  string // fetch (no usable answer) or decode (its bytes are not what they claim)
	Status int    // HTTP status, 0 where there was none
	Text   string
	Retry  time.Time // Host asks to be left alone until then; zero: it says nothing
	Host   string    // with Retry: who asks; after a redirect it is not the host of the request
	Final  bool      // asking again soon will not help (4xx, refused address, bad certificate)
	Lookup bool      // its host's name was not found
	cause  error
}

func (e *Error) Error() string { return e.Text }
func (e *Error) Unwrap() error { return e.cause }

// New returns a client. The error says what in the configuration is wrong.
func New(cfg Config) (*Client, error) {
	cfg.Concurrency = max(cfg.Concurrency, 1)
	cfg.PerHost = max(cfg.PerHost, 1)
	cfg.Timeout = cmp.Or(cfg.Timeout, 20*time.Second)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	guard, err := newGuard(cfg.Allow)
	if err != nil {
		return nil, err
	}
	dialer := &net.Dialer{Timeout: cfg.Timeout, Control: guard.control}
	transport := &http.Transport{
		TLSClientConfig:        &tls.Config{RootCAs: cfg.RootCAs},
		ForceAttemptHTTP2:      true,
		DisableCompression:     true, // inflated here, under the limit
		MaxResponseHeaderBytes: headerLimit,
		ResponseHeaderTimeout:  cfg.Timeout,
		TLSHandshakeTimeout:    cfg.Timeout,
		MaxIdleConnsPerHost:    cfg.PerHost,
		IdleConnTimeout:        30 * time.Second,
		DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			if host, _, err := net.SplitHostPort(addr); err == nil && cfg.Hosts[host] != "" {
				addr = cfg.Hosts[host]
			}
			return dialer.DialContext(ctx, network, addr)
		},
	}
	if cfg.Proxy != "" {
		u, err := url.Parse(cfg.Proxy)
		if err != nil || u.Host == "" {
			return nil, fmt.Errorf("fetch: proxy %q is no URL; write http://host:port", cfg.Proxy)
		}
		transport.Proxy = http.ProxyURL(u)
		dialer.Control = nil // the proxy is the only address dialled, and the editor named it
	}
	return &Client{
		cfg:    cfg,
		http:   transport,
		agent:  agent(cfg.Contact),
		slots:  map[string]chan struct{}{},
		waits:  map[string]time.Time{},
		robots: map[string]*robots{},
		turn:   map[string]time.Time{},
		room:   newRoom(),
	}, nil
}

func agent(contact string) string {
	if contact == "" {
		return "wiredesk/1 (link harvester of a newsletter)"
	}
	return "wiredesk/1 (link harvester of a newsletter; " + strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' || r == '(' || r == ')' {
			return -1
		}
		return r
	}, contact) + ")"
}

// Close drops idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Get fetches. The error is an *Error unless ctx ended.
func (c *Client) Get(ctx context.Context, r Request) (*Response, error) {
	res, err := c.get(ctx, r)
	if err != nil || !r.Hold {
		res.Free()
	}
	if err != nil {
		return nil, err
	}
	return res, nil
}

// get always returns a response, for the room that it may hold.
func (c *Client) get(ctx context.Context, r Request) (*Response, error) {
	res := &Response{claim: &claim{room: c.room}}
	u, err := address(r.URL, nil)
	if err != nil {
		return res, &Error{Stage: "fetch", Text: noLink(err), Final: true}
	}
	first, permanent := *u, true
	clock := &allowance{left: c.cfg.Timeout}
	for hop := 0; ; hop++ {
		if hop > maxHops {
			return res, manyHops()
		}
		next, status, err := c.hop(ctx, r, u, sameOrigin(&first, u), clock, res)
		if err != nil {
			return res, err
		}
		if next == nil {
			res.URL = u.String()
			if hop > 0 && permanent {
				res.Moved = res.URL
			}
			return res, nil
		}
		permanent = permanent && (status == http.StatusMovedPermanently || status == http.StatusPermanentRedirect)
		u = next
	}
}

// hop makes one request. It returns where it is redirected, or nil when res holds the answer.
// The time that it takes goes off the clock; waiting for the host's turn does not.
func (c *Client) hop(ctx context.Context, r Request, u *url.URL, trusted bool, clock *allowance, res *Response) (*url.URL, int, error) {
	release, err := c.slot(ctx, u.Hostname())
	if err != nil {
		return nil, 0, err
	}
	defer release()
	if err := c.waiting(u); err != nil {
		return nil, 0, err
	}
	if r.Page {
		if err := c.obeyRobots(ctx, u, clock); err != nil {
			return nil, 0, err
		}
	}
	req, err := http.NewRequest(http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, 0, &Error{Stage: "fetch", Text: "not a link", Final: true, cause: err}
	}
	if r.ETag != "" && len(r.ETag) <= maxValidator {
		req.Header.Set("If-None-Match", r.ETag)
	}
	if r.LastModified != "" && len(r.LastModified) <= maxValidator {
		req.Header.Set("If-Modified-Since", r.LastModified)
	}
	if trusted {
		for _, h := range r.Headers {
			req.Header.Set(h.Name, h.Value)
		}
	}
	ctx, stop := clock.run(ctx)
	defer stop()
	resp, err := c.send(ctx, req, r.Accept)
	if err != nil {
		return nil, 0, err
	}
	defer resp.Body.Close()
	if next, err := redirect(u, resp); next != nil || err != nil {
		return next, resp.StatusCode, err
	}
	return nil, resp.StatusCode, c.take(ctx, u, r, resp, clock, res)
}

// send sends a request with the headers that all have.
func (c *Client) send(ctx context.Context, req *http.Request, accept string) (*http.Response, error) {
	req.Header.Set("User-Agent", c.agent)
	req.Header.Set("Accept-Encoding", "gzip")
	if accept != "" {
		req.Header.Set("Accept", accept)
	}
	resp, err := c.http.RoundTrip(req.WithContext(ctx))
	if err != nil {
		return nil, c.explain(ctx, req.URL, err)
	}
	return resp, nil
}

// take reads the answer into res, or says what is wrong with it.
func (c *Client) take(ctx context.Context, u *url.URL, r Request, resp *http.Response, clock *allowance, res *Response) error {
	res.Status = resp.StatusCode
	res.ContentType = resp.Header.Get("Content-Type")
	res.MaxAge = maxAge(resp.Header, c.cfg.Now())
	if res.Base = u.String(); resp.Header.Get("Content-Location") != "" {
		if base, err := link.Clean(resp.Header.Get("Content-Location"), res.Base); err == nil {
			res.Base = base
		}
	}
	switch {
	case resp.StatusCode == http.StatusNotModified && (r.ETag != "" || r.LastModified != ""):
		res.NotModified = true
		return nil
	case resp.StatusCode == http.StatusOK, resp.StatusCode == http.StatusNonAuthoritativeInfo:
	default:
		return c.refused(u, resp)
	}
	if resp.ContentLength > r.Limit {
		long := tooLong(r.Limit)
		long.Status = resp.StatusCode
		return long
	}
	wire := newCounter(resp)
	b := body{limit: r.Limit, stated: resp.ContentLength, grow: func(n int64) error { return res.claim.grow(ctx, clock, n) }}
	text, again, err := b.unless(r.Hash, wire, resp.Header.Get("Content-Encoding"))
	res.Body, res.Size, res.Hash, res.NotModified = text, wire.n, wire.sum.Value(), again
	if err != nil {
		var own *Error
		if !errors.As(err, &own) {
			err = c.explain(ctx, u, err)
		}
		if errors.As(err, &own) {
			own.Status = resp.StatusCode
		}
		return err
	}
	// Validators belong to a body that was taken whole, and to nothing else.
	if etag := resp.Header.Get("ETag"); len(etag) <= maxValidator {
		res.ETag = etag
	}
	if modified := resp.Header.Get("Last-Modified"); len(modified) <= maxValidator {
		res.LastModified = modified
	}
	return nil
}

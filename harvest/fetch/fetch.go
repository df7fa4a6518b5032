// Package fetch is wiredesk's one HTTP client: everything that comes from the network comes
// through Client.Get.
//
// It is built for hosts that are slow, broken or hostile. The address that is really dialled is
// checked on every hop (see guard.go), so that no feed, redirect or link reaches the editor's own
// network. Every answer is limited in time, in bytes as inflated, in headers and in redirects;
// each limit is a constant below, and an answer over one is refused with a sentence that names
// it. It is polite: conditional requests byte for byte, one request a host at a time, Retry-After
// kept for the whole host, robots.txt for pages, an honest User-Agent, no cookies, no Referer, no
// proxy but the configured one.
package fetch

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// The limits, and why.
const (
	FeedLimit    = 10 << 20 // bytes of a feed, inflated: ten times the longest real one seen
	PageLimit    = 2 << 20  // bytes of a page: HTML parsers grow it some twentyfold in memory
	ListLimit    = 64 << 20 // bytes of a mailing-list month: busy lists reach 30 MB
	headerLimit  = 64 << 10 // bytes of response headers: Go's default of 10 MB invites floods
	maxHops      = 5        // redirects: what browsers' users see in practice is one or two
	robotsLimit  = 500 << 10
	maxValidator = 1 << 10            // bytes of an ETag or Last-Modified worth sending back
	maxDelay     = 10 * time.Second   // of a Crawl-delay that is waited out within one run
	maxWait      = 7 * 24 * time.Hour // of a Retry-After: longer is a mistake
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
}

// Request is one thing to fetch.
type Request struct {
	URL                string
	ETag, LastModified string   // validators of the copy that the caller has; empty: none
	Headers            []Header // sent to the first origin only
	Limit              int64    // bytes, inflated
	Accept             string
	Page               bool // an article: robots.txt decides, and its Crawl-delay
}

// Header is a configured request header. Value may be secret.
type Header struct{ Name, Value string }

// Response is an answer that was taken whole.
type Response struct {
	URL                string // after redirects
	Moved              string // where every redirect on the way was permanent: the new address
	Status             int
	NotModified        bool
	ContentType        string
	ETag, LastModified string
	MaxAge             time.Duration // of Cache-Control, or until Expires; 0: not said
	Body               []byte
	Size               int64 // bytes on the wire, before inflating
}

// Error is why a fetch failed, in a sentence for a person.
type Error struct {
	Stage  string // fetch (no usable answer) or decode (its bytes are not what they claim)
	Status int    // HTTP status, 0 where there was none
	Text   string
	Retry  time.Time // Host asks to be left alone until then; zero: it says nothing
	Host   string    // with Retry: who asks; after a redirect it is not the host of the request
	Final  bool      // asking again soon will not help (4xx, refused address, bad certificate)
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

// SetWaits tells the client which hosts asked, earlier, to be left alone until then.
func (c *Client) SetWaits(waits map[string]time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for host, until := range waits {
		c.waits[host] = until
	}
}

// Close drops idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Get fetches. The error is an *Error unless ctx ended.
func (c *Client) Get(ctx context.Context, r Request) (*Response, error) {
	target, err := link.Clean(r.URL, "")
	if err != nil {
		return nil, &Error{Stage: "fetch", Text: noLink(err), Final: true}
	}
	// What was asked for is asked for to the letter; Clean only judged it.
	u, err := url.Parse(strings.TrimSpace(r.URL))
	if err != nil || u.Host == "" {
		u, _ = url.Parse(target)
	}
	prepare(u)
	first, permanent := *u, true
	res, left := &Response{}, c.cfg.Timeout
	for hop := 0; ; hop++ {
		if hop > maxHops {
			return nil, &Error{Stage: "fetch", Text: fmt.Sprintf("more than %d redirects", maxHops), Final: true}
		}
		next, status, err := c.hop(ctx, r, u, sameOrigin(&first, u), &left, res)
		if err != nil {
			return nil, err
		}
		if next == nil {
			res.URL = u.String()
			if hop > 0 && permanent {
				res.Moved = res.URL
			}
			return res, nil
		}
		if u.Scheme == "https" && next.Scheme == "http" {
			return nil, &Error{Stage: "fetch", Status: status, Text: "redirects from https down to http, which is refused", Final: true}
		}
		permanent = permanent && (status == http.StatusMovedPermanently || status == http.StatusPermanentRedirect)
		u = next
	}
}

// prepare takes off what is not sent, and writes the rest so that it can be sent: the host in one
// way, for pace and waits are kept by it, and no space, which would end the request line.
func prepare(u *url.URL) {
	u.Fragment, u.RawFragment, u.User = "", "", nil
	u.Host = strings.ToLower(u.Host)
	u.RawQuery = strings.ReplaceAll(u.RawQuery, " ", "%20")
}

func sameOrigin(a, b *url.URL) bool { return a.Scheme == b.Scheme && a.Host == b.Host }

// hop makes one request. It returns where it is redirected, or nil when res holds the answer.
// What it takes goes off left; waiting for the host's turn is not the host's fault, and does not.
func (c *Client) hop(ctx context.Context, r Request, u *url.URL, trusted bool, left *time.Duration, res *Response) (*url.URL, int, error) {
	host := u.Hostname()
	release, err := c.slot(ctx, host)
	if err != nil {
		return nil, 0, err
	}
	defer release()
	c.mu.Lock()
	until := c.waits[host]
	c.mu.Unlock()
	if now := c.cfg.Now(); now.Before(until) {
		return nil, 0, &Error{Stage: "fetch", Text: fmt.Sprintf("%s asked to be left alone until %s", host, until.UTC().Format(time.RFC3339)), Retry: until, Host: host}
	}
	if r.Page {
		if err := c.obeyRobots(ctx, u); err != nil {
			return nil, 0, err
		}
	}
	begin := time.Now()
	defer func() { *left -= time.Since(begin) }()
	ctx, cancel := context.WithTimeoutCause(ctx, *left, errDeadline)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, 0, &Error{Stage: "fetch", Text: "not a link", Final: true, cause: err}
	}
	req.Header.Set("User-Agent", c.agent)
	req.Header.Set("Accept-Encoding", "gzip")
	if r.Accept != "" {
		req.Header.Set("Accept", r.Accept)
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
	resp, err := c.http.RoundTrip(req)
	if err != nil {
		return nil, 0, c.explain(ctx, u, err)
	}
	defer resp.Body.Close()
	if next, err := redirect(u, resp); next != nil || err != nil {
		return next, resp.StatusCode, err
	}
	return nil, resp.StatusCode, c.take(ctx, u, r, resp, res)
}

// redirect returns where an answer sends the client, nil where it sends it nowhere.
func redirect(u *url.URL, resp *http.Response) (*url.URL, error) {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return nil, nil
	}
	fail := func(text string) (*url.URL, error) {
		return nil, &Error{Stage: "fetch", Status: resp.StatusCode, Text: text, Final: true}
	}
	where := resp.Header.Get("Location")
	if where == "" {
		return fail(fmt.Sprintf("answers %d, a redirect, without saying where", resp.StatusCode))
	}
	target, err := link.Clean(where, u.String())
	if err != nil {
		return fail("redirects to something that is refused: " + noLink(err))
	}
	next, err := u.Parse(strings.TrimSpace(where))
	if err != nil || next.Host == "" {
		next, _ = url.Parse(target)
	}
	prepare(next)
	return next, nil
}

// take reads the answer into res, or says what is wrong with it.
func (c *Client) take(ctx context.Context, u *url.URL, r Request, resp *http.Response, res *Response) error {
	res.Status = resp.StatusCode
	res.ContentType = resp.Header.Get("Content-Type")
	res.MaxAge = maxAge(resp.Header, c.cfg.Now())
	switch {
	case resp.StatusCode == http.StatusNotModified && (r.ETag != "" || r.LastModified != ""):
		res.NotModified = true
		return nil
	case resp.StatusCode == http.StatusOK:
	default:
		return c.refused(u, resp)
	}
	if resp.ContentLength > r.Limit {
		return &Error{Stage: "fetch", Status: 200, Text: tooLong(r.Limit)}
	}
	wire := &counter{r: resp.Body}
	body, err := inflate(wire, resp.Header.Get("Content-Encoding"), r.Limit)
	res.Size = wire.n
	if err != nil {
		var own *Error
		if errors.As(err, &own) {
			own.Status = resp.StatusCode
			return own
		}
		e := c.explain(ctx, u, err)
		if own, ok := e.(*Error); ok {
			own.Status = resp.StatusCode
		}
		return e
	}
	res.Body = body
	// Validators belong to a body that was taken whole, and to nothing else.
	if etag := resp.Header.Get("ETag"); len(etag) <= maxValidator {
		res.ETag = etag
	}
	if modified := resp.Header.Get("Last-Modified"); len(modified) <= maxValidator {
		res.LastModified = modified
	}
	return nil
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func tooLong(limit int64) string {
	return fmt.Sprintf("longer than the limit of %d MiB", limit>>20)
}

// inflate reads a body in the one content coding that was offered.
func inflate(r io.Reader, coding string, limit int64) ([]byte, error) {
	switch coding = strings.ToLower(strings.TrimSpace(coding)); coding {
	case "", "identity":
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, damaged(err)
		}
		b, err := readLimited(z, limit)
		return b, damaged(err)
	default:
		return nil, &Error{Stage: "decode", Text: fmt.Sprintf("sent in the content coding %q, which was not asked for", plain.Cut(plain.Line(coding), 40))}
	}
	return readLimited(r, limit)
}

// damaged names errors of the gzip layer; others pass.
func damaged(err error) error {
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || err != nil && strings.HasPrefix(err.Error(), "flate: ") {
		return &Error{Stage: "decode", Text: "its gzip coding is damaged or cut off", cause: err}
	}
	return err
}

func readLimited(r io.Reader, limit int64) ([]byte, error) {
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return nil, err
	case n > limit:
		return nil, &Error{Stage: "fetch", Text: tooLong(limit)}
	}
	return b.Bytes(), nil
}

// Gunzip inflates a body that is itself a .gz file, under the limit; other bodies are returned
// as they are.
func Gunzip(body []byte, limit int64) ([]byte, error) {
	if !bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		return body, nil
	}
	return inflate(bytes.NewReader(body), "gzip", limit)
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

// mediaType is the type of a Content-Type header, in lower case, "" where there is none.
func mediaType(contentType string) string {
	t, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		t, _, _ = strings.Cut(contentType, ";")
	}
	return strings.ToLower(strings.TrimSpace(t))
}

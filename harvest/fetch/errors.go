package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"syscall"
	"time"

	"wiredesk/store/plain"
)

var errDeadline = errors.New("deadline")

// explain turns an error of the network into a sentence. Remote bytes reach it only cleaned.
func (c *Client) explain(ctx context.Context, u *url.URL, err error) error {
	if ctx.Err() != nil && context.Cause(ctx) != errDeadline {
		return ctx.Err() // the run was ended, the host is not to blame
	}
	e := &Error{Stage: "fetch", cause: err}
	host := plain.Line(u.Host)
	var (
		dns     *net.DNSError
		refused *errAddress
		cert    *tls.CertificateVerificationError
		record  tls.RecordHeaderError
		unknown x509.UnknownAuthorityError
		timeout interface{ Timeout() bool }
	)
	switch {
	case errors.As(err, &refused):
		e.Text, e.Final = host+": "+refused.Error(), true
	case errors.As(err, &dns) && dns.IsNotFound:
		e.Text, e.Lookup = "there is no host "+host, true
	case errors.As(err, &dns):
		e.Text, e.Lookup = "the name "+host+" could not be looked up", true
	case context.Cause(ctx) == errDeadline, errors.As(err, &timeout) && timeout.Timeout():
		e.Text = fmt.Sprintf("no whole answer from %s within %s", host, c.cfg.Timeout)
	case errors.As(err, &cert), errors.As(err, &unknown):
		e.Text, e.Final = host+" has a certificate that does not hold: "+plain.Cut(plain.Line(lastError(err)), 160), true
	case errors.As(err, &record), strings.Contains(lastError(err), "tls:"), strings.Contains(lastError(err), "response to HTTPS client"):
		e.Text, e.Final = host+" does not speak TLS as it should: "+plain.Cut(plain.Line(lastError(err)), 160), true
	case errors.Is(err, syscall.ECONNREFUSED):
		e.Text = host + " refuses connections"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		e.Text = host + " broke the connection off"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		e.Text = host + " cannot be reached"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		e.Text = host + " broke the answer off before its end"
	case strings.Contains(lastError(err), "server response headers exceeded"):
		e.Text = fmt.Sprintf("%s sends headers longer than the limit of %d KiB", host, headerLimit>>10)
	default:
		e.Text = host + ": " + plain.Cut(plain.Line(lastError(err)), 160)
		var proto textproto.ProtocolError
		if errors.As(err, &proto) || strings.Contains(lastError(err), "malformed HTTP") || strings.Contains(lastError(err), "Content-Length") {
			e.Text = host + " does not answer in HTTP"
		}
	}
	return e
}

// noLink is why a link is refused, without the link itself, which may carry a secret.
func noLink(err error) string {
	reason, _, _ := strings.Cut(err.Error(), ": ")
	return reason
}

// lastError is the innermost message of a chain: without the URL that net/http puts in front,
// which may carry a secret.
func lastError(err error) string {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err.Error()
		}
		err = next
	}
}

// refused names an HTTP status that is no answer.
func (c *Client) refused(u *url.URL, resp *http.Response) error {
	e := &Error{Stage: "fetch", Status: resp.StatusCode, Text: fmt.Sprintf("answers %d %s", resp.StatusCode, http.StatusText(resp.StatusCode))}
	switch {
	case resp.StatusCode == http.StatusGone:
		e.Text, e.Final = "answers 410: it is gone for good", true
	case resp.StatusCode == http.StatusTooManyRequests, resp.StatusCode == http.StatusServiceUnavailable, spent(resp):
		e.Retry = retryAfter(resp.Header.Get("Retry-After"), c.cfg.Now())
		if e.Retry.IsZero() && resp.StatusCode != http.StatusServiceUnavailable {
			e.Retry = reset(resp.Header, c.cfg.Now())
		}
		if !e.Retry.IsZero() {
			e.Host = u.Hostname()
			e.Text += ", and asks to be left alone until " + e.Retry.UTC().Format(time.RFC3339)
			c.mu.Lock()
			c.waits[e.Host] = e.Retry
			c.mu.Unlock()
		}
	case resp.StatusCode == http.StatusForbidden && (resp.Header.Get("cf-mitigated") == "challenge"):
		e.Text = "answers 403 with a challenge for browsers"
	case resp.StatusCode == http.StatusNotModified:
		e.Text = "answers 304, not modified, to a request that asked for everything"
	case resp.StatusCode == http.StatusNoContent, resp.StatusCode == http.StatusPartialContent:
		e.Text = fmt.Sprintf("answers %d: not the whole document", resp.StatusCode)
	case resp.StatusCode == http.StatusRequestTimeout, resp.StatusCode == http.StatusTooEarly:
		// the host asks for another try (RFC 9110, 15.5.9; RFC 8470)
	case resp.StatusCode >= 400 && resp.StatusCode < 500:
		e.Final = true
	}
	e.Text = strings.TrimSpace(e.Text)
	return e
}

// Dead reports that nobody can have what was asked for: its host does not exist, or says that there
// is no such page. A host that refuses programs, that is busy or does not answer in time says nothing
// about the page.
func (e *Error) Dead() bool {
	switch e.Status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusNotAcceptable, http.StatusProxyAuthRequired,
		http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests, http.StatusUnavailableForLegalReasons:
		return false
	}
	return e.Lookup || e.Status >= 400 && e.Status < 500
}

// spent reports a 403 that is the end of an allowance, as GitHub answers.
func spent(resp *http.Response) bool {
	return resp.StatusCode == http.StatusForbidden && (resp.Header.Get("Retry-After") != "" || resp.Header.Get("X-RateLimit-Remaining") == "0")
}

// reset reads X-RateLimit-Reset: unix seconds, as GitHub, or seconds from now, as others.
func reset(h http.Header, now time.Time) time.Time {
	n, err := strconv.ParseInt(h.Get("X-RateLimit-Reset"), 10, 64)
	if err != nil || h.Get("X-RateLimit-Remaining") != "0" {
		return time.Time{}
	}
	if n > 1e9 {
		n -= now.Unix()
	}
	return retryAfter(strconv.FormatInt(max(n, 0), 10), now)
}

// retryAfter reads both forms of RFC 9110 section 10.2.3; zero where neither holds.
func retryAfter(s string, now time.Time) time.Time {
	s = strings.TrimSpace(s)
	var t time.Time
	if n, err := strconv.Atoi(s); (err == nil || errors.Is(err, strconv.ErrRange)) && n >= 0 {
		t = now.Add(time.Duration(min(n, int(maxWait/time.Second))) * time.Second)
	} else if at, err := http.ParseTime(s); err == nil {
		t = at
	}
	if !t.After(now) {
		return time.Time{}
	}
	if far := now.Add(maxWait); t.After(far) {
		t = far
	}
	return t
}

// maxAge is how long an answer says that it holds: Cache-Control: max-age, else Expires.
func maxAge(h http.Header, now time.Time) time.Duration {
	for part := range strings.SplitSeq(strings.ToLower(h.Get("Cache-Control")), ",") {
		if v, ok := strings.CutPrefix(strings.TrimSpace(part), "max-age="); ok {
			if n, err := strconv.Atoi(strings.Trim(v, `"`)); err == nil && n > 0 {
				return time.Duration(min(n, int(maxWait/time.Second))) * time.Second
			}
			return 0
		}
	}
	if t, err := http.ParseTime(h.Get("Expires")); err == nil && t.After(now) {
		return min(t.Sub(now), maxWait)
	}
	return 0
}

package fetch_test

import (
	"bufio"
	"cmp"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"wiredesk/harvest/fetch"
)

// The helpers of this package's tests. Every test talks HTTP over loopback with a server of its
// own, through Client.Get.

const (
	limit = 1 << 20                // of most requests here
	soon  = 200 * time.Millisecond // the deadline where a test waits for one
	never = 10 * time.Second       // the deadline of all other tests, and the bound of waits in them
)

// client returns a client that may reach the test's own servers, and nothing else on loopback
// than 127.0.0.1.
func client(t testing.TB, cfg fetch.Config) *fetch.Client {
	t.Helper()
	cfg.Timeout = cmp.Or(cfg.Timeout, never)
	if cfg.Allow == nil {
		cfg.Allow = []string{"127.0.0.1"}
	}
	c, err := fetch.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// serve starts a server and returns its URL, without a slash at the end.
func serve(t testing.TB, h http.HandlerFunc) string {
	t.Helper()
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv.URL
}

// host is the address of a server that serve returned.
func host(url string) string { return strings.TrimPrefix(url, "http://") }

// raw starts a server that answers every request with whatever bytes answer writes, and then
// closes the connection.
func raw(t testing.TB, answer func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				if _, err := http.ReadRequest(bufio.NewReader(c)); err == nil {
					answer(c)
				}
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

// says is an answer of raw that is always the same.
func says(answer string) func(net.Conn) {
	return func(c net.Conn) { io.WriteString(c, answer) }
}

// canary is a listener that no request may ever reach.
type canary struct {
	net.Listener
	addr string
}

// newCanary listens on 127.0.0.2, which no client here is allowed to dial.
func newCanary(t testing.TB) canary {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Skip("this system has no 127.0.0.2 to listen on")
	}
	t.Cleanup(func() { l.Close() })
	return canary{l, l.Addr().String()}
}

// check fails the test where somebody has connected. Connections are accepted in their order, so
// that the first one is that of the check itself unless there was another.
func (c canary) check(t testing.TB) {
	t.Helper()
	own, err := net.Dial("tcp", c.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer own.Close()
	got, err := c.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer got.Close()
	if got.RemoteAddr().String() != own.LocalAddr().String() {
		t.Error("the address that must never be reached was reached")
	}
}

// get fetches, and fails the test where that fails.
func get(t testing.TB, c *fetch.Client, r fetch.Request) *fetch.Response {
	t.Helper()
	r.Limit = cmp.Or(r.Limit, limit)
	res, err := c.Get(t.Context(), r)
	if err != nil {
		t.Fatalf("%s: %v", r.URL, err)
	}
	return res
}

// refused fetches, and fails the test where that works, or where the error is not of this stage,
// or lacks one of the words.
func refused(t testing.TB, c *fetch.Client, r fetch.Request, stage string, words ...string) *fetch.Error {
	t.Helper()
	r.Limit = cmp.Or(r.Limit, limit)
	res, err := c.Get(t.Context(), r)
	var e *fetch.Error
	if !errors.As(err, &e) {
		t.Fatalf("%.80s: got %v, %v; want a *fetch.Error", r.URL, res, err)
	}
	if e.Stage != stage {
		t.Errorf("%.80s: stage %s, want %s: %v", r.URL, e.Stage, stage, e)
	}
	for _, w := range words {
		if !strings.Contains(e.Error(), w) {
			t.Errorf("%.80s: %q does not say %q", r.URL, e, w)
		}
	}
	return e
}

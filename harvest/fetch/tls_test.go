package fetch_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"wiredesk/harvest/fetch"
)

// trust is a pool that holds the certificate of a test server.
func trust(srv *httptest.Server) *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(srv.Certificate())
	return pool
}

// secure starts a TLS server that keeps its complaints to itself.
func secure(t testing.TB, change func(*tls.Config)) *httptest.Server {
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "safe") }))
	srv.Config.ErrorLog = log.New(io.Discard, "", 0)
	srv.TLS = &tls.Config{}
	if change != nil {
		change(srv.TLS)
	}
	srv.StartTLS()
	t.Cleanup(srv.Close)
	return srv
}

// both starts a server that speaks HTTP and HTTPS on one address, as one origin's two schemes.
func both(t testing.TB, h http.HandlerFunc) (addr string, roots *x509.CertPool) {
	srv := secure(t, nil)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &http.Server{Handler: h, ErrorLog: log.New(io.Discard, "", 0)}
	go s.Serve(eitherListener{l, srv.TLS})
	t.Cleanup(func() { s.Close() })
	return l.Addr().String(), trust(srv)
}

type eitherListener struct {
	net.Listener
	config *tls.Config
}

func (l eitherListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return &eitherConn{Conn: c, config: l.config}, err
}

// eitherConn decides by the first byte that it reads.
type eitherConn struct {
	net.Conn
	config *tls.Config
	once   sync.Once
	chosen net.Conn
}

func (c *eitherConn) Read(b []byte) (int, error) {
	c.once.Do(func() {
		r := bufio.NewReader(c.Conn)
		c.chosen = readConn{c.Conn, r}
		if first, err := r.Peek(1); err == nil && first[0] == 0x16 { // a TLS handshake
			c.chosen = tls.Server(c.chosen, c.config)
		}
	})
	return c.chosen.Read(b)
}

func (c *eitherConn) Write(b []byte) (int, error) { return c.chosen.Write(b) }

// readConn is a connection of which something was read ahead.
type readConn struct {
	net.Conn
	r io.Reader
}

func (c readConn) Read(b []byte) (int, error) { return c.r.Read(b) }

func TestTLS(t *testing.T) {
	good := secure(t, nil)
	old := secure(t, func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS10 })
	plain := serve(t, func(w http.ResponseWriter, r *http.Request) { t.Error("a request came in plain text") })
	garbage, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer garbage.Close()
	go func() {
		for {
			c, err := garbage.Accept()
			if err != nil {
				return
			}
			io.WriteString(c, "220 mail.example ESMTP\r\n")
			c.Close()
		}
	}()
	address := func(srv *httptest.Server) string { return srv.Listener.Addr().String() }
	for _, c := range []struct {
		name, addr, url string
		roots           *x509.CertPool
		words           string // empty: it is taken
	}{
		{"trusted", address(good), "https://example.com/", trust(good), ""},
		{"self-signed", address(good), "https://example.com/", x509.NewCertPool(), "example.com has a certificate that does not hold: x509: certificate signed by unknown authority"},
		{"another host's", address(good), "https://example.org/", trust(good), "example.org has a certificate that does not hold: x509: certificate is valid for"},
		{"TLS 1.0", address(old), "https://example.com/", trust(old), "example.com does not speak TLS as it should"},
		{"plain HTTP", host(plain), "https://example.com/", trust(good), "example.com does not speak TLS as it should"},
		{"garbage", garbage.Addr().String(), "https://example.com/", trust(good), "example.com does not speak TLS as it should"},
	} {
		t.Run(c.name, func(t *testing.T) {
			cl := client(t, fetch.Config{RootCAs: c.roots, Hosts: map[string]string{"example.com": c.addr, "example.org": c.addr}})
			if c.words == "" {
				if res := get(t, cl, fetch.Request{URL: c.url}); string(res.Body) != "safe" {
					t.Errorf("%+v", res)
				}
				return
			}
			if e := refused(t, cl, fetch.Request{URL: c.url}, "fetch", c.words); !e.Final {
				t.Error("final for this poll, but not said so")
			}
		})
	}
}

func TestSystemsRootsAreTheDefault(t *testing.T) {
	srv := secure(t, nil)
	e := refused(t, client(t, fetch.Config{}), fetch.Request{URL: srv.URL}, "fetch", "certificate that does not hold")
	if strings.Contains(e.Text, srv.URL) {
		t.Errorf("%q", e)
	}
}

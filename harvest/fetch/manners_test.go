package fetch_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"wiredesk/harvest/fetch"
)

func TestEveryRequestSaysWhoAsksAndNothingElse(t *testing.T) {
	for _, c := range []struct{ contact, want string }{
		{"editor@news.example", "wiredesk/1 (link harvester of a newsletter; editor@news.example)"},
		{"", "wiredesk/1 (link harvester of a newsletter)"},
		{"(a)\r\nX-Evil: 1\u202e", "wiredesk/1 (link harvester of a newsletter; aX-Evil: 1)"},
	} {
		var paths []string
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			paths = append(paths, r.URL.Path)
			if got := r.Header.Get("User-Agent"); got != c.want {
				t.Errorf("%s: User-Agent %q, want %q", r.URL.Path, got, c.want)
			}
			for name := range r.Header {
				if name != "User-Agent" && name != "Accept" && name != "Accept-Encoding" {
					t.Errorf("%s: asked with %s: %q", r.URL.Path, name, r.Header[name])
				}
			}
			if r.Method != http.MethodGet || r.Host != r.Context().Value(http.LocalAddrContextKey).(fmt.Stringer).String() {
				t.Errorf("%s %s", r.Method, r.Host)
			}
			w.Header().Set("Set-Cookie", "id=1; Path=/")
			w.Header().Set("Refresh", "0; url=/refreshed")
			hops(w, r)
		})
		cl := client(t, fetch.Config{Contact: c.contact})
		for range 2 {
			get(t, cl, fetch.Request{URL: strings.Replace(url, "//", "//user:password@", 1) + "/302/301/end#part", Accept: "text/html", Page: true})
		}
		want := "[/robots.txt /302/301/end /301/end /end /302/301/end /301/end /end]"
		if fmt.Sprint(paths) != want {
			t.Errorf("asked for %v, want %s", paths, want)
		}
	}
}

func TestConfiguredHeadersGoToTheFirstOriginOnly(t *testing.T) {
	addr, roots := both(t, func(w http.ResponseWriter, r *http.Request) {
		where := r.URL.Query().Get("to")
		if where == "" {
			fmt.Fprint(w, r.Header.Get("X-Api-Key"), r.Header.Get("Authorization"))
			return
		}
		if r.Header.Get("X-Api-Key") != "hush" {
			t.Error("the first origin did not get its headers")
		}
		http.Redirect(w, r, where, http.StatusFound)
	})
	cl := client(t, fetch.Config{RootCAs: roots, Hosts: map[string]string{"example.com": addr, "www.example.com": addr, "other.example": addr}})
	for _, c := range []struct {
		to   string
		kept bool
	}{
		{"", true},
		{"/elsewhere", true},
		{"http://EXAMPLE.com/", true},
		{"http://example.com:8080/", false},
		{"https://example.com/", false},
		{"http://www.example.com/", false},
		{"http://other.example/", false},
		{"http://example.com@other.example/", false},
	} {
		res := get(t, cl, fetch.Request{URL: "http://example.com/?to=" + c.to,
			Headers: []fetch.Header{{Name: "X-Api-Key", Value: "hush"}, {Name: "Authorization", Value: "Bearer hush"}}})
		if want := map[bool]string{true: "hushBearer hush"}[c.kept]; string(res.Body) != want {
			t.Errorf("after a redirect to %q: sent %q, want %q", c.to, res.Body, want)
		}
	}
}

func TestHeadersComeBackWithTheFirstOrigin(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Host == "other.example":
			http.Redirect(w, r, "http://first.example/end", http.StatusFound)
		case r.URL.Path != "/end":
			http.Redirect(w, r, "http://other.example/", http.StatusFound)
		case r.Header.Get("X-Api-Key") != "hush":
			t.Error("the first origin is the first origin, however it was reached")
		}
	})
	cl := client(t, fetch.Config{Hosts: map[string]string{"first.example": host(url), "other.example": host(url)}})
	get(t, cl, fetch.Request{URL: "http://first.example/", Headers: []fetch.Header{{Name: "X-Api-Key", Value: "hush"}}})
}

// TestMain names a proxy that nobody can reach in the environment of the whole package, because
// Go's own code, were it used, would read that once.
func TestMain(m *testing.M) {
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"} {
		os.Setenv(name, "http://proxy.invalid:1")
	}
	os.Exit(m.Run())
}

func TestProxyOfTheEnvironmentIsIgnored(t *testing.T) {
	u, err := http.ProxyFromEnvironment(&http.Request{URL: &url.URL{Scheme: "http", Host: "news.example"}})
	if err != nil || u == nil {
		t.Fatalf("there is no proxy to ignore: %v, %v", u, err)
	}
	addr, roots := both(t, hops)
	cl := client(t, fetch.Config{RootCAs: roots, Hosts: map[string]string{"example.com": addr}})
	for _, u := range []string{"http://example.com/end", "https://example.com/end"} {
		get(t, cl, fetch.Request{URL: u})
	}
}

func TestConfiguredProxyIsUsed(t *testing.T) {
	proxy := serve(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.RequestURI) })
	res := get(t, client(t, fetch.Config{Proxy: proxy, Allow: []string{}}), fetch.Request{URL: "http://news.example/feed"})
	if string(res.Body) != "http://news.example/feed" {
		t.Errorf("the proxy was asked for %q", res.Body)
	}
	for _, bad := range []string{"localhost:3128", "::", "http://"} {
		if _, err := fetch.New(fetch.Config{Proxy: bad}); err == nil || !strings.Contains(err.Error(), "write http://host:port") {
			t.Errorf("proxy %q: %v", bad, err)
		}
	}
}

// crowd asks for 12 pages of each host at once, and returns how many requests were in the server
// at the same time. The server holds requests back until want of them are there, and then for a
// moment in which more would come.
func crowd(t *testing.T, cfg fetch.Config, want int, hosts ...string) int {
	var mu sync.Mutex
	now, most, enough := 0, 0, make(chan struct{})
	door := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		if now++; now > most {
			if most = now; most == want {
				time.AfterFunc(soon/4, func() { close(enough) })
			}
		}
		mu.Unlock()
		select {
		case <-enough:
		case <-r.Context().Done():
		}
		mu.Lock()
		now--
		mu.Unlock()
	})
	cfg.Hosts = map[string]string{}
	for _, h := range hosts {
		cfg.Hosts[h] = host(door)
	}
	cl := client(t, cfg)
	var all sync.WaitGroup
	for _, h := range hosts {
		for i := range 12 {
			all.Go(func() {
				if _, err := cl.Get(t.Context(), fetch.Request{URL: fmt.Sprintf("http://%s/%d", h, i), Limit: limit}); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	mu.Lock()
	defer mu.Unlock()
	return most
}

func TestOneHostIsAskedByPerHostRequestsAtOnce(t *testing.T) {
	for _, c := range []struct {
		perHost, want int
		hosts         []string
	}{
		{0, 1, []string{"a.example"}},
		{1, 1, []string{"a.example"}},
		{3, 3, []string{"a.example"}},
		{1, 2, []string{"a.example", "b.example"}},
		{1, 1, []string{"a.example", "A.EXAMPLE", "a.example:80", "a.example."}},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			if got := crowd(t, fetch.Config{PerHost: c.perHost}, c.want, c.hosts...); got != c.want {
				t.Errorf("%d requests at once, want %d", got, c.want)
			}
		})
	}
}

func TestWaitingForAHostEndsWithTheRun(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		stop()
		<-r.Context().Done()
	})
	cl := client(t, fetch.Config{})
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			if _, err := cl.Get(ctx, fetch.Request{URL: url, Limit: limit}); err != context.Canceled {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

func TestErrorsHoldNoSecretAndNoControlCharacters(t *testing.T) {
	const evil = "\x1b[31m\u009b\u202e\x00"
	hang := raw(t, func(c net.Conn) { io.Copy(io.Discard, c) })
	to := func(where string) string { return raw(t, says("HTTP/1.1 302 Found\r\nLocation: "+where+"\r\n\r\n")) }
	tls := secure(t, nil)
	for name, url := range map[string]string{
		"no host":           "http://no.invalid",
		"refused address":   "http://10.0.0.1",
		"refused port":      "http://127.0.0.1:1",
		"deadline":          hang,
		"certificate":       tls.URL,
		"plain text to TLS": strings.Replace(tls.URL, "https", "http", 1),
		"TLS to plain text": strings.Replace(hang, "http", "https", 1),
		"status line":       raw(t, says("HTTP/1.1 500 "+evil+"\r\n\r\n")),
		"no HTTP":           raw(t, says(evil+"tls: x\r\n\r\n")),
		"header":            raw(t, says("HTTP/1.1 200 OK\r\n"+evil+"\r\n\r\n")),
		"coding":            raw(t, says("HTTP/1.1 200 OK\r\nContent-Encoding: \u009b\u202e"+strings.Repeat("x", 5000)+"\r\n\r\n")),
		"transfer coding":   raw(t, says("HTTP/1.1 200 OK\r\nTransfer-Encoding: \u009b\u202e\r\n\r\n")),
		"length":            raw(t, says("HTTP/1.1 200 OK\r\nContent-Length: \u009b\u202e\r\n\r\n")),
		"cut off":           raw(t, says("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"+evil)),
		"loop":              to("?token=hush"),
		"scheme":            to("evil\u009b:hush"),
		"bad port":          to("http://127.0.0.1:\u202e/?token=hush"),
		"bad host":          to("http://\u009bexa mple/?token=hush"),
		"bad escape":        to("http://user:hush@%zz/?token=hush"),
		"bad relative":      to("http:?token=hush"),
		"private":           to("http://192.168.0.1/?token=hush"),
		"space in host":     "http://exa mple.org",
		"no scheme":         "example.org",
		"bad scheme":        "hush://x",
		"control in host":   "http://\x7f\x1b\u009b.example:1x",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cl := client(t, fetch.Config{Timeout: soon, Hosts: map[string]string{"no.invalid": "127.0.0.1:1"}})
			_, err := cl.Get(t.Context(), fetch.Request{URL: url + "/?token=hush", Limit: limit, Headers: []fetch.Header{{Name: "X-Api-Key", Value: "hush"}}})
			if err == nil {
				t.Fatal("no error")
			}
			if strings.Contains(err.Error(), "hush") || len(err.Error()) > 400 {
				t.Errorf("%q", err)
			}
			if strings.ContainsFunc(err.Error(), func(r rune) bool { return unicode.In(r, unicode.C) || r == unicode.ReplacementChar }) {
				t.Errorf("%q", err)
			}
		})
	}
}

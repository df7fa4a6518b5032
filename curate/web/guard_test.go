package web_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"wiredesk/curate/web"
	"wiredesk/store"
)

// TestTwelveRequests tries what another page, another user or a broken client may send, at both
// families of loopback addresses.
func TestTwelveRequests(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"127.0.0.1", "::1"} {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			if ln, err := net.Listen("tcp", net.JoinHostPort(host, "0")); err != nil {
				t.Skipf("this machine has no address %s: %v", host, err)
			} else {
				ln.Close()
			}
			w := begin(t, host, 2)
			dripped := drip(t, w.base) // takes its five seconds beside the others
			requests(t, w)
			idleConnections(t, w)
			if err := <-dripped; err != nil {
				t.Error(err)
			}
			if got := w.states(); got != "queued accepted" {
				t.Errorf("in the end: %s", got)
			}
		})
	}
}

// ask is one request and what must come of it.
type ask struct {
	name         string
	method, path string
	head         map[string]string
	host         string // as the client names it
	body         string
	stranger     bool // without the secret
	want         int
}

func requests(t *testing.T, w *world) {
	page := w.get("/")
	token := between(page, `name="do" value="accepted `, `"`) // of the best, candidate 2
	accept := url.Values{"do": {"accepted " + token}}.Encode()
	at, err := url.Parse(w.base)
	must(t, err)
	form := map[string]string{"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
	with := func(name, value string) map[string]string {
		out := map[string]string{name: value}
		for k, v := range form {
			if k != name {
				out[k] = v
			}
		}
		return out
	}
	asks := []ask{
		{"2 cross-site", "POST", "/decide", with("Sec-Fetch-Site", "cross-site"), "", accept, false, 403},
		{"2 cross-site, no secret", "POST", "/decide", with("Sec-Fetch-Site", "cross-site"), "", accept, true, 403},
		{"3 origin null", "POST", "/decide", map[string]string{"Content-Type": form["Content-Type"], "Origin": "null"}, "", accept, false, 403},
		{"4 rebound name, POST", "POST", "/decide", form, "evil.example:" + at.Port(), accept, false, 403},
		{"4 rebound name, GET", "GET", "/", form, "evil.example:" + at.Port(), "", false, 403},
		{"4 rebound name, no secret", "GET", "/", nil, "evil.example:" + at.Port(), "", true, 403},
		{"4 rebound name, health", "GET", "/healthz", nil, "evil.example:" + at.Port(), "", true, 403},
		{"4 rebound name, metrics", "GET", "/metrics", nil, "evil.example:" + at.Port(), "", true, 403},
		{"4 our name, another port", "GET", "/", nil, "localhost:1", "", false, 403},
		{"4 our name, no port", "GET", "/", nil, "localhost", "", false, 403},
		{"5 localhost with a dot", "GET", "/", nil, "localhost.:" + at.Port(), "", false, 403},
		{"5 localhost with a dot, no port", "GET", "/", nil, "localhost.", "", false, 403},
		{"7 no secret", "GET", "/", nil, "", "", true, 401},
		{"7 a wrong secret", "GET", "/?secret=AAAA", nil, "", "", true, 401},
		{"7 the secret at another address", "GET", "/wires?" + w.url[strings.Index(w.url, "?")+1:], nil, "", "", true, 401},
		{"7 a wrong cookie", "GET", "/", map[string]string{"Cookie": "wiredesk-" + at.Port() + "=AAAA"}, "", "", true, 401},
		{"7 no secret, no such page", "GET", "/nowhere", nil, "", "", true, 401},
		{"7 no secret, an asset", "GET", "/assets/desk.js", nil, "", "", true, 401},
		{"8 another user's process", "POST", "/decide", map[string]string{"Content-Type": form["Content-Type"]}, "", accept, true, 401},
		{"9 a long body", "POST", "/decide", form, "", "note=" + strings.Repeat("x", 64<<10), false, 413},
		{"health needs no secret", "GET", "/healthz", nil, "", "", true, 200},
		{"metrics need no secret", "GET", "/metrics", nil, "", "", true, 200},
		{"localhost is a name of ours", "GET", "/", nil, "localhost:" + at.Port(), "", false, 200},
		{"127.0.0.1 is one", "GET", "/", nil, "127.0.0.1:" + at.Port(), "", false, 200},
		{"[::1] is one", "GET", "/", nil, "[::1]:" + at.Port(), "", false, 200},
	}
	asks = append(asks, ask{"no such page", "GET", "/nowhere", nil, "", "", false, 404}, ask{"no such form", "POST", "/nowhere", form, "", accept, false, 404}, ask{"a form to a page", "POST", "/wires", form, "", accept, false, 405})
	for _, path := range []string{"/decide", "/undo", "/harvest", "/candidate/1", "/candidate/1/quote", "/issue/2026-W47/draft", "/issue/2026-W47/move"} {
		asks = append(asks, ask{"6 change by GET", "GET", path, nil, "", "", false, 405})
	}
	for _, a := range asks {
		status, head, body := send(t, w, a)
		if status != a.want {
			t.Errorf("%s: %s %s: %d, want %d: %s", a.name, a.method, a.path, status, a.want, body)
		}
		protected(t, a.name, head)
	}
	if got := w.states(); got != "queued queued" {
		t.Errorf("refused requests left %s", got)
	}
	// 9 again, by a client that does not say how long it is.
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.base+"/decide", io.MultiReader(strings.NewReader("note="), strings.NewReader(strings.Repeat("x", 65<<10))))
	must(t, err)
	r.Header.Set("Content-Type", form["Content-Type"])
	if status, body := w.do(r); status != 413 {
		t.Errorf("9 a long body without a length: %d %s", status, body)
	}
	if status, head, body := send(t, w, ask{"1 a good one", "POST", "/decide", form, "", accept, false, 200}); status != 200 || !strings.Contains(body, "Accepted.") {
		t.Errorf("1 a good one: %d %s", status, body)
	} else {
		protected(t, "1 a good one", head)
	}
}

// send makes one request, with the cookie unless it is a stranger's.
func send(t *testing.T, w *world, a ask) (int, http.Header, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), a.method, w.base+a.path, strings.NewReader(a.body))
	must(t, err)
	for k, v := range a.head {
		r.Header.Set(k, v)
	}
	if a.host != "" {
		r.Host = a.host
	}
	client := *w.client
	client.Jar = nil // which goes by the name in the request
	if at, _ := url.Parse(w.base); !a.stranger {
		r.AddCookie(w.client.Jar.Cookies(at)[0])
	}
	res, err := client.Do(r)
	must(t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	must(t, err)
	return res.StatusCode, res.Header, string(b)
}

// protected checks what every answer must carry.
func protected(t *testing.T, name string, h http.Header) {
	t.Helper()
	policy := h.Get("Content-Security-Policy")
	nonce := between(policy, "style-src 'nonce-", "'")
	if len(nonce) < 20 {
		t.Errorf("%s: policy %q", name, policy)
	}
	for _, part := range []string{
		"default-src 'none'", "style-src 'nonce-" + nonce + "'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'", "script-src 'nonce-" + nonce + "'", "connect-src 'self'",
	} {
		if !strings.Contains(policy+"; ", part+"; ") {
			t.Errorf("%s: the policy lacks %s: %q", name, part, policy)
		}
	}
	if n := strings.Count(policy, ";"); n != 6 || strings.Contains(policy, "unsafe") {
		t.Errorf("%s: policy %q", name, policy)
	}
	if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") != "no-referrer" || h.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("%s: header %v", name, h)
	}
}

func between(s, from, to string) string {
	_, s, _ = strings.Cut(s, from)
	s, _, _ = strings.Cut(s, to)
	return s
}

// drip sends a header a byte a second, and reports an error unless it is cut off.
func drip(t *testing.T, base string) <-chan error {
	out := make(chan error, 1)
	conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	must(t, err)
	go func() {
		defer conn.Close()
		begun := time.Now()
		tick := time.NewTicker(500 * time.Millisecond)
		defer tick.Stop()
		go func() {
			for _, c := range "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + strings.Repeat("x", 100) {
				if _, err := conn.Write([]byte(string(c))); err != nil {
					return
				}
				<-tick.C
			}
		}()
		_ = conn.SetReadDeadline(begun.Add(20 * time.Second))
		_, err := io.Copy(io.Discard, conn)
		if took := time.Since(begun); took > 10*time.Second {
			err = fmt.Errorf("10 a dripped header was let go on for %v: %w", took, err)
		} else {
			err = nil // closed, or reset while it was writing
		}
		out <- err
	}()
	return out
}

// idleConnections opens 200 connections that say nothing; a page must come all the same.
func idleConnections(t *testing.T, w *world) {
	for range 200 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(w.base, "http://"))
		must(t, err)
		defer conn.Close()
	}
	begun := time.Now()
	if page := w.get("/"); !strings.Contains(page, "<title>Desk") {
		t.Errorf("11 among idle connections: %s", page)
	}
	if took := time.Since(begun); took > time.Second {
		t.Errorf("11 the page took %v", took)
	}
}

func TestWhatComesFromTheNetworkIsTextAlone(t *testing.T) {
	w := begin(t, "127.0.0.1", 1)
	bad := item(5)
	bad.Title, bad.Excerpt, bad.Site = `<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `</title><script>`
	w.items("lists & more", bad)
	w.page(2, "Words <script>alert(2)</script> of it.", store.Quote{Kind: "key", Text: "<script>alert(2)</script>", Start: 6, Speaker: "<b>Ann</b>"})
	must(t, w.desk.Store.FailPage(t.Context(), 1, "<script>alert(3)</script>", time.Time{}, false))
	for _, path := range []string{"/", "/?q=%3Cscript%3E", "/story/1", "/story/2", "/wires", "/add?url=%22%3E%3Cscript%3E&title=%3Cscript%3Ealert(1)", "/issue", "/?did=%3Cscript%3E"} {
		page := w.get(path)
		if strings.Contains(page, "<script>") || strings.Contains(page, "<img") || strings.Contains(page, "<b>") {
			t.Errorf("%s holds foreign markup:\n%s", path, page)
		}
		for rest := page; ; {
			_, after, ok := strings.Cut(rest, `target="_blank"`)
			if !ok {
				break
			}
			if tag, _, _ := strings.Cut(after, ">"); !strings.Contains(tag, `rel="noopener noreferrer"`) {
				t.Errorf("%s: a link that opens elsewhere lacks rel: %s", path, tag)
			}
			rest = after
		}
	}
	if page := w.get("/"); !strings.Contains(page, "&lt;script&gt;alert(1)&lt;/script&gt;") {
		t.Errorf("the title is not shown:\n%s", page)
	}
}

func TestTheSecretIsGivenOnceAndKeptFromScripts(t *testing.T) {
	w := begin(t, "127.0.0.1", 0)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url, nil)
	must(t, err)
	res, err := client.Do(r)
	must(t, err)
	defer res.Body.Close()
	cookies := res.Cookies()
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/" || len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteStrictMode {
		t.Errorf("%d to %q with %v", res.StatusCode, res.Header.Get("Location"), cookies)
	}
	secret := between(w.url, "secret=", "&")
	for _, path := range []string{"/", "/add", "/wires", "/issue"} {
		if strings.Contains(w.get(path), secret) {
			t.Errorf("%s holds the secret", path)
		}
	}
}

func TestMetricsNameNothing(t *testing.T) {
	w := begin(t, "127.0.0.1", 3)
	text := w.get("/metrics")
	for _, want := range []string{`wiredesk_candidates{state="queued"} 3`, `wiredesk_polls_total{outcome="failed"} 0`, "wiredesk_harvest_seconds_count 0", `wiredesk_requests_total{outcome="ok"}`} {
		if !strings.Contains(text, want) {
			t.Errorf("metrics lack %s:\n%s", want, text)
		}
	}
	for _, leak := range []string{"example", "News", "wire\"", "lists"} {
		if strings.Contains(text, leak) {
			t.Errorf("metrics name %s", leak)
		}
	}
}

func TestOnlyLoopbackIsListenedAt(t *testing.T) {
	for _, bad := range []string{"0.0.0.0:8137", ":8137", "192.168.1.2:8137", "[::]:8137", "desk.example:8137", "8137", "[fe80::1%eth0]:8137"} {
		if err := web.CheckAddress(bad); err == nil || bad != "8137" && !strings.Contains(err.Error(), "ssh -L 8137:127.0.0.1:8137") {
			t.Errorf("%s: %v", bad, err)
		}
		if ln, err := web.Listen(t.Context(), bad); err == nil {
			ln.Close()
			t.Errorf("%s was opened", bad)
		}
	}
	for _, good := range []string{"127.0.0.1:8137", "localhost:8137", "[::1]:8137", "127.0.0.2:0"} {
		if err := web.CheckAddress(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	ln, err := web.Listen(t.Context(), "127.0.0.1:0")
	must(t, err)
	defer ln.Close()
	if _, err := web.Listen(t.Context(), ln.Addr().String()); err == nil || !strings.Contains(err.Error(), "the port is taken") {
		t.Errorf("a port that is taken: %v", err)
	}
}

// TestARequestUnderWayIsFinished stops the server while it answers.
func TestARequestUnderWayIsFinished(t *testing.T) {
	w := begin(t, "127.0.0.1", 1)
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.base, "http://"))
	must(t, err)
	defer conn.Close()
	u, err := url.Parse(w.base)
	must(t, err)
	body := url.Values{"do": {"accepted s1"}}.Encode()
	fmt.Fprintf(conn, "POST /decide HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n",
		u.Host, w.client.Jar.Cookies(u)[0], len(body))
	in := bufio.NewReader(conn)
	if line, err := in.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") { // it is being handled
		t.Fatalf("%q, %v", line, err)
	}
	stopped := make(chan struct{})
	go func() { w.stop(); close(stopped) }()
	for { // no new connections are taken
		c, err := net.Dial("tcp", u.Host)
		if err != nil {
			break
		}
		c.Close()
	}
	fmt.Fprint(conn, body)
	rest, err := io.ReadAll(in)
	must(t, err)
	if !strings.Contains(string(rest), "303 See Other") {
		t.Errorf("answer %q", rest)
	}
	<-stopped
	if got := w.states(); got != "accepted" {
		t.Error(got)
	}
}

package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"wiredesk/harvest/fetch"
)

func TestAnswerIsTakenWholeWithItsValidators(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml; charset=koi8-r")
		w.Header().Set("ETag", `"1"`)
		w.Header().Set("Last-Modified", "Wed, 18 Nov 2026 09:00:00 GMT")
		w.Header().Set("Cache-Control", "public, max-age=600")
		io.WriteString(w, "the body")
	})
	res := get(t, client(t, fetch.Config{}), fetch.Request{URL: url + "/feed"})
	if string(res.Body) != "the body" || res.Size != 8 || res.Status != 200 || res.NotModified || res.URL != url+"/feed" || res.Moved != "" {
		t.Errorf("%+v", res)
	}
	if res.ContentType != "text/xml; charset=koi8-r" || res.MaxAge != 10*time.Minute {
		t.Errorf("%+v", res)
	}
	if res.ETag != `"1"` || res.LastModified != "Wed, 18 Nov 2026 09:00:00 GMT" {
		t.Errorf("validators %q, %q", res.ETag, res.LastModified)
	}
}

func TestValidatorsComeBackByteForByte(t *testing.T) {
	for _, c := range []struct {
		name, etag, modified string
		kept                 bool
	}{
		{"strong", `"abc"`, "Wed, 18 Nov 2026 09:00:00 GMT", true},
		{"weak", `W/"abc"`, "", true},
		{"bare", `abc`, "", true},
		{"odd spelling", `W/abc "d,e"--gzip`, "yesterday, about 10", true},
		{"beyond ASCII", "\"\xfc\"", "", true},
		{"1 KiB", strings.Repeat("e", 1024), "", true},
		{"tag over 1 KiB", strings.Repeat("e", 1025), "", false},
		{"date over 1 KiB", "", strings.Repeat("m", 1025), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			url := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("ETag", c.etag)
				w.Header().Set("Last-Modified", c.modified)
				if r.Header.Get("If-None-Match") == c.etag && r.Header.Get("If-Modified-Since") == c.modified {
					w.WriteHeader(http.StatusNotModified)
				}
			})
			cl := client(t, fetch.Config{})
			res := get(t, cl, fetch.Request{URL: url})
			if got := res.ETag == c.etag && res.LastModified == c.modified; got != c.kept {
				t.Fatalf("validators %.40q, %.40q; kept %v, want %v", res.ETag, res.LastModified, got, c.kept)
			}
			// What an old database may hold is asked with too, unless it is too long.
			res = get(t, cl, fetch.Request{URL: url, ETag: c.etag, LastModified: c.modified})
			if res.NotModified != c.kept || c.kept && (res.Status != 304 || res.Body != nil) {
				t.Errorf("%+v", res)
			}
		})
	}
}

func TestFirstRequestIsUnconditional(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header["If-None-Match"] != nil || r.Header["If-Modified-Since"] != nil {
			t.Errorf("asked with %v", r.Header)
		}
		w.WriteHeader(http.StatusNotModified)
	})
	e := refused(t, client(t, fetch.Config{}), fetch.Request{URL: url}, "fetch", "304", "asked for everything")
	if e.Status != 304 || e.Final {
		t.Errorf("%+v", e)
	}
}

func zipped(t testing.TB, text []byte) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// flipped returns a copy with one bit changed; i counts from the end where it is negative.
func flipped(b []byte, i int) []byte {
	b = bytes.Clone(b)
	b[(i+len(b))%len(b)] ^= 0x10
	return b
}

func TestContentCodings(t *testing.T) {
	text := []byte(strings.Repeat("some words of a feed ", 200))
	whole := zipped(t, text)
	bomb := zipped(t, make([]byte, 4*limit))
	if len(bomb) > 16<<10 {
		t.Fatalf("%d bytes are no bomb", len(bomb))
	}
	for _, c := range []struct {
		name, coding string
		body         []byte
		stage, words string // empty: it is taken
	}{
		{"plain", "", text, "", ""},
		{"identity", "identity", text, "", ""},
		{"gzip", "gzip", whole, "", ""},
		{"gzip in capitals", "GZIP", whole, "", ""},
		{"gzip by its old name", "x-gzip", whole, "", ""},
		{"gzip in two files", "gzip", append(zipped(t, text[:100]), zipped(t, text[100:])...), "", ""},
		{"something behind it", "gzip", append(bytes.Clone(whole), "\x00\x00 padding"...), "", ""},
		{"one byte behind it", "gzip", append(bytes.Clone(whole), 0x1f), "", ""},
		{"what only begins like a second file", "gzip", append(bytes.Clone(whole), "\x1f\x8b\x00 no gzip at all"...), "", ""},
		{"second file cut off", "gzip", append(zipped(t, text[:100]), whole[:40]...), "decode", "damaged or cut off"},
		{"second file damaged", "gzip", append(zipped(t, text[:100]), flipped(whole, 12)...), "decode", "damaged or cut off"},
		{"cut off", "gzip", whole[:len(whole)/2], "decode", "damaged or cut off"},
		{"cut off in its header", "gzip", whole[:5], "decode", "damaged or cut off"},
		{"cut off before its checksum", "gzip", whole[:len(whole)-8], "decode", "damaged or cut off"},
		{"nothing", "gzip", nil, "decode", "damaged or cut off"},
		{"no gzip at all", "gzip", text, "decode", "damaged or cut off"},
		{"wrong checksum", "gzip", flipped(whole, -6), "decode", "damaged or cut off"},
		{"wrong length", "gzip", flipped(whole, -1), "decode", "damaged or cut off"},
		{"damaged data", "gzip", flipped(whole, 12), "decode", "damaged or cut off"},
		{"bomb", "gzip", bomb, "fetch", "longer than the limit of 1 MiB"},
		{"brotli", "br", text, "decode", `"br", which was not asked for`},
		{"deflate", "deflate", text, "decode", `"deflate", which was not asked for`},
		{"zstd", "zstd", text, "decode", `"zstd", which was not asked for`},
		{"gzip twice", "gzip, gzip", zipped(t, whole), "decode", "which was not asked for"},
	} {
		t.Run(c.name, func(t *testing.T) {
			url := serve(t, func(w http.ResponseWriter, r *http.Request) {
				if got := r.Header.Get("Accept-Encoding"); got != "gzip" {
					t.Errorf("asked for %q", got)
				}
				w.Header().Set("ETag", `"1"`)
				w.Header().Set("Content-Length", fmt.Sprint(len(c.body)))
				if c.coding != "" {
					w.Header().Set("Content-Encoding", c.coding)
				}
				w.Write(c.body)
			})
			cl := client(t, fetch.Config{})
			if c.stage != "" {
				if e := refused(t, cl, fetch.Request{URL: url}, c.stage, c.words); e.Status != 200 {
					t.Errorf("status %d", e.Status)
				}
				return
			}
			res := get(t, cl, fetch.Request{URL: url})
			if !bytes.Equal(res.Body, text) || res.Size != int64(len(c.body)) {
				t.Errorf("%d bytes, %d on the wire", len(res.Body), res.Size)
			}
		})
	}
}

func TestBodyOverItsLimitIsRefused(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/exact":
			w.Write(make([]byte, limit))
		case "/stated":
			w.Header().Set("Content-Length", fmt.Sprint(limit+1))
			w.(http.Flusher).Flush() // and not one byte of it
			<-r.Context().Done()
		case "/endless":
			for b := make([]byte, 32<<10); ; {
				if _, err := w.Write(b); err != nil {
					return
				}
			}
		}
	})
	cl := client(t, fetch.Config{})
	if res := get(t, cl, fetch.Request{URL: url + "/exact"}); len(res.Body) != limit {
		t.Errorf("%d bytes", len(res.Body))
	}
	for _, path := range []string{"/stated", "/endless"} {
		refused(t, cl, fetch.Request{URL: url + path}, "fetch", "longer than the limit of 1 MiB")
	}
}

func TestBaseOfRelativeLinks(t *testing.T) {
	for _, c := range []struct{ location, want string }{
		{"", "{url}/feed"},
		{"/news/", "{url}/news/"},
		{"archive/1", "{url}/archive/1"},
		{"https://cdn.example/a", "https://cdn.example/a"},
		{"javascript:alert(1)", "{url}/feed"},
		{"http://[::1", "{url}/feed"},
	} {
		url := serve(t, func(w http.ResponseWriter, r *http.Request) { w.Header().Set("Content-Location", c.location) })
		res := get(t, client(t, fetch.Config{}), fetch.Request{URL: url + "/feed"})
		if want := strings.ReplaceAll(c.want, "{url}", url); res.Base != want || res.URL != url+"/feed" {
			t.Errorf("Content-Location %q: base %q, want %q", c.location, res.Base, want)
		}
	}
}

func TestOneDeadlineHoldsForTheWholeAnswer(t *testing.T) {
	drip := func(c net.Conn, head, drop string) {
		io.WriteString(c, head)
		for tick := time.NewTicker(5 * time.Millisecond); ; <-tick.C {
			if _, err := io.WriteString(c, drop); err != nil {
				return
			}
		}
	}
	for name, answer := range map[string]func(net.Conn){
		"silence":          func(c net.Conn) { io.Copy(io.Discard, c) },
		"dripping headers": func(c net.Conn) { drip(c, "HTTP/1.1 200 OK\r\n", "X: y\r\n") },
		"dripping body":    func(c net.Conn) { drip(c, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", "x") },
		"endless body":     func(c net.Conn) { drip(c, "HTTP/1.1 200 OK\r\n\r\n", "x") },
		"hanging body":     func(c net.Conn) { says("HTTP/1.1 200 OK\r\n\r\nx")(c); io.Copy(io.Discard, c) },
		"dripping gzip": func(c net.Conn) {
			drip(c, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x10\x00\x00\x00\x00\x00\x00", "x")
		},
		"endless redirects": func(c net.Conn) { <-time.After(soon / 4); says("HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n")(c) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cl := client(t, fetch.Config{Timeout: soon})
			begin := time.Now()
			e := refused(t, cl, fetch.Request{URL: raw(t, answer)}, "fetch", "no whole answer", "within 200ms")
			if took := time.Since(begin); took < soon/2 || took > never/2 {
				t.Errorf("took %s", took)
			}
			if e.Final || !e.Retry.IsZero() {
				t.Errorf("%+v", e)
			}
		})
	}
}

func TestEndOfTheRunIsNotTheHostsFault(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		stop()
		<-r.Context().Done()
	})
	_, err := client(t, fetch.Config{}).Get(ctx, fetch.Request{URL: url, Limit: limit})
	if err != ctx.Err() {
		t.Errorf("got %v, want %v", err, ctx.Err())
	}
}

func TestBrokenAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(net.Conn)
		words  string
	}{
		"flood of headers": {func(c net.Conn) {
			says("HTTP/1.1 200 OK\r\n")(c)
			for range 200 {
				says("X-Flood: " + strings.Repeat("x", 1000) + "\r\n")(c)
			}
			says("\r\n")(c)
		}, "headers longer than the limit of 64 KiB"},
		"flood of hints":   {says(strings.Repeat("HTTP/1.1 103 Early Hints\r\nX: "+strings.Repeat("x", 1000)+"\r\n\r\n", 100)), ""},
		"reset":            {func(c net.Conn) { c.(*net.TCPConn).SetLinger(0) }, "broke the"},
		"nothing":          {func(net.Conn) {}, "broke the answer off"},
		"short body":       {says("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort"), "broke the answer off before its end"},
		"open chunks":      {says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n"), "broke the answer off before its end"},
		"broken chunks":    {says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"), "chunk"},
		"another protocol": {says("SSH-2.0-OpenSSH_9.9\r\n"), "does not answer in HTTP"},
		"control in ETag":  {says("HTTP/1.1 200 OK\r\nETag: \"\x01\"\r\nContent-Length: 0\r\n\r\n"), "does not answer in HTTP"},
		"two lengths":      {says("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			refused(t, client(t, fetch.Config{}), fetch.Request{URL: raw(t, c.answer)}, "fetch", c.words)
		})
	}
}

func TestDeadHost(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	refused(t, client(t, fetch.Config{}), fetch.Request{URL: "http://" + addr + "/"}, "fetch", addr+" refuses connections")
}

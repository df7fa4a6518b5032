package harvest_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// playing makes an answer of a handler that plays the same at each poll.
func playing(h http.HandlerFunc) func(http.ResponseWriter, *http.Request, int) {
	return func(w http.ResponseWriter, r *http.Request, _ int) { h(w, r) }
}

// feedText answers with a text as a feed. {host} in it is the host that is asked.
func feedText(body string) func(http.ResponseWriter, *http.Request, int) {
	return playing(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		io.WriteString(w, strings.ReplaceAll(body, "{host}", r.Host))
	})
}

// inTurn answers with one text after the other, the last again and again.
func inTurn(bodies ...string) func(http.ResponseWriter, *http.Request, int) {
	return func(w http.ResponseWriter, r *http.Request, n int) { feedText(bodies[min(n, len(bodies))-1])(w, r, n) }
}

// withHead answers with a text as a feed, and with headers given as name, value, …
func withHead(body string, headers ...string) func(http.ResponseWriter, *http.Request, int) {
	return playing(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		for i := 0; i+1 < len(headers); i += 2 {
			w.Header()[headers[i]] = append(w.Header()[headers[i]], headers[i+1])
		}
		io.WriteString(w, body)
	})
}

// raw takes the connection over and plays below HTTP.
func raw(play func(net.Conn)) func(http.ResponseWriter, *http.Request, int) {
	return playing(func(w http.ResponseWriter, _ *http.Request) {
		c, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		defer c.Close()
		play(c)
	})
}

// sends plays bytes.
func sends(s string) func(net.Conn) { return func(c net.Conn) { io.WriteString(c, s) } }

// stays plays bytes and then nothing, until the other side gives up.
func stays(s string) func(net.Conn) {
	return func(c net.Conn) {
		io.WriteString(c, s)
		io.Copy(io.Discard, c)
	}
}

// drips plays bytes, and then a drop again and again, slowly.
func drips(s, drop string) func(net.Conn) {
	return func(c net.Conn) {
		io.WriteString(c, s)
		for tick := time.NewTicker(10 * time.Millisecond); ; <-tick.C {
			if _, err := io.WriteString(c, drop); err != nil {
				return
			}
		}
	}
}

// floods plays bytes, and then others as fast as they are taken, up to 10 GiB.
func floods(s, drop string) func(net.Conn) {
	return func(c net.Conn) { pour(c, s, drop, 10<<30) }
}

// pour writes bytes, and then others again and again, so many in all.
func pour(w io.Writer, s, drop string, size int) {
	io.WriteString(w, s)
	many := []byte(strings.Repeat(drop, 1+64<<10/len(drop)))
	for sent := 0; sent < size; sent += len(many) {
		if _, err := w.Write(many); err != nil {
			return
		}
	}
}

// resets plays bytes and then breaks the connection so that the other side is told.
func resets(s string) func(net.Conn) {
	return func(c net.Conn) {
		io.WriteString(c, s)
		if t, ok := c.(*net.TCPConn); ok {
			t.SetLinger(0)
		}
	}
}

// tenGiB is a gzip bomb: ten GiB of blanks that begin like a feed. Ten MB of it are made of one
// piece again and again, since packing so much would take longer than the test may.
var tenGiB = sync.OnceValue(func() string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, `<rss version="2.0"><channel><title>`)
	blanks := bytes.Repeat([]byte(" "), 1<<20)
	z.Write(blanks)
	z.Flush()
	head := b.Len()
	z.Write(blanks)
	z.Flush()
	return b.String() + strings.Repeat(b.String()[head:], 10<<10)
})

// tenGiBTwice is the bomb, packed once more.
var tenGiBTwice = sync.OnceValue(func() string { return zip(tenGiB()) })

func zip(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	io.WriteString(z, s)
	z.Close()
	return b.String()
}

// twoItems is a feed that is fine.
var twoItems = feedOf(itemOf("three", "A third item about arm64"), itemOf("four", "A fourth item"))

const (
	deadline = "no whole answer from {host} within"
	okHead   = "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\n"
)

// httpFaults are those of the connection, of the framing of answers, and of their codings.
func httpFaults() []fault {
	long := fmt.Sprintf("Content-Length: %d\r\n\r\n", len(twoItems))
	chunked := okHead + "Transfer-Encoding: chunked\r\n\r\n"
	chunk := func(s string) string { return fmt.Sprintf("%x\r\n%s\r\n", len(s), s) }
	zipped := zip(twoItems)
	coded := func(coding, body string) func(http.ResponseWriter, *http.Request, int) {
		return withHead(body, "Content-Encoding", coding, "Etag", `"of a fault"`)
	}
	const gz = okHead + "Content-Encoding: gzip\r\n\r\n"
	all := []fault{
		{name: "hangs at once", slow: true, answer: raw(stays("")), words: deadline},
		{name: "hangs in the status line", slow: true, answer: raw(stays("HTTP/1.1 2")), words: deadline},
		{name: "hangs in the headers", slow: true, answer: raw(stays(okHead)), words: deadline},
		{name: "hangs before the body", slow: true, answer: raw(stays(okHead + long)), words: deadline},
		{name: "hangs in the body", slow: true, answer: raw(stays(okHead + long + twoItems[:100])), words: deadline},
		{name: "hangs in gzip", slow: true, answer: raw(stays(gz + zipped[:40])), words: deadline},
		{name: "hangs before its last chunk", slow: true, answer: raw(stays(chunked + chunk(twoItems))), words: deadline},
		{name: "drips the headers", slow: true, answer: raw(drips("HTTP/1.1 200 OK\r\n", "X: y\r\n")), words: deadline},
		{name: "drips one header", slow: true, answer: raw(drips("HTTP/1.1 200 OK\r\nX: ", "y")), words: deadline},
		{name: "drips the body", slow: true, answer: raw(drips(okHead+"\r\n<rss>", " ")), words: deadline},
		{name: "drips chunks", slow: true, answer: raw(drips(chunked, chunk(" "))), words: deadline},
		{name: "drips gzip", slow: true, answer: raw(drips(gz+"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x00", "\x00\x01\x00\xfe\xff ")), words: deadline},
		{name: "drips hints", slow: true, answer: raw(drips("", "HTTP/1.1 103 Early Hints\r\n\r\n")), words: "{host}"},
		{name: "resets at once", answer: raw(resets("")), words: "broke the"},
		{name: "resets after the headers", answer: raw(resets(okHead + long)), words: "broke the"},
		{name: "resets in the body", answer: raw(resets(okHead + long + twoItems[:100])), words: "broke the"},
		{name: "closes at once", answer: raw(sends("")), words: "broke the answer off"},
		{name: "closes in the headers", answer: raw(sends(okHead)), words: "broke the answer off"},
		{name: "ends before its stated length", answer: raw(sends(okHead + long + twoItems[:100])), words: "broke the answer off before its end"},
		{name: "ends without a last chunk", answer: raw(sends(chunked + chunk(twoItems))), words: "broke the answer off before its end"},
		{name: "chunk of a wrong size", answer: raw(sends(chunked + "5\r\n" + twoItems)), words: "chunk"},
		{name: "chunk of no size", answer: raw(sends(chunked + "zz\r\n")), words: "chunk"},
		{name: "longer than its stated length", stage: "parse", answer: raw(sends(okHead + "Content-Length: 100\r\n\r\n" + twoItems)), words: "breaks off before its end"},
		{name: "states ten GiB", answer: raw(stays(okHead + "Content-Length: 10737418240\r\n\r\n")), words: "longer than the limit of 10 MiB"},
		{name: "states less than nothing", answer: raw(sends(okHead + "Content-Length: -1\r\n\r\n" + twoItems)), words: "does not answer in HTTP"},
		{name: "states two lengths", answer: raw(sends(okHead + "Content-Length: 5\r\n" + long + twoItems)), words: "does not answer in HTTP"},
		{name: "states a length of words", answer: raw(sends(okHead + "Content-Length: \x1b[31mmany\r\n\r\n" + twoItems)), words: "does not answer in HTTP"},
		{name: "chunks and a length", stage: "none", answer: raw(sends(okHead + "Content-Length: 7\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(twoItems) + "0\r\n\r\n")), fresh: [3]int{2}},
		{name: "endless body", answer: raw(floods(okHead+"\r\n", "<rss version='2.0'><channel><title> and so on ")), words: "longer than the limit of 10 MiB"},
		{name: "endless chunks", answer: raw(floods(chunked, chunk(strings.Repeat("on and on ", 100)))), words: "longer than the limit of 10 MiB"},
		{name: "endless headers", answer: raw(floods("HTTP/1.1 200 OK\r\n", "X-Flood: on and on\r\n")), words: "headers longer than the limit of 64 KiB"},
		{name: "endless header", answer: raw(floods("HTTP/1.1 200 OK\r\nX-Flood: ", "on and on ")), words: "headers longer than the limit of 64 KiB"},
		{name: "endless status line", answer: raw(floods("HTTP/1.1 200 O", "K")), words: "headers longer than the limit of 64 KiB"},
		{name: "endless trailers", answer: raw(floods(chunked+chunk(twoItems)+"0\r\n", "X: y\r\n")), words: "{host}"},
		{name: "endless chunk extension", answer: raw(floods(chunked+"5;", "x=y;")), words: "{host}"},
		{name: "flood of hints", answer: raw(floods("", "HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload; as=style\r\n\r\n")), words: "{host}"},
		{name: "another protocol", answer: raw(sends("220 mail.example ESMTP \x1b[31mready\r\n")), words: "does not answer in HTTP"},
		{name: "no headers at all", answer: raw(sends(twoItems)), words: "does not answer in HTTP"},
		{name: "controls in the status", answer: raw(sends("HTTP/1.1 500 \x1b]0;owned\x07\u009b31m\r\nContent-Length: 0\r\n\r\n")), words: "answers 500"},
		{name: "controls in a header", answer: raw(sends(okHead + "ETag: \"\x01\x1b[31m\"\r\n" + long + twoItems)), words: "does not answer in HTTP"},

		{name: "gzip bomb of ten GiB", answer: coded("gzip", tenGiB()), words: "longer than the limit of 10 MiB"},
		{name: "gz file of ten GiB", answer: withHead(tenGiB()), words: "longer than the limit of 10 MiB"},
		{name: "gz file of ten GiB within gzip", answer: coded("gzip", tenGiBTwice()), words: "longer than the limit of 10 MiB"},
		{name: "gz file of 40 MiB", answer: withHead(zip(strings.Repeat("<a>", 40<<20/3))), words: "longer than the limit of 10 MiB"},
		{name: "plain text called gzip", stage: "decode", answer: coded("gzip", twoItems), words: "gzip coding is damaged or cut off"},
		{name: "gzip cut off", stage: "decode", answer: coded("gzip", zipped[:len(zipped)/2]), words: "damaged or cut off"},
		{name: "gzip without its checksum", stage: "decode", answer: coded("gzip", zipped[:len(zipped)-8]), words: "damaged or cut off"},
		{name: "gzip with a wrong checksum", stage: "decode", answer: coded("gzip", zipped[:len(zipped)-8]+"\x00\x01\x02\x03"+zipped[len(zipped)-4:]), words: "damaged or cut off"},
		{name: "empty gzip", stage: "decode", answer: coded("gzip", ""), words: "damaged or cut off"},
		{name: "gzip of nothing", stage: "parse", answer: coded("gzip", zip("")), words: "an empty document"},
		{name: "gzip with something behind it", stage: "none", answer: coded("gzip", zipped+"\x00\x00 padding"), fresh: [3]int{2}},
		{name: "gzip in two parts", stage: "none", answer: coded("gzip", zip(twoItems[:150])+zip(twoItems[150:])), fresh: [3]int{2}},
		{name: "endless empty gzip files", slow: true, answer: raw(floods(gz, zip(""))), words: "{host}"},
		{name: "gzip twice", stage: "decode", answer: coded("gzip, gzip", zip(zipped)), words: "which was not asked for"},
		{name: "gzip that nobody speaks of", stage: "none", answer: withHead(zipped), fresh: [3]int{2}},
		{name: "brotli unasked", stage: "decode", answer: coded("br", "\x0b\x02\x80"), words: `"br", which was not asked for`},
		{name: "zstd unasked", stage: "decode", answer: coded("zstd", "\x28\xb5\x2f\xfd"), words: `"zstd", which was not asked for`},
		{name: "deflate unasked", stage: "decode", answer: coded("deflate", "\x78\x9c"), words: `"deflate", which was not asked for`},
		{name: "a coding of controls", stage: "decode", answer: coded("\u009b31m\u202e"+strings.Repeat("x", 9000), twoItems), words: "which was not asked for"},
	}
	for i := range all {
		f := &all[i]
		f.group, f.good = "http", true
		switch f.stage {
		case "":
			f.stage = "fetch"
		case "none":
			f.stage = ""
		}
	}
	return all
}

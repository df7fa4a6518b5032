package fetch_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"wiredesk/harvest/fetch"
)

// packed is a text as a server sends it that writes the time into its gzip header.
func packed(t testing.TB, text []byte, at time.Time) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.ModTime = at
	z.Write(text)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTheSameBytesAgainAreNotTaken(t *testing.T) {
	noise := make([]byte, 400<<10) // cannot be compressed
	random := rand.New(rand.NewPCG(1, 2))
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	for _, text := range [][]byte{[]byte("a short body"), bytes.Repeat([]byte("a line of a feed\n"), 10000), noise} {
		for _, coding := range []string{"", "gzip"} {
			t.Run(fmt.Sprint(len(text), coding), func(t *testing.T) {
				sent, asked := text, 0
				url := serve(t, func(w http.ResponseWriter, r *http.Request) {
					body := sent
					asked++
					if coding != "" {
						w.Header().Set("Content-Encoding", coding)
						body = packed(t, sent, time.Unix(int64(1e9+asked), 0))
					}
					if asked%2 == 0 { // without a Content-Length
						w.(http.Flusher).Flush()
					}
					w.Header().Set("ETag", fmt.Sprintf(`"%d"`, asked))
					w.Write(body)
				})
				cl := client(t, fetch.Config{})
				first := get(t, cl, fetch.Request{URL: url, Limit: fetch.FeedLimit})
				if !bytes.Equal(first.Body, text) || first.Hash == 0 || first.NotModified {
					t.Fatalf("%d bytes, hash %d, %v", len(first.Body), first.Hash, first.NotModified)
				}
				again := get(t, cl, fetch.Request{URL: url, Limit: fetch.FeedLimit, Hash: first.Hash})
				if !again.NotModified || again.Status != 200 || again.Hash != first.Hash || again.Size == 0 {
					t.Errorf("the same: not modified %v, status %d, hash %d, size %d", again.NotModified, again.Status, again.Hash, again.Size)
				}
				sent = append(bytes.Clone(text[:len(text)-1]), '!')
				if other := get(t, cl, fetch.Request{URL: url, Limit: fetch.FeedLimit, Hash: first.Hash}); other.NotModified || !bytes.Equal(other.Body, sent) {
					t.Errorf("another: not modified %v, %d bytes", other.NotModified, len(other.Body))
				}
			})
		}
	}
}

// The memory of a recycled body serves the next ones: they must be whole, whatever was in it.
func TestBodiesInRecycledMemory(t *testing.T) {
	sent := []byte{}
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(packed(t, sent, time.Unix(1, 0)))
	})
	cl := client(t, fetch.Config{})
	for n := range 40 {
		sent = bytes.Repeat([]byte{byte('a' + n%26)}, 1+n*7919%300000) // some too long to be kept
		res := get(t, cl, fetch.Request{URL: url, Limit: fetch.FeedLimit, Hold: true})
		if !bytes.Equal(res.Body, sent) {
			t.Fatalf("body %d is another: %d bytes, want %d", n, len(res.Body), len(sent))
		}
		if res.Recycle(); res.Body != nil {
			t.Fatal("a recycled body can still be read")
		}
	}
}

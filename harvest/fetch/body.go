package fetch

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"

	"wiredesk/store/hash"
	"wiredesk/store/plain"
)

// errLong is returned, with as much as the limit allows, for a body that is longer.
var errLong = errors.New("longer than its limit")

func tooLong(limit int64) *Error {
	size := fmt.Sprintf("%d MiB", limit>>20)
	if limit < 1<<20 {
		size = fmt.Sprintf("%d KiB", limit>>10)
	}
	return &Error{Stage: "fetch", Text: "longer than the limit of " + size, cause: errLong}
}

// counter counts and hashes the bytes on the wire.
type counter struct {
	r    io.Reader
	n    int64
	sum  *hash.Sum
	skip int // bytes that are not hashed
}

func newCounter(resp *http.Response) *counter {
	c := &counter{r: resp.Body, sum: hash.New()}
	if codingOf(resp.Header.Get("Content-Encoding")) == "gzip" {
		c.skip = 10 // some servers put the time of day there
	}
	return c
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	skip := min(c.skip, n)
	c.skip -= skip
	c.sum.Write(p[skip:n])
	return n, err
}

// body is an answer's body while it is read.
type body struct {
	limit  int64 // bytes, inflated
	stated int64 // bytes that the header states; -1: none
	packed int64 // bytes that the header states, of a body that is compressed
	grow   func(n int64) error
}

// unless reads a body, as inflate does, unless its bytes on the wire have a hash: then it reports
// so. What is short is taken in before it is inflated, and the same again is not inflated at all.
func (b *body) unless(known int64, wire *counter, coding string) (text []byte, again bool, err error) {
	ahead, kept := buffer(min(freeBody, b.limit+1, max(b.stated+1, 4<<10))), false
	defer func() {
		if !kept {
			recycle(ahead)
		}
	}()
	for err == nil && len(ahead) < freeBody && int64(len(ahead)) <= b.limit {
		if len(ahead) == cap(ahead) {
			more := append(buffer(min(2*int64(cap(ahead)), freeBody)), ahead...)
			recycle(ahead)
			ahead = more
		}
		var n int
		n, err = wire.Read(ahead[len(ahead):cap(ahead)])
		ahead = ahead[:len(ahead)+n]
	}
	var rest io.Reader = bytes.NewReader(ahead)
	switch {
	case err != nil && err != io.EOF && codingOf(coding) == "gzip":
		return nil, false, damaged(err)
	case err != nil && err != io.EOF:
		return nil, false, err
	case err == io.EOF && known != 0 && wire.sum.Value() == known:
		return nil, true, nil
	case err == io.EOF && codingOf(coding) == "" && int64(len(ahead)) <= b.limit:
		kept = true
		return ahead, false, nil
	case err == nil:
		rest = io.MultiReader(rest, wire)
	}
	text, err = b.inflate(rest, coding)
	return text, err == nil && known != 0 && wire.sum.Value() == known, err
}

// codingOf is a content coding by its one name: "" for none, "gzip", or another, which was not
// asked for.
func codingOf(header string) string {
	switch coding := strings.ToLower(strings.TrimSpace(header)); coding {
	case "identity":
		return ""
	case "x-gzip":
		return "gzip"
	default:
		return coding
	}
}

// inflate reads a body in the one content coding that was offered. What comes behind a whole gzip
// file is passed over, as browsers do: some servers pad, or append a comment of their own.
func (b *body) inflate(r io.Reader, coding string) ([]byte, error) {
	switch codingOf(coding) {
	case "":
		return b.read(r)
	case "gzip":
		b.packed, b.stated = b.stated, -1
		m := inflaters.Get().(*members)
		defer func() {
			m.in.Reset(nil)
			inflaters.Put(m)
		}()
		m.in.Reset(r)
		if m.whole, _ = r.(*bytes.Reader); m.whole != nil {
			defer m.whole.Reset(nil)
		}
		if err := m.reset(); err != nil {
			return nil, damaged(err)
		}
		out, err := b.read(m)
		return out, damaged(err)
	}
	return nil, &Error{Stage: "decode", Text: fmt.Sprintf("sent in the content coding %q, which was not asked for", plain.Cut(plain.Line(coding), 40))}
}

// members reads the files that a gzip stream is made of, one after the other, up to something
// that is none.
type members struct {
	whole *bytes.Reader // the stream, where it lies in memory: read without a buffer, it takes a tenth less time
	in    *bufio.Reader // the stream otherwise
	z     *gzip.Reader
}

// inflaters are kept for the next body: each has tables and a window of some 40 KiB.
var inflaters = sync.Pool{New: func() any { return &members{nil, bufio.NewReader(nil), new(gzip.Reader)} }}

// reset begins with the next file.
func (m *members) reset() error {
	var from io.Reader = m.in
	if m.whole != nil {
		from = m.whole
	}
	err := m.z.Reset(from)
	m.z.Multistream(false)
	return err
}

// more reports that another file follows.
func (m *members) more() (bool, error) {
	if m.whole != nil {
		var next [2]byte
		n, _ := m.whole.ReadAt(next[:], m.whole.Size()-int64(m.whole.Len()))
		return bytes.Equal(next[:n], gzipMagic), nil
	}
	next, err := m.in.Peek(len(gzipMagic))
	if err == io.EOF {
		err = nil
	}
	return bytes.Equal(next, gzipMagic), err
}

func (m *members) Read(p []byte) (int, error) {
	for {
		n, err := m.z.Read(p)
		if err != io.EOF {
			return n, err
		}
		if n > 0 { // the end is told again
			return n, nil
		}
		more, err := m.more()
		if err != nil {
			return 0, err
		}
		if !more {
			return 0, io.EOF
		}
		if err := m.reset(); errors.Is(err, gzip.ErrHeader) {
			return 0, io.EOF
		} else if err != nil {
			return 0, err
		}
	}
}

var gzipMagic = []byte{0x1f, 0x8b}

// damaged names errors of the gzip layer; others pass.
func damaged(err error) error {
	if errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || err != nil && strings.HasPrefix(err.Error(), "flate: ") {
		return &Error{Stage: "decode", Text: "its gzip coding is damaged or cut off", cause: err}
	}
	return err
}

// buffers is memory for bodies that need no room (see room.go): most of what a harvest would else
// leave to the garbage collector.
var buffers sync.Pool

// buffer returns an empty slice with a capacity of n or more.
func buffer(n int64) []byte {
	if n <= freeBody {
		if b, _ := buffers.Get().(*[]byte); b != nil && int64(cap(*b)) >= n {
			return (*b)[:0]
		}
	}
	return make([]byte, 0, n)
}

// recycle gives memory to the next body.
func recycle(b []byte) {
	if 0 < cap(b) && cap(b) <= freeBody {
		buffers.Put(&b)
	}
}

// usualRatio is about how much longer a feed or page is than its gzip coding.
const usualRatio = 4

// read takes a body into memory of about its size, never much more: what a header states is
// believed only when so much has come that it may be true.
func (b *body) read(r io.Reader) ([]byte, error) {
	out := buffer(min(freeBody, b.limit+1, max(b.stated+1, usualRatio*b.packed, 4<<10)))
	for {
		if len(out) == cap(out) {
			size := min(2*int64(cap(out)), b.limit+1)
			if b.stated > int64(cap(out)) && cap(out) >= freeBody {
				size = min(b.stated, b.limit) + 1
			}
			if size > freeBody {
				if err := b.grow(size); err != nil {
					return nil, err
				}
			}
			longer := append(buffer(size), out...)
			recycle(out)
			out = longer
		}
		n, err := r.Read(out[len(out):cap(out)])
		out = out[:len(out)+n]
		switch {
		case int64(len(out)) > b.limit:
			return out[:b.limit], tooLong(b.limit)
		case err == io.EOF:
			return out, nil
		case err != nil:
			return nil, err
		}
	}
}

// Gunzip inflates a body that is itself a .gz file, under the limit; other bodies are returned
// as they are.
func Gunzip(packed []byte, limit int64) ([]byte, error) {
	if !bytes.HasPrefix(packed, gzipMagic) {
		return packed, nil
	}
	b := body{limit: limit, stated: -1, grow: func(int64) error { return nil }}
	out, err := b.inflate(bytes.NewReader(packed), "gzip")
	if err != nil {
		return nil, err
	}
	return out, nil
}

// mediaType is the type of a Content-Type header, in lower case, "" where there is none.
func mediaType(contentType string) string {
	t, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		t, _, _ = strings.Cut(contentType, ";")
	}
	return strings.ToLower(strings.TrimSpace(t))
}

package fetch

import (
	"context"
	"sync"
	"time"
)

// The memory for bodies, and why so much.
const (
	freeBody = 256 << 10       // bytes of each body that need no room: nearly all feeds and pages are shorter
	roomSize = 32 << 20        // bytes of all longer bodies together: parsers take two or three at a time
	roomWait = 2 * time.Minute // for room: the others have been read or parsed by then
)

// room is the memory that the long bodies of a client share. A body takes more of it as it grows.
// When it is full, bodies go on one at a time: the one whose turn it is grows up to its limit
// outside of the room and waits for nothing, so that it always ends.
type room struct {
	mu    sync.Mutex
	left  int64         // bytes
	turn  bool          // a body has the turn
	freed chan struct{} // closed when room or the turn is given back
}

func newRoom() *room { return &room{left: roomSize, freed: make(chan struct{})} }

// claim is what one body has of the room.
type claim struct {
	room *room
	size int64
	turn bool
}

// try claims size bytes in all, if that can be done at once; else the channel tells when to try
// again.
func (c *claim) try(size int64) (bool, <-chan struct{}) {
	r := c.room
	r.mu.Lock()
	defer r.mu.Unlock()
	switch {
	case c.turn:
	case size-c.size <= r.left:
		r.left -= size - c.size
		c.size = size
	case !r.turn:
		r.turn, c.turn = true, true
	default:
		return false, r.freed
	}
	return true, nil
}

// grow claims size bytes in all. Waiting for it is not the host's fault, so its time stands still.
func (c *claim) grow(ctx context.Context, clock *allowance, size int64) error {
	ok, again := c.try(size)
	if ok {
		return nil
	}
	clock.pause()
	defer clock.resume()
	enough := time.NewTimer(roomWait)
	defer enough.Stop()
	for !ok {
		select {
		case <-again:
		case <-ctx.Done():
			return ctx.Err()
		case <-enough.C:
			return &Error{Stage: "fetch", Text: "too many long answers came at once, and this one had to give way"}
		}
		ok, again = c.try(size)
	}
	return nil
}

// free gives everything back. It may be called twice.
func (c *claim) free() {
	r := c.room
	r.mu.Lock()
	defer r.mu.Unlock()
	if c.size == 0 && !c.turn {
		return
	}
	r.left += c.size
	if c.turn {
		r.turn = false
	}
	c.size, c.turn = 0, false
	close(r.freed)
	r.freed = make(chan struct{})
}

// allowance is the time that one answer may take, with redirects, robots.txt and body. It runs
// only while the host is at work.
type allowance struct {
	left  time.Duration
	since time.Time
	timer *time.Timer
}

// run lets the time run until stop is called; the context ends, by errDeadline, when it is over.
func (a *allowance) run(ctx context.Context) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	a.since = time.Now()
	a.timer = time.AfterFunc(a.left, func() { cancel(errDeadline) })
	return ctx, func() {
		a.pause()
		cancel(nil)
	}
}

func (a *allowance) pause() {
	a.timer.Stop()
	a.left -= time.Since(a.since)
}

func (a *allowance) resume() {
	a.since = time.Now()
	a.timer.Reset(max(a.left, 0))
}

package fetch_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"wiredesk/harvest/fetch"
)

func TestLongBodiesShareTheRoom(t *testing.T) {
	const long = 10 << 20
	body := make([]byte, long)
	for name, answer := range map[string]http.HandlerFunc{
		"of a stated length": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(long))
			w.Write(body)
		},
		"of no stated length": func(w http.ResponseWriter, r *http.Request) { w.Write(body) },
	} {
		t.Run(name, func(t *testing.T) {
			url := serve(t, answer)
			cl := client(t, fetch.Config{PerHost: 20})
			req := fetch.Request{URL: url, Limit: long, Hold: true}
			var held []*fetch.Response
			for range 4 { // three in the room, one whose turn it is
				held = append(held, get(t, cl, req))
			}
			get(t, cl, fetch.Request{URL: serve(t, func(w http.ResponseWriter, r *http.Request) { w.Write(body[:100<<10]) })}) // short ones need no room
			waits := func() chan error {
				done := make(chan error, 1)
				go func() {
					res, err := cl.Get(t.Context(), req)
					if err == nil && len(res.Body) != long {
						err = fmt.Errorf("%d bytes", len(res.Body))
					}
					if err == nil {
						res.Free()
						res.Free()
					}
					done <- err
				}()
				select {
				case err := <-done:
					t.Fatalf("there was room for another: %v", err)
				case <-time.After(soon):
				}
				return done
			}
			for _, i := range []int{0, 3} { // room is given back, or the turn
				done := waits()
				held[i].Free()
				if err := <-done; err != nil {
					t.Fatal(err)
				}
				held[i] = get(t, cl, req)
			}
			ctx, stop := context.WithCancel(t.Context())
			stop()
			if _, err := cl.Get(ctx, req); err != context.Canceled {
				t.Error(err)
			}
			for _, res := range held {
				res.Free()
			}
			for range 10 { // what is not held, or fails, takes no room for long
				get(t, cl, fetch.Request{URL: url, Limit: long})
				refused(t, cl, fetch.Request{URL: url, Limit: long - 1, Hold: true}, "fetch", "longer than the limit")
			}
		})
	}
}

func TestWaitingForRoomTakesNothingOffTheDeadline(t *testing.T) {
	t.Parallel()
	const long = 10 << 20
	url := serve(t, func(w http.ResponseWriter, r *http.Request) { w.Write(make([]byte, long)) })
	cl := client(t, fetch.Config{PerHost: 20, Timeout: 5 * soon})
	var held []*fetch.Response
	for range 4 {
		held = append(held, get(t, cl, fetch.Request{URL: url, Limit: long, Hold: true}))
	}
	time.AfterFunc(6*soon, held[0].Free)
	get(t, cl, fetch.Request{URL: url, Limit: long})
}

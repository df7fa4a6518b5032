package fetch_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"wiredesk/harvest/fetch"
)

var noon = time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)

func TestStatusesThatAreNoAnswer(t *testing.T) {
	for _, c := range []struct {
		status int
		words  string
		final  bool // asking again soon does not help
	}{
		{204, "answers 204: not the whole document", false},
		{206, "answers 206: not the whole document", false},
		{300, "answers 300 Multiple Choices", false},
		{400, "answers 400 Bad Request", true},
		{401, "answers 401 Unauthorized", true},
		{403, "answers 403 Forbidden", true},
		{404, "answers 404 Not Found", true},
		{408, "answers 408 Request Timeout", false},
		{410, "answers 410: it is gone for good", true},
		{425, "answers 425 Too Early", false},
		{429, "answers 429 Too Many Requests", false},
		{451, "answers 451", true},
		{500, "answers 500 Internal Server Error", false},
		{503, "answers 503 Service Unavailable", false},
		{599, "answers 599", false},
	} {
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"of an error"`)
			w.WriteHeader(c.status)
		})
		e := refused(t, client(t, fetch.Config{}), fetch.Request{URL: url}, "fetch", c.words)
		if e.Status != c.status || e.Final != c.final || !e.Retry.IsZero() || strings.TrimSpace(e.Text) != e.Text {
			t.Errorf("%d: %+v", c.status, e)
		}
	}
}

func TestChallengeForBrowsersIsNamed(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("cf-mitigated", "challenge")
		w.WriteHeader(http.StatusForbidden)
	})
	if e := refused(t, client(t, fetch.Config{}), fetch.Request{URL: url}, "fetch", "403 with a challenge for browsers"); e.Final {
		t.Error("a challenge may be gone tomorrow")
	}
}

func TestRetryAfterIsReadInBothForms(t *testing.T) {
	week := noon.Add(7 * 24 * time.Hour)
	for _, c := range []struct {
		header string
		want   time.Time // zero: it says nothing
	}{
		{"120", noon.Add(2 * time.Minute)},
		{" 120 ", noon.Add(2 * time.Minute)},
		{"Wed, 18 Nov 2026 13:00:00 GMT", noon.Add(time.Hour)},
		{"Wednesday, 18-Nov-26 13:00:00 GMT", noon.Add(time.Hour)},
		{"31536000", week},
		{"99999999999999999999999", week},
		{"Sun, 01 Jan 2099 00:00:00 GMT", week},
		{"", time.Time{}},
		{"0", time.Time{}},
		{"-5", time.Time{}},
		{"1.5", time.Time{}},
		{"soon", time.Time{}},
		{"Wed, 18 Nov 2026 11:00:00 GMT", time.Time{}},
	} {
		for _, status := range []int{429, 503} {
			url := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Retry-After", c.header)
				w.WriteHeader(status)
			})
			e := refused(t, client(t, fetch.Config{Now: func() time.Time { return noon }}), fetch.Request{URL: url}, "fetch", fmt.Sprint(status))
			if !e.Retry.Equal(c.want) {
				t.Errorf("%d, Retry-After %q: until %s, want %s", status, c.header, e.Retry, c.want)
			}
			if told := strings.Contains(e.Text, "left alone until "+c.want.Format(time.RFC3339)); told == c.want.IsZero() {
				t.Errorf("%d, Retry-After %q: %q", status, c.header, e)
			}
		}
	}
}

func TestHostThatAsksForItIsLeftAlone(t *testing.T) {
	var hits, clock atomic.Int64
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		if r.URL.Path == "/busy" {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
		}
	})
	cl := client(t, fetch.Config{
		Now:   func() time.Time { return noon.Add(time.Duration(clock.Load())) },
		Hosts: map[string]string{"busy.example": host(url), "other.example": host(url)},
	})
	refused(t, cl, fetch.Request{URL: "http://busy.example/busy"}, "fetch", "answers 429")
	for _, u := range []string{"http://busy.example/", "http://BUSY.Example/other", "https://busy.example/", "http://busy.example:8080/"} {
		e := refused(t, cl, fetch.Request{URL: u}, "fetch", "busy.example asked to be left alone until 2026-11-18T13:00:00Z")
		if e.Host != "busy.example" || !e.Retry.Equal(noon.Add(time.Hour)) || e.Status != 0 || e.Final {
			t.Errorf("%+v", e)
		}
	}
	if hits.Load() != 1 {
		t.Errorf("the host was asked %d times", hits.Load())
	}
	get(t, cl, fetch.Request{URL: "http://other.example/"})
	clock.Store(int64(time.Hour))
	get(t, cl, fetch.Request{URL: "http://busy.example/"})
}

func TestHostBehindARedirectIsTheOneToBeLeftAlone(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Host == "front.example" && r.URL.Path == "/moved" {
			http.Redirect(w, r, "http://back.example/", http.StatusFound)
		} else if r.Host == "back.example" {
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	cl := client(t, fetch.Config{Hosts: map[string]string{"front.example": host(url), "back.example": host(url)}})
	for range 2 { // asked, and not asked any more
		if e := refused(t, cl, fetch.Request{URL: "http://front.example/moved"}, "fetch"); e.Host != "back.example" || e.Retry.IsZero() {
			t.Errorf("%+v", e)
		}
	}
	get(t, cl, fetch.Request{URL: "http://front.example/"})
}

func TestWaitsOfAnEarlierRunHold(t *testing.T) {
	url := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the host was asked") })
	cl := client(t, fetch.Config{Now: func() time.Time { return noon }})
	cl.SetWaits(map[string]time.Time{"127.0.0.1": noon.Add(time.Second)})
	refused(t, cl, fetch.Request{URL: url}, "fetch", "127.0.0.1 asked to be left alone until 2026-11-18T12:00:01Z")
}

func TestMaxAge(t *testing.T) {
	for _, c := range []struct {
		control, expires string
		want             time.Duration
	}{
		{"max-age=60", "", time.Minute},
		{"Public, Max-Age=60", "", time.Minute},
		{`max-age="60"`, "", time.Minute},
		{"max-age=315360000", "", 7 * 24 * time.Hour},
		{"max-age=0", "Wed, 18 Nov 2026 13:00:00 GMT", 0},
		{"max-age=-1", "", 0},
		{"max-age=soon", "", 0},
		{"no-cache", "", 0},
		{"", "Wed, 18 Nov 2026 13:00:00 GMT", time.Hour},
		{"", "Sun, 01 Jan 2099 00:00:00 GMT", 7 * 24 * time.Hour},
		{"", "Wed, 18 Nov 2026 11:00:00 GMT", 0},
		{"", "0", 0},
	} {
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", c.control)
			w.Header().Set("Expires", c.expires)
		})
		if res := get(t, client(t, fetch.Config{Now: func() time.Time { return noon }}), fetch.Request{URL: url}); res.MaxAge != c.want {
			t.Errorf("Cache-Control %q, Expires %q: %s, want %s", c.control, c.expires, res.MaxAge, c.want)
		}
	}
}

func TestSpentAllowanceIsAWait(t *testing.T) {
	for _, c := range []struct {
		status    int
		remaining string
		reset     string
		want      time.Time
	}{
		{403, "0", fmt.Sprint(noon.Add(time.Minute).Unix()), noon.Add(time.Minute)},
		{429, "0", fmt.Sprint(noon.Add(time.Minute).Unix()), noon.Add(time.Minute)},
		{429, "0", "90", noon.Add(90 * time.Second)},
		{403, "12", fmt.Sprint(noon.Add(time.Minute).Unix()), time.Time{}},
		{403, "0", fmt.Sprint(noon.Add(-time.Minute).Unix()), time.Time{}},
		{403, "0", "soon", time.Time{}},
		{403, "", "90", time.Time{}},
	} {
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-RateLimit-Remaining", c.remaining)
			w.Header().Set("X-RateLimit-Reset", c.reset)
			w.WriteHeader(c.status)
		})
		e := refused(t, client(t, fetch.Config{Now: func() time.Time { return noon }}), fetch.Request{URL: url}, "fetch", fmt.Sprint(c.status))
		if !e.Retry.Equal(c.want) {
			t.Errorf("%d, %s left, reset %s: until %s, want %s", c.status, c.remaining, c.reset, e.Retry, c.want)
		}
	}
}

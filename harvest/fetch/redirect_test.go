package fetch_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"wiredesk/harvest/fetch"
)

// hops serves /301/302/end and the like: each part but the last is the status of one redirect.
func hops(w http.ResponseWriter, r *http.Request) {
	first, rest, more := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	status, err := strconv.Atoi(first)
	if err != nil || !more {
		fmt.Fprint(w, "the end")
		return
	}
	w.Header().Set("Location", "/"+rest+"?"+r.URL.RawQuery)
	w.WriteHeader(status)
}

func TestRedirectsAreFollowedAndPermanentMovesProposed(t *testing.T) {
	url := serve(t, hops)
	for _, c := range []struct {
		path  string
		moved bool
	}{
		{"/end", false},
		{"/301/end", true},
		{"/308/end", true},
		{"/301/308/301/end", true},
		{"/302/end", false},
		{"/303/end", false},
		{"/307/end", false},
		{"/301/302/end", false},
		{"/302/301/end", false},
		{"/301/301/301/301/301/end", true},
	} {
		res := get(t, client(t, fetch.Config{}), fetch.Request{URL: url + c.path + "?page=2"})
		want := url + "/end?page=2"
		if res.URL != want || (res.Moved == want) != c.moved || (res.Moved == "") == c.moved {
			t.Errorf("%s: at %s, moved to %q", c.path, res.URL, res.Moved)
		}
	}
}

func TestMoveIsProposedForAnUnchangedFeedToo(t *testing.T) {
	there := serve(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNotModified) })
	moving := serve(t, http.RedirectHandler(there+"/", http.StatusMovedPermanently).ServeHTTP)
	res := get(t, client(t, fetch.Config{}), fetch.Request{URL: moving, ETag: `"1"`})
	if !res.NotModified || res.Moved != there+"/" {
		t.Errorf("%+v", res)
	}
}

func TestRedirectsThatLeadNowhere(t *testing.T) {
	asked := 0
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		where := r.URL.Query().Get("to")
		if r.URL.Path == "/long" {
			where = "/" + strings.Repeat("x", 5000)
		}
		if where != "" {
			w.Header().Set("Location", where)
			w.WriteHeader(http.StatusFound)
			return
		}
		if r.URL.Path == "/silent" {
			w.WriteHeader(http.StatusMovedPermanently)
			return
		}
		hops(w, r)
	})
	for _, c := range []struct {
		path, words string
		asked       int
	}{
		{"/302/302/302/302/302/302/end", "more than 5 redirects", 6},
		{"/silent", "answers 301, a redirect, without saying where", 1},
		{"/?to=http://", "refused: ", 1},
		{"/?to=http://[::1", "refused: not a link", 1},
		{"/?to=http://a%20b.example/", "refused: not a link", 1},
		{"/?to=http://%255bbad/", "refused: not a", 1},
		{"/long", "refused: link is longer than 4096 bytes", 1},
		{"/?to=file:///etc/passwd", "only http and https", 1},
		{"/?to=FILE:///etc/passwd", "only http and https", 1},
		{"/?to=javascript:alert(1)", "only http and https", 1},
		{"/?to=data:text/xml,%3Crss/%3E", "only http and https", 1},
		{"/?to=ftp://127.0.0.1/", "only http and https", 1},
		{"/?to=gopher://127.0.0.1/", "only http and https", 1},
		{"/?to=feed:http://127.0.0.1/", "only http and https", 1},
	} {
		asked = 0
		e := refused(t, client(t, fetch.Config{}), fetch.Request{URL: url + c.path}, "fetch", c.words)
		if !e.Final || asked != c.asked {
			t.Errorf("%.60s: %d requests, %+v", c.path, asked, e)
		}
	}
}

func TestRedirectLoopEnds(t *testing.T) {
	asked := 0
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		http.Redirect(w, r, map[string]string{"/a": "/b", "/b": "/a"}[r.URL.Path], http.StatusMovedPermanently)
	})
	refused(t, client(t, fetch.Config{}), fetch.Request{URL: url + "/a"}, "fetch", "more than 5 redirects")
	if asked != 6 {
		t.Errorf("%d requests", asked)
	}
}

func TestOddLocationsAreFollowedAsBrowsersDo(t *testing.T) {
	for _, where := range []string{"end", "./end", "/x/../end", "//{host}/end", " http://{host}/end ", "http://u:p@{host}/end", "/end#part", "HTTP://{host}/end"} {
		url := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if r.Header["Authorization"] != nil {
				t.Error("the Location's user information was sent")
			}
			if r.URL.Path == "/end" {
				return
			}
			w.Header().Set("Location", strings.ReplaceAll(where, "{host}", r.Host))
			w.WriteHeader(http.StatusFound)
		})
		if res := get(t, client(t, fetch.Config{}), fetch.Request{URL: url}); res.URL != url+"/end" {
			t.Errorf("Location %q leads to %s", where, res.URL)
		}
	}
}

func TestLinksThatBrowsersForgiveAreSentEncoded(t *testing.T) {
	url := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.RequestURI {
		case "/a%20b?q=arm%2064", "/100%25":
			return
		case "/1":
			w.Header().Set("Location", "/a b?q=arm 64")
		case "/2":
			w.Header().Set("Location", "/100%")
		default:
			t.Errorf("asked for %s", r.RequestURI)
		}
		w.WriteHeader(http.StatusFound)
	})
	for _, path := range []string{"/a b?q=arm 64", "/100%", "/1", "/2"} {
		get(t, client(t, fetch.Config{}), fetch.Request{URL: url + path})
	}
}

func TestRedirectFromHTTPSDownToHTTPIsRefused(t *testing.T) {
	plain := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("the plain server was asked") })
	srv := httptest.NewTLSServer(http.RedirectHandler(plain, http.StatusMovedPermanently))
	defer srv.Close()
	e := refused(t, client(t, fetch.Config{RootCAs: trust(srv)}), fetch.Request{URL: srv.URL}, "fetch", "from https down to http")
	if !e.Final || e.Status != 301 {
		t.Errorf("%+v", e)
	}
}

func TestRedirectFromHTTPUpToHTTPSIsFollowed(t *testing.T) {
	srv := httptest.NewTLSServer(http.HandlerFunc(hops))
	defer srv.Close()
	plain := serve(t, http.RedirectHandler(srv.URL+"/end", http.StatusMovedPermanently).ServeHTTP)
	if res := get(t, client(t, fetch.Config{RootCAs: trust(srv)}), fetch.Request{URL: plain}); res.Moved != srv.URL+"/end" {
		t.Errorf("%+v", res)
	}
}

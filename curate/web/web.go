// Package web is the second screen: a small server on loopback through which the editor triages,
// writes and looks around in a browser. Its pages are plain forms that work without a script; the
// script adds the terminal's keys and updates in place.
//
//	ln, err := web.Listen(ctx, "127.0.0.1:8137")
//	srv := web.New(web.Config{Desk: desk, ...}, ln.Addr())
//	fmt.Println(srv.URL()) // holds the secret of this start
//	err = srv.Serve(ctx, ln)
//
// Like all of curate it asks nothing of the network: what needs it (a harvest, the page behind a
// link that is added) it gets as functions. guard.go says who may ask; every page after it is one
// file here and one template.
package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"wiredesk/curate"
	"wiredesk/curate/issue"
	"wiredesk/store"
)

// Config is what a Server works with. Its functions are called from many goroutines.
type Config struct {
	Desk    func() *curate.Desk // as feeds.yaml stands now
	Dir     string              // folder of feeds.yaml, where the issues' paths start
	Sources func() []string     // their names, in the order of feeds.yaml
	Wires   func(context.Context) ([]Wire, error)
	Add     func(context.Context, Link) (Added, error)
	// Harvest asks for a harvest now, and does not wait for it. False: one is under way.
	Harvest func() bool
}

// Wire is one source, as the page of Wires shows it.
type Wire struct {
	Name, Kind, URL string
	State           string // ok, new, quiet, failing, never worked, gone, disabled
	LastSuccess     time.Time
	Next            time.Time
	Failures        int
	Stage, Error    string // of the last poll
	Moved           string
	ItemsWeek       int
	AcceptedShare   *float64 // of the candidates that it showed; nil: it showed none
}

// Link is a link that the editor adds.
type Link struct {
	URL, Title string
	Via, By    string // credit, "Person, Org"; one of them
	Note       string
	Accept     bool
}

// Added is what became of a Link.
type Added struct {
	Candidate, Story int64
	Title            string
	New              bool   // it was not in the queue
	PageError        string // why its page could not be read; the link is kept
}

// Server serves the pages.
type Server struct {
	cfg     Config
	port    string
	host    string // as the URL names it
	hosts   map[string]bool
	secret  string
	start   int64 // undo goes back to here
	mux     *http.ServeMux
	metrics *metrics
	press   issue.Press // of the coming issue
	other   issue.Press // of another one that is looked at
}

// New returns a server that will be reached at an address.
func New(cfg Config, at net.Addr) *Server {
	host, port, _ := net.SplitHostPort(at.String()) // a listener's own address has both
	s := &Server{cfg: cfg, host: net.JoinHostPort(host, port), port: port, secret: rand.Text()}
	s.hosts = map[string]bool{s.host: true}
	for _, name := range []string{"localhost", "127.0.0.1", "::1"} {
		s.hosts[net.JoinHostPort(name, port)] = true
	}
	s.metrics = newMetrics(func(ctx context.Context) (map[store.State]int, error) { return cfg.Desk().Store.StateCounts(ctx) })
	s.mux = http.NewServeMux()
	s.routes(s.mux)
	return s
}

// routes are the pages and what their forms do. A route that changes something takes POST alone.
func (s *Server) routes(mux *http.ServeMux) {
	mux.HandleFunc("GET /{$}", s.desk)
	mux.HandleFunc("GET /assets/{name}", s.asset)
	mux.HandleFunc("GET /changes", s.changes)
	mux.HandleFunc("POST /decide", s.decide)
	mux.HandleFunc("POST /undo", s.undo)
	mux.HandleFunc("GET /story/{id}", s.story)
	mux.HandleFunc("POST /story/{id}", s.edit)
	mux.HandleFunc("POST /candidate/{id}", s.editCandidate)
	mux.HandleFunc("POST /candidate/{id}/quote", s.quote)
	mux.HandleFunc("GET /issue", s.issue)
	mux.HandleFunc("GET /issue/{week}", s.issue)
	mux.HandleFunc("POST /issue/{week}/draft", s.draft)
	mux.HandleFunc("POST /issue/{week}/move", s.move)
	mux.HandleFunc("GET /wires", s.wires)
	mux.HandleFunc("POST /harvest", s.harvest)
	mux.HandleFunc("POST /issue/{week}/fix", s.fix)
	mux.HandleFunc("GET /learned", s.learned)
	mux.HandleFunc("POST /learned", s.pin)
	mux.HandleFunc("GET /archive", s.archive)
	mux.HandleFunc("GET /archive/{week}", s.backIssue)
	mux.HandleFunc("GET /add", s.addForm)
	mux.HandleFunc("POST /add", s.add)
}

// URL is the address that lets a browser in. It holds the secret of this start.
func (s *Server) URL() string { return "http://" + s.host + "/?secret=" + s.secret }

// CheckAddress returns an error that the user can mend unless an address to listen at is on loopback:
// 127.0.0.1:8137, [::1]:8137, localhost:8137. It says how to reach the page from elsewhere.
func CheckAddress(address string) error {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("%q: write an address and a port, like 127.0.0.1:8137", address)
	}
	ip, err := netip.ParseAddr(host)
	if host != "localhost" && (err != nil || !ip.IsLoopback()) {
		return fmt.Errorf(`%q: the page is for this machine alone and listens on loopback only, like 127.0.0.1:%s.
To reach it from elsewhere, open a tunnel there, and browse there to the address that wiredesk serve prints here:
ssh -L %s:127.0.0.1:%s USER@THIS-MACHINE`, address, port, port, port)
	}
	return nil
}

// Listen opens an address that CheckAddress lets pass; port 0 takes a free one.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	if err := CheckAddress(address); err != nil {
		return nil, err
	}
	ln, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s: the port is taken; is another wiredesk serve running? Port 0 takes a free one", address)
	}
	return ln, err
}

// The limits of the server.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 10 * time.Second
	writeTimeout  = time.Minute // adding a link waits for its page
	idleTimeout   = time.Minute
	maxHeader     = 16 << 10
	maxBody       = 64 << 10
	graceTimeout  = 15 * time.Second // for requests that are under way at the end
)

// Serve answers until ctx ends, then finishes the requests that are under way.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	start, err := s.cfg.Desk().Store.LastAct(ctx)
	if err != nil {
		return err
	}
	s.start = start
	srv := &http.Server{
		Handler: s.handler(), ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
	}
	ended := make(chan error, 1)
	stop := context.AfterFunc(ctx, func() {
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), graceTimeout)
		defer cancel()
		ended <- srv.Shutdown(grace)
	})
	err = srv.Serve(ln)
	if !stop() {
		return errors.Join(<-ended, srv.Close())
	}
	return fmt.Errorf("the page: %w", err)
}

package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"wiredesk": scripted})
}

// TestScripts runs testdata/script/*.txtar, each a session at the command line in a folder of its
// own. Files below www/ are served at $WEB while the script runs; what they, and YAML files, say of
// {{WEB}}, {{DEAD}} (where nobody answers), {{NOW}}, {{AGO}} (two days) and {{OLD}} (two months) is
// filled in. The web command makes a path misbehave.
//
// Files below hosts/ are the web at large, by host and path, queries left aside.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			w := &scriptWeb{root: filepath.Join(env.WorkDir, "www"), odd: map[string]string{}, hits: map[string]chan struct{}{}}
			w.server = httptest.NewServer(w)
			env.Defer(w.server.Close)
			dead := httptest.NewServer(nil)
			w.dead = dead.URL
			dead.Close()
			env.Setenv("WEB", w.server.URL)
			env.Setenv("WEBADDR", w.server.Listener.Addr().String())
			env.Setenv("NO_COLOR", "1")
			env.Setenv("GORACE", "atexit_sleep_ms=0") // else every command takes a second under -race
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("USER", "ed")
			env.Values["web"] = w
			if err := serveHosts(env, w); err != nil {
				return err
			}
			if err := w.rename(env.WorkDir); err != nil {
				return err
			}
			return filepath.WalkDir(env.WorkDir, func(path string, d os.DirEntry, err error) error {
				if err != nil || d.IsDir() || filepath.Ext(path) != ".yaml" {
					return err
				}
				return w.fill(path)
			})
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"web": webCommand, "exits": exitsCommand, "count": countCommand, "field": fieldCommand, "readme-sources": readmeSourcesCommand, "holds": holdsCommand, "asked": askedCommand, "terminate": terminateCommand, "terminal": terminalCommand,
		},
	})
}

// scriptWeb serves the files of one script.
type scriptWeb struct {
	server *httptest.Server
	root   string
	mu     sync.Mutex
	odd    map[string]string        // path to misbehaviour
	hits   map[string]chan struct{} // by path: closed when it is first asked for
	dead   string                   // URL at which nobody answers
}

func (w *scriptWeb) expand(b []byte) []byte {
	now := time.Now().UTC()
	return []byte(strings.NewReplacer(
		"{{WEB}}", w.server.URL, "{{DEAD}}", w.dead, "{{WEBADDR}}", w.server.Listener.Addr().String(),
		"{{NOW}}", now.Format(time.RFC3339), "{{AGO}}", now.AddDate(0, 0, -2).Format(time.RFC3339), "{{OLD}}", now.AddDate(0, -2, 0).Format(time.RFC3339),
		"{{TODAY}}", now.Format(time.DateOnly), "{{YEAR}}", now.Format("2006"), "{{MONTH}}", now.Format("January"),
		"{{NOW822}}", now.Format(time.RFC1123Z), "{{AGO822}}", now.AddDate(0, 0, -2).Format(time.RFC1123Z),
	).Replace(string(b)))
}

// rename fills in the marks in the names of files.
func (w *scriptWeb) rename(dir string) error {
	var marked []string
	err := filepath.WalkDir(dir, func(path string, _ os.DirEntry, err error) error {
		if strings.Contains(filepath.Base(path), "{{") {
			marked = append(marked, path)
		}
		return err
	})
	for i := len(marked) - 1; i >= 0 && err == nil; i-- { // what lies in a folder before the folder
		err = os.Rename(marked[i], filepath.Join(filepath.Dir(marked[i]), string(w.expand([]byte(filepath.Base(marked[i]))))))
	}
	return err
}

// fill replaces the marks in a file of the script.
func (w *scriptWeb) fill(path string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	return os.WriteFile(path, w.expand(b), 0o644)
}

// hit is the channel that tells of the first request for a path. The caller holds the lock.
func (w *scriptWeb) hit(path string) chan struct{} {
	if w.hits[path] == nil {
		w.hits[path] = make(chan struct{})
	}
	return w.hits[path]
}

// askedCommand waits until a path has been asked for: asked /feed.xml.
func askedCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: asked PATH")
	}
	w := ts.Value("web").(*scriptWeb)
	w.mu.Lock()
	hit := w.hit(args[0])
	w.mu.Unlock()
	select {
	case <-hit:
	case <-time.After(time.Minute):
		ts.Fatalf("%s was not asked for within a minute", args[0])
	}
}

// terminateCommand sends SIGTERM to all commands that run in the background.
func terminateCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: terminate")
	}
	for _, cmd := range ts.BackgroundCmds() {
		ts.Check(cmd.Process.Signal(syscall.SIGTERM))
	}
}

func (w *scriptWeb) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	if hit := w.hit(r.URL.Path); !closed(hit) {
		close(hit)
	}
	odd := w.odd[r.URL.Path]
	w.mu.Unlock()
	switch how, arg, _ := strings.Cut(odd, " "); how {
	case "status":
		var code int
		fmt.Sscan(arg, &code)
		rw.WriteHeader(code)
		return
	case "huge":
		rw.Header().Set("Content-Type", "application/rss+xml")
		chunk := bytes.Repeat([]byte("<!-- filler -->"), 1<<12)
		for range 300 {
			if _, err := rw.Write(chunk); err != nil {
				return
			}
		}
		return
	case "redirect":
		http.Redirect(rw, r, arg, http.StatusFound)
		return
	}
	b, err := os.ReadFile(filepath.Join(w.root, filepath.FromSlash(r.URL.Path)))
	if err != nil {
		http.NotFound(rw, r)
		return
	}
	w.file(rw, r, b)
}

// file answers with the text of a file, marks filled in.
func (w *scriptWeb) file(rw http.ResponseWriter, r *http.Request, b []byte) {
	types := map[string]string{".xml": "application/xml", ".html": "text/html; charset=utf-8", ".json": "application/feed+json", ".mbox": "application/mbox", ".atom": "application/atom+xml"}
	rw.Header().Set("Content-Type", types[filepath.Ext(r.URL.Path)])
	rw.Header().Set("ETag", fmt.Sprintf("%q", fmt.Sprintf("%x", sha256.Sum256(b))))
	http.ServeContent(rw, r, "", time.Time{}, bytes.NewReader(w.expand(b)))
}

func closed(c chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// webCommand makes a path of the web misbehave: web /path status 500, web /path huge, web /path
// redirect URL, web /path ok.
func webCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: web PATH HOW [ARG]")
	}
	w := ts.Value("web").(*scriptWeb)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.odd[args[0]] = strings.Join(args[1:], " ")
}

// exitsCommand runs wiredesk and checks the exit status: exits 3 wiredesk harvest.
func exitsCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND…")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if err != nil {
		if _, scanErr := fmt.Sscanf(err.Error(), "exit status %d", &got); scanErr != nil {
			ts.Fatalf("%v", err)
		}
	}
	if fmt.Sprint(got) != args[0] {
		ts.Fatalf("exit status %d, want %s", got, args[0])
	}
}

// countCommand counts the lines of a file, or of the last standard output, that hold a string:
// count 3 stdout queued.
func countCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: count N FILE STRING")
	}
	n := 0
	for line := range strings.SplitSeq(ts.ReadFile(args[1]), "\n") {
		if strings.Contains(line, args[2]) {
			n++
		}
	}
	if fmt.Sprint(n) != args[0] {
		ts.Fatalf("%d lines of %s hold %q, want %s", n, args[1], args[2], args[0])
	}
}

// holdsCommand looks for a string, which may hold marks, in a file or the last standard output:
// holds stdout words.
func holdsCommand(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: holds FILE STRING")
	}
	want := string(ts.Value("web").(*scriptWeb).expand([]byte(args[1])))
	if text := ts.ReadFile(args[0]); strings.Contains(text, want) == neg {
		ts.Fatalf("%s: %q: %v; it holds:\n%s", args[0], want, !neg, text)
	}
}

// fieldCommand sets a variable to a JSON field of the line of the last standard output that holds
// a string: field ID id kestrel.
func fieldCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: field VARIABLE FIELD STRING")
	}
	for line := range strings.SplitSeq(ts.ReadFile("stdout"), "\n") {
		_, rest, ok := strings.Cut(line, `"`+args[1]+`":`)
		if !ok || !strings.Contains(line, args[2]) {
			continue
		}
		value := rest
		if i := strings.IndexAny(rest, ",}"); i >= 0 {
			value = rest[:i]
		}
		ts.Setenv(args[0], strings.Trim(value, `"`))
		return
	}
	ts.Fatalf("no line with %q", args[2])
}

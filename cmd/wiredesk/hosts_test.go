package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/testscript"

	"wiredesk/harvest/fetch"
)

// The environment by which a script's wiredesk finds the web of the script.
const (
	webHosts = "WIREDESK_TEST_HOSTS" // names, parted by blanks
	webAt    = "WIREDESK_TEST_AT"    // address that serves them all
	webRoots = "WIREDESK_TEST_ROOTS" // file of the certificate
)

// scripted is main as scripts run it: the hosts that a script serves are the web.
func scripted() {
	log.SetOutput(io.Discard)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	a := &app{stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr}
	if at := os.Getenv(webAt); at != "" {
		a.web = func(c *fetch.Config) {
			if c.Hosts == nil {
				c.Hosts = map[string]string{}
			}
			for _, host := range strings.Fields(os.Getenv(webHosts)) {
				c.Hosts[host] = at
			}
			if text, err := os.ReadFile(os.Getenv(webRoots)); err == nil && c.RootCAs == nil {
				c.RootCAs = x509.NewCertPool()
				c.RootCAs.AppendCertsFromPEM(text)
			}
			c.Allow = append(c.Allow, at)
		}
	}
	os.Exit(a.run(ctx, os.Args[1:]))
}

// serveHosts serves the files below hosts/ over TLS, one folder a host.
func serveHosts(env *testscript.Env, w *scriptWeb) error {
	root := filepath.Join(env.WorkDir, "hosts")
	dirs, err := os.ReadDir(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var names []string
	for _, d := range dirs {
		names = append(names, d.Name())
	}
	cert, _, err := demoCertificate(names)
	if err != nil {
		return err
	}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		path := filepath.Join(root, r.Host, filepath.FromSlash(r.URL.Path))
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			path = filepath.Join(path, "index.html")
		}
		b, err := os.ReadFile(path)
		if err != nil {
			http.NotFound(rw, r)
			return
		}
		w.file(rw, r, b)
	}))
	srv.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	srv.StartTLS()
	env.Defer(srv.Close)
	roots := filepath.Join(env.WorkDir, ".roots.pem")
	env.Setenv(webHosts, strings.Join(names, " "))
	env.Setenv(webAt, srv.Listener.Addr().String())
	env.Setenv(webRoots, roots)
	return os.WriteFile(roots, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert.Certificate[0]}), 0o644)
}

// readmeSource is a line of feeds.yaml as the README's table of kinds shows it.
var readmeSource = regexp.MustCompile("`(\\{name: [^`]*\\})`")

// readmeSourcesCommand writes a feeds.yaml of all lines that the README's table of kinds shows:
// readme-sources FILE.
func readmeSourcesCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: readme-sources FILE")
	}
	text, err := os.ReadFile("../../README.md")
	ts.Check(err)
	out := "newsletter: {timezone: UTC}\nsources:\n"
	for _, m := range readmeSource.FindAllStringSubmatch(string(text), -1) {
		out += "  - " + strings.ReplaceAll(m[1], `\|`, "|") + "\n"
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(out), 0o644))
}

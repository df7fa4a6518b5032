package web

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"wiredesk/curate/issue"
)

// maxIssue is how many bytes of an issue's file are shown: a long issue has 30,000.
const maxIssue = 1 << 20

// file is where the file of an issue lies: paths start from the folder of feeds.yaml.
func (s *Server) file(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	at := filepath.Join(s.cfg.Dir, path)
	if _, err := os.Stat(at); err != nil {
		if _, err := os.Stat(path); err == nil { // as archive import was given it, from the working directory
			return path
		}
	}
	return at
}

// readIssue reads the file of an issue as it is now.
func readIssue(path string) (string, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s is not there; drafting writes it again", path)
	}
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxIssue+1))
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, err)
	}
	if len(b) > maxIssue {
		return "", fmt.Errorf("%s is longer than 1 MiB; it is not shown here", path)
	}
	return strings.ToValidUTF8(string(b), "\ufffd"), nil
}

// changed is what a page compares to see that something changed: the version of the database, and
// for an issue the stamp of its file.
func (s *Server) changed(r *http.Request, week string) (string, error) {
	d := s.cfg.Desk()
	version, err := d.Store.Version(r.Context())
	if err != nil || week == "" {
		return fmt.Sprint(version), err
	}
	all, err := d.Store.Issues(r.Context())
	if err != nil {
		return "", err
	}
	stamp := ""
	for _, i := range all {
		if i.Week != week {
			continue
		}
		if info, err := os.Stat(s.file(i.Path)); err == nil {
			stamp = fmt.Sprintf("-%d-%d", info.ModTime().UnixNano(), info.Size())
		}
	}
	return fmt.Sprint(version) + stamp, nil
}

// lint puts what lint finds in the file beside its lines. Nothing is asked of the network.
func (s *Server) lint(ctx context.Context, path, text string, p *issuePage) error {
	found, err := s.cfg.Desk().Lint(ctx, path, []byte(text), nil)
	if err != nil {
		return err
	}
	for _, f := range found {
		switch f.Severity {
		case issue.Error:
			p.Errors++
		case issue.Warning:
			p.Warnings++
		}
		if f.Fix != "" {
			p.Fixes++
		}
		l := &p.Lines[min(max(f.Line, 1), len(p.Lines))-1]
		l.Findings = append(l.Findings, f)
	}
	return nil
}

// fix mends in the file what has one right answer, as wiredesk lint --fix does.
func (s *Server) fix(w http.ResponseWriter, r *http.Request) {
	if _, ok := s.form(w, r); !ok {
		return
	}
	back := "/issue/" + r.PathValue("week")
	path, err := s.fileOf(r.Context(), r.PathValue("week"))
	if err != nil {
		s.stop(w, r, back, err)
		return
	}
	n, err := s.cfg.Desk().Fix(r.Context(), path, nil)
	switch {
	case err != nil:
		s.stop(w, r, back, err)
	case n == 0:
		s.done(w, r, back, "nofix", 0)
	default:
		s.done(w, r, back, "fixed", n)
	}
}

// fileOf is the file of the issue of a week.
func (s *Server) fileOf(ctx context.Context, week string) (string, error) {
	all, err := s.cfg.Desk().Store.Issues(ctx)
	for _, i := range all {
		if i.Week == week && i.Path != "" && i.Published.IsZero() {
			return s.file(i.Path), err
		}
	}
	return "", errors.Join(err, Wrong("this issue is not drafted yet"))
}

package main

import (
	"fmt"
	"net/textproto"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"wiredesk/harvest"
	"wiredesk/harvest/fetch"
)

// secretHeader are the headers whose value is a secret, wherever it comes from.
var secretHeader = regexp.MustCompile(`(?i)auth|token|key|secret|cookie|password|session`)

// secrets reads the headers and the token of a source. Secrets stand in the environment or in a
// file of their own, never in feeds.yaml, which is shared and committed. One that is missing fails
// its source when that is asked, and nothing else: a job without the editor's environment goes on.
func (f *faults) secrets(s *harvest.Source, n *yaml.Node, who, dir string) {
	for i, h := range s.Headers {
		at := line(n, "headers")
		if list := child(n, "headers"); list != nil && i < len(list.Content) {
			at = list.Content[i].Line
		}
		name, value, ok := strings.Cut(h, ":")
		name, value = textproto.CanonicalMIMEHeaderKey(strings.TrimSpace(name)), strings.TrimSpace(value)
		switch {
		case !ok || name == "" || strings.ContainsAny(name, " \t\r\n"):
			f.add(at, `%s: headers: write "Name: value", or "Name: env:VARIABLE" for a secret`, who)
			continue
		case name == "Host" || name == "Cookie" || name == "Referer" || name == "Accept-Encoding" || name == "User-Agent":
			f.add(at, "%s: headers: %s is wiredesk's own to set", who, name)
			continue
		}
		value, isSecret, err := secret(value, dir)
		switch {
		case err != nil:
			s.Fault = fmt.Sprintf("headers: %v", err)
		case !isSecret && secretHeader.MatchString(name):
			f.add(at, `%s: headers: the value of %s looks like a secret; put it into the environment and write "%s: env:VARIABLE"`, who, name, name)
		case strings.ContainsAny(value, "\r\n"):
			f.add(at, "%s: headers: the value of %s has more than one line", who, name)
		default:
			s.Secret = append(s.Secret, fetch.Header{Name: name, Value: value})
		}
	}
	if s.Token == "" {
		return
	}
	value, isSecret, err := secret(s.Token, dir)
	switch {
	case err != nil:
		s.Fault = fmt.Sprintf("token: %v", err)
	case !isSecret:
		f.add(line(n, "token"), "%s: token: a secret does not stand in this file; write env:NAME or file:PATH", who)
	default:
		s.Bearer = value
	}
}

// secret reads env:NAME or file:PATH, the path from dir; other values are no secrets. Errors name
// the place, never what stands there.
func secret(s, dir string) (value string, isSecret bool, err error) {
	if name, ok := strings.CutPrefix(s, "env:"); ok {
		value, ok := os.LookupEnv(name)
		if !ok || value == "" {
			return "", true, fmt.Errorf("the environment variable %s is not set", name)
		}
		return strings.TrimSpace(value), true, nil
	}
	if path, ok := strings.CutPrefix(s, "file:"); ok {
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return "", true, fmt.Errorf("the file %s cannot be read", path)
		}
		return strings.TrimSpace(string(b)), true, nil
	}
	return s, false, nil
}

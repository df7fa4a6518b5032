package tui

import (
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"strings"
)

// browse shows a link in the editor's browser: $BROWSER, else what the system opens links with.
// The link is one argument of that program; no shell ever sees it.
func browse(raw string) error {
	if err := openable(raw); err != nil {
		return err
	}
	name := os.Getenv("BROWSER")
	if name == "" {
		name = map[string]string{"darwin": "open", "windows": "explorer"}[runtime.GOOS]
	}
	if name == "" {
		name = "xdg-open"
	}
	cmd := exec.Command(name, raw)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("no browser: %w; set BROWSER to the program that shows links", err)
	}
	go cmd.Wait() // it may stay as long as it likes
	return nil
}

// openable checks once more what the store holds: only a web address with a host goes to the browser.
func openable(raw string) error {
	u, err := url.Parse(raw)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || strings.HasPrefix(raw, "-") {
		return fmt.Errorf("%q is no web address, so it is not opened", raw)
	}
	return nil
}

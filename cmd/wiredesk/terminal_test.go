package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/rogpeppe/go-internal/testscript"
)

// screenOn is sent when a screen takes the terminal over; only from then on is a key a key.
const screenOn = "\x1b[?1049h"

// onTerminal runs a command on a terminal of its own, types keys as soon as its screen is on, and
// returns all that the terminal was sent until the command ended.
func onTerminal(cmd *exec.Cmd, cols, rows uint16, keys string) (string, error) {
	f, err := pty.StartWithSize(cmd, &pty.Winsize{Cols: cols, Rows: rows})
	if err != nil {
		return "", err
	}
	defer f.Close()
	stop := time.AfterFunc(time.Minute, func() { cmd.Process.Kill() })
	defer stop.Stop()
	var sent bytes.Buffer
	typed := make(chan error, 1)
	typed <- nil
	buf := make([]byte, 1<<16)
	for on := false; ; {
		n, err := f.Read(buf)
		sent.Write(buf[:n])
		if !on && bytes.Contains(sent.Bytes(), []byte(screenOn)) {
			on = true
			<-typed
			go func() { // the terminal takes no more than it has room for
				_, err := io.WriteString(f, keys)
				typed <- err
			}()
		}
		if err != nil { // EIO when the command has ended
			break
		}
	}
	err = cmd.Wait()
	if !stop.Stop() {
		err = fmt.Errorf("the screen was still there after a minute: %w", err)
	}
	return sent.String(), errors.Join(err, <-typed)
}

// terminalCommand runs wiredesk on a terminal of its own: terminal 80x24 KEYS ARGS… types the file KEYS
// and writes what the terminal was sent into the file screen. TERM is the script's, if that sets one.
func terminalCommand(ts *testscript.TestScript, neg bool, args []string) {
	var cols, rows uint16
	if len(args) < 3 {
		ts.Fatalf("usage: terminal COLSxROWS KEYS ARG…")
	}
	if _, err := fmt.Sscanf(args[0], "%dx%d", &cols, &rows); err != nil {
		ts.Fatalf("size %q: %v", args[0], err)
	}
	cmd := exec.Command("wiredesk", args[2:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = []string{"TERM=" + cmp.Or(ts.Getenv("TERM"), "xterm-256color")}
	for _, name := range []string{"PATH", "HOME", "USER", "NO_COLOR", "GORACE", "TMPDIR"} {
		cmd.Env = append(cmd.Env, name+"="+ts.Getenv(name))
	}
	// A line's end in the file is the enter key.
	keys := strings.ReplaceAll(strings.TrimSuffix(ts.ReadFile(args[1]), "\n"), "\n", "\r")
	sent, err := onTerminal(cmd, cols, rows, keys)
	ts.Check(os.WriteFile(filepath.Join(cmd.Dir, "screen"), []byte(sent), 0o644))
	if (err != nil) != neg {
		ts.Fatalf("%v\n%q", err, sent)
	}
}

// needTerminal skips a test where no terminal is to be had.
func needTerminal(t *testing.T) {
	t.Helper()
	f, tty, err := pty.Open()
	if err != nil {
		t.Skipf("no terminal of its own is to be had: %v", err)
	}
	tty.Close()
	f.Close()
}

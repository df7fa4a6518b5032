package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"wiredesk/curate"
	"wiredesk/store"
	"wiredesk/store/link"
)

// TestTriageOfAWholeWeekByKeys harvests a real week of links from a server on loopback and decides on
// all of them on a terminal: a key for each story, typed at once. It takes what the editor of that
// week took, and drops the rest.
func TestTriageOfAWholeWeekByKeys(t *testing.T) {
	needTerminal(t)
	const week = "2017-W37"
	stream, err := filepath.Abs("../../../shared/corpus/stream/dev.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(stream); err != nil {
		t.Skipf("the replayed week is not beside the project: %v", err)
	}
	published := weekOf(t, stream, week)
	dir := t.TempDir()
	config := filepath.Join(dir, "feeds.yaml")
	serveWeek(t, replayProgram(t, stream), "-stream", stream, "-week", week, "-config", config)
	wiredesk := func(args ...string) *exec.Cmd {
		cmd := exec.Command("wiredesk", append(args, "--config", config)...)
		cmd.Env = append(os.Environ(), "TERM=xterm-256color", "GORACE=atexit_sleep_ms=0")
		return cmd
	}
	if out, err := wiredesk("harvest", "--no-pages").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}

	// What the editor sees, and so which key he presses on each story.
	st, err := store.Open(t.Context(), filepath.Join(dir, "wiredesk.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	d := &curate.Desk{Store: st}
	l, err := d.List(t.Context(), store.Filter{}, []store.State{store.Queued}, 0)
	if err != nil {
		t.Fatal(err)
	}
	var keys strings.Builder
	want := map[int64]store.State{}
	accepted := 0
	for _, s := range l.Stories {
		key, verdict := "x", store.Rejected
		for _, c := range s.Candidates {
			if published[c.Canonical] {
				key, verdict = "a", store.Accepted
			}
		}
		if key == "a" {
			accepted++
		}
		keys.WriteString(key)
		for _, c := range s.Candidates {
			want[c.ID] = verdict
		}
	}
	if len(want) < 400 || accepted < 5 {
		t.Fatalf("%d links, %d stories to accept: that is no week", len(want), accepted)
	}
	if sent, err := onTerminal(wiredesk("triage"), 80, 24, keys.String()+"Q"); err != nil {
		t.Fatalf("%v\n%q", err, sent[max(0, len(sent)-2000):])
	}
	all, err := st.Candidates(t.Context(), store.Filter{})
	if err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for _, c := range all {
		if c.State != want[c.ID] {
			wrong++
		}
	}
	if wrong > 0 || len(all) != len(want) {
		t.Errorf("%d of %d links are not as the keys decided", wrong, len(all))
	}
	out, err := wiredesk("curate", "--json").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var draft struct{ Stories int }
	if err := json.Unmarshal(out[:bytes.IndexByte(out, '\n')], &draft); err != nil || draft.Stories != accepted {
		t.Errorf("the draft holds %d stories, want %d; %v\n%s", draft.Stories, accepted, err, out)
	}
}

// weekOf are the identities of the links of a week, true for those that the editor published.
func weekOf(t *testing.T, stream, week string) map[string]bool {
	t.Helper()
	b, err := os.ReadFile(stream)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{}
	for line := range bytes.Lines(b) {
		var l struct {
			Week, URL string
			Y         int
		}
		if err := json.Unmarshal(line, &l); err != nil {
			t.Fatal(err)
		}
		if clean, err := link.Clean(l.URL, ""); err == nil && l.Week == week {
			out[link.Canonical(clean)] = l.Y == 1
		}
	}
	return out
}

// replayProgram builds the program that serves weeks of the stream as feeds.
func replayProgram(t *testing.T, stream string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "replay")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = filepath.Join(filepath.Dir(stream), "../../lab/replay")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return program
}

// serveWeek serves weeks as feeds until the test ends.
func serveWeek(t *testing.T, program string, args ...string) {
	t.Helper()
	cmd := exec.Command(program, args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatalf("the week is not served: %v", err)
	}
}

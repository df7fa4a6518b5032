package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// TestRealWeeksAreRanked harvests real weeks of links, and looks where in the queue stands what the
// editor published in them. No title is served, so a rank comes of addresses, the terms of the topic and
// what was learned. The bounds are well below what is reached, and above what is left when a kind of
// evidence is lost.
func TestRealWeeksAreRanked(t *testing.T) {
	stream, err := filepath.Abs("../../../shared/corpus/stream/dev.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	issues, err := filepath.Glob(filepath.Join(filepath.Dir(stream), "../worksonarm/2*.md"))
	if err != nil || len(issues) == 0 {
		t.Skip("the weeks and the back issues of ../shared are not here")
	}
	const week, later, before = "2018-W25", "2018-W26", "2018-W24,2018-W25"
	replay := replayProgram(t, stream)
	for _, c := range []struct {
		name          string
		earlier       string // weeks that are harvested before
		back          bool   // the issues before are imported
		weeks         []string
		first, second float64 // share of what was published: among the first 25, and the first 100
	}{
		{"nothing known", "", false, []string{week, later}, 0.45, 0.6},
		{"back issues", "", true, []string{week, later}, 0.55, 0.72},
		{"back issues and weeks", before, true, []string{later}, 0.55, 0.75},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var picked, first, second int
			for _, w := range c.weeks {
				dir := t.TempDir()
				config := filepath.Join(dir, "feeds.yaml")
				wiredesk := func(args ...string) []byte {
					t.Helper()
					cmd := exec.Command("wiredesk", append(args, "--config", config)...)
					cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0")
					out, err := cmd.Output()
					if err != nil {
						t.Fatalf("%v: %v\n%s", args, err, out)
					}
					return out
				}
				if c.earlier != "" {
					serveWeek(t, replay, "-stream", stream, "-week", c.earlier, "-titles", "url", "-config", config)
					wiredesk("harvest", "--no-pages")
				}
				serveWeek(t, replay, "-stream", stream, "-week", w, "-titles", "url", "-config", config)
				if c.back {
					past := slices.DeleteFunc(slices.Clone(issues), func(path string) bool { return filepath.Base(path) >= w })
					wiredesk(append([]string{"archive", "import"}, past...)...)
				}
				wiredesk("harvest", "--no-pages")
				published, place := weekOf(t, stream, w), 0
				for line := range bytes.Lines(wiredesk("queue", "--limit", "0", "--json")) {
					var k struct{ Canonical string }
					if err := json.Unmarshal(line, &k); err != nil {
						t.Fatal(err)
					}
					pick, ofWeek := published[k.Canonical]
					if !ofWeek {
						continue
					}
					place++
					if pick {
						picked++
						if place <= 25 {
							first++
						}
						if place <= 100 {
							second++
						}
					}
				}
			}
			if picked < 14*len(c.weeks) {
				t.Fatalf("%d published links are in the queue: that is no week", picked)
			}
			if float64(first) < c.first*float64(picked) || float64(second) < c.second*float64(picked) {
				t.Errorf("of %d published links %d are among the first 25 and %d among the first 100", picked, first, second)
			}
			t.Logf("of %d published links %d are among the first 25 and %d among the first 100", picked, first, second)
		})
	}
}

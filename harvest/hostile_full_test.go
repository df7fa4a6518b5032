package harvest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"wiredesk/store"
)

// harvestApart works off the plan in a process of its own, so that its memory can be measured
// without that of the server.
func (w *hostileWeb) harvestApart() []polledCase {
	w.Helper()
	dir := w.TempDir()
	in, out := filepath.Join(dir, "plan.json"), filepath.Join(dir, "result.json")
	if err := os.WriteFile(in, w.plan.json(w), 0o600); err != nil {
		w.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestHarvestApart$", "-test.timeout=30m")
	cmd.Env = append(os.Environ(), "WIREDESK_PLAN="+in, "WIREDESK_RESULT="+out)
	if said, err := cmd.CombinedOutput(); err != nil {
		w.Fatalf("the process that harvests: %v\n%s", err, said)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		w.Fatal(err)
	}
	var r apart
	if err := json.Unmarshal(b, &r); err != nil {
		w.Fatal(err)
	}
	w.peak = max(w.peak, r.Peak)
	return r.Polls
}

// apart is what the process that harvests hands back.
type apart struct {
	Polls []polledCase
	Peak  int64 // bytes of memory; 0: not known
}

// peakMemory is the most memory that this process ever had, in bytes, where the system tells. (What
// it tells the parent of a process counts the parent's own memory in.)
func peakMemory() (n int64) {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), "VmHWM:")
	fmt.Sscan(rest, &n)
	return n << 10
}

// TestHarvestApart is that process.
func TestHarvestApart(t *testing.T) {
	if os.Getenv("WIREDESK_PLAN") == "" {
		t.Skip("no plan")
	}
	b, err := os.ReadFile(os.Getenv("WIREDESK_PLAN"))
	if err != nil {
		t.Fatal(err)
	}
	var p plan
	if err := json.Unmarshal(b, &p); err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(context.Background(), p.Database)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	polls, err := p.pollAll(st)
	if err != nil {
		t.Fatal(err)
	}
	if b, err = json.Marshal(apart{polls, peakMemory()}); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(os.Getenv("WIREDESK_RESULT"), b, 0o600); err != nil {
		t.Fatal(err)
	}
}

var portOf = regexp.MustCompile(`(127\.0\.0\.\d|\[[0-9a-f:.]+\]):\d+`)

// line is what came of a case, in a few words.
func (k *kept) line() string {
	one := func(n int) string {
		o := k.out(n)
		switch {
		case o.Error != "":
			return o.Stage + ": " + o.Error
		case len(o.Warnings) > 0 && k.polls[n].Report.Polled == 0:
			return o.Warnings[0]
		case k.polls[n].Report.New > 0:
			return fmt.Sprintf("%d new", k.polls[n].Report.New)
		}
		return "nothing new"
	}
	said := []string{one(1)}
	for n := 2; n <= 3; n++ {
		if s := one(n); s != said[len(said)-1] {
			said = append(said, s)
		}
	}
	out := strings.Join(said, "; then ")
	if k.out(1).Error == "" && len(k.out(1).Warnings) > 0 && k.polls[1].Report.Polled > 0 {
		out += " (" + k.out(1).Warnings[0] + ")"
	}
	if q := k.last(); len(q) > 0 && q[0].PageError != "" {
		out += "; its page: " + q[0].PageError
	}
	_, port, _ := net.SplitHostPort(k.web.internal.addr)
	return strings.NewReplacer("|", "\\|", ":"+port, "").Replace(portOf.ReplaceAllString(out, "$1"))
}

// write writes what was tried and survived.
func (w *hostileWeb) write(cases []fault, imports []importFault, passed map[string]bool) {
	var groups []string
	tried, survived := map[string]int{}, map[string]int{}
	longest := &kept{}
	var longestPoll time.Duration
	sum := 0
	for i := range cases {
		f := &cases[i]
		if tried[f.group] == 0 {
			groups = append(groups, f.group)
		}
		tried[f.group]++
		if passed[f.host()] {
			survived[f.group]++
			sum++
		}
		for _, p := range w.cases[f.host()].polls {
			if p.Took > longestPoll {
				longestPoll, longest = p.Took, w.cases[f.host()]
			}
		}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# What wiredesk survives\n\nWritten by `go test ./harvest -run Hostile -full`: every case is a source on a hostile web of loopback, polled three\ntimes by a process of its own, %d at once, at full length. The internal network was reached %d times. The longest poll took\n%.1f s (%s: %s); the process needed at most %d MiB of memory.\n\n"+
		"Beside these, TestHostileSpellings tries %d spellings of inward addresses as a source, by a redirect and as the link of a page.\n\n",
		inFlight, w.internal.hits.Load(), longestPoll.Seconds(), longest.group, longest.name, w.peak>>20, len(inward))
	fmt.Fprint(&b, "| group | cases tried | survived |\n|---|---|---|\n")
	for _, g := range groups {
		fmt.Fprintf(&b, "| %s | %d | %d |\n", g, tried[g], survived[g])
	}
	fine := 0
	for _, f := range imports {
		if passed["import: "+f.name] {
			fine++
		}
	}
	fmt.Fprintf(&b, "| import | %d | %d |\n| all | %d | %d |\n", len(imports), fine, len(cases)+len(imports), sum+fine)
	for _, g := range groups {
		fmt.Fprintf(&b, "\n## %s\n\n| case | what came of its polls |\n|---|---|\n", g)
		for i := range cases {
			if f := &cases[i]; f.group == g {
				verdict := ""
				if !passed[f.host()] {
					verdict = "**not survived**: "
				}
				fmt.Fprintf(&b, "| %s | %s%s |\n", f.name, verdict, w.cases[f.host()].line())
			}
		}
	}
	fmt.Fprint(&b, "\n## import\n\n| case | what came of it |\n|---|---|\n")
	for _, f := range imports {
		verdict := ""
		if !passed["import: "+f.name] {
			verdict = "**not survived**: "
		}
		fmt.Fprintf(&b, "| %s | %s%s |\n", f.name, verdict, f.outcome)
	}
	if err := os.WriteFile("../docs/reliability.md", b.Bytes(), 0o644); err != nil {
		w.Fatal(err)
	}
	w.Logf("longest poll %s (%s: %s), peak %d MiB", longestPoll, longest.group, longest.name, w.peak>>20)
	if w.peak > mostBytes {
		w.Errorf("the process needed %d MiB", w.peak>>20)
	}
}

// logSlow tells of the polls that took longest.
func (w *hostileWeb) logSlow() {
	type poll struct {
		took time.Duration
		what string
	}
	var all []poll
	for _, k := range w.cases {
		for n := range k.polls {
			all = append(all, poll{k.polls[n].Took, fmt.Sprintf("%s: %s, poll %d", k.group, k.name, n)})
		}
	}
	slices.SortFunc(all, func(a, b poll) int { return int(b.took - a.took) })
	for _, p := range all[:10] {
		w.Logf("%6.2f s %s", p.took.Seconds(), p.what)
	}
}

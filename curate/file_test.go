package curate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"wiredesk/curate/issue"
	"wiredesk/store"
)

func held(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	return string(b)
}

func put(t *testing.T, path, text string) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(text), 0o644))
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	all, err := os.ReadDir(dir)
	must(t, err)
	var out []string
	for _, f := range all {
		out = append(out, f.Name())
	}
	return out
}

// halfway puts a draft of two stories into dir, of which the editor touched the first, and accepts a
// third.
func halfway(t *testing.T, d *Desk, dir string) string {
	t.Helper()
	must(t, d.Decide(t.Context(), store.Queued, candidates(1), Marks{}))
	must(t, d.Decide(t.Context(), store.Accepted, candidates(2, 3), Marks{}))
	path := draft(t, d, DraftOptions{Dir: dir}).Path
	put(t, path, strings.Replace(held(t, path), "### Title 3\n", "### Title 3\n\nMy words.\n", 1))
	must(t, d.Decide(t.Context(), store.Accepted, candidates(1), Marks{}))
	return path
}

// at calls f when a write reaches a step for the nth time, until the test ends.
func at(t *testing.T, step string, n int, f func()) {
	t.Helper()
	t.Cleanup(func() { reached = func(string) {} })
	reached = func(s string) {
		if s == step {
			if n--; n == 0 {
				f()
			}
		}
	}
}

func TestTheEditorIsQuicker(t *testing.T) {
	races, d := 0, desk(t, 3)
	for _, step := range []string{"merged", "flushed", "kept"} {
		for name, save := range map[string]func(t *testing.T, path string){
			"in place": func(t *testing.T, path string) { put(t, path, held(t, path)+"\nLate words.\n") },
			"by renaming": func(t *testing.T, path string) {
				put(t, path+"~", held(t, path)+"\nLate words.\n")
				must(t, os.Rename(path+"~", path))
			},
			"with CRLF": func(t *testing.T, path string) {
				put(t, path, strings.ReplaceAll(held(t, path)+"\nLate words.\n", "\n", "\r\n"))
			},
			"empty":   func(t *testing.T, path string) { put(t, path, "") },
			"deleted": func(t *testing.T, path string) { must(t, os.Remove(path)) },
			"appended": func(t *testing.T, path string) {
				f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
				must(t, err)
				_, err = f.WriteString("\nLate words.\n")
				must(t, errors.Join(err, f.Close()))
			},
			"moved away and anew": func(t *testing.T, path string) {
				must(t, os.Rename(path, path+".mine"))
				put(t, path, "### All new\n\nLate words.\n")
			},
		} {
			t.Run(step+" "+name, func(t *testing.T) {
				races++
				dir := t.TempDir()
				path := halfway(t, d, filepath.Join(dir, step, name))
				want := ""
				at(t, step, 1, func() {
					save(t, path)
					if b, err := os.ReadFile(path); err == nil {
						want = string(b)
					} else {
						want = "none"
					}
				})
				out := draft(t, d, DraftOptions{Dir: filepath.Dir(path)})
				switch name {
				case "deleted":
					if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) || out.Written || len(out.Flagged) == 0 {
						t.Errorf("%v: %+v", err, out)
					}
					return
				case "empty":
					if held(t, path) != "" || !out.Beside || !strings.Contains(held(t, out.Path), "Title 1") {
						t.Errorf("%+v", out)
					}
					return
				}
				got := held(t, path)
				for line := range strings.Lines(want) {
					if !strings.Contains(got, strings.TrimRight(line, "\r\n")) {
						t.Errorf("%q is lost in\n%s", line, got)
					}
				}
				if !strings.Contains(got, "Title 1") || !strings.Contains(got, "Late words.") || out.Beside {
					t.Errorf("%+v\n%s", out, got)
				}
			})
		}
	}
	if races < 20 {
		t.Errorf("only %d races", races)
	}
}

func TestAnEditorWhoNeverStopsSavingGetsTheDraftBeside(t *testing.T) {
	d, dir := desk(t, 3), t.TempDir()
	path := halfway(t, d, dir)
	t.Cleanup(func() { reached = func(string) {} })
	n := 0
	reached = func(step string) {
		if step == "merged" {
			n++
			put(t, path, held(t, path)+fmt.Sprintf("\nSave %d.\n", n))
		}
	}
	out := draft(t, d, DraftOptions{Dir: dir})
	if !out.Beside || n != attempts || !strings.HasSuffix(out.Path, "2026-W47.new.md") || !strings.Contains(held(t, out.Path), "Title 1") || !strings.Contains(held(t, path), "Save 3.") {
		t.Errorf("%d: %+v\n%s", n, out, held(t, path))
	}
	// The next run, in peace, merges; what it left beside is not its concern any more.
	reached = func(string) {}
	if out = draft(t, d, DraftOptions{Dir: dir}); out.Beside || !strings.Contains(held(t, path), "Title 1") || !strings.Contains(held(t, path), "Save 2.") {
		t.Errorf("%+v\n%s", out, held(t, path))
	}
}

// TestRandomRaces has an editor save at a random moment of each of 80 writes, in place or by
// renaming.
func TestRandomRaces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.md")
	issueOf := func(n int) string {
		return fmt.Sprintf("# Wire\n\n### His story\n\nMy words.\n\n* https://a.example/\n\n### Headline %d\n\n* https://b.example/\n", n)
	}
	base, last := issueOf(0), issueOf(0)
	put(t, path, base)
	says := func(words string) string {
		return strings.Replace(held(t, path), "My words.\n", "My words.\n"+words, 1)
	}
	r := rand.New(rand.NewPCG(7, 7))
	steps := []string{"merged", "flushed", "kept"}
	for i := range 80 {
		put(t, path, says(fmt.Sprintf("Before run %d.\n", i)))
		at(t, steps[r.IntN(len(steps))], 1, func() {
			text := says(fmt.Sprintf("In run %d.\n", i))
			if r.IntN(2) == 0 {
				put(t, path, text)
				return
			}
			put(t, path+"~", text)
			must(t, os.Rename(path+"~", path))
		})
		fresh := issueOf(i + 1)
		w, err := writeDraft(path, func(mine []byte) (string, error) {
			return issue.Merge(issue.Versions{Base: base, Last: last, Mine: string(mine), Theirs: fresh}).Text, nil
		}, fresh, func(string) string { return "" })
		must(t, err)
		if w.beside || !strings.Contains(w.text, fmt.Sprintf("### Headline %d\n", i+1)) {
			t.Fatalf("run %d: %+v", i, w)
		}
		base, last = fresh, w.text
	}
	for i := range 80 {
		for _, line := range []string{"\nBefore run %d.\n", "\nIn run %d.\n"} {
			if line = fmt.Sprintf(line, i); !strings.Contains(held(t, path), line) {
				t.Errorf("%q is lost", line)
			}
		}
	}
}

func TestWhatAFileIsLeftAs(t *testing.T) {
	d, dir := desk(t, 3), t.TempDir()
	path := halfway(t, d, dir)
	must(t, os.Chmod(path, 0o600))
	before := held(t, path)
	put(t, filepath.Join(dir, ".2026-W47.md.999999999.tmp"), "of a process that died")
	draft(t, d, DraftOptions{Dir: dir})
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if held(t, path+".bak") != before {
		t.Errorf("kept %q", held(t, path+".bak"))
	}
	if got := files(t, dir); fmt.Sprint(got) != "[2026-W47.md 2026-W47.md.bak]" {
		t.Errorf("%v", got)
	}
}

func TestADraftThatCannotBeWrittenSaysSo(t *testing.T) {
	d := desk(t, 1)
	file := filepath.Join(t.TempDir(), "file")
	put(t, file, "")
	if _, err := d.Draft(t.Context(), DraftOptions{Out: filepath.Join(file, "x.md")}); err == nil {
		t.Error("no error")
	}
	folder := filepath.Join(t.TempDir(), "x.md")
	must(t, os.Mkdir(folder, 0o755))
	if _, err := d.Draft(t.Context(), DraftOptions{Out: folder}); err == nil {
		t.Error("a folder is taken for a draft")
	}
}

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) {
	if os.Getenv("WIREDESK_TEST_DRAFTS") != "" {
		if err := killed(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// killed drafts once, and kills itself at the step that the environment names.
func killed() error {
	step, after, _ := strings.Cut(os.Getenv("WIREDESK_TEST_DRAFTS"), " ")
	ms, err := strconv.Atoi(after)
	if err != nil {
		return err
	}
	kill := func() { syscall.Kill(os.Getpid(), syscall.SIGKILL) }
	reached = func(s string) {
		if s == step {
			kill()
		}
	}
	if step == "any" {
		time.AfterFunc(time.Duration(ms)*time.Millisecond/10, kill)
	}
	return draftInto(os.Getenv("WIREDESK_TEST_DIR"))
}

func draftInto(dir string) error {
	st, err := store.Open(context.Background(), filepath.Join(dir, "x.db"))
	if err != nil {
		return err
	}
	_, err = newDesk(st).Draft(context.Background(), DraftOptions{Dir: dir})
	return errors.Join(err, st.Close())
}

// copied is a copy of a folder and the files in it.
func copied(t *testing.T, from string) string {
	t.Helper()
	to := t.TempDir()
	must(t, os.CopyFS(to, os.DirFS(from)))
	return to
}

func TestADraftSurvivesBeingKilled(t *testing.T) {
	// Two folders to start from: without a draft, and with one that the editor worked in.
	first := t.TempDir()
	st, err := store.Open(t.Context(), filepath.Join(first, "x.db"))
	must(t, err)
	d := fill(t, st, 3)
	must(t, d.Decide(t.Context(), store.Accepted, candidates(2, 3), Marks{}))
	must(t, st.Close())
	second := copied(t, first)
	must(t, draftInto(second))
	path := "2026-W47.md"
	put(t, filepath.Join(second, path), strings.Replace(held(t, filepath.Join(second, path)), "### Title 3\n", "### Title 3\n\nMy words.\n", 1))
	if st, err = store.Open(t.Context(), filepath.Join(second, "x.db")); err != nil {
		t.Fatal(err)
	}
	d = newDesk(st)
	must(t, d.Decide(t.Context(), store.Accepted, candidates(1), Marks{}))
	must(t, st.Close())

	r := rand.New(rand.NewPCG(3, 3))
	kills := 0
	for i, from := range []string{first, second} {
		old := ""
		if i == 1 {
			old = held(t, filepath.Join(from, path))
		}
		whole := copied(t, from)
		must(t, draftInto(whole))
		want := held(t, filepath.Join(whole, path))
		known := baseOf(t, whole, path)
		if want == old {
			t.Fatal("the draft changes nothing")
		}
		steps := []string{"merged 0", "flushed 0", "linked 0", "written 0"}
		if i == 1 {
			steps = []string{"merged 0", "flushed 0", "kept 0", "renamed 0", "written 0"}
		}
		steps = slices.Repeat(steps, 3)
		for len(steps) < 20 {
			steps = append(steps, fmt.Sprintf("any %d", r.IntN(300)))
		}
		for n, step := range steps {
			kills++
			t.Run(fmt.Sprint(i, n, step), func(t *testing.T) {
				t.Parallel()
				dir := copied(t, from)
				cmd := exec.Command(os.Args[0])
				cmd.Env = append(os.Environ(), "WIREDESK_TEST_DRAFTS="+step, "WIREDESK_TEST_DIR="+dir)
				out, err := cmd.CombinedOutput()
				var exit *exec.ExitError
				if died := errors.As(err, &exit) && exit.ExitCode() < 0; !died && (err != nil || !strings.HasPrefix(step, "any")) {
					t.Fatalf("%v\n%s", err, out)
				}
				b, err := os.ReadFile(filepath.Join(dir, path))
				if got := string(b); err == nil && got != old && got != want || err != nil && (old != "" || !errors.Is(err, fs.ErrNotExist)) {
					t.Errorf("the file holds %q, %v", got, err)
				}
				if n := strays(t, dir); n > 1 {
					t.Errorf("%v", files(t, dir))
				}
				must(t, draftInto(dir))
				if got := held(t, filepath.Join(dir, path)); got != want {
					t.Errorf("drafted again, the file holds\n%s\nwant\n%s", got, want)
				}
				if n := strays(t, dir); n > 0 {
					t.Errorf("%v", files(t, dir))
				}
				// What is to come is merged as if nothing had happened: the base is known.
				if base := baseOf(t, dir, path); base != known {
					t.Errorf("the base is %q", base)
				}
			})
		}
	}
	if kills < 40 {
		t.Errorf("only %d kills", kills)
	}
}

// strays counts what is left of writes.
func strays(t *testing.T, dir string) int {
	t.Helper()
	n := 0
	for _, f := range files(t, dir) {
		if strings.HasSuffix(f, ".tmp") {
			n++
		}
	}
	return n
}

func baseOf(t *testing.T, dir, path string) string {
	t.Helper()
	st, err := store.Open(t.Context(), filepath.Join(dir, "x.db"))
	must(t, err)
	defer st.Close()
	last, err := st.Draft(t.Context(), "2026-W47", path)
	must(t, err)
	return last.Text
}

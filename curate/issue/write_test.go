package issue

import (
	"os"
	"path/filepath"
	"testing"
)

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func write(t *testing.T, path, text, last string) Written {
	t.Helper()
	w, err := Write(path, text, last)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func TestAFileThatIsThereIsNeverChanged(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "issues")
	path := filepath.Join(dir, "2026-W48.md")
	if w := write(t, path, "one\n", ""); w != (Written{Path: path, Wrote: true}) || read(t, path) != "one\n" {
		t.Errorf("new file: %+v", w)
	}
	if w := write(t, path, "one\n", "one\n"); w != (Written{Path: path}) {
		t.Errorf("same text: %+v", w)
	}
	if err := os.WriteFile(path, []byte("mine\r\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	beside := filepath.Join(dir, "2026-W48.new.md")
	if w := write(t, path, "two\n", "one\n"); w != (Written{Path: beside, Wrote: true, Beside: true}) {
		t.Errorf("differing file: %+v", w)
	}
	// What wiredesk left beside is its own to replace, until the editor works in it.
	if w := write(t, path, "three\n", "two\n"); w.Path != beside || read(t, beside) != "three\n" {
		t.Errorf("next draft: %+v", w)
	}
	if w := write(t, path, "three\n", "three\n"); w.Wrote || !w.Beside {
		t.Errorf("same draft beside: %+v", w)
	}
	if err := os.WriteFile(beside, []byte("mine too"), 0o644); err != nil {
		t.Fatal(err)
	}
	if w := write(t, path, "four\n", "three\n"); w.Path != filepath.Join(dir, "2026-W48.new2.md") || read(t, beside) != "mine too" {
		t.Errorf("the editor's other file: %+v", w)
	}
	if read(t, path) != "mine\r\n" {
		t.Error("the editor's file was changed")
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 3 {
		t.Errorf("%v, %v", left, err)
	}
}

func TestADraftThatCannotBeWrittenSaysSo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(filepath.Join(file, "x.md"), "text", ""); err == nil {
		t.Error("no error")
	}
	folder := filepath.Join(t.TempDir(), "x.md")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(folder, "text", ""); err == nil {
		t.Error("a folder is taken for a draft")
	}
}

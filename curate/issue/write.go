package issue

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Written says what Write did.
type Written struct {
	Path   string // where the text stands: the path asked for, or a file beside it
	Wrote  bool   // false: the file held the same bytes already
	Beside bool   // the file is the editor's and differs; the text stands beside it
}

// Write puts a draft at path, whole or not at all. It never changes a file that is there: the
// editor may have written in it. Where that file differs, the draft goes beside it, as
// NAME.new.md; one that an earlier run left there is replaced only if it still is what that run
// wrote, which last holds.
func Write(path, text, last string) (Written, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return Written{}, fmt.Errorf("draft: %w", err)
	}
	dir, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return Written{}, fmt.Errorf("draft: %w", err)
	}
	defer dir.Close()
	name := filepath.Base(path)
	old, err := dir.ReadFile(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err := create(dir, name, text)
		if errors.Is(err, fs.ErrExist) { // another process was quicker: look again
			return Write(path, text, last)
		}
		if err != nil {
			return Written{}, fmt.Errorf("draft %s: %w", path, err)
		}
		return Written{Path: path, Wrote: true}, nil
	case err != nil:
		return Written{}, fmt.Errorf("draft: %w", err)
	case bytes.Equal(old, []byte(text)):
		return Written{Path: path}, nil
	}
	stem := strings.TrimSuffix(name, filepath.Ext(name))
	for n := 1; ; n++ {
		beside := stem + ".new.md"
		if n > 1 {
			beside = fmt.Sprintf("%s.new%d.md", stem, n)
		}
		out := Written{Path: filepath.Join(filepath.Dir(path), beside), Wrote: true, Beside: true}
		old, err := dir.ReadFile(beside)
		switch {
		case err == nil && string(old) == text:
			out.Wrote = false
			return out, nil
		case err == nil && string(old) == last && last != "":
			if err := dir.Remove(beside); err != nil {
				return Written{}, fmt.Errorf("draft: %w", err)
			}
		case err == nil:
			continue // the editor works in that one too
		case !errors.Is(err, fs.ErrNotExist):
			return Written{}, fmt.Errorf("draft: %w", err)
		}
		if err := create(dir, beside, text); err != nil {
			return Written{}, fmt.Errorf("draft %s: %w", out.Path, err)
		}
		return out, nil
	}
}

// create makes a file that is whole from the moment at which its name exists: written and
// flushed under another name in the same folder, then linked, which fails if the name is taken.
func create(dir *os.Root, name, text string) error {
	temp := fmt.Sprintf(".%s.%d.tmp", name, os.Getpid())
	f, err := dir.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o644)
	if err != nil {
		return err
	}
	defer dir.Remove(temp)
	n, err := f.WriteString(text)
	if err == nil && n != len(text) {
		err = errors.New("the file is shorter than what was written")
	}
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := dir.Link(temp, name); err != nil {
		return err
	}
	d, err := dir.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

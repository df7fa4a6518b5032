package curate

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// written says what writeDraft did.
type written struct {
	path   string // where the text stands: the path asked for, or a file beside it
	text   string // what that file holds
	wrote  bool   // false: the file held the same bytes already
	beside bool   // the text could not be merged into the file, and stands beside it
	gone   bool   // the editor removed the file meanwhile: nothing was written
}

// errBeside is what a merge returns with a text that is to stand beside the file.
var errBeside = errors.New("the draft belongs beside the file")

// attempts is how often a file is read and merged again because the editor changed it meanwhile.
const attempts = 3

// reached is called at each step of a write; tests end the process there.
var reached = func(step string) {}

// writeDraft makes the file at path what merge makes of it, whole or not at all. merge gets what
// the file holds, or nil where there is none, and returns what it is to hold, and what an empty
// folder would get as a draft beside. The file is replaced only if it still holds what was merged;
// what it held is kept as NAME.bak. When the editor is quicker each time, or merge says so by
// errBeside, the draft goes beside the file as NAME.new.md; one that an earlier run left there is
// replaced only if it still is what that run wrote, which last tells by its path.
func writeDraft(path string, merge func(mine []byte) (text string, err error), fresh string, last func(path string) string) (written, error) {
	folder, name := filepath.Dir(path), filepath.Base(path)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return written{}, fmt.Errorf("draft: %w", err)
	}
	dir, err := os.OpenRoot(folder)
	if err != nil {
		return written{}, fmt.Errorf("draft: %w", err)
	}
	defer dir.Close()
	sweep(dir, name)
	known := false // the file was there in this run
	var mine, holds []byte
	again := false // mine is what the editor wrote into a file that was replaced; holds is what stands there now
	for range attempts {
		if !again {
			if mine, err = read(dir, name); err != nil {
				return written{}, fmt.Errorf("draft: %w", err)
			}
			holds = mine
		}
		if mine == nil && known {
			return written{path: path, gone: true}, nil
		}
		known = known || mine != nil
		text, err := merge(mine)
		if errors.Is(err, errBeside) {
			break
		}
		if err != nil {
			return written{}, err
		}
		reached("merged")
		if mine != nil && text == string(holds) {
			return written{path: path, text: text}, nil
		}
		slipped, err := replace(dir, name, text, holds)
		switch {
		case errors.Is(err, errChanged):
			again = false
		case err != nil:
			return written{}, fmt.Errorf("draft %s: %w", path, err)
		case slipped != nil:
			mine, holds, again = slipped, []byte(text), true
		default:
			return written{path: path, text: text, wrote: true}, nil
		}
	}
	if again { // what he wrote last goes back to its place
		if _, err := replace(dir, name, string(mine), holds); err != nil && !errors.Is(err, errChanged) {
			return written{}, fmt.Errorf("draft %s: %w", path, err)
		}
	}
	stem := strings.TrimSuffix(name, filepath.Ext(name))
	for n := 1; ; n++ {
		beside := stem + ".new.md"
		if n > 1 {
			beside = fmt.Sprintf("%s.new%d.md", stem, n)
		}
		out := written{path: filepath.Join(folder, beside), text: fresh, wrote: true, beside: true}
		old, err := read(dir, beside)
		switch {
		case err != nil:
			return written{}, fmt.Errorf("draft: %w", err)
		case old != nil && string(old) == fresh:
			out.wrote = false
			return out, nil
		case old != nil && string(old) != last(out.path):
			continue // the editor works in that one too
		}
		if old != nil {
			if err := dir.Remove(beside); err != nil {
				return written{}, fmt.Errorf("draft: %w", err)
			}
		}
		_, err = replace(dir, beside, fresh, nil)
		if errors.Is(err, errChanged) {
			continue
		}
		if err != nil {
			return written{}, fmt.Errorf("draft %s: %w", out.path, err)
		}
		return out, nil
	}
}

// errChanged is that a file is not what it was when it was read.
var errChanged = errors.New("the file was changed meanwhile")

// read returns what a file holds, nil where there is none.
func read(dir *os.Root, name string) ([]byte, error) {
	b, err := dir.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && b == nil {
		b = []byte{}
	}
	return b, err
}

// replace makes a file hold a text, whole from the moment at which it does: written and flushed
// under another name in the same folder, then put in its place. A new file is linked, which fails
// if the name is taken. A file that is there must still hold the old bytes, and is kept as
// NAME.bak, which is the same file under a second name: what an editor writes into it until the
// very last moment stands there, and is returned to be merged.
func replace(dir *os.Root, name, text string, old []byte) (slipped []byte, err error) {
	mode := fs.FileMode(0o644)
	if info, err := dir.Stat(name); err == nil {
		mode = info.Mode().Perm()
	}
	temp := fmt.Sprintf(".%s.%d.tmp", name, os.Getpid())
	if err := flushed(dir, temp, text, mode); err != nil {
		return nil, err
	}
	defer dir.Remove(temp)
	reached("flushed")
	if old == nil {
		if err := dir.Link(temp, name); err != nil {
			return nil, changed(err)
		}
		reached("linked")
		return nil, flush(dir)
	}
	kept := name + ".bak"
	if now, err := read(dir, name); err != nil || now == nil || !bytes.Equal(now, old) {
		return nil, errors.Join(errChanged, err)
	}
	if err := dir.Remove(kept); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if err := dir.Link(name, kept); err != nil {
		return nil, changed(err)
	}
	reached("kept")
	was, err := dir.Stat(kept)
	if err != nil {
		return nil, changed(err)
	}
	// An editor that saves by renaming has put another file in the place of the one that was read.
	if now, err := dir.Stat(name); err != nil || !os.SameFile(was, now) {
		return nil, errors.Join(errChanged, err)
	}
	if err := dir.Rename(temp, name); err != nil {
		return nil, changed(err)
	}
	reached("renamed")
	if err := flush(dir); err != nil {
		return nil, err
	}
	if now, err := read(dir, kept); err == nil && now != nil && !bytes.Equal(now, old) {
		return now, nil
	}
	return nil, nil
}

// changed tells by an error of a file operation that somebody else was at the files.
func changed(err error) error {
	if errors.Is(err, fs.ErrExist) || errors.Is(err, fs.ErrNotExist) {
		return errChanged
	}
	return err
}

// flushed writes a file and has it on disk.
func flushed(dir *os.Root, name, text string, mode fs.FileMode) error {
	f, err := dir.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	n, err := f.WriteString(text)
	if err == nil && n != len(text) {
		err = errors.New("the file is shorter than what was written")
	}
	if err == nil {
		err = f.Chmod(mode)
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		dir.Remove(name)
	}
	return err
}

// flush has the names in a folder on disk.
func flush(dir *os.Root) error {
	d, err := dir.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// sweep removes what processes that died left of a write.
func sweep(dir *os.Root, name string) {
	all, err := fs.ReadDir(dir.FS(), ".")
	if err != nil {
		return // then writing fails too, and says so
	}
	for _, f := range all {
		rest, ours := strings.CutPrefix(f.Name(), "."+name+".")
		digits, temp := strings.CutSuffix(rest, ".tmp")
		pid, err := strconv.Atoi(digits)
		if !ours || !temp || err != nil || pid == os.Getpid() {
			continue
		}
		if p, err := os.FindProcess(pid); err == nil && p.Signal(syscall.Signal(0)) == nil {
			continue // it is still at it
		}
		dir.Remove(f.Name())
	}
}

// putFile makes a file of ours hold a text, whole or not at all, and reports whether it did not
// before.
func putFile(dir *os.Root, name, text string) (bool, error) {
	sweep(dir, name)
	if now, err := read(dir, name); err != nil || now != nil && string(now) == text {
		return false, err
	}
	temp := fmt.Sprintf(".%s.%d.tmp", name, os.Getpid())
	if err := flushed(dir, temp, text, 0o644); err != nil {
		return false, err
	}
	defer dir.Remove(temp)
	if err := dir.Rename(temp, name); err != nil {
		return false, err
	}
	return true, flush(dir)
}

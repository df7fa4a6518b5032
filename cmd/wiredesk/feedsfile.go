package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// addSources adds sources at the end of the list in feeds.yaml; every other byte stays as it is.
// The file is replaced in one step, and only when the new text, read as feeds.yaml is always read,
// says what the old one said and the new sources. cfg is the file as loaded, text its bytes then.
func addSources(path string, cfg *config, text []byte, more []addition) error {
	fresh, err := insertSources(text, more)
	if err == nil {
		err = sameAndMore(path, cfg, fresh, more)
	}
	if err != nil {
		var lines []string
		for _, m := range more {
			line, err := lineOf(m.source)
			if err != nil {
				return err
			}
			lines = append(lines, "  - "+line)
		}
		return usage("%s is left as it is: %v\nput this below sources: by hand:\n%s", path, err, strings.Join(lines, "\n"))
	}
	return replaceFile(path, text, fresh)
}

// sameAndMore reads a new text of feeds.yaml, and reports what is wrong if it does not say what
// the old one said and the added sources.
func sameAndMore(path string, cfg *config, fresh []byte, more []addition) error {
	now, err := loadText(path, fresh)
	if err != nil {
		return err
	}
	n := len(cfg.Sources)
	if len(now.Sources) != n+len(more) || !reflect.DeepEqual(now.Sources[:n], cfg.Sources[:n:n]) && n > 0 {
		return errors.New("the sources would not be those of before and the new ones")
	}
	for i, m := range more {
		want, err := lineOf(m.source)
		if err != nil {
			return err
		}
		if got, err := lineOf(now.Sources[n+i]); err != nil || got != want {
			return fmt.Errorf("source %q would not be read as it is written", m.source.Name)
		}
	}
	rest, before := *now, *cfg
	rest.Sources, before.Sources = nil, nil
	if !reflect.DeepEqual(rest, before) {
		return errors.New("something beside the sources would change")
	}
	return nil
}

// loadText reads a text as if it were the file at path: from a file beside it, since what it names
// is looked for from its folder.
func loadText(path string, text []byte) (*config, error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".feeds-*.yaml")
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(text)
	if err := errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	cfg, err := loadConfig(f.Name())
	if err != nil {
		return nil, usage("%s", strings.ReplaceAll(err.Error(), f.Name(), path))
	}
	return cfg, nil
}

// replaceFile replaces a file's old text by a new one, in one step: who reads it sees either whole.
// A link is followed, the mode is kept. A file that is not the old text any more is left alone.
func replaceFile(path string, old, fresh []byte) error {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(real)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(real), ".feeds-*.yaml")
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	defer os.Remove(f.Name()) // gone already when all went well
	_, err = f.Write(fresh)
	if err := errors.Join(err, f.Chmod(info.Mode().Perm()), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if now, err := os.ReadFile(real); err != nil || !bytes.Equal(now, old) {
		return usage("%s was changed meanwhile, and is left as it is; run the command again", path)
	}
	if err := os.Rename(f.Name(), real); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	dir, err := os.Open(filepath.Dir(real))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// loadForEdit loads feeds.yaml together with its bytes. A file with nothing but comments, which
// says nothing to run by, is one to which sources may be added.
func loadForEdit(path string) (*config, []byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		_, err = loadConfig(path) // it says what is to be done
		return nil, nil, err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err == nil && len(doc.Content) == 0 {
		cfg, err := loadText(path, []byte("sources: []\n"))
		return cfg, text, err
	}
	cfg, err := loadConfig(path)
	return cfg, text, err
}

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"wiredesk/harvest"
)

// edited adds sources to a feeds.yaml with such a text, and returns what it holds then.
func edited(t *testing.T, text string, more ...addition) (string, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "feeds.yaml")
	if err := os.WriteFile(path, []byte(text), 0o640); err != nil {
		t.Fatal(err)
	}
	cfg, old, err := loadForEdit(path)
	if err != nil {
		t.Fatal(err)
	}
	err = addSources(path, cfg, old, more)
	now, readErr := os.ReadFile(path)
	if readErr != nil {
		t.Fatal(readErr)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".feeds*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	return string(now), err
}

func feedAt(name, url string) addition {
	return addition{source: harvest.Source{Name: name, Kind: harvest.KindFeed, URL: url}}
}

func TestSourcesAreAddedInTheStyleOfTheFile(t *testing.T) {
	const x, y = `{name: "X", kind: feed, url: "https://x.example/"}`, `{name: "Y", kind: feed, url: "https://y.example/"}`
	const a = `{name: a, kind: feed, url: "https://a.example/"}`
	for name, c := range map[string][2]string{
		"lines":             {"sources:\n  - " + a + "   # best\n", "sources:\n  - " + a + "   # best\n  - " + x + "\n  - " + y + "\n"},
		"no last newline":   {"sources:\n  - " + a, "sources:\n  - " + a + "\n  - " + x + "\n  - " + y},
		"not indented":      {"sources:\n- " + a + "\n\n\n", "sources:\n- " + a + "\n- " + x + "\n- " + y + "\n\n\n"},
		"CRLF":              {"# c\r\nsources:\r\n    - " + a + "\r\n", "# c\r\nsources:\r\n    - " + a + "\r\n    - " + x + "\r\n    - " + y + "\r\n"},
		"not the last key":  {"sources:\n  - " + a + "\n\n# Fetching\nfetch: {per_host: 2}\n", "sources:\n  - " + a + "\n  - " + x + "\n  - " + y + "\n\n# Fetching\nfetch: {per_host: 2}\n"},
		"comments behind":   {"sources:\n  - " + a + "\n  # - old\n\n", "sources:\n  - " + a + "\n  - " + x + "\n  - " + y + "\n  # - old\n\n"},
		"keys in lines":     {"sources:\n  - name: a\n    kind: feed\n    url: >-\n      https://a.example/\n", "sources:\n  - name: a\n    kind: feed\n    url: >-\n      https://a.example/\n  - " + x + "\n  - " + y + "\n"},
		"end of document":   {"---\nsources:\n  - " + a + "\n...\n", "---\nsources:\n  - " + a + "\n  - " + x + "\n  - " + y + "\n...\n"},
		"brackets":          {"sources: [" + a + "]\n", "sources: [" + a + ", " + x + ", " + y + "]\n"},
		"brackets, comma":   {"sources: [" + a + ", ]\n", "sources: [" + a + ", " + x + ", " + y + ", ]\n"},
		"brackets in lines": {"sources: [\n  " + a + " # it's [\n]\nfetch: {}\n", "sources: [\n  " + a + ",\n  " + x + ",\n  " + y + " # it's [\n]\nfetch: {}\n"},
		"odd quotes":        {"sources: [{name: Tom's, kind: feed, url: \"https://a.example/]\"}]\n", "sources: [{name: Tom's, kind: feed, url: \"https://a.example/]\"}, " + x + ", " + y + "]\n"},
		"empty brackets":    {"sources: []  # none yet\ndatabase: x.db\n", "sources:   # none yet\n  - " + x + "\n  - " + y + "\ndatabase: x.db\n"},
		"empty, no newline": {"sources: []", "sources:\n  - " + x + "\n  - " + y},
		"no value":          {"sources:\n# none\ndatabase: x.db\n", "sources:\n  - " + x + "\n  - " + y + "\n# none\ndatabase: x.db\n"},
		"no key":            {"database: x.db\n# The end.\n", "database: x.db\n# The end.\nsources:\n  - " + x + "\n  - " + y + "\n"},
		"comments only":     {"# nothing\n", "# nothing\nsources:\n  - " + x + "\n  - " + y + "\n"},
		"nothing":           {"", "sources:\n  - " + x + "\n  - " + y + "\n"},
		"a mark":            {"\ufeffsources:\n  - " + a + "\n", "\ufeffsources:\n  - " + a + "\n  - " + x + "\n  - " + y + "\n"},
		"the list is named": {"sources: &all\n  - " + a + "\n", "sources: &all\n  - " + a + "\n  - " + x + "\n  - " + y + "\n"},
	} {
		got, err := edited(t, c[0], feedAt("X", "https://x.example/"), feedAt("Y", "https://y.example/"))
		if err != nil || got != c[1] {
			t.Errorf("%s: %v\n%q, want\n%q", name, err, got, c[1])
		}
	}
}

func TestFileThatCannotBeEditedIsLeftAsItIs(t *testing.T) {
	for name, text := range map[string]string{
		"the file in braces":  `{sources: {}, database: x.db}`,
		"a key twice removed": "topic: {not: &s []}\nsources: *s\n",
		"a null":              "sources: ~\n",
	} {
		path := filepath.Join(t.TempDir(), "feeds.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg, old, err := loadForEdit(path)
		if err != nil {
			continue // refused as it stands
		}
		err = addSources(path, cfg, old, []addition{feedAt("X", "https://x.example/")})
		if now, _ := os.ReadFile(path); err == nil || string(now) != text || !strings.Contains(err.Error(), `- {name: "X", kind: feed, url: "https://x.example/"}`) {
			t.Errorf("%s: %v\n%s", name, err, now)
		}
	}
}

func TestNoTitleBreaksOutOfYAML(t *testing.T) {
	for _, name := range []string{
		`"}]`, `a", disabled: true, x: "b`, "a\nsources: []", "a\r\n- b", "# c", "a: b", "{{x}}", "*a", "&a", "!!binary x", "null", "2026-11-22", "'", `\`, `\"`,
		"\u0085a\u2028b", "%TAG", "- a", "a\tb", "\x00", "\x1b[31m", "é 日本 🙂", strings.Repeat("long ", 60),
	} {
		for _, text := range []string{"sources: []\nfetch: {}\n", "sources: [{name: a, kind: feed, url: 'https://a.example'}]\nfetch: {}\n"} {
			more := feedAt(name, "https://x.example/")
			more.source.Include = []string{name}
			got, err := edited(t, text, more)
			if err != nil {
				t.Errorf("%q: %v", name, err)
				continue
			}
			path := filepath.Join(t.TempDir(), "feeds.yaml")
			if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
				t.Fatal(err)
			}
			cfg, err := loadConfig(path)
			if err != nil {
				t.Errorf("%q: %v", name, err)
				continue
			}
			last := cfg.Sources[len(cfg.Sources)-1]
			if last.Name != name || last.Include[0] != name || last.Disabled {
				t.Errorf("%q became %+v", name, last)
			}
		}
	}
}

func TestFileThatWasChangedMeanwhileIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "feeds.yaml")
	write := func(text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("sources: []\n")
	cfg, old, err := loadForEdit(path)
	if err != nil {
		t.Fatal(err)
	}
	write("sources: [] # mine\n")
	err = addSources(path, cfg, old, []addition{feedAt("X", "https://x.example/")})
	if now, _ := os.ReadFile(path); err == nil || !strings.Contains(err.Error(), "changed meanwhile") || string(now) != "sources: [] # mine\n" {
		t.Errorf("%v, %s", err, now)
	}
}

func TestLinkToTheFileIsFollowed(t *testing.T) {
	dir := t.TempDir()
	real, path := filepath.Join(dir, "there", "real.yaml"), filepath.Join(dir, "feeds.yaml")
	if err := os.Mkdir(filepath.Dir(real), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(real, []byte("sources: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, path); err != nil {
		t.Skip(err)
	}
	cfg, old, err := loadForEdit(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := addSources(path, cfg, old, []addition{feedAt("X", "https://x.example/")}); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("%v, %v", info, err)
	}
	if text, err := os.ReadFile(real); err != nil || !strings.Contains(string(text), `"X"`) {
		t.Errorf("%v, %s", err, text)
	}
}

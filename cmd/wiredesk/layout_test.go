package main

import (
	"os"
	"path/filepath"
	"testing"

	"wiredesk/curate/issue"
)

// TestALayoutIsFoundFromAnyFolder: the screens lay out the coming issue without being told where
// feeds.yaml lies.
func TestALayoutIsFoundFromAnyFolder(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{"feeds.yaml": "newsletter: {layout: own.tmpl}\nsources: []\n", "own.tmpl": "{{.Title}}\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(filepath.Dir(dir))
	cfg, err := loadConfig(filepath.Join(filepath.Base(dir), "feeds.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir) // nor does it matter where the program goes
	if _, err := issue.ReadLayout(cfg.Newsletter.Layout, ""); err != nil {
		t.Error(err)
	}
}

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// mayImport are the arrows of the house: who may import whom, of our own packages. harvest and
// curate never meet, store knows neither, and nobody imports cmd.
var mayImport = map[string][]string{
	"wiredesk/store":      {"wiredesk/store/link", "wiredesk/store/plain"},
	"wiredesk/store/":     {"wiredesk/store"}, // storetest; link and plain are leaves, see below
	"wiredesk/harvest":    {"wiredesk/store", "wiredesk/store/", "wiredesk/harvest/"},
	"wiredesk/harvest/":   {"wiredesk/store", "wiredesk/store/", "wiredesk/harvest/"},
	"wiredesk/curate":     {"wiredesk/store", "wiredesk/store/", "wiredesk/curate/"},
	"wiredesk/curate/":    {"wiredesk/store", "wiredesk/store/", "wiredesk/curate", "wiredesk/curate/"},
	"wiredesk/cmd/":       {"wiredesk/"},
	"wiredesk/store/link": {}, "wiredesk/store/plain": {},
}

// doors are the dependencies that only one room may open.
var doors = map[string]string{
	"github.com/spf13/viper": "wiredesk/cmd/wiredesk", "github.com/spf13/cobra": "wiredesk/cmd/wiredesk",
	"github.com/mmcdole/gofeed": "wiredesk/harvest/", "github.com/PuerkitoBio/goquery": "wiredesk/harvest/",
	"github.com/emersion/go-mbox": "wiredesk/harvest/", "github.com/emersion/go-message": "wiredesk/harvest/",
	"charm.land": "wiredesk/curate/tui", "github.com/charmbracelet": "wiredesk/curate/tui",
	"github.com/mattn/go-sqlite3": "wiredesk/store", "net/http": "wiredesk/harvest/fetch", "database/sql": "wiredesk/store",
	"github.com/prometheus/client_golang": "wiredesk/curate/web",
}

// otherDoors are packages that open a door for a reason of their own.
var otherDoors = map[string]string{
	"wiredesk/cmd/wiredesk net/http": "the demo serves its small web",
	"wiredesk/curate/web net/http":   "the page is a server; it asks nobody",
}

type listed struct {
	ImportPath string
	Imports    []string
	Doc        string
	Dir        string
}

func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Doc,Dir", "wiredesk/...")
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		t.Fatalf("go list: %s", exit.Stderr)
	}
	if err != nil {
		t.Fatal(err)
	}
	var all []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	if len(all) < 10 {
		t.Fatalf("only %d packages found", len(all))
	}
	return all
}

// under reports that a path is what the rule says: itself, or below it where the rule ends in "/".
func under(path, rule string) bool {
	return path == rule || strings.HasSuffix(rule, "/") && strings.HasPrefix(path, rule)
}

func TestImportsGoOneWay(t *testing.T) {
	for _, p := range packages(t) {
		var allowed []string
		best := ""
		for rule, to := range mayImport {
			if under(p.ImportPath, rule) && len(rule) > len(best) {
				best, allowed = rule, to
			}
		}
		if best == "" {
			t.Errorf("%s stands in no room", p.ImportPath)
		}
		for _, imp := range p.Imports {
			if !strings.HasPrefix(imp, "wiredesk/") {
				continue
			}
			fine := false
			for _, rule := range allowed {
				fine = fine || under(imp, rule)
			}
			if !fine {
				t.Errorf("%s imports %s", p.ImportPath, imp)
			}
		}
	}
}

func TestEachDependencyHasOneDoor(t *testing.T) {
	for _, p := range packages(t) {
		for _, imp := range p.Imports {
			for dep, door := range doors {
				if (imp == dep || strings.HasPrefix(imp, dep+"/") && dep != "net/http") && !under(p.ImportPath, door) &&
					!under(p.ImportPath, strings.TrimSuffix(door, "/")) && otherDoors[p.ImportPath+" "+imp] == "" {
					t.Errorf("%s imports %s, which belongs to %s", p.ImportPath, imp, door)
				}
			}
		}
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	for _, p := range packages(t) {
		if len(p.Doc) < 20 {
			t.Errorf("%s has no doc comment", p.ImportPath)
		}
	}
}

func TestTheShippedConfigurationIsTheOneThatInitWrites(t *testing.T) {
	top, err := os.ReadFile("../../feeds.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(top, shipped) {
		t.Error("feeds.yaml and cmd/wiredesk/feeds.yaml differ; copy the first over the second")
	}
}

// TestTheReadmeNamesEveryCommand keeps the page and the program in step.
func TestTheReadmeNamesEveryCommand(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	root := (&app{stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard}).command()
	for _, c := range root.Commands() {
		if c.Name() != "help" && c.Name() != "completion" && !strings.Contains(string(readme), "`"+c.Name()) {
			t.Errorf("README.md does not tell of %q", c.Name())
		}
		if c.Short == "" {
			t.Errorf("%q has no description", c.Name())
		}
	}
}

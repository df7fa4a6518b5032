package page_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"wiredesk/harvest/page"
	"wiredesk/store/plain"
)

var update = flag.Bool("update", false, "write what Parse returns into the golden files")

// golden is what testdata/NAME.json says of testdata/NAME.html.
type golden struct {
	URL       string        `json:"url"`
	Canonical string        `json:"canonical,omitempty"`
	Title     string        `json:"title"`
	Site      string        `json:"site,omitempty"`
	Author    string        `json:"author,omitempty"`
	Published time.Time     `json:"published,omitzero"`
	Language  string        `json:"language,omitempty"`
	Excerpt   string        `json:"excerpt,omitempty"`
	Image     string        `json:"image,omitempty"`
	Text      []string      `json:"text"`
	Links     []string      `json:"links"`
	Quotes    []goldenQuote `json:"quotes"`
}

type goldenQuote struct {
	Kind    string `json:"kind"`
	Speaker string `json:"speaker,omitempty"`
	Text    string `json:"text"`
}

// armWords is the interest of these tests: how often a text names the architecture.
func armWords(s string) float64 {
	s = strings.ToLower(s)
	return float64(strings.Count(s, "arm64") + strings.Count(s, "aarch64"))
}

func none(string) float64 { return 0 }

// check holds what is promised of every page: clean fields, quotes word for word.
func check(t *testing.T, p page.Page) {
	t.Helper()
	for field, s := range map[string]string{"title": p.Title, "site": p.Site, "author": p.Author, "language": p.Language, "excerpt": p.Excerpt} {
		if plain.Line(s) != s {
			t.Errorf("%s is not one clean line: %q", field, s)
		}
	}
	if plain.Text(p.Text) != p.Text {
		t.Errorf("text is not clean: %.300q", p.Text)
	}
	for i, q := range p.Quotes {
		if end := q.Start + len(q.Text); q.Text == "" || q.Start < 0 || end > len(p.Text) || p.Text[q.Start:end] != q.Text {
			t.Errorf("quote is not at byte %d of the text: %q", q.Start, q.Text)
		}
		if q.Rank != i+1 {
			t.Errorf("quote %d has rank %d", i+1, q.Rank)
		}
		if plain.Line(q.Speaker) != q.Speaker || plain.Line(q.Text) != q.Text {
			t.Errorf("quote is not clean: %q: %q", q.Speaker, q.Text)
		}
	}
}

// parse reads a page that must be readable.
func parse(t *testing.T, url, html string, interest func(string) float64) page.Page {
	t.Helper()
	p, err := page.Parse([]byte(html), url, interest)
	if err != nil {
		t.Fatal(err)
	}
	check(t, p)
	return p
}

func TestGoldenPages(t *testing.T) {
	files, err := filepath.Glob("testdata/*.html")
	if err != nil || len(files) == 0 {
		t.Fatal("no pages", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(file, ".html")
		t.Run(filepath.Base(name), func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want golden
			old, err := os.ReadFile(name + ".json")
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(old, &want); err != nil {
				t.Fatal(err)
			}
			p := parse(t, want.URL, string(body), armWords)
			got := golden{p.URL, p.Canonical, p.Title, p.Site, p.Author, p.Published, p.Language, p.Excerpt, p.Image, strings.Split(p.Text, "\n\n"), p.Links, nil}
			for _, q := range p.Quotes {
				got.Quotes = append(got.Quotes, goldenQuote{q.Kind, q.Speaker, q.Text})
			}
			var b strings.Builder
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", "  ")
			if err := enc.Encode(got); err != nil {
				t.Fatal(err)
			}
			if *update {
				if err := os.WriteFile(name+".json", []byte(b.String()), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if b.String() != string(old) {
				t.Errorf("got\n%s\nwant\n%s", b.String(), old)
			}
		})
	}
}

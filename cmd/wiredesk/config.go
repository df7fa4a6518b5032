package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/andybalholm/cascadia"
	"github.com/go-viper/mapstructure/v2"
	"github.com/spf13/viper"
	"go.yaml.in/yaml/v3"

	"wiredesk/curate"
	"wiredesk/curate/issue"
	"wiredesk/harvest"
	"wiredesk/harvest/fetch"
	"wiredesk/harvest/search"
	"wiredesk/store/link"
)

// config is feeds.yaml.
type config struct {
	Database   string            `mapstructure:"database"`
	Newsletter curate.Newsletter `mapstructure:"newsletter"`
	Topic      harvest.Topic     `mapstructure:"topic"`
	Fetch      fetch.Config      `mapstructure:"fetch"`
	Sources    []harvest.Source  `mapstructure:"sources"`

	dir string // folder of the file: relative paths start here
}

// defaults are what a key has that the file leaves out.
func defaults() config {
	return config{
		Database: "wiredesk.db",
		Newsletter: curate.Newsletter{
			Title: "Works on Arm News", Timezone: "America/Detroit", Publish: "friday 12:00", Layout: "classic",
			Output: "issues/{week}.md", Contents: "In this issue", Wrap: 66,
		},
		Topic: harvest.Topic{Name: "arm64", Window: 14 * 24 * time.Hour},
		Fetch: fetch.Config{Concurrency: 64, PerHost: 1, Timeout: 20 * time.Second},
	}
}

// usageError is a mistake in the command line or in feeds.yaml: exit 2.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usage(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// faults collects what is wrong in a file, so that all of it is told in one go.
type faults struct {
	file string
	all  []fault
	keys map[reflect.Type]keys // by struct
}

type fault struct {
	line int
	text string
}

func (f *faults) add(line int, format string, args ...any) {
	f.all = append(f.all, fault{line, fmt.Sprintf("%s:%d: %s", f.file, line, fmt.Sprintf(format, args...))})
}

func (f *faults) err() error {
	if len(f.all) == 0 {
		return nil
	}
	slices.SortStableFunc(f.all, func(a, b fault) int { return a.line - b.line })
	var lines []string
	for _, one := range f.all {
		lines = append(lines, one.text)
	}
	return &usageError{strings.Join(lines, "\n")}
}

// loadConfig reads and checks feeds.yaml. viper decodes; what is told about lines comes from a
// pass over the nodes of the file.
func loadConfig(path string) (*config, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, usage("there is no %s; `wiredesk init` writes one, `--config FILE` names another", path)
	}
	if err != nil {
		return nil, usage("%s: %v", path, err)
	}
	c := defaults()
	c.dir = filepath.Dir(path)
	f := &faults{file: path}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return nil, usage("%s: no valid YAML: %s", path, strings.TrimPrefix(err.Error(), "yaml: "))
	}
	if len(doc.Content) == 0 {
		return nil, usage("%s: the file is empty; `wiredesk init DIR` writes a full one", path)
	}
	root := doc.Content[0]
	f.shape(root, reflect.TypeFor[config](), "")
	v := viper.NewWithOptions(viper.KeyDelimiter("::"))
	var all map[string]any
	err = doc.Decode(&all)
	if err == nil {
		err = v.MergeConfigMap(all)
	}
	if err != nil {
		if len(f.all) > 0 {
			return nil, f.err() // a key that stands twice is told already
		}
		return nil, usage("%s: %v", path, err)
	}
	strict := func(dc *mapstructure.DecoderConfig) { dc.WeaklyTypedInput = false }
	if len(f.all) > 0 { // what decodes is checked all the same, so that all faults are told in one go
		_ = v.Unmarshal(&c, viper.DecodeHook(decodeDuration), strict)
	} else if err := v.UnmarshalExact(&c, viper.DecodeHook(decodeDuration), strict); err != nil {
		return nil, usage("%s: %v", path, err)
	}
	f.check(&c, root)
	return &c, f.err()
}

var durationForm = regexp.MustCompile(`^(?:\d+(?:\.\d+)?(?:s|m|h|d|w))+$`)

// parseDuration reads 30m, 6h, 14d, 2w and sums of them.
func parseDuration(s string) (time.Duration, error) {
	if !durationForm.MatchString(s) {
		return 0, fmt.Errorf("%q is no duration; write 30m, 6h, 14d or 2w", s)
	}
	var sum time.Duration
	from := 0
	for i := range len(s) {
		unit, ok := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}[s[i]]
		if !ok {
			continue
		}
		n, err := strconv.ParseFloat(s[from:i], 64)
		if err != nil || n > 1e6 {
			return 0, fmt.Errorf("%q is no duration; write 30m, 6h, 14d or 2w", s)
		}
		sum += time.Duration(n * float64(unit))
		from = i + 1
	}
	return sum, nil
}

func decodeDuration(from, to reflect.Type, v any) (any, error) {
	if to != reflect.TypeFor[time.Duration]() || from.Kind() != reflect.String {
		return v, nil
	}
	return parseDuration(v.(string))
}

// check judges the values of a file whose shape is right, and fills in what follows from them.
func (f *faults) check(c *config, root *yaml.Node) {
	nl, n := child(root, "newsletter"), &c.Newsletter
	zone, err := time.LoadLocation(n.Timezone)
	if err != nil {
		f.add(line(nl, "timezone"), "newsletter: timezone: there is no %q; write one like Europe/Berlin", n.Timezone)
		zone = time.UTC
	}
	if n.Publication, err = issue.ParsePublication(n.Publish, zone); err != nil {
		f.add(line(nl, "publish"), "newsletter: publish: %v", err)
	}
	if _, err := issue.ReadLayout(n.Layout, c.dir); err != nil {
		f.add(line(nl, "layout"), "newsletter: layout: %v", err)
	} else if !slices.Contains(issue.Layouts, n.Layout) && !filepath.IsAbs(n.Layout) {
		// Whoever lays out an issue then needs to know no folder.
		if n.Layout, err = filepath.Abs(filepath.Join(c.dir, n.Layout)); err != nil {
			f.add(line(nl, "layout"), "newsletter: layout: %v", err)
		}
	}
	for i, s := range n.Sections {
		if slices.Contains(n.Sections[:i], s) {
			f.add(line(nl, "sections"), "newsletter: sections: %q stands twice", s)
		}
	}
	if !strings.Contains(n.Output, "{week}") && !strings.Contains(n.Output, "{number}") {
		f.add(line(nl, "output"), "newsletter: output: %q names one file for all issues; put {week} or {number} into it", n.Output)
	}
	if n.Wrap < 0 || n.Wrap > 0 && n.Wrap < 20 {
		f.add(line(nl, "wrap"), "newsletter: wrap: %d is no column; write 66, or 0 for none", n.Wrap)
	}
	if n.Events != "" {
		path := n.Events
		if !filepath.IsAbs(path) {
			path = filepath.Join(c.dir, path)
		}
		n.Dates = f.events(path, line(nl, "events"), zone)
	}
	ft := child(root, "fetch")
	for _, bound := range []struct {
		key     string
		n, from int
	}{{"concurrency", c.Fetch.Concurrency, 1}, {"per_host", c.Fetch.PerHost, 1}} {
		if bound.n < bound.from || bound.n > 1000 {
			f.add(line(ft, bound.key), "fetch: %s: %d is not between %d and 1000", bound.key, bound.n, bound.from)
		}
	}
	if c.Fetch.Timeout < time.Second/10 || c.Fetch.Timeout > 10*time.Minute {
		f.add(line(ft, "timeout"), "fetch: timeout: write one between 1s and 10m")
	}
	if u, err := url.Parse(c.Fetch.Proxy); c.Fetch.Proxy != "" && (err != nil || u.Host == "") {
		f.add(line(ft, "proxy"), "fetch: proxy: %q is no URL; write http://host:port", c.Fetch.Proxy)
	}
	if allow := child(ft, "allow"); allow != nil && len(allow.Content) == len(c.Fetch.Allow) {
		for i, s := range c.Fetch.Allow {
			if err := fetch.CheckAllow(s); err != nil {
				f.add(allow.Content[i].Line, "%v", err)
			}
		}
	}
	if terms := child(child(root, "topic"), "terms"); terms != nil && len(terms.Content) == len(c.Topic.Terms) {
		for i, t := range c.Topic.Terms {
			if strings.TrimSpace(t.Term) == "" {
				f.add(terms.Content[i].Line, "topic: terms %d: a term is missing; write {term: aarch64, weight: 3}", i+1)
			}
		}
	}
	f.sources(c, child(root, "sources"))
}

// events reads the events file.
func (f *faults) events(path string, at int, zone *time.Location) []issue.Event {
	text, err := os.ReadFile(path)
	if err != nil {
		f.add(at, "newsletter: events: %v", err)
		return nil
	}
	var rows []struct{ Date, Title, Place, URL string }
	dec := yaml.NewDecoder(bytes.NewReader(text))
	dec.KnownFields(true)
	if err := dec.Decode(&rows); err != nil {
		f.add(at, "newsletter: events: %s is no list of {date, title, place, url}: %s", path, strings.TrimPrefix(err.Error(), "yaml: "))
		return nil
	}
	var out []issue.Event
	for i, r := range rows {
		day, err := time.ParseInLocation(time.DateOnly, r.Date, zone)
		if err != nil {
			f.add(at, "newsletter: events: entry %d of %s: %q is no date; write 2026-11-27", i+1, path, r.Date)
			continue
		}
		clean := ""
		if r.URL != "" {
			if clean, err = link.Clean(r.URL, ""); err != nil {
				f.add(at, "newsletter: events: entry %d of %s: %v", i+1, path, err)
			}
		}
		out = append(out, issue.Event{Date: day, Title: r.Title, Place: r.Place, URL: clean})
	}
	return out
}

// selectors are the keys of a source that hold CSS.
func selectors(s *harvest.Source) map[string]string {
	return map[string]string{"item": s.Item, "link": s.Link, "title": s.Title, "date": s.Date}
}

func (f *faults) sources(c *config, list *yaml.Node) {
	if list == nil || len(list.Content) < len(c.Sources) {
		return // no list, which is told already
	}
	seen := map[string]int{}
	for i := range c.Sources {
		s, n := &c.Sources[i], deref(list.Content[i])
		who := "source " + nameOf(n, i+1)
		bad := func(key, format string, args ...any) {
			f.add(line(n, key), "%s: %s: %s", who, key, fmt.Sprintf(format, args...))
		}
		switch first, dup := seen[s.Name]; {
		case s.Name == "":
			f.add(n.Line, "source %d has no name", i+1)
		case s.Name == harvest.Captured:
			bad("name", "%q is where the links stand that you add yourself; take another", s.Name)
		case s.Name == harvest.Watched:
			bad("name", "%q is where changes of issues and pull requests stand; take another", s.Name)
		case dup:
			bad("name", "the name is taken by the source in line %d", first)
		default:
			seen[s.Name] = line(n, "name")
		}
		if !slices.Contains(harvest.Kinds, s.Kind) {
			bad("kind", "there is no %q%s; there are %s", s.Kind, didYouMean(s.Kind, harvest.Kinds), strings.Join(harvest.Kinds, ", "))
		}
		if s.Kind == harvest.KindSearch {
			if _, err := search.Address(search.Query{URL: s.URL, Terms: s.Query}); err != nil {
				bad("url", "%v", err)
			}
		} else if _, err := link.Clean(s.URL, ""); err != nil {
			bad("url", "%v", err)
		}
		if s.Query != "" && s.Kind != harvest.KindSearch {
			bad("query", "only sources of kind search take one")
		}
		if s.Prerelease != nil && s.Kind != harvest.KindReleases {
			bad("prerelease", "only sources of kind releases take it")
		}
		if s.Links && s.Kind != harvest.KindFeed && s.Kind != harvest.KindPage {
			bad("links", "only sources of kind feed and page take it")
		}
		if v := child(n, "every"); v != nil && durationForm.MatchString(v.Value) && s.Every < harvest.MinEvery {
			bad("every", "shorter than a minute")
		}
		if s.Match == "" {
			s.Match = "topic"
			if s.Kind == harvest.KindReleases {
				s.Match = "all"
			}
		}
		if s.Match != "topic" && s.Match != "all" {
			bad("match", "there is no %q%s; there are topic, all", s.Match, didYouMean(s.Match, []string{"topic", "all"}))
		}
		if s.Weight < 0 {
			bad("weight", "%g is below 0", s.Weight)
		}
		if s.MaxItems < 0 {
			bad("max_items", "%d is below 0", s.MaxItems)
		}
		s.Zone = c.Newsletter.Publication.Zone
		if s.Timezone != "" {
			zone, err := time.LoadLocation(s.Timezone)
			if err != nil {
				bad("timezone", "there is no %q; write one like Europe/Berlin", s.Timezone)
			}
			s.Zone = zone
		}
		s.Credit = issue.ParseCredit(s.Via, true)
		for key, css := range selectors(s) {
			if _, err := cascadia.ParseGroup(css); css != "" && err != nil {
				bad(key, "%q is no CSS selector: %v", css, err)
			}
		}
		whole := s.Kind == harvest.KindPage && s.Links && s.Item == "" && s.Link == "" // the links of the page itself
		if (s.Kind == harvest.KindPage || s.Item != "") && !whole {
			if s.Item == "" {
				bad("item", "a page needs a CSS selector for its items")
			}
			if s.Link == "" {
				bad("link", "a page needs a CSS selector for the link of an item")
			}
		}
		f.secrets(s, n, who, c.dir)
	}
}

package page

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// facts are what a page says of itself to programs: in meta elements, and in JSON-LD
// (schema.org).
type facts struct {
	metas                       map[string]string
	names                       map[string]string // of JSON-LD nodes, by @id
	headline, author, publisher string
	published                   time.Time
}

// structured gathers the facts of a page; broken JSON-LD is passed over.
func structured(doc *goquery.Document) *facts {
	f := &facts{metas: map[string]string{}, names: map[string]string{}}
	doc.Find("meta[content]").Each(func(_ int, s *goquery.Selection) {
		for _, key := range []string{"property", "name", "itemprop", "http-equiv"} {
			if n := strings.ToLower(s.AttrOr(key, "")); n != "" && f.metas[n] == "" {
				f.metas[n] = strings.TrimSpace(s.AttrOr("content", ""))
			}
		}
	})
	var blocks []any
	doc.Find(`script[type="application/ld+json"]`).Each(func(_ int, s *goquery.Selection) {
		var v any
		if json.Unmarshal([]byte(bareJSON(s.Text())), &v) == nil {
			f.index(v, 0)
			blocks = append(blocks, v)
		}
	})
	for _, v := range blocks {
		f.walk(v, 0)
	}
	return f
}

// bareJSON takes off the comment or CDATA marks that stand around the JSON of some pages, and
// the line breaks that some have inside strings.
func bareJSON(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, strings.NewReplacer("<![CDATA[", "", "]]>", "").Replace(s))
	if from, to := strings.IndexAny(s, "[{"), strings.LastIndexAny(s, "]}"); from >= 0 && to > from {
		return s[from : to+1]
	}
	return s
}

// meta returns the first named meta element that says anything, in the order of names.
func (f *facts) meta(names ...string) string {
	for _, n := range names {
		if v := f.metas[n]; v != "" {
			return v
		}
	}
	return ""
}

const maxJSONDepth = 8

// index notes the names of nodes that others point to by @id.
func (f *facts) index(v any, depth int) {
	if depth > maxJSONDepth {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			f.index(e, depth+1)
		}
	case map[string]any:
		if id, name := str(v["@id"]), str(v["name"]); id != "" && name != "" {
			f.names[id] = name
		}
		for _, e := range v {
			f.index(e, depth+1)
		}
	}
}

func (f *facts) walk(v any, depth int) {
	if depth > maxJSONDepth {
		return
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			f.walk(e, depth+1)
		}
	case map[string]any:
		if articleType(v["@type"]) {
			f.headline = first(f.headline, str(v["headline"]))
			f.author = first(f.author, f.people(v["author"], 0))
			f.publisher = first(f.publisher, f.people(v["publisher"], 0))
			if f.published.IsZero() {
				f.published = parseDate(str(v["datePublished"]))
			}
		}
		f.walk(v["@graph"], depth+1)
		f.walk(v["mainEntity"], depth+1)
	}
}

func articleType(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.HasSuffix(v, "Article") || strings.HasSuffix(v, "Posting") || v == "Report"
	case []any:
		for _, e := range v {
			if s, ok := e.(string); ok && articleType(s) {
				return true
			}
		}
	}
	return false
}

func str(v any) string {
	s, _ := v.(string)
	return strings.TrimSpace(s)
}

// people returns the name or names of persons or organisations, each once, by commas.
func (f *facts) people(v any, depth int) string {
	switch v := v.(type) {
	case string:
		if s := strings.TrimSpace(v); !strings.Contains(s, "://") {
			return s
		}
		return f.names[v]
	case map[string]any:
		if n := str(v["name"]); n != "" {
			return n
		}
		return f.names[str(v["@id"])]
	case []any:
		var all []string
		seen := map[string]bool{}
		for _, e := range v {
			if depth > 0 || len(all) == 4 {
				break
			}
			if n := plain.Line(f.people(e, depth+1)); n != "" && !seen[n] {
				seen[n] = true
				all = append(all, n)
			}
		}
		return strings.Join(all, ", ")
	}
	return ""
}

// published is when the page says it was published.
func published(doc *goquery.Document, f *facts, url string) time.Time {
	if !f.published.IsZero() {
		return f.published
	}
	for _, name := range []string{"article:published_time", "og:article:published_time", "datepublished", "dc.date.issued", "dc.date", "dcterms.created", "dcterms.date",
		"citation_publication_date", "citation_date", "parsely-pub-date", "sailthru.date", "pubdate", "date"} {
		if t := parseDate(f.meta(name)); !t.IsZero() {
			return t
		}
	}
	if frontPage(url) { // its times are those of the entries
		return time.Time{}
	}
	for _, selector := range []string{`[itemprop="datePublished"]`, `time[pubdate]`, `time.dt-published`, `time.published`, `time.entry-date`} {
		s := doc.FindMatcher(goquery.Single(selector))
		if t := parseDate(first(s.AttrOr("datetime", ""), s.AttrOr("content", ""))); !t.IsZero() {
			return t
		}
	}
	for _, within := range []string{"article", "main"} {
		s := doc.FindMatcher(goquery.Single(within)).FindMatcher(goquery.Single("time[datetime]"))
		if t := parseDate(s.AttrOr("datetime", "")); !t.IsZero() {
			return t
		}
	}
	if times := doc.Find("time[datetime]"); times.Length() == 1 {
		return parseDate(times.AttrOr("datetime", ""))
	}
	return time.Time{}
}

// parseDate reads the forms of ISO 8601 that pages use; a page whose date is in words stays
// without one.
func parseDate(s string) time.Time {
	s = strings.TrimSpace(s)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05-0700", "2006-01-02T15:04:05", "2006-01-02T15:04-07:00", "2006-01-02T15:04Z", "2006-01-02T15:04",
		"2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05-07:00", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02", "2006/01/02", time.RFC1123Z, time.RFC1123} {
		if t, err := time.Parse(layout, s); err == nil {
			if t.Year() < 1990 || t.Year() > 2100 {
				return time.Time{}
			}
			return t.UTC()
		}
	}
	return time.Time{}
}

// site is the name that a page gives its site, without a slogan behind it.
func site(f *facts, url string) string {
	name := first(Line(f.meta("og:site_name")), KnownSite(url), f.publisher, f.meta("application-name"))
	if parts := cutTitle(name); len(parts) > 1 && isSite(parts[0], "", url) {
		return parts[0]
	}
	return name
}

// knownSites are the hosts that most links of a technical newsletter go to and that do not name
// themselves.
var knownSites = map[string]string{
	"github.com": "GitHub", "gitlab.com": "GitLab", "twitter.com": "Twitter", "x.com": "Twitter", "youtube.com": "YouTube", "youtu.be": "YouTube",
	"lwn.net": "LWN", "phoronix.com": "Phoronix", "lore.kernel.org": "lore.kernel.org", "hub.docker.com": "Docker Hub",
	"news.ycombinator.com": "Hacker News", "reddit.com": "Reddit", "wikipedia.org": "Wikipedia", "arxiv.org": "arXiv", "medium.com": "Medium",
}

// KnownSite is the name of a well-known site by its host, or "".
func KnownSite(url string) string {
	for host := link.Host(url); host != ""; {
		if name := knownSites[host]; name != "" {
			return name
		}
		_, host, _ = strings.Cut(host, ".")
	}
	return ""
}

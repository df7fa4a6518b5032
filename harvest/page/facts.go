package page

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"wiredesk/store/plain"
)

// facts are what a page says of itself to programs: in meta elements, and in JSON-LD
// (schema.org).
type facts struct {
	metas                       map[string]string
	names                       map[string]string // of JSON-LD nodes, by @id
	headline, author, publisher string            // of the article, in JSON-LD
	about                       string            // its description there
	published                   time.Time         // of the article
	loaded                      time.Time         // of the web page: some templates state the date there
	article, thread, goods      bool              // what the page says it is
	story                       bool              // it says so in JSON-LD
}

// structured gathers the facts of a page; broken JSON-LD is passed over.
func structured(doc *goquery.Document) *facts {
	f := &facts{metas: map[string]string{}, names: map[string]string{}}
	metas := doc.Find("meta[content]")
	for _, key := range []string{"property", "name", "itemprop", "http-equiv"} { // the surest first
		metas.Each(func(_ int, s *goquery.Selection) {
			for name := range strings.FieldsSeq(strings.ToLower(s.AttrOr(key, ""))) {
				f.addMeta(dublin.Replace(name), strings.TrimSpace(s.AttrOr("content", "")))
			}
		})
	}
	f.article = strings.EqualFold(f.meta("og:type"), "article")
	f.goods = strings.Contains(strings.ToLower(f.meta("og:type")), "product")
	var nodes []any
	doc.Find(`script[type="application/ld+json"]`).Each(func(_ int, s *goquery.Selection) {
		var v any
		if json.Unmarshal([]byte(bareJSON(s.Text())), &v) == nil {
			f.index(v, 0)
			nodes = append(nodes, v)
		}
	})
	for _, v := range nodes {
		f.walk(v, 0)
	}
	return f
}

// dublin writes the prefixes of Dublin Core in one way.
var dublin = strings.NewReplacer("dc:", "dc.", "dcterm:", "dc.", "dcterms:", "dc.", "dcterms.", "dc.")

const maxAuthors = 4

// addMeta keeps the first content of a name; a paper states each of its authors.
func (f *facts) addMeta(name, content string) {
	switch old := f.metas[name]; {
	case content == "":
	case old == "":
		f.metas[name] = content
	case (name == "citation_author" || name == "dc.creator") && !strings.Contains(old, content) && strings.Count(old, ", ") < maxAuthors-1:
		f.metas[name] = old + ", " + content
	}
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
func (f *facts) meta(names ...string) string { return f.first(names...).value }

// first is meta with the vocabulary that it is from.
func (f *facts) first(names ...string) fact {
	for _, n := range names {
		if v := f.metas[n]; v != "" {
			return fact{v, origin(n)}
		}
	}
	return fact{}
}

// origin is the vocabulary that a name of a meta element belongs to.
func origin(name string) string {
	switch prefix, _, _ := strings.Cut(strings.ReplaceAll(name, ".", ":"), ":"); prefix {
	case "og", "article":
		return "og"
	case "twitter":
		return "twitter"
	case "dc":
		return "dc"
	}
	return "meta"
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
		switch str(v["@type"]) {
		case "WebPage":
			if f.loaded.IsZero() {
				f.loaded = anyDate(str(v["datePublished"]))
			}
		case "Product", "ProductGroup", "ItemList", "CollectionPage":
			f.goods = true
		case "DiscussionForumPosting", "QAPage":
			f.thread = true
		}
		if articleType(v["@type"]) {
			f.article, f.story = true, true
			f.headline = first(f.headline, str(v["headline"]))
			f.author = first(f.author, f.people(v["author"], 0))
			f.publisher = first(f.publisher, f.people(v["publisher"], 0))
			f.about = first(f.about, str(v["description"]))
			if f.published.IsZero() {
				f.published = anyDate(str(v["datePublished"]))
			}
		}
		f.walk(v["@graph"], depth+1)
		if str(v["@type"]) != "FAQPage" { // whose questions are no posts
			f.walk(v["mainEntity"], depth+1)
		}
	}
}

func articleType(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.HasSuffix(v, "Article") || strings.HasSuffix(v, "Posting") || v == "Report" || v == "Question"
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
			if depth > 0 || len(all) == maxAuthors {
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

package page

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html/atom"

	"wiredesk/harvest/pattern"
	"wiredesk/store/link"
)

// special corrects what the general rules make of pages that look alike on sites of which a
// technical newsletter cites many.
func (p *Page) special(doc *goquery.Document, f *facts, main *content) {
	switch host := link.Host(p.URL); {
	case host == "github.com":
		p.gitHub(doc)
	case strings.HasSuffix(host, "youtube.com"), host == "youtu.be":
		p.video(doc, f, main)
	case host == "reddit.com", strings.HasSuffix(host, ".reddit.com"):
		p.reddit(doc)
	default:
		p.mail(doc, main)
	}
}

var (
	gitHubTitle = pattern.New(`^(.+?)(?: by (\S+))? · (?:Issue|Pull Request|Discussion) #\d+ · \S+$`)
	gitHubOther = pattern.New(`^(.+?) · (?:[\w.-]+/[\w.-]+@[0-9a-f]{6,40}|[\w.-]+/[\w.-]+)$`)
	number      = pattern.New(`\s+#\d+$`)
)

// gitHub takes the number and the repository off the title of an issue, a pull request, a
// discussion, a commit or a file. Who wrote the first post is the author.
func (p *Page) gitHub(doc *goquery.Document) {
	whole := strings.TrimSuffix(headTitle(doc), " · GitHub")
	if m := gitHubTitle().FindStringSubmatch(whole); m != nil {
		p.note("title", &p.Title, fact{m[1], "title"}, maxTitle)
		if m[2] != "" {
			p.note("author", &p.Author, fact{m[2], "title"}, maxName)
		} else if p.Author == "" {
			p.note("author", &p.Author, fact{spaced(doc.FindMatcher(goquery.Single("a.author")), " "), "byline"}, maxName)
		}
		return
	}
	if m := gitHubOther().FindStringSubmatch(whole); m != nil && !strings.HasPrefix(m[1], "Release") {
		p.note("title", &p.Title, fact{m[1], "title"}, maxTitle)
	}
	p.Title = number().ReplaceAllString(p.Title, "")
}

var videoText = pattern.New(`"shortDescription":"((?:[^"\\]|\\.)*)"`)

// video takes the description of a video, which a script of the page holds, for its text.
func (p *Page) video(doc *goquery.Document, f *facts, main *content) {
	text := f.meta("og:description", "description")
	doc.Find("script").EachWithBreak(func(_ int, s *goquery.Selection) bool {
		if m := videoText().FindStringSubmatch(s.Text()); m != nil {
			var whole string
			if json.Unmarshal([]byte(`"`+m[1]+`"`), &whole) == nil && whole != "" {
				text = whole
			}
			return false
		}
		return true
	})
	w := walker{shape: list}
	w.line.WriteString(text)
	w.flush(atom.Pre)
	for i := range w.blocks {
		w.blocks[i].kind = atom.P
	}
	*main = w.finish(p.Title)
	if name := attr(doc, `[itemprop="author"] [itemprop="name"]`, "content"); name != "" {
		p.note("author", &p.Author, fact{name, "microdata"}, maxName)
	}
}

// reddit takes who wrote a post, and when, from the element that holds it, of the newer pages and
// of the old ones.
func (p *Page) reddit(doc *goquery.Document) {
	post := doc.FindMatcher(goquery.Single("shreddit-post, .thing.link"))
	p.note("author", &p.Author, fact{first(post.AttrOr("author", ""), post.AttrOr("data-author", ""), p.Author), "microdata"}, maxName)
	if t := parseDate(first(post.AttrOr("created-timestamp", ""), post.FindMatcher(goquery.Single("time")).AttrOr("datetime", ""))); !t.IsZero() {
		p.Published, p.Evidence["published"] = t, "time"
	}
}

var (
	mailFrom = pattern.New(`^\s*From:\s*"?([^"<@\n]+?)"?\s*(?:<[^>\n]*>)?\s*(?:@\s*(\d{4}-\d\d-\d\d)\s+(\d{1,2}:\d\d)\b.*)?\n`)
	mailHead = pattern.New(`^From: `)
	mailDate = pattern.New(`(?m)^\s*Date:\s*(.+)$`)
)

// mail reads a message in the web pages of a list archive: its writer is the author, and speaks.
func (p *Page) mail(doc *goquery.Document, main *content) {
	pre := doc.FindMatcher(goquery.Single("pre"))
	text := pre.Text()
	m := mailFrom().FindStringSubmatch(text[:min(len(text), 2000)])
	name, found := "", false
	switch {
	case m != nil: // public-inbox
		name, found = m[1], true
		if m[2] != "" {
			if t := parseDate(m[2] + " " + strings.Repeat("0", 5-len(m[3])) + m[3]); !t.IsZero() {
				p.Published, p.Evidence["published"] = t, "mail"
			}
		} else if d := mailDate().FindStringSubmatch(text[:min(len(text), 2000)]); d != nil {
			if t := anyDate(d[1]); !t.IsZero() {
				p.Published, p.Evidence["published"] = t, "mail"
			}
		}
	default: // pipermail: a heading, the name in bold, the date in italics
		heading := doc.FindMatcher(goquery.Single("h1"))
		if heading.Length() == 0 || doc.FindMatcher(goquery.Single(`a[href*="thread.html"]`)).Length() == 0 {
			return
		}
		near := 0
		for n := heading.Nodes[0].NextSibling; n != nil && near < 20; n, near = n.NextSibling, near+1 {
			switch line := spaced(goquery.NewDocumentFromNode(n).Selection, " "); n.DataAtom {
			case atom.B:
				name, found = line, true
			case atom.I:
				if t, err := time.Parse(time.UnixDate, line); err == nil {
					if zone, _ := t.Zone(); zone != "UTC" && zone != "GMT" { // no letters tell a zone for sure
						t = time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
					}
					p.Published, p.Evidence["published"] = t.UTC(), "mail"
				}
			}
		}
	}
	if !found || !nameable(name) {
		return
	}
	p.note("author", &p.Author, fact{bare(name), "mail"}, maxName)
	// The message is the text, and all that is not the writer's is marked by ">".
	w := walker{base: p.URL, shape: list, seen: map[string]bool{}, writer: p.Author}
	for _, n := range pre.Nodes {
		w.node(n, atom.Pre, 0)
		w.flush(atom.Pre)
	}
	if len(w.blocks) > 1 && mailHead().MatchString(w.blocks[0].text) {
		w.blocks = w.blocks[1:]
	}
	*main = w.finish(p.Title)
}

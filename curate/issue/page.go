package issue

import (
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"wiredesk/store/plain"
)

// page is the plan as markdown, with each story as lay makes it.
func (p Plan) page(lay func(Story) laid) (Page, error) {
	out := Page{
		Title: sentence(p.Title), Week: p.Week, Number: p.Number, Date: p.Date.Format("January 2, 2006"), Day: p.Date.Format("2006-01-02"),
		Header: ownHeading(p.Header()), Intro: strings.Trim(p.Intro, "\n"),
		Colophon: prose(p.Colophon, p.Wrap), Subscription: prose(p.Subscription, p.Wrap),
	}
	var err error
	if out.FrontMatter, err = p.frontMatter(); err != nil {
		return out, err
	}
	order := append([]string{""}, p.Sections...)
	bySection := map[string][]laid{}
	for _, s := range p.Stories {
		if !slices.Contains(order, s.Section) {
			order = append(order, s.Section)
		}
		bySection[s.Section] = append(bySection[s.Section], lay(s))
	}
	var items []string
	for _, name := range order {
		if len(bySection[name]) == 0 {
			continue
		}
		section := PageSection{Marks: "##", Heading: heading(name)}
		for _, s := range bySection[name] {
			section.Stories, items = append(section.Stories, s.story), append(items, s.item)
		}
		out.Sections = append(out.Sections, section)
	}
	if p.Contents != "" && len(items) > 0 {
		out.Contents = &PageContents{Marks: "####", Heading: ownHeading(p.Contents), Items: items}
	}
	for _, e := range p.Events {
		out.Events = append(out.Events, e.line())
	}
	return out, nil
}

// frontMatter is a title between lines of ---, quoted as YAML needs it.
func (p Plan) frontMatter() (string, error) {
	text, err := yaml.Marshal(struct {
		Title string `yaml:"title"`
	}{plain.Line(p.Title + " " + p.Week)})
	return "---\n" + string(text) + "---", err
}

// laid is a story as markdown.
type laid struct {
	story PageStory
	item  string // of the contents list
}

func (p Plan) lay(s Story) laid { return laid{p.story(s), contentsItem(s)} }

func (p Plan) story(s Story) PageStory {
	out := PageStory{Marks: "###", Heading: headline(s), Note: prose(s.Note, p.Wrap)}
	if c := CreditText(s.Credit); c != "" && !strings.Contains(s.Headline, c) {
		out.Heading = credited(out.Heading, s.Headline, "("+c+")")
	}
	for _, q := range s.Quotes {
		out.Quotes = append(out.Quotes, PageQuote{leadIn(q), blockquote(q.Text, p.Wrap)})
	}
	for _, l := range s.Links {
		out.Links = append(out.Links, PageLink{Bare: bareURL(l.URL), Labelled: labelledURL(l.Label(), l.URL)})
	}
	return out
}

func (e Event) line() PageEvent {
	text := strings.Join(slices.DeleteFunc([]string{e.Title, e.Place}, func(s string) bool { return s == "" }), ", ")
	out := PageEvent{Date: e.Date.Format("January 2"), Text: sentence(text)}
	if e.URL != "" {
		out.Text += " " + bareURL(e.URL)
	}
	return out
}

// credited puts a credit behind a headline. Each is plain text by itself; together they must be too.
func credited(escaped, headline, credit string) string {
	both := escaped + " " + heading(credit)
	if rendered("### "+both, "<h3>", "</h3>") == rendered("### "+escaped, "<h3>", "</h3>")+" "+escapeHTML(credit) {
		return both
	}
	return heading(headline + " " + credit)
}

func headline(s Story) string {
	if s.Own {
		return ownHeading(s.Headline)
	}
	return heading(s.Headline)
}

// contentsItem is the headline as an item of the contents list.
func contentsItem(s Story) string {
	if h := headline(s); rendered("### "+h, "<h3>", "</h3>") == rendered("* "+h, "<ul>\n<li>", "</li>\n</ul>") {
		return h
	}
	return bullet(s.Headline)
}

// leadIn is the line before a quote that names its speaker; empty where he is unknown, or where
// the quote names him itself.
func leadIn(q Quote) string {
	name, _, _ := strings.Cut(q.Speaker, ",")
	if name == "" || strings.Contains(q.Text, name) {
		return ""
	}
	speaker := plain.Line(q.Speaker)
	if strings.Contains(speaker, ",") {
		speaker += ","
	}
	return sentence(speaker + " writes:")
}

package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"golang.org/x/net/publicsuffix"

	"wiredesk/store/link"
)

// Covered is where something was told before.
type Covered struct {
	Week    string `json:"week,omitempty"` // the issue; empty: held, not published yet
	Heading string `json:"heading"`        // of its story
	URL     string `json:"url"`
	Kind    string `json:"kind"` // repeat: the same page; follow-up: a new page of a known project or story
}

// The kinds of coverage.
const (
	Repeat   = "repeat"
	FollowUp = "follow-up"
)

// maxFollowUps is how many follow-ups of one link are told, the newest: a project that stands in
// every other issue is known to the editor.
const maxFollowUps = 3

// Coverage returns, for every URL, where the archive has it: as a repeat where the page itself was
// published, else as a follow-up where another page of its project was. Only issues of weeks
// before that one count; empty: all. Newest first; nothing for a URL that cannot be opened.
//
// A page's project is the one that link.Project tells, else its site, if that is a project's own:
// some headline over a link to it named it ("Armbian 5.35" over armbian.com). So a magazine is none.
func (s *Store) Coverage(ctx context.Context, urls []string, before string) ([][]Covered, error) {
	pages := make([]page, len(urls))
	for i, raw := range urls {
		if clean, err := link.Clean(raw, ""); err == nil {
			pages[i].identities = []string{link.Canonical(clean)}
		}
	}
	return s.coverage(ctx, pages, before)
}

// page is what is looked up: a page by its identities, and what its title is.
type page struct {
	identities []string
	title      string
}

// Covered returns, by candidate, where it was covered before: the stories that it tells the outcome
// of, and what Coverage finds for its link and for the link that its page states. It is looked
// up when somebody asks, so that a harvest does not pay for it and an import counts at once.
func (s *Store) Covered(ctx context.Context, candidates []int64) (map[int64][]Covered, error) {
	out := map[int64][]Covered{}
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var id int64
		c := Covered{Kind: FollowUp}
		err := rows.Scan(&id, &c.Week, &c.Heading, &c.URL)
		out[id] = append(out[id], c)
		return err
	}, `SELECT c.id, coalesce(s.week, ''), coalesce(nullif(s.headline, ''), o.title), o.url
		FROM candidate c JOIN candidate o ON o.id = c.follows LEFT JOIN story s ON s.id = o.story_id
		WHERE c.id IN `+listed, toJSON(candidates))
	if err != nil {
		return nil, fmt.Errorf("read what was covered: %w", err)
	}
	var ids []int64
	var pages []page
	err = each(ctx, s.r, func(rows *sql.Rows) error {
		var id int64
		var canonical, stated, title string
		err := rows.Scan(&id, &canonical, &stated, &title)
		ids, pages = append(ids, id), append(pages, page{[]string{canonical, stated}, title})
		return err
	}, `SELECT id, canonical, page_canonical, title FROM candidate WHERE id IN `+listed, toJSON(candidates))
	if err != nil {
		return nil, fmt.Errorf("read what was covered: %w", err)
	}
	found, err := s.coverage(ctx, pages, "")
	if err != nil {
		return nil, err
	}
	for i, id := range ids {
		for _, c := range found[i] {
			if !told(out[id], c) {
				out[id] = append(out[id], c)
			}
		}
	}
	return out, nil
}

// told reports that a story of an issue is already named.
func told(all []Covered, c Covered) bool {
	for _, o := range all {
		if o.Week == c.Week && o.Heading == c.Heading {
			return true
		}
	}
	return false
}

// coverage looks up pages in the archive.
func (s *Store) coverage(ctx context.Context, pages []page, before string) ([][]Covered, error) {
	pageOf, projectOf := map[string][]int{}, map[string][]int{}
	for i, p := range pages {
		for _, id := range p.identities {
			if id == "" {
				continue
			}
			pageOf[id] = append(pageOf[id], i)
			if project := projectOfPage(id); project != "" {
				projectOf[project] = append(projectOf[project], i)
			}
		}
	}
	out := make([][]Covered, len(pages))
	repeats, err := s.backLinks(ctx, "canonical", pageOf, before)
	if err != nil {
		return nil, err
	}
	for _, f := range repeats {
		for _, i := range pageOf[f.key] {
			if !told(out[i], f.Covered) {
				f.Kind = Repeat
				out[i] = append(out[i], f.Covered)
			}
		}
	}
	followed, err := s.backLinks(ctx, "project", projectOf, before)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{} // sites that are a project's
	for _, f := range followed {
		known[f.key] = known[f.key] || names(f.Heading, f.key)
	}
	count := make([]int, len(pages))
	for _, f := range followed {
		for _, i := range projectOf[f.key] {
			if count[i] < maxFollowUps && (known[f.key] || names(pages[i].title, f.key)) && !told(out[i], f.Covered) {
				f.Kind = FollowUp
				out[i] = append(out[i], f.Covered)
				count[i]++
			}
		}
	}
	return out, nil
}

// shared are sites that hold pages of many projects, none of which they are.
var shared = map[string]bool{
	"github.com": true, "gitlab.com": true, "bitbucket.org": true, "launchpad.net": true, "docker.com": true, "sourceforge.net": true,
	"twitter.com": true, "x.com": true, "youtube.com": true, "youtu.be": true, "vimeo.com": true, "medium.com": true, "linkedin.com": true, "facebook.com": true, "reddit.com": true,
	"google.com": true, "wikipedia.org": true, "ycombinator.com": true, "slideshare.net": true, "kickstarter.com": true, "indiegogo.com": true, "patreon.com": true, "crowdsupply.com": true,
}

// projectOfPage is the project that a page belongs to: the one that its URL names, else its site.
func projectOfPage(canonical string) string {
	if p := link.Project(canonical); p != "" {
		return p
	}
	site, err := publicsuffix.EffectiveTLDPlusOne(link.Host(canonical))
	if err != nil || shared[site] {
		return ""
	}
	return site
}

// names reports that words name a project: any words do for one that has an address of its own
// within a site, the name of a site must stand in them.
func names(words, project string) bool {
	if strings.Contains(project, "/") {
		return true
	}
	name, _, _ := strings.Cut(project, ".")
	name = strings.ReplaceAll(fold(name), "-", "")
	words = fold(words)
	if i := strings.LastIndexByte(words, '('); i > 0 && strings.HasSuffix(strings.TrimSpace(words), ")") {
		words = words[:i] // a credit names whoever wrote of it
	}
	parts := tokens(words)
	for i := range parts {
		if len(name) > 2 && strings.HasPrefix(strings.Join(parts[i:], ""), name) {
			return true
		}
	}
	return false
}

// found is a link of the archive, and the value by which it was looked up.
type found struct {
	key string
	Covered
}

// backLinks returns the links of the archive that have one of the values in a column, newest issue
// first. A link outside the stories goes by the heading of its part.
func (s *Store) backLinks(ctx context.Context, column string, values map[string][]int, before string) ([]found, error) {
	if len(values) == 0 {
		return nil, nil
	}
	keys := make([]string, 0, len(values))
	for v := range values {
		keys = append(keys, v)
	}
	var out []found
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var f found
		err := rows.Scan(&f.key, &f.Week, &f.Heading, &f.URL)
		out = append(out, f)
		return err
	}, `SELECT l.`+column+`, p.week, p.heading, l.url FROM back_link l JOIN back_part p ON p.id = l.part_id
		WHERE l.`+column+` <> '' AND l.`+column+` IN `+listed+` AND (p.week < ? OR ? = '')
		ORDER BY p.week DESC, p.kind <> 'story', p.position, l.position`, toJSON(keys), before, before)
	if err != nil {
		return nil, fmt.Errorf("read the archive: %w", err)
	}
	return out, nil
}

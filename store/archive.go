package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"wiredesk/store/link"
)

// BackIssue is a published issue with what stood in it: for history, for ranking to learn from,
// and enough to write it again.
type BackIssue struct {
	Issue
	Layout      string // classic: bare links; labelled: [Title, Site](url)
	FrontMatter string // as it stands in the file, with its marks
	Parts       []BackPart
}

// PartKind says what a part of an issue is.
type PartKind string

// The kinds of parts, in the order in which most issues have them.
const (
	IntroPart        PartKind = "intro"    // the header of the issue is its heading
	ContentsPart     PartKind = "contents" // "In this issue"
	SectionPart      PartKind = "section"  // the heading over several stories
	StoryPart        PartKind = "story"
	EventsPart       PartKind = "events"
	ColophonPart     PartKind = "colophon"
	SubscriptionPart PartKind = "subscription"
)

// BackPart is one part of a back issue. Heading, Body, List and Tail, one below the other, are all
// that it says; the other fields tell what is in them.
type BackPart struct {
	Kind    PartKind
	Level   int    // of the heading, 1 to 6; 0: there is none, or it stands in bold
	Section string // heading of the section that it stands in
	Heading string // markdown as written, less its marks
	Credit  Credit // "(via Person, Org)" at the end of the heading
	Body    string // markdown as written, up to the link list
	List    []string
	Tail    string // markdown as written, after the link list
	Links   []BackLink
	Quotes  []BackQuote
	Images  []string // their addresses
	RawHTML []string // blocks and tags, as written
	Line    int      // where it begins in the file, from 1
}

// BackLink is a link of a back issue. SetBackIssue fills in what Canonical and Project are.
type BackLink struct {
	Item      int    // of its part's List, from 1; 0: it stands in the prose
	URL       string // as written
	Canonical string // its identity; empty: it cannot be opened
	Project   string // that the page belongs to, else its site; empty: not known
	Label     string // plain text
	Note      string // plain text behind it in the list
	Line      int
}

// BackQuote is a quoted block of a back issue.
type BackQuote struct {
	Text    string // plain, one paragraph a line
	Speaker string // whom the lead-in names; empty: nobody
	LeadIn  string // the line before it, plain, when it ends in a colon
	Line    int
}

// Stories returns the parts that are stories, in order.
func (b BackIssue) Stories() []BackPart {
	var out []BackPart
	for _, p := range b.Parts {
		if p.Kind == StoryPart {
			out = append(out, p)
		}
	}
	return out
}

// SetBackIssue stores a published issue with all that stood in it, in place of what the archive
// had of that week. It reports whether that made a difference.
func (s *Store) SetBackIssue(ctx context.Context, b BackIssue) (changed bool, err error) {
	for i := range b.Parts {
		b.Parts[i].Links = identified(b.Parts[i].Links)
	}
	err = s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		same := false
		err := backIssues(ctx, tx, b.Week, func(old BackIssue) error {
			same = toJSON(old) == toJSON(b)
			return nil
		})
		if err != nil || same {
			return err
		}
		changed = true
		for _, q := range []string{
			`DELETE FROM back_link WHERE part_id IN (SELECT id FROM back_part WHERE week = ?)`,
			`DELETE FROM back_part WHERE week = ?`,
		} {
			if _, err := tx.ExecContext(ctx, q, b.Week); err != nil {
				return err
			}
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO issue (week, number, path, published, layout, front_matter) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (week) DO UPDATE SET number = excluded.number, path = excluded.path, published = excluded.published,
				layout = excluded.layout, front_matter = excluded.front_matter`,
			b.Week, b.Number, b.Path, optional(b.Published), b.Layout, b.FrontMatter)
		if err != nil {
			return err
		}
		for i, p := range b.Parts {
			if err := addPart(ctx, tx, b.Week, i+1, p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("store issue %s: %w", b.Week, err)
	}
	return changed, nil
}

// identified returns the links with their identities filled in.
func identified(links []BackLink) []BackLink {
	var out []BackLink
	for _, l := range links {
		l.Canonical, l.Project = "", ""
		if clean, err := link.Clean(l.URL, ""); err == nil {
			l.Canonical = link.Canonical(clean)
			l.Project = projectOfPage(l.Canonical)
		}
		out = append(out, l)
	}
	return out
}

func addPart(ctx context.Context, tx *sql.Tx, week string, position int, p BackPart) error {
	res, err := tx.ExecContext(ctx, `INSERT INTO back_part (week, position, kind, level, section, heading, via, person, organisation, handle, body, list, tail, quotes, images, html, line)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		week, position, p.Kind, p.Level, p.Section, p.Heading, p.Credit.Via, p.Credit.Person, p.Credit.Organisation, p.Credit.Handle,
		p.Body, toJSON(p.List), p.Tail, toJSON(p.Quotes), toJSON(p.Images), toJSON(p.RawHTML), p.Line)
	if err != nil {
		return err
	}
	part, err := res.LastInsertId()
	if err != nil {
		return err
	}
	for i, l := range p.Links {
		_, err := tx.ExecContext(ctx, `INSERT INTO back_link (part_id, position, item, url, canonical, project, label, note, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			part, i+1, l.Item, l.URL, l.Canonical, l.Project, l.Label, l.Note, l.Line)
		if err != nil {
			return err
		}
	}
	return nil
}

// BackIssues calls f for every issue of the archive, oldest week first.
func (s *Store) BackIssues(ctx context.Context, f func(BackIssue) error) error {
	if err := backIssues(ctx, s.r, "", f); err != nil {
		return fmt.Errorf("read back issues: %w", err)
	}
	return nil
}

// backIssues reads the issues of the archive one by one; with a week, only that one.
func backIssues(ctx context.Context, q querier, week string, f func(BackIssue) error) error {
	var all []BackIssue
	err := each(ctx, q, func(rows *sql.Rows) error {
		var b BackIssue
		var published sql.NullInt64
		err := rows.Scan(&b.Week, &b.Number, &b.Path, &published, &b.Layout, &b.FrontMatter)
		b.Published = fromUnix(published.Int64)
		all = append(all, b)
		return err
	}, `SELECT week, number, path, published, layout, front_matter FROM issue
		WHERE (week = ? OR ? = '') AND EXISTS (SELECT 1 FROM back_part p WHERE p.week = issue.week) ORDER BY week`, week, week)
	if err != nil {
		return err
	}
	for _, b := range all {
		if b.Parts, err = parts(ctx, q, b.Week); err != nil {
			return err
		}
		if err := f(b); err != nil {
			return err
		}
	}
	return nil
}

func parts(ctx context.Context, q querier, week string) ([]BackPart, error) {
	var out []BackPart
	place := map[int64]int{}
	err := each(ctx, q, func(rows *sql.Rows) error {
		var p BackPart
		var id int64
		var list, quotes, images, html string
		err := rows.Scan(&id, &p.Kind, &p.Level, &p.Section, &p.Heading, &p.Credit.Via, &p.Credit.Person, &p.Credit.Organisation, &p.Credit.Handle,
			&p.Body, &list, &p.Tail, &quotes, &images, &html, &p.Line)
		if err != nil {
			return err
		}
		for text, v := range map[string]any{list: &p.List, quotes: &p.Quotes, images: &p.Images, html: &p.RawHTML} {
			if err := json.Unmarshal([]byte(text), v); err != nil {
				return err
			}
		}
		place[id] = len(out)
		out = append(out, p)
		return nil
	}, `SELECT id, kind, level, section, heading, via, person, organisation, handle, body, list, tail, quotes, images, html, line
		FROM back_part WHERE week = ? ORDER BY position`, week)
	if err != nil {
		return nil, err
	}
	err = each(ctx, q, func(rows *sql.Rows) error {
		var part int64
		var l BackLink
		err := rows.Scan(&part, &l.Item, &l.URL, &l.Canonical, &l.Project, &l.Label, &l.Note, &l.Line)
		out[place[part]].Links = append(out[place[part]].Links, l)
		return err
	}, `SELECT l.part_id, l.item, l.url, l.canonical, l.project, l.label, l.note, l.line
		FROM back_link l JOIN back_part p ON p.id = l.part_id WHERE p.week = ? ORDER BY p.position, l.position`, week)
	return out, err
}

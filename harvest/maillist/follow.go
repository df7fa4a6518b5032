package maillist

import (
	"bytes"
	"net/url"
	"path"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/harvest/page"
	"wiredesk/harvest/pattern"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

const (
	maxAnchors = 20000 // of one page that leads to archives: an overview has some thousand
	maxBehind  = 300   // bytes of text kept from behind a link
)

// anchor is a link of an archive's page.
type anchor struct {
	url    string // absolute and cleaned
	text   string
	byline string // the first text in italics behind it, up to the next link
	behind string // the text behind it, up to the next link
}

// volume is an archive that a page names, and the time that it covers; zero times: not known.
type volume struct {
	Archive
	from, to time.Time
}

// Follow reads a web page that answered for a list, from its address source, and returns the
// archives that it names and that touch the time from since to now, oldest first; the newest one
// where the list was silent since. It knows the indexes of pipermail (by month, quarter, week,
// day or year), a list of HyperKitty or Mailman 3, the home of a public-inbox, a listinfo page of
// Mailman, mod_mbox, and directories of mailboxes. It is nil for any other page. The address of a
// listinfo page is a pipermail index again: two rounds are enough for all of them.
func Follow(body []byte, source string, since, now time.Time) []Archive {
	if u, err := url.Parse(source); err == nil {
		if root, below := hyperKitty(u); root != nil {
			if strings.HasPrefix(below, "export/") || below == "feed" { // a page in place of an archive
				return nil
			}
			return exports(root, since, now)
		}
	}
	links := anchors(body, source, maxAnchors)
	if found := volumes(links); len(found) > 0 {
		return within(found, since, now)
	}
	var lists, indexes []string
	for _, a := range links {
		u, err := url.Parse(a.url)
		if err != nil {
			continue
		}
		if root, _ := hyperKitty(u); root != nil && !slices.Contains(lists, root.String()) {
			lists = append(lists, root.String())
		} else if pipermailRoot().MatchString(u.Path) && a.url != source && !slices.Contains(indexes, a.url) {
			indexes = append(indexes, a.url)
		}
	}
	switch feeds := page.Feeds(body, source); {
	case len(lists) == 1: // more would be an overview of lists
		root, _ := url.Parse(lists[0])
		return exports(root, since, now)
	case len(indexes) == 1:
		return []Archive{{URL: indexes[0]}}
	case len(feeds) > 0:
		return []Archive{{URL: feeds[0]}}
	}
	return nil
}

var (
	pipermailRoot = pattern.New(`/pipermail/[^/]+/?$`)
	mailbox       = pattern.New(`(?i)\.(?:mbox|mbx|mbox\.gz|mbx\.gz)$`)
	boxMonth      = pattern.New(`(?:^|\D)(\d{4})[-_.]?(0[1-9]|1[0-2])(?:\D|$)`)
	boxYear       = pattern.New(`(?:^|\D)((?:19|20)\d{2})(?:\D|$)`)
	bareMonth     = pattern.New(`^\d{4}-\d{2}$`)
	changed       = pattern.New(`\d{4}-\d{2}-\d{2}|\d{2}-[A-Z][a-z]{2}-\d{4}`)
)

// volumes are the archives among links, in their order, each once. Where a volume is there packed
// and not, the plain one is taken: some hosts pack only once a day.
func volumes(links []anchor) []volume {
	var out []volume
	at := map[string]int{}
	dates := map[string]string{}
	for _, a := range links {
		u, err := url.Parse(a.url)
		if err != nil {
			continue
		}
		dir, name := path.Split(u.Path)
		if name == "date.html" {
			dates[strings.TrimSuffix(dir, "/")] = a.url
			continue
		}
		if name == "thread" && strings.HasSuffix(dir, ".mbox/") { // mod_mbox
			dir, name = path.Split(strings.TrimSuffix(dir, "/"))
			u.Path = dir + name
		}
		v := volume{Archive: Archive{URL: u.String()}}
		key := dir + strings.TrimSuffix(name, ".gz")
		switch base, isText := textFile(name); {
		case isText:
			from, to, ok := span(base)
			if !ok {
				continue
			}
			key, v.from, v.to = dir+base, from, to
			v.Dates = u.ResolveReference(&url.URL{Path: key + "/date.html"}).String()
		case mailbox().MatchString(name), bareMonth().MatchString(name) && strings.Contains(dir, "/mbox/"):
			v.from, v.to = boxSpan(name, a.behind)
		default:
			continue
		}
		if i, seen := at[key]; !seen {
			at[key] = len(out)
			out = append(out, v)
		} else if strings.HasSuffix(out[i].URL, ".gz") {
			out[i] = v
		}
	}
	for key, i := range at {
		if d, ok := dates[key]; ok && out[i].Dates != "" {
			out[i].Dates = d
		}
	}
	return out
}

// boxSpan is the time that a mailbox covers by its name; else it ends when the file was changed
// last, if that stands behind the link.
func boxSpan(name, behind string) (from, to time.Time) {
	stem := mailbox().ReplaceAllString(name, "")
	if from, to, ok := span(stem); ok {
		return from, to
	}
	if m := boxMonth().FindStringSubmatch(stem); m != nil {
		from, _ = time.Parse("200601", m[1]+m[2])
		return from, from.AddDate(0, 1, 0)
	}
	if m := boxYear().FindStringSubmatch(stem); m != nil {
		from, _ = time.Parse("2006", m[1])
		return from, from.AddDate(1, 0, 0)
	}
	day := changed().FindString(behind)
	for _, layout := range []string{time.DateOnly, "02-Jan-2006"} {
		if t, err := time.Parse(layout, day); err == nil {
			to = t.AddDate(0, 0, 1)
		}
	}
	return from, to
}

// within keeps what touches the time from since to now, and at least the newest. A day more on
// both sides: hosts part their volumes in their own zones.
func within(all []volume, since, now time.Time) []Archive {
	slices.SortStableFunc(all, func(a, b volume) int { return a.from.Compare(b.from) })
	var out []Archive
	for i, v := range all {
		old := !v.to.IsZero() && v.to.AddDate(0, 0, 1).Before(since)
		early := v.from.AddDate(0, 0, -1).After(now)
		if !old && !early || i == len(all)-1 && len(out) == 0 {
			out = append(out, v.Archive)
		}
	}
	return out[max(0, len(out)-maxArchives):]
}

// anchors are the links of a page that came from base, up to most of them.
func anchors(body []byte, base string, most int) []anchor {
	var out []anchor
	var text, byline, behind strings.Builder
	inside, italic := false, 0 // italic: 1 within the first one behind a link, 2 after it
	flush := func() {
		if n := len(out); n > 0 {
			a := &out[n-1]
			a.text, a.byline, a.behind = plain.Line(text.String()), plain.Line(byline.String()), plain.Line(behind.String())
		}
		text.Reset()
		byline.Reset()
		behind.Reset()
		inside, italic = false, 0
	}
	z := html.NewTokenizer(bytes.NewReader(body))
	z.SetMaxBuf(page.PartLimit)
	for {
		switch z.Next() {
		case html.ErrorToken:
			flush()
			return out
		case html.TextToken:
			t := string(z.Text())
			if inside && text.Len() < page.PartLimit {
				text.WriteString(t)
			} else if italic == 1 && byline.Len() < maxBehind {
				byline.WriteString(t)
			}
			if !inside && behind.Len() < maxBehind {
				behind.WriteString(t)
			}
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			switch a := atom.Lookup(name); {
			case (a == atom.I || a == atom.Em) && !inside && italic == 0:
				italic = 1
			case a == atom.A || a == atom.Base:
				href := ""
				for more {
					var key, val []byte
					if key, val, more = z.TagAttr(); string(key) == "href" {
						href = string(val)
					}
				}
				clean, err := link.Clean(href, base)
				if href == "" || err != nil {
					continue
				}
				if a == atom.Base {
					base = clean
					continue
				}
				flush()
				if len(out) == most {
					return out
				}
				out = append(out, anchor{url: clean})
				inside = true
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			switch a := atom.Lookup(name); {
			case a == atom.A:
				inside = false
			case (a == atom.I || a == atom.Em) && italic == 1:
				italic = 2
			}
		}
	}
}

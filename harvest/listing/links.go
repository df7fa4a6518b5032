package listing

import (
	"cmp"
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/html"

	"wiredesk/store/link"
)

// The limits, and why.
const (
	MaxLinks    = 1000    // of one entry: the longest digests have 300
	maxFragment = 4 << 20 // bytes of one entry's HTML: mail programs cut at a fortieth of it
	maxExcerpt  = 400     // runes
	shortBlock  = 300     // runes: a paragraph that is shown whole
)

// Link is one link inside an entry, a post or a newsletter's page.
type Link struct {
	URL     string // cleaned; a redirect that states its target is replaced by that
	Title   string // clean line; "" where the text around the link gives none
	Excerpt string // the sentence or paragraph around it, or the paragraph below its heading
}

// Links returns the links that a writer put into an entry, given its HTML and the entry's URL: in
// document order, each page once (by link.Canonical), with the best title that it is linked by.
// Left out is what is no news: navigation, sponsors, ways to subscribe, share or comment, people's
// profiles, and the entry's own site's front, tag and author pages. A redirect whose target only
// its server knows is kept as it stands. HTML nested too deep to be read has no links.
func Links(fragment, base string) []Link {
	root, err := parse([]byte(cutBytes(fragment, maxFragment)))
	if err != nil {
		return nil
	}
	if b := find(root, "base"); b != nil {
		if clean, err := link.Clean(attr(b, "href"), base); err == nil {
			base = clean
		}
	}
	w := walker{out: chrome(root), now: &block{}}
	w.node(root, 0, -1, false)
	w.flush(0)
	own, _ := url.Parse(base)
	if own == nil {
		own = &url.URL{}
	}
	c := collector{base: base, own: own, self: link.Canonical(base), at: map[string]int{}, blocks: w.blocks}
	for i, b := range w.blocks {
		for k := range b.anchors {
			c.take(i, k)
		}
	}
	return c.finish()
}

// find is the first element of that name.
func find(n *html.Node, name string) *html.Node {
	for d := range n.Descendants() {
		if d.Type == html.ElementNode && d.Data == name {
			return d
		}
	}
	return nil
}

// found is a Link with what decides whether it stays.
type found struct {
	Link
	worth int // of its title
}

// collector gathers the links of one document.
type collector struct {
	base   string
	own    *url.URL // base, parsed
	self   string   // its identity
	blocks []*block
	all    []found
	at     map[string]int // by identity, in all
	end    int            // how many there were when the mail's last words began; 0: never
}

// take judges one link.
func (c *collector) take(i, k int) {
	b := c.blocks[i]
	a := &b.anchors[k]
	text := b.of(k)
	if leave().MatchString(text) {
		c.end = len(c.all)
	}
	href := strings.TrimSpace(a.href)
	if strings.HasPrefix(href, "#") || len(c.all) >= MaxLinks {
		return
	}
	clean, err := link.Clean(href, c.base)
	if err != nil || shares(clean) {
		return
	}
	if inner := unwrap(clean); inner != clean {
		if clean, err = link.Clean(inner, ""); err != nil {
			return
		}
	}
	id := link.Canonical(clean)
	if id == c.self || service().MatchString(text) || a.node != nil && refuses(a.node) || c.noise(clean) {
		return
	}
	before := b.before(k)
	if talk().MatchString(before) && bareAddress(text, href) || credits().MatchString(before) {
		return
	}
	if c.named(cmp.Or(text, a.alt)) {
		return
	}
	if text == "" && (!names(a.alt) || picture().MatchString(clean)) && c.at[id] == 0 {
		return // an image that says nothing
	}
	title, worth := c.title(i, k, text)
	if n, ok := c.at[id]; ok {
		old := &c.all[n-1]
		if worth > old.worth {
			old.Title, old.worth = title, worth
			old.Excerpt = cmp.Or(c.excerpt(i, k, title), old.Excerpt)
		}
		return
	}
	c.all = append(c.all, found{Link: Link{URL: clean, Title: title, Excerpt: c.excerpt(i, k, title)}, worth: worth})
	c.at[id] = len(c.all)
}

// named reports that the words of a link are the name of the entry's own site, as of a logo.
func (c *collector) named(words string) bool {
	squash := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				return unicode.ToLower(r)
			}
			return -1
		}, s)
	}
	words = strings.TrimSuffix(strings.TrimPrefix(squash(strings.TrimPrefix(short(words), "the ")), "the"), "logo")
	host := link.Host(c.base)
	label, _, _ := strings.Cut(host, ".")
	return len(words) > 3 && (words == squash(label) || words == squash(host))
}

// finish leaves out what stands behind the words with which a mail takes its leave.
func (c *collector) finish() []Link {
	all := c.all
	if c.end > 0 && len(all)-c.end <= max(5, len(all)/10) {
		all = all[:c.end]
	}
	out := make([]Link, 0, len(all))
	for _, f := range all {
		out = append(out, f.Link)
	}
	return out
}

package listing

import (
	"net/url"
	"strings"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/harvest/pattern"
	"wiredesk/store/link"
	"wiredesk/store/plain"
)

// What is no news, told by how it is written.
var (
	// leave are the link texts with which a mail takes its leave.
	leave = pattern.New(`(?i)^\W*(?:click here to )?(?:unsub(?:scribe)?\b|opt[- ]out|(?:update|manage|change|edit) (?:your |my |email |subscription )*(?:preferences|subscriptions?|profile|settings))`)
	// service are link texts that serve the reader of the mail, not its news.
	service = pattern.New(`(?i)^\W*(?:(?:click here to )?(?:un)?subscribe(?: (?:here|now|today|free|for free|via \w+|to (?:this|our|the) .{0,40}|by (?:mail|e-?mail)|with 1 click))?|unsub|sign[- ]?up(?: (?:here|now|for .{0,40}))?|sign in|log[- ]?in|log out|upgrade to paid|` +
		`opt[- ]out|(?:update|manage|change|edit) (?:your |my |e-?mail |subscription )*(?:preferences|subscriptions?|profile|settings|address)|(?:e-?mail|subscription) (?:preferences|settings)|preferences|` +
		`(?:view|read|see|open)(?: (?:it|this(?: e-?mail| issue| newsletter| post)?|e-?mail|online version))?(?: (?:online|(?:in|on|with) (?:your |a |the )?(?:web ?)?(?:browser|web|website|app)))|view (?:as a )?web ?page|web version|online version|view online|in (?:your )?browser|` +
		`forward(?: (?:this|it|to).{0,40})?|(?:send|recommend|refer)(?: it| this)? to a (?:friend|colleague)|(?:newsletter |issue |full |past |previous |older |all |back )*(?:archives?|past issues|back issues|previous issues?|older issues|all issues|previous posts?)|(?:previous|next|prev|older|newer)(?: (?:issue|post|page|week|entry))?|` +
		`(?:become a |be a |our |for |become our )?sponsor(?:s|ship|ed by us)?(?: us)?|advertise(?: (?:with us|here|in .{0,30}))?|media kit|advertis(?:ing|ement)|privacy(?: policy| notice)?|terms(?: (?:of (?:service|use)|& conditions|and conditions))?|cookie policy|imprint|contact(?: us)?|about(?: us)?|help|faq|home|` +
		`share(?: (?:this|on|it|via|to|with)?.{0,30})?|tweet(?: this.{0,20})?|retweet|like|restack|e-?mail this|print|pin it|save to pocket|leave a comment|(?:view |see |add |join |\d+ )?(?:\w+ )?comments?(?: \(?\d+\)?)?|\[comments\]|join the discussion|discuss(?:ion)?(?: (?:this|it|on|at)\b.{0,30})?|we love contributions|.{0,100}\bplease submit\b.{0,40}|rss(?: feed)?|atom(?: feed)?|feed|permalink|back to top|top|skip to .{0,30}|menu|#|¶|@[\w.-]+|link to heading|` +
		`(?:follow|find|join)(?: us)?(?: on .{0,30})?|add (?:us )?to (?:your )?address book|report (?:spam|abuse)|powered by .{0,30}|(?:please )?(?:submit|send us|let us know|write to us|tell us)\b.{0,60}|why did i get this|donate|buy me a coffee|support us)\W*$`)
	// sponsor is a text that marks a paid place, whole.
	sponsor = pattern.New(`(?i)^\W*(?:(?:our|today'?s|this (?:week|month|issue)'?s?|a word from our|a message from our|thanks to our|thank you to our|featured|a) )*(?:sponsor(?:s|ed|ship)?(?: (?:by .*|posts?|content|links?|message|story|stories|section|spotlight|corner|jobs?))?|advert(?:isement|ising|orial)?s?|ads?|promoted(?: (?:posts?|content|stor(?:y|ies)|by .*))?|promotion|classifieds?(?: ads?)?|(?:partner|paid) (?:content|post|message))\W*$`)
	// signed is the same behind the name of who paid.
	signed = pattern.New(`(?i)^(?:\S+ ){1,4}\(?sponsor(?:ed)?\)?$`)
	// sponsored begins or ends a paragraph that was paid for.
	sponsored = pattern.New(`(?i)^\W*(?:(?:this|today'?s) (?:issue|week|edition|newsletter|e-?mail|episode)(?:'s)? .{0,40}(?:sponsored|supported|presented|brought to you|made possible) by|sponsored (?:by|post|link|message)\b|sponsor(?:s|ed)?\s*[:|–—]|thanks to (?:our|this week'?s|today'?s) sponsors?|(?:today|this week)'s sponsor|a (?:word|message) from our sponsor|brought to you by|presented by|in partnership with\b|together with our\b|advertisement\b|ad\s*[:|–—])|[\(\[](?:sponsor|sponsored|ad|advertisement|promoted|classified)[\)\]]\W*$`)
)

// Parts of a page that are no part of what is told on it, by the words of their class or id.
var chromeWords = set("nav", "navbar", "navigation", "menu", "breadcrumb", "breadcrumbs", "pagination", "pager", "sidebar", "footer", "preheader", "preheaders",
	"share", "sharing", "sharedaddy", "social", "socials", "sponsor", "sponsors", "sponsored", "sponsorship", "advert", "advertisement", "advertisements", "ads", "ad",
	"subscribe", "subscription", "unsubscribe", "signup", "cookie", "cookies", "comments", "respond", "byline", "tags", "toc", "follow", "jp-relatedposts")

// census counts what decides about parts of a document.
type census struct {
	links map[*html.Node]int // with text in them
	size  map[*html.Node]int // bytes of text
	out   map[*html.Node]bool
	total int
}

const (
	maxPaid   = 6    // links of one advertisement
	paidText  = 1500 // bytes of one
	paidLabel = 60   // bytes of the label that marks it
)

// chrome finds the parts of a document that are left out.
func chrome(root *html.Node) map[*html.Node]bool {
	c := census{links: map[*html.Node]int{}, size: map[*html.Node]int{}, out: map[*html.Node]bool{}}
	c.count(root)
	c.total = c.links[root]
	c.visit(root)
	return c.out
}

func (c *census) count(n *html.Node) {
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		switch {
		case k.Type == html.TextNode:
			c.size[n] += len(strings.TrimSpace(k.Data))
		case k.Type == html.ElementNode && !skipped[k.DataAtom]:
			c.count(k)
			c.size[n] += c.size[k]
			c.links[n] += c.links[k]
		}
	}
	if n.DataAtom == atom.A && attr(n, "href") != "" && c.size[n] > 0 {
		c.links[n] = 1
	}
}

func (c *census) visit(n *html.Node) {
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		if k.Type != html.ElementNode || skipped[k.DataAtom] || c.out[k] {
			continue
		}
		if c.apart(k) {
			c.out[k] = true
			continue
		}
		if size := c.size[k]; size > 0 && size <= paidText && !c.shell(k) {
			text := ""
			if size <= paidLabel || blocks[k.DataAtom] || k.DataAtom == atom.A {
				text = plain.Line(strings.ReplaceAll(textOf(k), "\n", " "))
			}
			if size <= paidLabel && (sponsor().MatchString(text) || c.links[k] == 0 && signed().MatchString(text)) || text != "" && sponsored().MatchString(text) {
				c.paid(k)
			}
		}
		if !c.out[k] {
			c.visit(k)
		}
	}
}

// shell reports that all text of an element is that of one child, which will be looked at itself.
func (c *census) shell(n *html.Node) bool {
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		if c.size[k] > 0 {
			return c.size[k] == c.size[n]
		}
	}
	return false
}

// apart reports that an element is navigation or the like. What holds most of the links is not,
// whatever it is called.
func (c *census) apart(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Nav, atom.Form, atom.Button, atom.Dialog:
		return true
	case atom.Footer:
		return c.links[n]*2 <= c.total || c.total <= 2
	case atom.Header:
		for p := n.Parent; p != nil; p = p.Parent {
			if p.DataAtom == atom.Article || p.DataAtom == atom.Section || p.DataAtom == atom.Main || p.DataAtom == atom.Li {
				return false
			}
		}
		return c.links[n]*2 <= c.total
	}
	if role := attr(n, "role"); role == "navigation" || role == "search" || role == "contentinfo" {
		return true
	}
	if style := strings.ReplaceAll(strings.ToLower(attr(n, "style")), " ", ""); strings.Contains(style, "display:none") && c.links[n]*2 <= c.total {
		return true
	}
	if n.DataAtom == atom.A || n.DataAtom == atom.Body || c.links[n] == 0 || c.links[n]*2 > c.total {
		return false
	}
	for _, name := range []string{attr(n, "class"), attr(n, "id")} {
		for _, w := range classWords(name) {
			if chromeWords[w] {
				return true
			}
		}
	}
	return false
}

// classWords are the words of a class attribute: "templateFooter post-tags" has four.
func classWords(s string) []string {
	if s == "" || len(s) > 500 {
		return nil
	}
	var b strings.Builder
	lower := false
	for _, r := range s {
		if unicode.IsUpper(r) && lower {
			b.WriteByte(' ')
		}
		lower = unicode.IsLower(r)
		b.WriteRune(unicode.ToLower(r))
	}
	return strings.FieldsFunc(b.String(), func(r rune) bool { return !unicode.IsLetter(r) })
}

// paid leaves out the advertisement that the label n marks: the part of the document around it
// that holds a few links, or else what follows the label.
func (c *census) paid(n *html.Node) {
	for n.Parent != nil && (c.links[n] == 0 && c.links[n.Parent] == 0 || c.links[n] > 0 && !blocks[n.DataAtom]) {
		n = n.Parent
	}
	few := func(k *html.Node) bool {
		return c.links[k] <= maxPaid && c.size[k] <= paidText && (c.links[k]*2 <= c.total || c.total <= 2)
	}
	if c.links[n] > 0 {
		if few(n) {
			c.out[n] = true
		}
		return
	}
	if level := heading(n.DataAtom); level > 0 {
		c.out[n] = true
		for k := n.NextSibling; k != nil && (heading(k.DataAtom) == 0 || heading(k.DataAtom) > level) && few(k); k = k.NextSibling {
			c.out[k] = true
		}
		return
	}
	if p := n.Parent; p == nil || p.DataAtom == atom.Body {
	} else if few(p) {
		c.out[p] = true
		return
	}
	for k := n.NextSibling; k != nil; k = k.NextSibling {
		if k.Type != html.ElementNode {
			continue
		}
		if heading(k.DataAtom) == 0 && !few(k) {
			return
		}
		c.out[k] = true
		if c.links[k] > 0 {
			return
		}
	}
}

// refuses reports that a link says itself that it is no news.
func refuses(a *html.Node) bool {
	for _, rel := range strings.Fields(strings.ToLower(attr(a, "rel"))) {
		switch rel {
		case "sponsored", "tag", "author", "me", "license", "prev", "next":
			return true
		}
	}
	for _, class := range strings.Fields(strings.ToLower(attr(a, "class"))) {
		switch class {
		case "mention", "hashtag", "u-url mention", "headerlink", "anchor", "user-mention", "footnote-ref", "footnote-backref", "footnote-anchor":
			return true
		}
	}
	return false
}

var (
	picture = pattern.New(`(?i)\.(?:png|jpe?g|gif|webp|svg|avif|bmp|ico)(?:[?#]|$)`)
	feedURL = pattern.New(`(?i)/(?:(?:feed|atom|rss|index|rss2|feeds)\.(?:xml|rdf|json)|[^/]+\.(?:rss|atom|rdf)|feeds?)/?$|^/(?:rss|atom)/?$`)
	share   = pattern.New(`(?i)^(?:(?:twitter|x)\.com/(?:intent/|share|home\?status)|facebook\.com/(?:sharer|share\.php|dialog/)|linkedin\.com/(?:sharearticle|sharing/|cws/share)|` +
		`(?:old\.)?reddit\.com/submit|news\.ycombinator\.com/submitlink|t\.me/share|telegram\.me/share|(?:wa\.me/|api\.whatsapp\.com/send|web\.whatsapp\.com/send).*|pinterest\.com/pin/create|tumblr\.com/(?:share|widgets/share)|getpocket\.com/(?:save|edit)|` +
		`bsky\.app/intent/|threads\.net/intent/|lobste\.rs/stories/new|bufferapp\.com/add|buffer\.com/add|plus\.google\.com/share|[^/]+/share\?(?:text|url)=|addtoany\.com|addthis\.com|flipboard\.com/bookmarklet)`)
	// mailer are the pages of mail services that manage the mail itself.
	mailer = pattern.New(`(?i)^(?:[^/]*\.list-manage\d?\.com/(?:unsubscribe|profile|vcard|about|subscribe|abuse|survey)|[^/]*\.?campaign-archive\d?\.com/|mailchi\.mp/[^/]+/?$|[^/]*forward-to-friend\d?\.com/|mailchimp\.com/(?:monkey-rewards|email-referral|referral)|` +
		`eepurl\.com/|feedburner\.google\.com/fb/a/mailverify|feeds?\.feedburner\.com/|substack\.com/(?:signup|subscribe|app-link|redirect/.*\bunsubscribe|\?utm|$)|open\.substack\.com/pub/[^/]+/?$|[^/]+\.substack\.com/(?:subscribe|account|publish|leaderboard)|buttondown\.(?:com|email)/[^/]+/?(?:unsubscribe.*)?$|` +
		`[^/]*\.convertkit(?:-mail\d?)?\.com/(?:unsubscribe|profile)|tinyletter\.com/[^/]+/?$|beehiiv\.com/?(?:\?|$)|getrevue\.co/(?:profile/[^/]+/?$|terms|privacy|app)|curated\.co/?$|ghost\.org/?$)`)
	// profile are pages of people and accounts, and of places to pay or chat with them.
	profile = pattern.New(`(?i)^(?:(?:twitter|x|github|instagram|facebook|medium|patreon|ko-fi|buymeacoffee|twitch|gitlab|tiktok|threads|dev)\.(?:com|net|tv|to)/@?[\w.-]+/?$|twitter\.com/(?:hashtag|search|i/lists)|x\.com/hashtag|medium\.com/?$|github\.com/sponsors/|(?:www\.)?patreon\.com/(?:bePatron|join)|` +
		`[a-z]{2,3}\.linkedin\.com/in/|linkedin\.com/(?:in|company|school)/|(?:old\.|new\.)?reddit\.com/(?:u|user)/[^/]+/?$|(?:old\.|new\.)?reddit\.com/r/[^/]+/?$|bsky\.app/profile/[^/]+/?$|t\.me/\w+/?$|discord\.gg/|discord\.com/invite/|paypal\.(?:me/|com/donate)|` +
		`youtube\.com/(?:@[^/]+|c/[^/]+|user/[^/]+|channel/[^/]+)(?:/(?:videos|featured|about)?)?/?(?:\?sub_confirmation=1)?$|news\.ycombinator\.com/user\?|keybase\.io/\w+/?$|eventbrite\.[a-z.]+/o/|meetup\.com/(?:[a-z]{2}-[A-Z]{2}/)?[^/]+(?:/events)?/?$|[^/]+/(?:@[\w.-]+(?:@[\w.-]+)?|users/[\w.-]+)/?$|[^/]+/tags/\w+/?$)`)
	// index are lists of issues, pull requests and commits, which change with every look.
	index = pattern.New(`(?i)^(?:github\.com/(?:search\b|[^/]+/[^/]+/(?:labels|pulls|issues|commits|milestones|contributors|stargazers)\b(?:/?(?:\?|$)|/[a-z][^/]*/?$))|gitlab\.[^/]+/.+/-/(?:issues|merge_requests|commits)/?(?:\?|$))`)
	// upkeep are pages on how to take part in a project, and calendars.
	upkeep = pattern.New(`(?i)/(?:CONTRIBUTING|CODE_OF_CONDUCT)(?:\.\w+)?$|^google\.com/calendar/|^calendar\.google\.com/`)
	// credits stand before whoever found, wrote or sent something.
	credits = pattern.New(`(?i)\b(?:thanks|thank you|kudos|hat tip|h/t)(?: (?:go|goes))?(?: to)?\W*$|\b(?:suggested|submitted|nominated|curated|edited|compiled|contributed) by\W*$`)
	// talk stands before a link to what readers said of a story.
	talk = pattern.New(`(?i)\b(?:comments|discussion)(?: url)?:?$`)
	// ownPage are pages of a site that tell of the site.
	ownPage = pattern.New(`(?i)^/(?:(?:tags?|topics?|categor(?:y|ies)|authors?|archives?|page|users?|u|people|labels?|search|about|contact|subscribe|subscriptions?|unsubscribe|sign-?up|log-?in|sign-?in|account|preferences|members(?:hip)?|advertis(?:e|ing)|sponsor(?:s|ship)?|privacy(?:-policy)?|terms|newsletters?|rss|feeds?|jobs/new|contribute|donate|faq|latest|recent)(?:/[^/]*){0,2}|(?:blog/)?(?:tags?|categor(?:y|ies)|authors?)/.+|issues?(?:/(?:\d+|latest|archive)?)?|index\.html?|)/?$`)
	ownAct  = pattern.New(`(?i)/(?:subscribe|unsubscribe|preferences|manage|comments|share)/?$`)
)

// shares reports that a link sends this page to somebody.
func shares(clean string) bool { return share().MatchString(short(clean)) }

// short is a URL without scheme and www.
func short(clean string) string {
	if _, rest, ok := strings.Cut(clean, "://"); ok {
		clean = rest
	}
	return strings.TrimPrefix(clean, "www.")
}

// repository reports that a link leads to where the entry's own site is kept: a project that bears
// its name.
func (c *collector) repository(u *url.URL) bool {
	parts := strings.Split(strings.ToLower(u.Path), "/")
	label, _, _ := strings.Cut(link.Host(c.base), ".")
	if len(parts) < 3 || len(label) < 5 || u.Host != "github.com" && u.Host != "gitlab.com" && u.Host != "codeberg.org" {
		return false
	}
	return parts[2] == label || parts[2] == link.Host(c.base)
}

// noise reports that a link leads to no story: feeds, mail services, profiles, and the pages of the
// entry's own site that tell of the site.
func (c *collector) noise(clean string) bool {
	u, err := url.Parse(clean)
	if err != nil {
		return true
	}
	s := short(clean)
	if shares(clean) || mailer().MatchString(s) || profile().MatchString(s) || index().MatchString(s) || upkeep().MatchString(u.Path) || upkeep().MatchString(s) || c.repository(u) || feedURL().MatchString(u.Path) {
		return true
	}
	if link.Host(clean) != link.Host(c.base) {
		return false
	}
	return ownAct().MatchString(u.Path) || ownPage().MatchString(u.Path)
}

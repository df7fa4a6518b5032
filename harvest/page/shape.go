package page

import (
	"net/url"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"wiredesk/harvest/pattern"
)

// shape is what the text of a page consists of.
type shape int

const (
	article shape = iota // one text by one hand
	thread               // the posts of several
	list                 // many small pieces: teasers, offers, links
)

var (
	forums       = pattern.New(`(?i)^(?:discourse|vbulletin|xenforo|phpbb|flarum|nodebb|mybb|smf|invision|vanilla)\b`)
	threadPaths  = pattern.New(`(?i)/(?:t|d|threads?|topics?|discussions?|questions?|comments|forums?|community)/|/\d{5,}-|/(?:viewtopic|showthread|forum)\b|[?&](?:topic|tid|t)=\d`)
	threadHosts  = pattern.New(`(?i)^(?:forums?|community|discuss(?:ions?)?|boards?|answers|talk)\.|forums?\.[a-z]+$`)
	programPaths = pattern.New(`(?i)/(?:viewtopic|showthread|threadview)\b`)
	trackerPaths = pattern.New(`^/[^/]+/[^/]+/(?:-/)?(?:issues|pull|pulls|merge_requests|discussions)/\d+`)
	storyPaths   = pattern.New(`(?i)/(?:blogs?|blog-posts?|articles?|news|posts?|stor(?:y|ies))/[^/?#]+`)
	goodsPaths   = pattern.New(`(?i)/(?:products?|collections|shop|catalog|category|topic|tags?|app|itm|dp|services?)/`)
)

// stated is the shape that a page gives itself, in what it says to programs and in its address:
// an article unless it is a thread.
func stated(doc *goquery.Document, f *facts, address string) shape {
	if f.thread || forums().MatchString(f.meta("generator")) ||
		doc.FindMatcher(goquery.Single(`[itemtype$="/DiscussionForumPosting"], [itemtype$="/QAPage"]`)).Length() > 0 {
		return thread
	}
	u, err := url.Parse(address)
	if err != nil {
		return article
	}
	if trackerPaths().MatchString(u.Path) || programPaths().MatchString(u.Path) || threadPaths().MatchString(u.RequestURI()) && threadHosts().MatchString(u.Host) ||
		u.Host == "news.ycombinator.com" && strings.HasPrefix(u.Path, "/item") {
		return thread
	}
	return article
}

package page

import (
	"bytes"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"wiredesk/store/link"
)

// barrier names what is shown instead of the page, if anything is: a challenge for browsers, a
// login, a consent page, an error with the status of success.
func barrier(doc *goquery.Document, url string) string {
	title := strings.ToLower(headTitle(doc))
	parts := cutTitle(title)
	paragraphs := doc.Find("p").Length()
	switch strings.TrimRight(parts[0], ".!? …") {
	case "just a moment", "attention required", "access denied", "are you a robot", "verifying your browser", "checking your browser",
		"making sure you're not a bot", "ddos-guard", "security check", "one moment, please", "please wait", "robot or human",
		"client challenge", "human verification", "verify you are human", "pardon our interruption", "vercel security checkpoint",
		"access to this page has been denied", "sorry, you have been blocked", "you have been blocked", "blocked", "are you human",
		"performing security verification", "please verify you are a human", "bot verification", "just a second":
		if paragraphs < 12 {
			return "a challenge for browsers stands in front of it"
		}
	case "log in", "login", "sign in", "sign up", "log in or sign up", "log into facebook", "facebook", "linkedin login, sign in", "instagram":
		if paragraphs < 12 && doc.Find("input[type='password']").Length() > 0 {
			return "a login stands in front of it"
		}
	case "before you continue", "we value your privacy", "cookie consent", "your privacy choices", "before you continue to youtube":
		if paragraphs < 12 {
			return "a consent page stands in front of it"
		}
	case "404", "404 not found", "page not found", "404 error", "error 404", "error 404 (not found)", "403 forbidden", "502 bad gateway", "503 service unavailable",
		"503 service temporarily unavailable", "504 gateway time-out", "500 internal server error":
		if paragraphs < 6 {
			return "an error stands in its place: " + parts[0]
		}
	}
	if host := link.Host(url); host == "x.com" || host == "twitter.com" {
		if strings.Contains(strings.ToLower(doc.Find("noscript, h1").Text()), "javascript is not available") && doc.Find("article").Length() == 0 {
			return "a page for browsers with scripts stands in front of it"
		}
	}
	if paragraphs < 6 && doc.Find("article").Length() == 0 &&
		doc.Find("script#anubis_challenge, #challenge-form, #cf-challenge-running, script[src*='/cdn-cgi/challenge-platform/']").Length() > 0 {
		return "a challenge for browsers stands in front of it"
	}
	return ""
}

// reveal puts the content of a <noscript> into the page where it is most of it: some programs
// for forums write the posts for browsers without scripts only there.
func reveal(doc *goquery.Document) {
	const least = 2000 // bytes: shorter ones are counters and pictures
	body := doc.Find("body")
	var longest *html.Node
	for _, n := range body.Find("noscript").Nodes {
		if n.FirstChild != nil && len(n.FirstChild.Data) > least && (longest == nil || len(n.FirstChild.Data) > len(longest.FirstChild.Data)) {
			longest = n
		}
	}
	if longest == nil {
		return
	}
	inside, err := html.ParseFragment(strings.NewReader(longest.FirstChild.Data), &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div})
	if err != nil {
		return
	}
	div := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	for _, n := range inside {
		div.AppendChild(n)
	}
	if here, there := survey(div, true), survey(doc.Nodes[0], true); here.total > there.total {
		longest.Parent.InsertBefore(div, longest)
	}
}

// maxDepth is how deep elements may nest in a page that is flattened: the parser gives up at 512,
// and adds some of its own.
const maxDepth = 250

// flatten takes the tags off what is nested deeper than maxDepth. Elements that part paragraphs
// leave line breaks, so that the text stays parted.
func flatten(body []byte) []byte {
	var out bytes.Buffer
	z := html.NewTokenizer(bytes.NewReader(body))
	z.SetMaxBuf(PartLimit)
	for depth := 0; ; {
		t := z.Next()
		if t == html.ErrorToken {
			return out.Bytes()
		}
		raw := bytes.Clone(z.Raw())
		if t != html.StartTagToken && t != html.EndTagToken {
			out.Write(raw)
			continue
		}
		name, _ := z.TagName()
		a := atom.Lookup(name)
		if void[a] {
			out.Write(raw)
			continue
		}
		if t == html.StartTagToken {
			depth++
		}
		switch {
		case depth <= maxDepth || skipped[a]:
			out.Write(raw)
		case blocks[a]:
			out.WriteString("<br><br>")
		}
		if t == html.EndTagToken {
			depth = max(depth-1, 0)
		}
	}
}

// void elements have no end.
var void = map[atom.Atom]bool{
	atom.Area: true, atom.Base: true, atom.Br: true, atom.Col: true, atom.Embed: true, atom.Hr: true, atom.Img: true, atom.Input: true,
	atom.Link: true, atom.Meta: true, atom.Source: true, atom.Track: true, atom.Wbr: true,
}

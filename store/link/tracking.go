package link

import (
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// tracking are parameters that name a campaign, a click or a session, never a page. Sources:
// the vendors' own documents and what stood in published issues.
var tracking = set(
	"fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid",
	"igshid", "igsh", "mc_cid", "mc_eid", "mkt_tok", "_hsenc", "_hsmi", "__hssc", "__hstc", "__hsfp", "hsctatracking",
	"oly_anon_id", "oly_enc_id", "vero_id", "vero_conv", "ml_subscriber", "ml_subscriber_hash", "sc_cid", "s_cid",
	"ftag", "cmpid", "cmp", "ocid", "icid", "ncid", "nr_email_referer", "guccounter", "guce_referrer", "guce_referrer_sig",
	"ref_src", "ref_url", "refsrc", "trk", "trkinfo", "trkemail", "wt.mc_id", "wt_mc", "xtor", "spm", "scm", "share_token",
	"sessionid", "session_id", "phpsessid", "jsessionid", "aspsessionid", "cfid", "cftoken",
	"at_medium", "at_campaign", "at_custom1", "at_custom2", "at_custom3", "at_custom4",
	"__twitter_impression", "amp_js_v", "usqp", "from_rss", "dm_i", "imm_mid", "lipi", "sr_share", "elqtrackid", "elqtrack", "assetid",
)

// onHost are parameters that are noise on one site and the page on others.
var onHost = map[string]map[string]bool{
	"twitter.com": set("s", "t", "lang", "cn", "cxt", "src"),
	"x.com":       set("s", "t", "lang", "cn", "cxt", "src"),
	"youtube.com": set("feature", "a", "si", "pp", "ab_channel", "app"),
	"youtu.be":    set("feature", "a", "si", "pp"),
	"reddit.com":  set("share_id", "context", "rdt", "ref", "ref_source"),
	"medium.com":  set("source", "sk"),
}

// keepsRef are sites where ?ref= names a branch, not a referrer.
var keepsRef = set("github.com", "gitlab.com", "codeberg.org", "bitbucket.org")

var sessionInPath = regexp.MustCompile(`(?i);jsessionid=[^/?#]*`)

// fragmentNoise begins the fragments that only follow the reader.
var fragmentNoise = []string{"ftag=", "xtor=", "utm_", "ref=", "at_medium=", ":~:text="}

func set(names ...string) map[string]bool {
	m := make(map[string]bool, len(names))
	for _, n := range names {
		m[n] = true
	}
	return m
}

// stripTracking removes the noise from query, path and fragment and keeps everything else in
// its place and spelling.
func stripTracking(u *url.URL) {
	if u.RawQuery != "" {
		u.RawQuery = lessTracking(u.RawQuery, bareHost(u.Hostname()))
		u.ForceQuery = u.ForceQuery && u.RawQuery != ""
	}
	if strings.Contains(u.Path, ";") {
		u.Path, u.RawPath = sessionInPath.ReplaceAllString(u.Path, ""), sessionInPath.ReplaceAllString(u.RawPath, "")
	}
	if followsReader(u.Fragment) {
		u.Fragment, u.RawFragment = "", ""
	}
}

// lessTracking returns a query of a site without the parameters that are noise.
func lessTracking(query, site string) string {
	var kept []string
	dropped := false
	for part := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(part, "=")
		if strings.ContainsAny(name, "%+") {
			if n, err := url.QueryUnescape(name); err == nil {
				name = n
			}
		}
		if noise(strings.ToLower(name), value, site) {
			dropped = true
		} else {
			kept = append(kept, part)
		}
	}
	if !dropped {
		return query
	}
	return strings.Join(kept, "&")
}

// noise reports that a parameter says nothing about which page it is.
func noise(name, value, site string) bool {
	switch {
	case strings.HasPrefix(name, "utm_"), strings.HasPrefix(name, "pk_"), strings.HasPrefix(name, "mtm_"),
		strings.HasPrefix(name, "piwik_"), strings.HasPrefix(name, "hsa_"):
		return true
	case name == "ref" || name == "referrer":
		return !keepsRef[site]
	case name == "sid": // a forum's session: 32 hex digits; a story's number elsewhere
		return len(value) == 32 && strings.Trim(strings.ToLower(value), "0123456789abcdef") == ""
	case name == "source":
		return value == "rss" || strings.HasPrefix(value, "rss-") || onHost[site][name]
	case name == "amp":
		return value == "" || value == "1" || value == "true"
	}
	return tracking[name] || onHost[site][name]
}

// bareHost drops the prefixes under which sites serve the same pages.
func bareHost(host string) string {
	host = strings.ToLower(host)
	for {
		cut := host
		for _, p := range []string{"www.", "m.", "mobile.", "amp."} {
			if rest, ok := strings.CutPrefix(cut, p); ok && strings.Contains(rest, ".") {
				cut = rest
			}
		}
		if cut == host {
			return host
		}
		host = cut
	}
}

// canonicalHost folds twins of one site into one host.
func canonicalHost(u *url.URL) {
	host, port := bareHost(u.Hostname()), u.Port()
	if lang, rest, ok := strings.Cut(host, ".m."); ok && strings.HasPrefix(rest, "wikipedia.org") {
		host = lang + "." + rest
	}
	switch host {
	case "x.com":
		host = "twitter.com"
	case "old.reddit.com", "np.reddit.com":
		host = "reddit.com"
	case "youtu.be":
		if id := strings.Trim(u.Path, "/"); id != "" && !strings.Contains(id, "/") {
			host, u.Path, u.RawPath = "youtube.com", "/watch", ""
			u.RawQuery = strings.TrimSuffix("v="+url.QueryEscape(id)+"&"+u.RawQuery, "&")
		}
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if port != "" && port != "80" && port != "443" {
		host += ":" + port
	}
	u.Host = host
}

// canonicalPath drops the endings that name the same page.
func canonicalPath(u *url.URL) {
	p := u.EscapedPath()
	for {
		before := p
		if u.Host == "lwn.net" {
			p = strings.TrimSuffix(p, "/rss")
		}
		p = strings.TrimSuffix(p, "/amp")
		for _, index := range []string{"/index.html", "/index.htm", "/index.php"} {
			if u.RawQuery == "" {
				p = strings.TrimSuffix(p, index)
			}
		}
		p = strings.TrimRight(p, "/")
		if p == before {
			break
		}
	}
	if m := tweet.FindString(p); u.Host == "twitter.com" && m != "" {
		p = m // its photos and likes are no other page
	}
	if u.Host == "github.com" || u.Host == "twitter.com" {
		// Owner, repository and user are the same in any case; branches and files are not.
		parts := strings.SplitN(p, "/", 4)
		for i := 1; i < len(parts) && i < 3; i++ {
			parts[i] = strings.ToLower(parts[i])
		}
		p = strings.Join(parts, "/")
	}
	if p == "" {
		p = "/"
	}
	if path, err := url.PathUnescape(p); err == nil {
		u.Path, u.RawPath = path, p
	}
}

var tweet = regexp.MustCompile(`^/[^/]+/status/\d+`)

// pageInFragment reports that the fragment names another page or message, not a place in one:
// Google Groups' #!topic, single-page routes, Message-IDs, comments on issues.
func pageInFragment(f string) bool {
	if strings.HasPrefix(f, "!") || strings.HasPrefix(f, "/") || strings.Contains(f, "@") {
		return true
	}
	for _, p := range []string{"issuecomment-", "discussion_r", "discussioncomment-", "pullrequestreview-", "commitcomment-"} {
		if strings.HasPrefix(f, p) {
			return true
		}
	}
	return false
}

// LessTracking returns a URL without the parameters and the fragment that only follow the reader,
// and what it took off: "utm_source=…". Everything else stays as it is written; what is no web
// address is returned whole.
func LessTracking(raw string) (less string, noise []string) {
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return raw, nil
	}
	rest, fragment, hasFragment := strings.Cut(raw, "#")
	less, query, hasQuery := strings.Cut(rest, "?")
	kept := lessTracking(query, bareHost(u.Hostname()))
	for part := range strings.SplitSeq(query, "&") {
		if part != "" && !slices.Contains(strings.Split(kept, "&"), part) {
			noise = append(noise, part)
		}
	}
	if kept != "" || hasQuery && query == "" {
		less += "?" + kept
	}
	switch {
	case hasFragment && followsReader(fragment):
		noise = append(noise, "#"+fragment)
	case hasFragment:
		less += "#" + fragment
	}
	return less, noise
}

func followsReader(fragment string) bool {
	for _, p := range fragmentNoise {
		if strings.HasPrefix(strings.ToLower(fragment), p) {
			return true
		}
	}
	return false
}

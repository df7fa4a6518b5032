package maillist

import (
	"fmt"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"wiredesk/harvest/pattern"
)

// Archive is one body to ask the host of a list for: an mbox, packed or not, a feed, or a page
// for Follow.
type Archive struct {
	URL   string
	Dates string // the page that names the pages of its messages, for Pair; "": the messages name their own
}

// maxArchives is how many volumes of a list are asked for at once: two years of months. Of more,
// the newest are taken.
const maxArchives = 24

// Ask returns what to ask first for a list whose address is source: alternatives, of which the
// first that answers counts, each of one archive or more, oldest first. since is where the window
// of interest begins, now the present.
//
// The home of a public-inbox becomes its feed of new messages; a list of HyperKitty its mbox
// exports of the months from since to now, else its feed; a month of pipermail its text, with the
// index by date. Anything else is asked for as it stands; Follow reads it where it is a web page.
func Ask(source string, since, now time.Time) [][]Archive {
	u, err := url.Parse(source)
	if err != nil || u.Host == "" || u.RawQuery != "" {
		return [][]Archive{{{URL: source}}}
	}
	if root, below := hyperKitty(u); root != nil && (below == "" || below == "latest" || yearMonth().MatchString(below)) {
		return [][]Archive{exports(root, since, now), {{URL: root.JoinPath("feed/").String()}}}
	}
	dir, name := path.Split(u.Path)
	if base, isText := textFile(name); isText && pipermail(base, dir) {
		return [][]Archive{{{URL: source, Dates: u.ResolveReference(&url.URL{Path: dir + base + "/date.html"}).String()}}}
	}
	if name == "" || pipermailPage().MatchString(name) {
		dir, name = path.Split(strings.TrimSuffix(dir, "/"))
	}
	if pipermail(name, dir) {
		at := func(p string) string { return u.ResolveReference(&url.URL{Path: dir + name + p}).String() }
		dates := at("/date.html")
		return [][]Archive{{{URL: at(".txt.gz"), Dates: dates}}, {{URL: at(".txt"), Dates: dates}}, {{URL: source}}}
	}
	return [][]Archive{{{URL: home(source)}}}
}

// home is the address to ask for a list: the home of a public-inbox becomes its feed of new
// messages; anything else is asked for as it stands.
func home(source string) string {
	u, err := url.Parse(source)
	if err != nil || u.RawQuery != "" {
		return source
	}
	path := strings.Trim(u.Path, "/")
	if path == "" || strings.Contains(path, "/") || strings.Contains(path, ".") {
		return source
	}
	if host := u.Hostname(); host == "lore.kernel.org" || strings.HasPrefix(host, "inbox.") {
		u.Path = "/" + path + "/new.atom"
		return u.String()
	}
	return source
}

var (
	hyperKittyList = pattern.New(`^(.*/list/([^/@]+)@[^/@]+)(?:/(.*))?$`)
	yearMonth      = pattern.New(`^\d{4}/\d{1,2}/?$`)
	pipermailPage  = pattern.New(`^(?:index|date|thread|subject|author)\.html$`)
	volumeName     = pattern.New(`^(?:(\d{4})-(January|February|March|April|May|June|July|August|September|October|November|December)|(\d{4})q([1-4])|Week-of-Mon-(\d{8})|(\d{8})|(\d{4}))$`)
)

// hyperKitty is the address of the list that a page of HyperKitty belongs to, and what stands
// behind it in the page's path; nil for other pages.
func hyperKitty(u *url.URL) (root *url.URL, below string) {
	m := hyperKittyList().FindStringSubmatch(u.Path)
	if m == nil || m[2] == "" {
		return nil, ""
	}
	root = u.ResolveReference(&url.URL{Path: m[1] + "/"})
	return root, strings.TrimSuffix(m[3], "/")
}

// exports are the mailboxes of a list of HyperKitty, a month each.
func exports(root *url.URL, since, now time.Time) []Archive {
	var out []Archive
	name, _, _ := strings.Cut(path.Base(root.Path), "@")
	month := startOfMonth(now)
	for len(out) < maxArchives {
		u := root.JoinPath("export", fmt.Sprintf("%s-%s.mbox.gz", name, month.Format("2006-01")))
		u.RawQuery = "start=" + month.Format(time.DateOnly) + "&end=" + month.AddDate(0, 1, 0).Format(time.DateOnly)
		out = append([]Archive{{URL: u.String()}}, out...)
		if !month.After(since) {
			break
		}
		month = month.AddDate(0, -1, 0)
	}
	return out
}

func startOfMonth(t time.Time) time.Time {
	t = t.UTC()
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
}

// textFile takes the ending off the name of a volume's text.
func textFile(name string) (base string, ok bool) {
	base = strings.TrimSuffix(name, ".gz")
	return strings.CutSuffix(base, ".txt")
}

// pipermail reports that a file or directory in dir is named as pipermail names a volume. Years
// and days alone are common names; they count below a directory that says what it is.
func pipermail(name, dir string) bool {
	m := volumeName().FindStringSubmatch(name)
	return m != nil && (m[6]+m[7] == "" || strings.Contains(dir, "/pipermail/"))
}

// span is the time that a volume of pipermail covers, by its name: a month, a quarter, a week,
// a day or a year.
func span(name string) (from, to time.Time, ok bool) {
	m := volumeName().FindStringSubmatch(name)
	if m == nil {
		return from, to, false
	}
	var err error
	switch {
	case m[1] != "":
		from, err = time.Parse("2006-January", name)
		to = from.AddDate(0, 1, 0)
	case m[3] != "":
		quarter, _ := strconv.Atoi(m[4])
		from, err = time.Parse("2006", m[3])
		from = from.AddDate(0, 3*(quarter-1), 0)
		to = from.AddDate(0, 3, 0)
	case m[5] != "":
		from, err = time.Parse("20060102", m[5])
		to = from.AddDate(0, 0, 7)
	case m[6] != "":
		from, err = time.Parse("20060102", m[6])
		to = from.AddDate(0, 0, 1)
	default:
		from, err = time.Parse("2006", m[7])
		to = from.AddDate(1, 0, 0)
	}
	return from, to, err == nil
}

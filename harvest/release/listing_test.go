package release

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"wiredesk/harvest/feed"
)

const apache = `<html><head><title>Index of /pub/pump</title></head><body><h1>Index of /pub/pump</h1><table>
<tr><th><a href="?C=N;O=D">Name</a></th><th><a href="?C=M;O=A">Last modified</a></th></tr>
<tr><td><img src="b.gif"></td><td><a href="/pub/">Parent Directory</a></td><td>&nbsp;</td></tr>
`

func TestListings(t *testing.T) {
	for _, c := range []struct{ name, from, body, want string }{
		{"Apache, files", "https://ftp.example.org/pub/pump/", apache + `
<tr><td><a href="pump-1.9.tar.gz"><img></a></td><td><a href="pump-1.9.tar.gz">pump-1.9.tar.gz</a></td><td align="right">2026-01-02 10:00  </td><td>1M</td></tr>
<tr><td><a href="pump-1.10.tar.gz">pump-1.10.tar.gz</a></td><td align="right">2026-03-04 10:00  </td></tr>
<tr><td><a href="pump-1.10.tar.gz.sig">pump-1.10.tar.gz.sig</a></td><td align="right">2026-03-05 10:00  </td></tr>
<tr><td><a href="pump-1.10.tar.gz.sha256">pump-1.10.tar.gz.sha256</a></td><td>2026-03-05 10:00</td></tr>
<tr><td><a href="pump-1.10.tar.xz">pump-1.10.tar.xz</a></td><td align="right">2026-03-03 10:00  </td></tr>
<tr><td><a href="pump-1.9-1.10.diff.gz">pump-1.9-1.10.diff.gz</a></td><td align="right">2026-03-03 10:00  </td></tr>
<tr><td><a href="pump-1.11-rc1.zip">pump-1.11-rc1.zip</a></td><td></td></tr>
<tr><td><a href="pump-latest.tar.gz">pump-latest.tar.gz</a></td><td align="right">2026-03-04 10:00  </td></tr></table>`,
			"1.11-rc1|pump 1.11-rc1|https://ftp.example.org/pub/pump/pump-1.11-rc1.zip|||pre\n1.10|pump 1.10|https://ftp.example.org/pub/pump/pump-1.10.tar.gz|2026-03-03||\n1.9|pump 1.9|https://ftp.example.org/pub/pump/pump-1.9.tar.gz|2026-01-02||"},
		{"Apache, folders", "https://ftp.example.org/pub/pump/", apache + `<tr><td><a href="0.8.9/">0.8.9/</a></td><td>2025-03-19 07:10</td></tr><tr><td><a href="v0.8.10/">v0.8.10/</a></td><td>2026-01-31 11:15</td></tr><tr><td><a href="old/">old/</a></td></tr>`,
			"v0.8.10|pump v0.8.10|https://ftp.example.org/pub/pump/v0.8.10/|2026-01-31||\n0.8.9|pump 0.8.9|https://ftp.example.org/pub/pump/0.8.9/|2025-03-19||"},
		{"Apache, empty", "https://ftp.example.org/pub/pump/", apache + "</table>", ""},
		{"nginx", "https://example.org/pump/", `<html><head><title>Index of /pump/</title></head><body><h1>Index of /pump/</h1><hr><pre><a href="../">../</a>
<a href="pump_1_2_3.zip">pump_1_2_3.zip</a>                 16-Jun-2026 15:50      1234
<a href="pump_1_2_4-linux-aarch64.zip">pump_1_2_4-linux-aarch64.zip</a>     17-Jun-2026 15:50      1234
<a href="pump_1_2_4-linux-x86_64.zip">pump_1_2_4-linux-x86_64.zip</a>     17-Jun-2026 15:51      1234
</pre>`, "1_2_4|pump 1_2_4|https://example.org/pump/pump_1_2_4-linux-aarch64.zip|2026-06-17|amd64+arm64|\n1_2_3|pump 1_2_3|https://example.org/pump/pump_1_2_3.zip|2026-06-16||"},
		{"lighttpd", "https://example.org/pump/", `<title>Index of /pump/</title><table><tr><td class="n"><a href="pump-v2.0.tgz">pump-v2.0.tgz</a></td><td class="m">2026-Jun-16 15:50:00</td></tr></table>`,
			"v2.0|pump v2.0|https://example.org/pump/pump-v2.0.tgz|2026-06-16||"},
		{"Python", "https://example.org/pump/", `<title>Directory listing for /pump/</title><h1>Directory listing for /pump/</h1><ul><li><a href="pump-2024-01-02.tar.gz">pump-2024-01-02.tar.gz</a></li><li><a href="pump-3.0.tar.zst">pump-3.0.tar.zst</a></li></ul>`,
			"2024-01-02|pump 2024-01-02|https://example.org/pump/pump-2024-01-02.tar.gz|||\n3.0|pump 3.0|https://example.org/pump/pump-3.0.tar.zst|||"},
		{"S3", "https://bucket.example.org/", `<?xml version="1.0"?><ListBucketResult xmlns="http://s3.example.org/doc"><Name>b</Name><Contents><Key>dist/pump-1.2.tar.gz</Key><LastModified>2026-06-16T15:50:00.000Z</LastModified></Contents><Contents><Key>index.html</Key></Contents></ListBucketResult>`,
			"1.2|pump 1.2|https://bucket.example.org/dist/pump-1.2.tar.gz|2026-06-16||"},
		{"Debian's pool", "https://deb.example.org/pool/main/p/pump/", apache + `<tr><td><a href="pump_0.7-1.debian.tar.xz">a</a></td><td>2026-01-03 10:00</td></tr><tr><td><a href="pump_0.7-1_arm64.deb">a</a></td></tr><tr><td><a href="pump_0.7.orig.tar.gz">a</a></td><td>2026-01-02 10:00</td></tr><tr><td><a href="pump_0.6+dfsg.orig.tar.gz">a</a></td></tr>`,
			"0.7|pump 0.7|https://deb.example.org/pool/main/p/pump/pump_0.7.orig.tar.gz|2026-01-02||\n0.6|pump 0.6|https://deb.example.org/pool/main/p/pump/pump_0.6+dfsg.orig.tar.gz|||"},
		{"Launchpad", "https://launchpad.net/pump/+download", `<a href="https://launchpad.net/pump/3.4.x/3.4.0/+download/pump-3.4.0.2.dmg">x</a><a href="https://launchpad.net/pump/3.4.x/3.4.0/+download/pump-3.4.0.tar.gz">x</a>`,
			"3.4.0|pump 3.4.0|https://launchpad.net/pump/3.4.x/3.4.0/+download/pump-3.4.0.2.dmg|||"},
		{"a page of downloads", "https://pump.example/download/releases/", `<p>Get <a href="https://files.example/pump-1.33.tar.gz">it</a> (<a href="https://files.example/pump-1.33.tar.gz.asc">sig</a>), or <a href="https://files.example/pump-1.33_setup.exe">for Windows</a>.</p><p>Of 2026-01-02.</p>`,
			"1.33|pump 1.33|https://files.example/pump-1.33.tar.gz|||"},
		{"tags of a forge", "https://git.example/reef/pump/releases", `<base href="//git.example/"><li><a href="/reef/pump/archive/20260710.zip">ZIP</a><a href="/reef/pump/archive/20260710.tar.gz">TAR</a></li><li><a href="/reef/pump/archive/20251122.zip">ZIP</a></li>`,
			"20260710|pump 20260710|https://git.example/reef/pump/archive/20260710.zip|||\n20251122|pump 20251122|https://git.example/reef/pump/archive/20251122.zip|||"},
		{"cgit", "https://git.example.org/cgit/pump.git/refs/tags", `<div id='cgit'><table><tr><td><a href='/cgit/pump.git/tag/?h=v1.2'>v1.2</a></td><td><a href='/cgit/pump.git/snapshot/pump-1.2.tar.xz'>pump-1.2.tar.xz</a> (<a href='/cgit/pump.git/snapshot/pump-1.2.tar.asc'>sig</a>)</td><td>Jo Tanaka</td><td colspan='2'><span class='age-years' title='2026-05-29 23:12:36 +0200'>6 months</span></td></tr>
			<tr><td><a href='/cgit/pump.git/tag/?h=v1.10-rc1'>v1.10-rc1</a></td><td></td><td><span title='2026-06-29 21:12:36 +0000'>5 months</span></td></tr></table></div>`,
			"v1.10-rc1|pump v1.10-rc1|https://git.example.org/cgit/pump.git/tag/?h=v1.10-rc1|2026-06-29||pre\nv1.2|pump v1.2|https://git.example.org/cgit/pump.git/tag/?h=v1.2|2026-05-29||"},
		{"cgit without tags", "https://git.example.org/cgit/pump.git/refs/tags", `<div id='cgit'><table></table></div>`, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := lines(read(t, c.from, c.body)); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

func TestNamesOfFiles(t *testing.T) {
	for _, c := range []struct{ file, version string }{
		{"pump-1.2.3.tar.xz", "1.2.3"}, {"pump-v1.2.3.zip", "v1.2.3"}, {"pump_1_2_3.zip", "1_2_3"}, {"pump-1.2.3a.tgz", "1.2.3a"}, {"pump-1.2.3rc1-src.tar.bz2", "1.2.3rc1"},
		{"pump-1.2.3-beta.2.tar.lz", "1.2.3-beta.2"}, {"pump-7.1.1-21.tar.gz", "7.1.1-21"}, {"pump-1.2-3.aarch64.rpm", "1.2"}, {"pump_1.2-3_arm64.deb", "1.2"}, {"pump-1.2-cp313-cp313-manylinux_2_17_aarch64.whl", "1.2"},
		{"libpump2-1.4.tar.gz", "1.4"}, {"pump4j-1.2.17.jar", "1.2.17"}, {"pump1.22.1.linux-arm64.tar.gz", "1.22.1"}, {"pump-x86_64-1.2.3.tar.gz", "1.2.3"}, {"pump-20260710.tar.gz", "20260710"}, {"pump-r123.zip", "r123"},
		{"pump-5.1.0-all-languages.zip", "5.1.0"}, {"pump-win-64.zip", ""}, {"pump.tar.gz", ""}, {"pump-1.2.3.tar.gz.asc", ""}, {"pump-1.2.3.txt", ""}, {"patch-1.2.3.xz", ""}, {"pump-2to3.zip", ""},
	} {
		all, _, err := Read([]byte(`<a href="`+c.file+`">x</a>`), "", feed.Meta{URL: "https://example.org/pump/"})
		got := ""
		if len(all) > 0 {
			got = all[0].Version
		}
		if got != c.version || (err == nil) != (c.version != "") {
			t.Errorf("%s: got %q, %v", c.file, got, err)
		}
	}
}

func TestAPageOfSeveralProjects(t *testing.T) {
	body := []byte(`<a href="valve-1.0.zip">x</a> <a href="valve-1.1.zip">x</a> <a href="Pump-2.0.zip">x</a> <a href="pump-2.1.zip">x</a> <a href="pump-3.0.zip">x</a> <a href="3.1.zip">x</a>`)
	for from, want := range map[string]string{"https://example.org/files/": "3.1 3.0 2.1 2.0", "https://example.org/valve/": "3.1 1.1 1.0"} {
		all, warnings, err := Read(body, "text/html", feed.Meta{URL: from})
		var got []string
		for _, r := range all {
			got = append(got, r.Version)
		}
		if err != nil || strings.Join(got, " ") != want || len(warnings) != 1 || !strings.Contains(warnings[0], "1 other") {
			t.Errorf("%s: %q, %q, %v", from, got, warnings, err)
		}
	}
}

func TestAFileMoreChangesNoIdentity(t *testing.T) {
	one := read(t, "https://example.org/pump/", `<a href="pump-1.0.tar.gz">x</a>`)[0]
	two := read(t, "https://example.org/pump/", `<a href="pump-1.0-linux-arm64.tar.gz">x</a> <a href="pump-1.0.tar.gz">x</a>`)[0]
	if one.ID != two.ID || one.Hash == two.Hash || !slices.Equal(two.Architectures, []string{"arm64"}) {
		t.Errorf("%q %d, %q %d %q", one.ID, one.Hash, two.ID, two.Hash, two.Architectures)
	}
}

func TestDeepAndEndlessPages(t *testing.T) {
	deep := strings.Repeat("<div>", 100000) + `<a href="pump-1.0.zip">x</a>`
	if all := read(t, "https://example.org/", deep); len(all) != 1 {
		t.Errorf("%d releases", len(all))
	}
	if _, _, err := Read([]byte(strings.Repeat("<a href=x>", 50000)), "", feed.Meta{URL: "https://example.org/"}); !errors.Is(err, ErrNone) {
		t.Errorf("got %v", err)
	}
}

func TestIsFeed(t *testing.T) {
	for body, want := range map[string]bool{
		`<?xml version="1.0"?><!-- x --><rss version="2.0">`: true, "\ufeff\n<feed xmlns='http://www.w3.org/2005/Atom'>": true, `<rdf:RDF xmlns="x">`: true, `<atom:feed xmlns:atom="x">`: true,
		`{"version": "https://jsonfeed.org/version/1.1"}`: true, `[{"tag_name":"v1"}]`: false, `<!DOCTYPE html><html><head><link type="application/rss+xml"></head><rss >`: false,
		`<?xml version="1.0"?><html xmlns="x">`: false, `<?xml version="1.0"?><ListBucketResult xmlns="x">`: false, `{"message":"Not Found"}`: false, ``: false, `rss`: false,
	} {
		if IsFeed([]byte(body)) != want {
			t.Errorf("%q: not %v", body, want)
		}
	}
}

func TestOfItems(t *testing.T) {
	items := []feed.Item{
		{Title: "Pump 5.1 is out", URL: "https://example.org/news/5"}, {Title: "Ten things to do with a pump", URL: "https://example.org/news/10"}, {Title: "Meeting of 22.11.2026", URL: "https://example.org/news/11"},
		{Title: "Download", URL: "https://example.org/pump-4.0-rc1.tar.gz"}, {Title: "Notes", URL: "https://github.com/reef/pump/releases/tag/v3"}, {Title: "v2 for arm64", URL: "https://example.org/x"}, {Title: "Notes", URL: "https://example.org/notes/1.0.2.html"},
	}
	if got, want := lines(OfItems(items)), "5.1|Pump 5.1 is out|https://example.org/news/5|||\n4.0-rc1|pump Download|https://example.org/pump-4.0-rc1.tar.gz|||pre\nv3|pump Notes|https://github.com/reef/pump/releases/tag/v3|||\n"+
		"v2|v2 for arm64|https://example.org/x|||\n1.0.2|Notes|https://example.org/notes/1.0.2.html|||"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestFeedsOfFilesAndOfFrontPages(t *testing.T) {
	parse := func(body string) []Release {
		d, err := feed.Slice([]byte(body))
		if err != nil {
			t.Fatal(err)
		}
		all, _, err := Parse(d, nil, feed.Meta{})
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	const item = `<item><title>/pump/3.31/pump_3.31_%s</title><link>https://sourceforge.net/projects/pump/files/pump/3.31/pump_3.31_%s/download</link><pubDate>Fri, 23 Feb 2026 10:19:33 UT</pubDate></item>`
	files := func(names ...string) Release {
		var items string
		for _, n := range names {
			items += strings.ReplaceAll(item, "%s", n)
		}
		all := parse(`<rss version="2.0"><channel><title>Pump</title>` + items + `</channel></rss>`)
		if len(all) != 1 {
			t.Fatalf("%d releases", len(all))
		}
		return all[0]
	}
	one, two, three := files("win64.zip"), files("win64.zip", "aarch64.tar.bz2"), files("aarch64.tar.bz2", "win64.zip", "win64-setup.exe")
	if got := lines([]Release{two}); got != "3.31|pump 3.31|https://sourceforge.net/projects/pump/files/pump/3.31/|2026-02-23|arm64|" {
		t.Errorf("%s", got)
	}
	if one.ID != two.ID || one.Hash == two.Hash || two.Hash != three.Hash {
		t.Error("a file for another processor is not told, or another order is")
	}
	k := parse(`<rss version="2.0"><channel><title>Kernels</title><item><title>6.16.2: stable</title><link>https://www.kernel.org/</link><description>&lt;a href="https://cdn.example.org/patch.xz"&gt;p&lt;/a&gt; &lt;a href="https://cdn.example.org/ChangeLog-6.16.2"&gt;c&lt;/a&gt;</description></item></channel></rss>`)
	if k[0].URL != "https://cdn.example.org/ChangeLog-6.16.2" || k[0].Version != "6.16.2" || k[0].Title != "6.16.2: stable" {
		t.Errorf("%s", lines(k))
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`<rss version="2.0"><channel><item><title>/p/1.2/p_1.2.zip</title><link>https://sourceforge.net/projects/p/files/p/1.2/p_1.2.zip/download</link></item></channel></rss>`))
	f.Add([]byte(`<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>tag:github.com,2008:Repository/1/v1</id><title>6.1: stable</title><link href="https://www.kernel.org/"/><content type="html">&lt;a href="/6.1"&gt;x&lt;/a&gt;</content></entry></feed>`))
	f.Fuzz(func(t *testing.T, body []byte) {
		d, err := feed.Slice(body)
		if err != nil {
			return
		}
		all, _, err := Parse(d, nil, feed.Meta{URL: "https://example.org/"})
		if err != nil {
			return
		}
		var items []feed.Item
		for _, r := range all {
			items = append(items, r.Item)
			if r.Entry >= len(d.Entries) || r.URL != "" && !strings.HasPrefix(r.URL, "http") {
				t.Errorf("%+v", r)
			}
		}
		for _, r := range OfItems(items) {
			if r.Version == "" {
				t.Errorf("no version: %+v", r)
			}
		}
	})
}

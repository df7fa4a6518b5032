package link

import (
	"net/url"
	"strings"
	"testing"
)

func TestClean(t *testing.T) {
	for _, c := range []struct{ in, base, want string }{
		{"HTTPS://Example.ORG:443/A?b=C#d", "", "https://example.org/A?b=C#d"},
		{"http://example.org", "", "http://example.org/"},
		{"  https://example.org/a b\n", "", "https://example.org/a%20b"},
		{"/news/x.html", "https://example.org/feed.xml", "https://example.org/news/x.html"},
		{"x.html", "https://example.org/a/b", "https://example.org/a/x.html"},
		{"//cdn.example.org/x", "https://example.org/", "https://cdn.example.org/x"},
		{"https://example.org/?utm_source=a&v=1&UTM_medium=b&fbclid=x", "", "https://example.org/?v=1"},
		{"https://twitter.com/a/status/1?s=20", "", "https://twitter.com/a/status/1"},
		{"https://example.org/?s=20", "", "https://example.org/?s=20"},
		{"https://www.phoronix.com/scan.php?page=article&item=arm-64&num=1", "", "https://www.phoronix.com/scan.php?page=article&item=arm-64&num=1"},
		{"https://forum.example.org/viewtopic.php?tid=7&sid=0123456789abcdef0123456789abcdef", "", "https://forum.example.org/viewtopic.php?tid=7"},
		{"https://example.org/news?sid=42", "", "https://example.org/news?sid=42"},
		{"https://github.com/a/b/contents?ref=main", "", "https://github.com/a/b/contents?ref=main"},
		{"https://example.org/p?ref=woa4", "", "https://example.org/p"},
		{"https://example.org/x#ftag=RSSbaffb68", "", "https://example.org/x"},
		{"https://example.org/x;jsessionid=ABC?y=1", "", "https://example.org/x?y=1"},
		{"https://user:secret@example.org/", "", "https://example.org/"},
		{"https://bücher.example/ü", "", "https://xn--bcher-kva.example/%C3%BC"},
		{"https://example.org/100%", "", "https://example.org/100%25"},
		{`https://example.org\@evil.example/`, "", "https://example.org/@evil.example/"},
		{"https://example.org/a?q=<b>\"", "", "https://example.org/a?q=%3Cb%3E%22"},
		{"https://archive.example/web/1997/http://www.example.org//x/../y", "", "https://archive.example/web/1997/http://www.example.org//y"},
		{"https://exa\u202emple.org/\u200bx", "", "https://example.org/x"},
	} {
		got, err := Clean(c.in, c.base)
		if err != nil || got != c.want {
			t.Errorf("Clean(%q) = %q, %v, want %q", c.in, got, err, c.want)
		}
	}
}

func TestCleanRefuses(t *testing.T) {
	for _, in := range []string{
		"", "javascript:alert(1)", "JaVa\tScript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd",
		"feed:javascript:x", "mailto:a@example.org", "ftp://example.org/", "example.org/x", "https://", "https:///x",
		"https://exa mple.org/", "https://[fe80::1%25eth0]/", "https://example.org/" + strings.Repeat("a", MaxLen), "http:opaque",
		"https://<script>/",
	} {
		if got, err := Clean(in, ""); err == nil {
			t.Errorf("Clean(%.60q) = %q, want an error", in, got)
		}
	}
}

func TestCanonical(t *testing.T) {
	for _, group := range [][]string{
		{"https://example.org/a", "http://example.org/a", "https://www.example.org/a/", "https://m.example.org/a", "https://example.org/a#top", "https://example.org/a/?utm_source=x", "https://example.org/a/amp/", "https://example.org/a?amp=1", "https://example.org/a/index.html"},
		{"https://www.youtube.com/watch?v=Ab_1", "https://youtu.be/Ab_1", "https://youtu.be/Ab_1?si=x", "https://m.youtube.com/watch?v=Ab_1&feature=youtu.be&a="},
		{"https://twitter.com/Arm/status/1", "https://x.com/arm/status/1", "https://mobile.twitter.com/Arm/status/1?s=20"},
		{"https://github.com/Docker/Buildx", "https://github.com/docker/buildx/"},
		{"https://lwn.net/Articles/1/", "https://lwn.net/Articles/1/rss"},
		{"https://de.wikipedia.org/wiki/Arm", "https://de.m.wikipedia.org/wiki/Arm"},
		{"https://groups.google.com/forum#!topic/a/b", "http://groups.google.com/forum#!topic/a/b"},
	} {
		want := ""
		for _, raw := range group {
			clean, err := Clean(raw, "")
			if err != nil {
				t.Fatal(err)
			}
			got := Canonical(clean)
			if want == "" {
				want = got
			}
			if got != want {
				t.Errorf("Canonical(%q) = %q, want %q", raw, got, want)
			}
		}
	}
	different := []string{
		"https://groups.google.com/forum#!topic/a/b", "https://groups.google.com/forum#!topic/a/c",
		"https://www.phoronix.com/scan.php?page=article&item=a", "https://www.phoronix.com/scan.php?page=article&item=b",
		"https://forum.example/?tid=1", "https://forum.example/?tid=2", "https://example.org/?topic=1", "https://example.org/",
		"https://github.com/a/b/issues/1", "https://github.com/a/b/issues/1#issuecomment-2",
		"https://lists.example/arm#x%40y", "https://lists.example/arm#z%40y", "https://example.org/A", "https://example.org/a",
	}
	seen := map[string]string{}
	for _, raw := range different {
		clean, err := Clean(raw, "")
		if err != nil {
			t.Fatal(err)
		}
		c := Canonical(clean)
		if other, ok := seen[c]; ok {
			t.Errorf("%q and %q have one identity, %q", raw, other, c)
		}
		seen[c] = raw
	}
}

func FuzzCanonical(f *testing.F) {
	for _, s := range []string{"https://www.example.org/a/../b?utm_x=1&c=%zz#!d", "http://youtu.be/x?y", "HTTP://[::1]:80/%2e%2E/;jsessionid=1", "https://m.m.x.y/amp/amp/index.html/", "https://x/?&&a", "https://a/%2F%41#%40", "//b/c", "http://a.example:8080/b/~c?utm_x=1&d=2",
		"https://github.com/A/b.git/issues/1", "https://gitlab.x.org/a/b/c/-/tags", "https://a.github.io/b/", "https://git.x.org/?p=a/b.git;a=tags", "https://pkg.go.dev/pkg.go.dev/a/b@v1", "https://go.googlesource.com/c/a/+/1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if quick, ok := usual(raw); ok {
			if slow, err := clean(raw, ""); err != nil || quick != slow {
				t.Fatalf("Clean(%q) = %q the quick way, else %q, %v", raw, quick, slow, err)
			}
		}
		clean, err := Clean(raw, "https://base.example/x/")
		if err != nil {
			return
		}
		again, err := Clean(clean, "")
		if err != nil || again != clean {
			t.Fatalf("Clean is not idempotent: %q -> %q -> %q, %v", raw, clean, again, err)
		}
		c := Canonical(clean)
		if Canonical(c) != c {
			t.Fatalf("Canonical is not idempotent: %q -> %q -> %q", clean, c, Canonical(c))
		}
		p := Project(c)
		if strings.HasPrefix(p, "/") || strings.HasSuffix(p, "/") || strings.Contains(p, "//") || p != strings.ToLower(p) {
			t.Fatalf("Project(%q) = %q", c, p)
		}
		if other := Project(c + "#x"); other != p {
			t.Fatalf("Project(%q) = %q with a fragment, else %q", c, other, p)
		}
		for _, s := range []string{clean, c} {
			u, err := url.Parse(s)
			if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
				t.Fatalf("%q: not an http link (%v)", s, err)
			}
			if strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r >= 0x7f }) {
				t.Fatalf("%q: not printable ASCII", s)
			}
		}
	})
}

func TestLessTracking(t *testing.T) {
	for raw, want := range map[string]string{
		"https://a.example/x?utm_source=b&id=%20c&fbclid=1#part": "https://a.example/x?id=%20c#part",
		"http://A.example/x?utm_source=b":                        "http://A.example/x",
		"https://a.example/x#ftag=RSS1":                          "https://a.example/x",
		"https://www.youtube.com/watch?v=1&feature=youtu.be&a=":  "https://www.youtube.com/watch?v=1",
		"https://github.com/a/b?ref=main":                        "https://github.com/a/b?ref=main",
		"https://a.example/?":                                    "https://a.example/?",
		"https://a.example/?a=1&a=1#":                            "https://a.example/?a=1&a=1#",
		"a.example/x?utm_source=b":                               "a.example/x?utm_source=b",
		"mailto:a@b.example?utm_source=b":                        "mailto:a@b.example?utm_source=b",
	} {
		got, noise := LessTracking(raw)
		if got != want || (len(noise) == 0) != (raw == want) {
			t.Errorf("LessTracking(%q) = %q, %q", raw, got, noise)
		}
	}
}

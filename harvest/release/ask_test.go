package release

import (
	"slices"
	"strings"
	"testing"
)

func TestAsk(t *testing.T) {
	for _, c := range []struct{ source, want string }{
		{"https://github.com/reef/pump", "https://github.com/reef/pump/releases.atom https://github.com/reef/pump/tags.atom"},
		{"https://gitlab.com/reef/tools/pump", "https://gitlab.com/reef/tools/pump/-/releases.atom https://gitlab.com/reef/tools/pump/-/tags?format=atom"},
		{"https://git.example.org/reef/pump", "https://git.example.org/reef/pump/releases.atom https://git.example.org/reef/pump/tags.atom https://git.example.org/api/v1/repos/reef/pump/releases?limit=50 https://git.example.org/reef/pump"},
		{"https://pypi.org/project/pump/", "https://pypi.org/pypi/pump/json https://pypi.org/rss/project/pump/releases.xml"},
		{"https://www.npmjs.com/package/@reef/pump", "https://registry.npmjs.org/@reef%2Fpump"},
		{"https://www.npmjs.com/package/pump", "https://registry.npmjs.org/pump"},
		{"https://crates.io/crates/pump", "https://crates.io/api/v1/crates/pump/versions"},
		{"https://rubygems.org/gems/pump", "https://rubygems.org/api/v1/versions/pump.json"},
		{"https://packagist.org/packages/reef/pump", "https://repo.packagist.org/p2/reef/pump.json"},
		{"https://hub.docker.com/r/reef/pump", "https://hub.docker.com/v2/repositories/reef/pump/tags/?page_size=25"},
		{"https://hub.docker.com/_/pump", "https://hub.docker.com/v2/repositories/library/pump/tags/?page_size=25"},
		{"https://hub.docker.com/v2/repositories/reef/pump/tags/?name=arm", "https://hub.docker.com/v2/repositories/reef/pump/tags/?name=arm"},
		{"https://bitbucket.org/reef/pump/src/main/", "https://api.bitbucket.org/2.0/repositories/reef/pump/refs/tags?sort=-target.date&pagelen=100"},
		{"https://pagure.io/pump", "https://pagure.io/api/0/pump/git/tags"},
		{"https://www.kernel.org/", "https://www.kernel.org/releases.json https://www.kernel.org/feeds/kdist.xml"},
		{"https://download.gnome.org/sources/pump/", "https://download.gnome.org/sources/pump/cache.json https://download.gnome.org/sources/pump/"},
		{"https://git.sr.ht/~reef/pump", "https://git.sr.ht/~reef/pump/refs/rss.xml"},
		{"https://sourceforge.net/projects/pump/files/", "https://sourceforge.net/projects/pump/rss?limit=100"},
		{"https://launchpad.net/pump", "https://launchpad.net/pump/+download"},
		{"https://central.sonatype.com/artifact/org.reef/pump", "https://repo1.maven.org/maven2/org/reef/pump/"},
		{"https://git.kernel.org/pub/scm/utils/pump.git/", "https://git.kernel.org/pub/scm/utils/pump.git/refs/tags"},
		{"https://git.savannah.gnu.org/cgit/pump.git/refs/tags", "https://git.savannah.gnu.org/cgit/pump.git/refs/tags"},
		{"https://ftp.gnu.org/gnu/pump/", "https://ftp.gnu.org/gnu/pump/"},
		{"https://example.org/a/long/way/pump/", "https://example.org/a/long/way/pump/"},
		{"https://example.org/downloads/", "https://example.org/downloads/"},
		{"https://example.org/list.php?dir=pump", "https://example.org/list.php?dir=pump"},
	} {
		var got []string
		for _, e := range Ask(c.source, false) {
			got = append(got, e.URL)
			if e.Accept == "" {
				t.Errorf("%s: nothing to accept", e.URL)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.source, strings.Join(got, " "), c.want)
		}
	}
}

func TestWithATokenTheAPIOfGitHubComesFirst(t *testing.T) {
	got := Ask("https://github.com/reef/pump/releases", true)
	want := []Endpoint{
		{"https://api.github.com/repos/reef/pump/releases?per_page=100", acceptGitHub},
		{"https://api.github.com/repos/reef/pump/tags?per_page=100", acceptGitHub},
		{"https://github.com/reef/pump/releases.atom", acceptFeed},
		{"https://github.com/reef/pump/tags.atom", acceptFeed},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	if got := Ask("https://gitlab.com/reef/pump", true); len(got) != 2 || got[0].Accept != acceptFeed {
		t.Errorf("a token changed what GitLab is asked: %v", got)
	}
}

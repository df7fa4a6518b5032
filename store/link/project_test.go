package link

import "testing"

func TestProject(t *testing.T) {
	for _, c := range []struct {
		want string
		of   []string
	}{
		{"github.com/fen/wick", []string{
			"https://github.com/Fen/Wick", "https://github.com/fen/wick.git", "https://github.com/fen/wick/issues/12#issuecomment-3", "https://github.com/fen/wick/releases/tag/v1.2",
			"https://github.com/fen/wick/blob/main/README.md", "https://raw.githubusercontent.com/fen/wick/main/NEWS", "https://codeload.github.com/fen/wick/tar.gz/v1",
			"https://api.github.com/repos/fen/wick/releases", "https://fen.github.io/wick/", "https://fen.github.io/wick/docs/install.html",
			"https://pkg.go.dev/github.com/fen/wick@v1.2.0/sub", "https://godoc.org/github.com/fen/wick",
		}},
		{"github.com/fen/fen.github.io", []string{"https://fen.github.io/", "https://fen.github.io/2017/09/13/post.html", "https://fen.github.io/blog/arm/", "https://fen.github.io/cv.pdf"}},
		{"gitlab.com/fen/tools/wick", []string{"https://gitlab.com/fen/tools/wick", "https://gitlab.com/fen/tools/wick/-/merge_requests/7", "https://gitlab.com/fen/tools/wick/issues/1"}},
		{"gitlab.com/fen/wick", []string{"https://fen.gitlab.io/wick/", "https://gitlab.com/fen/wick/tree/master/doc", "https://gitlab.com/fen/wick.git"}},
		{"gitlab.fen.example/a/wick", []string{"https://gitlab.fen.example/a/wick/merge_requests/28", "https://gitlab.fen.example/a/wick"}},
		{"salsa.debian.org/fen-team/wick", []string{"https://salsa.debian.org/fen-team/wick/-/tags"}},
		{"codeberg.org/fen/wick", []string{"https://codeberg.org/fen/wick/releases/tag/v2", "https://fen.codeberg.page/wick/"}},
		{"gitea.fen.example/a/wick", []string{"https://gitea.fen.example/a/wick/src/branch/main/x.c"}},
		{"bitbucket.org/fen/wick", []string{"https://bitbucket.org/fen/wick/pull-requests/3"}},
		{"sr.ht/~fen/wick", []string{"https://git.sr.ht/~fen/wick/log", "https://sr.ht/~fen/wick/", "https://todo.sr.ht/~fen/wick/4"}},
		{"git.fen.example/pub/scm/wick", []string{"https://git.fen.example/pub/scm/wick.git/commit/?id=1", "https://git.fen.example/pub/scm/wick.git"}},
		{"git.fen.example/a/wick", []string{"https://git.fen.example/?p=a/wick.git;a=shortlog"}},
		{"go.googlesource.com/wick/sub", []string{"https://go.googlesource.com/wick/sub/+/master/x", "https://go.googlesource.com/c/wick/sub/+/1234"}},
		{"hub.docker.com/fen/wick", []string{"https://hub.docker.com/r/fen/wick/", "https://hub.docker.com/r/fen/wick/tags", "https://store.docker.com/community/images/fen/wick"}},
		{"hub.docker.com/_/wick", []string{"https://hub.docker.com/_/wick/", "https://store.docker.com/images/wick"}},
		{"quay.io/fen/wick", []string{"https://quay.io/repository/fen/wick?tab=tags"}},
		{"pypi.org/wick", []string{"https://pypi.org/project/wick/1.2/", "https://pypi.python.org/pypi/Wick"}},
		{"npmjs.com/wick", []string{"https://www.npmjs.com/package/wick"}},
		{"npmjs.com/@fen/wick", []string{"https://www.npmjs.com/package/@fen/wick/v/1.0.0"}},
		{"crates.io/wick", []string{"https://crates.io/crates/wick", "https://docs.rs/wick/0.3/wick/", "https://docs.rs/crate/wick"}},
		{"launchpad.net/wick", []string{"https://launchpad.net/wick/+milestone/3", "https://bugs.launchpad.net/wick/+bug/17"}},
		{"launchpad.net/ubuntu/wick", []string{"https://launchpad.net/ubuntu/+source/wick", "https://bugs.launchpad.net/ubuntu/+source/wick/+bug/9", "https://packages.ubuntu.com/bionic/wick"}},
		{"launchpad.net/~fen/wick", []string{"https://launchpad.net/~fen/+archive/ubuntu/wick"}},
		{"sourceforge.net/wick", []string{"https://sourceforge.net/projects/wick/files/", "https://sourceforge.net/p/wick/bugs/3/", "https://wick.sourceforge.io/doc/", "https://downloads.sourceforge.net/project/wick/wick-1.tar.gz"}},
		{"debian.org/wick", []string{"https://packages.debian.org/sid/wick", "https://packages.debian.org/source/sid/wick", "https://tracker.debian.org/pkg/wick"}},
		{"fedoraproject.org/wick", []string{"https://src.fedoraproject.org/rpms/wick/commits", "https://packages.fedoraproject.org/pkgs/wick/wick/", "https://apps.fedoraproject.org/packages/wick"}},
		{"gnu.org/wick", []string{"https://www.gnu.org/software/wick/manual/", "https://savannah.gnu.org/projects/wick", "https://ftp.gnu.org/gnu/wick/wick-1.tar.gz"}},
		{"readthedocs.io/wick", []string{"https://wick.readthedocs.io/en/latest/", "https://wick.readthedocs.org/"}},
		{"", []string{
			"https://example.org/fen/wick", "https://github.com/", "https://github.com/fen", "https://github.com/features/actions", "https://github.com/orgs/fen/teams", "https://gist.github.com/fen/0123abcd",
			"https://gitlab.com/fen", "https://gitlab.com/explore/projects", "https://about.gitlab.com/2017/06/22/gitlab-9-3-released/", "https://hub.docker.com/search?q=wick", "https://launchpad.net/~fen",
			"https://lists.sr.ht/~fen/wick", "https://lists.sourceforge.net/lists/listinfo/wick", "https://lore.kernel.org/wick/1@x/", "https://lists.debian.org/debian-arm/2017/06/msg00001.html",
			"https://go.googlesource.com/", "https://pkg.go.dev/net/http", "https://npmjs.com/~fen", "https://git.fen.example/?p=.git", "not a url",
		}},
	} {
		for _, raw := range c.of {
			canonical := raw
			if clean, err := Clean(raw, ""); err == nil {
				canonical = Canonical(clean)
			}
			if got := Project(canonical); got != c.want {
				t.Errorf("Project(%q) = %q, want %q", raw, got, c.want)
			}
		}
	}
}

func BenchmarkProject(b *testing.B) {
	for b.Loop() {
		Project("https://github.com/fen/wick/releases/tag/v1.2")
		Project("https://news.example.org/2017/09/13/wick-is-out")
	}
}

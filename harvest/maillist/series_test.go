package maillist

import (
	"fmt"
	"strings"
	"testing"
)

// patch is a message without a parent, sent at minute m of the day.
func patch(id, author, subject string, minute int) string {
	return fmt.Sprintf("From x Mon Nov 16 12:00:00 2026\nFrom: %s <%s@example.org>\nSubject: %s\nDate: Mon, 16 Nov 2026 %02d:%02d:00 +0000\nMessage-ID: <%s@x>\n\ntext\n\n", author, author, subject, minute/60, minute%60, id)
}

func TestASeriesWithoutParentsIsOneThread(t *testing.T) {
	for _, c := range []struct {
		name string
		mail []string
		want string
	}{
		{"with its cover letter", []string{patch("c", "ada", "[PATCH v3 0/2] reef", 0), patch("1", "ada", "[PATCH v3 1/2] a", 1), patch("2", "ada", "[PATCH v3 2/2] b", 2)}, "c:c* 1:c 2:c"},
		{"the cover letter comes last", []string{patch("2", "ada", "[PATCH v3 2/2] b", 2), patch("1", "ada", "[PATCH v3 1/2] a", 1), patch("c", "ada", "[PATCH v3 0/2] reef", 0)}, "2:c 1:c c:c*"},
		{"without one", []string{patch("1", "ada", "[PATCH 1/3] a", 1), patch("2", "ada", "[PATCH 2/3] b", 2), patch("3", "ada", "[PATCH 3/3] b", 3)}, "1:1* 2:1 3:1"},
		{"a part alone", []string{patch("2", "ada", "[PATCH 2/7] a", 1)}, "2:2"},
		{"numbers of two digits", []string{patch("c", "ada", "[PATCH net-next 00/12] reef", 0), patch("1", "ada", "[PATCH net-next 01/12] a", 1)}, "c:c* 1:c"},
		{"two versions", []string{patch("c", "ada", "[PATCH 0/2] reef", 0), patch("d", "ada", "[PATCH v2 0/2] reef", 1), patch("1", "ada", "[PATCH 1/2] a", 2), patch("2", "ada", "[PATCH v2 1/2] a", 2)}, "c:c* d:d* 1:c 2:d"},
		{"two authors", []string{patch("c", "ada", "[PATCH 0/2] reef", 0), patch("d", "bo", "[PATCH 0/2] kelp", 1), patch("1", "ada", "[PATCH 1/2] a", 2), patch("2", "bo", "[PATCH 1/2] a", 2)}, "c:c* d:d* 1:c 2:d"},
		{"two of one length on one day", []string{patch("c", "ada", "[PATCH 0/2] reef", 0), patch("d", "ada", "[PATCH 0/2] kelp", 600), patch("1", "ada", "[PATCH 1/2] a", 1), patch("2", "ada", "[PATCH 1/2] b", 601)}, "c:c* d:d* 1:c 2:d"},
		{"tags before the mark", []string{patch("c", "ada", "[reef] [RFC PATCH v2 0/1] reef", 0), patch("1", "ada", "[reef] [RFC PATCH v2 1/1] a", 1)}, "c:c* 1:c"},
		{"another mark, in one go", []string{patch("c", "ada", "[ndctl PATCH v4 0/2] reef", 0), patch("1", "ada", "[PATCH v4 1/2] a", 1)}, "c:c* 1:c"},
		{"another mark, next day", []string{patch("c", "ada", "[PATCH v3 0/2] reef", 0), patch("1", "ada", "[PATCH v4 1/2] a", 1000), patch("2", "ada", "[PATCH v4 2/2] a", 1001)}, "c:c* 1:1* 2:1"},
		{"a review is no part", []string{patch("1", "ada", "[PATCH 1/2] a", 1), patch("r", "ada", "Re: [PATCH 1/2] a", 0), patch("s", "ada", "Re: [PATCH 0/2] a", 0)}, "1:1* r:1 s:s"},
		{"a single patch", []string{patch("1", "ada", "[PATCH v2] a", 1), patch("p", "ada", "[GIT PULL] arm64 for 2/7", 1)}, "1:1* p:p*"},
		{"a fraction in a subject", []string{patch("1", "ada", "[Reef] pump 2/7 is down", 1)}, "1:1*"},
	} {
		if got := threadsOf(parse(t, strings.Join(c.mail, ""))); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestAStatedParentCountsMoreThanTheNumber(t *testing.T) {
	one := strings.Replace(patch("1", "ada", "[PATCH v2 1/2] a", 1), "Message-ID", "In-Reply-To: <old@x>\nMessage-ID", 1)
	if got := threadsOf(parse(t, patch("c", "ada", "[PATCH v2 0/2] reef", 0)+one)); got != "c:c* 1:old" {
		t.Errorf("got %s", got)
	}
}

func TestTagsOfTheListLeaveTheTitle(t *testing.T) {
	titles := func(from string, subjects ...string) string {
		var b strings.Builder
		for i, s := range subjects {
			b.WriteString(strings.Replace(mailOf(fmt.Sprint(i), "", "x"), "Subject: Pumps", "Subject: "+s, 1))
		}
		all, _, err := Parse([]byte(b.String()), from)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, m := range all {
			out = append(out, m.Title)
		}
		return strings.Join(out, " | ")
	}
	for _, c := range []struct {
		name, from string
		subjects   []string
		want       string
	}{
		{"most messages carry it", source, []string{"[linux-arm] One", "Re: [linux-arm] One", "[Linux-Arm] Two", "Three"}, "One | One | Two | Three"},
		{"few messages tell nothing", source, []string{"[linux-arm] One", "[linux-arm] Two"}, "[linux-arm] One | [linux-arm] Two"},
		{"some messages carry it", source, []string{"[arm] One", "[arm] Two", "Three", "Four"}, "[arm] One | [arm] Two | Three | Four"},
		{"the address names it", "https://lists.example.org/pipermail/linux-arm/2026-November.txt", []string{"[Linux-arm] One"}, "One"},
		{"the address has a host behind it", "https://lists.example.org/archives/list/reef@lists.example.org/export/x.mbox.gz", []string{"[Reef] One"}, "One"},
		{"marks of patches stay", source, []string{"[PATCH] a", "[PATCH] b", "[PATCH] c", "[PATCH] d"}, "[PATCH] a | [PATCH] b | [PATCH] c | [PATCH] d"},
		{"a tag before a mark", "https://lists.example.org/pipermail/reef/x.txt", []string{"[Reef] [PATCH 2/7] a", "[RFC PATCH][Reef] b", "[GIT PULL] c"}, "[PATCH 2/7] a | [RFC PATCH] b | [GIT PULL] c"},
		{"an announcement", source, []string{"[ANNOUNCE] Reef 2.0", "[Ann] Kelp", "[Announcement] [kelp] Weed", "[ANNOUNCE]"}, "Reef 2.0 | Kelp | [kelp] Weed | [ANNOUNCE]"},
		{"nothing else is there", "https://lists.example.org/pipermail/reef/x.txt", []string{"[Reef]"}, "[Reef]"},
	} {
		if got := titles(c.from, c.subjects...); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

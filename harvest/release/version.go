package release

import (
	"cmp"
	"strings"

	"wiredesk/harvest/pattern"
)

// Compare orders two versions as projects write them, whatever their scheme (1.2.3, v1.2-rc1,
// 2024.10.1, 1.0a2, r123, cli/v2.0, 1_2_3): negative where a is older, 0 where they name the same
// version, positive where a is newer. What stands before the number ("v", "release-", "pump_")
// does not count, runs of digits are compared as numbers, missing numbers are 0. Words of a
// prerelease come before the plain version, "p1", "post1" and a letter ("1.0.2k") after it; any
// other word ("-final", "-bookworm") ends the version: it names a variant.
//
// Libraries that order versions each want one scheme and refuse the rest; a list holds what
// projects wrote.
func Compare(a, b string) int { return compare(parts(a), parts(b)) }

func compare(x, y []part) int {
	for i := range max(len(x), len(y)) {
		var p, q part // 0, the number that is not stated
		if i < len(x) {
			p = x[i]
		}
		if i < len(y) {
			q = y[i]
		}
		if c := cmp.Or(cmp.Compare(p.rank, q.rank), cmp.Compare(len(p.digits), len(q.digits)), strings.Compare(p.digits, q.digits)); c != 0 {
			return c
		}
	}
	return 0
}

// part is a number or a word of a version. The rank of a prerelease is negative, that of a number 0
// where it is 0 or the version has ended, of a word that comes after the plain version 1, of any
// other number 2.
type part struct {
	rank   int
	digits string // of a number, without leading zeros
}

// ranks are the words that stand before or after the plain version. A lone letter before a digit
// is one of a, b, c, m, p.
var ranks = map[string]int{
	"dev": -9, "snapshot": -9, "nightly": -9, "unstable": -9, "canary": -9, "git": -9,
	"ea": -8, "alpha": -7, "a": -7, "beta": -6, "b": -6, "milestone": -5, "m": -5,
	"pre": -4, "preview": -4, "next": -4, "rc": -3, "cr": -3, "c": -3,
	"p": 1, "pl": 1, "patch": 1, "post": 1, "sp": 1, "u": 1, "update": 1, "hotfix": 1,
}

var (
	attached = pattern.New(`^[A-Za-z]*\d+\.`)                            // go1.22, v1.2, 1.2
	parted   = pattern.New(`(?:^|[-_/ ])(?:[vVrR]|ver|version)?\.?(\d)`) // pump-1.2, cli/v2.0
	digit    = pattern.New(`\d`)
	run      = pattern.New(`\d+|[A-Za-z]+`)
)

// bare is a version without what the project writes before its number; "" where there is no number.
func bare(v string) string {
	if attached().MatchString(v) {
		return v[digit().FindStringIndex(v)[0]:]
	}
	if m := parted().FindStringSubmatchIndex(v); m != nil {
		return v[m[2]:]
	}
	if m := digit().FindStringIndex(v); m != nil {
		return v[m[0]:]
	}
	return ""
}

// parts are the numbers and words by which a version is ordered.
func parts(v string) []part {
	v = bare(v)
	var out []part
	runs := run().FindAllStringIndex(v, 64) // longer versions are no versions
	for i, at := range runs {
		s := strings.ToLower(v[at[0]:at[1]])
		if s[0] <= '9' {
			if s = strings.TrimLeft(s, "0"); s == "" {
				out = append(out, part{})
			} else {
				out = append(out, part{2, s})
			}
			continue
		}
		rank, known := ranks[s]
		before := i+1 < len(runs) && runs[i+1][0] == at[1] // a digit follows at once
		switch {
		case len(s) > 1 && known || known && before:
			out = append(out, part{rank: rank})
		case len(s) == 1 && at[0] > 0 && v[at[0]-1] >= '0' && v[at[0]-1] <= '9' && !before: // 1.0.2k
			out = append(out, part{1, s})
		default:
			return out
		}
	}
	return out
}

// Newest is the release with the highest version, of equal ones the plainest ("7.2", not
// "7.2-bookworm"), then the latest. Those without a number in their version do not count; false:
// there is no other. What must not be chosen (prereleases, excluded tags) is to be left out by the
// caller.
func Newest(all []Release) (Release, bool) {
	var best Release
	found := false
	for _, r := range all {
		if bare(r.Version) == "" {
			continue
		}
		if !found || cmp.Or(Compare(r.Version, best.Version), cmp.Compare(len(best.Version), len(r.Version)), r.Published.Compare(best.Published)) > 0 {
			best, found = r, true
		}
	}
	return best, found
}

package release

import (
	"testing"
	"time"
)

func TestVersionsAreOrdered(t *testing.T) {
	for _, chain := range [][]string{ // each older than the next
		{"1.2.3", "1.2.4", "1.2.10", "1.3", "2"},
		{"v1.2-rc1", "v1.2-rc2", "v1.2-rc10", "v1.2", "v1.2.1"},
		{"1.0.dev3", "1.0a1", "1.0a2", "1.0b1", "1.0rc1", "1.0", "1.0.post1", "1.0.1"},
		{"1.0-alpha", "1.0-alpha.2", "1.0-beta", "1.0-rc.1", "1.0"},
		{"5.0.0-M3", "5.0.0-RC1", "5.0.0.RELEASE", "5.0.0.SP1"},
		{"2.02-beta3", "2.02", "2.04-rc1", "2.04", "2.06~rc1", "2.06"},
		{"1.0.2", "1.0.2a", "1.0.2k", "1.0.3"},
		{"r9", "r123"},
		{"2023a", "2023b", "2024a"},
		{"2024.9.30", "2024.10.1"},
		{"rel_1_1_3", "rel_1_1_10"},
		{"cli/v1.9", "cli/v2.0", "cli/v2.0.1"},
		{"stable-20081225", "stable-20090825"},
		{"go1.9", "go1.22.1", "go1.22.10"},
		{"v.0.4.6", "v0.4.7"},
		{"pump-3.5.9-final", "pump-3.6.0"},
		{"x264-0.9", "x264-0.164"},
		{"9.8p1", "9.9", "9.9p2"},
		{"6.17-rc2", "6.17"},
		{"9223372036854775806.1", "9223372036854775807.0", "99223372036854775807"},
	} {
		for i := range chain {
			for j := range chain {
				got, want := Compare(chain[i], chain[j]), i-j
				if got < 0 != (want < 0) || got > 0 != (want > 0) {
					t.Errorf("Compare(%s, %s) = %d", chain[i], chain[j], got)
				}
			}
		}
	}
}

func TestVersionsThatAreTheSame(t *testing.T) {
	for _, pair := range [][2]string{
		{"1.2", "1.2.0"}, {"v1.2.3", "1.2.3"}, {"release-1.2.3", "1.2.3"}, {"pump_1_2_3", "v1.2.3"}, {"pump-1.2.3-final", "1.2.3"},
		{"1.02", "1.2"}, {"7.2-bookworm", "7.2"}, {"1.0-RC1", "v1.0rc1"}, {"latest", ""},
	} {
		if c := Compare(pair[0], pair[1]); c != 0 {
			t.Errorf("Compare(%s, %s) = %d", pair[0], pair[1], c)
		}
	}
}

func TestNewest(t *testing.T) {
	all := func(versions ...string) (out []Release) {
		for i, v := range versions {
			r := Release{Version: v}
			r.Published = time.Date(2026, 11, 1+i, 0, 0, 0, 0, time.UTC)
			out = append(out, r)
		}
		return out
	}
	for _, c := range []struct {
		of   []Release
		want string
	}{
		{all("1.9", "1.10", "1.2"), "1.10"},
		{all("7.2-bookworm", "7.2", "7.2-alpine"), "7.2"},
		{all("", "main", "0.1"), "0.1"},
		{all("2.0-rc1", "1.9"), "2.0-rc1"}, // the caller leaves out prereleases
	} {
		if got, ok := Newest(c.of); !ok || got.Version != c.want {
			t.Errorf("got %q, want %q", got.Version, c.want)
		}
	}
	if got, _ := Newest(append(all("1.0", "1.0"), all("0.9")...)); got.Published.Day() != 2 {
		t.Errorf("of equal versions the latest: got %s", got.Published)
	}
	if got, ok := Newest(all("", "edge", "main")); ok {
		t.Errorf("without a number there is none: got %q", got.Version)
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("1.2.3", "v1.2-rc1", "pump_1_2")
	f.Add("1.0a", "1.0a1", "1.0.0")
	f.Add("", "1.x", "2024-01-02")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		if Compare(a, a) != 0 {
			t.Errorf("%q is not itself", a)
		}
		if Compare(a, b) != -Compare(b, a) {
			t.Errorf("%q, %q: %d and back %d", a, b, Compare(a, b), Compare(b, a))
		}
		if Compare(a, b) <= 0 && Compare(b, c) <= 0 && Compare(a, c) > 0 {
			t.Errorf("%q, %q, %q are not in one order", a, b, c)
		}
	})
}

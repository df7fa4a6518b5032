package hash_test

import (
	"testing"

	"wiredesk/store/hash"
)

// Stores keep these hashes: they must never change.
func TestHashesStay(t *testing.T) {
	for _, c := range []struct {
		parts []string
		want  int64
	}{
		{nil, -0x10b924c8ae271667},
		{[]string{"ab", "c"}, -0x5651082ba237287b},
		{[]string{"a", "bc"}, -0x676db72bd3e2a9ea},
	} {
		var parts [][]byte
		for _, p := range c.parts {
			parts = append(parts, []byte(p))
		}
		if got := hash.Of(parts...); got != c.want {
			t.Errorf("%q: %#x, want %#x", c.parts, got, c.want)
		}
	}
	s := hash.New()
	s.Write([]byte("ab\x00"))
	s.Write([]byte("c\x00"))
	if got, want := s.Value(), hash.Of([]byte("ab"), []byte("c")); got != want {
		t.Errorf("piece by piece %#x, at once %#x", got, want)
	}
}

func TestIDsStay(t *testing.T) {
	if got, want := hash.ID([]byte("ab"), []byte("c")), hash.ID([]byte("ab\x00c")); got != want || got == hash.ID([]byte("a"), []byte("bc")) {
		t.Errorf("%#x, %#x", got, want)
	}
	if got := hash.ID(); got != -0x1c4f3bbd6703e3ec { // SHA-256 of nothing: e3b0c442 98fc1c14
		t.Errorf("%#x", got)
	}
}

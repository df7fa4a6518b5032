// Package hash is the 64-bit hash (XXH64) by which bodies, entries and ids are known again. It
// resists no attack, and needs not: a source that makes two of its own entries look like one only
// hides its own.
//
//	key := hash.Of([]byte("id"), []byte(id))
package hash

import "github.com/cespare/xxhash/v2"

// Sum is the hash of bytes that come piece by piece. Its zero value is not ready; call New.
type Sum struct{ d xxhash.Digest }

// New returns the hash of nothing yet.
func New() *Sum {
	s := &Sum{}
	s.d.Reset()
	return s
}

// Write adds bytes. It never fails.
func (s *Sum) Write(p []byte) (int, error) { return s.d.Write(p) }

// Value is the hash of what was written so far.
func (s *Sum) Value() int64 { return int64(s.d.Sum64()) }

// Of is the hash of parts, each ended by a zero byte: ("ab", "c") is not ("a", "bc").
func Of(parts ...[]byte) int64 {
	var d xxhash.Digest
	d.Reset()
	for _, p := range parts {
		d.Write(p)
		d.Write([]byte{0})
	}
	return int64(d.Sum64())
}

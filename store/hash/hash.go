// Package hash makes the 64-bit hashes by which things are known again: ID for what an item is,
// Of and Sum for its bytes and those of whole answers, of which there are a thousand times more.
//
//	key := hash.ID([]byte("id"), []byte(id))
//	same := hash.Of(entry)
package hash

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/cespare/xxhash/v2"
)

// ID is the beginning of the SHA-256 of parts, each ended by a zero byte: ("ab", "c") is not
// ("a", "bc").
func ID(parts ...[]byte) int64 {
	h := sha256.New()
	for _, p := range parts {
		h.Write(p)
		h.Write([]byte{0})
	}
	return int64(binary.BigEndian.Uint64(h.Sum(nil)))
}

// Sum is the XXH64 of bytes that come piece by piece. Its zero value is not ready; call New.
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

// Of is the XXH64 of parts, each ended by a zero byte. It resists no attack, and needs not: a source
// that makes two of its own entries look like one only hides its own.
func Of(parts ...[]byte) int64 {
	var d xxhash.Digest
	d.Reset()
	for _, p := range parts {
		d.Write(p)
		d.Write([]byte{0})
	}
	return int64(d.Sum64())
}

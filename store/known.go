package store

import (
	"context"
	"database/sql"
	"fmt"
)

// KnownHashes returns those of the hashes that items of the source have: bytes that need no
// parsing.
func (s *Store) KnownHashes(ctx context.Context, source int64, hashes []int64) (map[int64]bool, error) {
	return s.knownBy(ctx, source, "hash", hashes)
}

// knownBy returns those of the values that items of the source have in a column. SQLite is asked
// for the others: of most polls there are few.
func (s *Store) knownBy(ctx context.Context, source int64, column string, values []int64) (map[int64]bool, error) {
	if len(values) == 0 {
		return map[int64]bool{}, nil
	}
	known := make(map[int64]bool, len(values))
	for _, v := range values {
		known[v] = true
	}
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var v int64
		err := rows.Scan(&v)
		delete(known, v)
		return err
	}, `SELECT value FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM item WHERE source_id = ? AND `+column+` = value)`, toJSON(values), source)
	if err != nil {
		return nil, fmt.Errorf("read items: %w", err)
	}
	return known, nil
}

// KnownKeys returns those of the keys that items of the source have.
func (s *Store) KnownKeys(ctx context.Context, source int64, keys []int64) (map[int64]bool, error) {
	return s.knownBy(ctx, source, "key", keys)
}

// HashesOf returns the hash of the item that each of the keys has, of those that any has, and
// whether items of the source are known by link and title alone.
func (s *Store) HashesOf(ctx context.Context, source int64, keys []int64) (hashes map[int64]int64, others bool, err error) {
	hashes = map[int64]int64{}
	if len(keys) == 0 {
		return hashes, false, nil
	}
	err = each(ctx, s.r, func(rows *sql.Rows) error {
		var key, hash sql.NullInt64
		err := rows.Scan(&key, &hash)
		if key.Valid {
			hashes[key.Int64] = hash.Int64
		}
		others = others || !key.Valid
		return err
	}, `SELECT key, hash FROM item WHERE source_id = ? AND key IN `+listed+`
		UNION ALL SELECT NULL, NULL WHERE EXISTS (SELECT 1 FROM item WHERE source_id = ? AND key = alt)`, source, toJSON(keys), source)
	if err != nil {
		return nil, false, fmt.Errorf("read items: %w", err)
	}
	return hashes, others, nil
}

// knownItem is an item's row, as far as adding it again needs.
type knownItem struct {
	id, hash int64
	taken    bool
}

// known finds rows by key or by link and title.
type known struct{ byKey, byAlt map[int64]*knownItem }

func knownItems(ctx context.Context, tx *sql.Tx, source int64, items []Item) (known, error) {
	k := known{map[int64]*knownItem{}, map[int64]*knownItem{}}
	var some bool
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM item WHERE source_id = ?)`, source).Scan(&some); err != nil || !some {
		return k, err
	}
	keys, alts := make([]int64, len(items)), make([]int64, len(items))
	for i, it := range items {
		keys[i], alts[i] = it.Key, it.Alt
	}
	err := each(ctx, tx, func(rows *sql.Rows) error {
		var key, alt int64
		it := &knownItem{}
		err := rows.Scan(&it.id, &key, &alt, &it.hash, &it.taken)
		if old := k.byKey[key]; old != nil {
			it = old
		}
		k.byKey[key], k.byAlt[alt] = it, it
		return err
	}, `SELECT id, key, alt, hash, taken FROM item WHERE source_id = ? AND key IN `+listed+`
		UNION ALL SELECT id, key, alt, hash, taken FROM item WHERE source_id = ? AND alt IN `+listed,
		source, toJSON(keys), source, toJSON(alts))
	if err != nil {
		return k, err
	}
	return k, nil
}

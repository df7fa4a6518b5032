package harvest

import (
	"bytes"
	"context"
	"html"
	"slices"
	"strings"
	"unicode/utf8"

	"wiredesk/harvest/feed"
	"wiredesk/harvest/pattern"
	"wiredesk/store"
)

// sharedIDs takes the id away from items that share one with another entry of the poll, of new or
// known bytes: it identifies nothing.
func (a *asking) sharedIDs(ctx context.Context, items []store.Item, entries []feed.Item, d *feed.Document) error {
	count := map[string]int{}
	parsed := map[int]bool{}
	for _, e := range entries {
		count[e.ID]++
		parsed[e.Entry] = true
	}
	look := false // into the known entries
	if !a.first && len(entries) < len(d.Entries) {
		var keys []int64
		for _, it := range items {
			keys = append(keys, it.Key)
		}
		hashes, others, err := a.store.HashesOf(ctx, a.src.ID, keys)
		if err != nil {
			return err
		}
		look = others
		inFeed := map[int64]bool{}
		for _, e := range d.Entries {
			inFeed[e.Hash] = true
		}
		for i, e := range entries {
			if hash, known := hashes[items[i].Key]; known && inFeed[hash] {
				count[e.ID]++
			}
		}
	}
	if look {
		ends := tails(count, d.Entries[0].Raw[0] == '{')
		for i, e := range d.Entries {
			if !parsed[i] && slices.ContainsFunc(ends, func(end []byte) bool { return bytes.Contains(e.Raw, end) }) {
				for _, id := range statedIDs(e.Raw) {
					count[id]++
				}
			}
		}
	}
	for i, e := range entries {
		if count[e.ID] > 1 {
			items[i].Key = items[i].Alt
		}
	}
	return nil
}

// tails are the ends of ids, from the last character on that a document may write otherwise: where
// none of them stands in an entry, none of the ids does.
func tails(ids map[string]int, json bool) [][]byte {
	var out [][]byte
	for id := range ids {
		end := strings.LastIndexFunc(id, func(r rune) bool {
			return r > '~' || strings.ContainsRune(`&<>"'`, r) || json && (r == '/' || r == '\\')
		})
		if end >= 0 {
			_, size := utf8.DecodeRuneInString(id[end:])
			end += size - 1
		}
		if id != "" {
			out = append(out, []byte(id[end+1:]))
		}
	}
	return out
}

var (
	idElement = pattern.New(`(?i)<(?:guid|id|atom:id)\b[^>]*>\s*(?:<!\[CDATA\[)?\s*([^<\]]+)|^<[^>]*\s(?:rdf:)?about\s*=\s*["']([^"'>]+)`)
	idMember  = pattern.New(`"id"\s*:\s*(?:"((?:[^"\\]|\\.)+)"|([\w.]+))`)
)

// statedIDs are the ids that the source of an entry seems to state, without parsing it.
func statedIDs(raw []byte) []string {
	stated := idElement
	if raw[0] == '{' {
		stated = idMember
	}
	var out []string
	for _, m := range stated().FindAllSubmatch(raw, 16) {
		id := strings.TrimSpace(html.UnescapeString(string(m[1]) + string(m[2])))
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"
)

// search is what somebody typed: every word of it must be found, as the beginning of a word, or
// of several words in a row where it holds marks itself ("arm64/linux"). Case and accents do not
// count. A word of marks alone, or of a script that does not part words, is found anywhere.
type search struct {
	words [][]string // by word: what it is made of
	bits  []string   // found anywhere
}

func newSearch(text string) search {
	var s search
	for _, word := range strings.Fields(fold(text)) {
		parts := tokens(word)
		if len(parts) == 0 || strings.ContainsFunc(word, foreignTo) {
			s.bits = append(s.bits, word)
		} else {
			s.words = append(s.words, parts)
		}
	}
	return s
}

// empty reports that nothing is asked for.
func (s search) empty() bool { return len(s.words)+len(s.bits) == 0 }

// match is the question to an FTS4 index: phrases whose last word may go on. It has no operators,
// so whatever was typed, it is no error. "" where the index cannot help.
func (s search) match() string {
	var b strings.Builder
	for _, parts := range s.words {
		b.WriteString(`"` + strings.Join(parts, " ") + `*" `)
	}
	return b.String()
}

// in reports that all of it is found in a text.
func (s search) in(text string) bool {
	text = fold(text)
	var parts []string
	for _, word := range s.words {
		if len(word) == 1 {
			if !beginsWord(text, word[0]) {
				return false
			}
			continue
		}
		if parts == nil {
			parts = tokens(text)
		}
		if !begins(parts, word) {
			return false
		}
	}
	for _, bit := range s.bits {
		if !strings.Contains(text, bit) {
			return false
		}
	}
	return true
}

// beginsWord reports that some word of a text begins with these letters.
func beginsWord(text, letters string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], letters)
		if i < 0 {
			return false
		}
		if r, _ := utf8.DecodeLastRuneInString(text[:at+i]); !inWord(r) {
			return true
		}
		at += i + len(letters)
	}
}

func inWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

// begins reports that a word, in its parts, begins somewhere in a text.
func begins(text, word []string) bool {
	last := len(word) - 1
next:
	for i := 0; i+last < len(text); i++ {
		if !strings.HasPrefix(text[i+last], word[last]) {
			continue
		}
		for j := range last {
			if text[i+j] != word[j] {
				continue next
			}
		}
		return true
	}
	return false
}

// fold takes case and accents away, as the tokenizer of the index does.
func fold(s string) string {
	ascii := true
	for i := 0; i < len(s) && ascii; i++ {
		ascii = s[i] < 0x80
	}
	if !ascii {
		if plain, _, err := transform.String(transform.Chain(norm.NFD, runes.Remove(runes.In(unicode.Mn)), norm.NFC), s); err == nil {
			s = plain
		}
	}
	return strings.ToLower(s)
}

// tokens are the words of a folded text as the index sees them: runs of letters and digits.
func tokens(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return !inWord(r) })
}

// foreignTo the index is a letter of a script whose words it may part elsewhere, or not at all.
func foreignTo(r rune) bool {
	return unicode.IsLetter(r) && !unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic)
}

// Hit is a place in the archive where the words of a search stand.
type Hit struct {
	Week    string
	Path    string   // of the file, as it was imported
	Line    int      // where the part begins in it
	Kind    PartKind // of the part
	Heading string   // of the part
	Excerpt string   // the line in which the first of the words stands
}

// SearchArchive finds the parts of back issues in which every word stands, newest first, at most limit; 0: all.
func (s *Store) SearchArchive(ctx context.Context, text string, limit int) ([]Hit, error) {
	q := newSearch(text)
	if q.empty() {
		return nil, nil
	}
	from, args := ` FROM back_part p JOIN issue i ON i.week = p.week`, []any{}
	if m := q.match(); m != "" {
		from, args = from+` WHERE p.id IN (SELECT docid FROM back_text WHERE back_text MATCH ?)`, append(args, m)
	}
	var out []Hit
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var h Hit
		var body, list, tail string
		if err := rows.Scan(&h.Week, &h.Path, &h.Line, &h.Kind, &h.Heading, &body, &list, &tail); err != nil {
			return err
		}
		text := h.Heading + "\n" + body + "\n" + list + "\n" + tail
		if limit > 0 && len(out) == limit || !q.in(text) {
			return nil
		}
		h.Excerpt = q.line(text)
		out = append(out, h)
		return nil
	}, `SELECT p.week, i.path, p.line, p.kind, p.heading, p.body, coalesce((SELECT group_concat(value, char(10)) FROM json_each(p.list)), ''), p.tail`+
		from+` ORDER BY p.week DESC, p.position`, args...)
	if err != nil {
		return nil, fmt.Errorf("search the archive: %w", err)
	}
	return out, nil
}

// line is the line of a text in which most of the words stand.
func (s search) line(text string) string {
	best, most := "", -1
	for line := range strings.Lines(text) {
		n := 0
		for _, word := range s.words {
			if (search{words: [][]string{word}}).in(line) {
				n++
			}
		}
		for _, bit := range s.bits {
			if (search{bits: []string{bit}}).in(line) {
				n++
			}
		}
		if n > most {
			best, most = strings.TrimSpace(line), n
		}
	}
	return best
}

// What searching the queue costs: it looks at the first candidates itself, where a common word is
// soon found often enough, and goes on as long as that promises to be so; else it asks the index,
// and first adds to that what is missing, unless that is so little that it is looked at as well.
const (
	searchFirst  = 500
	searchAhead  = 3000
	searchBehind = 1000
	indexedAtOne = 1_000 // candidates in one transaction
)

// candidateWords is the text in which a candidate is searched.
const candidateWords = `c.title || char(10) || c.url || char(10) || c.site || char(10) || c.author || char(10) || c.excerpt`

var errEnough = errors.New("enough is found")

// found returns, in order, the ids of the candidates that a filter with a search lets through.
func (s *Store) found(ctx context.Context, f Filter, q search) ([]int64, error) {
	where, args := f.where()
	order, err := f.order()
	if err != nil {
		return nil, err
	}
	var out []int64
	rows := 0
	look := func(tables, query string, args ...any) error {
		out, rows = nil, 0
		err := each(ctx, s.r, func(r *sql.Rows) error {
			var id int64
			var words string
			rows++
			if err := r.Scan(&id, &words); err != nil {
				return err
			}
			if q.in(words) {
				if out = append(out, id); len(out) == f.Limit {
					return errEnough
				}
			}
			return nil
		}, `SELECT c.id, `+candidateWords+tables+query, args...)
		if errors.Is(err, errEnough) {
			return nil
		}
		return err
	}
	if f.Limit > 0 && (f.State != "" || f.Sort != "" && f.Sort != "score") { // an index has that order
		for _, n := range []int{searchFirst, searchAhead} {
			if err := look(candidateTables, where+order+` LIMIT ?`, append(args, n)...); err != nil {
				return nil, err
			}
			if rows < n || len(out) == f.Limit {
				return out, nil
			}
			if len(out)*searchAhead < f.Limit*n {
				break
			}
		}
	}
	m := q.match()
	if m == "" {
		err := look(candidateTables, where+order, args...)
		return out, err
	}
	if err := s.indexWords(ctx); err != nil {
		return nil, err
	}
	err = look(` FROM (SELECT docid AS id FROM candidate_text WHERE candidate_text MATCH ?
			UNION SELECT candidate_id FROM candidate_reworded
			UNION SELECT id FROM candidate WHERE id > (SELECT upto FROM candidate_indexed)) x
		CROSS JOIN candidate c ON c.id = x.id LEFT JOIN story s ON s.id = c.story_id`, where+order, append([]any{m}, args...)...)
	return out, err
}

// indexWords adds the words of candidates to the index, when enough of them are missing in it.
func (s *Store) indexWords(ctx context.Context) error {
	for {
		var upto, last, reworded int64
		err := s.r.QueryRowContext(ctx, `SELECT upto, (SELECT coalesce(max(id), 0) FROM candidate), (SELECT count(*) FROM candidate_reworded) FROM candidate_indexed`).Scan(&upto, &last, &reworded)
		if err != nil || last-upto+reworded <= searchBehind {
			return err
		}
		next := min(last, upto+indexedAtOne)
		err = s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
			const add = `INSERT INTO candidate_text (docid, title, url, site, author, excerpt) SELECT id, title, url, site, author, excerpt FROM candidate WHERE `
			for _, q := range []string{
				add + `id > (SELECT upto FROM candidate_indexed) AND id <= ?1 ORDER BY id`,
				add + `?1 > 0 AND id IN (SELECT candidate_id FROM candidate_reworded) ORDER BY id`,
				`DELETE FROM candidate_reworded WHERE ?1 > 0`,
				`UPDATE candidate_indexed SET upto = max(upto, ?1)`,
			} {
				if _, err := tx.ExecContext(ctx, q, next); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// State says what became of a candidate.
type State string

// The states of a candidate.
const (
	Queued    State = "queued"    // waits for the editor
	Accepted  State = "accepted"  // will be in an issue
	Rejected  State = "rejected"  // never returns by itself
	Held      State = "held"      // kept for later
	Published State = "published" // stood in a published issue
)

// States lists all states, in the order of a candidate's life.
var States = []State{Queued, Accepted, Rejected, Held, Published}

// Candidate is one link in the queue.
type Candidate struct {
	ID              int64
	Canonical       string // identity
	URL             string // as found, less tracking parameters; the one that the draft prints
	PageCanonical   string // identity that the page states; empty: unknown
	Title, Site     string
	Author, Excerpt string
	Language, Image string
	Published       time.Time // zero: unknown
	FirstSeen       time.Time
	Matched         []Match
	Weight          float64
	SourceSection   string
	PageError       string
	SnapshotID      int64 // 0: no page stored
	State           State
	Score           float64
	Why             []Reason
	StoryID         int64 // 0: not grouped yet
	Note            string
	Until           string // held for the issue of this week; empty: until decided
	Credit          Credit
	Facts           Facts
	Follows         int64  // the candidate of which it tells what became; 0: none
	Section, Week   string // of its story
}

// Reason is one part of a score, in words that the editor uses.
type Reason struct {
	Term   string  `json:"term"`
	Weight float64 `json:"weight"`
}

// Sighting is one showing of a candidate by a source.
type Sighting struct {
	CandidateID int64
	Source      string
	Kind        string
	URL         string // of the item, as found
	Seen        time.Time
}

const candidateColumns = `c.id, c.canonical, c.url, c.page_canonical, c.title, c.site, c.author, c.excerpt, c.language, c.image, c.published, c.first_seen,
	c.matched, c.weight, c.section, c.page_error, c.snapshot_id, c.state, c.score, c.why, c.story_id, c.note, c.until, c.via, c.person, c.organisation, c.handle, c.facts, c.follows,
	coalesce(nullif(s.section, ''), c.section), coalesce(s.week, '')`

const candidateTables = ` FROM candidate c LEFT JOIN story s ON s.id = c.story_id `

func scanCandidate(row interface{ Scan(...any) error }) (Candidate, error) {
	var c Candidate
	var published, snapshot, story, follows sql.NullInt64
	var seen int64
	var matched, why, facts string
	err := row.Scan(&c.ID, &c.Canonical, &c.URL, &c.PageCanonical, &c.Title, &c.Site, &c.Author, &c.Excerpt, &c.Language, &c.Image, &published, &seen,
		&matched, &c.Weight, &c.SourceSection, &c.PageError, &snapshot, &c.State, &c.Score, &why, &story, &c.Note, &c.Until,
		&c.Credit.Via, &c.Credit.Person, &c.Credit.Organisation, &c.Credit.Handle, &facts, &follows, &c.Section, &c.Week)
	if err != nil {
		return c, err
	}
	c.Published, c.FirstSeen = fromUnix(published.Int64), fromUnix(seen)
	c.SnapshotID, c.StoryID, c.Follows = snapshot.Int64, story.Int64, follows.Int64
	if err := json.Unmarshal([]byte(facts), &c.Facts); err != nil {
		return c, err
	}
	if err := json.Unmarshal([]byte(matched), &c.Matched); err != nil {
		return c, err
	}
	return c, json.Unmarshal([]byte(why), &c.Why)
}

// Filter chooses and orders candidates. Its zero value is every candidate, best first.
type Filter struct {
	State   State     // empty: any
	Source  string    // name of a source that showed it
	Section string    // of its story
	Search  string    // every word must begin a word of title, site, author, excerpt or link
	Story   int64     // 0: any
	Since   time.Time // first seen then or later
	Week    string    // its story is assigned to this ISO week …
	From    time.Time // … or, with Week, it was first seen in [From, To)
	To      time.Time
	Sort    string // score (default), new, old
	Limit   int    // 0: all
	Stale   bool   // only those to be scored and grouped again
	After   int64  // only those with a higher ID
}

// Sorts are the orders that Filter knows.
var Sorts = []string{"score", "new", "old"}

// conditions are what a filter asks, less its search and limit, of the candidate table under an
// alias; the story of the candidate is s. Asked of many, they begin with the set of those that fit, so
// that passing over the others costs little; of the few of a story each is looked at.
func (f Filter) conditions(alias string, many bool) (where string, args []any) {
	where = `1`
	add := func(cond string, a ...any) {
		where, args = where+` AND `+strings.ReplaceAll(cond, "c.", alias+"."), append(args, a...)
	}
	if f.State != "" {
		add(`c.state = ?`, f.State)
	}
	if f.Source != "" && !many {
		add(`EXISTS (SELECT 1 FROM sighting WHERE candidate_id = c.id AND source_id = (SELECT id FROM source WHERE name = ?))`, f.Source)
	}
	if f.Source != "" && many {
		// Here and below the plus makes SQLite walk in the order asked for, and not sort all that fits.
		add(`+c.id IN (SELECT candidate_id FROM sighting WHERE source_id = (SELECT id FROM source WHERE name = ?))`, f.Source)
	}
	if f.Section != "" {
		add(`coalesce(nullif(s.section, ''), c.section) = ?`, f.Section)
	}
	if f.Section != "" && many {
		add(`+c.id IN (SELECT id FROM candidate WHERE section = ? AND section <> ''
			UNION SELECT m.id FROM story w JOIN candidate m ON m.story_id = w.id WHERE w.section = ? AND w.section <> '')`, f.Section, f.Section)
	}
	if f.Story != 0 {
		add(`c.story_id = ?`, f.Story)
	}
	if !f.Since.IsZero() {
		add(`c.first_seen >= ?`, f.Since.Unix())
	}
	if f.Week != "" && !many {
		add(`(c.first_seen >= ? AND c.first_seen < ? OR s.week = ? AND s.week <> '')`, f.From.Unix(), f.To.Unix(), f.Week)
	}
	if f.Week != "" && many {
		add(`+c.id IN (SELECT id FROM candidate WHERE first_seen >= ? AND first_seen < ?
			UNION SELECT m.id FROM story w JOIN candidate m ON m.story_id = w.id WHERE w.week = ? AND w.week <> '')`, f.From.Unix(), f.To.Unix(), f.Week)
	}
	if f.Stale {
		add(`c.stale = 1`)
	}
	if f.After != 0 {
		add(`c.id > ?`, f.After)
	}
	return where, args
}

// where is the condition of a filter, less its search and limit.
func (f Filter) where() (string, []any) {
	where, args := f.conditions("c", true)
	return ` WHERE ` + where, args
}

// order is the order of a filter.
func (f Filter) order() (string, error) {
	switch f.Sort {
	case "", "score":
		return ` ORDER BY c.score DESC, c.id`, nil
	case "new":
		return ` ORDER BY c.id DESC`, nil
	case "old":
		return ` ORDER BY c.id`, nil
	}
	return "", fmt.Errorf("no order %q; there are %s", f.Sort, strings.Join(Sorts, ", "))
}

// Candidates returns the candidates that the filter lets through.
func (s *Store) Candidates(ctx context.Context, f Filter) ([]Candidate, error) {
	where, args := f.where()
	order, err := f.order()
	if err != nil {
		return nil, err
	}
	if q := newSearch(f.Search); !q.empty() {
		ids, err := s.found(ctx, f, q)
		if err != nil {
			return nil, fmt.Errorf("search candidates: %w", err)
		}
		where, args = ` WHERE c.id IN `+listed, []any{toJSON(ids)}
	} else if f.Limit > 0 {
		order += fmt.Sprintf(` LIMIT %d`, f.Limit)
	}
	var out []Candidate
	err = each(ctx, s.r, func(rows *sql.Rows) error {
		c, err := scanCandidate(rows)
		out = append(out, c)
		return err
	}, `SELECT `+candidateColumns+candidateTables+where+order, args...)
	if err != nil {
		return nil, fmt.Errorf("read candidates: %w", err)
	}
	return out, nil
}

// Brief is what grouping reads of a candidate.
type Brief struct {
	ID                       int64
	Canonical, PageCanonical string
	Title                    string
	StoryID                  int64 // 0: not grouped yet
	State                    State
	Published                time.Time // or first seen, where that is not known
	Stale                    bool      // to be scored and grouped again
	Score                    float64
}

// Recent returns the candidates first seen since then, at most the newest ones up to limit, oldest
// first.
func (s *Store) Recent(ctx context.Context, since time.Time, limit int) ([]Brief, error) {
	var n int // known beforehand, the slice never grows: after a large harvest this is the peak of memory
	if err := s.r.QueryRowContext(ctx, `SELECT count(*) FROM candidate WHERE first_seen >= ?`, since.Unix()).Scan(&n); err != nil {
		return nil, fmt.Errorf("read candidates: %w", err)
	}
	out := make([]Brief, 0, min(n, limit))
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var c Brief
		var published int64
		err := rows.Scan(&c.ID, &c.Canonical, &c.PageCanonical, &c.Title, &c.StoryID, &c.State, &published, &c.Stale, &c.Score)
		c.Published = fromUnix(published)
		out = append(out, c)
		return err
	}, `SELECT id, canonical, page_canonical, title, coalesce(story_id, 0), state, coalesce(published, first_seen), stale, score FROM candidate
		WHERE first_seen >= ? ORDER BY first_seen DESC, id DESC LIMIT ?`, since.Unix(), limit)
	if err != nil {
		return nil, fmt.Errorf("read candidates: %w", err)
	}
	slices.SortFunc(out, func(a, b Brief) int { return cmp.Compare(a.ID, b.ID) })
	return out, nil
}

// Candidate returns one candidate; ErrNotFound where there is none.
func (s *Store) Candidate(ctx context.Context, id int64) (Candidate, error) {
	return oneCandidate(ctx, s.r, `c.id = ?`, id)
}

// CandidateByURL finds a candidate by its identity, or by the identity its page states.
func (s *Store) CandidateByURL(ctx context.Context, canonical string) (Candidate, error) {
	c, err := oneCandidate(ctx, s.r, `c.canonical = ?`, canonical)
	if errors.Is(err, ErrNotFound) {
		return oneCandidate(ctx, s.r, `c.page_canonical = ?`, canonical)
	}
	return c, err
}

func oneCandidate(ctx context.Context, q querier, where string, arg any) (Candidate, error) {
	c, err := scanCandidate(q.QueryRowContext(ctx, `SELECT `+candidateColumns+candidateTables+` WHERE `+where, arg))
	if err == sql.ErrNoRows {
		return c, fmt.Errorf("candidate %v: %w", arg, ErrNotFound)
	}
	return c, err
}

// Sightings calls f for every sighting of the given candidates, in the order of the ids, then
// oldest first.
func (s *Store) Sightings(ctx context.Context, ids []int64, f func(Sighting)) error {
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var g Sighting
		var seen int64
		if err := rows.Scan(&g.CandidateID, &g.Source, &g.Kind, &g.URL, &seen); err != nil {
			return err
		}
		g.Seen = fromUnix(seen)
		f(g)
		return nil
	}, `SELECT g.candidate_id, o.name, o.kind, i.url, g.seen
		FROM sighting g JOIN item i ON i.id = g.item_id JOIN source o ON o.id = g.source_id
		WHERE g.candidate_id IN `+listed+` ORDER BY g.candidate_id, g.item_id`, toJSON(ids))
	if err != nil {
		return fmt.Errorf("read sightings: %w", err)
	}
	return nil
}

// Wires returns on how many sources each of the candidates was seen.
func (s *Store) Wires(ctx context.Context, candidates []int64) (map[int64]int, error) {
	out := make(map[int64]int, len(candidates))
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var id int64
		var n int
		err := rows.Scan(&id, &n)
		out[id] = n
		return err
	}, `SELECT candidate_id, count(DISTINCT source_id) FROM sighting WHERE candidate_id IN `+listed+` GROUP BY candidate_id`, toJSON(candidates))
	if err != nil {
		return nil, fmt.Errorf("read sightings: %w", err)
	}
	return out, nil
}

// Rank is what ranking and grouping found for one candidate.
type Rank struct {
	ID    int64
	Score float64
	Why   []Reason
	Story int64 // 0: leave it where it is. SetRanks fills in where it is then
	// Lead begins a new story with this candidate; Join puts it into the story of that other
	// candidate, which stands before it in the same call. Both are ignored for a candidate that has a story already.
	Lead bool
	Join int64
	// Loose moves it though it has a story: one of its own, that nobody decided on.
	Loose bool
}

// shortWrite is how many candidates are ranked in one transaction at most: a decision of the editor
// waits for as long as it takes to end that.
const shortWrite = 250

// SetRanks stores scores and first groupings, and marks the candidates as done; an error leaves those
// that were not reached to be done again. A candidate that already has a story keeps it, unless it is
// loose: what the editor merged or split stays so.
func (s *Store) SetRanks(ctx context.Context, ranks []Rank) error {
	stories := map[int64]int64{}
	for len(ranks) > 0 {
		part := ranks[:min(len(ranks), shortWrite)]
		for i, r := range part {
			if st := stories[r.Join]; st != 0 { // stored before this part: the editor may have merged it since
				part[i].Story, part[i].Join = st, 0
			}
		}
		n, err := s.setRanks(ctx, part, stories)
		if err != nil {
			return fmt.Errorf("store ranks: %w", err)
		}
		ranks = ranks[n:]
	}
	return nil
}

// setRanks is SetRanks of the first n candidates in one transaction; it adds to stories where they are
// then.
func (s *Store) setRanks(ctx context.Context, ranks []Rank, stories map[int64]int64) (n int, err error) {
	err = s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		have, err := storiesOf(ctx, tx, ranks)
		if err != nil {
			return err
		}
		begin, err := tx.PrepareContext(ctx, `INSERT INTO story (created) VALUES (?)`)
		if err != nil {
			return err
		}
		defer begin.Close()
		put, err := tx.PrepareContext(ctx, `UPDATE candidate SET score = ?, why = ?, stale = 0, story_id = ? WHERE id = ?`)
		if err != nil {
			return err
		}
		defer put.Close()
		now := s.now().Unix()
		for yield := s.yield(); n < len(ranks) && (n == 0 || !yield()); n++ {
			r := ranks[n]
			story, loose := have[r.ID].story, r.Loose && have[r.ID].loose
			if r.Story != 0 && r.Join == 0 && (story == 0 || loose) {
				var there bool // it may have been merged away meanwhile
				if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM candidate WHERE story_id = ?)`, r.Story).Scan(&there); err != nil {
					return err
				}
				if !there {
					r.Story, loose = 0, false
				}
			}
			switch {
			case story != 0 && (!loose || r.Lead): // it stays
			case r.Join != 0 && stories[r.Join] != 0:
				story = stories[r.Join]
			case r.Lead || r.Story == 0:
				res, err := begin.ExecContext(ctx, now)
				if err != nil {
					return err
				}
				if story, err = res.LastInsertId(); err != nil {
					return err
				}
			default:
				story = r.Story
			}
			stories[r.ID], ranks[n].Story = story, story
			if _, err := put.ExecContext(ctx, r.Score, toJSON(r.Why), story, r.ID); err != nil {
				return err
			}
		}
		return nil
	})
	return n, err
}

// grouped is where a candidate is now, and whether it may be moved from there by itself: queued, and
// alone in a story that nobody touched.
type grouped struct {
	story int64
	loose bool
}

// storiesOf returns where candidates are as it is now, in the transaction.
func storiesOf(ctx context.Context, tx *sql.Tx, ranks []Rank) (map[int64]grouped, error) {
	out := make(map[int64]grouped, len(ranks))
	ids := make([]int64, len(ranks))
	for i, r := range ranks {
		ids[i] = r.ID
	}
	err := each(ctx, tx, func(rows *sql.Rows) error {
		var id int64
		var g grouped
		err := rows.Scan(&id, &g.story, &g.loose)
		out[id] = g
		return err
	}, `SELECT c.id, c.story_id, c.state = 'queued' AND s.headline = '' AND s.note = '' AND s.week = '' AND s.section = '' AND s.settled = 0
			AND NOT EXISTS (SELECT 1 FROM candidate o WHERE o.story_id = c.story_id AND o.id <> c.id)
		FROM candidate c JOIN story s ON s.id = c.story_id WHERE c.id IN `+listed, toJSON(ids))
	if err != nil {
		return nil, err
	}
	return out, nil
}

// MaxCount is up to where Counts counts: nobody reads on further, and a history of a million takes
// its time.
const MaxCount = 10_000

// Counts returns how many candidates are in each state; MaxCount+1 are more than MaxCount.
func (s *Store) Counts(ctx context.Context) (map[State]int, error) {
	out := map[State]int{}
	for _, st := range States {
		var n int
		err := s.r.QueryRowContext(ctx, `SELECT count(*) FROM (SELECT 1 FROM candidate WHERE state = ? LIMIT ?)`, st, MaxCount+1).Scan(&n)
		if err != nil {
			return nil, fmt.Errorf("count candidates: %w", err)
		}
		out[st] = n
	}
	return out, nil
}

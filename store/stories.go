package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// Story is the candidates that tell one news.
type Story struct {
	ID       int64
	Headline string   // the editor's; empty: the title of its best candidate stands for it
	Section  string   // the editor's, else that of the source of its first candidate
	Week     string   // the issue that it is assigned to; empty: none
	Position *float64 // its place in that issue; nil: by rank
	Note     string   // the editor's prose, markdown
	Settled  bool     // the editor split it off: grouping adds nothing to it
	Created  time.Time
}

func (st Story) fields() storyFields {
	return storyFields{st.Headline, st.Section, st.Week, st.Position, st.Note, st.Settled}
}

const storyColumns = `id, headline, section, week, position, note, settled, created`

func scanStory(row interface{ Scan(...any) error }) (Story, error) {
	var st Story
	var created int64
	err := row.Scan(&st.ID, &st.Headline, &st.Section, &st.Week, &st.Position, &st.Note, &st.Settled, &created)
	st.Created = fromUnix(created)
	return st, err
}

func oneStory(ctx context.Context, q querier, id int64) (Story, error) {
	st, err := scanStory(q.QueryRowContext(ctx, `SELECT `+storyColumns+` FROM story WHERE id = ?`, id))
	if errors.Is(err, sql.ErrNoRows) {
		return st, fmt.Errorf("story s%d: %w", id, ErrNotFound)
	}
	return st, err
}

// Story returns one story; ErrNotFound where there is none.
func (s *Store) Story(ctx context.Context, id int64) (Story, error) { return oneStory(ctx, s.r, id) }

// Stories returns the stories that hold a candidate in one of the given states, or that the
// editor gave a headline or a week; newest first. No states: every story that holds anything.
func (s *Store) Stories(ctx context.Context, states ...State) ([]Story, error) {
	cond, args := `SELECT story_id FROM candidate`, []any{}
	if len(states) > 0 {
		cond += ` WHERE state IN ` + listed
		args = append(args, toJSON(states))
	}
	var out []Story
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		st, err := scanStory(rows)
		out = append(out, st)
		return err
	}, `SELECT `+storyColumns+` FROM story WHERE id IN (`+cond+`
		UNION SELECT id FROM story AS s WHERE (headline <> '' OR week <> '') AND NOT EXISTS (SELECT 1 FROM candidate c WHERE c.story_id = s.id))
		ORDER BY id DESC`, args...)
	if err != nil {
		return nil, fmt.Errorf("read stories: %w", err)
	}
	return out, nil
}

// StoryCandidates returns the candidates of the given stories by story, best first.
func (s *Store) StoryCandidates(ctx context.Context, stories []int64) (map[int64][]Candidate, error) {
	out := map[int64][]Candidate{}
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		c, err := scanCandidate(rows)
		out[c.StoryID] = append(out[c.StoryID], c)
		return err
	}, `SELECT `+candidateColumns+candidateTables+` WHERE c.story_id IN `+listed+` ORDER BY c.score DESC, c.canonical`, toJSON(stories))
	if err != nil {
		return nil, fmt.Errorf("read candidates: %w", err)
	}
	return out, nil
}

// AssignWeek assigns those of the stories that have no week yet, or one before it, to the issue of a week. It is drafting's, not the
// editor's, so it is no decision and no undo takes it back.
func (s *Store) AssignWeek(ctx context.Context, week string, stories []int64) error {
	err := s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		for _, id := range stories {
			if _, err := tx.ExecContext(ctx, `UPDATE story SET week = ?1 WHERE id = ?2 AND week < ?1`, week, id); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("store stories: %w", err)
	}
	return nil
}

// StoryWeeks returns the weeks that stories are assigned to, in order.
func (s *Store) StoryWeeks(ctx context.Context) ([]string, error) {
	var out []string
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var week string
		err := rows.Scan(&week)
		out = append(out, week)
		return err
	}, `SELECT DISTINCT week FROM story WHERE week <> '' ORDER BY week`)
	if err != nil {
		return nil, fmt.Errorf("read stories: %w", err)
	}
	return out, nil
}

// SettledStories returns those of the stories that the editor split off: grouping adds nothing to them.
func (s *Store) SettledStories(ctx context.Context, of []int64) (map[int64]bool, error) {
	out := map[int64]bool{}
	err := each(ctx, s.r, func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		out[id] = true
		return err
	}, `SELECT id FROM story WHERE id IN `+listed+` AND settled = 1`, toJSON(of))
	if err != nil {
		return nil, fmt.Errorf("read stories: %w", err)
	}
	return out, nil
}

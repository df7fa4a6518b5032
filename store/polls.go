package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/mattn/go-sqlite3"
)

// Added counts what AddItems did with the items of one poll.
type Added struct {
	New        int // items not known before
	Known      int
	Sightings  int // new items that matched
	Candidates int // new links in the queue
}

// Poll is what one poll of a source brought.
type Poll struct {
	Source Source
	Items  []Item
	Added  Added // what became of them; AddPolls fills it in
	Err    error // why it could not be stored; likewise
}

// AddItems stores one poll of a source in one transaction: its items, with their candidates and
// sightings, and the source's row (validators, next poll, health) as src says. Items that are
// known add nothing, whatever else about them changed. Roots of threads must come before their
// replies.
func (s *Store) AddItems(ctx context.Context, src Source, items []Item) (Added, error) {
	polls := []Poll{{Source: src, Items: items}}
	err := s.AddPolls(ctx, polls)
	return polls[0].Added, err
}

// AddPolls stores several polls as AddItems does, together, since most of the cost is the transaction's;
// but it lets others write in between who wait for it. Where one of them breaks a rule of the database,
// each of these is stored alone; the error names those that cannot be. What keeps all from being stored
// is told once.
func (s *Store) AddPolls(ctx context.Context, polls []Poll) error {
	var errs []error
	for len(polls) > 0 {
		n, err := s.addPolls(ctx, polls)
		var broken sqlite3.Error
		alone := errors.As(err, &broken) && broken.Code == sqlite3.ErrConstraint
		switch {
		case err == nil:
		case alone && n == 1:
			err = fmt.Errorf("%s: store: %w", polls[0].Source.Name, err)
			polls[0].Added, polls[0].Err = Added{}, err
			errs = append(errs, err)
		case alone:
			for i := range polls[:n] {
				errs = append(errs, s.AddPolls(ctx, polls[i:i+1]))
			}
		default:
			for i := range polls {
				polls[i].Added, polls[i].Err = Added{}, err
			}
			return errors.Join(append(errs, err)...)
		}
		polls = polls[n:]
	}
	return errors.Join(errs...)
}

// addPolls stores the first n of the polls, or none of them, in one transaction.
func (s *Store) addPolls(ctx context.Context, polls []Poll) (n int, err error) {
	err = s.tx(ctx, func(ctx context.Context, tx *sql.Tx) error {
		a := adder{ctx: ctx, tx: tx, now: s.now().Unix()}
		defer a.close()
		if err := a.prepare(); err != nil {
			return err
		}
		for yield := s.yield(); n < len(polls) && (n == 0 || !yield()); n++ {
			if err := a.poll(&polls[n]); err != nil {
				n++
				return err
			}
		}
		return nil
	})
	return max(n, 1), err
}

// poll adds one poll.
func (a *adder) poll(p *Poll) error {
	src := p.Source
	p.Added = Added{}
	a.src, a.n, a.shown = src, &p.Added, 0
	if len(p.Items) > 0 {
		known, err := knownItems(a.ctx, a.tx, src.ID, p.Items)
		if err != nil {
			return err
		}
		a.known = known
		for i := range p.Items {
			if err := a.add(&p.Items[i]); err != nil {
				return err
			}
		}
	}
	_, err := a.source.ExecContext(a.ctx, src.ETag, src.LastModified, src.BodyHash, src.Rule, unix(src.NextPoll), unix(src.LastPoll),
		unix(src.LastSuccess), src.Failures, src.Status, src.Stage, src.Error, src.Moved, src.Gone, src.Entries, unix(src.Newest), a.shown, src.ID)
	if err != nil || src.Addresses == nil {
		return err
	}
	if _, err := a.tx.ExecContext(a.ctx, `DELETE FROM address WHERE source_id = ?`, src.ID); err != nil {
		return err
	}
	for _, ad := range src.Addresses {
		if _, err := a.tx.ExecContext(a.ctx, `INSERT OR REPLACE INTO address VALUES (?, ?, ?, ?, ?, ?)`,
			src.ID, ad.URL, ad.ETag, ad.LastModified, ad.BodyHash, ad.Entries); err != nil {
			return err
		}
	}
	return nil
}

// adder adds items within one transaction.
type adder struct {
	ctx   context.Context
	tx    *sql.Tx
	src   Source
	now   int64
	known known
	n     *Added
	shown int // candidates that the source shows for the first time

	source, item, candidate, sighting, shows, outlink *sql.Stmt
}

func (a *adder) prepare() (err error) {
	for _, p := range []struct {
		stmt **sql.Stmt
		sql  string
	}{
		{&a.source, `UPDATE source SET etag = ?, last_modified = ?, body_hash = ?, rule = ?, next_poll = ?, last_poll = ?,
				last_success = ?, failures = ?, status = ?, stage = ?, error = ?, moved = ?, gone = ?, entries = ?, newest = ?, shown = shown + ? WHERE id = ?`},
		{&a.item, `INSERT INTO item (source_id, key, alt, hash, url, published, first_seen, taken) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`},
		{&a.candidate, `INSERT INTO candidate (canonical, url, title, site, author, excerpt, published, first_seen, matched, weight, section, score, page_due,
				via, person, organisation, handle, facts, follows)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (canonical) DO NOTHING`},
		{&a.sighting, `INSERT INTO sighting (candidate_id, item_id, source_id, seen) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`},
		{&a.shows, `SELECT EXISTS (SELECT 1 FROM sighting WHERE candidate_id = ? AND source_id = ?)`},
		{&a.outlink, `INSERT INTO outlink (candidate_id, canonical) VALUES (?, ?) ON CONFLICT DO NOTHING`},
	} {
		if *p.stmt, err = a.tx.PrepareContext(a.ctx, p.sql); err != nil {
			return err
		}
	}
	return nil
}

func (a *adder) close() {
	for _, stmt := range []*sql.Stmt{a.source, a.item, a.candidate, a.sighting, a.shows, a.outlink} {
		if stmt != nil {
			stmt.Close()
		}
	}
}

func (a *adder) add(it *Item) error {
	old := a.known.byKey[it.Key]
	if old == nil {
		old = a.known.byAlt[it.Alt]
	}
	var candidate int64
	before := a.n.Candidates
	if it.Taken && (old == nil || !old.taken) {
		var err error
		if candidate, err = a.candidateOf(it); err != nil {
			return err
		}
	}
	if candidate != 0 && it.Own != nil && it.Root == 0 {
		if err := a.own(candidate, *it.Own); err != nil {
			return err
		}
	}
	taken := candidate != 0
	url := it.URL
	if !taken {
		url = "" // what nobody will look at again needs no room
	}
	if old == nil {
		a.n.New++
		old = &knownItem{hash: it.Hash}
		res, err := a.item.ExecContext(a.ctx, a.src.ID, it.Key, it.Alt, it.Hash, url, optional(it.Published), a.now, taken)
		if err != nil {
			return err
		}
		if old.id, err = res.LastInsertId(); err != nil {
			return err
		}
		a.known.byKey[it.Key], a.known.byAlt[it.Alt] = old, old
	} else {
		a.n.Known++
		if old.hash != it.Hash {
			if err := a.edited(it, old); err != nil {
				return err
			}
		}
		if taken {
			if _, err := a.tx.ExecContext(a.ctx, `UPDATE item SET taken = 1, url = ? WHERE id = ?`, url, old.id); err != nil {
				return err
			}
		}
	}
	if !taken {
		return nil
	}
	old.taken = true
	a.n.Sightings++
	shows := false
	if a.n.Candidates == before { // else nobody showed it before
		if err := a.shows.QueryRowContext(a.ctx, candidate, a.src.ID).Scan(&shows); err != nil {
			return err
		}
	}
	if !shows {
		a.shown++
	}
	_, err := a.sighting.ExecContext(a.ctx, candidate, old.id, a.src.ID, a.now)
	return err
}

// own stores the text that came with an item, where its candidate has no page yet: in the same
// transaction, since the source will not send it again.
func (a *adder) own(candidate int64, p Page) error {
	var has bool
	if err := a.tx.QueryRowContext(a.ctx, `SELECT snapshot_id IS NOT NULL FROM candidate WHERE id = ?`, candidate).Scan(&has); err != nil || has {
		return err
	}
	p.CandidateID = candidate
	return addPage(a.ctx, a.tx, p, a.now)
}

// edited takes over an item that its source changed: its bytes are known from now on, and while
// the editor has not decided, the candidate that it was the first to show follows its title.
func (a *adder) edited(it *Item, old *knownItem) error {
	old.hash = it.Hash
	if _, err := a.tx.ExecContext(a.ctx, `UPDATE OR IGNORE item SET hash = ?, alt = ? WHERE id = ?`, it.Hash, it.Alt, old.id); err != nil {
		return err
	}
	if _, err := a.tx.ExecContext(a.ctx, `UPDATE OR IGNORE item SET key = ? WHERE id = ? AND key <> ?`, it.Key, old.id, it.Key); err != nil {
		return err
	}
	if !old.taken || it.Title == "" || it.Root != 0 {
		return nil
	}
	if !it.Facts.Empty() {
		if err := a.setFacts(it); err != nil {
			return err
		}
	}
	_, err := a.tx.ExecContext(a.ctx, `UPDATE candidate SET title = ?, excerpt = ?, matched = ?, stale = 1,
			evidence = json_remove(evidence, '$.title', '$.excerpt')
		WHERE state = 'queued' AND canonical = ? AND title <> ?
			AND ? = (SELECT min(item_id) FROM sighting WHERE candidate_id = candidate.id)`,
		it.Title, it.Excerpt, toJSON(it.Matched), it.Canonical, it.Title, old.id)
	return err
}

// candidateOf finds or makes the candidate that the item shows; 0: none, a reply whose thread is
// not in the queue.
func (a *adder) candidateOf(it *Item) (int64, error) {
	if it.Root != 0 {
		return a.threadOf(it)
	}
	score := 0.0
	for _, m := range it.Matched {
		score += m.Weight
	}
	due := sql.NullInt64{Int64: a.now, Valid: it.Page}
	weight := cmp.Or(it.Weight, 1)
	res, err := a.candidate.ExecContext(a.ctx, it.Canonical, it.URL, it.Title, it.Site, it.Author, it.Excerpt, optional(it.Published), a.now,
		toJSON(it.Matched), weight, it.Section, score*weight, due,
		it.Credit.Via, it.Credit.Person, it.Credit.Organisation, it.Credit.Handle, toJSON(it.Facts),
		sql.NullInt64{Int64: it.Follows, Valid: it.Follows != 0})
	if err != nil {
		return 0, err
	}
	isNew, err := res.RowsAffected()
	if err != nil {
		return 0, err
	}
	if isNew == 0 {
		return a.again(it, weight)
	}
	id, err := res.LastInsertId()
	if err != nil {
		return 0, err
	}
	a.n.Candidates++
	for _, l := range it.Links {
		if l == it.Canonical {
			continue
		}
		if _, err := a.outlink.ExecContext(a.ctx, id, l); err != nil {
			return 0, err
		}
	}
	return id, nil
}

// again takes over what an item says of a candidate that another one showed before.
func (a *adder) again(it *Item, weight float64) (int64, error) {
	var id int64
	err := a.tx.QueryRowContext(a.ctx, `UPDATE candidate SET stale = 1,
			title = CASE WHEN title = '' THEN ? ELSE title END,
			author = CASE WHEN author = '' THEN ? ELSE author END,
			excerpt = CASE WHEN excerpt = '' THEN ? ELSE excerpt END,
			published = coalesce(published, ?), weight = max(weight, ?)
		WHERE canonical = ? RETURNING id`, it.Title, it.Author, it.Excerpt, optional(it.Published), weight, it.Canonical).Scan(&id)
	if err == nil && !it.Facts.Empty() {
		err = a.setFacts(it)
	}
	return id, err
}

// setFacts adds what the source now states of a candidate to what is known of it. What a reader's
// site says of an issue is not what the issue's own tracker says.
func (a *adder) setFacts(it *Item) error {
	merged := `json_patch(facts, ?)`
	if it.Facts.Kind == "story" {
		merged = `json_patch(?, facts)`
	}
	_, err := a.tx.ExecContext(a.ctx, `UPDATE candidate SET facts = `+merged+` WHERE canonical = ?`, toJSON(it.Facts), it.Canonical)
	return err
}

func (a *adder) threadOf(it *Item) (int64, error) {
	var id int64
	err := a.tx.QueryRowContext(a.ctx, `UPDATE candidate SET stale = 1 WHERE id = (
			SELECT g.candidate_id FROM item i JOIN sighting g ON g.item_id = i.id WHERE i.source_id = ? AND i.key = ? LIMIT 1)
		RETURNING id`, a.src.ID, it.Root).Scan(&id)
	if err == sql.ErrNoRows {
		return 0, nil
	}
	return id, err
}

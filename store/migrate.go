package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrate brings the tables up to date. The common case, an up-to-date file, is one query.
func (s *Store) migrate(ctx context.Context) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return err
	}
	var latest int64
	if _, err := fmt.Sscanf(names[len(names)-1], "%d_", &latest); err != nil {
		return err
	}
	have, err := version(ctx, s.w)
	if err != nil {
		return err
	}
	if have == latest {
		return nil
	}
	if !s.locked {
		unlock, err := s.alone(ctx)
		if err != nil {
			return err
		}
		defer unlock()
	}
	if have, err = version(ctx, s.w); err != nil || have == latest {
		return err
	}
	if have > latest {
		return fmt.Errorf("it was written by a newer wiredesk (its tables are version %d, this program knows %d); use that one", have, latest)
	}
	if have > 0 {
		to := fmt.Sprintf("%s.bak-v%d", s.path, have)
		for n := 2; exists(to); n++ { // an upgrade broke off, or that backup was put in place
			to = fmt.Sprintf("%s.bak-v%d-%d", s.path, have, n)
		}
		if err := s.Backup(ctx, to); err != nil {
			return err
		}
	}
	p, err := goose.NewProvider(database.DialectSQLite3, s.w, files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	_, err = p.Up(ctx)
	return err
}

// version is the number of the newest migration in the file, 0 for a new file. A file with
// tables of something else is refused.
func version(ctx context.Context, db *sql.DB) (int64, error) {
	var ours, others int
	err := db.QueryRowContext(ctx, `SELECT count(*) FILTER (WHERE name = 'goose_db_version'), count(*) FROM sqlite_master WHERE type = 'table'`).Scan(&ours, &others)
	switch {
	case err != nil:
		return 0, err
	case ours == 0 && others > 0:
		return 0, errors.New("it holds tables of another program; name another file with --db")
	case ours == 0:
		return 0, nil
	}
	var v int64
	err = db.QueryRowContext(ctx, `SELECT coalesce(max(version_id), 0) FROM goose_db_version`).Scan(&v)
	return v, err
}

// Backup writes a whole, consistent copy of the database to path, which must not exist yet. What stands
// there is whole: one that breaks off leaves path.part.
func (s *Store) Backup(ctx context.Context, path string) error {
	if exists(path) {
		return fmt.Errorf("backup %s: the file exists already", path)
	}
	part := path + ".part"
	err := os.Remove(part)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	if err == nil {
		_, err = s.w.ExecContext(ctx, `VACUUM INTO ?`, part)
	}
	if err == nil {
		err = onDisk(part)
	}
	if err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		return fmt.Errorf("backup %s: %w", path, err)
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// onDisk waits until a file is.
func onDisk(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

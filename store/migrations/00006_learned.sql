-- +goose Up

-- What ranking learned from decisions and back issues: one row, made anew when there is more to learn.
CREATE TABLE learned (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    model      BLOB NOT NULL,    -- JSON of curate/rank, zstd; empty: there was nothing to learn from
    made       INTEGER NOT NULL,
    decision   INTEGER NOT NULL, -- the last one that it knows of …
    part       INTEGER NOT NULL, -- … the last part of a back issue …
    issues     INTEGER NOT NULL, -- … how many published issues …
    candidate  INTEGER NOT NULL  -- … and the newest candidate
) STRICT;

-- The terms and sites to which the editor gave a weight of his own.
CREATE TABLE pin (
    name   TEXT PRIMARY KEY,
    weight REAL NOT NULL
) STRICT, WITHOUT ROWID;

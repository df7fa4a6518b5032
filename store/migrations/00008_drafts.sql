-- +goose Up

-- The drafts of an issue, one a file that was drafted into: the base of the next merge. The path of
-- a file below the folder of feeds.yaml starts from there.
CREATE TABLE drafted (
    week      TEXT NOT NULL REFERENCES issue(week),
    path      TEXT NOT NULL,
    text      TEXT NOT NULL,            -- the issue as it was laid out, byte for byte
    file      TEXT NOT NULL,            -- what the file held when that run ended: the text, merged with the editor's
    next_text TEXT NOT NULL DEFAULT '', -- of a write that was begun; it counts if the file holds next_file
    next_file TEXT NOT NULL DEFAULT '',
    written   INTEGER NOT NULL,
    PRIMARY KEY (week, path)
) STRICT, WITHOUT ROWID;
INSERT INTO drafted (week, path, text, file, written) SELECT week, path, text, text, written FROM draft;
DROP TABLE draft;
ALTER TABLE drafted RENAME TO draft;

-- +goose Up

-- How a back issue was written: its layout, and its front matter as it stands in the file.
ALTER TABLE issue ADD COLUMN layout TEXT NOT NULL DEFAULT '';
ALTER TABLE issue ADD COLUMN front_matter TEXT NOT NULL DEFAULT '';

-- A part of a back issue: its header with the introduction, its contents list, a section, a story
-- and so on. The parts in order of their position are the whole issue.
CREATE TABLE back_part (
    id           INTEGER PRIMARY KEY,
    week         TEXT NOT NULL REFERENCES issue(week),
    position     INTEGER NOT NULL,          -- from 1
    kind         TEXT NOT NULL CHECK (kind IN ('intro', 'contents', 'section', 'story', 'events', 'colophon', 'subscription')),
    level        INTEGER NOT NULL,          -- of its heading, 1 to 6; 0: it has none, or stands in bold
    section      TEXT NOT NULL DEFAULT '',  -- the heading of the section that it stands in
    heading      TEXT NOT NULL DEFAULT '',  -- markdown, less its marks
    via          INTEGER NOT NULL DEFAULT 0,
    person       TEXT NOT NULL DEFAULT '',
    organisation TEXT NOT NULL DEFAULT '',
    handle       TEXT NOT NULL DEFAULT '',
    body         TEXT NOT NULL DEFAULT '',  -- markdown between the heading and the link list, as written
    list         TEXT NOT NULL DEFAULT '[]', -- JSON: the items of that list, markdown
    tail         TEXT NOT NULL DEFAULT '',  -- markdown after that list
    quotes       TEXT NOT NULL DEFAULT '[]', -- JSON
    images       TEXT NOT NULL DEFAULT '[]', -- JSON
    html         TEXT NOT NULL DEFAULT '[]', -- JSON
    line         INTEGER NOT NULL,          -- in the file, from 1
    UNIQUE (week, position)
) STRICT;

-- The links of back issues, for ranking and for what was covered before.
CREATE TABLE back_link (
    part_id   INTEGER NOT NULL REFERENCES back_part(id),
    position  INTEGER NOT NULL,          -- in its part, from 1
    item      INTEGER NOT NULL,          -- in the link list, from 1; 0: it stands in the prose
    url       TEXT NOT NULL,             -- as written
    canonical TEXT NOT NULL,             -- empty: no link that could be opened
    project   TEXT NOT NULL,             -- empty: not known
    label     TEXT NOT NULL DEFAULT '',
    note      TEXT NOT NULL DEFAULT '',
    line      INTEGER NOT NULL,
    PRIMARY KEY (part_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX back_link_canonical ON back_link(canonical) WHERE canonical <> '';
CREATE INDEX back_link_project ON back_link(project) WHERE project <> '';

-- The words of back issues, and the index over them, which holds no text of its own.
CREATE VIEW back_words AS
    SELECT id AS rowid, heading, body, (SELECT group_concat(value, char(10)) FROM json_each(list)) AS list, tail FROM back_part;
CREATE VIRTUAL TABLE back_text USING fts4(heading, body, list, tail, content="back_words", matchinfo="fts3", tokenize=unicode61);
-- +goose StatementBegin
CREATE TRIGGER back_part_added AFTER INSERT ON back_part BEGIN
    INSERT INTO back_text (docid, heading, body, list, tail) SELECT rowid, heading, body, list, tail FROM back_words WHERE rowid = new.id;
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER back_part_gone BEFORE DELETE ON back_part BEGIN
    DELETE FROM back_text WHERE docid = old.id;
END;
-- +goose StatementEnd

-- The words of candidates, for searching; no text of its own either. A harvest does not pay for it:
-- candidates are added when somebody searches, up to the one that candidate_indexed names. A word
-- that a candidate lost stays in it, so what is found is looked at once more.
CREATE VIRTUAL TABLE candidate_text USING fts4(title, url, site, author, excerpt, content="candidate", matchinfo="fts3", tokenize=unicode61);
CREATE TABLE candidate_indexed (
    upto INTEGER NOT NULL
) STRICT;
INSERT INTO candidate_indexed VALUES (0);

-- Candidates whose words changed after they were added.
CREATE TABLE candidate_reworded (
    candidate_id INTEGER PRIMARY KEY REFERENCES candidate(id)
) STRICT, WITHOUT ROWID;
-- +goose StatementBegin
CREATE TRIGGER candidate_words AFTER UPDATE OF title, url, site, author, excerpt ON candidate
WHEN old.id <= (SELECT upto FROM candidate_indexed) BEGIN
    INSERT OR IGNORE INTO candidate_reworded VALUES (old.id);
END;
-- +goose StatementEnd

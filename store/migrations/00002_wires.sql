-- +goose Up

-- What the last full answer held, and when a source last brought something new.
ALTER TABLE source ADD COLUMN entries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN newest INTEGER NOT NULL DEFAULT 0;

-- The other addresses of sources that have several (months of an archive, tags beside releases):
-- their validators, and how many entries they held.
CREATE TABLE address (
    source_id     INTEGER NOT NULL REFERENCES source(id),
    url           TEXT NOT NULL,
    etag          TEXT NOT NULL DEFAULT '',
    last_modified TEXT NOT NULL DEFAULT '',
    body_hash     INTEGER NOT NULL DEFAULT 0,
    entries       INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, url)
) STRICT, WITHOUT ROWID;

-- JSON: what the source states beside the text (state and labels of an issue, architectures).
ALTER TABLE candidate ADD COLUMN facts TEXT NOT NULL DEFAULT '{}';

-- The candidate of which this one tells what became of it: a pull request was merged.
ALTER TABLE candidate ADD COLUMN follows INTEGER REFERENCES candidate(id);
CREATE INDEX candidate_follows ON candidate(follows) WHERE follows IS NOT NULL;

-- Issues, pull requests and bugs that the editor took: asked again whether their state changed.
CREATE TABLE watch (
    candidate_id INTEGER PRIMARY KEY REFERENCES candidate(id),
    state        TEXT NOT NULL DEFAULT '', -- as last told, or when it was taken; empty: not known
    since        INTEGER NOT NULL,         -- when watching began
    next         INTEGER                   -- when to ask; NULL: never again
) STRICT, WITHOUT ROWID;
CREATE INDEX watch_next ON watch(next) WHERE next IS NOT NULL;
INSERT INTO watch (candidate_id, state, since, next)
    SELECT id, '', unixepoch(), 0 FROM candidate WHERE state IN ('held', 'accepted', 'published');

-- +goose Up

-- A line of feeds.yaml and how its polling goes. Times are unix seconds; 0 or NULL is "never".
CREATE TABLE source (
    id            INTEGER PRIMARY KEY,
    name          TEXT NOT NULL UNIQUE,
    kind          TEXT NOT NULL,
    url           TEXT NOT NULL,
    etag          TEXT NOT NULL DEFAULT '',   -- validators, byte for byte as the server sent them
    last_modified TEXT NOT NULL DEFAULT '',
    body_hash     INTEGER NOT NULL DEFAULT 0, -- of the last body that was taken whole
    rule          INTEGER NOT NULL DEFAULT 0, -- hash of the matching rules under which its items were judged
    next_poll     INTEGER NOT NULL DEFAULT 0,
    last_poll     INTEGER NOT NULL DEFAULT 0,
    last_success  INTEGER NOT NULL DEFAULT 0,
    failures      INTEGER NOT NULL DEFAULT 0, -- in a row
    status        INTEGER NOT NULL DEFAULT 0, -- HTTP, of the last poll
    stage         TEXT NOT NULL DEFAULT '',   -- where the last poll failed
    error         TEXT NOT NULL DEFAULT '',
    moved         TEXT NOT NULL DEFAULT '',   -- a permanent move that the editor has not taken yet
    gone          INTEGER NOT NULL DEFAULT 0  -- 410: not asked again until its URL changes
) STRICT;

-- A host that asked to be left alone for a while (Retry-After), for every source on it.
CREATE TABLE host (
    name        TEXT PRIMARY KEY,
    retry_after INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One link in the queue, whatever the number of items that named it. The first part belongs to
-- harvest, the second (from state on) to the editor and to ranking.
CREATE TABLE candidate (
    id             INTEGER PRIMARY KEY,
    canonical      TEXT NOT NULL UNIQUE,
    url            TEXT NOT NULL,
    page_canonical TEXT NOT NULL DEFAULT '', -- identity that the page itself states
    title          TEXT NOT NULL DEFAULT '',
    site           TEXT NOT NULL DEFAULT '',
    author         TEXT NOT NULL DEFAULT '',
    excerpt        TEXT NOT NULL DEFAULT '',
    language       TEXT NOT NULL DEFAULT '',
    image          TEXT NOT NULL DEFAULT '',
    published      INTEGER,
    first_seen     INTEGER NOT NULL,
    matched        TEXT NOT NULL DEFAULT '[]', -- JSON: topic terms, where they stood, their weight
    weight         REAL NOT NULL DEFAULT 1,    -- of the source that brought it
    section        TEXT NOT NULL DEFAULT '',   -- of that source: its story's, while the editor gives none
    page_due       INTEGER,                    -- when to fetch the page; NULL: done or not wanted
    page_tries     INTEGER NOT NULL DEFAULT 0,
    page_error     TEXT NOT NULL DEFAULT '',
    snapshot_id    INTEGER REFERENCES snapshot(id),

    state          TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'accepted', 'rejected', 'held', 'published')),
    score          REAL NOT NULL DEFAULT 0,
    why            TEXT NOT NULL DEFAULT '[]', -- JSON: reasons of the score, largest first
    stale          INTEGER NOT NULL DEFAULT 1, -- 1: to be scored and grouped again
    until          TEXT NOT NULL DEFAULT '', -- held for the issue of this week; empty: until decided
    story_id       INTEGER REFERENCES story(id),
    note           TEXT NOT NULL DEFAULT '',
    via            INTEGER NOT NULL DEFAULT 0, -- credit: 1 "via", 0 "by"
    person         TEXT NOT NULL DEFAULT '',
    organisation   TEXT NOT NULL DEFAULT '',
    handle         TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX candidate_queue ON candidate(state, score DESC, id);
CREATE INDEX candidate_seen ON candidate(first_seen);
CREATE INDEX candidate_story ON candidate(story_id);
CREATE INDEX candidate_page ON candidate(page_canonical) WHERE page_canonical <> '';
CREATE INDEX candidate_stale ON candidate(id) WHERE stale = 1;
CREATE INDEX candidate_due ON candidate(page_due) WHERE page_due IS NOT NULL;

-- What a source yielded. Its key is its id in that source, or its link and title.
CREATE TABLE item (
    id         INTEGER PRIMARY KEY,
    source_id  INTEGER NOT NULL REFERENCES source(id),
    key        INTEGER NOT NULL,          -- hash of the id
    alt        INTEGER NOT NULL,          -- hash of link and title: known again when all ids change
    hash       INTEGER NOT NULL,          -- of its bytes: not parsed again while these stay the same
    url        TEXT NOT NULL DEFAULT '',  -- as found; empty for items that did not match
    published  INTEGER,
    first_seen INTEGER NOT NULL,
    taken      INTEGER NOT NULL DEFAULT 0, -- 1: it matched, and is a sighting
    UNIQUE (source_id, key)
) STRICT;
CREATE INDEX item_alt ON item(source_id, alt);
CREATE INDEX item_hash ON item(source_id, hash);

-- This source showed this candidate, by this item, then.
CREATE TABLE sighting (
    candidate_id INTEGER NOT NULL REFERENCES candidate(id),
    item_id      INTEGER NOT NULL REFERENCES item(id),
    source_id    INTEGER NOT NULL REFERENCES source(id),
    seen         INTEGER NOT NULL,
    PRIMARY KEY (candidate_id, item_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sighting_source ON sighting(source_id, seen);

-- The candidates and pages that a candidate's text links to, by identity.
CREATE TABLE outlink (
    candidate_id INTEGER NOT NULL REFERENCES candidate(id),
    canonical    TEXT NOT NULL,
    PRIMARY KEY (canonical, candidate_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX outlink_from ON outlink(candidate_id);

-- The page as fetched, once per content. Quotes point into text by byte offsets.
CREATE TABLE snapshot (
    id           INTEGER PRIMARY KEY,
    hash         BLOB NOT NULL UNIQUE, -- SHA-256 of the bytes as fetched
    url          TEXT NOT NULL,        -- after redirects
    content_type TEXT NOT NULL,
    fetched      INTEGER NOT NULL,
    body         BLOB NOT NULL,        -- zstd
    text         BLOB NOT NULL         -- zstd; paragraphs parted by a blank line
) STRICT;

CREATE TABLE quote (
    id           INTEGER PRIMARY KEY,
    candidate_id INTEGER NOT NULL REFERENCES candidate(id),
    snapshot_id  INTEGER NOT NULL REFERENCES snapshot(id),
    rank         INTEGER NOT NULL,         -- 1 is proposed first
    kind         TEXT NOT NULL,            -- blockquote, speech, key; own: the editor's choice of words
    text         TEXT NOT NULL,
    speaker      TEXT NOT NULL DEFAULT '',
    start        INTEGER NOT NULL,         -- bytes into the snapshot's text
    picked       INTEGER NOT NULL DEFAULT 0, -- 0: proposed only; else its place among the picked
    UNIQUE (candidate_id, snapshot_id, start, text)
) STRICT;

CREATE TABLE story (
    id         INTEGER PRIMARY KEY,
    headline   TEXT NOT NULL DEFAULT '', -- the editor's; empty: the title of its best candidate
    section    TEXT NOT NULL DEFAULT '',
    week       TEXT NOT NULL DEFAULT '', -- the issue it is assigned to
    position   REAL,                     -- in its issue; NULL: by rank
    note       TEXT NOT NULL DEFAULT '', -- the editor's prose
    settled    INTEGER NOT NULL DEFAULT 0, -- 1: the editor split it off; grouping adds nothing
    created    INTEGER NOT NULL
) STRICT;
CREATE INDEX story_week ON story(week) WHERE week <> '';

-- What the editor did, one row for each candidate, story or quote that an act changed. Rows are
-- appended, never rewritten; undo is another act.
CREATE TABLE decision (
    id           INTEGER PRIMARY KEY,
    act          INTEGER NOT NULL, -- id of the first row of the act
    at           INTEGER NOT NULL,
    who          TEXT NOT NULL,
    verb         TEXT NOT NULL,
    candidate_id INTEGER REFERENCES candidate(id),
    story_id     INTEGER REFERENCES story(id),
    quote_id     INTEGER REFERENCES quote(id),
    before       TEXT NOT NULL,    -- JSON of the editor's fields
    after        TEXT NOT NULL,
    undoes       INTEGER           -- the act that this one takes back
) STRICT;
CREATE INDEX decision_act ON decision(act);
CREATE INDEX decision_undoes ON decision(undoes) WHERE undoes IS NOT NULL;
CREATE INDEX decision_candidate ON decision(candidate_id) WHERE candidate_id IS NOT NULL;

CREATE TABLE issue (
    week      TEXT PRIMARY KEY,          -- 2026-W47
    number    INTEGER NOT NULL,
    path      TEXT NOT NULL DEFAULT '',
    published INTEGER                    -- NULL: still a draft
) STRICT, WITHOUT ROWID;

-- The text that wiredesk last wrote for an issue, byte for byte: the base of a later merge.
CREATE TABLE draft (
    week    TEXT PRIMARY KEY REFERENCES issue(week),
    path    TEXT NOT NULL,
    text    TEXT NOT NULL,
    written INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- +goose Up

-- JSON: where on its page the title, author and so on of a candidate were found. What a source
-- stated, or the editor, is not in it, and what is in it may be read better one day.
ALTER TABLE candidate ADD COLUMN evidence TEXT NOT NULL DEFAULT '{}';

-- 1: it came with the item, and was never fetched.
ALTER TABLE snapshot ADD COLUMN own INTEGER NOT NULL DEFAULT 0;

-- For finding the snapshots that nobody needs any more.
CREATE INDEX snapshot_fetched ON snapshot(fetched);
CREATE INDEX candidate_snapshot ON candidate(snapshot_id) WHERE snapshot_id IS NOT NULL;
CREATE INDEX quote_snapshot ON quote(snapshot_id);

-- Until now only mails were stored as plain text.
UPDATE snapshot SET own = 1 WHERE content_type = 'text/plain; charset=utf-8';

-- 1: found on the page, whose next reading may not find it.
ALTER TABLE outlink ADD COLUMN page INTEGER NOT NULL DEFAULT 0;

-- For the quotes that go with a page.
CREATE INDEX decision_quote ON decision(quote_id) WHERE quote_id IS NOT NULL;

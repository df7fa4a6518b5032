-- +goose Up

-- A new candidate has no story yet: that needs no place in the index.
DROP INDEX candidate_story;
CREATE INDEX candidate_story ON candidate(story_id) WHERE story_id IS NOT NULL;

-- Items that have no id of their own.
CREATE INDEX item_without_id ON item(source_id) WHERE key = alt;

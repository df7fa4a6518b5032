-- +goose Up

-- How many candidates a source showed: counting them anew takes as long as its history.
ALTER TABLE source ADD COLUMN shown INTEGER NOT NULL DEFAULT 0;
UPDATE source SET shown = (SELECT count(DISTINCT candidate_id) FROM sighting WHERE source_id = source.id);

-- For the list of one section: what its source put there, and what the editor did.
CREATE INDEX candidate_section ON candidate(section) WHERE section <> '';
CREATE INDEX story_section ON story(section) WHERE section <> '';

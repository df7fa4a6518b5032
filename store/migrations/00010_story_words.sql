-- +goose Up

-- The stories that the editor named or put into an issue: a few among all that there ever were. What
-- asks how far an issue is goes through them.
CREATE INDEX story_words ON story(id) WHERE headline <> '' OR week <> '';

-- How many places have come, gone or changed since the completions were last counted: once they are many, that is due
-- again (src/index/write/upkeep.ts).
ALTER TABLE data_version ADD COLUMN changed_places INTEGER NOT NULL DEFAULT 0;

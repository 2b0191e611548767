-- How many places have come, gone or changed since the completions were last counted. Once they are many, the completions
-- are counted again (src/index/write/upkeep.ts).
ALTER TABLE data_version ADD COLUMN changed_places INTEGER NOT NULL DEFAULT 0;

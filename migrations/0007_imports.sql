-- One meaning for each column of an import (src/imports/state.ts), and the names that the code has.

ALTER TABLE imports RENAME COLUMN label TO metadata;
-- The source ids at which the collection is split into buckets, JSON.
ALTER TABLE imports RENAME COLUMN borders TO split_keys;
-- How many of the buckets are swept.
ALTER TABLE imports ADD COLUMN swept INTEGER NOT NULL DEFAULT 0;
-- Up to which source id an abort has removed the rows of the import.
ALTER TABLE imports RENAME COLUMN cursor TO removed_to;
-- Of what became of a part, only the counts are kept.
ALTER TABLE import_parts RENAME COLUMN answer TO counts;
ALTER TABLE import_parts RENAME COLUMN deltas TO changes;
UPDATE import_parts SET counts = counts -> '$.counts' WHERE part >= 0;
UPDATE imports SET state = 'sweeping', swept = cast(removed_to AS INTEGER), removed_to = '' WHERE state = 'finishing';

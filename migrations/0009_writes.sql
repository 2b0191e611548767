-- Edits are committed in the index and logged afterwards (docs/LOG-FORMAT.md).

-- What edits have said and no manifest names yet. A place's row with a record_length of 0 has its record here, under the
-- number in its record_object.
CREATE TABLE outbox (
  -- One of the numbers that objects of records have: of a later edit of the same collection it is higher.
  number     INTEGER PRIMARY KEY,
  collection INTEGER NOT NULL,
  -- The entry of the log, JSON.
  text       TEXT NOT NULL
) STRICT;

CREATE INDEX outbox_by_collection ON outbox (collection);

-- A collection is rebuilt beside what it has, and by itself: each has the number of the rules by which its rows were made
-- (src/index/write/format.ts), the rebuild that has made it last (the value of data_version.rebuilding then), and the keys
-- of the objects of the log that were lost by then, a JSON list.
ALTER TABLE collections ADD COLUMN index_format INTEGER;
ALTER TABLE collections ADD COLUMN rebuilt TEXT;
ALTER TABLE collections ADD COLUMN lost TEXT NOT NULL DEFAULT '[]';
UPDATE collections SET index_format = (SELECT index_format FROM data_version);
ALTER TABLE data_version DROP COLUMN index_format;

-- Whether the object of the log that a part of a rebuild is made of is lost.
ALTER TABLE import_parts ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;

-- Writers of different collections do not wait for each other: each collection has the generation in which it was written
-- last. Readers hear of what shows only: `visible` counts what may change an answer, and `catalog` what changes a
-- collection's metadata. `alone` says of the write that is being carried out whether no other one came since it began.
ALTER TABLE collections ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE data_version ADD COLUMN visible INTEGER NOT NULL DEFAULT 0;
ALTER TABLE data_version ADD COLUMN catalog INTEGER NOT NULL DEFAULT 0;
ALTER TABLE data_version ADD COLUMN alone INTEGER NOT NULL DEFAULT 1;

-- Several writers at once: none may overwrite what another one has put into the bucket, or step back over it.

-- The number of the next object of records, of whatever collection: none is ever given twice.
ALTER TABLE data_version ADD COLUMN next_object INTEGER NOT NULL DEFAULT 0;
UPDATE data_version SET next_object = coalesce((SELECT max(next_object) FROM collections), 0);

-- The object of a part's records; none if all of it was there already.
ALTER TABLE import_parts ADD COLUMN object INTEGER;
UPDATE import_parts SET object = (
  SELECT first_object + CASE WHEN part < 0 THEN -1 - part ELSE part END FROM imports WHERE id = import
);

-- The keys of the places that a replacing import found as they were, by buckets of source ids, so that what it did not
-- bring is found a bucket at a time.
CREATE TABLE import_seen (
  import INTEGER NOT NULL,
  bucket INTEGER NOT NULL,
  part   INTEGER NOT NULL,
  -- JSON.
  keys   TEXT NOT NULL,
  PRIMARY KEY (import, bucket, part)
) STRICT, WITHOUT ROWID;
INSERT INTO import_seen SELECT import, 0, part, seen FROM import_parts WHERE part >= 0;
ALTER TABLE import_parts DROP COLUMN seen;

-- States: open, finishing, committing (the manifest may be written), purging, done; aborting, aborted. What is done or
-- aborted stays until the next import, to be told to whom the answer got lost.
ALTER TABLE collections DROP COLUMN next_object;
ALTER TABLE imports DROP COLUMN first_object;
ALTER TABLE imports DROP COLUMN objects;
-- The last source id of each bucket but the last one, JSON.
ALTER TABLE imports ADD COLUMN borders TEXT NOT NULL DEFAULT '[]';
UPDATE imports SET cursor = '';
CREATE VIEW open_imports AS SELECT * FROM imports WHERE state NOT IN ('done', 'aborted');

-- What is ended goes in the order of its records, which are read to take it out.
DROP INDEX places_ended;
CREATE INDEX places_ended ON places (ended, record_object, record_offset) WHERE ended IS NOT NULL;

-- By which rules the rows are made (src/collections/index-format.ts): unknown while there are none. And since when the
-- index is being made anew, if it is.
ALTER TABLE data_version ADD COLUMN index_format INTEGER;
ALTER TABLE data_version ADD COLUMN rebuilding TEXT;
UPDATE data_version SET index_format = 4 WHERE EXISTS (SELECT 1 FROM collections);

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

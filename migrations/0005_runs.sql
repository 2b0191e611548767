-- Crowded leaf cells keep lists of runs, and full ones take keys from a range of their own (src/places/key.ts).
-- Full-text rows are deleted by their row id. Both make another index: it is built anew from the records.

DROP TABLE spots;
DROP TABLE overflows;

-- The keys given to places that share a point, in a leaf cell with many places. `home` is the first key of the leaf
-- cell, plus 6755399441055744 where the keys are overflow keys. `next` is the first key that no place has had yet.
CREATE TABLE runs (
  home      INTEGER NOT NULL,
  first     INTEGER NOT NULL,
  last      INTEGER NOT NULL,
  next      INTEGER NOT NULL,
  latitude  REAL NOT NULL,
  longitude REAL NOT NULL,
  PRIMARY KEY (home, first)
) STRICT, WITHOUT ROWID;

-- For the next free overflow key.
CREATE INDEX runs_by_last ON runs (last);

DROP TABLE places_vocabulary;
DROP TABLE places_text;
DELETE FROM places;

CREATE VIRTUAL TABLE places_text USING fts5 (
  words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);
CREATE VIRTUAL TABLE places_vocabulary USING fts5vocab (places_text, 'row');

-- Rows that go need no record any more.
DROP INDEX places_ended;
CREATE INDEX places_ended ON places (ended) WHERE ended IS NOT NULL;
ALTER TABLE imports DROP COLUMN previous;

-- Imports that switch over at once, live edits, and places that hold for a time. What the index holds is made
-- anew from the records, so the tables that change are simply made anew, empty.

DROP TABLE places;
DROP TABLE collections;
DROP TABLE data_version;
DELETE FROM category_counts;
DELETE FROM categories;
DELETE FROM regions;
DELETE FROM spots;
DELETE FROM overflows;
INSERT INTO region_words (region_words) VALUES ('delete-all');
INSERT INTO places_text (places_text) VALUES ('delete-all');

-- A set of places with one source and one licence. The manifest in R2 (src/collections/record-log.ts) is its truth.
CREATE TABLE collections (
  id          INTEGER PRIMARY KEY,
  name        TEXT NOT NULL UNIQUE,
  title       TEXT NOT NULL,
  license     TEXT NOT NULL,
  attribution TEXT NOT NULL,
  url         TEXT NOT NULL,
  as_of       TEXT NOT NULL,
  loaded_at   TEXT NOT NULL,
  places      INTEGER NOT NULL,
  -- The attributes that questions may filter by: JSON, name -> { type, title, values }.
  attributes  TEXT NOT NULL,
  -- What was imported last: the digest of the files and options.
  fingerprint TEXT,
  -- The number of the next object of records.
  next_object INTEGER NOT NULL
) STRICT;

-- The key is the place: src/places/key.ts describes it. A row counts if its import is committed, and the import
-- that ends it is not (src/places/visible.ts).
CREATE TABLE places (
  key           INTEGER PRIMARY KEY,
  collection    INTEGER NOT NULL,
  source_id     TEXT NOT NULL,
  name          TEXT NOT NULL,
  category      INTEGER NOT NULL,
  latitude      REAL NOT NULL,
  longitude     REAL NOT NULL,
  country       TEXT,
  region        TEXT,
  population    INTEGER,
  record_object INTEGER NOT NULL,
  record_offset INTEGER NOT NULL,
  record_length INTEGER NOT NULL,
  -- 48 bits of the record's digest: whether an import changes it.
  digest        INTEGER NOT NULL,
  -- The import that wrote the row; 0 is a live edit.
  import        INTEGER NOT NULL,
  -- The import that replaces or removes it.
  ended         INTEGER,
  -- From when until when the place is there: milliseconds since 1970.
  valid_from    INTEGER,
  valid_to      INTEGER,
  -- The declared attributes of the record, JSON.
  filterable    TEXT
) STRICT;

CREATE UNIQUE INDEX places_by_source ON places (collection, source_id, import);
CREATE INDEX places_ended ON places (ended) WHERE ended IS NOT NULL;
CREATE INDEX places_over ON places (valid_to) WHERE valid_to IS NOT NULL;

CREATE TABLE imports (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  collection   INTEGER NOT NULL,
  mode         TEXT NOT NULL,
  fingerprint  TEXT NOT NULL,
  -- The collection's label to be, JSON.
  label        TEXT NOT NULL,
  -- The attributes by which the rows that it replaces were indexed, JSON.
  previous     TEXT NOT NULL,
  -- open, finishing, purging, aborting; it is deleted when it is done.
  state        TEXT NOT NULL,
  committed    INTEGER NOT NULL,
  first_object INTEGER NOT NULL,
  -- How many objects of records it has come to; and how far a step has got.
  objects      INTEGER NOT NULL,
  cursor       TEXT NOT NULL,
  started_at   TEXT NOT NULL
) STRICT;

-- The imports whose rows do not count yet.
CREATE INDEX imports_uncommitted ON imports (id) WHERE committed = 0;

-- What became of each part of an import: kept until it is done. Parts from 0 on; below 0 what is to be removed.
CREATE TABLE import_parts (
  import INTEGER NOT NULL,
  part   INTEGER NOT NULL,
  -- The digest of what was sent.
  digest TEXT NOT NULL,
  -- What to answer if the part is sent again, JSON.
  answer TEXT NOT NULL,
  -- How many places more of each category, JSON.
  deltas TEXT NOT NULL,
  -- The keys of the places that are as they were, JSON.
  seen   TEXT NOT NULL,
  PRIMARY KEY (import, part)
) STRICT, WITHOUT ROWID;

-- One row. The version is secret and keys digests (src/places/directory.ts); the generation counts the writes, each of
-- which must have seen the one before (src/collections/write.ts). The lexicon is the fingerprint of the words.
CREATE TABLE data_version (
  version    TEXT NOT NULL,
  generation INTEGER NOT NULL,
  lexicon    TEXT
) STRICT;
INSERT INTO data_version VALUES (hex(randomblob(16)), 0, NULL);

-- Never holds a row: a write that comes too late fails here, with all of its batch.
CREATE TABLE write_conflicts (moved INTEGER NOT NULL CHECK (moved = 0)) STRICT;

-- The categories' words can be corrected.
DROP TABLE category_words;
CREATE VIRTUAL TABLE category_words USING fts5 (
  phrases, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);

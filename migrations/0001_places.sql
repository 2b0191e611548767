-- The index of all places. R2 holds the records as they came; everything here can be made again.

-- A set of places with one source and one licence.
CREATE TABLE collections (
  id          INTEGER PRIMARY KEY,
  name        TEXT NOT NULL UNIQUE,
  title       TEXT NOT NULL,
  license     TEXT NOT NULL,
  attribution TEXT NOT NULL,
  url         TEXT NOT NULL,
  as_of       TEXT NOT NULL,
  loaded_at   TEXT NOT NULL,
  places      INTEGER NOT NULL
) STRICT;

-- The kinds of places that questions can mean: paths such as railway/station, and their parents. Also
-- those without a place: "no restaurants in the data" is another answer than "no restaurants near you".
CREATE TABLE categories (
  id     INTEGER PRIMARY KEY,
  path   TEXT NOT NULL UNIQUE,
  label  TEXT NOT NULL,
  places INTEGER NOT NULL
) STRICT;

-- How many places of each category a collection has, for the list of what is here.
CREATE TABLE category_counts (
  collection INTEGER NOT NULL,
  category   INTEGER NOT NULL,
  places     INTEGER NOT NULL,
  PRIMARY KEY (collection, category)
) STRICT, WITHOUT ROWID;

-- The words that mean a category; the row id is the category's. Each phrase is one word here: its
-- words joined by "·". The ascii tokenizer leaves every other character as it is: src/places/words.ts
-- has folded and split the text before.
CREATE VIRTUAL TABLE category_words USING fts5 (
  phrases, content = '', columnsize = 0, detail = none, tokenize = 'ascii'
);

-- The key is the place: src/places/key.ts describes it.
CREATE TABLE places (
  key           INTEGER PRIMARY KEY,
  collection    INTEGER NOT NULL,
  source_id     TEXT NOT NULL,
  name          TEXT NOT NULL,
  category      INTEGER NOT NULL,
  latitude      REAL NOT NULL,
  longitude     REAL NOT NULL,
  country       TEXT,
  population    INTEGER,
  record_object INTEGER NOT NULL,
  record_offset INTEGER NOT NULL,
  record_length INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX places_by_source ON places (source_id, collection);

-- The words of names and, as "·" and its id, of the category and its parents. The row id is the
-- place's key, so every word's list of places is in spatial order and can be read from any point.
CREATE VIRTUAL TABLE places_text USING fts5 (
  words, content = '', columnsize = 0, detail = none, tokenize = 'ascii'
);

-- The words that there are, for completing the beginning of one.
CREATE VIRTUAL TABLE places_vocabulary USING fts5vocab (places_text, 'row');

-- Where in a crowded leaf cell each spot's places begin and end (src/places/key.ts): all keys from the
-- first to the last are of places with these coordinates. The cell is the first key of the leaf cell.
CREATE TABLE spots (
  cell      INTEGER NOT NULL,
  first     INTEGER NOT NULL,
  last      INTEGER NOT NULL,
  latitude  REAL NOT NULL,
  longitude REAL NOT NULL,
  PRIMARY KEY (cell, first)
) STRICT, WITHOUT ROWID;

-- The leaf cells whose places have keys behind the cell's own, and the last one of these.
CREATE TABLE overflows (
  cell INTEGER PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT;

-- One row. The version is a new random text with each load, so that nothing kept from before is taken
-- for current; it also keys digests and must not be shown (src/places/directory.ts). The fingerprint
-- says what has been loaded; none while a load is under way.
CREATE TABLE data_version (version TEXT NOT NULL, fingerprint TEXT) STRICT;
INSERT INTO data_version VALUES (hex(randomblob(16)), NULL);

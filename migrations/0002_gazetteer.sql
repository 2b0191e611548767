-- Finding places by what people call them: "Springfield, IL" (src/location/gazetteer.ts).

-- The first-level region (state, province, Land), as the places' source names it.
ALTER TABLE places ADD COLUMN region TEXT;

-- Countries, and with a name the regions in them.
CREATE TABLE regions (
  id      INTEGER PRIMARY KEY,
  country TEXT NOT NULL,
  name    TEXT
) STRICT;

-- The words that mean a region, in the way of category_words; the row id is the region's.
CREATE VIRTUAL TABLE region_words USING fts5 (
  phrases, content = '', columnsize = 0, detail = none, tokenize = 'ascii'
);

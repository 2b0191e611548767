-- The phrases by which questions may mean all places of a collection: its title, and its title without what says nothing.
CREATE TABLE collection_words (
  phrase     TEXT NOT NULL,
  collection INTEGER NOT NULL,
  PRIMARY KEY (phrase, collection)
) STRICT, WITHOUT ROWID;

-- How a visitor gets to a place or in touch with it, a JSON list of address, phone and website (src/records/contact.ts); NULL if
-- the record tells none of them, and in rows of an older format.
ALTER TABLE places ADD COLUMN contact TEXT;

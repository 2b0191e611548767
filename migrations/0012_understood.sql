-- The phrases by which questions may mean all places of a collection: its title, and its title without what says nothing.
CREATE TABLE collection_words (
  phrase     TEXT NOT NULL,
  collection INTEGER NOT NULL,
  PRIMARY KEY (phrase, collection)
) STRICT, WITHOUT ROWID;

-- What an older index holds stays readable until it is rebuilt.

-- The words that a prefix stands for, where there are more than a search can take: those of most places, a JSON list
-- (src/index/write/upkeep.ts). A prefix that is not here has few words: the vocabulary has them all.
CREATE TABLE completions (
  head  TEXT PRIMARY KEY,
  words TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- A phrase (its words joined by "·") and a category that it means: a table instead of a full-text index.
CREATE TABLE category_phrases (
  phrase   TEXT NOT NULL,
  category INTEGER NOT NULL,
  PRIMARY KEY (phrase, category)
) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE category_vocabulary USING fts5vocab (category_words, 'instance');
INSERT OR IGNORE INTO category_phrases SELECT term, doc FROM category_vocabulary;
DROP TABLE category_vocabulary;
DROP TABLE category_words;
ALTER TABLE category_phrases RENAME TO category_words;

-- FTS5 steps through a page of a posting list to find a place in it: small pages are few steps.
INSERT INTO places_text (places_text, rank) VALUES ('pgsz', 1000);

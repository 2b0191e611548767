-- The number of the lexicon in R2 whose words are in the index (src/collections/lexicon.ts).
ALTER TABLE data_version ADD COLUMN lexicon_object INTEGER;

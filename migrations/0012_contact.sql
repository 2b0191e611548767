-- How a visitor gets to a place or in touch with it, a JSON list of address, phone and website (src/records/contact.ts); NULL if
-- the record tells none of them, and in rows of an older format.
ALTER TABLE places ADD COLUMN contact TEXT;

-- The collections that the log has and the index has not, a JSON list of names, as a rebuild has found at its beginning and at its
-- end. Until they are there, answers say that data is still being loaded.
ALTER TABLE data_version ADD COLUMN absent TEXT NOT NULL DEFAULT '[]';

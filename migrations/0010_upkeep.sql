-- From which word on the completions have to be counted again, because rows have come or gone (src/index/write/upkeep.ts).
-- NULL: they are up to date.
ALTER TABLE data_version ADD COLUMN uncounted_from TEXT;
UPDATE data_version SET uncounted_from = '';

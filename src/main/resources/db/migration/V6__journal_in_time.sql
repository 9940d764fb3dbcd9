-- The query side reads a range of slices in the order of time. With the slice in front, every row of a group goes to another page of
-- the index, and a range of slices is neither in order nor bounded by time. With time in front rows are appended, and are read as asked.

DROP INDEX event_journal_slice_idx;
CREATE INDEX event_journal_time_idx ON event_journal (entity_type, db_timestamp, seq_nr, slice);

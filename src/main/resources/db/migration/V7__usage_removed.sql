-- What retention took out of the journal still was sent: its part of usage_counter, which can no longer be made again from events.
CREATE TABLE usage_removed (LIKE usage_counter INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING STORAGE) WITH (fillfactor = 20);

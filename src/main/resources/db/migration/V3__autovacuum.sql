-- Tables that grow by inserts with every message: their vacuum and statistics come in steps that grow with them, not every time that
-- the server looks. Most rows of message are changed twice, within their page; what is dead there is cleared by the next change.

ALTER TABLE event_journal SET (
    autovacuum_vacuum_insert_threshold = 1000000, autovacuum_vacuum_insert_scale_factor = 0.5,
    autovacuum_analyze_threshold = 100000, autovacuum_analyze_scale_factor = 0.5);

ALTER TABLE provider_event SET (
    autovacuum_vacuum_insert_threshold = 1000000, autovacuum_vacuum_insert_scale_factor = 0.5,
    autovacuum_analyze_threshold = 100000, autovacuum_analyze_scale_factor = 0.5);

ALTER TABLE provider_ref SET (
    autovacuum_vacuum_insert_threshold = 1000000, autovacuum_vacuum_insert_scale_factor = 0.5,
    autovacuum_analyze_threshold = 100000, autovacuum_analyze_scale_factor = 0.5);

ALTER TABLE message SET (
    autovacuum_vacuum_threshold = 100000, autovacuum_vacuum_scale_factor = 0.5,
    autovacuum_vacuum_insert_threshold = 1000000, autovacuum_vacuum_insert_scale_factor = 0.5,
    autovacuum_analyze_threshold = 50000, autovacuum_analyze_scale_factor = 0.5);

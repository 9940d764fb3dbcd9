#!/usr/bin/env bash
# What the bare database does with the journal's rows: one row a commit, and 500 rows a commit, nothing else running.
#
#   loadtest/bare-database.sh postgresql://user:password@host:port/db [rows]
#
# Needs psql. Works in a schema of its own, which it drops; prints one JSON object. The rows are those of bench: three events of a
# message, 420 bytes each, with the journal's own indexes.
set -euo pipefail

url=${1:?usage: bare-database.sh postgresql://user:password@host:port/db [rows]}
rows=${2:-300000}
here=$(cd "$(dirname "$0")" && pwd)

psql "$url" --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --set=rows="$rows" <<SQL
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS herald_bare CASCADE;
CREATE SCHEMA herald_bare;
SET search_path = herald_bare;
\i $here/../src/main/resources/db/migration/V1__journal.sql
\i $here/../src/main/resources/db/migration/V6__journal_in_time.sql

CREATE PROCEDURE fill(run text, total int, batch int) LANGUAGE plpgsql AS \$\$
DECLARE
    payload bytea := convert_to(repeat('x', 420), 'UTF8');
BEGIN
    FOR i IN 0 .. total / batch - 1 LOOP
        INSERT INTO event_journal (slice, entity_type, persistence_id, seq_nr, db_timestamp, event_ser_id, event_ser_manifest,
            event_payload, writer, adapter_manifest)
        SELECT (n / 3) % 1024, 'Message', 'Message|bare/' || run || '-' || n / 3, n % 3 + 1, clock_timestamp(), 7401, 'message',
            payload, 'b1946ac9-2492-4d23-8c3f-1a2b3c4d5e6f', ''
        FROM generate_series(i * batch, i * batch + batch - 1) AS n;
        COMMIT;
    END LOOP;
END \$\$;

CREATE TABLE took (run text, rows int, seconds double precision);

CREATE PROCEDURE measure(run text, total int, batch int) LANGUAGE plpgsql AS \$\$
DECLARE
    begun timestamptz := clock_timestamp();
BEGIN
    CALL fill(run, total, batch);
    INSERT INTO took VALUES (run, total / batch * batch, extract(epoch FROM clock_timestamp() - begun));
    COMMIT;
END \$\$;

CALL measure('warm-up', least(:rows / 10, 30000), 500);
CHECKPOINT;
CALL measure('single', greatest(:rows / 30, 1000), 1);
CALL measure('batches of 500', :rows, 500);
SELECT json_object_agg(run, json_build_object('rows', rows, 'seconds', round(seconds::numeric, 2), 'rows_per_second', round(rows / seconds)))
FROM took WHERE run <> 'warm-up';
DROP SCHEMA herald_bare CASCADE;
SQL

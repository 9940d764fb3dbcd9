#!/usr/bin/env bash
# Whether a journal that grows slows its inserts: groups of 500 rows as the journal's writer commits them, into a journal of 0, a tenth,
# a fifth, half and all of so many rows, each beside the same groups into an empty one in the same minute.
#
#   loadtest/growth.sh postgresql://user:password@host:port/db [rows]
#
# Needs psql and a superuser, for its CHECKPOINTs. Works in schemas of its own, which it drops; prints one JSON object, and its progress
# to standard error. Every row is written as the engine does it: the journal's rows with their share of message, message_due,
# provider_ref and campaign_ledger, by the statements of GroupCommit and MessageView, 420 bytes an event. Recipients and the providers'
# ids come in no order, as in life.
set -euo pipefail

url=${1:?usage: growth.sh postgresql://user:password@host:port/db [rows]}
rows=${2:-10000000}
if ! [[ $rows =~ ^[0-9]+$ ]] || [ "$rows" -lt 100000 ]; then
  echo "growth.sh: rows must be a number, at least 100000" >&2
  exit 2
fi
cd "$(dirname "$0")/../src/main/resources/db/migration"

# As Database's own connections are: rows are found by their keys only.
export PGOPTIONS='-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c client_min_messages=warning'
psql "$url" --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --set=rows="$rows" <<'SQL'
DROP SCHEMA IF EXISTS herald_growth, herald_growth_grown, herald_growth_empty CASCADE;
CREATE SCHEMA herald_growth_grown;
SET search_path = herald_growth_grown;
\i V1__journal.sql
\i V2__herald.sql
\i V3__autovacuum.sql
\i V6__journal_in_time.sql
CREATE SCHEMA herald_growth_empty;
SET search_path = herald_growth_empty;
\i V1__journal.sql
\i V2__herald.sql
\i V3__autovacuum.sql
\i V6__journal_in_time.sql
CREATE SCHEMA herald_growth;
SET search_path = herald_growth;

-- As Ids.compact: 48 bits of milliseconds, 32 of chance, in Crockford's base 32.
CREATE FUNCTION compact() RETURNS text LANGUAGE sql VOLATILE AS $$
    WITH bits AS MATERIALIZED (
        SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint::bit(48) || (random() * 4294967295)::bigint::bit(32) AS b)
    SELECT string_agg(substr('0123456789abcdefghjkmnpqrstvwxyz', substring(b FROM 5 * i + 1 FOR 5)::int + 1, 1), '' ORDER BY i)
    FROM bits, generate_series(0, 15) AS i
$$;

-- How far each journal has come.
CREATE TABLE journal (kind text PRIMARY KEY, messages bigint NOT NULL);
INSERT INTO journal VALUES ('grown', 0), ('empty', 0);

CREATE TABLE took (id int GENERATED ALWAYS AS IDENTITY, label text, kind text, turn int, at_rows bigint, rows bigint, wal numeric,
    journal float8, message float8, due float8, ref float8, ledger float8, commit float8, cpu float8);

-- Seconds that this backend has been on a CPU, which what else the machine does leaves alone; none where the kernel does not tell.
-- A look at stat brings schedstat up to date.
CREATE FUNCTION cpu() RETURNS float8 LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_read_file('/proc/self/stat');
    RETURN split_part(pg_read_file('/proc/self/schedstat'), ' ', 1)::float8 / 1e9;
EXCEPTION WHEN OTHERS THEN
    RETURN NULL;
END $$;

CREATE FUNCTION lap(INOUT since timestamptz, INOUT spent float8) LANGUAGE plpgsql AS $$
DECLARE
    now timestamptz := clock_timestamp();
BEGIN
    spent := spent + extract(epoch FROM now - since);
    since := now;
END $$;

-- Campaigns of 100,000 one after another. A group has the first rows of some messages (fed and begun), the second of those of the group
-- before (accepted) and the third of those before them (delivered). What makes the values up is not in the time.
CREATE PROCEDURE write(label text, turn int, kind text, groups int, per_group int) LANGUAGE plpgsql AS $$
DECLARE
    noise bytea := (SELECT string_agg(md5(i::text), '')::bytea FROM generate_series(1, 2048) AS i);
    at bigint := (SELECT messages FROM herald_growth.journal AS j WHERE j.kind = write.kind);
    first bigint := at;
    n int := per_group / 3;
    begun bigint; -- the campaign's first
    tenant text; account text; campaign text := NULL;
    a_id text[]; b_id text[]; c_id text[]; a_tenant text[]; b_tenant text[]; c_tenant text[];
    a_to text[]; a_campaign text[]; a_number int[]; b_ref text[]; accounts text[];
    ids text[]; tenants text[]; pids text[]; seqs bigint[]; slices int[]; payloads bytea[]; states text[]; refs text[];
    total int; changed int; micros bigint; wal pg_lsn := pg_current_wal_insert_lsn(); written bigint := 0;
    since timestamptz; on_cpu float8; t_cpu float8 := 0;
    t_journal float8 := 0; t_message float8 := 0; t_due float8 := 0; t_ref float8 := 0; t_ledger float8 := 0; t_commit float8 := 0;
BEGIN
    PERFORM set_config('search_path', 'herald_growth_' || kind || ',herald_growth', false);
    FOR g IN 1 .. groups + 2 LOOP
        IF g & (g - 1) = 0 THEN
            EXECUTE 'DISCARD PLANS';
        END IF;
        c_id := b_id; c_tenant := b_tenant; b_id := a_id; b_tenant := a_tenant;
        a_id := '{}'; a_tenant := '{}'; a_to := '{}'; a_campaign := '{}'; a_number := '{}';
        IF g <= groups THEN
            IF campaign IS NULL OR at - begun >= 100000 THEN
                tenant := compact(); account := compact(); campaign := compact(); begun := at;
            END IF;
            SELECT array_agg(campaign || '-' || i - begun + 1), array_agg(tenant), array_agg(campaign), array_agg(i - begun + 1),
                array_agg('+1' || 2000000000 + (i * 2654435761) % 7999999993)
            INTO a_id, a_tenant, a_campaign, a_number, a_to FROM generate_series(at, at + n - 1) AS i;
            at := at + n;
        END IF;
        b_id := coalesce(b_id, '{}'); c_id := coalesce(c_id, '{}');
        SELECT coalesce(array_agg('SM' || md5(id)), '{}') INTO b_ref FROM unnest(b_id) AS id;
        ids := b_id || c_id; tenants := b_tenant || c_tenant; changed := cardinality(ids); total := changed + cardinality(a_id);
        CONTINUE WHEN total = 0;
        accounts := array_fill(account, ARRAY[total]);
        states := array_fill('sent'::text, ARRAY[cardinality(b_id)]) || array_fill('delivered'::text, ARRAY[cardinality(c_id)]);
        refs := b_ref || (SELECT coalesce(array_agg('SM' || md5(id)), '{}') FROM unnest(c_id) AS id);
        SELECT array_agg('Message|' || t || '/' || id), array_agg(hashtext(id) & 1023), array_agg(s),
            array_agg(substr(noise, 1 + ((place * 7919 + g * 104729) % 65000)::int, 420))
        INTO pids, slices, seqs, payloads
        FROM unnest(a_id || ids, a_tenant || tenants, array_fill(1::bigint, ARRAY[cardinality(a_id)])
            || array_fill(2::bigint, ARRAY[cardinality(b_id)]) || array_fill(3::bigint, ARRAY[cardinality(c_id)]))
            WITH ORDINALITY AS e (id, t, s, place);
        micros := extract(epoch FROM clock_timestamp()) * 1000000;

        on_cpu := cpu();
        since := clock_timestamp();
        INSERT INTO event_journal (slice, entity_type, persistence_id, seq_nr, db_timestamp, event_ser_id,
            event_ser_manifest, event_payload, writer, adapter_manifest, tags, meta_ser_id, meta_ser_manifest, meta_payload)
        SELECT slice, 'Message', pid, seq,
            CASE WHEN seq = 1 THEN clock_timestamp() ELSE greatest(clock_timestamp(),
                (SELECT db_timestamp + interval '1 microsecond' FROM event_journal
                 WHERE persistence_id = pid AND seq_nr = seq - 1)) END,
            7401, 'message', payload, 'b1946ac9-2492-4d23-8c3f-1a2b3c4d5e6f', '', NULL, NULL, NULL, NULL
        FROM unnest(slices, pids, seqs, payloads) AS e (slice, pid, seq, payload);
        SELECT * INTO since, t_journal FROM lap(since, t_journal);

        IF cardinality(a_id) > 0 THEN
            INSERT INTO message (tenant_id, id, status, channel, account, attempts, segments, updated_at, campaign_id, recipient,
                category, to_address, created_at)
            SELECT tenant_id, id, 'sending', 'sms', acc, 1, 1, timestamptz 'epoch' + micros * interval '1 microsecond', campaign_id,
                recipient, 'marketing', to_address, timestamptz 'epoch' + micros * interval '1 microsecond'
            FROM unnest(a_tenant, a_id, accounts[:n], a_campaign, a_number, a_to)
                AS m (tenant_id, id, acc, campaign_id, recipient, to_address);
        END IF;
        IF changed > 0 THEN
            UPDATE message SET status = c.status, channel = 'sms', account = c.acc, attempts = 1, segments = 1,
                provider_message_id = c.ref, error_class = NULL, error_code = NULL, error_detail = NULL,
                updated_at = timestamptz 'epoch' + micros * interval '1 microsecond'
            FROM unnest(tenants, ids, states, accounts[:changed], refs) AS c (tenant_id, id, status, acc, ref)
            WHERE message.tenant_id = c.tenant_id AND message.id = c.id;
        END IF;
        SELECT * INTO since, t_message FROM lap(since, t_message);

        INSERT INTO message_due (tenant_id, message_id, campaign_id, bucket, due_at, owner)
        SELECT tenant_id, message_id, campaign_id, bucket, timestamptz 'epoch' + micros * interval '1 microsecond', 'process'
        FROM unnest(a_tenant, a_id, a_campaign, slices[:cardinality(a_id)]) AS d (tenant_id, message_id, campaign_id, slice),
            LATERAL (SELECT slice / 128) AS b (bucket)
        ON CONFLICT (tenant_id, message_id) DO UPDATE SET due_at = excluded.due_at, owner = excluded.owner;
        DELETE FROM message_due USING unnest(b_tenant, b_id) AS gone (tenant_id, message_id)
        WHERE message_due.tenant_id = gone.tenant_id AND message_due.message_id = gone.message_id;
        SELECT * INTO since, t_due FROM lap(since, t_due);

        INSERT INTO provider_ref (account, provider_message_id, tenant_id, message_id)
        SELECT * FROM unnest(accounts[:cardinality(b_id)], b_ref, b_tenant, b_id)
        ON CONFLICT DO NOTHING;
        SELECT * INTO since, t_ref FROM lap(since, t_ref);

        INSERT INTO campaign_ledger AS l (tenant_id, campaign_id, stripe, fed, waiting, in_flight, accepted, failed, suppressed,
            unknown, expired, cancelled, unsettled, delivered, undelivered, read, fallback, segments)
        VALUES (tenant, campaign, 'process', n, 0, 0, n, 0, 0, 0, 0, 0, 0, n, 0, 0, 0, n)
        ON CONFLICT (tenant_id, campaign_id, stripe) DO UPDATE SET fed = l.fed + excluded.fed,
            accepted = l.accepted + excluded.accepted, delivered = l.delivered + excluded.delivered,
            segments = l.segments + excluded.segments;
        SELECT * INTO since, t_ledger FROM lap(since, t_ledger);
        COMMIT;
        SELECT * INTO since, t_commit FROM lap(since, t_commit);
        t_cpu := t_cpu + cpu() - on_cpu;
        written := written + total;
    END LOOP;
    INSERT INTO herald_growth.took (label, turn, kind, at_rows, rows, wal, journal, message, due, ref, ledger, commit, cpu)
    VALUES (label, turn, kind, first * 3, written, pg_current_wal_insert_lsn() - wal, t_journal, t_message, t_due, t_ref, t_ledger,
        t_commit, t_cpu);
    UPDATE herald_growth.journal AS j SET messages = at WHERE j.kind = write.kind;
    PERFORM set_config('search_path', 'herald_growth', false);
    COMMIT;
END $$;

CREATE PROCEDURE grow(to_rows bigint) LANGUAGE plpgsql AS $$
DECLARE
    missing bigint := to_rows / 3 - (SELECT messages FROM journal WHERE kind = 'grown');
BEGIN
    IF missing > 0 THEN
        CALL write('filling', 0, 'grown', (missing / 1667 + 1)::int, 5001);
    END IF;
END $$;

-- Both journals in turn, and each first in every other turn, so that what else the machine does touches both. A checkpoint comes before
-- them: from there on a page's first change is logged whole, which a grown journal has more of in the first turns.
CREATE PROCEDURE measure(label text, stretch bigint) LANGUAGE plpgsql AS $$
DECLARE
    turns int := 10;
BEGIN
    TRUNCATE herald_growth_empty.event_journal, herald_growth_empty.message, herald_growth_empty.message_due,
        herald_growth_empty.provider_ref, herald_growth_empty.campaign_ledger;
    UPDATE journal SET messages = 0 WHERE kind = 'empty';
    COMMIT;
    CHECKPOINT;
    FOR turn IN 1 .. turns LOOP
        CALL write(label, turn, CASE turn % 2 WHEN 1 THEN 'grown' ELSE 'empty' END, (stretch / turns / 501)::int, 501);
        CALL write(label, turn, CASE turn % 2 WHEN 1 THEN 'empty' ELSE 'grown' END, (stretch / turns / 501)::int, 501);
    END LOOP;
END $$;

CREATE VIEW stretch AS
SELECT label, kind, min(id) AS id, min(at_rows) AS at_rows, sum(rows) AS rows, sum(wal) / sum(rows) AS wal_bytes,
    sum(journal) * 1e6 / sum(rows) AS journal, sum(message) * 1e6 / sum(rows) AS message, sum(due) * 1e6 / sum(rows) AS due,
    sum(ref) * 1e6 / sum(rows) AS ref, sum(ledger) * 1e6 / sum(rows) AS ledger, sum(commit) * 1e6 / sum(rows) AS commit,
    sum(cpu) * 1e6 / sum(rows) AS cpu, sum(cpu) FILTER (WHERE turn > 2) * 1e6 / sum(rows) FILTER (WHERE turn > 2) AS later_cpu,
    sum(rows) / sum(journal + message + due + ref + ledger + commit) AS rate
FROM took WHERE label NOT IN ('filling', 'warm-up') GROUP BY label, kind;

CREATE FUNCTION parts(s stretch) RETURNS json LANGUAGE sql AS $$
    SELECT json_build_object('journal', round(s.journal::numeric, 2), 'message', round(s.message::numeric, 2),
        'message_due', round(s.due::numeric, 2), 'provider_ref', round(s.ref::numeric, 2),
        'campaign_ledger', round(s.ledger::numeric, 2), 'commit', round(s.commit::numeric, 2))
$$;

CREATE FUNCTION sizes(of_schema text) RETURNS json LANGUAGE sql AS $$
    SELECT json_object_agg(relname, round(pg_relation_size(c.oid) / 1e6)  ORDER BY relname)
    FROM pg_class AS c WHERE relnamespace = of_schema::regnamespace AND relkind IN ('r', 'i') AND pg_relation_size(c.oid) > 500000
$$;

SELECT greatest(:rows / 40, 25000) AS stretch \gset
CALL write('warm-up', 0, 'empty', 40, 501);
CALL measure('0', :stretch);
\warn measured an empty journal
CALL grow(:rows / 10);
CALL measure('a tenth', :stretch);
\warn measured at a tenth of the rows
CALL grow(:rows / 5);
CALL measure('a fifth', :stretch);
\warn measured at a fifth
CALL grow(:rows / 2);
CALL measure('half', :stretch);
\warn measured at half
CALL grow(:rows);
CALL measure('all', :stretch);
\warn measured at all of them; once more without event_journal_time_idx
CREATE TABLE size AS SELECT sizes('herald_growth_grown') AS mb;
DROP INDEX herald_growth_grown.event_journal_time_idx, herald_growth_empty.event_journal_time_idx;
CALL measure('without time index', :stretch);

SELECT json_build_object('rows', :rows, 'stretch_rows', :stretch, 'measured', (
    SELECT json_agg(json_build_object('label', g.label, 'journal_rows', g.at_rows, 'rows_per_second', round(g.rate::numeric),
        'empty_rows_per_second', round(e.rate::numeric), 'ratio', round((g.rate / e.rate)::numeric, 3),
        'cpu_us_per_row', round(g.cpu::numeric, 2), 'empty_cpu_us_per_row', round(e.cpu::numeric, 2),
        'cpu_ratio', round((e.cpu / g.cpu)::numeric, 3), 'cpu_ratio_after_two_turns', round((e.later_cpu / g.later_cpu)::numeric, 3),
        'wal_bytes_per_row', round(g.wal_bytes), 'empty_wal_bytes_per_row', round(e.wal_bytes),
        'us_per_row', parts(g), 'empty_us_per_row', parts(e)) ORDER BY g.id)
    FROM stretch AS g JOIN stretch AS e USING (label) WHERE g.kind = 'grown' AND e.kind = 'empty'),
    'size_mb', (SELECT mb FROM size));
DROP SCHEMA herald_growth, herald_growth_grown, herald_growth_empty CASCADE;
SQL

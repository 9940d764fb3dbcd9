-- The tables of akka-persistence-r2dbc 1.1.2, which its query side reads. Ids compare byte by byte: the order is not for people.

CREATE TABLE event_journal (
    slice              int          NOT NULL,
    entity_type        varchar(255) NOT NULL,
    persistence_id     varchar(255) COLLATE "C" NOT NULL,
    seq_nr             bigint       NOT NULL,
    db_timestamp       timestamptz  NOT NULL,

    event_ser_id       integer      NOT NULL,
    event_ser_manifest varchar(255) NOT NULL,
    event_payload      bytea        NOT NULL,

    deleted            boolean      NOT NULL DEFAULT false,
    writer             varchar(255) NOT NULL,
    adapter_manifest   varchar(255),
    tags               text ARRAY,

    meta_ser_id        integer,
    meta_ser_manifest  varchar(255),
    meta_payload       bytea,

    PRIMARY KEY (persistence_id, seq_nr)
);

CREATE INDEX event_journal_slice_idx ON event_journal (slice, entity_type, db_timestamp, seq_nr);

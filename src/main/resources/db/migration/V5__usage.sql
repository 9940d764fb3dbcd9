-- What went through each provider account, by UTC day; one row a writer, summed on read. The counters are explained in openapi.yaml.
CREATE TABLE usage_counter (
    tenant_id          text COLLATE "C" NOT NULL,
    day                date NOT NULL,
    channel            text COLLATE "C" NOT NULL,
    account            text COLLATE "C" NOT NULL,
    stripe             text COLLATE "C" NOT NULL,
    messages           bigint NOT NULL,
    attempts           bigint NOT NULL,
    accepted           bigint NOT NULL,
    segments           bigint NOT NULL,
    rejected           bigint NOT NULL,
    unknown            bigint NOT NULL,
    resolved           bigint NOT NULL,
    delivered          bigint NOT NULL,
    delivered_segments bigint NOT NULL,
    undelivered        bigint NOT NULL,
    fallbacks          bigint NOT NULL,
    failed             bigint NOT NULL,
    suppressed         bigint NOT NULL,
    expired            bigint NOT NULL,
    cancelled          bigint NOT NULL,
    PRIMARY KEY (tenant_id, day, channel, account, stripe)
) WITH (fillfactor = 20);

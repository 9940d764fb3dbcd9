-- Settings of the installation itself.
CREATE TABLE setting (
    key   text PRIMARY KEY,
    value text NOT NULL
);

-- Customers and who may act for them.
CREATE TABLE tenant (
    id         text COLLATE "C" PRIMARY KEY,
    name       text        NOT NULL,
    tier       text        NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE api_key (
    id         text COLLATE "C" PRIMARY KEY,
    tenant_id  text COLLATE "C" NOT NULL REFERENCES tenant,
    name       text        NOT NULL,
    role       text        NOT NULL,
    hash       bytea       NOT NULL, -- SHA-256 of a secret of 160 bits
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX api_key_tenant_idx ON api_key (tenant_id);

-- Accounts with providers. Without a tenant an account serves them all.
CREATE TABLE provider_account (
    id              text COLLATE "C" PRIMARY KEY,
    tenant_id       text COLLATE "C" REFERENCES tenant,
    name            text             NOT NULL,
    provider        text             NOT NULL,
    channels        text[]           NOT NULL,
    base_url        text,
    sender          text,
    credentials     jsonb            NOT NULL,
    rate_per_second double precision,
    max_concurrent  int,
    webhook_token   text,
    created_at      timestamptz      NOT NULL,
    updated_at      timestamptz      NOT NULL
);
CREATE UNIQUE INDEX provider_account_name_idx ON provider_account (coalesce(tenant_id, ''), name);

CREATE TABLE limit_setting (
    kind            text             NOT NULL,
    id              text COLLATE "C" NOT NULL,
    rate_per_second double precision NOT NULL,
    burst           int,
    updated_at      timestamptz      NOT NULL,
    PRIMARY KEY (kind, id)
);

-- The first answer to a request with an Idempotency-Key; no status while it is under way.
CREATE TABLE idempotency (
    tenant_id   text COLLATE "C" NOT NULL,
    route       text        NOT NULL,
    key         text COLLATE "C" NOT NULL,
    fingerprint bytea       NOT NULL,
    status      int,
    body        text,
    created_at  timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, route, key)
);
CREATE INDEX idempotency_age_idx ON idempotency (created_at);

CREATE TABLE template (
    tenant_id  text COLLATE "C" NOT NULL,
    id         text COLLATE "C" NOT NULL,
    version    int         NOT NULL,
    name       text        NOT NULL,
    variants   jsonb       NOT NULL,
    variables  text[]      NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id, version)
);

-- People.
CREATE TABLE contact (
    tenant_id  text COLLATE "C" NOT NULL,
    id         bigint GENERATED ALWAYS AS IDENTITY,
    phone      text COLLATE "C",
    email      text COLLATE "C",
    attributes jsonb       NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id),
    CHECK (phone IS NOT NULL OR email IS NOT NULL)
);
CREATE UNIQUE INDEX contact_phone_idx ON contact (tenant_id, phone);
CREATE UNIQUE INDEX contact_email_idx ON contact (tenant_id, email) WHERE phone IS NULL;

CREATE TABLE contact_import (
    tenant_id  text COLLATE "C" NOT NULL,
    id         text COLLATE "C" NOT NULL,
    status     text        NOT NULL, -- receiving, merging, completed, failed
    rows       bigint      NOT NULL DEFAULT 0,
    accepted   bigint      NOT NULL DEFAULT 0,
    merged     bigint      NOT NULL DEFAULT 0,
    rejected   bigint      NOT NULL DEFAULT 0,
    failure    text,
    created_at timestamptz NOT NULL,
    ended_at   timestamptz,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX contact_import_open_idx ON contact_import (status) WHERE ended_at IS NULL;

CREATE TABLE contact_import_error (
    tenant_id text COLLATE "C" NOT NULL,
    import_id text COLLATE "C" NOT NULL,
    line      bigint NOT NULL,
    field     text   NOT NULL,
    reason    text   NOT NULL,
    PRIMARY KEY (tenant_id, import_id, line, field)
);

-- Rows as they were uploaded, until they are merged into contacts.
CREATE TABLE contact_import_row (
    tenant_id  text COLLATE "C" NOT NULL,
    import_id  text COLLATE "C" NOT NULL,
    line       bigint NOT NULL,
    phone      text COLLATE "C",
    email      text COLLATE "C",
    attributes jsonb  NOT NULL
);
CREATE INDEX contact_import_row_idx ON contact_import_row (tenant_id, import_id);

CREATE TABLE contact_import_member (
    tenant_id  text COLLATE "C" NOT NULL,
    import_id  text COLLATE "C" NOT NULL,
    contact_id bigint NOT NULL,
    PRIMARY KEY (tenant_id, import_id, contact_id)
);

-- Who must not be messaged, by tenant, channel and address.
CREATE TABLE opt_out (
    tenant_id text COLLATE "C" NOT NULL,
    channel   text        NOT NULL,
    address   text COLLATE "C" NOT NULL,
    source    text        NOT NULL, -- keyword, provider
    since     timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, channel, address)
);

-- Views of the journal, written in the events' own transactions.
CREATE TABLE campaign (
    tenant_id  text COLLATE "C" NOT NULL,
    id         text COLLATE "C" NOT NULL,
    name       text        NOT NULL,
    status     text        NOT NULL,
    active     boolean     NOT NULL, -- has work that must go on by itself after a restart
    cancelling boolean     NOT NULL,
    retrying   timestamptz,
    definition jsonb       NOT NULL,
    due_at     timestamptz,
    targeted   bigint,
    through    bigint      NOT NULL,
    failure    text,
    closing    jsonb,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    ended_at   timestamptz,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
);
CREATE INDEX campaign_active_idx ON campaign (id) WHERE active;

CREATE TABLE campaign_recipient (
    tenant_id   text COLLATE "C" NOT NULL,
    campaign_id text COLLATE "C" NOT NULL,
    n           int   NOT NULL,
    address     text COLLATE "C" NOT NULL,
    variables   jsonb NOT NULL,
    PRIMARY KEY (tenant_id, campaign_id, n)
);

-- Counters of a campaign's messages, one row a writer, summed on read.
CREATE TABLE campaign_ledger (
    tenant_id   text COLLATE "C" NOT NULL,
    campaign_id text COLLATE "C" NOT NULL,
    stripe      text COLLATE "C" NOT NULL,
    fed         bigint NOT NULL,
    waiting     bigint NOT NULL,
    in_flight   bigint NOT NULL,
    accepted    bigint NOT NULL,
    failed      bigint NOT NULL,
    suppressed  bigint NOT NULL,
    unknown     bigint NOT NULL,
    expired     bigint NOT NULL,
    cancelled   bigint NOT NULL,
    unsettled   bigint NOT NULL,
    delivered   bigint NOT NULL,
    undelivered bigint NOT NULL,
    read        bigint NOT NULL,
    fallback    bigint NOT NULL,
    segments    bigint NOT NULL,
    PRIMARY KEY (tenant_id, campaign_id, stripe)
) WITH (fillfactor = 20);

CREATE TABLE message (
    tenant_id           text COLLATE "C" NOT NULL,
    id                  text COLLATE "C" NOT NULL,
    campaign_id         text COLLATE "C",
    recipient           int         NOT NULL,
    category            text        NOT NULL,
    status              text        NOT NULL,
    channel             text        NOT NULL,
    to_address          text COLLATE "C" NOT NULL,
    from_address        text,
    account             text COLLATE "C" NOT NULL,
    provider_message_id text,
    attempts            int         NOT NULL,
    segments            int         NOT NULL,
    error_class         text,
    error_code          text,
    error_detail        text,
    metadata            jsonb,
    created_at          timestamptz NOT NULL,
    updated_at          timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, id)
) WITH (fillfactor = 70);
-- No index has a column that changes after the insert, so that updates stay within their page.
CREATE INDEX message_created_idx ON message (tenant_id, created_at, id);
CREATE INDEX message_to_idx ON message (tenant_id, to_address);

-- What is to be looked at unasked, and when. With an owner: work in that process's memory, due at once when it is gone.
CREATE TABLE message_due (
    tenant_id  text COLLATE "C" NOT NULL,
    message_id text COLLATE "C" NOT NULL,
    campaign_id text COLLATE "C",
    bucket     smallint    NOT NULL, -- slice / 128: a share of one sweeper
    due_at     timestamptz NOT NULL,
    owner      text COLLATE "C",
    PRIMARY KEY (tenant_id, message_id)
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000);
CREATE INDEX message_due_timer_idx ON message_due (bucket, due_at) WHERE owner IS NULL;
CREATE INDEX message_due_lease_idx ON message_due (bucket, owner, due_at) WHERE owner IS NOT NULL;

-- Which message a provider's own id means.
CREATE TABLE provider_ref (
    account             text COLLATE "C" NOT NULL,
    provider_message_id text COLLATE "C" NOT NULL,
    tenant_id           text COLLATE "C" NOT NULL,
    message_id          text COLLATE "C" NOT NULL,
    PRIMARY KEY (account, provider_message_id)
);

-- Callbacks as they came in, and the reports among them whose message is not known yet.
CREATE TABLE provider_event (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account     text COLLATE "C" NOT NULL,
    received_at timestamptz NOT NULL,
    body        bytea       NOT NULL
);
CREATE INDEX provider_event_age_idx ON provider_event USING brin (received_at);

CREATE TABLE parked_report (
    id                  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account             text COLLATE "C" NOT NULL,
    provider_message_id text COLLATE "C" NOT NULL,
    report              jsonb       NOT NULL,
    received_at         timestamptz NOT NULL
);
CREATE INDEX parked_report_ref_idx ON parked_report (account, provider_message_id);

CREATE TABLE inbound_message (
    account             text COLLATE "C" NOT NULL,
    provider_message_id text COLLATE "C" NOT NULL,
    tenant_id           text COLLATE "C",
    channel             text        NOT NULL,
    from_address        text COLLATE "C" NOT NULL,
    to_address          text        NOT NULL,
    body                text        NOT NULL,
    received_at         timestamptz NOT NULL,
    PRIMARY KEY (account, provider_message_id)
);
CREATE INDEX inbound_message_tenant_idx ON inbound_message (tenant_id, received_at);

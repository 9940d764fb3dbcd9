-- For how long a tenant's messages are kept after their campaign's end: days, or for good.
ALTER TABLE tenant ADD COLUMN message_retention_days int CHECK (message_retention_days BETWEEN 1 AND 3650);

-- Since when a campaign's messages are gone, and what they came to beside its closing ledger.
ALTER TABLE campaign ADD COLUMN messages_removed_at timestamptz, ADD COLUMN tally jsonb;

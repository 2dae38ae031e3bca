-- AUTOINCREMENT: an id is never used twice, so a late receipt can never meet another record.
CREATE TABLE record (
    outbox_id        INTEGER PRIMARY KEY AUTOINCREMENT,
    pump_id          BLOB    NOT NULL CHECK (length(pump_id) = 16),
    urgency          INTEGER NOT NULL CHECK (urgency BETWEEN 0 AND 2),
    received_unix_ms INTEGER NOT NULL,
    digest           BLOB    NOT NULL CHECK (length(digest) = 16),
    frame            BLOB    NOT NULL,
    UNIQUE (pump_id, digest)
) STRICT;

CREATE INDEX record_by_urgency ON record (urgency, outbox_id);

-- Losses are counted where they happen and survive a restart.
CREATE TABLE counter (
    name  TEXT    PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row. The uuid is made with the database: a receipt for another database carries another one.
CREATE TABLE outbox (
    only_row    INTEGER PRIMARY KEY CHECK (only_row = 1),
    outbox_uuid BLOB    NOT NULL CHECK (length(outbox_uuid) = 16)
) STRICT;

INSERT INTO outbox VALUES (1, randomblob(16));

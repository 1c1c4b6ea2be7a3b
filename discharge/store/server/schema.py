"""The tables of the shared journal, as steps that are taken once each, and what desks may do with them.

A program of an older schema never writes what a newer one has changed: each step says from which version of
the schema on a program may write (`least_writer`). The chain can't fork, whatever a desk does: an entry
refers to the entry of the number before by its seal, and each number is there once.
"""

from __future__ import annotations

from dataclasses import dataclass

VERSION = 1
"""The newest schema that this program knows."""
SCHEMA = "discharge"
GROUP = "discharge_desk"
"""The role that lets a desk in: the roles that desks come in with are members of it."""
CHANNEL = "discharge"
"""Where the server tells that something is new."""
LOCK = 0x6469_7363_6861
"""The number of the lock that whoever appends holds."""

TABLES = ("hub", "versions", "journal", "files", "keys", "forgotten", "doors", "desks", "closings")
ADDED_BY_DESKS = ("hub", "journal", "files", "keys", "doors", "desks", "closings")
"""What desks append to; the others are written by the server itself."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the schema: what is done, and the oldest schema whose programs may write after it."""

    version: int
    least_writer: int
    sql: str


_FIRST = f"""
CREATE SCHEMA {SCHEMA};
SET LOCAL search_path = {SCHEMA}, pg_temp;

CREATE TABLE versions (
    version integer PRIMARY KEY,
    least_writer integer NOT NULL CHECK (least_writer <= version),
    at timestamptz NOT NULL DEFAULT now()
);

-- one hub a database
CREATE TABLE hub (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    id text NOT NULL CHECK (length(id) BETWEEN 1 AND 200),
    at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE journal (
    seq bigint PRIMARY KEY CHECK (seq > 0),
    hash text NOT NULL UNIQUE CHECK (hash ~ '^[0-9a-f]{{64}}$'),
    prev text NOT NULL UNIQUE CHECK (prev ~ '^[0-9a-f]{{64}}$'),
    generation integer NOT NULL,
    box bytea NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    by name NOT NULL DEFAULT session_user,
    before_seq bigint GENERATED ALWAYS AS (CASE WHEN seq > 1 THEN seq - 1 END) STORED,
    before_hash text GENERATED ALWAYS AS (CASE WHEN seq > 1 THEN prev END) STORED,
    UNIQUE (seq, hash),
    CHECK (seq > 1 OR prev = repeat('0', 64)),
    CONSTRAINT follows FOREIGN KEY (before_seq, before_hash) REFERENCES journal (seq, hash)
);

CREATE TABLE files (
    sha256 text PRIMARY KEY CHECK (sha256 ~ '^[0-9a-f]{{64}}$'),
    seq bigint NOT NULL REFERENCES journal (seq),
    size bigint NOT NULL CHECK (size >= 0),
    generation integer NOT NULL,
    box bytea NOT NULL
);
CREATE INDEX files_by_entry ON files (seq);

CREATE TABLE keys (
    owner text PRIMARY KEY CHECK (length(owner) BETWEEN 1 AND 200),
    seq bigint NOT NULL REFERENCES journal (seq),
    generation integer NOT NULL,
    box bytea NOT NULL
);
CREATE INDEX keys_by_entry ON keys (seq);

CREATE TABLE forgotten (
    owner text NOT NULL,
    seq bigint NOT NULL REFERENCES journal (seq),
    at timestamptz NOT NULL DEFAULT now(),
    by name NOT NULL DEFAULT session_user,
    PRIMARY KEY (owner, seq)
);

CREATE TABLE doors (
    number bigint PRIMARY KEY CHECK (number > 0),
    box bytea NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    by name NOT NULL DEFAULT session_user,
    before bigint GENERATED ALWAYS AS (CASE WHEN number > 1 THEN number - 1 END) STORED,
    CONSTRAINT follows FOREIGN KEY (before) REFERENCES doors (number)
);

CREATE TABLE desks (
    id text PRIMARY KEY CHECK (length(id) BETWEEN 1 AND 200),
    box bytea NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    by name NOT NULL DEFAULT session_user
);

CREATE TABLE closings (
    id text PRIMARY KEY REFERENCES desks (id),
    seq bigint NOT NULL REFERENCES journal (seq),
    at timestamptz NOT NULL DEFAULT now(),
    by name NOT NULL DEFAULT session_user
);

-- a desk that was away can't bring back the key of somebody who was erased meanwhile
CREATE FUNCTION stays_forgotten() RETURNS trigger LANGUAGE plpgsql
SET search_path = {SCHEMA}, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM forgotten WHERE owner = NEW.owner AND seq >= NEW.seq) THEN
        RAISE EXCEPTION 'forgotten' USING ERRCODE = 'DD001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER stays_forgotten BEFORE INSERT ON keys
FOR EACH ROW EXECUTE FUNCTION stays_forgotten();

-- the one thing that is ever deleted, and only so
CREATE FUNCTION forget(who text, because bigint) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = {SCHEMA}, pg_temp AS $$
BEGIN
    INSERT INTO forgotten (owner, seq) VALUES (who, because) ON CONFLICT DO NOTHING;
    DELETE FROM keys WHERE owner = who AND seq <= because;
END $$;

REVOKE ALL ON FUNCTION stays_forgotten(), forget(text, bigint) FROM PUBLIC;
REVOKE ALL ON SCHEMA {SCHEMA} FROM PUBLIC;
GRANT USAGE ON SCHEMA {SCHEMA} TO {GROUP};
GRANT SELECT ON {", ".join(TABLES)} TO {GROUP};
GRANT INSERT (id) ON hub TO {GROUP};
GRANT INSERT (seq, hash, prev, generation, box) ON journal TO {GROUP};
GRANT INSERT (sha256, seq, size, generation, box) ON files TO {GROUP};
GRANT INSERT (owner, seq, generation, box) ON keys TO {GROUP};
GRANT INSERT (number, box) ON doors TO {GROUP};
GRANT INSERT (id, box) ON desks TO {GROUP};
GRANT INSERT (id, seq) ON closings TO {GROUP};
GRANT EXECUTE ON FUNCTION forget(text, bigint) TO {GROUP};
"""

STEPS = (Step(1, 1, _FIRST),)
"""In order; a database is brought to the newest by those that it hasn't had."""

__all__ = ["ADDED_BY_DESKS", "CHANNEL", "GROUP", "LOCK", "SCHEMA", "STEPS", "TABLES", "VERSION", "Step"]

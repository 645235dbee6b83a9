-- What the hub stores. Texts and payloads are bytes that the hub's own code has encoded and, where that pays, compressed; an id
-- may be any text, so its row is found by a hash of it.

-- All leases live by this clock, in microseconds since 1970.
CREATE FUNCTION now_us() RETURNS bigint LANGUAGE sql VOLATILE
AS 'SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint';

CREATE SEQUENCE session_ids;
CREATE SEQUENCE instance_keys;
CREATE SEQUENCE message_ids;
CREATE SEQUENCE activity_sequences;

CREATE TABLE sessions(id bigint PRIMARY KEY, node bytea NOT NULL, lease_us bigint NOT NULL, expires_at bigint NOT NULL);

-- "begins": it has its first turn before it, and nothing to wait for. A column of its own, for an update of what an index names
-- rewrites the index, and every turn changes the version.
CREATE TABLE instances(
    key bigint PRIMARY KEY, id_hash uuid NOT NULL UNIQUE, status smallint NOT NULL, version bigint NOT NULL, owner bigint NOT NULL,
    token bigint NOT NULL, generation uuid NOT NULL, created bigint NOT NULL, updated bigint NOT NULL, partition smallint NOT NULL,
    begins boolean NOT NULL, id bytea NOT NULL, name bytea NOT NULL, tags bytea, custom_status bytea, output bytea, failure bytea)
    WITH (fillfactor = 70);
CREATE INDEX instances_unfinished ON instances(status, key) WHERE status < 4;
CREATE INDEX instances_beginning ON instances(key) WHERE begins;

CREATE TABLE history(instance_key bigint NOT NULL, turn bigint NOT NULL, data bytea NOT NULL, PRIMARY KEY (instance_key, turn));
CREATE TABLE inbox(instance_key bigint NOT NULL, id bigint NOT NULL, generation uuid, data bytea NOT NULL, PRIMARY KEY (instance_key, id));
CREATE TABLE timers(
    fire_at bigint NOT NULL, instance_key bigint NOT NULL, timer_id int NOT NULL, PRIMARY KEY (fire_at, instance_key, timer_id));
CREATE INDEX timers_by_instance ON timers(instance_key);

-- Activities of one name (in any casing) that ask for the same labels: what waits is looked for by queue. "labels": with commas
-- between, in ordinal order.
CREATE TABLE activity_queues(queue uuid PRIMARY KEY, name bytea NOT NULL, labels text NOT NULL);

-- "rank": when it was scheduled, in milliseconds, less 30,000 for each level of priority; the smallest goes first. Owner 0: nobody
-- holds it.
CREATE TABLE activities(
    sequence bigint PRIMARY KEY, owner bigint NOT NULL, leases int NOT NULL, instance_key bigint NOT NULL, generation uuid NOT NULL,
    task_id int NOT NULL, queue uuid NOT NULL, priority smallint NOT NULL, rank bigint NOT NULL, name bytea NOT NULL, version bytea NOT NULL, tags bytea, input bytea);
CREATE INDEX activities_waiting ON activities(queue, rank, sequence) WHERE owner = 0;
CREATE INDEX activities_held ON activities(owner, sequence) WHERE owner <> 0;

-- What all nodes have to know and nobody else.
CREATE TABLE secrets(name text PRIMARY KEY, value text NOT NULL);

-- Timer functions: what they did last, and who may fire the next occurrence.
CREATE TABLE timer_functions(name bytea PRIMARY KEY, schedule bytea NOT NULL, last bigint, next bigint NOT NULL, updated bigint NOT NULL);
CREATE TABLE timer_occurrences(name bytea PRIMARY KEY, occurrence bigint NOT NULL);

-- Compressed already, or not worth it.
ALTER TABLE history ALTER COLUMN data SET STORAGE EXTERNAL;
ALTER TABLE inbox ALTER COLUMN data SET STORAGE EXTERNAL;
ALTER TABLE activities ALTER COLUMN input SET STORAGE EXTERNAL;
ALTER TABLE instances ALTER COLUMN output SET STORAGE EXTERNAL;
ALTER TABLE instances ALTER COLUMN custom_status SET STORAGE EXTERNAL;

-- Rows come and go: what is dead goes soon, and in pieces.
ALTER TABLE activities SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE inbox SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE timers SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE instances SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

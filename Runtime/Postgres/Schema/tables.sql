-- Text and bytes are bytea that begin with a mark (docs/postgresql.md): text here holds any characters, and payloads may be
-- compressed. Times of instances are ticks of 100 ns since year 1, all others milliseconds since 1970.

-- The one clock of what is stored: sessions end by it, and activities age by it.
CREATE FUNCTION hub_clock() RETURNS bigint LANGUAGE sql VOLATILE AS
$$ SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint $$;

CREATE SEQUENCE hub_session_ids;
CREATE SEQUENCE hub_instance_keys;
CREATE SEQUENCE hub_message_ids;
CREATE SEQUENCE hub_activity_sequences;

-- A row stays until what its session held has been given back, so that no lease outlives the last word on its session.
CREATE TABLE hub_sessions(
    id bigint PRIMARY KEY, lease_time bigint NOT NULL, expires bigint NOT NULL, knows int NOT NULL, node bytea NOT NULL) WITH (fillfactor = 50);

-- A program that does not know what the schema needs by now gets no session, even if it had looked before.
CREATE FUNCTION hub_admit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_needs int;
BEGIN
    SELECT v.needs INTO v_needs FROM funcexec_versions v WHERE v.store = 'hub';
    IF NEW.knows < v_needs THEN
        RAISE EXCEPTION 'This program knows version % of the hub''s schema, which needs version % by now: use a newer program version.', NEW.knows, v_needs
            USING ERRCODE = '55006';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER hub_admit BEFORE INSERT ON hub_sessions FOR EACH ROW EXECUTE FUNCTION hub_admit();

-- No index names what the usual turn changes, so its update stays within the page.
CREATE TABLE hub_instances(
    key bigint PRIMARY KEY, owner bigint NOT NULL, token bigint NOT NULL, version bigint NOT NULL, created bigint NOT NULL,
    updated bigint NOT NULL, start_at bigint, generation uuid NOT NULL, status smallint NOT NULL, partition smallint NOT NULL,
    to_begin boolean NOT NULL, id bytea NOT NULL UNIQUE, name bytea NOT NULL, tags bytea, custom_status bytea, output bytea, failure bytea)
    WITH (fillfactor = 70);
CREATE INDEX hub_instances_unfinished ON hub_instances(status, key) WHERE status < 4;
CREATE INDEX hub_instances_to_begin ON hub_instances(key) WHERE to_begin;

CREATE TABLE hub_history(
    instance_key bigint NOT NULL, turn bigint NOT NULL, data bytea NOT NULL, PRIMARY KEY(instance_key, turn));

CREATE TABLE hub_inbox(
    instance_key bigint NOT NULL, id bigint NOT NULL, generation uuid, data bytea NOT NULL, PRIMARY KEY(instance_key, id));

-- What waits under one name for one set of labels; few rows, known to every node.
CREATE TABLE hub_queues(
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name bytea NOT NULL, runs_on text[] NOT NULL, UNIQUE(name, runs_on));

CREATE TABLE hub_activities(
    sequence bigint PRIMARY KEY, owner bigint NOT NULL, rank bigint NOT NULL, instance_key bigint NOT NULL, generation uuid NOT NULL,
    queue int NOT NULL, task_id int NOT NULL, leases int NOT NULL, priority smallint NOT NULL, version bytea NOT NULL, tags bytea, input bytea);
CREATE INDEX hub_activities_waiting ON hub_activities(queue, rank, sequence) WHERE owner = 0;
CREATE INDEX hub_activities_held ON hub_activities(owner, sequence) INCLUDE (queue) WHERE owner <> 0;

CREATE TABLE hub_timers(
    fire_at bigint NOT NULL, instance_key bigint NOT NULL, timer_id int NOT NULL, PRIMARY KEY(fire_at, instance_key, timer_id));
CREATE INDEX hub_timers_by_instance ON hub_timers(instance_key);

-- What all nodes of the hub have to know, and nobody else.
CREATE TABLE hub_secrets(name text PRIMARY KEY, value text NOT NULL);

-- What a timer function did last (nothing yet without a schedule), and the last occurrence that a node took.
CREATE TABLE hub_timer_functions(
    name bytea PRIMARY KEY, taken bigint NOT NULL, next bigint NOT NULL, updated bigint NOT NULL, last bigint, schedule bytea);

-- Rows come and go by the million while the tables stay small: what a fifth of the largest size would wait for is cleaned up soon.
ALTER TABLE hub_instances SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE hub_inbox SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE hub_activities SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE hub_timers SET (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE hub_sessions SET (autovacuum_vacuum_threshold = 200, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_cost_delay = 0);

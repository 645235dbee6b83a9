-- What the ledger stores. Texts that people or programs wrote are bytes (UTF-8): the server's own text does not take every character.
-- Times are .NET's ticks by the server's clock. A job's rows are written under the lock of its own row, for the length of a commit.

CREATE FUNCTION ledger_now() RETURNS bigint LANGUAGE sql VOLATILE
AS 'SELECT 621355968000000000 + (extract(epoch FROM clock_timestamp()) * 10000000)::bigint';

CREATE TABLE ledger_jobs(
    key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id bytea NOT NULL UNIQUE, name bytea, state smallint NOT NULL, status smallint NOT NULL,
    error bytea, created bigint NOT NULL, started bigint, finished bigint, suspended smallint NOT NULL, stop_kind smallint, stop_reason bytea,
    rerun_of bytea, workspace bytea, stored bigint NOT NULL, last_event bigint NOT NULL, copied_step int NOT NULL, copied_idx int NOT NULL,
    principal bytea, request_key bytea, body_hash bytea) WITH (fillfactor = 70);
CREATE INDEX ledger_jobs_seen ON ledger_jobs(id) WHERE status > 0;
CREATE INDEX ledger_jobs_by_status ON ledger_jobs(status, id);
CREATE INDEX ledger_jobs_by_name ON ledger_jobs(name, id) WHERE status > 0 AND name IS NOT NULL;
CREATE INDEX ledger_jobs_by_name_and_status ON ledger_jobs(name, status, id) WHERE name IS NOT NULL;
CREATE INDEX ledger_jobs_by_state ON ledger_jobs(state, created, id) WHERE state <> 4;
CREATE INDEX ledger_jobs_finished ON ledger_jobs(finished, id) WHERE state = 4;
CREATE UNIQUE INDEX ledger_jobs_requests ON ledger_jobs(principal, request_key) WHERE request_key IS NOT NULL;

-- Sums over all jobs, so that nobody counts them, in some places, so that not everybody writes the same row.
CREATE TABLE ledger_totals(place int PRIMARY KEY, unfinished bigint NOT NULL, finished_bytes bigint NOT NULL) WITH (fillfactor = 20);
INSERT INTO ledger_totals SELECT place, 0, 0 FROM generate_series(0, 31) place;

CREATE TABLE ledger_documents(job bigint PRIMARY KEY, data bytea NOT NULL);
CREATE TABLE ledger_steps(
    job bigint NOT NULL, step int NOT NULL, name bytea NOT NULL, total int NOT NULL, queued int NOT NULL DEFAULT 0, running int NOT NULL DEFAULT 0,
    succeeded int NOT NULL DEFAULT 0, failed int NOT NULL DEFAULT 0, cancelled int NOT NULL DEFAULT 0, timed_out int NOT NULL DEFAULT 0,
    closing smallint, closing_error bytea, PRIMARY KEY (job, step)) WITH (fillfactor = 70);
CREATE TABLE ledger_tasks(
    job bigint NOT NULL, step int NOT NULL, idx int NOT NULL, status smallint NOT NULL, attempt int NOT NULL, token bigint NOT NULL,
    losses int NOT NULL, next_retry bigint, node bigint, started bigint, finished bigint, ended smallint, exit_code int, failure smallint,
    error bytea, details bytea, out_length bigint, out_kept bigint, out_tail bytea, err_length bigint, err_kept bigint, err_tail bytea,
    stored bigint NOT NULL, artifacts int NOT NULL, out_token bigint, PRIMARY KEY (job, step, idx)) WITH (fillfactor = 70);
CREATE INDEX ledger_tasks_by_status ON ledger_tasks(status, job, step, idx);
CREATE TABLE ledger_attempts(
    job bigint NOT NULL, step int NOT NULL, idx int NOT NULL, attempt int NOT NULL, status smallint NOT NULL, token bigint NOT NULL,
    losses int NOT NULL, node bigint, started bigint, finished bigint, exit_code int, failure smallint, error bytea, details bytea,
    out_length bigint, out_kept bigint, out_tail bytea, err_length bigint, err_kept bigint, err_tail bytea, out_token bigint,
    PRIMARY KEY (job, step, idx, attempt));
CREATE TABLE ledger_artifacts(
    job bigint NOT NULL, name bytea NOT NULL, step int NOT NULL, idx int NOT NULL, path bytea NOT NULL, size bigint NOT NULL, hash bytea NOT NULL,
    executable boolean NOT NULL, PRIMARY KEY (job, name));
CREATE TABLE ledger_events(
    job bigint NOT NULL, number bigint NOT NULL, at bigint NOT NULL, kind smallint NOT NULL, status smallint NOT NULL, step int, idx int, attempt int,
    token bigint, exit_code int, next_retry bigint, error bytea, PRIMARY KEY (job, number));
CREATE TABLE ledger_tombstones(id bytea PRIMARY KEY, at bigint NOT NULL);
CREATE INDEX ledger_tombstones_by_time ON ledger_tombstones(at);
CREATE TABLE ledger_nodes(
    key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id bytea NOT NULL UNIQUE, name bytea NOT NULL, lease bigint NOT NULL, expires bigint NOT NULL,
    begun bigint NOT NULL, renewed bigint NOT NULL, drains boolean NOT NULL DEFAULT false, knows int NOT NULL DEFAULT 0, report bytea)
    WITH (fillfactor = 50);
-- Of lives that are over there are more and more: who asks for nodes does not read them.
CREATE INDEX ledger_nodes_by_end ON ledger_nodes(expires);

-- A program that does not know what the schema needs by now begins no life, even if it had looked before.
CREATE FUNCTION ledger_admit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v_needs int;
BEGIN
    SELECT v.needs INTO v_needs FROM funcexec_versions v WHERE v.store = 'ledger';
    IF NEW.knows < v_needs THEN
        RAISE EXCEPTION 'This program knows version % of the ledger''s schema, which needs version % by now: use a newer program version.', NEW.knows, v_needs
            USING ERRCODE = '55006';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_admit BEFORE INSERT ON ledger_nodes FOR EACH ROW WHEN (NEW.expires > ledger_now()) EXECUTE FUNCTION ledger_admit();

-- Blobs by name, in pieces; the pieces of one blob follow each other without gap.
CREATE TABLE ledger_blobs(job bytea NOT NULL, path bytea NOT NULL, length bigint NOT NULL, PRIMARY KEY (job, path)) WITH (fillfactor = 70);
CREATE TABLE ledger_blob_pieces(job bytea NOT NULL, path bytea NOT NULL, start bigint NOT NULL, data bytea NOT NULL, PRIMARY KEY (job, path, start));

-- Content by hash, stored once, whose it is, and what is on its way.
CREATE TABLE ledger_contents(hash bytea PRIMARY KEY, content uuid NOT NULL, size bigint NOT NULL);
CREATE TABLE ledger_content_pieces(content uuid NOT NULL, number int NOT NULL, data bytea NOT NULL, PRIMARY KEY (content, number));
CREATE TABLE ledger_content_owners(job bytea NOT NULL, hash bytea NOT NULL, PRIMARY KEY (job, hash));
CREATE INDEX ledger_content_owners_by_hash ON ledger_content_owners(hash);
CREATE TABLE ledger_uploads(content uuid PRIMARY KEY, renewed bigint NOT NULL);

-- Compressed already, or not worth it.
ALTER TABLE ledger_documents ALTER COLUMN data SET STORAGE EXTERNAL;
ALTER TABLE ledger_blob_pieces ALTER COLUMN data SET STORAGE EXTERNAL;
ALTER TABLE ledger_content_pieces ALTER COLUMN data SET STORAGE EXTERNAL;
ALTER TABLE ledger_tasks ALTER COLUMN out_tail SET STORAGE EXTERNAL;
ALTER TABLE ledger_tasks ALTER COLUMN err_tail SET STORAGE EXTERNAL;

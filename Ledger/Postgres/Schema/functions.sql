-- One function for each write of the ledger. Numbers are those of the program's enumerations: a job's state is 1 preparing, 2 accepted,
-- 3 started, 4 finished, 5 deleting; its status 1 pending, 2 running, 3 suspended, 4 and more ended, 0 not to be seen; a task's status
-- 1 queued, 2 running, 3 succeeded, 4 failed, 5 cancelled, 6 timed out, 7 skipped. Suspended: 1, and 2 while its orchestrations do not know.
--
-- Errors: FL001 an argument is wrong, FL002 not in this state, FL003 there is no such step; the text says what. A group is undone by one and runs again without it.

-- The locks of a group, in one order everywhere: what it may create, then the jobs that it changes.
CREATE FUNCTION ledger_lock(places int[], ids bytea[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock('ledger_jobs'::regclass::oid::int, place) FROM (SELECT DISTINCT unnest(places) AS place ORDER BY 1) p;
    IF cardinality(ids) > 1 THEN
        PERFORM FROM ledger_jobs WHERE id = ANY (ids) ORDER BY key FOR NO KEY UPDATE;
    END IF;
END $$;

CREATE FUNCTION ledger_add_totals(p_unfinished bigint, p_bytes bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ledger_totals SET unfinished = unfinished + p_unfinished, finished_bytes = finished_bytes + p_bytes WHERE place = pg_backend_pid() % 32;
END $$;

CREATE FUNCTION ledger_move(p_job bigint, p_step int, p_from smallint, p_to smallint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ledger_steps SET
        queued = queued + (p_to = 1)::int - (p_from IS NOT DISTINCT FROM 1::smallint)::int,
        running = running + (p_to = 2)::int - (p_from IS NOT DISTINCT FROM 2::smallint)::int,
        succeeded = succeeded + (p_to = 3)::int - (p_from IS NOT DISTINCT FROM 3::smallint)::int,
        failed = failed + (p_to = 4)::int - (p_from IS NOT DISTINCT FROM 4::smallint)::int,
        cancelled = cancelled + (p_to = 5)::int - (p_from IS NOT DISTINCT FROM 5::smallint)::int,
        timed_out = timed_out + (p_to = 6)::int - (p_from IS NOT DISTINCT FROM 6::smallint)::int
    WHERE job = p_job AND step = p_step;
END $$;

CREATE FUNCTION ledger_tell(
    p_job bigint, p_at bigint, p_kind smallint, p_status smallint, p_step int, p_idx int, p_attempt int, p_token bigint, p_exit int,
    p_retry bigint, p_error bytea) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_number bigint;
BEGIN
    UPDATE ledger_jobs SET last_event = last_event + 1 WHERE key = p_job RETURNING last_event INTO v_number;
    INSERT INTO ledger_events(job, number, at, kind, status, step, idx, attempt, token, exit_code, next_retry, error)
    VALUES (p_job, v_number, p_at, p_kind, p_status, p_step, p_idx, p_attempt, p_token, p_exit, p_retry, p_error);
END $$;

-- Code: 1 created, 2 known (p_known is its id), 3 the key is in use, 4 too many.
CREATE FUNCTION ledger_create_job(
    p_id bytea, p_name bytea, p_rerun_of bytea, p_workspace bytea, p_stored bigint, p_principal bytea, p_request bytea, p_body_hash bytea,
    p_step_names bytea[], p_step_totals int[], p_document bytea, p_most bigint, OUT code int, OUT known bytea) LANGUAGE plpgsql AS $$
DECLARE
    v record;
    v_key bigint;
    v_unfinished bigint;
BEGIN
    IF p_request IS NOT NULL THEN
        SELECT j.id, j.body_hash INTO v FROM ledger_jobs j WHERE j.principal = p_principal AND j.request_key = p_request;
        IF FOUND THEN
            code := CASE WHEN v.body_hash = p_body_hash THEN 2 ELSE 3 END;
            known := v.id;
            RETURN;
        END IF;
    END IF;
    IF EXISTS (SELECT FROM ledger_jobs j WHERE j.id = p_id AND j.state <> 5) THEN
        code := 2;
        known := p_id;
        RETURN;
    END IF;
    SELECT sum(t.unfinished) INTO v_unfinished FROM ledger_totals t;
    -- Near the bound one after the other, so that it holds.
    IF v_unfinished + 200 >= p_most THEN
        PERFORM pg_advisory_xact_lock('ledger_totals'::regclass::oid::int, 0);
        SELECT sum(t.unfinished) INTO v_unfinished FROM ledger_totals t;
    END IF;
    IF v_unfinished >= p_most THEN
        code := 4;
        RETURN;
    END IF;
    IF EXISTS (SELECT FROM ledger_tombstones t WHERE t.id = p_id) OR EXISTS (SELECT FROM ledger_jobs j WHERE j.id = p_id) THEN
        RAISE EXCEPTION 'A job ''%'' was there and has been deleted; a new job needs a new id.', convert_from(p_id, 'UTF8') USING ERRCODE = 'FL001';
    END IF;
    INSERT INTO ledger_jobs(id, name, state, status, created, suspended, rerun_of, workspace, stored, last_event, copied_step, copied_idx, principal, request_key, body_hash)
    VALUES (p_id, p_name, CASE WHEN p_rerun_of IS NULL THEN 2 ELSE 1 END, 1, ledger_now(), 0, p_rerun_of, p_workspace, p_stored, 0, 0, 0, p_principal, p_request, p_body_hash)
    RETURNING key INTO v_key;
    INSERT INTO ledger_steps(job, step, name, total)
        SELECT v_key, n - 1, name, total FROM unnest(p_step_names, p_step_totals) WITH ORDINALITY AS s(name, total, n);
    IF p_document IS NOT NULL THEN
        INSERT INTO ledger_documents(job, data) VALUES (v_key, p_document);
    END IF;
    PERFORM ledger_add_totals(1, 0);
    code := 1;
END $$;

CREATE FUNCTION ledger_begin_job(p_id bytea) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    j record;
    v_now bigint := ledger_now();
BEGIN
    SELECT key, state, suspended INTO j FROM ledger_jobs WHERE id = p_id AND state <> 5 FOR NO KEY UPDATE;
    IF NOT FOUND OR j.state <> 2 THEN
        RETURN false;
    END IF;
    UPDATE ledger_jobs SET state = 3, status = CASE WHEN j.suspended & 1 = 1 THEN 3 ELSE 2 END, started = v_now WHERE key = j.key;
    PERFORM ledger_tell(j.key, v_now, 1::smallint, CASE WHEN j.suspended & 1 = 1 THEN 3 ELSE 2 END::smallint, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    RETURN true;
END $$;

-- Code: 1 not found, 2 asked, 3 asked before, 4 finished.
CREATE FUNCTION ledger_stop_job(p_id bytea, p_kind smallint, p_reason bytea) RETURNS int LANGUAGE plpgsql AS $$
DECLARE j record;
BEGIN
    SELECT key, state, status, stop_kind INTO j FROM ledger_jobs WHERE id = p_id AND state <> 5 FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN 1;
    ELSIF j.state >= 4 THEN
        RETURN 4;
    ELSIF j.stop_kind IS NOT NULL THEN
        RETURN 3;
    END IF;
    UPDATE ledger_jobs SET stop_kind = p_kind, stop_reason = p_reason WHERE key = j.key;
    PERFORM ledger_tell(j.key, ledger_now(), 1::smallint, j.status, NULL, NULL, NULL, NULL, NULL, NULL, p_reason);
    RETURN 2;
END $$;

-- Code: 1 not found, 2 changed, 3 unchanged, 4 stopping, 5 finished.
CREATE FUNCTION ledger_set_suspended(p_id bytea, p_suspended boolean) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    j record;
    v_status smallint;
BEGIN
    SELECT key, state, suspended, stop_kind INTO j FROM ledger_jobs WHERE id = p_id AND state <> 5 FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN 1;
    ELSIF j.state >= 4 THEN
        RETURN 5;
    ELSIF j.stop_kind IS NOT NULL THEN
        RETURN 4;
    ELSIF (j.suspended & 1 = 1) = p_suspended THEN
        RETURN 3;
    END IF;
    v_status := CASE WHEN p_suspended THEN 3 WHEN j.state = 3 THEN 2 ELSE 1 END;
    UPDATE ledger_jobs SET suspended = p_suspended::int + 2, status = v_status WHERE key = j.key;
    PERFORM ledger_tell(j.key, ledger_now(), 1::smallint, v_status, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    RETURN 2;
END $$;

CREATE FUNCTION ledger_confirm_suspension(p_id bytea, p_suspended boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ledger_jobs SET suspended = suspended & 1 WHERE id = p_id AND state <> 5 AND suspended & 2 = 2 AND (suspended & 1 = 1) = p_suspended;
END $$;

CREATE FUNCTION ledger_close(p_job bigint, p_step int, p_status smallint, p_error bytea) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE v_open int;
BEGIN
    UPDATE ledger_steps SET closing = p_status, closing_error = p_error
    WHERE job = p_job AND step = p_step AND closing IS NULL AND total > queued + running + succeeded + failed + cancelled + timed_out
    RETURNING total - queued - running - succeeded - failed - cancelled - timed_out INTO v_open;
    IF FOUND THEN
        PERFORM ledger_tell(p_job, ledger_now(), 2::smallint, p_status, p_step, v_open, NULL, NULL, NULL, NULL, p_error);
    END IF;
    RETURN FOUND;
END $$;

CREATE FUNCTION ledger_close_step(p_id bytea, p_step int, p_status smallint, p_error bytea) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE j record;
BEGIN
    SELECT key, state INTO j FROM ledger_jobs WHERE id = p_id AND state <> 5 FOR NO KEY UPDATE;
    IF NOT FOUND OR j.state >= 4 THEN
        RETURN false;
    END IF;
    IF NOT EXISTS (SELECT FROM ledger_steps WHERE job = j.key AND step = p_step) THEN
        RAISE EXCEPTION 'The job ''%'' has no step %.', convert_from(p_id, 'UTF8'), p_step USING ERRCODE = 'FL003';
    END IF;
    RETURN ledger_close(j.key, p_step, p_status, p_error);
END $$;

CREATE FUNCTION ledger_node_lives(p_node bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RETURN EXISTS (SELECT FROM ledger_nodes WHERE key = p_node AND expires > ledger_now());
END $$;

-- Ends a running task that nobody living holds. Its token grows, so that whoever had it records nothing more.
CREATE FUNCTION ledger_abandon(p_job bigint, p_step int, p_idx int, p_status smallint, p_losses int, p_failure smallint, p_error bytea, p_now bigint)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ledger_tasks SET status = p_status, token = token + 1, out_token = token, losses = p_losses, next_retry = NULL, finished = p_now,
        ended = p_status, exit_code = NULL, failure = p_failure, error = p_error, details = NULL, out_length = NULL, out_kept = NULL,
        out_tail = NULL, err_length = NULL, err_kept = NULL, err_tail = NULL
    WHERE job = p_job AND step = p_step AND idx = p_idx;
END $$;

-- Whether there are more ("more"), and whether anything was changed.
CREATE FUNCTION ledger_cancel_waiting(p_id bytea, p_error bytea, p_limit int, OUT more boolean, OUT changed boolean) LANGUAGE plpgsql AS $$
DECLARE
    j record;
    r record;
    v_left int := p_limit;
    v_now bigint := ledger_now();
BEGIN
    more := false;
    changed := false;
    SELECT key, state, stop_kind INTO j FROM ledger_jobs WHERE id = p_id AND state <> 5 FOR NO KEY UPDATE;
    IF NOT FOUND OR j.state >= 4 THEN
        RETURN;
    END IF;
    IF j.stop_kind IS NULL THEN
        RAISE EXCEPTION 'The tasks of job ''%'' cannot be cancelled: nobody asked it to end.', convert_from(p_id, 'UTF8') USING ERRCODE = 'FL002';
    END IF;
    FOR r IN SELECT step FROM ledger_steps WHERE job = j.key AND closing IS NULL
        AND total > queued + running + succeeded + failed + cancelled + timed_out ORDER BY step LIMIT v_left LOOP
        IF ledger_close(j.key, r.step, 5::smallint, p_error) THEN
            v_left := v_left - 1;
        END IF;
    END LOOP;
    IF v_left > 0 THEN
        FOR r IN SELECT step, idx, attempt, token FROM ledger_tasks WHERE status = 1 AND job = j.key ORDER BY step, idx LIMIT v_left LOOP
            UPDATE ledger_tasks SET status = 5, next_retry = NULL, error = p_error WHERE job = j.key AND step = r.step AND idx = r.idx;
            PERFORM ledger_move(j.key, r.step, 1::smallint, 5::smallint);
            PERFORM ledger_tell(j.key, v_now, 3::smallint, 5::smallint, r.step, r.idx, r.attempt, r.token, NULL, NULL, p_error);
            v_left := v_left - 1;
        END LOOP;
    END IF;
    -- Running tasks are as many as nodes have slots: those that live are looked at too, and cost nothing.
    IF v_left > 0 THEN
        FOR r IN SELECT step, idx, attempt, token, losses, node FROM ledger_tasks WHERE status = 2 AND job = j.key ORDER BY step, idx LOOP
            EXIT WHEN v_left = 0;
            CONTINUE WHEN ledger_node_lives(r.node);
            PERFORM ledger_abandon(j.key, r.step, r.idx, 5::smallint, r.losses + 1, NULL, p_error, v_now);
            PERFORM ledger_move(j.key, r.step, 2::smallint, 5::smallint);
            PERFORM ledger_tell(j.key, v_now, 3::smallint, 5::smallint, r.step, r.idx, r.attempt, r.token + 1, NULL, NULL, p_error);
            v_left := v_left - 1;
        END LOOP;
    END IF;
    more := v_left <= 0;
    changed := v_left < p_limit;
END $$;

CREATE FUNCTION ledger_finish_job(p_id bytea, p_status smallint, p_error bytea) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    j record;
    v_running bigint;
    v_now bigint := ledger_now();
BEGIN
    SELECT key, state, stored INTO j FROM ledger_jobs WHERE id = p_id AND state <> 5 FOR NO KEY UPDATE;
    IF NOT FOUND OR j.state >= 4 THEN
        RETURN false;
    END IF;
    SELECT sum(running) INTO v_running FROM ledger_steps WHERE job = j.key;
    IF v_running > 0 THEN
        RAISE EXCEPTION 'The job ''%'' cannot end while % of its tasks run.', convert_from(p_id, 'UTF8'), v_running USING ERRCODE = 'FL002';
    END IF;
    UPDATE ledger_jobs SET state = 4, status = p_status, error = p_error, finished = v_now WHERE key = j.key;
    PERFORM ledger_add_totals(-1, j.stored);
    PERFORM ledger_tell(j.key, v_now, 1::smallint, p_status, NULL, NULL, NULL, NULL, NULL, NULL, p_error);
    RETURN true;
END $$;

-- Code: 1 not found, 2 not finished, 3 more, 4 deleted.
CREATE FUNCTION ledger_delete_job(p_id bytea, p_limit int, p_remembered bigint) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    j record;
    v_left int := p_limit;
    v_count int;
    v_now bigint := ledger_now();
BEGIN
    SELECT key, state, stored INTO j FROM ledger_jobs WHERE id = p_id FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 1;
    ELSIF j.state IN (2, 3) THEN
        RETURN 2;
    END IF;
    IF j.state <> 5 THEN
        PERFORM ledger_add_totals(CASE WHEN j.state = 1 THEN -1 ELSE 0 END, CASE WHEN j.state = 4 THEN -j.stored ELSE 0 END);
        UPDATE ledger_jobs SET state = 5, status = 0, principal = NULL, request_key = NULL, body_hash = NULL WHERE key = j.key;
    END IF;
    DELETE FROM ledger_events WHERE job = j.key AND number IN (SELECT number FROM ledger_events WHERE job = j.key ORDER BY number LIMIT v_left);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    v_left := v_left - v_count;
    IF v_left <= 0 THEN RETURN 3; END IF;
    DELETE FROM ledger_attempts WHERE job = j.key AND (step, idx, attempt) IN (
        SELECT step, idx, attempt FROM ledger_attempts WHERE job = j.key ORDER BY step, idx, attempt LIMIT v_left);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    v_left := v_left - v_count;
    IF v_left <= 0 THEN RETURN 3; END IF;
    DELETE FROM ledger_artifacts WHERE job = j.key AND name IN (SELECT name FROM ledger_artifacts WHERE job = j.key ORDER BY name LIMIT v_left);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    v_left := v_left - v_count;
    IF v_left <= 0 THEN RETURN 3; END IF;
    DELETE FROM ledger_tasks WHERE job = j.key AND (step, idx) IN (SELECT step, idx FROM ledger_tasks WHERE job = j.key ORDER BY step, idx LIMIT v_left);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    v_left := v_left - v_count;
    IF v_left <= 0 THEN RETURN 3; END IF;
    DELETE FROM ledger_steps WHERE job = j.key AND step IN (SELECT step FROM ledger_steps WHERE job = j.key ORDER BY step LIMIT v_left);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    v_left := v_left - v_count;
    IF v_left <= 0 THEN RETURN 3; END IF;
    DELETE FROM ledger_documents WHERE job = j.key;
    DELETE FROM ledger_jobs WHERE key = j.key;
    INSERT INTO ledger_tombstones(id, at) VALUES (p_id, v_now) ON CONFLICT (id) DO UPDATE SET at = excluded.at;
    DELETE FROM ledger_tombstones WHERE id IN (SELECT id FROM ledger_tombstones WHERE at < v_now - p_remembered ORDER BY at LIMIT 100 FOR UPDATE SKIP LOCKED);
    RETURN 4;
END $$;

-- Takes the next tasks that succeeded over from the job that is rerun. Answers whether there are more.
CREATE FUNCTION ledger_copy_succeeded(p_id bytea, p_limit int) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    j record;
    r record;
    s record;
    v_from bigint;
    v_count int := 0;
    v_now bigint := ledger_now();
BEGIN
    SELECT key, state, rerun_of, copied_step, copied_idx INTO j FROM ledger_jobs WHERE id = p_id AND state <> 5 FOR NO KEY UPDATE;
    IF NOT FOUND OR j.state <> 1 OR j.rerun_of IS NULL THEN
        RETURN false;
    END IF;
    SELECT key INTO v_from FROM ledger_jobs WHERE id = j.rerun_of AND state <> 5;
    IF FOUND THEN
        FOR r IN SELECT t.step, t.idx, t.attempt, t.token, t.stored, t.exit_code FROM ledger_tasks t
            WHERE t.status = 3 AND t.job = v_from AND (t.step, t.idx) >= (j.copied_step, j.copied_idx) ORDER BY t.step, t.idx LIMIT p_limit LOOP
            v_count := v_count + 1;
            UPDATE ledger_jobs SET copied_step = r.step, copied_idx = r.idx + 1 WHERE key = j.key;
            SELECT name, total, closing INTO s FROM ledger_steps WHERE job = j.key AND step = r.step;
            CONTINUE WHEN NOT FOUND OR s.closing IS NOT NULL OR r.idx >= s.total;
            INSERT INTO ledger_tasks(job, step, idx, status, attempt, token, losses, node, started, finished, ended, exit_code, failure, error, details,
                out_length, out_kept, out_tail, err_length, err_kept, err_tail, stored, artifacts, out_token)
            SELECT j.key, step, idx, status, attempt, token, losses, node, started, finished, ended, exit_code, failure, error, details,
                out_length, out_kept, out_tail, err_length, err_kept, err_tail, stored, artifacts, out_token
            FROM ledger_tasks WHERE job = v_from AND step = r.step AND idx = r.idx ON CONFLICT DO NOTHING;
            CONTINUE WHEN NOT FOUND;
            INSERT INTO ledger_artifacts(job, name, step, idx, path, size, hash, executable)
            SELECT j.key, name, step, idx, path, size, hash, executable FROM ledger_artifacts
            WHERE job = v_from AND name >= s.name || convert_to('/' || r.idx || '/', 'UTF8') AND name < s.name || convert_to('/' || r.idx || '0', 'UTF8')
            ON CONFLICT DO NOTHING;
            PERFORM ledger_move(j.key, r.step, NULL, 3::smallint);
            IF r.stored > 0 THEN
                UPDATE ledger_jobs SET stored = stored + r.stored WHERE key = j.key;
            END IF;
            PERFORM ledger_tell(j.key, v_now, 3::smallint, 3::smallint, r.step, r.idx, r.attempt, r.token, r.exit_code, NULL, NULL);
        END LOOP;
    END IF;
    IF v_count < p_limit THEN
        UPDATE ledger_jobs SET state = 2 WHERE key = j.key;
        RETURN false;
    END IF;
    RETURN true;
END $$;

-- Code: 1 claimed, 2 ended, 3 that attempt has ended, 4 held, 5 suspended, 6 stopping, 7 not found, 8 the node is dead.
-- The texts of losses are the program's.
CREATE FUNCTION ledger_claim(
    p_id bytea, p_step int, p_idx int, p_attempt int, p_node bytea, p_rerun boolean, p_retry_after bigint, p_most_losses int, p_lost_error bytea,
    p_poison_error bytea, OUT code int, OUT its_token bigint, OUT at bigint, OUT alone boolean, OUT holder bytea, OUT changed boolean)
LANGUAGE plpgsql AS $$
DECLARE
    j record;
    t record;
    s record;
    v_has boolean;
    v_running boolean;
    v_due int;
    v_holder record;
    v_node bigint;
    v_refusal int := 0;
    v_losses int;
    v_error bytea;
BEGIN
    changed := false;
    code := 7;
    SELECT key, state, suspended, stop_kind INTO j FROM ledger_jobs WHERE id = p_id AND state <> 5 FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    SELECT status, attempt, token, losses, node INTO t FROM ledger_tasks WHERE job = j.key AND step = p_step AND idx = p_idx;
    v_has := FOUND;
    IF NOT v_has THEN
        SELECT total, closing INTO s FROM ledger_steps WHERE job = j.key AND step = p_step;
        IF NOT FOUND OR p_idx >= s.total THEN
            RETURN;
        END IF;
        IF s.closing IS NOT NULL THEN
            code := 2;
            RETURN;
        END IF;
    ELSIF t.status NOT IN (1, 2) THEN
        code := 2;
        RETURN;
    END IF;
    v_running := v_has AND t.status = 2;
    v_due := CASE WHEN v_has THEN t.attempt ELSE 0 END + CASE WHEN v_running THEN 0 ELSE 1 END;
    IF p_attempt < v_due THEN
        code := 3;
        RETURN;
    END IF;
    IF p_attempt > v_due THEN
        RAISE EXCEPTION 'Attempt % of task % of step % of job ''%'' is not due; % is.', p_attempt, p_idx, p_step, convert_from(p_id, 'UTF8'), v_due
            USING ERRCODE = 'FL001';
    END IF;
    IF j.state = 1 THEN
        RAISE EXCEPTION 'The job ''%'' is not complete yet; it cannot run.', convert_from(p_id, 'UTF8') USING ERRCODE = 'FL002';
    ELSIF j.state = 4 OR j.stop_kind IS NOT NULL THEN
        v_refusal := 6;
    ELSIF j.suspended & 1 = 1 THEN
        v_refusal := 5;
    END IF;
    IF v_running THEN
        SELECT n.id INTO v_holder FROM ledger_nodes n WHERE n.key = t.node AND n.expires > ledger_now();
        holder := v_holder.id;
    END IF;
    SELECT n.key INTO v_node FROM ledger_nodes n WHERE n.id = p_node AND n.expires > ledger_now();
    at := ledger_now();
    IF v_refusal <> 0 AND NOT (v_refusal = 5 AND v_running AND holder IS NULL AND v_node IS NOT NULL) THEN
        code := v_refusal;
        RETURN;
    END IF;
    IF v_refusal = 0 THEN
        IF holder IS NOT NULL THEN
            code := 4;
            its_token := t.token;
            RETURN;
        END IF;
        IF v_node IS NULL THEN
            code := 8;
            RETURN;
        END IF;
    END IF;
    changed := true;
    v_losses := CASE WHEN v_has THEN t.losses ELSE 0 END + v_running::int;
    IF v_running AND (NOT p_rerun OR v_losses > p_most_losses) THEN
        v_error := CASE WHEN p_rerun THEN p_poison_error ELSE p_lost_error END;
        PERFORM ledger_abandon(j.key, p_step, p_idx, 4::smallint, v_losses, 5::smallint, v_error, at);
        IF NOT p_rerun AND p_retry_after IS NOT NULL THEN
            UPDATE ledger_tasks SET status = 1, next_retry = at + p_retry_after WHERE job = j.key AND step = p_step AND idx = p_idx;
            PERFORM ledger_move(j.key, p_step, 2::smallint, 1::smallint);
            PERFORM ledger_tell(j.key, at, 3::smallint, 1::smallint, p_step, p_idx, t.attempt, t.token + 1, NULL, at + p_retry_after, v_error);
            code := 3;
        ELSE
            PERFORM ledger_move(j.key, p_step, 2::smallint, 4::smallint);
            PERFORM ledger_tell(j.key, at, 3::smallint, 4::smallint, p_step, p_idx, t.attempt, t.token + 1, NULL, NULL, v_error);
            code := 2;
        END IF;
        RETURN;
    END IF;
    IF v_refusal = 5 THEN
        -- Of a job that is held: what a dead node ran is not taken over, and must not be shown as running until somebody lets it go on.
        UPDATE ledger_tasks SET status = 1, attempt = attempt - 1, token = token + 1, losses = losses + 1, next_retry = NULL
        WHERE job = j.key AND step = p_step AND idx = p_idx;
        PERFORM ledger_as_before(j.key, p_step, p_idx);
        PERFORM ledger_move(j.key, p_step, 2::smallint, 1::smallint);
        PERFORM ledger_tell(j.key, at, 3::smallint, 1::smallint, p_step, p_idx, t.attempt, t.token + 1, NULL, NULL, NULL);
        code := 5;
        RETURN;
    END IF;
    its_token := CASE WHEN v_has THEN t.token ELSE 0 END + 1;
    IF NOT v_has THEN
        INSERT INTO ledger_tasks(job, step, idx, status, attempt, token, losses, node, started, stored, artifacts)
        VALUES (j.key, p_step, p_idx, 2, p_attempt, its_token, v_losses, v_node, at, 0, 0);
    ELSE
        IF t.status = 1 AND t.attempt > 0 THEN
            INSERT INTO ledger_attempts(job, step, idx, attempt, status, token, losses, node, started, finished, exit_code, failure, error, details,
                out_length, out_kept, out_tail, err_length, err_kept, err_tail, out_token)
            SELECT job, step, idx, attempt, ended, token, losses, node, started, finished, exit_code, failure, error, details,
                out_length, out_kept, out_tail, err_length, err_kept, err_tail, out_token
            FROM ledger_tasks WHERE job = j.key AND step = p_step AND idx = p_idx ON CONFLICT DO NOTHING;
        END IF;
        UPDATE ledger_tasks SET status = 2, attempt = p_attempt, token = its_token, losses = v_losses, node = v_node, started = ledger_claim.at,
            finished = NULL, next_retry = NULL, out_token = NULL WHERE job = j.key AND step = p_step AND idx = p_idx;
    END IF;
    IF NOT v_running THEN
        PERFORM ledger_move(j.key, p_step, CASE WHEN v_has THEN t.status END, 2::smallint);
    END IF;
    PERFORM ledger_tell(j.key, at, 3::smallint, 2::smallint, p_step, p_idx, p_attempt, its_token, NULL, NULL, NULL);
    alone := v_losses >= p_most_losses;
    code := 1;
END $$;

-- What a claim overwrote, from the attempt that was kept when the claim was made; the first has none before it.
CREATE FUNCTION ledger_as_before(p_job bigint, p_step int, p_idx int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    UPDATE ledger_tasks t SET (node, started, finished, out_token) = (
        SELECT a.node, a.started, a.finished, coalesce(a.out_token, a.token) FROM ledger_attempts a
        WHERE a.job = p_job AND a.step = p_step AND a.idx = p_idx AND a.attempt = t.attempt)
    WHERE t.job = p_job AND t.step = p_step AND t.idx = p_idx;
END $$;

CREATE FUNCTION ledger_release(p_id bytea, p_step int, p_idx int, p_token bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    j record;
    t record;
BEGIN
    SELECT key INTO j FROM ledger_jobs WHERE id = p_id AND state <> 5 FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    SELECT status, attempt, token INTO t FROM ledger_tasks WHERE job = j.key AND step = p_step AND idx = p_idx;
    IF NOT FOUND OR t.status <> 2 OR t.token <> p_token THEN
        RETURN false;
    END IF;
    UPDATE ledger_tasks SET status = 1, attempt = attempt - 1, next_retry = NULL WHERE job = j.key AND step = p_step AND idx = p_idx;
    PERFORM ledger_as_before(j.key, p_step, p_idx);
    PERFORM ledger_move(j.key, p_step, 2::smallint, 1::smallint);
    PERFORM ledger_tell(j.key, ledger_now(), 3::smallint, 1::smallint, p_step, p_idx, t.attempt, t.token, NULL, NULL, NULL);
    RETURN true;
END $$;

-- Code: 1 recorded now, 2 recorded before, 3 superseded.
CREATE FUNCTION ledger_end_attempt(
    p_id bytea, p_step int, p_idx int, p_token bigint, p_status smallint, p_ended smallint, p_retry_after bigint, p_exit int, p_failure smallint,
    p_error bytea, p_details bytea, p_out_length bigint, p_out_kept bigint, p_out_tail bytea, p_err_length bigint, p_err_kept bigint,
    p_err_tail bytea, p_stored bigint, p_names bytea[], p_paths bytea[], p_sizes bigint[], p_hashes bytea[], p_executables boolean[])
RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    j record;
    t record;
    v_step bytea;
    v_prefix bytea;
    v_now bigint := ledger_now();
BEGIN
    SELECT key INTO j FROM ledger_jobs WHERE id = p_id AND state <> 5 FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN 3;
    END IF;
    SELECT status, attempt, token, artifacts INTO t FROM ledger_tasks WHERE job = j.key AND step = p_step AND idx = p_idx;
    -- Whatever ends a task in another's place takes a new token, so an equal one was recorded by this call's like.
    IF NOT FOUND OR t.token <> p_token THEN
        RETURN 3;
    END IF;
    IF t.status <> 2 THEN
        RETURN 2;
    END IF;
    UPDATE ledger_tasks SET status = p_status, next_retry = v_now + p_retry_after, finished = v_now, ended = p_ended, exit_code = p_exit,
        failure = p_failure, error = p_error, details = p_details, out_length = p_out_length, out_kept = p_out_kept, out_tail = p_out_tail,
        err_length = p_err_length, err_kept = p_err_kept, err_tail = p_err_tail, stored = stored + p_stored, artifacts = cardinality(p_names)
    WHERE job = j.key AND step = p_step AND idx = p_idx;
    PERFORM ledger_move(j.key, p_step, 2::smallint, p_status);
    IF cardinality(p_names) > 0 OR t.artifacts > 0 THEN
        SELECT name INTO v_step FROM ledger_steps WHERE job = j.key AND step = p_step;
        v_prefix := v_step || convert_to('/' || p_idx || '/', 'UTF8');
        IF EXISTS (SELECT FROM unnest(p_names, p_paths) AS a(name, path) WHERE a.name <> v_prefix || a.path) THEN
            RAISE EXCEPTION 'An artifact''s name is to be that of its step and index, ''%'', and its path.', convert_from(v_prefix, 'UTF8') USING ERRCODE = 'FL001';
        END IF;
        DELETE FROM ledger_artifacts WHERE job = j.key AND name >= v_prefix AND name < v_step || convert_to('/' || p_idx || '0', 'UTF8');
        INSERT INTO ledger_artifacts(job, name, step, idx, path, size, hash, executable)
            SELECT DISTINCT ON (a.name) j.key, a.name, p_step, p_idx, a.path, a.size, a.hash, a.executable
            FROM unnest(p_names, p_paths, p_sizes, p_hashes, p_executables) WITH ORDINALITY AS a(name, path, size, hash, executable, n)
            ORDER BY a.name, n DESC;
    END IF;
    IF p_stored > 0 THEN
        UPDATE ledger_jobs SET stored = stored + p_stored WHERE key = j.key;
    END IF;
    PERFORM ledger_tell(j.key, v_now, 3::smallint, p_status, p_step, p_idx, t.attempt, t.token, p_exit, v_now + p_retry_after, p_error);
    RETURN 1;
END $$;

-- The places of a page of tasks, and last, with "ends", where the next one begins; without that row it was the last page.
CREATE FUNCTION ledger_task_page(p_job bigint, p_only int, p_status smallint, p_from_step int, p_from_idx int, p_limit int, p_window int, p_steps int)
RETURNS TABLE(o_ends boolean, o_step int, o_idx int) LANGUAGE plpgsql STABLE AS $$
DECLARE
    s record;
    r record;
    v_left int := p_limit;
    v_from int;
    v_until int;
    v_seen int := 0;
    v_virtual smallint;
    v_open int;
    v_last int;
BEGIN
    FOR s IN SELECT * FROM ledger_steps WHERE job = p_job AND step >= p_from_step AND (p_only IS NULL OR step = p_only)
        ORDER BY step LIMIT CASE WHEN p_only IS NULL THEN p_steps ELSE 1 END LOOP
        v_seen := v_seen + 1;
        v_last := s.step;
        v_from := CASE WHEN s.step = p_from_step THEN p_from_idx ELSE 0 END;
        v_virtual := coalesce(s.closing, 1);
        v_open := s.total - s.queued - s.running - s.succeeded - s.failed - s.cancelled - s.timed_out;
        CONTINUE WHEN p_status IS NOT NULL AND 0 = CASE p_status WHEN 1 THEN s.queued WHEN 2 THEN s.running WHEN 3 THEN s.succeeded WHEN 4 THEN s.failed
            WHEN 5 THEN s.cancelled WHEN 6 THEN s.timed_out ELSE 0 END + CASE WHEN p_status = v_virtual THEN v_open ELSE 0 END;
        IF v_open > 0 AND p_status = v_virtual THEN
            -- Rows of other statuses are looked at only for where they stand, so many of them a page.
            v_until := least(s.total, v_from + p_window);
            FOR r IN SELECT g.idx FROM generate_series(v_from, v_until - 1) AS g(idx)
                LEFT JOIN ledger_tasks t ON t.job = p_job AND t.step = s.step AND t.idx = g.idx
                WHERE coalesce(t.status, v_virtual) = p_status ORDER BY g.idx LIMIT v_left + 1 LOOP
                o_ends := v_left = 0;
                o_step := s.step;
                o_idx := r.idx;
                RETURN NEXT;
                IF v_left = 0 THEN RETURN; END IF;
                v_left := v_left - 1;
            END LOOP;
            IF v_until < s.total THEN
                o_ends := true;
                o_step := s.step;
                o_idx := v_until;
                RETURN NEXT;
                RETURN;
            END IF;
        ELSIF v_open > 0 AND p_status IS NULL THEN
            FOR r IN SELECT g.idx FROM generate_series(v_from, least(s.total - 1, v_from + v_left)) AS g(idx) LOOP
                o_ends := v_left = 0;
                o_step := s.step;
                o_idx := r.idx;
                RETURN NEXT;
                IF v_left = 0 THEN RETURN; END IF;
                v_left := v_left - 1;
            END LOOP;
        ELSE
            FOR r IN
                SELECT t.idx FROM ledger_tasks t WHERE p_status IS NULL AND t.job = p_job AND t.step = s.step AND t.idx >= v_from
                UNION ALL
                SELECT t.idx FROM ledger_tasks t WHERE t.status = p_status AND t.job = p_job AND t.step = s.step AND t.idx >= v_from
                ORDER BY 1 LIMIT v_left + 1 LOOP
                o_ends := v_left = 0;
                o_step := s.step;
                o_idx := r.idx;
                RETURN NEXT;
                IF v_left = 0 THEN RETURN; END IF;
                v_left := v_left - 1;
            END LOOP;
        END IF;
    END LOOP;
    IF p_only IS NULL AND v_seen = p_steps THEN
        o_ends := true;
        o_step := v_last + 1;
        o_idx := 0;
        RETURN NEXT;
    END IF;
END $$;

-- Code: the length afterwards, and whether the bytes are there.
CREATE FUNCTION ledger_append(p_job bytea, p_path bytea, p_start bigint, p_data bytea, p_length bigint, OUT appended boolean, OUT length bigint)
LANGUAGE plpgsql AS $$
BEGIN
    IF p_start = 0 THEN
        INSERT INTO ledger_blobs(job, path, length) VALUES (p_job, p_path, 0) ON CONFLICT DO NOTHING;
    END IF;
    UPDATE ledger_blobs b SET length = b.length + p_length WHERE b.job = p_job AND b.path = p_path AND b.length = p_start RETURNING b.length INTO length;
    appended := FOUND;
    IF NOT FOUND THEN
        length := coalesce((SELECT b.length FROM ledger_blobs b WHERE b.job = p_job AND b.path = p_path), 0);
    ELSIF p_length > 0 THEN
        INSERT INTO ledger_blob_pieces(job, path, start, data) VALUES (p_job, p_path, p_start, p_data);
    END IF;
END $$;

CREATE FUNCTION ledger_delete_blob(p_job bytea, p_path bytea) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM ledger_blobs WHERE job = p_job AND path = p_path;
    DELETE FROM ledger_blob_pieces WHERE job = p_job AND path = p_path;
END $$;

-- A content that has come whole belongs to a job. Where it was there before, what has come is dropped.
CREATE FUNCTION ledger_keep_content(p_job bytea, p_hash bytea, p_content uuid, p_size bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE v_content uuid;
BEGIN
    PERFORM pg_advisory_xact_lock('ledger_contents'::regclass::oid::int, ('x' || encode(substring(p_hash FROM 1 FOR 4), 'hex'))::bit(32)::int);
    SELECT content INTO v_content FROM ledger_contents WHERE hash = p_hash;
    IF NOT FOUND THEN
        INSERT INTO ledger_contents(hash, content, size) VALUES (p_hash, p_content, p_size);
    ELSIF v_content <> p_content THEN -- The same, where the answer was lost and it is asked again.
        DELETE FROM ledger_content_pieces WHERE content = p_content;
    END IF;
    INSERT INTO ledger_content_owners(job, hash) VALUES (p_job, p_hash) ON CONFLICT DO NOTHING;
    DELETE FROM ledger_uploads WHERE content = p_content;
END $$;

CREATE FUNCTION ledger_share_content(p_from bytea, p_to bytea, p_hash bytea) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock('ledger_contents'::regclass::oid::int, ('x' || encode(substring(p_hash FROM 1 FOR 4), 'hex'))::bit(32)::int);
    IF NOT EXISTS (SELECT FROM ledger_content_owners WHERE job = p_from AND hash = p_hash) THEN
        RETURN false;
    END IF;
    INSERT INTO ledger_content_owners(job, hash) VALUES (p_to, p_hash) ON CONFLICT DO NOTHING;
    RETURN true;
END $$;

-- One content of a job less; when it was the last owner's, the content goes. Answers whether there was one.
CREATE FUNCTION ledger_drop_content(p_job bytea) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_hash bytea;
    v_content uuid;
BEGIN
    SELECT hash INTO v_hash FROM ledger_content_owners WHERE job = p_job ORDER BY hash LIMIT 1;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM pg_advisory_xact_lock('ledger_contents'::regclass::oid::int, ('x' || encode(substring(v_hash FROM 1 FOR 4), 'hex'))::bit(32)::int);
    DELETE FROM ledger_content_owners WHERE job = p_job AND hash = v_hash;
    IF NOT EXISTS (SELECT FROM ledger_content_owners WHERE hash = v_hash) THEN
        DELETE FROM ledger_contents WHERE hash = v_hash RETURNING content INTO v_content;
        DELETE FROM ledger_content_pieces WHERE content = v_content;
    END IF;
    RETURN true;
END $$;

-- Deletes instances with their histories and messages. Activities stay and find nobody when they end.
CREATE FUNCTION hub_remove(p_keys bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM hub_history h WHERE h.instance_key = ANY(p_keys);
    DELETE FROM hub_inbox b WHERE b.instance_key = ANY(p_keys);
    DELETE FROM hub_timers m WHERE m.instance_key = ANY(p_keys);
    DELETE FROM hub_instances i WHERE i.key = ANY(p_keys);
END $$;

-- How many messages an inbox has room for. It is counted only where the distance of its ends says that it may be full.
CREATE FUNCTION hub_inbox_room(p_key bigint, p_limit int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    v_first bigint;
    v_last bigint;
BEGIN
    SELECT b.id INTO v_first FROM hub_inbox b WHERE b.instance_key = p_key ORDER BY b.instance_key, b.id LIMIT 1;
    SELECT b.id INTO v_last FROM hub_inbox b WHERE b.instance_key = p_key ORDER BY b.instance_key DESC, b.id DESC LIMIT 1;
    IF v_first IS NULL THEN
        RETURN p_limit;
    ELSIF v_last - v_first + 1 <= p_limit / 2 THEN
        RETURN p_limit - (v_last - v_first + 1);
    END IF;
    RETURN p_limit - (SELECT count(*) FROM (SELECT FROM hub_inbox b WHERE b.instance_key = p_key LIMIT p_limit) c);
END $$;

-- Gives back what sessions that have ended hold. Whoever is at work for such a session this moment keeps it for another time.
CREATE FUNCTION hub_reap() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_now bigint := hub_clock();
    v_ended bigint[];
BEGIN
    v_ended := ARRAY(SELECT s.id FROM hub_sessions s WHERE s.expires <= v_now ORDER BY s.id FOR UPDATE SKIP LOCKED);
    IF cardinality(v_ended) > 0 THEN
        UPDATE hub_activities a SET owner = 0 WHERE a.owner = ANY(v_ended) AND a.owner <> 0;
        DELETE FROM hub_sessions s WHERE s.id = ANY(v_ended);
    END IF;
END $$;

CREATE FUNCTION hub_renew(p_session bigint) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    v_now bigint := hub_clock();
BEGIN
    UPDATE hub_sessions s SET expires = v_now + s.lease_time WHERE s.id = p_session AND s.expires > v_now;
    RETURN FOUND;
END $$;

-- Leases instances, each to its session. Outcomes: 1 leased, 2 held by o_owner, 3 gone. Ordinals count from 1.
CREATE FUNCTION hub_lease_instances(p_ids bytea[], p_sessions bigint[])
RETURNS TABLE(o_ord bigint, o_outcome int, o_owner bigint, o_token bigint, o_key bigint, o_id bytea, o_name bytea, o_generation uuid, o_version bigint,
    o_status smallint, o_created bigint, o_updated bigint, o_custom_status bytea, o_output bytea, o_failure bytea, o_tags bytea)
LANGUAGE plpgsql AS $$
DECLARE
    v_now bigint := hub_clock();
    v_live bigint[];
    r record;
BEGIN
    PERFORM FROM hub_sessions s WHERE s.id = ANY(p_sessions) ORDER BY s.id FOR KEY SHARE;
    v_live := ARRAY(SELECT s.id FROM hub_sessions s WHERE s.expires > v_now);
    IF cardinality(p_ids) > 1 THEN
        PERFORM FROM hub_instances i WHERE i.id = ANY(p_ids) AND i.status < 4 ORDER BY i.key FOR NO KEY UPDATE;
    END IF;
    FOR r IN SELECT * FROM unnest(p_ids, p_sessions) WITH ORDINALITY x(id, session, ord) LOOP
        o_ord := r.ord;
        SELECT i.owner, i.token, i.key, i.id, i.name, i.generation, i.version, i.status, i.created, i.updated, i.custom_status, i.output, i.failure, i.tags
        INTO o_owner, o_token, o_key, o_id, o_name, o_generation, o_version, o_status, o_created, o_updated, o_custom_status, o_output, o_failure, o_tags
        FROM hub_instances i WHERE i.id = r.id AND i.status < 4 FOR NO KEY UPDATE;
        IF NOT FOUND THEN
            o_outcome := 3;
        ELSIF o_owner = ANY(v_live) THEN
            o_outcome := CASE WHEN o_owner = r.session THEN 1 ELSE 2 END;
        ELSIF NOT r.session = ANY(v_live) THEN
            o_outcome := 2; -- A session that has ended gets nothing, not even what nobody holds.
            o_owner := 0;
        ELSE
            o_outcome := 1;
            o_owner := r.session;
            o_token := o_token + 1;
            UPDATE hub_instances i SET owner = o_owner, token = o_token WHERE i.key = o_key;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;

-- Leases what waits in some queues, by rank. Two nodes pass over what the other is about to take.
CREATE FUNCTION hub_lease_activities(p_session bigint, p_queues int[], p_max int)
RETURNS TABLE(o_sequence bigint, o_leases int, o_instance_id bytea, o_instance_key bigint, o_generation uuid, o_task_id int, o_queue int,
    o_priority smallint, o_input bytea, o_version bytea, o_tags bytea)
LANGUAGE plpgsql AS $$
DECLARE
    v_now bigint;
    v_queues int[];
    v_counts int[];
    v_taken bigint[] := '{}';
    v_some bigint[];
    v_gone bigint[];
    v_key bigint;
BEGIN
    PERFORM hub_reap();
    v_now := hub_clock();
    PERFORM FROM hub_sessions s WHERE s.id = p_session AND s.expires > v_now FOR KEY SHARE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    WHILE cardinality(v_taken) < p_max LOOP
        -- How many of each queue are among the first; read without a lock, taken with one.
        IF cardinality(p_queues) = 1 THEN
            v_queues := p_queues;
            v_counts := ARRAY[p_max - cardinality(v_taken)];
        ELSE
            SELECT array_agg(x.queue), array_agg(x.count) INTO v_queues, v_counts FROM (
                SELECT f.queue, count(*)::int AS count FROM (
                    SELECT w.queue FROM unnest(p_queues) q(queue)
                        CROSS JOIN LATERAL (
                            SELECT a.queue, a.rank, a.sequence FROM hub_activities a WHERE a.owner = 0 AND a.queue = q.queue
                            ORDER BY a.queue, a.rank, a.sequence LIMIT p_max - cardinality(v_taken)) w
                    ORDER BY w.rank, w.sequence LIMIT p_max - cardinality(v_taken)) f
                GROUP BY f.queue) x;
        END IF;
        EXIT WHEN v_queues IS NULL;
        v_some := ARRAY(
            SELECT w.sequence FROM unnest(v_queues, v_counts) q(queue, count)
                CROSS JOIN LATERAL (
                    SELECT a.sequence FROM hub_activities a WHERE a.owner = 0 AND a.queue = q.queue
                    ORDER BY a.queue, a.rank, a.sequence LIMIT q.count FOR UPDATE SKIP LOCKED) w);
        EXIT WHEN cardinality(v_some) = 0;
        v_gone := ARRAY( -- With their instances, or terminated with them (6).
            SELECT a.sequence FROM hub_activities a
            WHERE a.sequence = ANY(v_some)
                AND NOT EXISTS (SELECT FROM hub_instances i WHERE i.key = a.instance_key AND i.status <> 6 OFFSET 0));
        IF cardinality(v_gone) > 0 THEN
            DELETE FROM hub_activities a WHERE a.sequence = ANY(v_gone);
        END IF;
        UPDATE hub_activities a SET owner = p_session, leases = a.leases + 1 WHERE a.sequence = ANY(v_some);
        v_taken := v_taken || v_some;
        IF cardinality(v_gone) > 0 THEN
            v_taken := ARRAY(SELECT x.sequence FROM unnest(v_taken) x(sequence) WHERE NOT x.sequence = ANY(v_gone));
        END IF;
    END LOOP;
    RETURN QUERY
        SELECT a.sequence, a.leases, i.id, a.instance_key, a.generation, a.task_id, a.queue, a.priority, a.input, a.version, a.tags
        FROM hub_activities a
            CROSS JOIN LATERAL (SELECT h.id FROM hub_instances h WHERE h.key = a.instance_key OFFSET 0) i
        WHERE a.sequence = ANY(v_taken)
        ORDER BY a.rank, a.sequence;
END $$;

-- Unfinished instances with something to do that no other live session holds, by key. o_next is null at the end.
CREATE FUNCTION hub_ready(p_session bigint, p_after bigint, p_max int, p_partitions smallint[], OUT o_ids bytea[], OUT o_names bytea[], OUT o_next bigint)
LANGUAGE plpgsql AS $$
DECLARE
    v_live bigint[];
    v_to_begin bigint;
    v_inbox bigint;
    v_key bigint := p_after;
    v_unread boolean;
    r record;
    v_now bigint := hub_clock();
BEGIN
    v_live := ARRAY(SELECT s.id FROM hub_sessions s WHERE s.expires > v_now AND s.id <> p_session);
    o_ids := '{}';
    o_names := '{}';
    LOOP
        IF v_to_begin IS NULL OR v_to_begin <= v_key THEN
            SELECT i.key INTO v_to_begin FROM hub_instances i WHERE i.to_begin AND i.key > v_key ORDER BY i.key LIMIT 1;
            v_to_begin := coalesce(v_to_begin, 9223372036854775807);
        END IF;
        IF v_inbox IS NULL OR v_inbox <= v_key THEN
            SELECT b.instance_key INTO v_inbox FROM hub_inbox b WHERE b.instance_key > v_key ORDER BY b.instance_key, b.id LIMIT 1;
            v_inbox := coalesce(v_inbox, 9223372036854775807);
        END IF;
        EXIT WHEN least(v_to_begin, v_inbox) = 9223372036854775807;
        IF cardinality(o_ids) = p_max THEN
            o_next := v_key;
            RETURN;
        END IF;
        v_key := least(v_to_begin, v_inbox);
        SELECT i.id, i.name, i.owner, i.partition, i.generation, i.status, i.to_begin INTO r FROM hub_instances i WHERE i.key = v_key;
        IF NOT FOUND OR r.status >= 4 THEN
            -- Sent while it ended: an inbox takes messages without a look at its instance's lock.
            DELETE FROM hub_inbox b WHERE b.instance_key = v_key
                AND NOT EXISTS (SELECT FROM hub_instances i WHERE i.key = v_key AND i.status < 4 OFFSET 0);
            CONTINUE;
        END IF;
        CONTINUE WHEN r.owner = ANY(v_live) OR (p_partitions IS NOT NULL AND NOT r.partition = ANY(p_partitions));
        v_unread := r.to_begin OR EXISTS (
            SELECT FROM hub_inbox b WHERE b.instance_key = v_key AND (b.generation IS NULL OR b.generation = r.generation));
        IF v_unread THEN
            o_ids := o_ids || r.id;
            o_names := o_names || r.name;
        ELSE
            -- Sent to a generation while it ended.
            DELETE FROM hub_inbox b WHERE b.instance_key = v_key AND b.generation IS NOT NULL
                AND NOT EXISTS (SELECT FROM hub_instances i WHERE i.key = v_key AND i.generation = b.generation OFFSET 0);
        END IF;
    END LOOP;
END $$;

-- Deletes a finished instance, or an idle one of a given version. 1 deleted, 2 not there, 3 not finished.
CREATE FUNCTION hub_purge(p_id bytea, p_idle_version bigint) RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    -- The whole lock: whoever is about to send to it by the way of "make it if it is not there" is waited for.
    SELECT i.key, i.status, i.version INTO r FROM hub_instances i WHERE i.id = p_id FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 2;
    END IF;
    IF r.status < 4 AND (p_idle_version IS NULL OR r.version <> p_idle_version
        OR EXISTS (SELECT FROM hub_inbox b WHERE b.instance_key = r.key) OR EXISTS (SELECT FROM hub_timers m WHERE m.instance_key = r.key)) THEN
        RETURN 3;
    END IF;
    PERFORM hub_remove(ARRAY[r.key]);
    RETURN 1;
END $$;

-- Lets a finished instance go on, unless it has changed. Answers its id, or null.
CREATE FUNCTION hub_revive(
    p_key bigint, p_expected_version bigint, p_expected_updated bigint, p_version bigint, p_status smallint, p_at bigint, p_ageing bigint,
    h_turn bigint[], h_data bytea[], w_at bigint[], w_id int[],
    a_queue int[], a_priority smallint[], a_task int[], a_version bytea[], a_tags bytea[], a_input bytea[], m_data bytea[])
RETURNS bytea LANGUAGE plpgsql AS $$
DECLARE
    v_now bigint := hub_clock();
    v_id bytea;
    v_generation uuid;
    r record;
BEGIN
    SELECT i.generation, i.id INTO v_generation, v_id FROM hub_instances i
    WHERE i.key = p_key AND i.status >= 4 AND i.version = p_expected_version AND i.updated = p_expected_updated FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    DELETE FROM hub_history h WHERE h.instance_key = p_key AND h.turn >= p_version;
    FOR r IN SELECT * FROM unnest(h_turn, h_data) h(turn, data) LOOP
        UPDATE hub_history h SET data = r.data WHERE h.instance_key = p_key AND h.turn = r.turn;
    END LOOP;
    INSERT INTO hub_timers(fire_at, instance_key, timer_id) SELECT w.at, p_key, w.id FROM unnest(w_at, w_id) w(at, id);
    INSERT INTO hub_activities(sequence, owner, rank, instance_key, generation, queue, task_id, leases, priority, version, tags, input)
    SELECT nextval('hub_activity_sequences'), 0, v_now - a.priority * p_ageing, p_key, v_generation, a.queue, a.task, 0, a.priority, a.version, a.tags, a.input
    FROM (SELECT * FROM unnest(a_queue, a_priority, a_task, a_version, a_tags, a_input)
        WITH ORDINALITY u(queue, priority, task, version, tags, input, ord) ORDER BY u.ord) a;
    INSERT INTO hub_inbox(instance_key, id, data)
    SELECT p_key, nextval('hub_message_ids'), m.data FROM (SELECT * FROM unnest(m_data) WITH ORDINALITY u(data, ord) ORDER BY u.ord) m;
    UPDATE hub_instances i SET version = p_version, status = p_status, updated = p_at, owner = 0, output = NULL, failure = NULL,
        to_begin = (p_status = 1 AND i.start_at IS NULL) OR (p_status = 2 AND p_version = 1)
    WHERE i.key = p_key;
    RETURN v_id;
END $$;

-- Queues of those names and labels, made if need be.
CREATE FUNCTION hub_find_queues(p_names bytea[], p_labels text[]) RETURNS TABLE(o_ord bigint, o_id int) LANGUAGE plpgsql AS $$
DECLARE
    v_labels text[];
    r record;
BEGIN
    -- In one order everywhere: two nodes that make the same ones do not wait for each other.
    FOR r IN SELECT * FROM unnest(p_names, p_labels) WITH ORDINALITY u(name, labels, ord) ORDER BY u.name, u.labels LOOP
        o_ord := r.ord;
        v_labels := string_to_array(r.labels, ',');
        SELECT q.id INTO o_id FROM hub_queues q WHERE q.name = r.name AND q.runs_on = v_labels;
        IF NOT FOUND THEN
            INSERT INTO hub_queues(name, runs_on) VALUES (r.name, v_labels) ON CONFLICT DO NOTHING RETURNING id INTO o_id;
            IF NOT FOUND THEN
                SELECT q.id INTO o_id FROM hub_queues q WHERE q.name = r.name AND q.runs_on = v_labels;
            END IF;
        END IF;
        RETURN NEXT;
    END LOOP;
END $$;

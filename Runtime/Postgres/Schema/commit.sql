-- One group of calls in one transaction: turns, new instances, messages, completions.
--
-- Arrays of one prefix run side by side: t a turn, c a message that a turn consumed, k a run of activities that a turn completed
-- under one token (d their sequences), r and w a timer removed and new, a an activity, n a new instance, g whom messages are for,
-- m a message, e a completion. "Of a turn" is that turn's place in t; 0 is a client.
--
-- What may wait for another transaction comes in one order everywhere, so two groups never wait for each other: sessions,
-- finished instances to overwrite, instances with a turn, those that a message might have to make, new ids; each ascending.
--
-- Nothing is checked before it is changed where a check would cost as much: with a message or an activity that is no longer
-- there the group raises FE001 and runs again with p_careful, which looks first. 40001 means that others were faster: once more.
CREATE FUNCTION hub_commit(
    p_careful boolean, p_sessions bigint[], p_ageing bigint, p_inbox_limit int,
    t_key bigint[], t_session bigint[], t_token bigint[], t_version bigint[], t_generation uuid[], t_status smallint[],
    t_at bigint[], t_custom bytea[], t_output bytea[], t_failure bytea[], t_turn bytea[], t_replaces boolean[], t_next uuid[], t_consumed int[],
    c_id bigint[], k_turn int[], k_token int[], k_count int[], d_sequence bigint[],
    r_turn int[], r_at bigint[], r_key bigint[], r_id int[],
    w_turn int[], w_at bigint[], w_id int[],
    a_turn int[], a_leased boolean[], a_queue int[], a_priority smallint[], a_task int[], a_version bytea[], a_tags bytea[], a_input bytea[],
    n_turn int[], n_absent boolean[], n_barred boolean[], n_kept int[], n_owner bigint[], n_id bytea[], n_name bytea[], n_generation uuid[],
    n_first bytea[], n_created bigint[], n_partition smallint[], n_tags bytea[], n_start bigint[], n_start_timer bigint[],
    g_id bytea[], g_limited boolean[],
    m_turn int[], m_of int[], m_absent boolean[], m_limited boolean[], m_target int[], m_generation uuid[], m_data bytea[],
    e_sequence bigint[], e_token int[], e_data bytea[],
    OUT o_live bigint[], OUT o_outcome smallint[], OUT o_stored bigint[], OUT o_stale_messages int[], OUT o_stale_activities int[],
    OUT o_sequences bigint[], OUT o_keys bigint[], OUT o_in_use smallint[],
    OUT o_message_ids bigint[], OUT o_statuses smallint[], OUT o_owners bigint[],
    OUT o_recorded bigint[], OUT o_recorded_owners bigint[], OUT o_recorded_by bigint[])
LANGUAGE plpgsql AS $$
DECLARE
    v_now bigint := hub_clock();
    v_live bigint[];
    v_turns int := cardinality(t_key);
    v_done bigint[] := '{}';
    v_anew bigint[] := '{}';
    v_cleared bigint[] := '{}';
    v_applied boolean;
    v_stale boolean;
    v_from int;
    v_to int := 0;
    v_count int;
    v_run int := 1;
    v_run_to int := 0;
    x_status smallint[];
    x_key bigint[];
    x_keys bigint[];
    g_key bigint[];
    g_status smallint[];
    g_owner bigint[];
    g_generation uuid[];
    g_room bigint[];
    v_winners int[];
    v_version bigint;
    v_generation uuid;
    v_key bigint;
    v_owner bigint;
    v_id bigint;
    r record;
BEGIN
    IF cardinality(e_sequence) > 0 THEN
        p_sessions := p_sessions || ARRAY(SELECT a.owner FROM hub_activities a WHERE a.sequence = ANY(e_sequence));
    END IF;
    PERFORM FROM hub_sessions s WHERE s.id = ANY(p_sessions) ORDER BY s.id FOR KEY SHARE;
    v_live := ARRAY(SELECT s.id FROM hub_sessions s WHERE s.expires > v_now);
    o_live := v_live;

    -- ---- Whose ids new instances would have. ----
    IF cardinality(n_id) > 0 THEN
        SELECT array_agg(coalesce(i.status, 0::smallint) ORDER BY n.ord), array_agg(coalesce(i.key, 0) ORDER BY n.ord) INTO x_status, x_key
        FROM unnest(n_id) WITH ORDINALITY n(id, ord)
            LEFT JOIN LATERAL (SELECT h.status, h.key FROM hub_instances h WHERE h.id = n.id OFFSET 0) i ON true;
        x_keys := ARRAY(SELECT DISTINCT x.key FROM unnest(x_key, x_status) x(key, status) WHERE x.status >= 4);
        IF cardinality(x_keys) > 0 THEN
            PERFORM FROM hub_instances i WHERE i.key = ANY(x_keys) AND i.status >= 4 ORDER BY i.key FOR UPDATE;
            GET DIAGNOSTICS v_count = ROW_COUNT;
            IF v_count <> cardinality(x_keys) THEN
                RAISE EXCEPTION 'another transaction was faster' USING ERRCODE = '40001';
            END IF;
        END IF;
    END IF;

    -- ---- Turns. ----
    o_outcome := array_fill(2::smallint, ARRAY[v_turns]);
    o_stored := array_fill(0::bigint, ARRAY[v_turns]);
    o_stale_messages := '{}';
    o_stale_activities := '{}';
    IF v_turns > 1 THEN
        PERFORM FROM hub_instances i WHERE i.key = ANY(t_key) AND i.status < 4 ORDER BY i.key FOR NO KEY UPDATE;
    END IF;
    IF cardinality(n_id) > 0 THEN
        -- An instance that would be made if it were not there must not be purged as idle before the message to it is stored.
        x_keys := ARRAY(SELECT DISTINCT x.key FROM unnest(x_key, x_status, n_absent) x(key, status, absent) WHERE x.absent AND x.status BETWEEN 1 AND 3);
        IF cardinality(x_keys) > 0 THEN
            PERFORM FROM hub_instances i WHERE i.key = ANY(x_keys) AND i.status < 4 ORDER BY i.key FOR KEY SHARE;
            GET DIAGNOSTICS v_count = ROW_COUNT;
            IF v_count <> cardinality(x_keys) THEN
                RAISE EXCEPTION 'another transaction was faster' USING ERRCODE = '40001';
            END IF;
        END IF;
    END IF;
    IF p_careful THEN
        PERFORM FROM hub_activities a WHERE a.sequence = ANY(d_sequence || e_sequence) ORDER BY a.sequence FOR UPDATE;
    END IF;

    FOR r IN SELECT * FROM unnest(t_key, t_session, t_token, t_version, t_generation, t_status, t_at, t_custom, t_output, t_failure, t_replaces, t_next, t_consumed)
        WITH ORDINALITY t(key, session, token, version, generation, status, at, custom, output, failure, replaces, next, consumed, ord)
    LOOP
        v_from := v_to + 1;
        v_to := v_to + r.consumed;
        v_stale := false;
        IF p_careful THEN
            v_stale := EXISTS (
                SELECT FROM unnest(c_id[v_from:v_to]) c(id)
                WHERE NOT EXISTS (SELECT FROM hub_inbox b WHERE b.instance_key = r.key AND b.id = c.id));
            v_count := v_run_to;
            FOR i IN v_run .. cardinality(k_turn) LOOP
                EXIT WHEN v_stale OR k_turn[i] <> r.ord;
                v_stale := k_count[i] <> (
                    SELECT count(*) FROM hub_activities a
                    WHERE a.sequence = ANY(d_sequence[v_count + 1:v_count + k_count[i]]) AND a.owner = r.session AND a.leases = k_token[i]);
                v_count := v_count + k_count[i];
            END LOOP;
        END IF;
        v_applied := false;
        IF NOT v_stale AND r.session = ANY(v_live) THEN
            UPDATE hub_instances i SET
                version = CASE WHEN r.next IS NULL THEN r.version + 1 ELSE 1 END, status = r.status, updated = r.at,
                custom_status = r.custom, output = r.output, failure = r.failure, generation = coalesce(r.next, i.generation),
                owner = CASE WHEN r.status >= 4 THEN 0 ELSE i.owner END,
                to_begin = (r.status = 1 AND i.start_at IS NULL) OR (r.status = 2 AND r.next IS NOT NULL)
            WHERE i.key = r.key AND i.owner = r.session AND i.token = r.token AND i.status < 4 AND i.version = r.version AND i.generation = r.generation;
            v_applied := FOUND;
        END IF;
        IF v_applied THEN
            o_outcome[r.ord] := 1;
            o_stored[r.ord] := CASE WHEN r.next IS NULL THEN r.version + 1 ELSE 1 END;
            IF r.consumed > 0 THEN
                DELETE FROM hub_inbox b WHERE b.instance_key = r.key AND b.id = ANY(c_id[v_from:v_to]);
                GET DIAGNOSTICS v_count = ROW_COUNT;
                IF v_count <> r.consumed THEN
                    RAISE EXCEPTION 'a message is no longer there' USING ERRCODE = 'FE001';
                END IF;
            END IF;
            IF r.next IS NOT NULL THEN
                v_anew := v_anew || r.key;
            ELSIF r.replaces THEN
                v_cleared := v_cleared || r.key;
            END IF;
            IF r.status >= 4 THEN
                v_done := v_done || r.key;
            END IF;
        ELSE
            SELECT i.version, i.generation INTO v_version, v_generation FROM hub_instances i
            WHERE i.key = r.key AND i.owner = r.session AND i.token = r.token AND i.status < 4 AND r.session = ANY(v_live);
            IF NOT FOUND THEN
                o_outcome[r.ord] := 2;
            ELSIF v_version <> r.version OR v_generation <> r.generation THEN
                o_outcome[r.ord] := 3;
                o_stored[r.ord] := v_version;
            ELSE
                o_outcome[r.ord] := 4;
                o_stale_messages := o_stale_messages || ARRAY(
                    SELECT (v_from - 1 + c.ord)::int FROM unnest(c_id[v_from:v_to]) WITH ORDINALITY c(id, ord)
                    WHERE NOT EXISTS (SELECT FROM hub_inbox b WHERE b.instance_key = r.key AND b.id = c.id));
            END IF;
        END IF;
        WHILE v_run <= cardinality(k_turn) AND k_turn[v_run] = r.ord LOOP
            IF v_applied THEN
                DELETE FROM hub_activities a
                WHERE a.sequence = ANY(d_sequence[v_run_to + 1:v_run_to + k_count[v_run]]) AND a.owner = r.session AND a.leases = k_token[v_run];
                GET DIAGNOSTICS v_count = ROW_COUNT;
                IF v_count <> k_count[v_run] THEN
                    RAISE EXCEPTION 'an activity is no longer held' USING ERRCODE = 'FE001';
                END IF;
            ELSIF o_outcome[r.ord] = 4 THEN
                o_stale_activities := o_stale_activities || ARRAY(
                    SELECT (v_run_to + d.ord)::int FROM unnest(d_sequence[v_run_to + 1:v_run_to + k_count[v_run]]) WITH ORDINALITY d(sequence, ord)
                    WHERE NOT EXISTS (SELECT FROM hub_activities a WHERE a.sequence = d.sequence AND a.owner = r.session AND a.leases = k_token[v_run]));
            END IF;
            v_run_to := v_run_to + k_count[v_run];
            v_run := v_run + 1;
        END LOOP;
    END LOOP;

    IF cardinality(v_anew) > 0 OR cardinality(v_cleared) > 0 THEN
        DELETE FROM hub_history h WHERE h.instance_key = ANY(v_anew || v_cleared);
        DELETE FROM hub_inbox b WHERE b.instance_key = ANY(v_anew) AND b.generation IS NOT NULL;
    END IF;
    IF cardinality(v_done) > 0 OR cardinality(v_anew) > 0 THEN
        DELETE FROM hub_timers m WHERE m.instance_key = ANY(v_anew || v_done);
        DELETE FROM hub_inbox b WHERE b.instance_key = ANY(v_done);
    END IF;
    IF v_turns > 0 THEN
        INSERT INTO hub_history(instance_key, turn, data)
        SELECT t.key, CASE WHEN t.next IS NULL THEN t.version ELSE 0 END, t.turn
        FROM unnest(t_key, t_version, t_next, t_turn) WITH ORDINALITY t(key, version, next, turn, ord) WHERE o_outcome[t.ord] = 1;
    END IF;
    IF cardinality(r_turn) > 0 THEN
        FOR r IN SELECT x.at, x.key, x.id FROM unnest(r_turn, r_at, r_key, r_id) x(turn, at, key, id) WHERE o_outcome[x.turn] = 1 LOOP
            DELETE FROM hub_timers m WHERE m.fire_at = r.at AND m.instance_key = r.key AND m.timer_id = r.id;
        END LOOP;
    END IF;
    IF cardinality(w_turn) > 0 THEN
        INSERT INTO hub_timers(fire_at, instance_key, timer_id)
        SELECT x.at, t_key[x.turn], x.id FROM unnest(w_turn, w_at, w_id) x(turn, at, id) WHERE o_outcome[x.turn] = 1 AND t_status[x.turn] < 4;
    END IF;
    IF cardinality(a_turn) > 0 THEN
        o_sequences := ARRAY(SELECT nextval('hub_activity_sequences') FROM generate_series(1, cardinality(a_turn)));
        INSERT INTO hub_activities(sequence, owner, rank, instance_key, generation, queue, task_id, leases, priority, version, tags, input)
        SELECT a.sequence, CASE WHEN a.leased THEN t_session[a.turn] ELSE 0 END, v_now - a.priority * p_ageing, t_key[a.turn], t_generation[a.turn],
            a.queue, a.task, a.leased::int, a.priority, a.version, a.tags, a.input
        FROM unnest(o_sequences, a_turn, a_leased, a_queue, a_priority, a_task, a_version, a_tags, a_input)
            a(sequence, turn, leased, queue, priority, task, version, tags, input)
        WHERE o_outcome[a.turn] = 1;
    END IF;

    -- ---- New instances. ----
    IF cardinality(n_id) > 0 THEN
        o_keys := array_fill(0::bigint, ARRAY[cardinality(n_id)]);
        -- Whoever may not have an id that is free, or that of a finished instance, finds it with another one of this group.
        o_in_use := ARRAY(
            SELECT CASE WHEN x.status = 0 OR (x.status >= 4 AND (x.kept >> x.status) & 1 = 0) THEN 1::smallint ELSE x.status END
            FROM unnest(x_status, n_kept) WITH ORDINALITY x(status, kept, ord) ORDER BY x.ord);
        v_winners := ARRAY(
            SELECT w.ord FROM (
                SELECT DISTINCT ON (n.id) n.ord::int
                FROM unnest(n_id, n_turn, n_kept, n_barred) WITH ORDINALITY n(id, turn, kept, barred, ord)
                WHERE (n.turn = 0 OR o_outcome[n.turn] = 1) AND NOT n.barred
                    AND (x_status[n.ord] = 0 OR (x_status[n.ord] >= 4 AND (n.kept >> x_status[n.ord]) & 1 = 0))
                ORDER BY n.id, n.ord) w
            ORDER BY w.ord);
        IF cardinality(v_winners) > 0 THEN
            FOREACH v_count IN ARRAY v_winners LOOP
                o_keys[v_count] := nextval('hub_instance_keys');
            END LOOP;
            x_keys := ARRAY(SELECT x_key[w.ord] FROM unnest(v_winners) w(ord) WHERE x_key[w.ord] > 0);
            IF cardinality(x_keys) > 0 THEN
                PERFORM hub_remove(x_keys);
            END IF;
            INSERT INTO hub_instances(key, owner, token, version, created, updated, start_at, generation, status, partition, to_begin, id, name, tags)
            SELECT o_keys[n.ord], l.owner, (l.owner <> 0)::int, 1, n.created, n.created, n.start, n.generation, 1, n.partition, n.start IS NULL, n.id, n.name, n.tags
            FROM unnest(n_id, n_name, n_generation, n_created, n_start, n_partition, n_tags, n_owner)
                    WITH ORDINALITY n(id, name, generation, created, start, partition, tags, owner, ord)
                CROSS JOIN LATERAL (SELECT CASE WHEN n.owner = ANY(v_live) THEN n.owner ELSE 0 END) l(owner)
            WHERE o_keys[n.ord] > 0
            ORDER BY n.id
            ON CONFLICT (id) DO NOTHING;
            GET DIAGNOSTICS v_count = ROW_COUNT;
            IF v_count <> cardinality(v_winners) THEN
                RAISE EXCEPTION 'another transaction was faster' USING ERRCODE = '40001';
            END IF;
            INSERT INTO hub_history(instance_key, turn, data)
            SELECT o_keys[n.ord], 0, n.first FROM unnest(n_first) WITH ORDINALITY n(first, ord) WHERE o_keys[n.ord] > 0;
            INSERT INTO hub_timers(fire_at, instance_key, timer_id)
            SELECT n.at, o_keys[n.ord], -1 FROM unnest(n_start_timer) WITH ORDINALITY n(at, ord) WHERE o_keys[n.ord] > 0 AND n.at IS NOT NULL;
        END IF;
    END IF;

    -- ---- Messages. ----
    IF cardinality(m_turn) > 0 THEN
        SELECT array_agg(coalesce(i.key, 0) ORDER BY g.ord), array_agg(coalesce(i.status, 0::smallint) ORDER BY g.ord),
            array_agg(CASE WHEN i.owner = ANY(v_live) THEN i.owner ELSE 0 END ORDER BY g.ord),
            array_agg(coalesce(i.generation, '00000000-0000-0000-0000-000000000000') ORDER BY g.ord)
        INTO g_key, g_status, g_owner, g_generation
        FROM unnest(g_id) WITH ORDINALITY g(id, ord)
            LEFT JOIN LATERAL (SELECT h.key, h.status, h.owner, h.generation FROM hub_instances h WHERE h.id = g.id OFFSET 0) i ON true;
        IF EXISTS (
            SELECT FROM unnest(m_turn, m_of, m_absent, m_target) m(turn, of, absent, target)
            WHERE m.absent AND (m.turn = 0 OR o_outcome[m.turn] = 1) AND g_status[m.target] NOT BETWEEN 1 AND 3 AND NOT g_key[m.target] = ANY(v_done)) THEN
            RAISE EXCEPTION 'another transaction was faster' USING ERRCODE = '40001';
        END IF;
        g_room := ARRAY(SELECT CASE WHEN g.limited THEN hub_inbox_room(g_key[g.ord], p_inbox_limit) ELSE p_inbox_limit END
            FROM unnest(g_limited) WITH ORDINALITY g(limited, ord) ORDER BY g.ord);
        SELECT array_agg(CASE WHEN d.fits THEN nextval('hub_message_ids') ELSE 0 END ORDER BY d.ord), array_agg(d.status ORDER BY d.ord), array_agg(d.owner ORDER BY d.ord)
        INTO o_message_ids, o_statuses, o_owners
        FROM (
            SELECT m.ord, g_owner[m.target] AS owner,
                CASE WHEN NOT f.is_wanted OR NOT f.is_for_it THEN 0::smallint WHEN f.is_full THEN 100::smallint ELSE g_status[m.target] END AS status,
                f.is_wanted AND f.is_for_it AND NOT f.is_full AND g_status[m.target] BETWEEN 1 AND 3 AS fits
            FROM (
                SELECT *, row_number() OVER (PARTITION BY u.target ORDER BY u.ord) AS place
                FROM unnest(m_turn, m_of, m_limited, m_target, m_generation) WITH ORDINALITY u(turn, of, limited, target, generation, ord)) m
                CROSS JOIN LATERAL (SELECT
                    (m.turn = 0 OR o_outcome[m.turn] = 1) AND (m.of = 0 OR o_keys[m.of] = 0) AS is_wanted,
                    m.generation IS NULL OR m.generation = g_generation[m.target] AS is_for_it,
                    m.limited AND m.place > g_room[m.target] AND g_status[m.target] BETWEEN 1 AND 3 AS is_full) f
            ORDER BY m.ord) d;
        INSERT INTO hub_inbox(instance_key, id, generation, data)
        SELECT g_key[m.target], m.id, m.generation, m.data
        FROM unnest(o_message_ids, m_target, m_generation, m_data) m(id, target, generation, data) WHERE m.id > 0;
    END IF;

    -- ---- Completions of activities whose instances are not at hand. ----
    IF cardinality(e_sequence) > 0 THEN
        o_recorded := array_fill(-1::bigint, ARRAY[cardinality(e_sequence)]);
        o_recorded_owners := array_fill(0::bigint, ARRAY[cardinality(e_sequence)]);
        o_recorded_by := array_fill(0::bigint, ARRAY[cardinality(e_sequence)]);
        FOR r IN SELECT * FROM unnest(e_sequence, e_token, e_data) WITH ORDINALITY e(sequence, token, data, ord) LOOP
            DELETE FROM hub_activities a WHERE a.sequence = r.sequence AND a.leases = r.token AND a.owner = ANY(v_live)
            RETURNING a.instance_key, a.generation, a.owner INTO v_key, v_generation, v_owner;
            CONTINUE WHEN NOT FOUND;
            o_recorded[r.ord] := 0;
            o_recorded_by[r.ord] := v_owner;
            SELECT CASE WHEN i.owner = ANY(v_live) THEN i.owner ELSE 0 END INTO v_owner
            FROM hub_instances i WHERE i.key = v_key AND i.status < 4 AND i.generation = v_generation;
            CONTINUE WHEN NOT FOUND;
            v_id := nextval('hub_message_ids');
            INSERT INTO hub_inbox(instance_key, id, generation, data) VALUES (v_key, v_id, v_generation, r.data);
            o_recorded[r.ord] := v_id;
            o_recorded_owners[r.ord] := v_owner;
        END LOOP;
    END IF;
END $$;

-- What changes the hub, one function for one call of it. Calls go to the server in groups, one transaction each.
--
-- The order of locks, which keeps groups of several nodes from waiting for each other in a ring (lock_group, first in each): the ids of
-- instances that a group may create or delete, in order; then the rows of those whose turns it commits or that it leases, in order.
-- After that whoever sends takes the target's row so that it cannot be deleted, which others' sending and turns do not mind.

CREATE FUNCTION is_live(session bigint) RETURNS boolean LANGUAGE sql STABLE
AS 'SELECT EXISTS (SELECT FROM sessions WHERE id = session AND expires_at > now_us())';

CREATE FUNCTION lock_group(places int[], hashes uuid[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock('instances'::regclass::oid::int, place) FROM (SELECT DISTINCT unnest(places) AS place ORDER BY 1) ids;
    IF cardinality(hashes) > 1 THEN
        PERFORM FROM instances WHERE id_hash = ANY (hashes) AND status < 4 ORDER BY key FOR NO KEY UPDATE;
    END IF;
END $$;

CREATE FUNCTION open_session(node bytea, lease bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE session bigint := nextval('session_ids');
BEGIN
    INSERT INTO sessions(id, node, lease_us, expires_at) VALUES (session, node, lease, now_us() + lease);
    RETURN session;
END $$;

CREATE FUNCTION renew_session(session bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    UPDATE sessions SET expires_at = now_us() + lease_us WHERE id = session AND expires_at > now_us();
    RETURN FOUND;
END $$;

-- Deletes an instance with all that belongs to it, but for its activities, which find nobody when they end.
CREATE FUNCTION remove_instance(which bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM history WHERE instance_key = which;
    DELETE FROM inbox WHERE instance_key = which;
    DELETE FROM timers WHERE instance_key = which;
    DELETE FROM instances WHERE key = which;
END $$;

-- Stores an instance in place of a finished one. The caller has locked its id. Answers its key, or 0 and the user's status when the
-- id is in use: by an unfinished one, or by one whose status is in the mask of those that are kept.
CREATE FUNCTION insert_instance(
    hash uuid, instance_id bytea, instance_name bytea, its_generation uuid, first_turn bytea, created_at bigint, its_partition smallint,
    its_tags bytea, start_at bigint, kept int, its_owner bigint, OUT new_key bigint, OUT user_status smallint) LANGUAGE plpgsql AS $$
DECLARE old record;
BEGIN
    SELECT i.key, i.status INTO old FROM instances i WHERE i.id_hash = hash;
    IF FOUND THEN
        IF old.status < 4 OR (kept >> old.status) & 1 = 1 THEN
            new_key := 0;
            user_status := old.status;
            RETURN;
        END IF;
        PERFORM remove_instance(old.key);
    END IF;
    new_key := nextval('instance_keys');
    INSERT INTO instances(key, id_hash, status, version, owner, token, generation, created, updated, partition, begins, id, name, tags)
    VALUES (new_key, hash, 1, 1, its_owner, CASE WHEN its_owner = 0 THEN 0 ELSE 1 END, its_generation, created_at, created_at,
        its_partition, start_at IS NULL, instance_id, instance_name, its_tags);
    INSERT INTO history(instance_key, turn, data) VALUES (new_key, 0, first_turn);
    IF start_at IS NOT NULL THEN
        INSERT INTO timers(fire_at, instance_key, timer_id) VALUES (start_at, new_key, -1);
    END IF;
END $$;

CREATE FUNCTION create_instance(
    hash uuid, instance_id bytea, instance_name bytea, its_generation uuid, first_turn bytea, created_at bigint, its_partition smallint,
    its_tags bytea, start_at bigint, kept int, lease_to bigint, OUT new_key bigint, OUT user_status smallint, OUT leased boolean)
LANGUAGE plpgsql AS $$
DECLARE its_owner bigint := CASE WHEN lease_to IS NOT NULL AND is_live(lease_to) THEN lease_to ELSE 0 END;
BEGIN
    SELECT c.new_key, c.user_status INTO new_key, user_status FROM insert_instance(
        hash, instance_id, instance_name, its_generation, first_turn, created_at, its_partition, its_tags, start_at, kept, its_owner) c;
    leased := new_key <> 0 AND its_owner <> 0;
END $$;

-- Puts a message into an inbox. Delivery: 1 dropped, 2 stored here, 3 stored for another live session.
CREATE FUNCTION deliver(target bigint, only_generation uuid, content bytea, session bigint, OUT delivery smallint, OUT message bigint)
LANGUAGE plpgsql AS $$
DECLARE stored record;
BEGIN
    SELECT i.status, i.generation, i.owner INTO stored FROM instances i WHERE i.key = target FOR KEY SHARE;
    IF NOT FOUND OR stored.status >= 4 OR only_generation <> stored.generation THEN
        delivery := 1;
        message := 0;
        RETURN;
    END IF;
    message := nextval('message_ids');
    INSERT INTO inbox(instance_key, id, generation, data) VALUES (target, message, only_generation, content);
    delivery := CASE WHEN stored.owner <> session AND is_live(stored.owner) THEN 3 ELSE 2 END;
END $$;

-- The key of an instance, made now when it is absent and may be made. Null when there is none.
CREATE FUNCTION find_target(
    hash uuid, if_absent boolean, instance_id bytea, instance_name bytea, its_generation uuid, first_turn bytea, created_at bigint,
    its_partition smallint, its_tags bytea) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE target record;
BEGIN
    SELECT i.key, i.status INTO target FROM instances i WHERE i.id_hash = hash;
    IF FOUND AND (NOT if_absent OR target.status < 4) THEN
        RETURN target.key;
    END IF;
    IF NOT if_absent THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT new_key FROM insert_instance(
        hash, instance_id, instance_name, its_generation, first_turn, created_at, its_partition, its_tags, NULL, 0, 0));
END $$;

-- A client's message. Code: 1 no such instance, 2 finished, 3 inbox full, 4 stored.
CREATE FUNCTION send_message(
    hash uuid, only_generation uuid, content bytea, if_absent boolean, instance_id bytea, instance_name bytea, its_generation uuid,
    first_turn bytea, created_at bigint, its_partition smallint, its_tags bytea, inbox_limit int,
    OUT code int, OUT user_status smallint, OUT message bigint, OUT holder bigint) LANGUAGE plpgsql AS $$
DECLARE
    target bigint := find_target(hash, if_absent, instance_id, instance_name, its_generation, first_turn, created_at, its_partition, its_tags);
    stored record;
BEGIN
    SELECT i.status, i.generation, i.owner INTO stored FROM instances i WHERE i.key = target FOR KEY SHARE;
    IF NOT FOUND OR only_generation <> stored.generation THEN
        code := 1;
    ELSIF stored.status >= 4 THEN
        code := 2;
        user_status := stored.status;
    ELSIF EXISTS (SELECT FROM inbox i WHERE i.instance_key = target ORDER BY i.id OFFSET inbox_limit - 1 LIMIT 1) THEN
        code := 3;
    ELSE
        code := 4;
        message := nextval('message_ids');
        INSERT INTO inbox(instance_key, id, generation, data) VALUES (target, message, only_generation, content);
        holder := CASE WHEN is_live(stored.owner) THEN stored.owner END;
    END IF;
END $$;

-- Code: 1 gone, 2 held (by "holder"; 0 when the asking session has ended), 3 leased.
CREATE FUNCTION lease_instance(hash uuid, session bigint, OUT code int, OUT holder bigint) LANGUAGE plpgsql AS $$
DECLARE
    stored record;
    is_held boolean;
BEGIN
    IF NOT EXISTS (SELECT FROM instances i WHERE i.id_hash = hash AND i.status < 4) THEN
        code := 1;
        RETURN;
    END IF;
    SELECT i.key, i.status, i.owner INTO stored FROM instances i WHERE i.id_hash = hash FOR NO KEY UPDATE;
    IF NOT FOUND OR stored.status >= 4 THEN
        code := 1;
        RETURN;
    END IF;
    is_held := is_live(stored.owner);
    IF is_held AND stored.owner <> session THEN
        code := 2;
        holder := stored.owner;
    ELSIF NOT is_live(session) THEN
        code := 2;
        holder := 0;
    ELSE
        code := 3;
        IF NOT is_held THEN
            UPDATE instances SET owner = session, token = token + 1 WHERE key = stored.key;
        END IF;
    END IF;
END $$;

-- Code: 1 purged, 2 not stored, 3 not finished. The caller has locked its id.
CREATE FUNCTION purge_instance(hash uuid, idle_version bigint) RETURNS int LANGUAGE plpgsql AS $$
DECLARE stored record;
BEGIN
    SELECT i.key, i.status, i.version INTO stored FROM instances i WHERE i.id_hash = hash FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 2;
    END IF;
    IF stored.status < 4 AND (
        idle_version IS NULL OR stored.version <> idle_version
        OR EXISTS (SELECT FROM inbox WHERE instance_key = stored.key) OR EXISTS (SELECT FROM timers WHERE instance_key = stored.key)) THEN
        RETURN 3;
    END IF;
    PERFORM remove_instance(stored.key);
    RETURN 1;
END $$;

CREATE FUNCTION insert_activities(
    session bigint, leased int, which bigint, its_generation uuid, task_ids int[], queues uuid[], urgencies bigint[], names bytea[],
    versions bytea[], tagses bytea[], inputs bytea[]) RETURNS bigint[] LANGUAGE plpgsql AS $$
DECLARE
    at_ms bigint := now_us() / 1000;
    inserted bigint[];
BEGIN
    WITH fresh AS (
        INSERT INTO activities(sequence, owner, leases, instance_key, generation, task_id, queue, rank, name, version, tags, input)
        SELECT nextval('activity_sequences'), CASE WHEN n <= leased THEN session ELSE 0 END, CASE WHEN n <= leased THEN 1 ELSE 0 END,
            which, its_generation, task_id, queue, at_ms - urgency, name, version, tags, input
        FROM unnest(task_ids, queues, urgencies, names, versions, tagses, inputs)
            WITH ORDINALITY AS a(task_id, queue, urgency, name, version, tags, input, n)
        RETURNING sequence)
    SELECT array_agg(sequence ORDER BY sequence) INTO inserted FROM fresh;
    RETURN inserted;
END $$;

-- One turn. Code: 0 committed, 1 lease lost, 2 version conflict ("version" is the stored one). What it consumed and is no longer
-- there undoes the whole group (FX001; the text has the messages and the activities), and is then stored alone.
CREATE FUNCTION commit_turn(
    session bigint, which bigint, its_token bigint, expected bigint, its_generation uuid, turn_data bytea, replaces boolean,
    new_status smallint, at bigint, new_custom_status bytea, new_output bytea, new_failure bytea, next_generation uuid, next_turn bytea,
    consumed bigint[], completed bigint[], completed_tokens int[], removed_at bigint[], removed_ids int[], timers_at bigint[], timer_ids int[],
    leased int, task_ids int[], queues uuid[], urgencies bigint[], names bytea[], versions bytea[], tagses bytea[], inputs bytea[],
    OUT code int, OUT version bigint, OUT activity_list bigint[]) LANGUAGE plpgsql AS $$
DECLARE
    stored record;
    gone bigint[];
    lost bigint[];
BEGIN
    SELECT i.status, i.version, i.owner, i.token, i.generation INTO stored FROM instances i WHERE i.key = which FOR NO KEY UPDATE;
    IF NOT FOUND OR stored.owner <> session OR stored.token <> its_token OR stored.status >= 4 OR NOT is_live(session) THEN
        code := 1;
        RETURN;
    END IF;
    IF stored.version <> expected OR stored.generation <> its_generation THEN
        code := 2;
        version := stored.version;
        RETURN;
    END IF;
    code := 0;
    IF cardinality(consumed) > 0 THEN
        WITH deleted AS (DELETE FROM inbox i WHERE i.instance_key = which AND i.id = ANY (consumed) RETURNING i.id)
        SELECT array_agg(c ORDER BY n) INTO gone FROM unnest(consumed) WITH ORDINALITY AS u(c, n) WHERE c NOT IN (SELECT id FROM deleted);
    END IF;
    IF cardinality(completed) > 0 THEN
        WITH deleted AS (
            DELETE FROM activities a USING unnest(completed, completed_tokens) AS u(sequence, token)
            WHERE a.sequence = u.sequence AND a.owner = session AND a.leases = u.token RETURNING a.sequence)
        SELECT array_agg(c ORDER BY n) INTO lost FROM unnest(completed) WITH ORDINALITY AS u(c, n) WHERE c NOT IN (SELECT sequence FROM deleted);
    END IF;
    IF gone IS NOT NULL OR lost IS NOT NULL THEN
        RAISE EXCEPTION '%;%', array_to_string(coalesce(gone, '{}'), ','), array_to_string(coalesce(lost, '{}'), ',') USING ERRCODE = 'FX001';
    END IF;
    IF next_generation IS NOT NULL THEN
        DELETE FROM history WHERE instance_key = which;
        DELETE FROM timers WHERE instance_key = which;
        DELETE FROM inbox WHERE instance_key = which AND generation IS NOT NULL;
        INSERT INTO history(instance_key, turn, data) VALUES (which, 0, next_turn);
        version := 1;
        UPDATE instances i SET version = 1, updated = at, custom_status = new_custom_status, status = new_status, begins = true,
            generation = next_generation, output = new_output, failure = new_failure WHERE i.key = which;
    ELSE
        IF replaces THEN
            DELETE FROM history WHERE instance_key = which;
        END IF;
        INSERT INTO history(instance_key, turn, data) VALUES (which, stored.version, turn_data);
        version := stored.version + 1;
        IF new_status = stored.status THEN
            UPDATE instances i SET version = commit_turn.version, updated = at, custom_status = new_custom_status, begins = false WHERE i.key = which;
        ELSE
            IF new_status >= 4 THEN
                DELETE FROM timers WHERE instance_key = which;
                DELETE FROM inbox WHERE instance_key = which;
            END IF;
            UPDATE instances i SET version = commit_turn.version, updated = at, custom_status = new_custom_status, status = new_status,
                begins = false, owner = CASE WHEN new_status >= 4 THEN 0 ELSE i.owner END, output = new_output, failure = new_failure
            WHERE i.key = which;
        END IF;
    END IF;
    IF cardinality(removed_at) > 0 THEN
        DELETE FROM timers t USING unnest(removed_at, removed_ids) AS u(at, id)
        WHERE t.fire_at = u.at AND t.instance_key = which AND t.timer_id = u.id;
    END IF;
    IF new_status < 4 AND cardinality(timers_at) > 0 THEN
        INSERT INTO timers(fire_at, instance_key, timer_id) SELECT u.at, which, u.id FROM unnest(timers_at, timer_ids) AS u(at, id);
    END IF;
    IF cardinality(task_ids) > 0 THEN
        activity_list := insert_activities(
            session, leased, which, its_generation, task_ids, queues, urgencies, names, versions, tagses, inputs);
    END IF;
END $$;

-- What a turn sends, after its children were made. Both see that the turn is there, in the same transaction: else they do nothing.
CREATE FUNCTION turn_stands(session bigint, which bigint, its_token bigint, turn_version bigint, turn_generation uuid, finished boolean)
RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM instances i WHERE i.key = which AND i.version = turn_version AND i.generation = turn_generation
        AND i.token = its_token AND (finished OR i.owner = session) AND i.xmin = pg_current_xact_id()::xid)
$$;

CREATE FUNCTION create_children(
    session bigint, which bigint, its_token bigint, turn_version bigint, turn_generation uuid, finished boolean, leases boolean, own_hash uuid,
    hashes uuid[], ids bytea[], names bytea[], generations uuid[], first_turns bytea[], created_ats bigint[], partitions smallint[],
    tagses bytea[], start_ats bigint[], kepts int[], use_hashes uuid[], use_generations uuid[], use_contents bytea[],
    OUT keys bigint[], OUT deliveries smallint[], OUT messages bigint[]) LANGUAGE plpgsql AS $$
DECLARE
    made bigint;
    receipt record;
BEGIN
    IF NOT turn_stands(session, which, its_token, turn_version, turn_generation, finished) THEN
        RETURN;
    END IF;
    FOR n IN 1 .. cardinality(hashes) LOOP
        -- A turn that finishes its own instance still uses that instance's id.
        made := 0;
        IF hashes[n] <> own_hash THEN
            SELECT c.new_key INTO made FROM insert_instance(
                hashes[n], ids[n], names[n], generations[n], first_turns[n], created_ats[n], partitions[n], tagses[n], start_ats[n], kepts[n],
                CASE WHEN leases THEN session ELSE 0 END) c;
        END IF;
        keys[n] := made;
        deliveries[n] := 0;
        messages[n] := 0;
        IF keys[n] = 0 AND use_hashes[n] IS NOT NULL THEN
            SELECT d.delivery, d.message INTO receipt
            FROM deliver((SELECT i.key FROM instances i WHERE i.id_hash = use_hashes[n]), use_generations[n], use_contents[n], session) d;
            deliveries[n] := receipt.delivery;
            messages[n] := receipt.message;
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION send_messages(
    session bigint, which bigint, its_token bigint, turn_version bigint, turn_generation uuid, finished boolean,
    hashes uuid[], generations uuid[], contents bytea[], absents boolean[], ids bytea[], names bytea[], new_generations uuid[], first_turns bytea[],
    created_ats bigint[], partitions smallint[], tagses bytea[],
    OUT deliveries smallint[], OUT messages bigint[]) LANGUAGE plpgsql AS $$
DECLARE receipt record;
BEGIN
    IF NOT turn_stands(session, which, its_token, turn_version, turn_generation, finished) THEN
        RETURN;
    END IF;
    FOR n IN 1 .. cardinality(hashes) LOOP
        SELECT d.delivery, d.message INTO receipt FROM deliver(
            find_target(hashes[n], absents[n], ids[n], names[n], new_generations[n], first_turns[n], created_ats[n], partitions[n], tagses[n]),
            generations[n], contents[n], session) d;
        deliveries[n] := receipt.delivery;
        messages[n] := receipt.message;
    END LOOP;
END $$;

-- Code: 1 recorded, 2 lease lost.
CREATE FUNCTION complete_activity(which bigint, its_token int, content bytea, OUT code int, OUT delivery smallint, OUT message bigint, OUT target bytea)
LANGUAGE plpgsql AS $$
DECLARE stored record;
BEGIN
    SELECT a.owner, a.leases, a.instance_key, a.generation INTO stored FROM activities a WHERE a.sequence = which FOR UPDATE;
    IF NOT FOUND OR stored.leases <> its_token OR NOT is_live(stored.owner) THEN
        code := 2;
        RETURN;
    END IF;
    code := 1;
    DELETE FROM activities WHERE sequence = which;
    SELECT d.delivery, d.message INTO delivery, message FROM deliver(stored.instance_key, stored.generation, content, stored.owner) d;
    target := (SELECT i.id FROM instances i WHERE i.key = stored.instance_key);
END $$;

-- Gives back what sessions hold that have ended, some of it; what they held no more of is forgotten.
CREATE FUNCTION give_back(most int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    ended record;
    changed int;
BEGIN
    FOR ended IN SELECT s.id, s.expires_at FROM sessions s WHERE s.expires_at <= now_us() ORDER BY s.id LOOP
        UPDATE activities SET owner = 0 WHERE sequence IN (
            SELECT a.sequence FROM activities a WHERE a.owner = ended.id AND a.owner <> 0 ORDER BY a.sequence LIMIT most FOR UPDATE SKIP LOCKED);
        GET DIAGNOSTICS changed = ROW_COUNT;
        most := most - changed;
        IF most <= 0 THEN
            RETURN;
        END IF;
        -- A day later nobody can hold anything by it: then its commits have failed long since.
        IF changed = 0 AND ended.expires_at < now_us() - 86400000000 THEN
            DELETE FROM sessions WHERE id = ended.id;
        END IF;
    END LOOP;
END $$;

CREATE FUNCTION lease_activities(session bigint, wanted_queues uuid[], most int)
RETURNS TABLE(sequence bigint, leases int, instance_key bigint, generation uuid, task_id int, instance_id bytea, name bytea, version bytea, tags bytea, input bytea)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    chosen bigint[];
    taken bigint[] := '{}';
BEGIN
    IF NOT is_live(session) THEN
        RETURN;
    END IF;
    LOOP
        PERFORM give_back(20000);
        SELECT array_agg(c.sequence) INTO chosen FROM (
            SELECT w.sequence FROM unnest(wanted_queues) AS q(queue) CROSS JOIN LATERAL (
                SELECT a.sequence, a.rank FROM activities a WHERE a.owner = 0 AND a.queue = q.queue ORDER BY a.queue, a.rank, a.sequence
                LIMIT most - cardinality(taken)) w
            ORDER BY w.rank, w.sequence LIMIT most - cardinality(taken)) c;
        EXIT WHEN chosen IS NULL;
        -- In the order of their sequences, so that two sessions wait for each other in one direction only.
        PERFORM FROM activities a WHERE a.sequence = ANY (chosen) AND a.owner = 0 ORDER BY a.sequence FOR UPDATE;
        DELETE FROM activities a WHERE a.sequence = ANY (chosen) AND a.owner = 0
            AND NOT EXISTS (SELECT FROM instances i WHERE i.key = a.instance_key);
        WITH held AS (
            UPDATE activities a SET owner = session, leases = a.leases + 1 WHERE a.sequence = ANY (chosen) AND a.owner = 0 RETURNING a.sequence)
        SELECT taken || coalesce(array_agg(held.sequence), '{}') INTO taken FROM held;
        EXIT WHEN cardinality(taken) >= most;
    END LOOP;
    RETURN QUERY
        SELECT a.sequence, a.leases, a.instance_key, a.generation, a.task_id, i.id, a.name, a.version, a.tags, a.input
        FROM activities a JOIN instances i ON i.key = a.instance_key
        WHERE a.sequence = ANY (taken) ORDER BY a.rank, a.sequence;
END $$;

-- Code: 1 revived, 2 changed. The caller has locked its id.
CREATE FUNCTION revive_instance(
    which bigint, expected bigint, expected_updated bigint, kept bigint, turns bigint[], datas bytea[], new_status smallint, at bigint,
    timers_at bigint[], timer_ids int[], task_ids int[], queues uuid[], urgencies bigint[], names bytea[], versions bytea[], tagses bytea[],
    inputs bytea[], contents bytea[]) RETURNS int LANGUAGE plpgsql AS $$
DECLARE stored record;
BEGIN
    SELECT i.status, i.version, i.updated, i.generation INTO stored FROM instances i WHERE i.key = which FOR NO KEY UPDATE;
    IF NOT FOUND OR stored.status < 4 OR stored.version <> expected OR stored.updated <> expected_updated THEN
        RETURN 2;
    END IF;
    DELETE FROM inbox WHERE instance_key = which; -- What came while it finished.
    DELETE FROM history h WHERE h.instance_key = which AND h.turn >= kept;
    UPDATE history h SET data = u.data FROM unnest(turns, datas) AS u(turn, data) WHERE h.instance_key = which AND h.turn = u.turn;
    INSERT INTO timers(fire_at, instance_key, timer_id) SELECT u.at, which, u.id FROM unnest(timers_at, timer_ids) AS u(at, id);
    IF cardinality(task_ids) > 0 THEN
        PERFORM insert_activities(0, 0, which, stored.generation, task_ids, queues, urgencies, names, versions, tagses, inputs);
    END IF;
    INSERT INTO inbox(instance_key, id, generation, data)
        SELECT which, nextval('message_ids'), NULL, content FROM unnest(contents) WITH ORDINALITY AS u(content, n) ORDER BY n;
    UPDATE instances i SET version = kept, updated = at, status = new_status, begins = false, owner = 0, output = NULL, failure = NULL WHERE i.key = which;
    RETURN 1;
END $$;

-- Ids of instances with something to do that no other live session holds, by key; at most so many.
CREATE FUNCTION ready_instances(session bigint, after bigint, most int, partitions smallint[]) RETURNS TABLE(key bigint, id bytea) LANGUAGE plpgsql STABLE AS $$
#variable_conflict use_column
DECLARE
    live bigint[] := ARRAY(SELECT s.id FROM sessions s WHERE s.expires_at > now_us() AND s.id <> session);
BEGIN
    RETURN QUERY
        SELECT i.key, i.id FROM (
            SELECT b.key FROM instances b WHERE b.begins AND b.key > after
            UNION
            SELECT m.instance_key FROM inbox m WHERE m.instance_key > after) c
        JOIN instances i ON i.key = c.key
        WHERE i.status < 4 AND i.owner <> ALL (live) AND (partitions IS NULL OR i.partition = ANY (partitions))
        ORDER BY i.key LIMIT most;
END $$;


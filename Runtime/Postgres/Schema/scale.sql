-- How many nodes of some labels and slots the hub has work for: what waits and what is held, divided by the slots, rounded up.
-- For KEDA's postgresql scaler, whose connection knows no schema: it is named by the hub, as in
-- SELECT funcexec_hub.scale_recommendation('hub', 'gpu,os=linux', 8). Past a thousand nodes it no longer counts.
-- What waits for a terminated instance (6) needs no node: a lease drops it. But where the first of a queue fill the bound all of them
-- count, whatever they are: behind them may be work, which a node has to come to.
CREATE FUNCTION scale_recommendation(hub text, labels text, slots int) RETURNS int LANGUAGE plpgsql STABLE
SET search_path FROM CURRENT SET enable_seqscan = off SET enable_bitmapscan = off SET jit = off AS $$
DECLARE
    v_labels text[] := string_to_array(replace(labels, ' ', ''), ',');
    v_queues int[];
    v_most bigint := slots * 1000::bigint;
    v_waiting bigint;
    v_held bigint;
BEGIN
    IF slots IS NULL OR slots < 1 THEN
        RAISE EXCEPTION 'slots is %, and has to be 1 or more', slots USING ERRCODE = '22023';
    END IF;
    IF current_schema() <> 'funcexec_' || replace(lower(hub), '-', '_') THEN
        RAISE EXCEPTION 'hub is %, and this is the schema %', hub, current_schema() USING ERRCODE = '22023';
    END IF;
    v_queues := ARRAY(SELECT q.id FROM hub_queues q WHERE q.runs_on <@ v_labels);
    v_waiting := (
        SELECT coalesce(sum(CASE WHEN w.seen = v_most THEN w.seen ELSE w.wanted END), 0) FROM unnest(v_queues) q(queue)
        CROSS JOIN LATERAL (
            SELECT count(*) AS seen,
                count(*) FILTER (WHERE EXISTS (SELECT FROM hub_instances i WHERE i.key = c.instance_key AND i.status <> 6 OFFSET 0)) AS wanted
            FROM (
                SELECT a.instance_key FROM hub_activities a WHERE a.owner = 0 AND a.queue = q.queue
                ORDER BY a.queue, a.rank, a.sequence LIMIT v_most) c) w);
    v_held := (SELECT count(*) FROM (
        SELECT FROM hub_activities a WHERE a.owner <> 0 AND a.queue = ANY(v_queues) ORDER BY a.owner, a.sequence LIMIT v_most) c);
    RETURN ceil(least(v_waiting + v_held, v_most) / slots::numeric);
END $$;

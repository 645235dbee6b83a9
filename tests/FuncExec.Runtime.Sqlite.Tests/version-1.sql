-- A hub's file of schema version 1 with a little of everything, as it was released. It never changes.
PRAGMA page_size = 4096;
PRAGMA journal_mode = WAL;
BEGIN;
CREATE TABLE counters(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE instances(
    key INTEGER PRIMARY KEY, status INTEGER NOT NULL, version INTEGER NOT NULL, owner INTEGER NOT NULL,
    token INTEGER NOT NULL, generation BLOB NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL,
    partition INTEGER NOT NULL, id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, tags TEXT, custom_status TEXT,
    output TEXT, failure TEXT);
CREATE INDEX instances_unfinished ON instances(status) WHERE status < 4;
CREATE TABLE history(
    instance_key INTEGER NOT NULL, turn INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY(instance_key, turn)) WITHOUT ROWID;
CREATE TABLE inbox(
    instance_key INTEGER NOT NULL, id INTEGER NOT NULL, generation BLOB, data BLOB NOT NULL,
    PRIMARY KEY(instance_key, id)) WITHOUT ROWID;
CREATE TABLE activities(
    sequence INTEGER PRIMARY KEY, owner INTEGER NOT NULL, leases INTEGER NOT NULL, instance_key INTEGER NOT NULL,
    generation BLOB NOT NULL, task_id INTEGER NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL, tags TEXT,
    input TEXT);
CREATE INDEX activities_free ON activities(owner) WHERE owner = 0;
CREATE TABLE timers(
    fire_at INTEGER NOT NULL, instance_key INTEGER NOT NULL, timer_id INTEGER NOT NULL,
    PRIMARY KEY(fire_at, instance_key, timer_id)) WITHOUT ROWID;
CREATE INDEX timers_by_instance ON timers(instance_key);
INSERT INTO counters VALUES ('activity', 1048576), ('instance', 1048576), ('message', 1048576), ('session', 1024);
INSERT INTO instances(key, status, version, owner, token, generation, created, updated, partition, id, name, tags, custom_status, output) VALUES
    (7, 2, 2, 3, 5, x'00112233445566778899AABBCCDDEEFF', 640414944000000000, 640414944000000000, 5, 'äöü', 'Orchestrator', NULL, 'custom', NULL),
    (8, 4, 1, 0, 1, x'FFEEDDCCBBAA99887766554433221100', 640414944000000000, 640414944000000000, 6, 'done', 'Orchestrator', 'tags', NULL, '"output"');
-- Bytes begin with 0, or with 1 and a length where they are compressed: 5,000 times 'x'.
INSERT INTO history VALUES (7, 0, x'006669727374'), (7, 1, x'018813000083C3090020F0D8000E5CC3496D36800B7058FE590030'), (8, 0, x'00');
INSERT INTO inbox VALUES (7, 12, NULL, x'0061206D657373616765');
INSERT INTO activities(sequence, owner, leases, instance_key, generation, task_id, name, version, tags, input) VALUES
    (20, 3, 2, 7, x'00112233445566778899AABBCCDDEEFF', 1, 'Activity', '', NULL, '"input"'),
    (21, 0, 0, 7, x'00112233445566778899AABBCCDDEEFF', 2, 'Activity', '1.0', 'tags', NULL);
INSERT INTO timers VALUES (1234, 7, 3);
PRAGMA application_id = 1178957896;
PRAGMA user_version = 1;
COMMIT;

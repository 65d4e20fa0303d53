-- A queue as version 1 made it, with a job of two items of which one is done.
CREATE TABLE meta (born INTEGER NOT NULL);
CREATE TABLE jobs (
	id         TEXT PRIMARY KEY,
	class      INTEGER NOT NULL,
	state      TEXT NOT NULL,
	info       BLOB,
	key        TEXT NOT NULL DEFAULT '',
	print      TEXT NOT NULL DEFAULT '',
	follow     BLOB,
	created    INTEGER NOT NULL, -- all times are microseconds since 1970
	touched    INTEGER NOT NULL, -- by a batch
	sealed     INTEGER NOT NULL DEFAULT 0,
	ended      INTEGER NOT NULL DEFAULT 0,
	total      INTEGER NOT NULL DEFAULT 0,
	running    INTEGER NOT NULL DEFAULT 0,
	completed  INTEGER NOT NULL DEFAULT 0,
	failed     INTEGER NOT NULL DEFAULT 0,
	cancelled  INTEGER NOT NULL DEFAULT 0,
	served     INTEGER NOT NULL DEFAULT 0, -- when an item was taken last, or it was complete
	-- When it was served last, or its first item is due, whichever is later. NULL: there is
	-- nothing to take. It may be too early, never too late.
	ready      INTEGER
);
CREATE INDEX jobs_ready ON jobs (class, ready) WHERE ready IS NOT NULL;
CREATE INDEX jobs_key ON jobs (key) WHERE key <> '';
CREATE INDEX jobs_ended ON jobs (ended) WHERE ended > 0;
CREATE INDEX jobs_active ON jobs (sealed) WHERE ended = 0;
CREATE TABLE items (
	job      TEXT NOT NULL,
	idx      INTEGER NOT NULL,
	id       TEXT NOT NULL UNIQUE,
	state    TEXT NOT NULL,
	attempts INTEGER NOT NULL DEFAULT 0,
	token    INTEGER NOT NULL DEFAULT 0,
	-- 0: nobody has had it yet. NULL: it has ended.
	due      INTEGER,
	work     BLOB,
	result   BLOB,
	UNIQUE (job, idx)
);
CREATE INDEX items_due ON items (job, due, idx) WHERE due IS NOT NULL;
CREATE INDEX items_delayed ON items (due) WHERE state = 'waiting' AND due > 0;
PRAGMA application_id = 1280790901;
PRAGMA user_version = 1;
INSERT INTO meta (born) VALUES (1700000000000000);
INSERT INTO jobs (id, class, state, info, created, touched, sealed, total, completed, served, ready)
	VALUES ('a', 1, 'running', x'696e666f', 1700000001000000, 1700000001000000, 1700000001000000, 2, 1, 1700000002000000, 1700000002000000);
INSERT INTO items (job, idx, id, state, attempts, token, due, work, result) VALUES
	('a', 0, 'a.0', 'completed', 1, 5, NULL, x'776f726b', x'726573756c74'),
	('a', 1, 'a.1', 'waiting', 0, 0, 0, x'776f726b', NULL);

-- What is used up by name and day. The row with an empty id is the sum of the others.
CREATE TABLE spent (
	day  TEXT NOT NULL,
	name TEXT NOT NULL,
	id   TEXT NOT NULL,
	n    INTEGER NOT NULL,
	PRIMARY KEY (day, name, id)
) WITHOUT ROWID;

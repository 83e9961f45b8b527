-- What happened to each grid, in order. Entries are only ever added; the current version is that of the last one.
CREATE TABLE history (
  id      TEXT NOT NULL,
  number  INTEGER NOT NULL,  -- 1, 2, … of this grid; the key lets only one of several writers have the next
  version TEXT NOT NULL,     -- SHA-256 of the bytes
  action  TEXT NOT NULL CHECK (action IN ('published', 'restored', 'withdrawn')),
  at      TEXT,              -- ISO 8601; null: before there was a history
  bytes   INTEGER,           -- their number; null: before there was a history
  object  TEXT NOT NULL,     -- the key of the bytes in R2
  summary TEXT,              -- JSON: what the list of grids shows of it; null: withdrawn
  attempt TEXT,              -- the request that wrote it: one that lost the database's answer finds its entry again
  PRIMARY KEY (id, number)
) STRICT;

CREATE INDEX history_version ON history (id, version);
CREATE INDEX history_object ON history (object);

CREATE TRIGGER history_keeps_entries BEFORE DELETE ON history BEGIN
  SELECT RAISE(ABORT, 'the history is append-only');
END;
CREATE TRIGGER history_keeps_values BEFORE UPDATE ON history BEGIN
  SELECT RAISE(ABORT, 'the history is append-only');
END;

INSERT INTO history (id, number, version, action, object, summary)
  SELECT id, 1, version, 'published', 'grids/' || id || '/' || version || '.json', summary FROM grids;

-- The current grids: a view, so that it cannot disagree with the history.
DROP TABLE grids;
CREATE VIEW grids AS
  SELECT id, version, summary, object FROM history AS entry
  WHERE action <> 'withdrawn' AND number = (SELECT MAX(number) FROM history WHERE id = entry.id);

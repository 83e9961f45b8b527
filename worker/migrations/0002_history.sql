-- What happened to each grid, in order. Entries are only ever added; the current version is that of the last one.
CREATE TABLE history (
  id      TEXT NOT NULL,
  number  INTEGER NOT NULL,  -- 1, 2, … of this grid; the key lets only one of several writers have the next
  version TEXT NOT NULL,     -- SHA-256 of the bytes
  action  TEXT NOT NULL CHECK (action IN ('published', 'restored', 'withdrawn')),
  at      TEXT,              -- ISO 8601; null: before there was a history
  bytes   INTEGER,           -- their number; null: before there was a history
  object  TEXT NOT NULL,     -- the key of the bytes in R2
  attempt TEXT,              -- the request that wrote it: one that lost the database's answer finds its entry again
  PRIMARY KEY (id, number)
) STRICT;

CREATE INDEX history_version ON history (id, version);
CREATE INDEX history_object ON history (object);

INSERT INTO history (id, number, version, action, object)
  SELECT id, 1, version, 'published', 'grids/' || id || '/' || version || '.json' FROM grids;

CREATE TRIGGER history_keeps_entries BEFORE DELETE ON history BEGIN
  SELECT RAISE(ABORT, 'the history is append-only');
END;
CREATE TRIGGER history_keeps_values BEFORE UPDATE ON history BEGIN
  SELECT RAISE(ABORT, 'the history is append-only');
END;

-- The pointers cannot disagree with the history: each is written in one transaction with its entry, after it.
CREATE TRIGGER grids_follow_insert BEFORE INSERT ON grids
WHEN NOT EXISTS (
  SELECT 1 FROM history WHERE id = NEW.id AND version = NEW.version AND action <> 'withdrawn'
    AND number = (SELECT MAX(number) FROM history WHERE id = NEW.id)
) BEGIN
  SELECT RAISE(ABORT, 'the history has another current version');
END;
CREATE TRIGGER grids_follow_update BEFORE UPDATE ON grids
WHEN NOT EXISTS (
  SELECT 1 FROM history WHERE id = NEW.id AND version = NEW.version AND action <> 'withdrawn'
    AND number = (SELECT MAX(number) FROM history WHERE id = NEW.id)
) BEGIN
  SELECT RAISE(ABORT, 'the history has another current version');
END;
CREATE TRIGGER grids_follow_delete BEFORE DELETE ON grids
WHEN (SELECT action FROM history WHERE id = OLD.id ORDER BY number DESC LIMIT 1) <> 'withdrawn' BEGIN
  SELECT RAISE(ABORT, 'the history has a current version');
END;

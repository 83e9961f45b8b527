-- One row a grid: which immutable version (the SHA-256 of its bytes, an object in R2) is the current one.
CREATE TABLE grids (
  id      TEXT PRIMARY KEY,
  version TEXT NOT NULL,
  summary TEXT NOT NULL  -- JSON: what the list of grids shows of it
) STRICT;

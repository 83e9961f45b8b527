-- The look-up of measured columns asks for the grids of one activation. Entries carry their columns, so that what is looked up
-- changes in the same statement as the current version, and grids of earlier versions are found too.
CREATE INDEX grids_by_activation ON grids (json_extract(summary, '$.activation'));

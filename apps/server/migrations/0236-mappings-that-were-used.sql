-- The mapping by which a person's file was read: the next file of this provider is read by it, too, whoever brings it.

ALTER TABLE prewatt.reconciliation_files
  ADD COLUMN mapping jsonb CHECK (jsonb_typeof(mapping) = 'object');

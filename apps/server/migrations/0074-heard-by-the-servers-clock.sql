-- When the server heard what became of a token or a key-change set, by its own clock: what a meter says of its own clock is
-- no proof of an order. Null for what was heard before.
SET LOCAL search_path = prewatt;

ALTER TABLE tokens ADD COLUMN heard_at timestamptz;
ALTER TABLE key_change_sets ADD COLUMN heard_at timestamptz;
GRANT UPDATE (heard_at) ON key_change_sets TO prewatt_app;

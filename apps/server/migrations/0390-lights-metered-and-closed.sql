-- Lighting accounts whose energy a meter of their own counts, in either credit mode; and accounts that are over.

SET LOCAL search_path = prewatt;

-- lamps: the register is the sum of what they count. meter: the account's meter is a device in the cabinet, whose credit and switch count.
ALTER TABLE lighting_accounts ADD COLUMN metered_by text NOT NULL DEFAULT 'lamps' CHECK (metered_by IN ('lamps', 'meter'));
ALTER TABLE lighting_accounts ADD COLUMN closed_at timestamptz;
GRANT UPDATE (metered_by, closed_at) ON lighting_accounts TO prewatt_app;

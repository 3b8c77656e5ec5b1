-- The amount that a notification without proof named with its money: a rail whose own answer has none (M-Pesa's query) is held to it.

SET LOCAL search_path = prewatt;

ALTER TABLE payments ADD COLUMN hinted_minor bigint CHECK (hinted_minor > 0);
GRANT UPDATE (hinted_minor) ON payments TO prewatt_app;

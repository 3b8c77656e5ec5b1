-- What a home drew when its wallet's supply went off: what a payment lasts for is said by it.

SET LOCAL search_path = prewatt;

ALTER TABLE wallets ADD COLUMN cut_power_w bigint;
GRANT UPDATE (cut_power_w) ON wallets TO prewatt_app;

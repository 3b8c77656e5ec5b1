-- What has to be paid for supply to be on was told to the customer as this sum: it is said as long as it is enough.

SET LOCAL search_path = prewatt;

ALTER TABLE wallets ADD COLUMN told_least_minor bigint;
GRANT UPDATE (told_least_minor) ON wallets TO prewatt_app;

-- What came before its money stood in columns (0485) is read by upkeep, in small pieces, so that it is found by the provider's reference.
-- True for what is there, false for what comes: no row is written anew.

ALTER TABLE prewatt.provider_notifications ADD COLUMN awaits_reading boolean NOT NULL DEFAULT true;
ALTER TABLE prewatt.provider_notifications ALTER COLUMN awaits_reading SET DEFAULT false;
GRANT UPDATE (awaits_reading) ON prewatt.provider_notifications TO prewatt_app;

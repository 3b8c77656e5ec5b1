-- Meters by DLMS of security suite 1, and those that are let in by signatures (ECDSA, mechanism 7).

SET LOCAL search_path = prewatt;

ALTER TABLE dlms_links
  ADD COLUMN suite smallint NOT NULL DEFAULT 0 CHECK (suite IN (0, 1)),
  DROP CONSTRAINT dlms_links_authentication_check,
  ADD CONSTRAINT dlms_links_authentication_check CHECK (authentication IN ('none', 'low', 'gmac', 'ecdsa')),
  ADD CONSTRAINT dlms_links_suite_of_signatures CHECK (authentication <> 'ecdsa' OR suite = 1);
GRANT UPDATE (suite) ON dlms_links TO prewatt_app;

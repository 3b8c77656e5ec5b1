-- The DLMS keys of a meter are changed over its link: the new ones wait, sealed, until the meter has proved that it has them.

SET LOCAL search_path = prewatt;

ALTER TABLE dlms_links
  -- The sealed keys hold the one by which others are wrapped.
  ADD COLUMN has_wrapping_key boolean NOT NULL DEFAULT false,
  ADD COLUMN sealed_next bytea,
  -- The highest counter that came under the new encryption key.
  ADD COLUMN received_next bigint NOT NULL DEFAULT -1 CHECK (received_next BETWEEN -1 AND 4294967295),
  -- Of the last change: who asked, in which order, how far it came.
  ADD COLUMN key_change jsonb,
  ADD CHECK (sealed_next IS NULL OR key_change IS NOT NULL);
GRANT UPDATE (has_wrapping_key, sealed_next, received_next, key_change) ON dlms_links TO prewatt_app;

ALTER TABLE link_acts
  DROP CONSTRAINT link_acts_act_check,
  ADD CONSTRAINT link_acts_act_check CHECK (act IN ('claimed', 'paired', 'rotationAsked', 'rotated', 'revoked', 'certified', 'renewed',
    'driverLinked', 'driverEnded', 'driverKeysAsked', 'driverKeysChanged')),
  DROP CONSTRAINT link_acts_check,
  ADD CONSTRAINT link_acts_check CHECK ((act IN ('claimed', 'rotated', 'renewed', 'driverKeysChanged')) = (done_by IS NULL));

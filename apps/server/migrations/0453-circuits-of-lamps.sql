-- A circuit of lamps behind the contactor of a gateway: which group it goes by, and what its meter
-- was told of it last.

SET LOCAL search_path = prewatt;

ALTER TABLE lighting_accounts
  ADD COLUMN circuit_group_id uuid,
  ADD COLUMN circuit_full_w integer,
  ADD COLUMN circuit_on_from_percent smallint,
  ADD COLUMN circuit_is_protected boolean,
  ADD COLUMN circuit_generation integer NOT NULL DEFAULT 0,
  ADD COLUMN circuit_told jsonb,
  ADD CONSTRAINT lighting_accounts_circuit CHECK (num_nonnulls(circuit_group_id, circuit_full_w,
    circuit_on_from_percent, circuit_is_protected) IN (0, 4)
    AND (circuit_group_id IS NULL OR metered_by = 'meter')) NOT VALID,
  ADD CONSTRAINT lighting_accounts_circuit_full_w CHECK (circuit_full_w BETWEEN 1 AND 100000) NOT VALID,
  ADD CONSTRAINT lighting_accounts_circuit_on_from
    CHECK (circuit_on_from_percent BETWEEN 1 AND 100) NOT VALID,
  ADD CONSTRAINT lighting_accounts_circuit_group FOREIGN KEY (bucket, circuit_group_id)
    REFERENCES lamp_groups (bucket, id) NOT VALID;
ALTER TABLE lighting_accounts VALIDATE CONSTRAINT lighting_accounts_circuit;
ALTER TABLE lighting_accounts VALIDATE CONSTRAINT lighting_accounts_circuit_full_w;
ALTER TABLE lighting_accounts VALIDATE CONSTRAINT lighting_accounts_circuit_on_from;
ALTER TABLE lighting_accounts VALIDATE CONSTRAINT lighting_accounts_circuit_group;
GRANT UPDATE (circuit_group_id, circuit_full_w, circuit_on_from_percent, circuit_is_protected,
  circuit_generation, circuit_told) ON lighting_accounts TO prewatt_app;

-- The command that carries it. Rows are not read again: each kind that was allowed still is.
ALTER TABLE commands DROP CONSTRAINT commands_kind_check;
ALTER TABLE commands ADD CONSTRAINT commands_kind_check CHECK (kind IN
  ('deliverToken', 'readNow', 'switchOpen', 'switchClose', 'switchArm', 'setPowerLimit',
   'setEmergencyCredit', 'setProtection', 'setTariff', 'setPaymentMode', 'setControlMode',
   'setLights', 'setClock', 'setLinkSecret', 'renewCertificate')) NOT VALID;

-- A meter is exchanged in wallet mode: the old one's use is rated up to its final reading, then the new one's readings
-- are what the wallet is charged by.

SET LOCAL search_path = prewatt;

ALTER TABLE wallets ADD COLUMN next_meter_id uuid;
ALTER TABLE wallets ADD CONSTRAINT wallets_next_meter_fkey FOREIGN KEY (bucket, next_meter_id)
  REFERENCES meters (bucket, id);
ALTER TABLE wallets ADD CONSTRAINT wallets_next_meter_check CHECK ((next_meter_id IS NOT NULL) <= (until_at IS NOT NULL));

-- In wallet mode: the register of the old meter at the exchange, as read there, or as it was known last; null where it
-- was never read.
ALTER TABLE meter_exchanges ADD COLUMN final_from text CHECK (final_from IN ('lastReading', 'display'));
ALTER TABLE meter_exchanges ADD COLUMN final_import_wh bigint CHECK (final_import_wh >= 0);
ALTER TABLE meter_exchanges ADD CONSTRAINT meter_exchanges_final_check
  CHECK ((final_import_wh IS NOT NULL) <= (final_from IS NOT NULL));

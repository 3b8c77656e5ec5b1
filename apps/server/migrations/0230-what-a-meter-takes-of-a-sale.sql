-- What the meter takes of a sale's tokens for use without credit, by its last word when they were made: a receipt shows it, and never reckons
-- it again. NULL for sales from before. One of the two is zero: energy of a meter that counts it, money of the other.

ALTER TABLE prewatt.sales
  ADD COLUMN recovered_energy_wh bigint CHECK (recovered_energy_wh BETWEEN 0 AND energy_wh),
  ADD COLUMN recovered_minor bigint CHECK (recovered_minor BETWEEN 0 AND coalesce(credit_minor, 0));
GRANT UPDATE (recovered_energy_wh, recovered_minor)
  ON prewatt.sales TO prewatt_app;

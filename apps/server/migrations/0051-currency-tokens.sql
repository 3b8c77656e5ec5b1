-- Credit in money, for meters that have the tariff inside: what a quote and a sale put on the meter, and what a token carries.

SET LOCAL search_path = prewatt;

-- Null where the credit is energy, or goes into a wallet.
ALTER TABLE quotes
  ADD COLUMN credit_minor bigint CHECK (credit_minor > 0),
  DROP CONSTRAINT quotes_energy_wh_check,
  ADD CONSTRAINT quotes_credit CHECK (energy_wh >= 0 AND (energy_wh > 0) = (credit_minor IS NULL));
ALTER TABLE sales
  ADD COLUMN credit_minor bigint CHECK (credit_minor > 0),
  ADD CONSTRAINT sales_credit CHECK (credit_minor IS NULL OR energy_wh = 0);

-- In 10^-5 of the currency's base unit, as the standard codes it (IEC 62055-41, SubClass 4).
ALTER TABLE tokens
  ADD COLUMN amount_e5 bigint CHECK (amount_e5 > 0),
  DROP CONSTRAINT tokens_energy,
  ADD CONSTRAINT tokens_energy CHECK (num_nonnulls(energy_wh, amount_e5) = CASE kind WHEN 'credit' THEN 1 ELSE 0 END);

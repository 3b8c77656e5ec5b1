-- An offer for a wallet that owes may buy nothing: all of it goes to what is owed.
ALTER TABLE prewatt.quotes DROP CONSTRAINT quotes_credit;
ALTER TABLE prewatt.quotes ADD CONSTRAINT quotes_credit
  CHECK (energy_wh >= 0 AND (energy_wh = 0 OR credit_minor IS NULL));

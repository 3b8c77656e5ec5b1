-- Some rails say later what became of a refund, at an address that nobody can guess.
ALTER TABLE prewatt.refund_orders
  ADD COLUMN answer_secret uuid NOT NULL DEFAULT gen_random_uuid();

-- A provider that asks on the customer's phone has its own name for that request, by which it is asked what became of it. What a
-- notification that proves nothing said of the money's own name is kept beside it, until the provider confirms the payment.

SET LOCAL search_path = prewatt;

ALTER TABLE payments
  ADD COLUMN provider_request text,
  ADD COLUMN hinted_reference text;

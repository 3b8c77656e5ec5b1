-- Homes whose meter nobody hears: called when they have not bought for longer than what they bought can last.

SET LOCAL search_path = prewatt;

ALTER TABLE supply_calls DROP CONSTRAINT supply_calls_because_check;
ALTER TABLE supply_calls ADD CONSTRAINT supply_calls_because_check
  CHECK (because IN ('medical', 'vulnerable', 'silence', 'noPurchase'));

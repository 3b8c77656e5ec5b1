-- The time in a shop's message is its name, as the client writes it: some write it with separators ("2026-11-29T18:04:00").

SET LOCAL search_path = prewatt;

ALTER TABLE vendor_messages DROP CONSTRAINT vendor_messages_date_time_check;
ALTER TABLE vendor_messages
  ADD CONSTRAINT vendor_messages_date_time_check CHECK (length(date_time) <= 40) NOT VALID;

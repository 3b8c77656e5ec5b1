-- What receipts and other documents say of the utility beside its name. All may be missing. A change is on record as that of any other
-- setting, with the four texts as JSON.

SET LOCAL search_path = prewatt;

ALTER TABLE utilities
  ADD COLUMN legal_name text CHECK (length(legal_name) BETWEEN 1 AND 120),
  ADD COLUMN tax_number text CHECK (length(tax_number) BETWEEN 1 AND 40),
  ADD COLUMN postal_address text CHECK (length(postal_address) BETWEEN 1 AND 300),
  ADD COLUMN receipt_footer text CHECK (length(receipt_footer) BETWEEN 1 AND 300);

-- Reaches the tenant of the transaction and these columns.
CREATE FUNCTION set_document_texts(legal text, tax text, address text, footer text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = prewatt, pg_temp
AS 'UPDATE prewatt.utilities SET legal_name = legal, tax_number = tax, postal_address = address, receipt_footer = footer
  WHERE id = prewatt.current_utility()';
REVOKE ALL ON FUNCTION set_document_texts(text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION set_document_texts(text, text, text, text) TO prewatt_app;

ALTER TABLE utility_setting_events
  DROP CONSTRAINT utility_setting_events_setting_check,
  ADD CONSTRAINT utility_setting_events_setting_check CHECK (setting IN ('silentAfterHours', 'identityWarnDays', 'documentTexts'));

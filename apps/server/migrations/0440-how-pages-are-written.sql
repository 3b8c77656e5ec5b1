-- How a utility's pages for customers are written: the language of whoever chose none and asks for none that there is, the clock, and the
-- form of money. A change is on record as that of any other setting, with the three values as JSON.

SET LOCAL search_path = prewatt;

ALTER TABLE utilities
  ADD COLUMN page_language text NOT NULL DEFAULT 'en' CHECK (page_language ~ '^[a-z]{2}$'),
  ADD COLUMN clock_hours smallint NOT NULL DEFAULT 24 CHECK (clock_hours IN (12, 24)),
  ADD COLUMN money_form text NOT NULL DEFAULT 'sign' CHECK (money_form IN ('sign', 'code'));

-- Reaches the tenant of the transaction and these columns.
CREATE FUNCTION set_page_writing(language text, hours smallint, form text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = prewatt, pg_temp
AS 'UPDATE prewatt.utilities SET page_language = language, clock_hours = hours, money_form = form
  WHERE id = prewatt.current_utility()';
REVOKE ALL ON FUNCTION set_page_writing(text, smallint, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION set_page_writing(text, smallint, text) TO prewatt_app;

ALTER TABLE utility_setting_events
  DROP CONSTRAINT utility_setting_events_setting_check,
  ADD CONSTRAINT utility_setting_events_setting_check
    CHECK (setting IN ('silentAfterHours', 'identityWarnDays', 'documentTexts', 'pageWriting')) NOT VALID;
ALTER TABLE utility_setting_events VALIDATE CONSTRAINT utility_setting_events_setting_check;

-- Another e-mail address waits for its code beside the one that was proved, which goes on until then.

SET LOCAL search_path = prewatt;

ALTER TABLE mail_address_directory ADD COLUMN wanted_address text CHECK (length(wanted_address) BETWEEN 3 AND 254);
GRANT UPDATE (wanted_address) ON mail_address_directory TO prewatt_app;

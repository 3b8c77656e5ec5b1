-- What 0583 allowed, read beside the work.

ALTER TABLE prewatt.vendor_messages VALIDATE CONSTRAINT vendor_messages_date_time_check;

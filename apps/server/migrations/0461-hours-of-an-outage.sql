-- For how many hours an outage of vending was declared: a repeat of the request with others is another request.

SET LOCAL search_path = prewatt;

ALTER TABLE vending_outages ADD COLUMN hours smallint CHECK (hours BETWEEN 1 AND 72);

-- The request that made a customer: the same one again, after a lost answer, makes no second.

SET LOCAL search_path = prewatt;

ALTER TABLE customers ADD COLUMN request_id text CHECK (length(request_id) BETWEEN 8 AND 100);
CREATE UNIQUE INDEX customers_by_request ON customers (utility_id, request_id) WHERE request_id IS NOT NULL;

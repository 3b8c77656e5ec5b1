-- Checks that cost a look-up for each row of a sale and that something else proves (docs/adr/0009).

SET LOCAL search_path = prewatt;

-- That a row's tenant exists: the policy of each table admits the present tenant alone, and its connection or vendor,
-- which is checked, belongs to a utility that is.
ALTER TABLE sales DROP CONSTRAINT sales_utility_id_fkey;
ALTER TABLE tokens DROP CONSTRAINT tokens_utility_id_fkey;
ALTER TABLE commands DROP CONSTRAINT commands_utility_id_fkey;
ALTER TABLE messages DROP CONSTRAINT messages_utility_id_fkey;
ALTER TABLE vendor_requests DROP CONSTRAINT vendor_requests_utility_id_fkey;
ALTER TABLE vendor_sales DROP CONSTRAINT vendor_sales_utility_id_fkey;

-- Customers of the homes that were there: one for each phone, and each home with the customer that it has. Reads homes, locks none.

SET LOCAL search_path = prewatt;

INSERT INTO customers (id, utility_id, name, phone, changed_at, created_at)
SELECT DISTINCT ON (utility_id, customer_phone) gen_random_uuid(), utility_id,
  left(coalesce(nullif(customer_name, ''), customer_phone), 120), customer_phone, created_at, created_at
FROM connections WHERE customer_phone IS NOT NULL AND closed_at IS NULL
ORDER BY utility_id, customer_phone, created_at
ON CONFLICT (utility_id, phone) WHERE merged_into IS NULL DO NOTHING;

INSERT INTO occupancies (bucket, id, utility_id, connection_id, customer_id, began_at)
SELECT c.bucket, gen_random_uuid(), c.utility_id, c.id, u.id, c.created_at
FROM connections c JOIN customers u ON u.utility_id = c.utility_id AND u.phone = c.customer_phone AND u.merged_into IS NULL
WHERE c.closed_at IS NULL
ON CONFLICT (bucket, connection_id) WHERE ended_at IS NULL DO NOTHING;

-- Tokens and vendors' rows look for their sale by its id alone: `bucket + 0` is in no index. By bucket and id, a plan that
-- was made while the table was empty took the index by bucket and connection, and read all sales of the bucket for each row
-- until the table's statistics were next made. The connection is compared, too: a row of another one is refused.

CREATE OR REPLACE FUNCTION prewatt.tokens_have_their_sale() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM made WHERE (SELECT true FROM prewatt.meters m WHERE m.bucket = made.bucket
      AND m.id = made.meter_id AND m.connection_id = made.connection_id) IS NULL) THEN
    RAISE foreign_key_violation USING
      MESSAGE = 'insert on table "tokens" violates foreign key: a meter is not in "meters"';
  END IF;
  IF EXISTS (SELECT FROM made WHERE sale_id IS NOT NULL AND (SELECT true FROM prewatt.sales s
      WHERE s.id = made.sale_id AND s.bucket + 0 = made.bucket AND s.connection_id = made.connection_id) IS NULL) THEN
    RAISE foreign_key_violation USING
      MESSAGE = 'insert on table "tokens" violates foreign key: a sale is not in "sales"';
  END IF;
  RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION prewatt.vendor_sales_have_their_sale() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM made WHERE (SELECT true FROM prewatt.sales s WHERE s.id = made.sale_id
      AND s.bucket + 0 = made.bucket AND s.connection_id = made.connection_id) IS NULL) THEN
    RAISE foreign_key_violation USING
      MESSAGE = 'insert on table "vendor_sales" violates foreign key: a sale is not in "sales"';
  END IF;
  IF EXISTS (SELECT FROM (SELECT DISTINCT shift_id, vendor_id FROM made) used
      WHERE (SELECT true FROM prewatt.vendor_shifts s WHERE s.id = used.shift_id
        AND s.vendor_id = used.vendor_id) IS NULL) THEN
    RAISE foreign_key_violation USING
      MESSAGE = 'insert on table "vendor_sales" violates foreign key: a shift of its vendor is not in "vendor_shifts"';
  END IF;
  RETURN NULL;
END
$$;

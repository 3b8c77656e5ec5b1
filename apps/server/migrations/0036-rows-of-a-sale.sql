-- What the rows of a sale refer to is looked up once for a statement instead of row by row. Nine foreign keys of a sale took
-- a look-up and a row lock each, and wrote each lock to the log, in the very transaction that had read those rows. What
-- they promise stands (docs/adr/0013): no statement leaves a row without what it refers to, and what is referred to is never
-- deleted and keeps its key, whoever writes.

CREATE FUNCTION prewatt.keys_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE restrict_violation USING MESSAGE =
    format('rows of "%s" are never deleted, and what names them or what they refer to never changes', TG_TABLE_NAME);
END
$$;

CREATE TRIGGER rows_stand BEFORE DELETE OR TRUNCATE ON prewatt.connections
  FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER rows_stand BEFORE DELETE OR TRUNCATE ON prewatt.meters
  FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER rows_stand BEFORE DELETE OR TRUNCATE ON prewatt.sales
  FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER rows_stand BEFORE DELETE OR TRUNCATE ON prewatt.vendors
  FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER rows_stand BEFORE DELETE OR TRUNCATE ON prewatt.vendor_shifts
  FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();

-- Of these columns alone: any other update runs no trigger.
CREATE TRIGGER keys_stand BEFORE UPDATE OF bucket, id, utility_id ON prewatt.connections
  FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER keys_stand BEFORE UPDATE OF bucket, id, utility_id, connection_id ON prewatt.meters
  FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER keys_stand BEFORE UPDATE OF bucket, id, utility_id, connection_id, meter_id ON prewatt.sales
  FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER keys_stand BEFORE UPDATE OF bucket, id, utility_id, connection_id, meter_id, sale_id ON prewatt.tokens
  FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER keys_stand BEFORE UPDATE OF id, utility_id ON prewatt.vendors
  FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER keys_stand BEFORE UPDATE OF id, utility_id, vendor_id ON prewatt.vendor_shifts
  FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER keys_stand BEFORE UPDATE OF vendor_id, utility_id ON prewatt.vendor_requests
  FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();
CREATE TRIGGER keys_stand BEFORE UPDATE OF bucket, sale_id, utility_id, connection_id, vendor_id, shift_id
  ON prewatt.vendor_sales FOR EACH STATEMENT EXECUTE FUNCTION prewatt.keys_stand();

-- As a foreign key does, these look past the tenant's policy: with it, a plan that is made while a table is small may go by
-- the tenant instead of the key, and is kept. A subquery that is no join stays a look-up by key, however many rows were made.

-- A meter is of the sale's connection, which says that the connection is there.
CREATE FUNCTION prewatt.sales_have_their_meter() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM made WHERE (SELECT true FROM prewatt.meters m WHERE m.bucket = made.bucket
      AND m.id = made.meter_id AND m.connection_id = made.connection_id) IS NULL) THEN
    RAISE foreign_key_violation USING
      MESSAGE = 'insert on table "sales" violates foreign key: a meter of its connection is not in "meters"';
  END IF;
  RETURN NULL;
END
$$;

CREATE FUNCTION prewatt.tokens_have_their_sale() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM made WHERE (SELECT true FROM prewatt.meters m WHERE m.bucket = made.bucket
      AND m.id = made.meter_id) IS NULL) THEN
    RAISE foreign_key_violation USING
      MESSAGE = 'insert on table "tokens" violates foreign key: a meter is not in "meters"';
  END IF;
  IF EXISTS (SELECT FROM made WHERE sale_id IS NOT NULL AND (SELECT true FROM prewatt.sales s
      WHERE s.bucket = made.bucket AND s.id = made.sale_id) IS NULL) THEN
    RAISE foreign_key_violation USING
      MESSAGE = 'insert on table "tokens" violates foreign key: a sale is not in "sales"';
  END IF;
  RETURN NULL;
END
$$;

-- A shift is of the vendor, which says that the vendor is there.
CREATE FUNCTION prewatt.vendor_sales_have_their_sale() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM made WHERE (SELECT true FROM prewatt.sales s WHERE s.bucket = made.bucket
      AND s.id = made.sale_id) IS NULL) THEN
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

CREATE FUNCTION prewatt.vendor_requests_have_their_vendor() RETURNS trigger LANGUAGE plpgsql
  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM (SELECT DISTINCT vendor_id FROM made) used
      WHERE (SELECT true FROM prewatt.vendors v WHERE v.id = used.vendor_id) IS NULL) THEN
    RAISE foreign_key_violation USING
      MESSAGE = 'insert on table "vendor_requests" violates foreign key: a vendor is not in "vendors"';
  END IF;
  RETURN NULL;
END
$$;

CREATE TRIGGER sales_have_their_meter AFTER INSERT ON prewatt.sales
  REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION prewatt.sales_have_their_meter();
CREATE TRIGGER tokens_have_their_sale AFTER INSERT ON prewatt.tokens
  REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION prewatt.tokens_have_their_sale();
CREATE TRIGGER vendor_sales_have_their_sale AFTER INSERT ON prewatt.vendor_sales
  REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION prewatt.vendor_sales_have_their_sale();
CREATE TRIGGER vendor_requests_have_their_vendor AFTER INSERT ON prewatt.vendor_requests
  REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION prewatt.vendor_requests_have_their_vendor();

ALTER TABLE prewatt.sales
  DROP CONSTRAINT sales_bucket_connection_id_fkey,
  DROP CONSTRAINT sales_bucket_meter_id_fkey;
ALTER TABLE prewatt.tokens
  DROP CONSTRAINT tokens_bucket_meter_id_fkey,
  DROP CONSTRAINT tokens_bucket_sale_id_fkey;
ALTER TABLE prewatt.vendor_sales
  DROP CONSTRAINT vendor_sales_bucket_sale_id_fkey,
  DROP CONSTRAINT vendor_sales_vendor_id_fkey,
  DROP CONSTRAINT vendor_sales_shift_id_fkey;
ALTER TABLE prewatt.vendor_requests DROP CONSTRAINT vendor_requests_vendor_id_fkey;

-- The request id of a sale for cash is its vendor's: it stands in vendor_requests, and this index is of no use to it.
ALTER TABLE prewatt.sales
  ALTER COLUMN request_id DROP NOT NULL,
  DROP CONSTRAINT sales_bucket_connection_id_request_id_key;
CREATE UNIQUE INDEX sales_requested_once ON prewatt.sales (bucket, connection_id, request_id) WHERE request_id IS NOT NULL;

-- A sale belongs to the meter that its tokens are made for: when the meter was exchanged between the purchase and its money,
-- the sale goes over to the new one with the tokens. Once they are made it stands, like all that names a sale.

SET LOCAL search_path = prewatt;

DROP TRIGGER keys_stand ON sales;
CREATE TRIGGER keys_stand BEFORE UPDATE OF bucket, id, utility_id, connection_id ON sales
  FOR EACH STATEMENT EXECUTE FUNCTION keys_stand();

CREATE FUNCTION sale_changes_meter() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path TO pg_catalog, pg_temp AS $$
BEGIN
  IF OLD.issued_at IS NOT NULL THEN
    RAISE restrict_violation USING MESSAGE = 'the meter of a sale with tokens never changes';
  END IF;
  IF (SELECT true FROM prewatt.meters m WHERE m.bucket = NEW.bucket AND m.id = NEW.meter_id
      AND m.connection_id = NEW.connection_id) IS NULL THEN
    RAISE foreign_key_violation USING
      MESSAGE = 'update of table "sales" violates foreign key: a meter of its connection is not in "meters"';
  END IF;
  RETURN NEW;
END
$$;
REVOKE EXECUTE ON FUNCTION sale_changes_meter() FROM PUBLIC;

CREATE TRIGGER meter_stands BEFORE UPDATE OF meter_id ON sales
  FOR EACH ROW WHEN (NEW.meter_id IS DISTINCT FROM OLD.meter_id) EXECUTE FUNCTION sale_changes_meter();

-- Sales that were issued for another meter than they name: their tokens say for which.
ALTER TABLE sales DISABLE TRIGGER meter_stands;
UPDATE sales s SET meter_id = t.meter_id FROM tokens t
  WHERE t.bucket = s.bucket AND t.sale_id = s.id AND t.meter_id <> s.meter_id;
ALTER TABLE sales ENABLE TRIGGER meter_stands;

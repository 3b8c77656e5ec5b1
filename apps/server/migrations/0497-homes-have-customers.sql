-- From here on a home that comes with a customer makes an occupancy; a moment's lock on homes, and nothing is read.

SET LOCAL search_path = prewatt;

CREATE TRIGGER has_customer AFTER INSERT ON connections FOR EACH ROW
  WHEN (NEW.customer_phone IS NOT NULL) EXECUTE FUNCTION connection_has_customer();

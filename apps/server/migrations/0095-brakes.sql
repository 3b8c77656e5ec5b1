-- How often somebody may try a password or a code, or have one sent: counted here, so that all servers count together. And sessions end:
-- those of operators after 12 hours without use and after 7 days at most, those of customers after 30 days.

SET LOCAL search_path = auth;

CREATE TABLE brakes (
  -- What is counted, and of whom: names of people are hashed.
  key text NOT NULL PRIMARY KEY CHECK (length(key) <= 200),
  tries integer NOT NULL CHECK (tries >= 0),
  next_at timestamptz NOT NULL,
  forgotten_at timestamptz NOT NULL
);
CREATE INDEX brakes_forgotten_idx ON brakes (forgotten_at);
GRANT SELECT, INSERT, UPDATE, DELETE ON brakes TO prewatt_sign_in;

UPDATE session s SET "expiresAt" = least(s."expiresAt", now() + interval '12 hours', s."createdAt" + interval '7 days')
  FROM "user" u WHERE u.id = s."userId" AND u."phoneNumber" IS NULL;
UPDATE session s SET "expiresAt" = least(s."expiresAt", s."createdAt" + interval '30 days')
  FROM "user" u WHERE u.id = s."userId" AND u."phoneNumber" IS NOT NULL;

-- A phone number that a utility takes from a home ends the sessions that it opened.
CREATE FUNCTION prewatt.end_sessions_of_phone() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM auth.session s USING auth."user" u WHERE u.id = s."userId" AND u."phoneNumber" = OLD.phone;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION prewatt.end_sessions_of_phone() FROM PUBLIC;
CREATE TRIGGER sessions_end AFTER DELETE OR UPDATE OF phone ON prewatt.phone_directory
  FOR EACH ROW EXECUTE FUNCTION prewatt.end_sessions_of_phone();

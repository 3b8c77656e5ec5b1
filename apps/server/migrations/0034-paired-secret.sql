-- A pairing keeps which secret it was about (as its hash), so that a repeated request id with
-- another secret is refused by name and never taken for done.

ALTER TABLE prewatt.link_acts ADD COLUMN secret_hash bytea
  CHECK (secret_hash IS NULL OR (act = 'paired' AND octet_length(secret_hash) = 32));

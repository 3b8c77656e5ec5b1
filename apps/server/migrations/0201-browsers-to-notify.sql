-- Browsers that a customer lets us notify: the address at their push service, and the keys that only they open.

SET LOCAL search_path = prewatt;

CREATE TABLE push_browser_directory (
  endpoint text PRIMARY KEY CHECK (length(endpoint) BETWEEN 10 AND 1000),
  -- Of whoever signed in there.
  phone text NOT NULL CHECK (length(phone) BETWEEN 8 AND 16),
  p256dh text NOT NULL CHECK (length(p256dh) BETWEEN 80 AND 100),
  auth text NOT NULL CHECK (length(auth) BETWEEN 20 AND 30),
  made_at timestamptz NOT NULL
);
CREATE INDEX push_browsers_of_phone ON push_browser_directory (phone, made_at);
GRANT SELECT, INSERT, DELETE ON push_browser_directory TO prewatt_app;
GRANT UPDATE (phone, p256dh, auth, made_at) ON push_browser_directory TO prewatt_app;

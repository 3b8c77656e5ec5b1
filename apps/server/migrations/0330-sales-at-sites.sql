-- Sales for cash at a site without a link: how much of a vendor's float its site may sell ahead, what of it is kept back
-- for the site's sales that are still to come, and what the site said of each sale. A sale itself is an ordinary one.

SET LOCAL search_path = prewatt;

ALTER TABLE vendors
  ADD COLUMN site_budget_minor bigint NOT NULL DEFAULT 0 CHECK (site_budget_minor >= 0),
  -- Part of what the vendor may sell for that only the site's key may use.
  ADD COLUMN site_reserved_minor bigint NOT NULL DEFAULT 0 CHECK (site_reserved_minor >= 0),
  ADD COLUMN site_key_id uuid REFERENCES vendor_keys,
  ADD COLUMN site_asked_at timestamptz,
  ADD CONSTRAINT vendors_site CHECK ((site_key_id IS NULL) = (site_asked_at IS NULL)
    AND (site_key_id IS NOT NULL OR site_reserved_minor = 0));
GRANT UPDATE (site_budget_minor, site_reserved_minor, site_key_id, site_asked_at) ON vendors TO prewatt_app;

-- The sale of this request id is in vendor_sales once it is made.
CREATE TABLE vendor_site_sales (
  vendor_id uuid NOT NULL REFERENCES vendors,
  request_id text NOT NULL CHECK (length(request_id) BETWEEN 8 AND 100),
  utility_id uuid NOT NULL REFERENCES utilities,
  key_id uuid NOT NULL REFERENCES vendor_keys,
  meter_pan text NOT NULL CHECK (meter_pan ~ '^\d{18}$'),
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  promised_wh bigint NOT NULL CHECK (promised_wh > 0),
  -- By the site's clock and in the site's words.
  sold_at timestamptz NOT NULL,
  clerk_id uuid NOT NULL REFERENCES vendor_clerks,
  reported_at timestamptz NOT NULL,
  -- Why the last try to make the sale was refused.
  refusal text CHECK (length(refusal) BETWEEN 1 AND 60),
  entered bigint NOT NULL DEFAULT next_entry(),
  PRIMARY KEY (vendor_id, request_id)
);
CREATE INDEX vendor_site_sales_by_time ON vendor_site_sales (vendor_id, sold_at);
ALTER TABLE vendor_site_sales ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON vendor_site_sales TO prewatt_app
  USING (utility_id = (SELECT current_utility()))
  WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT ON vendor_site_sales TO prewatt_app;
GRANT INSERT (vendor_id, request_id, utility_id, key_id, meter_pan, amount_minor, promised_wh, sold_at, clerk_id, reported_at,
  refusal) ON vendor_site_sales TO prewatt_app;
GRANT UPDATE (refusal) ON vendor_site_sales TO prewatt_app;

-- A site's key counts wrong PINs as a shop's phone does.
ALTER TABLE vendor_pin_tries DROP CONSTRAINT vendor_pin_tries_key_id_fkey,
  ADD CONSTRAINT vendor_pin_tries_key_id_fkey FOREIGN KEY (key_id) REFERENCES vendor_keys;

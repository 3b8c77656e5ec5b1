-- Views of lists that somebody named: what the address of the list says, for themselves or for all of the utility.

SET LOCAL search_path = prewatt;

CREATE TABLE saved_views (
  utility_id uuid NOT NULL REFERENCES utilities,
  operator_id uuid NOT NULL REFERENCES operators,
  list text NOT NULL CHECK (list IN ('meters', 'sales', 'customers', 'tickets')),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  -- As in the address: name=value&name=value.
  search text NOT NULL CHECK (length(search) <= 1000),
  is_shared boolean NOT NULL,
  saved_at timestamptz NOT NULL,
  PRIMARY KEY (utility_id, operator_id, list, name)
);

ALTER TABLE saved_views ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON saved_views TO prewatt_app
  USING (utility_id = (SELECT prewatt.current_utility()))
  WITH CHECK (utility_id = (SELECT prewatt.current_utility()));
GRANT SELECT, INSERT, DELETE ON saved_views TO prewatt_app;
GRANT UPDATE (search, is_shared, saved_at) ON saved_views TO prewatt_app;

-- An operator who opens a switch holds it open: nothing that decides by itself closes it until an operator lets it go.

SET LOCAL search_path = prewatt;

-- Never deleted: who held a supply open, why, and who let it go.
CREATE TABLE supply_holds (
  bucket smallint NOT NULL,
  -- The command that opens the switch.
  command_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  connection_id uuid NOT NULL,
  cause text NOT NULL CHECK (cause IN ('operator', 'maintenance', 'safety')),
  -- An install job opened it for its test; the job may close it again.
  of_job boolean NOT NULL,
  held_by text NOT NULL,
  reason text NOT NULL,
  held_at timestamptz NOT NULL,
  released_at timestamptz,
  released_by text,
  release_reason text,
  -- The command that closes the switch, or opens it anew.
  release_command_id uuid,
  PRIMARY KEY (bucket, command_id),
  FOREIGN KEY (bucket, command_id) REFERENCES commands (bucket, id),
  FOREIGN KEY (bucket, connection_id) REFERENCES connections (bucket, id),
  FOREIGN KEY (bucket, release_command_id) REFERENCES commands (bucket, id),
  CHECK ((released_at IS NULL) = (released_by IS NULL)),
  CHECK ((released_at IS NULL) = (release_reason IS NULL)),
  CHECK ((released_at IS NULL) = (release_command_id IS NULL))
);
CREATE UNIQUE INDEX supply_holds_one ON supply_holds (bucket, connection_id) WHERE released_at IS NULL;

ALTER TABLE supply_holds ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON supply_holds TO prewatt_app
  USING (utility_id = prewatt.current_utility()) WITH CHECK (utility_id = prewatt.current_utility());
GRANT SELECT, INSERT ON supply_holds TO prewatt_app;
GRANT UPDATE (released_at, released_by, release_reason, release_command_id) ON supply_holds TO prewatt_app;

-- What a meter says of itself besides the core of its state: account, money, phases, firmware, as one document with whole
-- numbers as decimal strings; and how far its clock was ahead of ours. Null until a meter that says so has reported.

ALTER TABLE prewatt.meter_states
  ADD COLUMN report jsonb CHECK (jsonb_typeof(report) = 'object' AND octet_length(report::text) <= 8192),
  ADD COLUMN clock_ahead_ms bigint;

-- Credit notes need a second person; and what a meter took of a reversed sale stands on the attention list until an
-- operator says that they have seen it.

SET LOCAL search_path = prewatt;

-- Beside the kinds that there are, whichever migrations came before.
DO $$
DECLARE
  known text;
BEGIN
  SELECT pg_get_expr(conbin, conrelid) INTO STRICT known
    FROM pg_constraint WHERE conrelid = 'prewatt.approvals'::regclass AND conname = 'approvals_kind_check';
  ALTER TABLE prewatt.approvals DROP CONSTRAINT approvals_kind_check;
  EXECUTE format('ALTER TABLE prewatt.approvals ADD CONSTRAINT approvals_kind_check
    CHECK (kind = ''creditNote'' OR %s)', known);
END
$$;

ALTER TABLE corrections DROP CONSTRAINT corrections_kind_check;
ALTER TABLE corrections ADD CONSTRAINT corrections_kind_check CHECK (kind IN ('reversal', 'creditNote', 'moveOut',
  'moveIn', 'charge', 'writeOff', 'lateAcceptance', 'refundPaid', 'acknowledgement'));

CREATE INDEX refunds_by_id ON refunds (id);

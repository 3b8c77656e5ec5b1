-- Refunds that the provider sends back itself: asked once, and followed until it says what became of them.

SET LOCAL search_path = prewatt;

CREATE TABLE refund_orders (
  bucket smallint NOT NULL,
  refund_id uuid NOT NULL,
  utility_id uuid NOT NULL REFERENCES utilities,
  payment_id uuid NOT NULL,
  provider text NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  state text NOT NULL CHECK (state IN ('asked', 'accepted', 'done', 'failed')),
  -- The provider's own name of it.
  provider_refund text CHECK (length(provider_refund) BETWEEN 1 AND 200),
  requested_by uuid NOT NULL REFERENCES operators,
  approved_by uuid REFERENCES operators CHECK (approved_by <> requested_by),
  approval_id uuid REFERENCES approvals,
  asked_at timestamptz NOT NULL,
  decided_at timestamptz,
  next_check_at timestamptz,
  checks integer NOT NULL DEFAULT 0,
  PRIMARY KEY (bucket, refund_id),
  FOREIGN KEY (bucket, refund_id) REFERENCES refunds (bucket, id),
  FOREIGN KEY (bucket, payment_id) REFERENCES payments (bucket, id),
  CONSTRAINT refund_orders_allowed CHECK ((approval_id IS NULL) = (approved_by IS NULL)),
  CONSTRAINT refund_orders_decided CHECK ((state IN ('done', 'failed')) = (decided_at IS NOT NULL)),
  CONSTRAINT refund_orders_asked CHECK ((state IN ('asked', 'accepted')) = (next_check_at IS NOT NULL))
);
CREATE INDEX refund_orders_due ON refund_orders (utility_id, next_check_at) WHERE next_check_at IS NOT NULL;
ALTER TABLE refund_orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON refund_orders TO prewatt_app
  USING (utility_id = (SELECT current_utility())) WITH CHECK (utility_id = (SELECT current_utility()));
GRANT SELECT, INSERT ON refund_orders TO prewatt_app;
GRANT UPDATE (state, provider_refund, decided_at, next_check_at, checks) ON refund_orders TO prewatt_app;

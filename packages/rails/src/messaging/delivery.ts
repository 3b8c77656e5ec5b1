// What became of a text message, in one shape for every gateway. Unknown words are pending: a
// message is given up by time, never because a gateway invented a word.

export type DeliveryOutcome = 'pending' | 'delivered' | 'read' | 'failed';

export type DeliveryReason =
  | 'undeliverable'
  | 'unreachable'
  | 'blocked'
  | 'unknown-number'
  | 'landline'
  | 'filtered'
  | 'opted-out'
  | 'outside-window'
  | 'rate-limited'
  | 'template'
  | 'token'
  | 'expired'
  | 'rejected'
  | 'unknown';

export type DeliveryReport = {
  readonly kind: 'delivery-report';
  readonly messageId: string;
  readonly outcome: DeliveryOutcome;
  readonly final: boolean;
  readonly reason: DeliveryReason | null;
  /** The person asked for no more messages: none is sent to this number. */
  readonly optedOut: boolean;
  /** By which other channel a token should go now. */
  readonly fallback: 'sms' | null;
};

export const report = (
  messageId: string,
  outcome: DeliveryOutcome,
  more: Partial<DeliveryReport> = {},
): DeliveryReport => ({
  kind: 'delivery-report',
  messageId,
  outcome,
  final: outcome !== 'pending',
  reason: null,
  optedOut: false,
  fallback: null,
  ...more,
});

const rank: Readonly<Record<DeliveryOutcome, number>> = {
  pending: 0,
  failed: 1,
  delivered: 2,
  read: 3,
};

/** Reports come unordered and repeated: what was delivered stays so, and nothing is sent anew. */
export const strongestReport = (reports: readonly DeliveryReport[]): DeliveryReport | undefined =>
  reports.reduce<DeliveryReport | undefined>(
    (best, each) => (best === undefined || rank[each.outcome] > rank[best.outcome] ? each : best),
    undefined,
  );

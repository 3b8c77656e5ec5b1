// What another company's vending system answered when we bought a token there, in one shape. A
// token that may exist is never bought twice: everything that is not a clear yes or no is unknown.

export type VendOutcome =
  | 'vended'
  | 'refused'
  | 'not-processed'
  | 'trial-ok'
  | 'failed'
  | 'pending'
  | 'unknown'
  | 'reversed';

export type VendAction =
  /** Ask what became of it, by the rail's own way. */
  | 'requery'
  | 'advice'
  | 'retry-linked'
  | 'repeat'
  /** Safe: nothing was sold. */
  | 'new-vend'
  | 'new-vend-new-msgid';

export type VendReason =
  | 'unknown-meter'
  | 'blocked-meter'
  | 'meter-data'
  | 'check-digit'
  | 'key-update-needed'
  | 'vendor-credit'
  | 'limit'
  | 'below-minimum'
  | 'above-maximum'
  | 'configuration'
  | 'utility-error'
  | 'debt'
  | 'post-paid-meter'
  | 'free-units'
  | 'client-blocked'
  | 'duplicate'
  | 'batch'
  | 'cancel'
  | 'busy'
  | 'refused';

export type VendFlag =
  | 'bad-token'
  | 'token-conflict'
  | 'amount-mismatch'
  | 'currency-mismatch'
  | 'msgid-mismatch'
  | 'meter-mismatch'
  | 'needs-operator';

export type JsonVend = {
  readonly outcome: VendOutcome;
  readonly action: VendAction | null;
  readonly final: boolean;
  readonly reason: VendReason | null;
  /** To be entered in this order: key change, free, then bought. Digits only. */
  readonly keyChange: readonly string[];
  readonly freeTokens: readonly string[];
  readonly tokens: readonly string[];
  /** Decimal text, as the peer wrote it. */
  readonly units: string | null;
  readonly receiptNo: string | null;
  readonly flags: readonly VendFlag[];
  /** The configuration or our float: every sale will fail until an operator acts. */
  readonly alarm: boolean;
};

export const vend = (said: Partial<JsonVend> & Pick<JsonVend, 'outcome'>): JsonVend => ({
  action: null,
  final: !['pending', 'unknown'].includes(said.outcome),
  reason: null,
  keyChange: [],
  freeTokens: [],
  tokens: [],
  units: null,
  receiptNo: null,
  flags: [],
  alarm: said.reason === 'vendor-credit' || said.reason === 'configuration',
  ...said,
});

/** Not known: asked about by the rail's own way. */
export const unclear = (action: VendAction, said: Partial<JsonVend> = {}): JsonVend =>
  vend({ outcome: 'unknown', action, ...said });

export const refuse = (reason: VendReason, said: Partial<JsonVend> = {}): JsonVend =>
  vend({ outcome: 'refused', reason, ...said });

/** The 20 digits of a token, written with spaces or dashes; null for "N/A" and all else. */
export function tokenDigits(text: string | null | undefined): string | null {
  const digits = (text ?? '').replace(/[\s-]/g, '');
  return /^\d{20}$/.test(digits) && !/^0+$/.test(digits) ? digits : null;
}

/** Whether a text names a token at all: something is there, and it does not say that nothing is. */
export const saysToken = (text: string | null | undefined): boolean =>
  !/^\s*(|n\/?a|null|none|-)\s*$/i.test(text ?? '');

/** "79.9 kWh" -> "79.9". */
export const numberOf = (text: string | null): string | null =>
  /^\s*(\d{1,12}(?:\.\d{1,9})?)/.exec(text ?? '')?.[1] ?? null;

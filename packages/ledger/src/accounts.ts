// The chart of accounts: each kind, the side on which it grows, and what its subject is.

/**
 * `subjectId` is a connection (customerPrepaid), a debt (customerDebt), a vendor (vendorFloat,
 * vendorCommission) or the utility (all others).
 */
export type LedgerAccount = { readonly kind: LedgerAccountKind; readonly subjectId: string };

export type LedgerAccountKind = keyof typeof growingSide;

/** An account of a customer: all its transfers are of one connection. */
export type CustomerAccount = LedgerAccount & { readonly kind: 'customerPrepaid' | 'customerDebt' };

/** Assets grow by debit; what is owed to others and what was earned grow by credit. */
export const growingSide = {
  /** Money that a payment provider holds for the utility. */
  providerClearing: 'debit',
  /** Money a customer has paid and not yet turned into energy: owed to the customer. */
  customerPrepaid: 'credit',
  /** Arrears a customer owes. */
  customerDebt: 'debit',
  /** The other side of what was brought in from an older system. */
  openingBalance: 'credit',
  /** Money that the utility has at its own bank or till. */
  bank: 'debit',
  /** What is owed to a vendor who has paid ahead; below zero the vendor owes it. */
  vendorFloat: 'credit',
  /** What a vendor's work has cost the utility. */
  vendorCommission: 'debit',
  energySales: 'credit',
  tax: 'credit',
  fees: 'credit',
  /** Money of a moved sale on its way from one connection's bucket to another's: zero over all. */
  betweenConnections: 'credit',
  /** What is owed to payers whose sale was reversed and who have not been paid yet. */
  refundsDue: 'credit',
  /** What credit notes have cost the utility. */
  creditNotes: 'debit',
  /** What customers were charged besides sales, such as for a broken seal. */
  otherCharges: 'credit',
  /** What customers were fined for tampering with a meter. */
  fines: 'credit',
  /** Arrears that the utility has given up. */
  debtWrittenOff: 'debit',
  /** What payment providers have kept for their work. */
  providerFees: 'debit',
} as const satisfies Record<string, 'debit' | 'credit'>;

export const sameAccount = (a: LedgerAccount, b: LedgerAccount): boolean =>
  a.kind === b.kind && a.subjectId === b.subjectId;

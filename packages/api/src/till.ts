// What the pages of a shop's phone show: one view per page, made by the server and drawn by
// apps/web/consumer.

import type { QuoteLineJson } from './common.ts';
import type { FloatPaymentState, Receipt, ShiftJson, VendorBatch } from './vendor.ts';

/** Where the bridge to a shop's card reader listens, on the shop's own computer. */
export const cardBridgePort = 7079;
export const cardBridgeOrigin = `http://127.0.0.1:${cardBridgePort}`;

/** Above each page of a phone on which somebody is signed in. */
export type TillDesk = {
  readonly vendorName: string;
  readonly till: string;
  readonly clerk: string;
  /** What may still be sold for; `low`: less than an ordinary day of this shop. */
  readonly availableMinor: string;
  readonly low: boolean;
  readonly blocked: boolean;
  /** What this shop asked for last to pay its float in, for half an hour. */
  readonly paysIn: Pick<
    TillFloatRow,
    'paymentId' | 'amountMinor' | 'otherAmountMinor' | 'state'
  > | null;
};

/** Money for the float, asked for on a phone. */
export type TillFloatRow = {
  readonly paymentId: string;
  readonly amountMinor: string;
  readonly state: FloatPaymentState;
  /** What came, where it is not what was asked for. */
  readonly otherAmountMinor: string | null;
  readonly phone: string;
  readonly askedBy: string;
  readonly askedAtMs: number;
  readonly decidedAtMs: number | null;
  readonly providerReference: string | null;
  /** The provider's page, where it has one and waits. */
  readonly payUrl: string | null;
};

export type TillFloatView = {
  readonly desk: TillDesk;
  /** Names what the form of this page asks for. */
  readonly requestId: string;
  readonly amount: string;
  readonly phone: string;
  readonly problem: string | null;
  readonly last: readonly TillFloatRow[];
};

export type TillFloatPaymentView = { readonly desk: TillDesk; readonly payment: TillFloatRow };

export type TillEnrolView = { readonly code: string; readonly problem: string | null };

export type TillSignInView = {
  readonly vendorName: string;
  readonly till: string;
  readonly clerks: readonly { readonly clerkId: string; readonly name: string }[];
  readonly chosen: string | null;
  readonly problem: string | null;
};

export type TillPinView = {
  readonly clerk: string;
  /** They have one that another person has seen. */
  readonly first: boolean;
  readonly problem: string | null;
};

export type TillSellView = {
  readonly desk: TillDesk;
  readonly meter: string;
  readonly amount: string;
  readonly problem: string | null;
  /** Null: none is open. `ofOther`: the clerk whose it is, where it is not this one's. */
  readonly shift: { readonly ofOther: string | null } | null;
  /** The last few, to print again. */
  readonly last: readonly TillSaleRow[];
};

export type TillSaleRow = {
  readonly saleId: string;
  readonly soldAtMs: number;
  readonly meterPan: string;
  readonly connectionName: string;
  readonly amountMinor: string;
  readonly energyWh: string | null;
  readonly isReversed: boolean;
};

export type TillOfferView = {
  readonly desk: TillDesk;
  readonly requestId: string;
  readonly meterPan: string;
  readonly connectionName: string;
  /** First letters only. */
  readonly customerName: string | null;
  readonly amountMinor: string;
  readonly energyWh: string;
  readonly creditMinor: string | null;
  /** What the meter takes of it for use without credit: one of the two is "0". */
  readonly recoveredEnergyWh: string;
  readonly recoveredMinor: string;
  readonly lines: readonly QuoteLineJson[];
  readonly broughtForwardMinor: string;
  readonly remainderMinor: string;
  readonly problem: string | null;
};

/** A payment of what is owed, before it is taken. */
export type TillDebtView = Pick<
  TillOfferView,
  'desk' | 'requestId' | 'meterPan' | 'connectionName' | 'customerName' | 'amountMinor' | 'problem'
> & {
  /** All that is owed there apart from purchases. */
  readonly owedMinor: string;
};

type TillBatch = { readonly open: VendorBatch | null; readonly last: VendorBatch | null };
export type TillBatchesView = {
  readonly desk: TillDesk;
  readonly batches: Readonly<Record<VendorBatch['kind'], TillBatch>>;
  /** Names what the forms of this page ask for. */
  readonly requestId: string;
  readonly problem: string | null;
};

export type TillSaleView = {
  readonly desk: TillDesk;
  readonly receipt: Receipt;
  /** The number of this copy; null for the receipt itself. */
  readonly copy: number | null;
  /** Who sold it; null at a till without clerks. */
  readonly clerk: string | null;
  /** Whether the receipt itself may still be printed: it was sold a moment ago. */
  readonly isFresh: boolean;
  /** Squares of the code that opens the receipt's page, as `<path d>` in so many units. */
  readonly code: { readonly size: number; readonly path: string };
};

export type TillSalesView = { readonly desk: TillDesk; readonly sales: readonly TillSaleRow[] };

export type TillShiftView = {
  readonly desk: TillDesk;
  readonly shift: ShiftJson | null;
  readonly ofOther: string | null;
  readonly counted: string;
  readonly problem: string | null;
};

export type TillShiftReportView = {
  readonly desk: TillDesk;
  readonly clerk: string | null;
  readonly shift: ShiftJson;
  readonly sales: readonly TillSaleRow[];
  /** How many sales the list leaves out. */
  readonly leftOut: number;
};

// The public face of vendors.

import type { RandomBytes } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Approvals } from '../../registry/approvals/index.ts';
import type { PasswordHashing } from '../../registry/sign-in/index.ts';
import { type Batches, createBatches } from './batches.ts';
import { type Clerks, createClerks } from './clerks.ts';
import { createTillKeys, type TillKeys } from './keys.ts';
import { createManaging, type Managing } from './manage.ts';
import { createPhones, type Phones } from './phones.ts';
import { type Asking, createAsking } from './second-person.ts';
import { createSelling, type SellDeps, type Selling } from './sell.ts';
import { createShifts, type Shifts } from './shifts.ts';
import { createSites, type Sites } from './sites.ts';
import { createSoldBefore, type SoldBefore } from './sold-before.ts';
import { createTerminals, type Terminals } from './terminals.ts';
import { createTillHistory, type TillHistory } from './till-history.ts';
import { createTillMessages, type TillMessages } from './till-messages.ts';

export { vendorApprovals } from './approvals.ts';
export type { BatchKind } from './batches.ts';
export type { Clerk } from './clerks.ts';
export { recordVendorPayment } from './deposits.ts';
export { problemOfRefusal, type SellRefusal, type TillRefusal, textOfRefusal } from './errors.ts';
export { homeOf as homeOfVendor, lockVendor, nearVendors, openProviderAccounts } from './float.ts';
export { giveBackToFloat } from './give-back.ts';
export type { Till } from './keys.ts';
export type { Phone } from './phones.ts';
export { paysDebts, receiptContent, takenByMeter } from './receipt-content.ts';
export { fullNumber, type MeterAtTill } from './sell.ts';
export { statementOf } from './statement.ts';
export type { FoundTerminal, TerminalName } from './terminals.ts';
export type { TillSale } from './till-history.ts';
export { type MessageName, type TillMessage, takenForMs } from './till-messages.ts';

export type Vendors = TillKeys & {
  readonly selling: Selling;
  readonly shifts: Shifts;
  readonly batches: Batches;
  readonly managing: Managing;
  readonly asking: Asking;
  /** Of terminals that prove themselves by a certificate. */
  readonly terminals: Terminals;
  readonly messages: TillMessages;
  readonly soldBefore: SoldBefore;
  /** Of shops' phones, and who signs in on them. */
  readonly phones: Phones;
  readonly clerks: Clerks;
  readonly history: TillHistory;
  /** Gateways that sell without the internet. */
  readonly sites: Sites;
};

/** Subjects of the audit log, with their names. */
export const vendorNames = sql`(SELECT utility_id, 'vendor_' || id AS subject, name FROM vendors)`;

export function createVendors(
  o: SellDeps & {
    readonly random: RandomBytes;
    readonly approvals: Pick<Approvals, 'request'>;
    readonly pins: PasswordHashing;
  },
): Vendors {
  const managing = createManaging(o);
  const selling = createSelling(o);
  const shifts = createShifts(o);
  const clerks = createClerks(o);
  return {
    ...createTillKeys({ database: o.database, clock: o.clocks.real }),
    selling,
    shifts,
    batches: createBatches(o),
    managing,
    asking: createAsking({ ...o, managing }),
    terminals: createTerminals(o),
    messages: createTillMessages(o),
    soldBefore: createSoldBefore(o),
    phones: createPhones(o),
    clerks,
    sites: createSites(o, { selling, shifts, clerks }),
    history: createTillHistory(o),
  };
}

// What a vendor gets only with approval by a second person: deposits beyond what one operator may
// do alone, terms that let a vendor sell for more, keys of tills. Requested here, carried out by
// `managing`.

import { createHash } from 'node:crypto';
import type { Asked, Terminal, VendorDepositJson, VendorRow } from '@prewatt/api';
import { err, idFromUuid, ok, type Result } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { Approvals } from '../../registry/approvals/index.ts';
import { takeAlone } from '../../registry/limits/index.ts';
import type { Operator } from '../../registry/sign-in/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import type { Allowed } from './allowed.ts';
import { keyPayload, textsOfTerms } from './approvals.ts';
import {
  type UndoRefusal,
  type VendorDepositToUndo,
  vendorDepositToUndo,
} from './deposit-reversal.ts';
import type { ManageRefusal } from './errors.ts';
import type { Managing, VendorSettings, VendorTerms } from './manage.ts';

export type AskDeps = {
  readonly managing: Managing;
  readonly approvals: Pick<Approvals, 'request'>;
  readonly utilities: Utilities;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
};

type Answer<T, E extends ManageRefusal> = Promise<Result<T, E>>;
export type ChangedVendor = VendorRow & { readonly waitsFor: string | null };

/** A key that was allowed is shown to whoever asked for it within so much time. */
const collectedWithinMs = 24 * 3_600_000;

/** The approval's own name of a request of a vendor: short, and another one for each vendor. */
const nameOf = (kind: string, vendorId: string, requestId: string): string =>
  `${kind}:${createHash('sha256').update(`${vendorId} ${requestId}`).digest('hex').slice(0, 40)}`;

export type Asking = ReturnType<typeof createAsking>;

export function createAsking(o: AskDeps) {
  return {
    /** Recorded at once within what the operator may do alone; else it waits. */
    vendorDeposit: (tx: Tx, by: Operator, paid: PaidIn) => vendorDeposit(tx, o, { by, paid }),
    /** Always waits: money that was recorded is not taken back by one person. */
    undoDeposit: (tx: Tx, by: Operator, wish: UndoWish) => undoDeposit(tx, o, { by, wish }),
    /** A vendor begins without a float limit; the one that is wished for waits. */
    create: (tx: Tx, by: Operator, vendor: NewVendor) => create(tx, o, { by, vendor }),
    /** What takes from a vendor is done at once; a change with a rise in it waits, whole. */
    settings: (tx: Tx, by: Operator, wish: TermsWish) => settings(tx, o, { by, wish }),
    /** Asks for a key; once it is allowed, whoever asked gets it by asking again. */
    key: (tx: Tx, by: Operator, wish: KeyWish) => key(tx, o, { by, wish }),
    /** Asks for a shop's phone; its code comes as a key does. */
    phone: (tx: Tx, by: Operator, wish: KeyWish) => phone(tx, o, { by, wish }),
    /** Asks for an XMLVend terminal, which the approval makes. */
    terminal: (tx: Tx, by: Operator, wish: KeyWish & { readonly terminal: Terminal }) =>
      terminal(tx, o, { by, wish }),
  };
}

type PaidIn = {
  readonly vendorId: string;
  readonly requestId: string;
  readonly amountMinor: bigint;
  readonly reference: string;
};
type UndoWish = VendorDepositToUndo & { readonly requestId: string; readonly reason: string };
type NewVendor = VendorSettings & { readonly name: string; readonly requestId: string };
type TermsWish = {
  readonly vendorId: string;
  readonly requestId: string;
  readonly settings: Partial<VendorTerms>;
};
type KeyWish = {
  readonly vendorId: string;
  readonly requestId: string;
  readonly label: string;
};

async function ask(
  tx: Tx,
  o: AskDeps,
  a: {
    readonly by: Operator;
    readonly kind: 'vendorDeposit' | 'vendorDepositReversal' | 'vendorTerms' | 'tillKey';
    readonly requestId: string;
    readonly payload: object;
    readonly reason: string;
  },
): Promise<Result<Asked, 'requestIdReused'>> {
  const { by, ...request } = a;
  const asked = await o.approvals.request(tx, {
    ...request,
    utilityId: by.utilityId,
    requestedBy: { operatorId: by.operatorId, name: by.name },
  });
  return asked.ok ? ok({ approvalId: idFromUuid('approval', asked.value.approvalId) }) : asked;
}

async function vendorDeposit(
  tx: Tx,
  o: AskDeps,
  { by, paid }: { readonly by: Operator; readonly paid: PaidIn },
): Answer<VendorDepositJson | Asked, 'unknownVendor' | 'requestIdReused'> {
  const { vendorId, ...money } = paid;
  const person = { operatorId: by.operatorId, name: by.name };
  const record = () =>
    o.managing.recordDeposit(tx, vendorId, { ...money, by: person, allowed: null });
  if (await isRecorded(tx, paid)) return record();
  if ((await o.managing.termsOf(tx, vendorId)) === null) return err('unknownVendor');
  const requestId = nameOf('deposit', vendorId, paid.requestId);
  const waits = await approvalNamed(tx, by.utilityId, requestId);
  if (waits === null) {
    const alone = await takeAlone(
      tx,
      { newUuid: o.newUuid, realNowMs: o.clocks.real.nowMs() },
      {
        utility: await o.utilities.get(by.utilityId),
        ...{ operatorId: by.operatorId, kind: 'vendorDeposit', amountMinor: paid.amountMinor },
        subject: `${vendorId} ${paid.requestId}`,
      },
    );
    if (alone.ok) return record();
  }
  return ask(tx, o, {
    ...{ by, kind: 'vendorDeposit', requestId },
    payload: { ...money, vendorId, amountMinor: paid.amountMinor.toString() },
    reason: `Deposit of a vendor, reference ${paid.reference}`,
  });
}

async function undoDeposit(
  tx: Tx,
  o: AskDeps,
  { by, wish }: { readonly by: Operator; readonly wish: UndoWish },
): Answer<Asked, UndoRefusal | 'requestIdReused'> {
  const requestId = nameOf('undo-deposit', wish.vendorId, wish.requestId);
  // Asked before: the answer stands, whatever has become of the deposit since.
  if ((await approvalNamed(tx, by.utilityId, requestId)) === null) {
    const found = await vendorDepositToUndo(tx, wish);
    if (!found.ok) return found;
  }
  return ask(tx, o, {
    ...{ by, kind: 'vendorDepositReversal', requestId, reason: wish.reason },
    payload: wish,
  });
}

const askTerms = (
  tx: Tx,
  o: AskDeps,
  t: TermsWish & { readonly by: Operator; readonly reason: string },
) =>
  ask(tx, o, {
    ...{ by: t.by, kind: 'vendorTerms', reason: t.reason },
    requestId: nameOf('terms', t.vendorId, t.requestId),
    payload: { vendorId: t.vendorId, settings: textsOfTerms(t.settings) },
  });

async function create(
  tx: Tx,
  o: AskDeps,
  { by, vendor }: { readonly by: Operator; readonly vendor: NewVendor },
): Answer<ChangedVendor, 'requestIdReused' | 'nameTaken'> {
  const made = await o.managing.create(tx, by.utilityId, vendor);
  if (!made.ok) return made;
  const { floatLimitMinor, requestId } = vendor;
  if (floatLimitMinor <= BigInt(made.value.floatLimitMinor)) {
    return ok({ ...made.value, waitsFor: null });
  }
  const asked = await askTerms(tx, o, {
    ...{ by, requestId, settings: { floatLimitMinor } },
    vendorId: made.value.vendorId.replace('vendor_', ''),
    reason: `Float limit of the new vendor ${vendor.name}`,
  });
  return asked.ok ? ok({ ...made.value, waitsFor: asked.value.approvalId }) : asked;
}

async function settings(
  tx: Tx,
  o: AskDeps,
  { by, wish }: { readonly by: Operator; readonly wish: TermsWish },
): Answer<ChangedVendor, 'unknownVendor' | 'requestIdReused' | 'floatKeptForSite'> {
  const { vendorId } = wish;
  const now = await o.managing.termsOf(tx, vendorId);
  if (now === null) return err('unknownVendor');
  if (!rises(now.settings, wish.settings)) {
    const changed = await o.managing.change(tx, vendorId, wish.settings, null);
    return changed.ok ? ok({ ...changed.value, waitsFor: null }) : changed;
  }
  const reason = `Higher terms for the vendor ${now.row.name}`;
  const asked = await askTerms(tx, o, { ...wish, by, reason });
  return asked.ok ? ok({ ...now.row, waitsFor: asked.value.approvalId }) : asked;
}

type Collected =
  | 'unknownVendor'
  | 'requestIdReused'
  | 'keyShownBefore'
  | 'keyOfAnother'
  | 'keyNotCollected';

const key = (tx: Tx, o: AskDeps, a: { readonly by: Operator; readonly wish: KeyWish }) =>
  collected(tx, o, {
    ...a,
    name: nameOf('till-key', a.wish.vendorId, a.wish.requestId),
    payload: a.wish,
    reason: `Key of the till ${a.wish.label}`,
    make: (allowed) => o.managing.createKey(tx, a.wish.vendorId, { ...a.wish, allowed }),
  });

const phone = (tx: Tx, o: AskDeps, a: { readonly by: Operator; readonly wish: KeyWish }) =>
  collected(tx, o, {
    ...a,
    name: nameOf('till-phone', a.wish.vendorId, a.wish.requestId),
    payload: { ...a.wish, phone: true },
    reason: `Shop phone ${a.wish.label}`,
    make: (allowed) => o.managing.createPhone(tx, a.wish.vendorId, { ...a.wish, allowed }),
  });

/** Asked for; or made for whoever asked and comes again once it was allowed, within a day. */
async function collected<T>(
  tx: Tx,
  o: AskDeps,
  a: {
    readonly by: Operator;
    readonly wish: KeyWish;
    readonly name: string;
    readonly payload: object;
    readonly reason: string;
    readonly make: (allowed: Allowed) => Answer<T, ManageRefusal & Collected>;
  },
): Answer<T | Asked, Collected> {
  const { by, wish, reason, payload, name: requestId } = a;
  if ((await o.managing.termsOf(tx, wish.vendorId)) === null) return err('unknownVendor');
  const known = await approvalNamed(tx, by.utilityId, requestId);
  if (known !== null && known.requested_by !== by.operatorId) return err('keyOfAnother');
  if (known === null || known.state !== 'done') {
    return ask(tx, o, { by, kind: 'tillKey', requestId, payload, reason });
  }
  if (keyPayload.parse(known.payload).label !== wish.label) return err('requestIdReused');
  const isLate = o.clocks.business.nowMs() - (known.decided_at ?? 0) > collectedWithinMs;
  if (isLate && !(await o.managing.hasKey(tx, by.utilityId, wish.requestId))) {
    return err('keyNotCollected');
  }
  return a.make({
    approvalId: known.id,
    requestedBy: known.requested_by,
    approvedBy: known.decided_by ?? '',
  });
}

async function terminal(
  tx: Tx,
  o: AskDeps,
  a: { readonly by: Operator; readonly wish: KeyWish & { readonly terminal: Terminal } },
): Answer<Asked, 'unknownVendor' | 'requestIdReused'> {
  const { by, wish } = a;
  if ((await o.managing.termsOf(tx, wish.vendorId)) === null) return err('unknownVendor');
  const { vendorId, requestId, label } = wish;
  return ask(tx, o, {
    ...{ by, kind: 'tillKey', requestId: nameOf('terminal', vendorId, requestId) },
    payload: { vendorId, label, requestId, terminal: wish.terminal },
    reason: `XMLVend terminal ${label}`,
  });
}

const rises = (now: VendorTerms, then: Partial<VendorTerms>): boolean =>
  (then.siteBudgetMinor ?? 0n) > now.siteBudgetMinor ||
  (then.commissionBasisPoints ?? 0) > now.commissionBasisPoints ||
  (then.floatLimitMinor ?? 0n) > now.floatLimitMinor ||
  (then.tokensPerHour ?? 0) > now.tokensPerHour ||
  (then.energyPerHourWh ?? 0n) > now.energyPerHourWh;

async function isRecorded(tx: Tx, paid: PaidIn): Promise<boolean> {
  const row = await tx
    .selectFrom('vendor_deposits')
    .select('id')
    .where('vendor_id', '=', paid.vendorId)
    .where('request_id', '=', paid.requestId)
    .executeTakeFirst();
  return row !== undefined;
}

async function approvalNamed(tx: Tx, utilityId: string, requestId: string) {
  const row = await tx
    .selectFrom('approvals')
    .select(['id', 'state', 'payload', 'requested_by', 'decided_by', 'decided_at'])
    .where('utility_id', '=', utilityId)
    .where('request_id', '=', requestId)
    .executeTakeFirst();
  return row ?? null;
}

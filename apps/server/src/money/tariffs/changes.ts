// A change of a tariff: proposed as a draft, tried on past sales, allowed by a second person, and
// then in force by its date. What is proposed never changes; another try is another draft.

import type { TariffVersionDetail } from '@prewatt/api';
import { civilDateOf, err, ok, type Result } from '@prewatt/quantities';
import type { Tariff } from '@prewatt/tariff';
import { type Database, inUtilityOrNothing, type Tx } from '../../base/database.ts';
import { digestOf } from '../../base/fingerprint.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { Approvals, OperatorRef } from '../../registry/approvals/index.ts';
import type { Operator } from '../../registry/sign-in/index.ts';
import type { Utilities, Utility } from '../../registry/utilities/index.ts';
import { alreadyDecided, isRequestOf } from './asked.ts';
import { selectNewest } from './back-test-store.ts';
import { dayBefore } from './calendar.ts';
import { checkDates, checkDocument, checkVersion } from './checks.ts';
import { type Refused, repeated } from './errors.ts';
import { createMeterPart } from './for-meter.ts';
import type { Tariffs } from './in-force.ts';
import type { MeterTelling } from './meter-rounds.ts';
import { countMoneyMeters } from './meter-view.ts';
import {
  insertDraft,
  otherNameOfId,
  type StoredVersion,
  selectByRequest,
  selectVersion,
  selectVersions,
  setVersionState,
} from './store.ts';
import { detailOf } from './views.ts';

export type ChangeDeps = {
  readonly database: Database;
  readonly utilities: Utilities;
  readonly tariffs: Tariffs;
  readonly approvals: Pick<Approvals, 'request'>;
  readonly telling: Pick<MeterTelling, 'versionsChanged'>;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
};

export type Proposal = {
  readonly requestId: string;
  readonly tariffName: string;
  readonly document: object;
  readonly reason: string;
};

type ByVersion = { readonly versionId: string; readonly by: Operator };
type Asking = {
  readonly versionId: string;
  readonly requestId: string;
  readonly by: Pick<Operator, 'utilityId' | 'operatorId' | 'name'>;
};
type Answer = Promise<Result<void, Refused>>;

export type TariffChanges = ReturnType<typeof createTariffChanges>;

export function createTariffChanges(o: ChangeDeps) {
  return {
    propose: (by: Operator, proposal: Proposal) => propose(o, by, proposal),
    requestApproval: (r: ByVersion & { readonly requestId: string }) => requestApproval(o, r),
    /** As `requestApproval`, within the caller's transaction. */
    askFor: (tx: Tx, r: Asking) => askFor(tx, o, r),
    withdraw: (w: ByVersion) => withdraw(o, w),
    detail: (tx: Tx, utility: Utility, versionId: string) => detail(tx, o, { utility, versionId }),
    /** What the approval does. The caller is the approval's transaction. */
    putInForce: (tx: Tx, p: PutInForce) => putInForce(tx, o, p),

    /** It was not approved: a draft again. */
    backToDraft: async (tx: Tx, versionId: string): Promise<void> => {
      const version = await selectVersion(tx, { versionId, lock: true });
      if (version?.state !== 'awaitingApproval') return;
      await setVersionState(tx, versionId, { state: 'draft', at: nowOf(o) });
    },
  };
}

const nowOf = (o: ChangeDeps) => new Date(o.clocks.business.nowMs());
const todayOf = (o: ChangeDeps, utility: Utility) =>
  civilDateOf(o.clocks.business.nowMs(), utility.zone);

async function firstAnswer(
  tx: Tx,
  requestId: string,
  documentDigest: string,
): Promise<Result<{ readonly versionId: string; readonly isNew: boolean }, Refused> | null> {
  const first = await selectByRequest(tx, requestId);
  if (first === null) return null;
  return repeated(first.documentDigest, documentDigest, { versionId: first.id, isNew: false });
}

/** Meters that count money have the tariff, and could not charge this version of it. */
async function whyNotForMeters(
  tx: Tx,
  tariffs: Tariffs,
  version: StoredVersion,
): Promise<Refused | null> {
  const tariff = await tariffs.documentOf(tx, version.id);
  if (tariff === null) return null;
  const part = await createMeterPart(tx)({ versionId: version.id, tariff, parameters: {} });
  if (part.ok) return null;
  const meters = await countMoneyMeters(tx, version.name);
  const about = meters === 1 ? 'One such meter has this tariff.' : `${meters} such meters have it.`;
  return meters === 0 ? null : { ...part.error, about };
}

/** An approved version ends by the next one; until its first day it can be withdrawn. */
async function whyNotWithdraw(
  tx: Tx,
  version: StoredVersion,
  today: string,
): Promise<Refused | null> {
  if (version.state === 'draft') return null;
  const coming = version.state === 'approved' && version.effectiveFrom > today;
  if (!coming) return { code: 'notWithdrawable' };
  // Connections may name a tariff by its only approved version.
  const family = await selectVersions(tx, version.name);
  const others = family.some((each) => each.state === 'approved' && each.id !== version.id);
  return others ? null : { code: 'notWithdrawable' };
}

/** The approved version of the same tariff that holds on the day before this one begins. */
export async function baselineOf(
  tx: Tx,
  tariffs: Tariffs,
  o: { readonly version: StoredVersion; readonly family: readonly StoredVersion[] },
): Promise<StoredVersion | null> {
  const others = o.family.filter((each) => each.state === 'approved' && each.id !== o.version.id);
  const [any] = others;
  if (any === undefined) return null;
  const assigned = { tariffId: any.id, tariffParameters: {}, nextTariff: null };
  const inForce = await tariffs.inForce(tx, [assigned]);
  const before = inForce(assigned, dayBefore(o.version.effectiveFrom));
  return others.find((each) => each.id === before?.versionId) ?? null;
}

/** Stores a checked draft; the same proposal again is answered with its first version. */
async function propose(
  o: ChangeDeps,
  by: Operator,
  proposal: Proposal,
): Promise<Result<{ readonly versionId: string; readonly isNew: boolean }, Refused>> {
  const utility = await o.utilities.get(by.utilityId);
  const { tariffName, document: handedIn } = proposal;
  const documentDigest = digestOf([tariffName, handedIn, proposal.reason]);
  return o.database.inUtility(by.utilityId, async (tx) => {
    const first = await firstAnswer(tx, proposal.requestId, documentDigest);
    if (first !== null) return first;
    const checked = checkDocument(proposal.document, utility);
    if (!checked.ok) return checked;
    const tariff = checked.value;
    const name = proposal.tariffName;
    const refusal = await whyNotNext(tx, o, { tariff, name, today: todayOf(o, utility) });
    if (refusal !== null) return err(refusal);
    const id = o.newUuid();
    const { requestId, document, reason } = proposal;
    const written = await insertDraft(tx, {
      id,
      utilityId: utility.id,
      requestId,
      name,
      version: tariff.version,
      document,
      documentDigest,
      effectiveFrom: tariff.effectiveFrom,
      effectiveTo: tariff.effectiveTo,
      reason,
      requestedBy: by.name,
      at: nowOf(o),
    });
    if (written) return ok({ versionId: id, isNew: true });
    // Somebody was faster, with this request or with this version.
    const other = await firstAnswer(tx, requestId, documentDigest);
    return other ?? err({ code: 'versionNotNext', about: 'that version is there already.' });
  });
}

async function whyNotNext(
  tx: Tx,
  { tariffs }: ChangeDeps,
  p: { readonly tariff: Tariff; readonly name: string; readonly today: string },
): Promise<Refused | null> {
  const { tariff } = p;
  const family = await selectVersions(tx, p.name);
  const known = family.find((each) => each.state !== 'withdrawn');
  const familyId = known === undefined ? null : await tariffs.documentOf(tx, known.id);
  const otherName = await otherNameOfId(tx, { documentId: tariff.id, name: p.name });
  return (
    checkVersion(tariff, { name: p.name, family, familyId: familyId?.id ?? null, otherName }) ??
    checkDates({ id: null, effectiveFrom: tariff.effectiveFrom }, { today: p.today, family })
  );
}

/** Asks for approval of a draft by a second person. */
const requestApproval = (o: ChangeDeps, r: Asking): Answer =>
  inUtilityOrNothing(o.database, r.by.utilityId, (tx) => askFor(tx, o, r));

async function askFor(tx: Tx, o: ChangeDeps, r: Asking): Answer {
  const utility = await o.utilities.get(r.by.utilityId);
  const version = await selectVersion(tx, { versionId: r.versionId, lock: true });
  if (version === null) return err<Refused>({ code: 'unknownVersion' });
  const waiting = version.state === 'awaitingApproval';
  // Allowed meanwhile: whoever asks again has not heard the first answer.
  if (version.state !== 'draft' && (await isRequestOf(tx, version.approvalId, r.requestId))) {
    return ok(undefined);
  }
  if (!waiting) {
    const refusal = await whyNotRequest(tx, o, { version, today: todayOf(o, utility) });
    if (refusal !== null) return err(refusal);
  }
  const asked = await o.approvals.request(tx, {
    utilityId: utility.id,
    kind: 'tariffChange',
    requestId: r.requestId,
    payload: { versionId: version.id },
    reason: version.reason ?? `Version ${version.version} of ${version.name}`,
    requestedBy: { operatorId: r.by.operatorId, name: r.by.name },
  });
  if (!asked.ok) return err<Refused>({ code: 'requestIdReused' });
  const { approvalId, isNew } = asked.value;
  if (!isNew) return err<Refused>({ code: 'requestIdReused', about: alreadyDecided });
  // A second request for what waits already.
  if (waiting) return err<Refused>({ code: 'notDraft' });
  const at = nowOf(o);
  await setVersionState(tx, version.id, { state: 'awaitingApproval', approvalId, at });
  return ok(undefined);
}

async function whyNotRequest(
  tx: Tx,
  { tariffs }: ChangeDeps,
  { version, today }: { readonly version: StoredVersion; readonly today: string },
): Promise<Refused | null> {
  if (version.state !== 'draft') return { code: 'notDraft' };
  const family = await selectVersions(tx, version.name);
  const dates = checkDates(version, { today, family });
  if (dates !== null) return dates;
  const backTest = await selectNewest(tx, version.id);
  if (backTest === null || backTest.summary === null) return { code: 'backTestMissing' };
  const baseline = await baselineOf(tx, tariffs, { version, family });
  if (backTest.baselineId !== (baseline?.id ?? null)) return { code: 'backTestOutdated' };
  return whyNotForMeters(tx, tariffs, version);
}

const withdraw = (o: ChangeDeps, w: ByVersion): Answer =>
  o.database.inUtility(w.by.utilityId, async (tx) => {
    const utility = await o.utilities.get(w.by.utilityId);
    const version = await selectVersion(tx, { versionId: w.versionId, lock: true });
    if (version === null) return err<Refused>({ code: 'unknownVersion' });
    if (version.state === 'withdrawn') return ok(undefined);
    const refusal = await whyNotWithdraw(tx, version, todayOf(o, utility));
    if (refusal !== null) return err(refusal);
    await setVersionState(tx, version.id, {
      state: 'withdrawn',
      at: nowOf(o),
      withdrawnBy: w.by.name,
    });
    if (version.state === 'approved') await o.telling.versionsChanged(tx, utility);
    return ok(undefined);
  });

async function detail(
  tx: Tx,
  o: ChangeDeps,
  { utility, versionId }: { readonly utility: Utility; readonly versionId: string },
): Promise<TariffVersionDetail | null> {
  const { tariffs } = o;
  const version = await selectVersion(tx, { versionId, lock: false });
  if (version === null) return null;
  const today = todayOf(o, utility);
  const family = await selectVersions(tx, version.name);
  return detailOf(tx, tariffs, {
    version,
    utility,
    today,
    baseline: await baselineOf(tx, tariffs, { version, family }),
    whyNotRequest: await whyNotRequest(tx, o, { version, today }),
    whyNotWithdraw: await whyNotWithdraw(tx, version, today),
  });
}

type PutInForce = {
  readonly utilityId: string;
  readonly versionId: string;
  readonly approvalId: string;
  readonly approvedBy: OperatorRef;
};

async function putInForce(
  tx: Tx,
  o: ChangeDeps,
  p: PutInForce,
): Promise<Result<StoredVersion, 'notDraft' | 'dateInPast' | 'dateNotAfterLatest'>> {
  const utility = await o.utilities.get(p.utilityId);
  const version = await selectVersion(tx, { versionId: p.versionId, lock: true });
  const isAsked = version?.state === 'awaitingApproval' && version.approvalId === p.approvalId;
  if (version === null || !isAsked) return err('notDraft');
  const family = await selectVersions(tx, version.name);
  const dates = checkDates(version, { today: todayOf(o, utility), family });
  if (dates?.code === 'dateInPast' || dates?.code === 'dateNotAfterLatest') {
    return err(dates.code);
  }
  await setVersionState(tx, version.id, {
    state: 'approved',
    approvedBy: p.approvedBy.name,
    at: nowOf(o),
  });
  await o.telling.versionsChanged(tx, utility);
  return ok(version);
}

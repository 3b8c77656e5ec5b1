// The loading of a vending key: opened by an administrator, two components by two custodians, and
// combined in here alone once somebody who is none of them allows it. Components are sealed while
// they wait and erased when they are combined or the loading is closed.

import type { KeyLoad, NewKeyLoad } from '@prewatt/api';
import { err, idFromUuid, isoOf, ok, type Result } from '@prewatt/quantities';
import { nextTid } from '@prewatt/sts/issue';
import { vendingKeyFromBytes } from '@prewatt/sts/keys';
import { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { answerAgain } from '../../base/request-ids.ts';
import { open, seal } from '../../base/seal.ts';
import type { Clocks } from '../../base/time.ts';
import {
  type Approvals,
  defineOperation,
  type OperatorRef,
} from '../../registry/approvals/index.ts';
import { checkValueOf, withOddParity } from './check-value.ts';
import { type KeyLoadRefusal, keyLoadRefusals } from './errors.ts';
import { type HomeRefusal, type KeyHomes, settle } from './homes.ts';
import { insertVendingKey } from './insert-key.ts';

const loadsShown = 50;
const keyBytes = { dkga02: 8, dkga04: 20 } as const;

export type LoadingDeps = KeyHomes & {
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
};

type Asked = { readonly utilityId: string; readonly by: OperatorRef };

/** A component is bound to its loading and its place in it: it opens nowhere else. */
export const boundTo = (utilityId: string, loadId: string, ordinal: number): string =>
  `${utilityId}:component:${loadId}:${ordinal}`;

const now = (deps: LoadingDeps) => new Date(deps.clocks.business.nowMs());

export async function openLoad(
  tx: Tx,
  deps: LoadingDeps,
  o: Asked & { readonly body: NewKeyLoad },
): Promise<Result<{ readonly loadId: string }, KeyLoadRefusal>> {
  const { body, utilityId } = o;
  const first = await firstLoad(tx, o);
  if (first !== null) return first;
  if ((await administratorsBeside(tx, o, [])) < 3) return err('tooFewAdministrators');
  const refusal = await whyNotLoad(tx, deps, o);
  if (refusal !== null) return err(refusal);
  const loadId = deps.newUuid();
  const inserted = await tx
    .insertInto('key_loads')
    .values({
      id: loadId,
      utility_id: utilityId,
      request_id: body.requestId,
      supply_group_code: body.supplyGroupCode,
      key_revision: body.keyRevision,
      key_type: body.keyType,
      key_expiry: body.keyExpiry,
      base_date: body.baseDate,
      dkga: body.dkga,
      expected_check_value: body.expectedCheckValue ?? null,
      reason: body.reason,
      opened_by: o.by.operatorId,
      opened_at: now(deps),
      state: 'collecting',
      state_at: now(deps),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  if (inserted !== undefined) return ok({ loadId });
  // Another transaction was first: with this request, or with another one for the same key.
  return (await firstLoad(tx, o)) ?? err('loadUnderWay');
}

/** The first answer to this request id, or null when it is new. */
async function firstLoad(
  tx: Tx,
  o: Asked & { readonly body: NewKeyLoad },
): Promise<Result<{ readonly loadId: string }, 'requestIdReused'> | null> {
  const { body, utilityId } = o;
  const first = await tx
    .selectFrom('key_loads')
    .selectAll()
    .where('utility_id', '=', utilityId)
    .where('request_id', '=', body.requestId)
    .executeTakeFirst();
  if (first === undefined) return null;
  const before = [
    ...[first.supply_group_code, first.key_revision, first.key_type, first.key_expiry],
    ...[first.base_date, first.dkga, first.expected_check_value, first.reason, first.opened_by],
  ];
  const asked = [
    ...[body.supplyGroupCode, body.keyRevision, body.keyType, body.keyExpiry, body.baseDate],
    ...[body.dkga, body.expectedCheckValue ?? null, body.reason, o.by.operatorId],
  ];
  return answerAgain(before, asked, { loadId: first.id });
}

type KeyParticulars = Pick<
  NewKeyLoad,
  'supplyGroupCode' | 'keyRevision' | 'keyExpiry' | 'baseDate'
>;

/** What speaks against such a key, whoever brings it. */
async function whyNotLoad(
  tx: Tx,
  deps: LoadingDeps,
  o: { readonly utilityId: string; readonly body: KeyParticulars },
): Promise<'keyExists' | 'keyExpired' | 'baseDateBackwards' | null> {
  const { body } = o;
  const others = await tx
    .selectFrom('vending_keys')
    .select(['key_revision', 'base_date'])
    .where('utility_id', '=', o.utilityId)
    .where('supply_group_code', '=', body.supplyGroupCode)
    .execute();
  if (others.some((key) => key.key_revision === body.keyRevision)) return 'keyExists';
  const tid = nextTid({
    nowMs: deps.clocks.business.nowMs(),
    baseDate: body.baseDate,
    lastTid: null,
  });
  const isPast = tid.ok ? tid.value >>> 16 > body.keyExpiry : tid.error === 'afterBaseDate';
  if (isPast) return 'keyExpired';
  const order = [93, 14, 35];
  const rank = order.indexOf(body.baseDate);
  return others.some((key) => order.indexOf(key.base_date) > rank) ? 'baseDateBackwards' : null;
}

/** Locks the loading, so that components and decisions come one after the other. */
const lockLoad = (tx: Tx, o: { readonly utilityId: string; readonly loadId: string }) =>
  tx
    .selectFrom('key_loads')
    .selectAll()
    .where('id', '=', o.loadId)
    .where('utility_id', '=', o.utilityId)
    .forUpdate()
    .executeTakeFirst();

const componentsOf = (tx: Tx, loadId: string) =>
  tx
    .selectFrom('key_components')
    .selectAll()
    .where('load_id', '=', loadId)
    .orderBy('ordinal')
    .execute();

const hasOneByte = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === bytes[0]);

type Person = { readonly id: string; readonly name: string };

const administratorsOf = (tx: Tx, utilityId: string): Promise<Person[]> =>
  tx
    .selectFrom('operators')
    .select(['id', 'name'])
    .where('utility_id', '=', utilityId)
    .where('role', '=', 'administrator')
    .orderBy('name')
    .execute();

/** Who could approve, if all of `others` may not. */
async function administratorsBeside(
  tx: Tx,
  { utilityId }: { readonly utilityId: string },
  others: readonly string[],
): Promise<number> {
  const all = await administratorsOf(tx, utilityId);
  return all.filter(({ id }) => !others.includes(id)).length;
}

/** Whose component is taken next, as `enterComponent` decides it. */
function whoMayEnter(
  all: readonly Person[],
  load: { readonly state: string; readonly opened_by: string },
  enteredBy: readonly string[],
): string[] {
  if (load.state !== 'collecting') return [];
  const leavesOne = (id: string) =>
    enteredBy.length === 0 ||
    all.some((one) => ![load.opened_by, id, ...enteredBy].includes(one.id));
  return all.filter(({ id }) => !enteredBy.includes(id) && leavesOne(id)).map(({ name }) => name);
}

/** Takes one custodian's component. The second one asks for the approval. */
export async function enterComponent(
  tx: Tx,
  deps: LoadingDeps & { readonly approvals: Pick<Approvals, 'request'> },
  o: Asked & {
    readonly loadId: string;
    readonly component: Uint8Array;
    readonly checkValue: string | null;
  },
): Promise<Result<void, KeyLoadRefusal>> {
  const load = await lockLoad(tx, o);
  if (load === undefined) return err('unknownLoad');
  const entered = await componentsOf(tx, load.id);
  const checkValue = checkValueOf(o.component);
  const mine = entered.find((each) => each.entered_by === o.by.operatorId);
  if (mine !== undefined) {
    if (o.checkValue !== null && o.checkValue !== checkValue) return err('componentCheckValue');
    const again = o.component.length === keyBytes[load.dkga] && mine.check_value === checkValue;
    return again ? ok(undefined) : err('sameCustodian');
  }
  if (load.state !== 'collecting') return err('loadClosed');
  if (o.component.length !== keyBytes[load.dkga]) return err('componentLength');
  if (hasOneByte(o.component)) return err('componentWeak');
  if (o.checkValue !== null && o.checkValue !== checkValue) return err('componentCheckValue');
  if (entered.some((each) => each.check_value === checkValue)) return err('componentsEqual');
  const ordinal = entered.length + 1;
  if (ordinal === 2) {
    const others = [load.opened_by, o.by.operatorId, ...entered.map((each) => each.entered_by)];
    if ((await administratorsBeside(tx, o, others)) === 0) return err('nobodyToApprove');
  }
  await tx
    .insertInto('key_components')
    .values({
      load_id: load.id,
      ordinal,
      utility_id: o.utilityId,
      entered_by: o.by.operatorId,
      check_value: checkValue,
      sealed: seal(deps.masterKey, boundTo(o.utilityId, load.id, ordinal), o.component),
      entered_at: now(deps),
    })
    .execute();
  if (ordinal < 2) return ok(undefined);
  const opener = await tx
    .selectFrom('operators')
    .select('name')
    .where('id', '=', load.opened_by)
    .executeTakeFirstOrThrow();
  const asked = await deps.approvals.request(tx, {
    utilityId: o.utilityId,
    kind: 'vendingKeyLoad',
    requestId: `key-load:${load.id}`,
    payload: { loadId: load.id },
    reason: load.reason,
    requestedBy: { operatorId: load.opened_by, name: opener.name },
  });
  if (!asked.ok) return asked;
  await tx
    .updateTable('key_loads')
    .set({
      state: 'awaitingApproval',
      state_at: now(deps),
      approval_id: asked.value.approvalId,
    })
    .where('id', '=', load.id)
    .execute();
  return ok(undefined);
}

/** Nothing of a component rests after this. */
async function eraseAndClose(
  tx: Tx,
  deps: LoadingDeps,
  o: { readonly loadId: string; readonly state: 'loaded' | 'closed' },
): Promise<void> {
  await tx
    .updateTable('key_components')
    .set({ sealed: null })
    .where('load_id', '=', o.loadId)
    .execute();
  await tx
    .updateTable('key_loads')
    .set({ state: o.state, state_at: now(deps) })
    .where('id', '=', o.loadId)
    .execute();
}

const payloadSchema = z.object({ loadId: z.uuid() });
type Payload = z.output<typeof payloadSchema>;
const keyTypes = ['initialisation', 'default', 'unique', 'common'] as const;

type PerformRefusal = Extract<
  KeyLoadRefusal,
  | 'loadClosed'
  | 'keyExists'
  | 'keyExpired'
  | 'baseDateBackwards'
  | 'masterKeyChanged'
  | 'componentsEqual'
  | 'checkValueDiffers'
  | HomeRefusal
>;
const performRefusals = {
  loadClosed: keyLoadRefusals.loadClosed[1],
  keyExists: keyLoadRefusals.keyExists[1],
  keyExpired: keyLoadRefusals.keyExpired[1],
  baseDateBackwards: keyLoadRefusals.baseDateBackwards[1],
  masterKeyChanged: keyLoadRefusals.masterKeyChanged[1],
  componentsEqual: keyLoadRefusals.componentsEqual[1],
  checkValueDiffers: keyLoadRefusals.checkValueDiffers[1],
  keyStoreAway: keyLoadRefusals.keyStoreAway[1],
  keyStoreFull: keyLoadRefusals.keyStoreFull[1],
  keyStoreRefuses: keyLoadRefusals.keyStoreRefuses[1],
};

/** What a third person allows: neither custodian, nor who opened it. */
export function vendingKeyLoadApproval(deps: LoadingDeps) {
  return defineOperation<Payload, PerformRefusal>({
    payload: payloadSchema,
    refusals: performRefusals,
    participants: async (tx, { payload }) =>
      (await componentsOf(tx, payload.loadId)).map((each) => each.entered_by),
    describe: async (tx, { payload }) => {
      const load = await loadOf(tx, payload.loadId);
      if (load === null) throw new Error('an approval of a loading that is away');
      const facts = [
        { label: 'Supply group', value: load.supplyGroupCode },
        { label: 'Key revision', value: String(load.keyRevision) },
        { label: 'Key type', value: `${load.keyType} (${keyTypes[load.keyType]})` },
        { label: 'Key expiry', value: load.keyExpiry === 255 ? 'never' : String(load.keyExpiry) },
        { label: 'Base date', value: String(load.baseDate).padStart(2, '0') },
        { label: 'Key generation', value: load.dkga.toUpperCase() },
        ...load.components.map((each, index) => ({
          label: `Component ${index + 1}`,
          value: `check value ${each.checkValue}, entered by ${each.enteredBy}`,
        })),
        { label: 'Expected check value', value: load.expectedCheckValue ?? 'none was given' },
        { label: 'Reason', value: load.reason },
      ];
      return { title: 'Load a vending key from two components', facts };
    },
    perform: (tx, { payload, utilityId }) => combine(tx, deps, { ...payload, utilityId }),
    closed: async (tx, { payload, utilityId }) => {
      const load = await lockLoad(tx, { ...payload, utilityId });
      if (load === undefined || load.state === 'loaded') return;
      await eraseAndClose(tx, deps, { ...payload, state: 'closed' });
    },
  });
}

/** The one place where both components are open at once. */
async function combine(
  tx: Tx,
  deps: LoadingDeps,
  o: { readonly loadId: string; readonly utilityId: string },
): Promise<Result<object, PerformRefusal>> {
  const load = await lockLoad(tx, o);
  if (load?.state !== 'awaitingApproval') return err('loadClosed');
  const refusal = await whyNotLoad(tx, deps, {
    utilityId: o.utilityId,
    body: {
      supplyGroupCode: load.supply_group_code,
      keyRevision: load.key_revision,
      keyExpiry: load.key_expiry,
      baseDate: load.base_date as NewKeyLoad['baseDate'],
    },
  });
  if (refusal !== null) return err(refusal);
  const [first, second] = (await componentsOf(tx, load.id)).map((each) =>
    each.sealed === null
      ? null
      : open(deps.masterKey, boundTo(o.utilityId, load.id, each.ordinal), each.sealed),
  );
  if (!first || !second) return err('masterKeyChanged');
  const mixed = first.map((byte, index) => byte ^ (second[index] ?? 0));
  const whole = load.dkga === 'dkga02' ? withOddParity(mixed) : mixed;
  try {
    if (hasOneByte(mixed)) return err('componentsEqual');
    const checkValue = checkValueOf(whole);
    const expected = load.expected_check_value;
    if (expected !== null && expected !== checkValue) return err('checkValueDiffers');
    if (!vendingKeyFromBytes(whole).ok) throw new Error('a whole key that is none');
    const particulars = {
      ...{ utilityId: o.utilityId, dkga: load.dkga, bytes: whole },
      ...{ supplyGroupCode: load.supply_group_code, keyRevision: load.key_revision },
    };
    const settled = await settle(deps, particulars);
    if (!settled.ok) return settled;
    const keyId = deps.newUuid();
    await insertVendingKey(tx, {
      id: keyId,
      utilityId: o.utilityId,
      supplyGroupCode: load.supply_group_code,
      keyRevision: load.key_revision,
      keyType: load.key_type,
      keyExpiry: load.key_expiry,
      baseDate: load.base_date,
      dkga: load.dkga,
      sealed: settled.value,
      load: { id: load.id, checkValue },
      createdAt: now(deps),
    });
    await eraseAndClose(tx, deps, { loadId: load.id, state: 'loaded' });
    return ok({ keyId: idFromUuid('key', keyId), checkValue });
  } finally {
    for (const secret of [first, second, mixed, whole]) secret.fill(0);
  }
}

/** Gives up a loading that is still collecting. */
export async function closeLoad(
  tx: Tx,
  deps: LoadingDeps,
  o: { readonly utilityId: string; readonly loadId: string },
): Promise<Result<void, KeyLoadRefusal>> {
  const load = await lockLoad(tx, o);
  if (load === undefined) return err('unknownLoad');
  if (load.state === 'closed') return ok(undefined);
  if (load.state === 'awaitingApproval') return err('loadAwaits');
  if (load.state !== 'collecting') return err('loadClosed');
  await eraseAndClose(tx, deps, { loadId: o.loadId, state: 'closed' });
  return ok(undefined);
}

/** Loadings, newest first, or the one of an id. Nothing secret is read. */
export async function listLoads(tx: Tx, loadId?: string): Promise<KeyLoad[]> {
  let query = tx
    .selectFrom('key_loads')
    .innerJoin('operators', 'operators.id', 'key_loads.opened_by')
    .selectAll('key_loads')
    .select('operators.name');
  if (loadId !== undefined) query = query.where('key_loads.id', '=', loadId);
  const rows = await query.orderBy('key_loads.id', 'desc').limit(loadsShown).execute();
  if (rows.length === 0) return [];
  const components = await tx
    .selectFrom('key_components')
    .innerJoin('operators', 'operators.id', 'key_components.entered_by')
    .select(['load_id', 'check_value', 'entered_at', 'entered_by', 'operators.name'])
    .where(
      'load_id',
      'in',
      rows.map((row) => row.id),
    )
    .orderBy('ordinal')
    .execute();
  const collecting = rows.find((row) => row.state === 'collecting');
  const all = collecting === undefined ? [] : await administratorsOf(tx, collecting.utility_id);
  const partsOf = (id: string) => components.filter((each) => each.load_id === id);
  return rows.map((row) => ({
    loadId: idFromUuid('key', row.id),
    supplyGroupCode: row.supply_group_code,
    keyRevision: row.key_revision,
    keyType: row.key_type,
    keyExpiry: row.key_expiry,
    baseDate: row.base_date,
    dkga: row.dkga,
    expectedCheckValue: row.expected_check_value,
    reason: row.reason,
    openedBy: row.name,
    openedAt: isoOf(row.opened_at),
    state: row.state,
    approvalId: row.approval_id === null ? null : idFromUuid('approval', row.approval_id),
    components: partsOf(row.id).map((each) => ({
      enteredBy: each.name,
      checkValue: each.check_value,
      at: isoOf(each.entered_at),
    })),
    mayEnter: whoMayEnter(
      all,
      row,
      partsOf(row.id).map((each) => each.entered_by),
    ),
  }));
}

export const loadOf = async (tx: Tx, loadId: string): Promise<KeyLoad | null> =>
  (await listLoads(tx, loadId))[0] ?? null;

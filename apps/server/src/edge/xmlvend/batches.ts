// Batches: the shift of a terminal, and the vendor's sales and bank batches above it. "All" is the
// three of them, opened where they are not open, ended from the smallest to the largest.

import type { ShiftJson, VendorBatch } from '@prewatt/api';
import { formatMoney, uuidIn } from '@prewatt/quantities';
import { decimalOf, exponentOf, toMinor } from '@prewatt/rails';
import { element, headOf, money, standingOf, type XmlOut } from '@prewatt/rails/xmlvend-written';
import type { BatchKind } from '../../money/vendors/index.ts';
import {
  type Answer,
  type Call,
  type DoorDeps,
  headOfAnswer,
  nameOf,
  refused,
  standingAt,
} from './call.ts';
import type { BatchName, Outcome } from './once.ts';
import { fault, faultOfRefusal } from './refusals.ts';
import { requestIdOf } from './vend.ts';

type Wanted = 'shift' | BatchKind | 'all';

/** By the request's xsi:type, which peers write in several ways; a shift where it says nothing. */
function wantedBy({ request }: Call): Wanted {
  const type = request.type ?? '';
  if (/Sales/i.test(type)) return 'sales';
  if (/Bank/i.test(type)) return 'bank';
  return /All/.test(type) ? 'all' : 'shift';
}

const words = {
  shift: 'shift of this terminal',
  sales: 'sales batch',
  bank: 'bank batch',
} as const;
const kindsOf = (wanted: Wanted): readonly BatchName['kind'][] =>
  wanted === 'all' ? ['shift', 'sales', 'bank'] : [wanted];
const refusal = (type: Parameters<typeof fault>[0], desc: string): Outcome => ({
  kind: 'refused',
  fault: fault(type, desc),
});
const noneOpen = (wanted: Wanted): string =>
  wanted === 'all' ? 'No batch is open.' : `No ${words[wanted]} is open.`;
const noneEnded = (kind: BatchName['kind']) =>
  fault('ReprintEndBatchEx', `There is no such ${words[kind]} that was ended.`);

const requestOf = (call: Call): string => requestIdOf(nameOf(call.request, call.request.msgId));

export type BatchAsked = Pick<Call['request'], 'type' | 'batchTotal'>;

/** One that was left unfinished answers what it had opened before, whatever became of that. */
export async function startBatch(deps: DoorDeps, call: Call): Promise<Outcome> {
  const { till } = call;
  const { shifts, batches } = deps.vendors;
  const wanted = wantedBy(call);
  const requestId = requestOf(call);
  const names: BatchName[] = [];
  for (const kind of kindsOf(wanted)) {
    const opened =
      kind === 'shift'
        ? await shifts.open(till, { requestId })
        : await batches.start(till, { kind, requestId });
    if (opened.ok) {
      names.push(nameOfBatch(kind, opened.value));
    } else if (opened.error === 'vendorBlocked') {
      return { kind: 'refused', fault: faultOfRefusal('vendorBlocked') };
    }
  }
  if (names.length > 0) return { kind: 'batches', names };
  const what = wanted === 'all' ? 'All three batches are' : `A ${words[wanted]} is`;
  return refusal('StartBatchEx', `${what} open; end it first.`);
}

/**
 * A request that says no total ends a shift whose cash was not counted. One that was left
 * unfinished ends what it had ended before, whatever was opened since.
 */
export async function endBatch(deps: DoorDeps, call: Call): Promise<Outcome> {
  const { request, utility } = call;
  const wanted = wantedBy(call);
  const counted = toMinor(request.batchTotal, exponentOf(utility.currency.code));
  if (request.batchTotal !== null && counted === null) {
    return refusal('CheckBatchTotalEx', 'The total must be an amount in the currency.');
  }
  const names: BatchName[] = [];
  for (const kind of kindsOf(wanted)) {
    // Of all three, what was counted is what is brought to the bank.
    const countedMinor = wanted === 'all' && kind !== 'bank' ? null : counted;
    const ended = await end(deps, call, { kind, countedMinor });
    if (ended !== null) names.push(nameOfBatch(kind, ended));
  }
  return names.length > 0 ? { kind: 'batches', names } : refusal('EndBatchEx', noneOpen(wanted));
}

async function end(
  deps: DoorDeps,
  call: Call,
  o: { readonly kind: BatchName['kind']; readonly countedMinor: bigint | null },
): Promise<ShiftJson | VendorBatch | null> {
  const { till } = call;
  const { shifts, batches } = deps.vendors;
  const { kind, countedMinor } = o;
  const asked = { countedMinor, requestId: requestOf(call) };
  const ended = await (kind === 'shift'
    ? shifts.closeOpen(till, asked)
    : batches.end(till, { ...asked, kind }));
  return ended.ok ? ended.value : null;
}

/** What is open as it stands. */
export async function totalBatch(deps: DoorDeps, call: Call): Promise<Answer> {
  const { shifts, batches } = deps.vendors;
  const wanted = wantedBy(call);
  const open: (ShiftJson | VendorBatch)[] = [];
  for (const kind of kindsOf(wanted)) {
    const found =
      kind === 'shift' ? await shifts.current(call.till) : await batches.current(call.till, kind);
    if (found !== null) open.push(found);
  }
  return open.length === 0
    ? refused(fault('EndBatchEx', noneOpen(wanted)))
    : batchesAnswer(deps, call, { batches: open });
}

/** One that was ended, by its number; or the last one. */
export async function endedBatch(deps: DoorDeps, call: Call): Promise<Answer> {
  const wanted = wantedBy(call);
  const { batchNo } = call.request;
  const found: (ShiftJson | VendorBatch)[] = [];
  for (const kind of kindsOf(wanted)) {
    const ended = await endedOf(deps, call, kind);
    if (ended !== null) found.push(ended);
    else if (wanted !== 'all' || batchNo !== null) return refused(noneEnded(kind));
  }
  return found.length === 0
    ? refused(noneEnded('shift'))
    : batchesAnswer(deps, call, { batches: found });
}

async function endedOf(
  deps: DoorDeps,
  call: Call,
  kind: BatchName['kind'],
): Promise<ShiftJson | VendorBatch | null> {
  const { till, request } = call;
  const { shifts, batches } = deps.vendors;
  const { batchNo } = request;
  if (batchNo === null) {
    return kind === 'shift' ? shifts.lastClosed(till) : batches.lastEnded(till, kind);
  }
  const found = await foundBatch(deps, call, { kind, number: batchNo });
  const endedAt = found === null || 'closedAt' in found ? found?.closedAt : found.endedAt;
  return endedAt === null || endedAt === undefined ? null : found;
}

const shiftNumber = /^shift_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

async function foundBatch(
  deps: DoorDeps,
  { till }: Call,
  { kind, number }: BatchName,
): Promise<ShiftJson | VendorBatch | null> {
  if (kind !== 'shift') {
    const isNumber = /^\d{1,9}$/.test(number);
    return isNumber ? deps.vendors.batches.find(till, { kind, number: Number(number) }) : null;
  }
  const id = shiftNumber.exec(number)?.[1];
  const found = id === undefined ? null : await deps.vendors.shifts.find(till, id);
  return found?.ok ? found.value : null;
}

const nameOfBatch = (kind: BatchName['kind'], of: ShiftJson | VendorBatch): BatchName => ({
  kind,
  number: 'shiftId' in of ? of.shiftId : String(of.number),
});

/** What was started or ended, as it is now. */
export async function batchAnswer(
  deps: DoorDeps,
  call: Call,
  o: { readonly names: readonly BatchName[]; readonly atMs: number },
): Promise<Answer> {
  const batches: (ShiftJson | VendorBatch)[] = [];
  for (const name of o.names) {
    const found = await foundBatch(deps, call, name);
    if (found === null) throw new Error('a batch that was answered is not there');
    batches.push(found);
  }
  return batchesAnswer(deps, call, { batches, atMs: o.atMs });
}

async function batchesAnswer(
  deps: DoorDeps,
  call: Call,
  o: { readonly batches: readonly (ShiftJson | VendorBatch)[]; readonly atMs?: number },
): Promise<Answer> {
  const kind = call.request.element.replace(/Req$/, '');
  const standing = await standingAt(deps, call, null);
  const written: XmlOut[] = [];
  for (const batch of o.batches) {
    const own = 'shiftId' in batch ? await figuresOfShift(deps, call, batch) : figuresOf(batch);
    written.push(batchOf(call, kind.replace('reprintEnd', 'end'), own));
  }
  return {
    kind: 'parts',
    element: `${kind}Resp`,
    parts: [
      ...headOf({ ...headOfAnswer(deps, call, o), operatorMsg: differencesIn(call, o.batches) }),
      ...[...standingOf(standing), ...written],
    ],
  };
}

/** What was counted against what was sold, in words for who counted; null where nobody did. */
function differencesIn(
  { utility }: Call,
  batches: readonly (ShiftJson | VendorBatch)[],
): string | null {
  const said = batches.flatMap((batch) => {
    if (batch.countedMinor === null) return [];
    const over = BigInt(batch.countedMinor) - BigInt(batch.expectedMinor);
    const sum = formatMoney(over < 0n ? -over : over, utility.currency);
    const what = 'shiftId' in batch ? words.shift : words[batch.kind];
    if (over === 0n) return [`The ${what} was counted as it should be.`];
    return [`Counted for the ${what}: ${sum} ${over > 0n ? 'more than' : 'less than'} was sold.`];
  });
  return said.length === 0 ? null : said.join(' ');
}

type Figures = Pick<VendorBatch, 'sales' | 'expectedMinor' | 'taxMinor' | 'countedMinor'> & {
  readonly type: 'Shift' | 'Sales' | 'Bank';
  readonly seqNo: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
};

const figuresOf = (batch: VendorBatch): Figures => ({
  ...batch,
  type: batch.kind === 'sales' ? 'Sales' : 'Bank',
  seqNo: String(batch.number),
});

async function figuresOfShift(deps: DoorDeps, call: Call, shift: ShiftJson): Promise<Figures> {
  const { shiftId, openedAt: startedAt, closedAt: endedAt } = shift;
  const tax = await deps.vendors.batches.taxOfShift(call.till, uuidIn(shiftId));
  return { ...shift, type: 'Shift', seqNo: shiftId, startedAt, endedAt, taxMinor: tax.toString() };
}

function batchOf({ utility }: Call, kind: string, batch: Figures): XmlOut {
  const { code, scale } = utility.currency;
  const amount = (name: string, minor: string) =>
    money(name, decimalOf(BigInt(minor), scale), code);
  const counted = batch.countedMinor;
  return element(
    `r:${kind}`,
    { 'xsi:type': `r:${batch.type}`, seqNo: batch.seqNo },
    element('r:started', {}, batch.startedAt),
    batch.endedAt === null ? null : element('r:ended', {}, batch.endedAt),
    amount('r:batchTot', batch.expectedMinor),
    amount('r:totTax', batch.taxMinor),
    element(
      'r:batchReport',
      {},
      element('r:txTotal', { count: String(batch.sales) }, amount('r:amt', batch.expectedMinor)),
      counted === null ? null : element('r:operatorTotal', {}, amount('r:amt', counted)),
      element('r:payTypeTotal', { 'xsi:type': 'b:Cash' }, amount('r:amt', batch.expectedMinor)),
    ),
  );
}

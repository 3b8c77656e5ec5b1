// Batches, of which there is one kind here: the shift of a terminal. Sales and banking batches are
// no units of the core.

import type { ShiftJson } from '@prewatt/api';
import { uuidOf } from '@prewatt/quantities';
import { decimalOf, exponentOf, toMinor } from '@prewatt/rails';
import { element, headOf, money, standingOf, type XmlOut } from '@prewatt/rails/xmlvend-written';
import {
  type Answer,
  type Call,
  type DoorDeps,
  headOfAnswer,
  refused,
  standingAt,
} from './call.ts';
import type { Outcome } from './once.ts';
import { fault, faultOfRefusal } from './refusals.ts';

const ofShifts = (call: Call): boolean => !/Sales|Bank/i.test(call.request.type ?? '');

const onlyShifts = fault(
  'UseCaseSupportEx',
  'There are batches of shifts alone; sales and banking are settled by the statement.',
);
const noneOpen = fault('EndBatchEx', 'No shift of this terminal is open.');
const noneEnded = fault('ReprintEndBatchEx', 'There is no such shift that was ended.');

export async function startBatch(deps: DoorDeps, call: Call): Promise<Outcome> {
  if (!ofShifts(call)) return { kind: 'refused', fault: onlyShifts };
  const opened = await deps.vendors.shifts.open(call.till);
  if (opened.ok) return { kind: 'shift', shiftId: opened.value.shiftId };
  const words = faultOfRefusal('noOpenShift').code;
  return {
    kind: 'refused',
    fault:
      opened.error === 'shiftAlreadyOpen'
        ? fault('StartBatchEx', 'A shift of this terminal is open; end it first.', words)
        : faultOfRefusal('vendorBlocked'),
  };
}

/** A start that was left unfinished: what is open now is what it opened. */
export async function resumeStart(deps: DoorDeps, call: Call): Promise<Outcome> {
  const open = await deps.vendors.shifts.current(call.till);
  return open === null ? startBatch(deps, call) : { kind: 'shift', shiftId: open.shiftId };
}

export type BatchAsked = Pick<Call['request'], 'type' | 'batchTotal'>;

/** The count of cash is what the request says, or what the sales say where it says nothing. */
export async function endBatch(deps: DoorDeps, call: Call): Promise<Outcome> {
  if (!ofShifts(call)) return { kind: 'refused', fault: onlyShifts };
  const { till, request, utility } = call;
  const open = await deps.vendors.shifts.current(till);
  if (open === null) return { kind: 'refused', fault: noneOpen };
  const counted = toMinor(request.batchTotal, exponentOf(utility.currency.code));
  if (request.batchTotal !== null && counted === null) {
    const desc = 'The total must be an amount in the currency.';
    return { kind: 'refused', fault: fault('CheckBatchTotalEx', desc) };
  }
  const closed = await deps.vendors.shifts.close(till, {
    shiftId: uuidOf(open.shiftId as never),
    countedMinor: counted ?? BigInt(open.expectedMinor),
  });
  if (!closed.ok) return { kind: 'refused', fault: noneOpen };
  return { kind: 'shift', shiftId: closed.value.shiftId };
}

/** The open shift as it stands. */
export async function totalBatch(deps: DoorDeps, call: Call): Promise<Answer> {
  if (!ofShifts(call)) return refused(onlyShifts);
  const open = await deps.vendors.shifts.current(call.till);
  return open === null ? refused(noneOpen) : shiftAnswer(deps, call, { shift: open });
}

/** A shift of the vendor that was ended, by its number; or the last one of this terminal. */
export async function endedBatch(deps: DoorDeps, call: Call): Promise<Answer> {
  if (!ofShifts(call)) return refused(onlyShifts);
  const { batchNo } = call.request;
  const named = /^shift_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(batchNo ?? '')?.[1];
  const { shifts } = deps.vendors;
  if (batchNo === null) {
    const last = await shifts.lastClosed(call.till);
    return last === null ? refused(noneEnded) : shiftAnswer(deps, call, { shift: last });
  }
  const found = named === undefined ? null : await shifts.find(call.till, named);
  if (found === null || !found.ok || found.value.closedAt === null) return refused(noneEnded);
  return shiftAnswer(deps, call, { shift: found.value });
}

export async function batchAnswer(
  deps: DoorDeps,
  call: Call,
  o: { readonly shiftId: string; readonly atMs: number },
): Promise<Answer> {
  const found = await deps.vendors.shifts.find(call.till, uuidOf(o.shiftId as never));
  if (!found.ok) throw new Error('a shift that was answered is not there');
  return shiftAnswer(deps, call, { shift: found.value, atMs: o.atMs });
}

async function shiftAnswer(
  deps: DoorDeps,
  call: Call,
  o: { readonly shift: ShiftJson; readonly atMs?: number },
): Promise<Answer> {
  const kind = call.request.element.replace(/Req$/, '');
  const standing = await standingAt(deps, call, null);
  const parts = [...headOf(headOfAnswer(deps, call, o)), ...standingOf(standing)];
  return {
    kind: 'parts',
    element: `${kind}Resp`,
    parts: [...parts, shiftOf(call, kind.replace('reprintEnd', 'end'), o.shift)],
  };
}

function shiftOf({ utility }: Call, kind: string, shift: ShiftJson): XmlOut {
  const { code, scale } = utility.currency;
  const amount = (name: string, minor: string) =>
    money(name, decimalOf(BigInt(minor), scale), code);
  const counted = shift.countedMinor;
  return element(
    `r:${kind}`,
    { 'xsi:type': 'r:Shift', seqNo: shift.shiftId },
    element('r:started', {}, shift.openedAt),
    shift.closedAt === null ? null : element('r:ended', {}, shift.closedAt),
    amount('r:batchTot', shift.expectedMinor),
    element(
      'r:batchReport',
      {},
      element('r:txTotal', { count: String(shift.sales) }, amount('r:amt', shift.expectedMinor)),
      counted === null ? null : element('r:operatorTotal', {}, amount('r:amt', counted)),
    ),
  );
}

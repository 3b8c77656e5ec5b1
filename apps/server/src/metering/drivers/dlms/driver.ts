// The driver of meters that speak DLMS/COSEM: visits those that are due, and those for which a
// command waits; a bounded number side by side, each meter alone. Meters that dial in are visited
// over the connection that they opened.

import { randomUUID } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { type DriverFault, decodeDownWord, type MeterDriver } from '@prewatt/protocol';
import { minuteMs, type RandomBytes } from '@prewatt/quantities';
import type { Database } from '../../../base/database.ts';
import type { Log } from '../../../base/log.ts';
import type { Clocks } from '../../../base/time.ts';
import {
  type AnsweringDeps,
  answerKnown,
  type DoTask,
  doWaiting,
  mostWaiting,
  noneWaiting,
  type Waiting,
} from '../answering.ts';
import { createSpeaker } from '../speaker.ts';
import { changeKeys } from './change-keys.ts';
import { type Candidate, candidatesOf, keepKeyChange } from './key-change-store.ts';
import {
  endSession,
  keepAnswered,
  keepCounters,
  type Lease,
  type LinkedMeter,
  type LinkRow,
  leaseDue,
  leaseOne,
  linkedMeters,
  releaseLease,
} from './link-store.ts';
import type { DlmsModel } from './model.ts';
import { createModels } from './models.ts';
import type { OffsetAt } from './reading.ts';
import { type DlmsSession, type SessionLimits, sessionLimits } from './session.ts';
import type { TaskPlace } from './task-place.ts';
import { dlmsCapabilities, doTask } from './tasks.ts';
import { type VisitDeps, type Visited, visit } from './visit.ts';

export type DlmsDriverOptions = {
  readonly database: Database;
  readonly clocks: Clocks;
  /** 32 bytes. */
  readonly masterKey: Buffer;
  readonly random: RandomBytes;
  readonly utilities: () => Promise<readonly { readonly id: string; readonly zone: string }[]>;
  /** Meters visited at once. */
  readonly parallel: number;
  readonly limits?: Partial<SessionLimits>;
  /** A fault that somebody should look at, and its end. */
  readonly onFault: (meterPan: string, fault: DriverFault) => void;
  readonly onMended: (meterPan: string) => void;
  readonly log: Log;
};

export type DlmsDriver = MeterDriver & {
  readonly isLinked: (meterPan: string) => boolean;
  readonly meters: () => ReadonlyMap<string, LinkedMeter>;
  /** Looks which meters are linked. */
  readonly refresh: () => Promise<void>;
  /** Visits meters that are due; resolves when they are begun. */
  readonly sweep: () => Promise<void>;
  /** A meter has opened a connection; the driver closes it. */
  readonly dialledIn: (meter: LinkedMeter, socket: Socket) => void;
  /** Visits a meter soon, whatever the plan. */
  readonly visitNow: (meterPan: string) => void;
  /** Resolves when no visit is under way. */
  readonly idle: () => Promise<void>;
  readonly counts: () => DlmsCounts;
};
export type DlmsCounts = {
  readonly linked: number;
  readonly underWay: number;
  readonly visits: number;
  readonly faults: Readonly<Partial<Record<DriverFault, number>>>;
};

const connectMs = 8_000;
/** A lease outlives any visit. */
const leaseBeyondMs = 60_000;
/** Real time until a meter that was away is tried again for a command. */
const awayMs = (faults: number): number =>
  Math.min(15_000 * 2 ** Math.min(faults, 5), 5 * minuteMs);
/** On the list at once; the others when they come so often in a row. */
const graveFaults: readonly DriverFault[] = [
  ...(['notProved', 'otherMeter', 'replay', 'tooMuch'] as const),
  ...(['malformed', 'countersUsedUp'] as const),
];
const faultsInARow = 3;

type Meter = Waiting & { isBusy: boolean; awayUntilMs: number; isUp: boolean | null };

type Running = {
  readonly o: DlmsDriverOptions;
  readonly limits: SessionLimits;
  readonly process: string;
  readonly speaker: ReturnType<typeof createSpeaker>;
  readonly models: ReturnType<typeof createModels>;
  readonly meters: Map<string, Meter>;
  readonly dialled: Map<string, Socket>;
  readonly underWay: Set<Promise<void>>;
  readonly sockets: Set<Socket>;
  linked: Map<string, LinkedMeter>;
  offsets: Map<string, OffsetAt>;
  visits: number;
  /** More were due than there was room for: the next sweep need not be waited for. */
  hasMoreDue: boolean;
  sweeping: Promise<void> | null;
  readonly faults: Partial<Record<DriverFault, number>>;
  isClosed: boolean;
};

export function createDlmsDriver(o: DlmsDriverOptions): DlmsDriver {
  const limits = { ...sessionLimits, ...o.limits };
  const running: Running = {
    ...{ o, limits, process: randomUUID(), speaker: createSpeaker() },
    models: createModels({ database: o.database, nowMs: o.clocks.business.nowMs }),
    ...{ meters: new Map(), dialled: new Map(), underWay: new Set(), sockets: new Set() },
    ...{ linked: new Map(), offsets: new Map(), visits: 0, faults: {}, isClosed: false },
    ...{ hasMoreDue: false, sweeping: null },
  };
  return {
    name: 'dlms',
    capabilities: dlmsCapabilities,
    isLinked: (meterPan) => running.linked.has(meterPan),
    meters: () => running.linked,
    send: (meterPan, payload) => take(running, meterPan, payload),
    listen: async (listeners) => running.speaker.listenTo(listeners),
    drop: (meterPan) => {
      const linked = running.linked.get(meterPan);
      if (linked !== undefined) running.dialled.get(linked.place.meterId)?.destroy();
    },
    refresh: () => refresh(running),
    sweep: () => sweep(running),
    dialledIn: (meter, socket) => dialledIn(running, meter, socket),
    visitNow: (meterPan) => begin(running, meterPan, { always: true }),
    idle: async () => {
      while (running.underWay.size > 0) await Promise.all(running.underWay);
    },
    counts: () => ({
      linked: running.linked.size,
      underWay: running.underWay.size,
      visits: running.visits,
      faults: { ...running.faults },
    }),
    close: async () => {
      running.isClosed = true;
      running.speaker.end();
      for (const socket of [...running.sockets, ...running.dialled.values()]) socket.destroy();
      await Promise.all(running.underWay);
    },
  };
}

function meterOf({ meters }: Running, meterPan: string): Meter {
  const known = meters.get(meterPan);
  if (known !== undefined) return known;
  const fresh: Meter = { ...noneWaiting(), isBusy: false, awayUntilMs: 0, isUp: null };
  meters.set(meterPan, fresh);
  return fresh;
}

/** A message of the head-end: an acknowledgement ends a wait, a command waits for its visit. */
async function take(running: Running, meterPan: string, payload: Uint8Array): Promise<void> {
  const decoded = decodeDownWord(payload);
  if (!decoded.ok) throw new Error('the head-end sent what no driver can read');
  const message = decoded.value;
  if (message.kind === 'acknowledge') {
    return running.speaker.acknowledged(meterPan, message.sequence);
  }
  if (message.kind !== 'command' && message.kind !== 'cancel') return;
  const meter = meterOf(running, meterPan);
  const linked = running.linked.get(meterPan);
  if (linked === undefined) throw new Error('the meter is not linked by DLMS');
  const hasDialled = running.dialled.has(linked.place.meterId);
  const isAway =
    linked.deviceId === null ? meter.awayUntilMs > running.o.clocks.real.nowMs() : !hasDialled;
  if (message.kind === 'command') {
    if (isAway) throw new Error('the meter is away');
    if (meter.commands.size >= mostWaiting) throw new Error('too much waits for the meter');
    meter.commands.set(message.commandId, message);
  } else meter.cancels.add(message.commandId);
  begin(running, meterPan, { always: false });
}

async function refresh(running: Running): Promise<void> {
  const linked = new Map<string, LinkedMeter>();
  const offsets = new Map<string, OffsetAt>();
  for (const { id, zone } of await running.o.utilities()) {
    const of = await running.o.database.inUtility(id, (tx) => linkedMeters(tx, id));
    for (const meter of of) linked.set(meter.meterPan, meter);
    offsets.set(id, (atMs) => minutesAheadAt(atMs, zone));
  }
  for (const meterPan of running.linked.keys()) {
    if (!linked.has(meterPan)) forget(running, meterPan);
  }
  running.linked = linked;
  running.offsets = offsets;
}

function forget(running: Running, meterPan: string): void {
  const meterId = running.linked.get(meterPan)?.place.meterId ?? '';
  running.dialled.get(meterId)?.destroy();
  if (running.meters.get(meterPan)?.isBusy !== true) running.meters.delete(meterPan);
}

const minutesAheadAt = (atMs: number, zone: string): number =>
  Temporal.Instant.fromEpochMilliseconds(Math.floor(atMs)).toZonedDateTimeISO(zone)
    .offsetNanoseconds / 60_000_000_000;

const leaseOf = ({ process, o, limits }: Running): Lease => ({
  by: process,
  nowMs: o.clocks.real.nowMs(),
  forMs: limits.sessionMs + leaseBeyondMs,
});

/** One at a time: two would lease twice what there is room for. */
function sweep(running: Running): Promise<void> {
  running.sweeping ??= visitDue(running).finally(() => {
    running.sweeping = null;
  });
  return running.sweeping;
}

/** As many as there is room for. */
async function visitDue(running: Running): Promise<void> {
  running.hasMoreDue = false;
  for (const { id } of await running.o.utilities()) {
    const room = running.o.parallel - running.underWay.size;
    if (running.isClosed) return;
    if (room <= 0) {
      running.hasMoreDue = true;
      return;
    }
    const here = [...running.dialled.keys()];
    const businessNowMs = running.o.clocks.business.nowMs();
    const due = await running.o.database.inUtility(id, (tx) =>
      leaseDue(tx, leaseOf(running), { utilityId: id, businessNowMs, limit: room, here }),
    );
    if (due.length === room) running.hasMoreDue = true;
    for (const row of due) {
      const meter = meterOf(running, row.meterPan);
      if (meter.isBusy) continue;
      track(running, row.meterPan, () =>
        visitOnce(running, row, { isPlanned: true, always: true }),
      );
    }
  }
}

function goOn(running: Running): void {
  sweep(running).catch((error) => {
    if (!running.isClosed) running.o.log.warn({ error: String(error) }, 'DLMS meters not visited');
  });
}

/**
 * Begins a visit for what waits, unless one is under way, which sees to it as well. `always`: also
 * when all that waits needs no meter.
 */
function begin(running: Running, meterPan: string, { always }: { always: boolean }): void {
  const meter = meterOf(running, meterPan);
  const linked = running.linked.get(meterPan);
  if (meter.isBusy || linked === undefined || running.isClosed) return;
  track(running, meterPan, async () => {
    const { place } = linked;
    const row = await running.o.database.inUtility(place.utilityId, (tx) =>
      leaseOne(tx, leaseOf(running), place),
    );
    // Another process is at it: commands go again when they are due.
    if (row === null) {
      meter.commands.clear();
      meter.cancels.clear();
    } else await visitOnce(running, row, { isPlanned: false, always });
  });
}

function track(running: Running, meterPan: string, work: () => Promise<void>): void {
  const meter = meterOf(running, meterPan);
  meter.isBusy = true;
  const done = work()
    .catch((error) => {
      if (!running.isClosed) {
        running.o.log.warn({ error: String(error) }, 'a visit to a DLMS meter failed');
      }
    })
    .finally(() => {
      meter.isBusy = false;
      running.underWay.delete(done);
      // What came while the visit was ending.
      if (meter.commands.size > 0 || meter.cancels.size > 0) {
        begin(running, meterPan, { always: false });
      }
      const isHalfIdle = running.underWay.size <= running.o.parallel / 2;
      if (running.hasMoreDue && isHalfIdle && !running.isClosed) goOn(running);
    });
  running.underWay.add(done);
}

async function visitOnce(
  running: Running,
  row: LinkRow,
  { isPlanned, always }: { readonly isPlanned: boolean; readonly always: boolean },
): Promise<void> {
  const { o } = running;
  const meter = meterOf(running, row.meterPan);
  const answering = answeringOf(running);
  const book = { answered: row.answered };
  await answerKnown(answering, { row, waiting: meter, book });
  const nowMs = o.clocks.business.nowMs();
  if (!always && meter.commands.size === 0) {
    const { place } = row;
    await o.database.inUtility(place.utilityId, (tx) =>
      releaseLease(tx, place, { heard: false, nowMs }),
    );
    return;
  }
  running.visits += 1;
  const isDue = isPlanned || row.nextReadAtMs <= nowMs;
  const visited = await byItsKeys(running, row, async (candidate, socket) => {
    const { counters, secrets } = candidate;
    const counting = { isNext: candidate.pair.encryptionKey === 'new' };
    const of = {
      ...{ row: { ...row, counters }, socket, secrets },
      offsetAt: running.offsets.get(row.place.utilityId) ?? (() => 0),
      readsAll: () => isDue || meter.wantsAll,
      doCommands: async (place: TaskPlace) => {
        const doOne: DoTask = (task) => doTask(place, task);
        const done = await doWaiting(answering, { row, waiting: meter, book, doTask: doOne });
        return { ...done, creditedWh: row.creditedWh + done.creditedWh };
      },
      changeKeys: (session: DlmsSession, model: DlmsModel) =>
        changeKeys(
          {
            ...{ database: o.database, masterKey: o.masterKey, row, secrets },
            ...{ has: candidate.pair, nowMs: o.clocks.business.nowMs },
            onSettled: () => {
              counting.isNext = false;
            },
          },
          session,
          model,
        ),
    };
    const done = await visit(visitDepsOf(running, counting), of);
    meter.wantsAll = false;
    return done;
  });
  await keepEnd(running, row, { visited, isDue });
  heard(running, row, visited.fault);
}

const answeringOf = ({ o, speaker }: Running): AnsweringDeps<LinkRow> => ({
  ...{ clocks: o.clocks, say: speaker.say, abilities: dlmsCapabilities.abilities },
  keepAnswered: (row, answered) => keepAnswered(o.database, row.place, answered),
});

const visitDepsOf = (running: Running, counting: { readonly isNext: boolean }): VisitDeps => ({
  ...{ clocks: running.o.clocks, random: running.o.random, limits: running.limits },
  ...{ models: running.models, say: running.speaker.say },
  keepCounters: (row, counters) =>
    keepCounters(running.o.database, row.place, counters, counting.isNext),
});

/** What a meter with other keys may do when it is asked. */
const mayHaveOthers: readonly (DriverFault | null)[] = [
  ...(['notLetIn', 'notProved', 'noAnswer', 'malformed'] as const),
];

/** While keys are on their way the meter may have either: one pair after the other. */
async function byItsKeys(
  running: Running,
  row: LinkRow,
  run: (candidate: Candidate, socket: Socket) => Promise<Visited>,
): Promise<Visited> {
  const candidates = candidatesOf(running.o.masterKey, row);
  let visited = failedVisit(row, 'unreachable');
  for (const candidate of candidates) {
    visited = await overSocket(running, row, (socket) => run(candidate, socket));
    const isIn = visited.learnt !== null || !mayHaveOthers.includes(visited.fault);
    if (isIn) return visited;
  }
  const { keyChange, sealedNext } = row;
  if (keyChange !== null && sealedNext !== null && keyChange.state !== 'waiting') {
    const tried = keyChange.tried + candidates.length;
    await keepKeyChange(running.o.database, row.place, { ...keyChange, tried });
  }
  return visited;
}

const failedVisit = (row: LinkRow, fault: DriverFault): Visited => ({
  ...{ fault, learnt: null, wasRead: false, hasMore: false, profileReadToMs: null },
  ...{ creditedWh: row.creditedWh, account: null },
});

/** Over the connection that the meter has opened, or one that is opened for this visit. */
async function overSocket(
  running: Running,
  row: LinkRow,
  run: (socket: Socket) => Promise<Visited>,
): Promise<Visited> {
  if (row.reach === 'dialsIn') {
    const socket = running.dialled.get(row.place.meterId);
    if (socket === undefined) return failedVisit(row, 'unreachable');
    const visited = await run(socket);
    // What a device sends after it was in fault is not to be taken for an answer.
    if (visited.fault !== null) socket.destroy();
    return visited;
  }
  const socket = await dial(running, row);
  if (socket === null) return failedVisit(row, 'unreachable');
  try {
    return await run(socket);
  } finally {
    socket.destroy();
    running.sockets.delete(socket);
  }
}

function dial(running: Running, { host, port }: LinkRow): Promise<Socket | null> {
  return new Promise((resolve) => {
    const socket = connect({ host: host ?? '', port: port ?? 0, noDelay: true });
    running.sockets.add(socket);
    const give = (opened: boolean): void => {
      clearTimeout(timer);
      if (!opened) {
        socket.destroy();
        running.sockets.delete(socket);
      }
      resolve(opened ? socket : null);
    };
    const timer = setTimeout(() => give(false), connectMs);
    socket.once('connect', () => give(true));
    socket.on('error', () => give(false));
  });
}

async function keepEnd(
  running: Running,
  row: LinkRow,
  { visited, isDue }: { readonly visited: Visited; readonly isDue: boolean },
): Promise<void> {
  const { o } = running;
  const nowMs = o.clocks.business.nowMs();
  const { fault, hasMore } = visited;
  const laterMs = Math.min(row.readEveryMs, minuteMs * 2 ** Math.min(row.faults, 6));
  const nextReadAtMs =
    fault !== null
      ? nowMs + laterMs
      : hasMore
        ? nowMs
        : isDue
          ? nowMs + row.readEveryMs
          : row.nextReadAtMs;
  await o.database.inUtility(row.place.utilityId, (tx) =>
    endSession(tx, row.place, { ...visited, nextReadAtMs, atMs: nowMs }),
  );
}

/** Whether the meter is there, for commands that wait; and what somebody should look at. */
function heard(running: Running, row: LinkRow, fault: DriverFault | null): void {
  const { o } = running;
  const meter = meterOf(running, row.meterPan);
  const isUp = fault === null;
  if (!isUp) {
    running.faults[fault] = (running.faults[fault] ?? 0) + 1;
    // They go again when they are due, or when the meter is back.
    meter.commands.clear();
    meter.awayUntilMs = o.clocks.real.nowMs() + awayMs(row.faults);
    o.log.debug({ meterPan: row.meterPan, fault }, 'a visit to a DLMS meter ended early');
    const isGrave = graveFaults.includes(fault);
    const isLasting = fault !== 'unreachable' && row.faults + 1 >= faultsInARow;
    if (isGrave || isLasting) o.onFault(row.meterPan, fault);
  } else {
    meter.awayUntilMs = 0;
    if (row.faults > 0) o.onMended(row.meterPan);
  }
  if (meter.isUp === isUp) return;
  meter.isUp = isUp;
  running.speaker.link(row.meterPan, isUp ? 'online' : 'offline');
}

/** The newest connection of a meter is its own; an older one is closed. */
function dialledIn(running: Running, { meterPan, place }: LinkedMeter, socket: Socket): void {
  const { dialled } = running;
  dialled.get(place.meterId)?.destroy();
  dialled.set(place.meterId, socket);
  socket.once('close', () => {
    if (dialled.get(place.meterId) !== socket) return;
    dialled.delete(place.meterId);
    const meter = meterOf(running, meterPan);
    meter.isUp = false;
    running.speaker.link(meterPan, 'offline');
  });
  begin(running, meterPan, { always: true });
}

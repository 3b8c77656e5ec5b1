// What meters say, turned into rows: each message is checked, stored in a transaction and only
// then acknowledged. Messages of many meters are stored together; one that breaks a batch is found
// and fails alone. Above a bound of messages under way new ones wait, and their senders too; what
// a meter sends beyond its share of time is left unread (work-budget.ts).

import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  type AccountState,
  decodeUpWord,
  encodeDown,
  type LinkUpMessage,
  type UpWord,
} from '@prewatt/protocol';
import type { Database, Tx } from '../../../base/database.ts';
import { notifyLive } from '../../../base/live.ts';
import type { Log } from '../../../base/log.ts';
import type { Clocks } from '../../../base/time.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import type { Commands, Transport } from '../commands/command-types.ts';
import { type BatchQueue, createBatchQueue, createLanes, storeOrSplit } from './batch-queue.ts';
import { type MeterReport, pointsOf } from './extract-readings.ts';
import { createPlaces, type Places } from './meter-lookup.ts';
import { type SaidSinks, storeSaid } from './store-events.ts';
import { createWorkBudget, type WorkLimits, workLimits } from './work-budget.ts';

/** States wait at most this long for company. */
const batchMs = 100;
/** Readings and messages under way at once, decoded and in memory; above it meters wait. */
const maximumWeight = 100_000;
/** Readings that share a transaction at most. */
const batchWeight = 10_000;
/** Events and answers that do: they lock what they move, so others should not wait for long. */
const saidBatchWeight = 100;
/** States that do. */
const statesBatch = 2_000;

/** Where what meters say goes. All of it runs in the transaction that stores the message. */
export type IngestSinks = SaidSinks & {
  readonly states: (
    tx: Tx,
    reports: readonly { readonly place: MeterPlace; readonly state: AccountState }[],
    receivedAtMs: number,
  ) => Promise<void>;
  readonly readings: (
    tx: Tx,
    reports: readonly MeterReport[],
    receivedAtMs: number,
  ) => Promise<void>;
};

export type IngestDeps = {
  readonly database: Database;
  readonly transport: Transport;
  readonly commands: Pick<Commands, 'completeMany'>;
  readonly sinks: IngestSinks;
  /** Takes what a meter's link says for itself. */
  readonly linkSaid: (meterPan: string, word: LinkUpMessage) => Promise<void>;
  readonly clocks: Clocks;
  /** A meter's messages took more time than one may have. At most once in each window. */
  readonly onOverworked: (meterPan: string) => void;
  /** Null: time is not looked at, so that nothing hangs on how fast the machine is. */
  readonly workLimits: WorkLimits | null;
  /** Messages stored at once. */
  readonly parallel: number;
  readonly log: Log;
};

export type Ingest = {
  /**
   * Takes a message; what becomes of it shows in the database. Never throws. A promise means that
   * enough is under way: the message is taken when it resolves, and its sender should wait.
   */
  readonly receive: (meterPan: string, payload: Uint8Array) => Promise<void> | undefined;
  /** Resolves when everything received so far is stored or refused. */
  readonly drained: () => Promise<void>;
  readonly counts: () => IngestCounts;
  /** Messages whose senders wait, and the weight of what is being stored. */
  readonly underWay: () => { readonly messages: number; readonly weight: number };
};
export type IngestCounts = {
  readonly received: number;
  readonly refused: number;
  /** Messages whose senders had to wait. */
  readonly delayed: number;
  /** Left unread, since their meter had used up its time. */
  readonly overworked: number;
  readonly failed: number;
  /** Those that were understood. */
  readonly kinds: Readonly<Record<UpWord['kind'], number>>;
};
type Counts = { -readonly [K in keyof IngestCounts]: IngestCounts[K] };

type Of<K extends UpWord['kind']> = {
  readonly meterPan: string;
  readonly message: Extract<UpWord, { kind: K }>;
};
type Bulk = Of<'profile' | 'registers'>;
type Said = Of<'events' | 'commandResult'>;
type OfLink = Of<LinkUpMessage['kind']>;

export function createIngest(o: IngestDeps): Ingest {
  const kinds = noneYet();
  const counts: Counts = { received: 0, refused: 0, delayed: 0, overworked: 0, failed: 0, kinds };
  const places = createPlaces({ database: o.database, nowMs: () => o.clocks.real.nowMs() });
  const failed = (item: Bulk | Said | OfLink, error: unknown): void => {
    counts.failed += 1;
    o.log.warn({ meterPan: item.meterPan, error: String(error) }, 'meter message not stored');
  };
  const onDrained = (): void => gate.admit();
  const bulk: BatchQueue<Bulk> = createBatchQueue<Bulk>({
    weightOf: ({ message }) =>
      1 + (message.kind === 'profile' ? message.entries.length : message.values.length),
    batchWeight,
    parallel: Math.min(o.parallel, 2),
    store: (batch) => storeBulk(o, places, { batch, counts }),
    failed,
    onDrained,
  });
  const said: BatchQueue<Said> = createLanes<Said>({
    weightOf: ({ message }) => (message.kind === 'events' ? message.events.length : 1),
    batchWeight: saidBatchWeight,
    lanes: o.parallel,
    keyOf: ({ meterPan }) => meterPan,
    store: (batch) => storeMessages(o, places, { batch, counts }),
    failed,
    onDrained,
  });
  const links = createLinkQueue(o, { failed, onDrained });
  const lanes = [bulk, said, links];
  const weight = (): number => lanes.reduce((sum, lane) => sum + lane.weight(), 0);
  const states = createStates(o, places, counts);

  const pass = (meterPan: string, message: UpWord): void => {
    kinds[message.kind] += 1;
    if (message.kind === 'state') states.take(meterPan, message.state);
    else if (message.kind === 'profile' || message.kind === 'registers') {
      bulk.push({ meterPan, message });
    } else if (message.kind === 'events' || message.kind === 'commandResult') {
      said.push({ meterPan, message });
    } else links.push({ meterPan, message });
  };
  const { take, budget } = createReading(o, { counts, pass, nextTurn: onDrained });
  const hasNoRoom = (): boolean => weight() >= maximumWeight;
  const gate = createGate({ isFull: () => hasNoRoom() || budget.isTurnOver(), take });

  return {
    receive: (meterPan, payload) => {
      counts.received += 1;
      const wait = gate.enter(meterPan, payload);
      // Those that wait for a turn alone do so for a moment.
      if (wait !== undefined && hasNoRoom()) counts.delayed += 1;
      return wait;
    },
    drained: () =>
      emptied(gate, async () => {
        await states.flushNow();
        await Promise.all(lanes.map((lane) => lane.idle()));
      }),
    counts: () => ({ ...counts, kinds: { ...kinds } }),
    underWay: () => ({ messages: gate.waiting(), weight: weight() }),
  };
}

/** What links say for themselves: one at a time, each a transaction of its own. */
const createLinkQueue = (
  o: Pick<IngestDeps, 'linkSaid'>,
  on: {
    readonly failed: (item: OfLink, error: unknown) => void;
    readonly onDrained: () => void;
  },
): BatchQueue<OfLink> =>
  createBatchQueue<OfLink>({
    weightOf: () => 1,
    batchWeight: 1,
    parallel: 1,
    store: async (batch) => {
      for (const { meterPan, message } of batch) await o.linkSaid(meterPan, message);
    },
    ...on,
  });

/** What a turn lets in goes on to be stored: that has ended only when nothing waited before it. */
async function emptied(
  gate: { readonly waiting: () => number },
  stored: () => Promise<void>,
): Promise<void> {
  for (let hasWaited = true; hasWaited; ) {
    hasWaited = gate.waiting() > 0;
    if (hasWaited) await nextTurn();
    await stored();
  }
}

/** Decodes messages, each meter within its share of time. */
function createReading(
  o: IngestDeps,
  to: {
    readonly counts: Counts;
    readonly pass: (meterPan: string, message: UpWord) => void;
    readonly nextTurn: () => void;
  },
) {
  const { counts, pass, nextTurn } = to;
  const nowMs = () => performance.now();
  const cpuMs = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };
  const budget = createWorkBudget(o.workLimits ?? unlimited, { nowMs, cpuMs, nextTurn });
  const read = (meterPan: string, payload: Uint8Array): void => {
    const decoded = decodeUpWord(payload);
    if (decoded.ok) {
      pass(meterPan, decoded.value);
      return;
    }
    counts.refused += 1;
    // A flood of them is counted, and one line.
    if (!budget.firstRefused(meterPan)) return;
    o.log.warn({ meterPan, refusal: decoded.error }, 'meter message refused');
  };
  const take = (meterPan: string, payload: Uint8Array): void => {
    const { may, tell } = budget.mayWork(meterPan);
    if (may) {
      budget.work(meterPan, () => read(meterPan, payload));
      return;
    }
    // Unread and not acknowledged: what the meter numbers it keeps and sends again.
    counts.overworked += 1;
    if (!tell) return;
    o.log.warn({ meterPan }, 'meter used up its time, its messages are left unread for a while');
    o.onOverworked(meterPan);
  };
  return { take, budget };
}

const unlimited: WorkLimits = {
  meterMs: Number.POSITIVE_INFINITY,
  windowMs: workLimits.windowMs,
  turnMs: Number.POSITIVE_INFINITY,
  messageMs: 0,
};

const noneYet = () => ({
  events: 0,
  commandResult: 0,
  profile: 0,
  registers: 0,
  state: 0,
  certificateRequest: 0,
  certificateInUse: 0,
});

/** Lets messages in while there is room, and in the order of their coming when there is again. */
function createGate(o: {
  readonly isFull: () => boolean;
  readonly take: (meterPan: string, payload: Uint8Array) => void;
}) {
  // A Set gives its oldest entry and drops it without moving the others.
  const waiting = new Set<() => void>();
  return {
    waiting: (): number => waiting.size,
    enter: (meterPan: string, payload: Uint8Array): Promise<void> | undefined => {
      if (waiting.size === 0 && !o.isFull()) {
        o.take(meterPan, payload);
        return undefined;
      }
      return new Promise((resolve) => {
        waiting.add(() => {
          o.take(meterPan, payload);
          resolve();
        });
      });
    },
    admit: (): void => {
      for (const enter of waiting) {
        if (o.isFull()) return;
        waiting.delete(enter);
        enter();
      }
    },
  };
}

/** States: the newest of each meter, stored together ten times a second. */
function createStates(o: IngestDeps, places: Places, counts: Counts) {
  let states = new Map<string, AccountState>();
  let timer: NodeJS.Timeout | null = null;
  let flushing: Promise<void> = Promise.resolve();

  type Report = { readonly place: MeterPlace; readonly state: AccountState };
  const lane = {
    store: async (reports: readonly Report[]): Promise<void> => {
      const utilityId = reports[0]?.place.utilityId ?? '';
      await o.database.inUtility(utilityId, async (tx) => {
        await o.sinks.states(tx, reports, o.clocks.business.nowMs());
        const connectionIds = reports.map(({ place }) => place.connectionId);
        await notifyLive(tx, { kind: 'meters', utilityId, connectionIds });
      });
    },
    failed: ({ place }: Report, error: unknown): void => {
      counts.failed += 1;
      o.log.warn({ meterId: place.meterId, error: String(error) }, 'meter state not stored');
    },
  };
  const flush = async (): Promise<void> => {
    const batch = states;
    states = new Map();
    const found = await places([...batch.keys()]);
    counts.refused += batch.size - found.size;
    const reports = [...found].flatMap(([meterPan, place]) => {
      const state = batch.get(meterPan);
      return state === undefined ? [] : [{ place, state }];
    });
    for (const ofUtility of byUtility(reports).values()) {
      for (let from = 0; from < ofUtility.length; from += statesBatch) {
        await storeOrSplit(lane, ofUtility.slice(from, from + statesBatch));
      }
    }
  };
  const flushAfterOthers = (): Promise<void> => {
    timer = null;
    flushing = flushing.then(flush).catch((error) => {
      counts.failed += 1;
      o.log.warn({ error: String(error) }, 'meter states not stored');
    });
    return flushing;
  };
  return {
    take: (meterPan: string, state: AccountState): void => {
      const newest = states.get(meterPan);
      if (newest === undefined || newest.capturedAtMs <= state.capturedAtMs) {
        states.set(meterPan, state);
      }
      timer ??= setTimeout(flushAfterOthers, batchMs);
    },
    flushNow: (): Promise<void> => {
      if (timer === null) return flushing;
      clearTimeout(timer);
      return flushAfterOthers();
    },
  };
}

function byUtility<T extends { readonly place: MeterPlace }>(
  reports: readonly T[],
): Map<string, T[]> {
  return Map.groupBy(reports, ({ place }) => place.utilityId);
}

/** Stores the readings of many meters in one transaction for each utility, then acknowledges. */
async function storeBulk(
  o: IngestDeps,
  places: Places,
  { batch, counts }: { readonly batch: readonly Bulk[]; readonly counts: Counts },
): Promise<void> {
  const found = await places(batch.map(({ meterPan }) => meterPan));
  const reports = batch
    .flatMap(({ meterPan, message }) => {
      const place = found.get(meterPan);
      return place === undefined ? [] : [{ place, meterPan, message, points: pointsOf(message) }];
    })
    // One order for all, so that batches at work at once never wait for each other in a circle.
    .sort((a, b) => (a.meterPan < b.meterPan ? -1 : 1));
  for (const [utilityId, ofUtility] of byUtility(reports)) {
    const ofMeters = [...new Map(ofUtility.map(({ place }) => [place.meterId, place])).values()];
    await o.database.inUtility(utilityId, async (tx) => {
      const nowMs = o.clocks.business.nowMs();
      await o.sinks.readings(tx, ofUtility, nowMs);
      await o.sinks.contacts(tx, ofMeters, nowMs);
      const connectionIds = ofMeters.map((place) => place.connectionId);
      await notifyLive(tx, { kind: 'meters', utilityId, connectionIds });
    });
  }
  counts.refused += batch.length - reports.length;
  await Promise.all(
    reports.map(({ meterPan, message }) => acknowledge(o, meterPan, message.sequence)),
  );
}

/** One that gets lost needs no handling: the meter sends again, and nothing changes. */
async function acknowledge(o: IngestDeps, meterPan: string, sequence: number): Promise<void> {
  const payload = encodeDown({ kind: 'acknowledge', sequence });
  await o.transport.send(meterPan, payload, { atMostOnce: true }).catch(() => undefined);
}

/** Stores events and answers of many meters in one transaction for each utility, likewise. */
async function storeMessages(
  o: IngestDeps,
  places: Places,
  { batch, counts }: { readonly batch: readonly Said[]; readonly counts: Counts },
): Promise<void> {
  const found = await places(batch.map(({ meterPan }) => meterPan));
  const words = batch
    .flatMap((item) => {
      const place = found.get(item.meterPan);
      return place === undefined ? [] : [{ ...item, place }];
    })
    // One order of meters for all, as above; the messages of a meter stay as they came.
    .sort((a, b) => (a.meterPan < b.meterPan ? -1 : a.meterPan > b.meterPan ? 1 : 0));
  for (const [utilityId, ofUtility] of byUtility(words)) {
    const nowMs = o.clocks.business.nowMs();
    const { commands, sinks } = o;
    await o.database.inUtility(utilityId, (tx) =>
      storeSaid(tx, { commands, sinks, nowMs }, ofUtility),
    );
  }
  counts.refused += batch.length - words.length;
  await Promise.all(
    words.map(({ meterPan, message }) => acknowledge(o, meterPan, message.sequence)),
  );
}

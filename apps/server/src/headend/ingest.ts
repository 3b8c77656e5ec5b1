// What meters say, turned into rows: each message is checked, stored in a transaction and only then
// acknowledged. States and readings of many meters go in together; events and answers one by one,
// since they move sales. Above a bound of messages under way new ones wait, and their senders too.

import {
  type AccountState,
  decodeUp,
  encodeDown,
  type MeterEvent,
  type TokenOutcome,
  type UpMessage,
} from '@prewatt/protocol';
import { uuidOf } from '@prewatt/quantities';
import type { MeterPlace } from '../connections/index.ts';
import type { Database, Tx } from '../platform/database.ts';
import { notifyLive } from '../platform/live.ts';
import type { Log } from '../platform/log.ts';
import type { Clocks } from '../platform/time.ts';
import type { Commands, Transport } from './commands.ts';
import { createLane, type Lane } from './lane.ts';
import { createPlaces, type Places } from './places.ts';
import { type MeterReport, pointsOf } from './points.ts';

/** States wait at most this long for company. */
const batchMs = 100;
/** Readings and messages under way at once, decoded and in memory; above it meters wait. */
const maximumWeight = 100_000;
/** Readings that share a transaction at most. */
const batchWeight = 10_000;

/** What a meter said about a token. */
export type TokenResult = {
  /** Known when it answers a command; otherwise the TID tells. */
  readonly tokenRef: string | null;
  /** The end of what was typed; null when it answers a command. */
  readonly lastFour: string | null;
  readonly outcome: TokenOutcome;
  readonly origin: 'keypad' | 'remote';
  readonly atMs: number;
};

/** Where what meters say goes. All of it runs in the transaction that stores the message. */
export type IngestSinks = {
  readonly states: (
    tx: Tx,
    reports: readonly { readonly place: MeterPlace; readonly state: AccountState }[],
    receivedAtMs: number,
  ) => Promise<void>;
  readonly contacts: (tx: Tx, places: readonly MeterPlace[], receivedAtMs: number) => Promise<void>;
  readonly readings: (
    tx: Tx,
    reports: readonly MeterReport[],
    receivedAtMs: number,
  ) => Promise<void>;
  readonly tokenResult: (tx: Tx, place: MeterPlace, result: TokenResult) => Promise<void>;
  readonly meterEvent: (tx: Tx, place: MeterPlace, event: MeterEvent) => Promise<void>;
};

export type IngestDeps = {
  readonly database: Database;
  readonly transport: Transport;
  readonly commands: Pick<Commands, 'complete'>;
  readonly sinks: IngestSinks;
  readonly clocks: Clocks;
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
};
export type IngestCounts = {
  readonly received: number;
  readonly refused: number;
  /** Messages whose senders had to wait. */
  readonly delayed: number;
  readonly failed: number;
};
type Counts = { -readonly [K in keyof IngestCounts]: number };

type Of<K extends UpMessage['kind']> = {
  readonly meterPan: string;
  readonly message: Extract<UpMessage, { kind: K }>;
};
type Bulk = Of<'profile' | 'registers'>;
type Single = Of<'events' | 'commandResult'>;

export function createIngest(o: IngestDeps): Ingest {
  const counts: Counts = { received: 0, refused: 0, delayed: 0, failed: 0 };
  const places = createPlaces({ database: o.database, nowMs: () => o.clocks.real.nowMs() });
  const failed = (item: Bulk | Single, error: unknown): void => {
    counts.failed += 1;
    o.log.warn({ meterPan: item.meterPan, error: String(error) }, 'meter message not stored');
  };
  const lighter = (): void => gate.admit();
  const bulk: Lane<Bulk> = createLane<Bulk>({
    weightOf: ({ message }) =>
      1 + (message.kind === 'profile' ? message.entries.length : message.values.length),
    batchWeight,
    parallel: Math.min(o.parallel, 2),
    store: (batch) => storeBulk(o, places, { batch, counts }),
    failed,
    lighter,
  });
  const single: Lane<Single> = createLane<Single>({
    weightOf: () => 1,
    batchWeight: 1,
    parallel: o.parallel,
    store: async (batch) => {
      for (const item of batch) if (!(await storeSingle(o, places, item))) counts.refused += 1;
    },
    failed,
    lighter,
  });
  const states = createStates(o, places, counts);

  const take = (meterPan: string, payload: Uint8Array): void => {
    const decoded = decodeUp(payload);
    if (!decoded.ok) {
      counts.refused += 1;
      o.log.warn({ meterPan, refusal: decoded.error }, 'meter message refused');
      return;
    }
    const message = decoded.value;
    if (message.kind === 'state') states.take(meterPan, message.state);
    else if (message.kind === 'profile' || message.kind === 'registers') {
      bulk.push({ meterPan, message });
    } else single.push({ meterPan, message });
  };

  const gate = createGate({
    isFull: () => bulk.weight() + single.weight() >= maximumWeight,
    take,
  });

  return {
    receive: (meterPan, payload) => {
      counts.received += 1;
      const wait = gate.enter(meterPan, payload);
      if (wait !== undefined) counts.delayed += 1;
      return wait;
    },
    drained: async () => {
      do {
        await states.flushNow();
        await Promise.all([bulk.idle(), single.idle()]);
      } while (gate.waiting() > 0);
    },
    counts: () => ({ ...counts }),
  };
}

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

  const flush = async (): Promise<void> => {
    const batch = states;
    states = new Map();
    const found = await places([...batch.keys()]);
    counts.refused += batch.size - found.size;
    const reports = [...found].flatMap(([meterPan, place]) => {
      const state = batch.get(meterPan);
      return state === undefined ? [] : [{ place, state }];
    });
    for (const [utilityId, ofUtility] of byUtility(reports)) {
      await o.database.inUtility(utilityId, async (tx) => {
        await o.sinks.states(tx, ofUtility, o.clocks.business.nowMs());
        const connectionIds = ofUtility.map(({ place }) => place.connectionId);
        await notifyLive(tx, { kind: 'meters', utilityId, connectionIds });
      });
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

/** Stores one message and acknowledges it. False for a meter that nobody knows. */
async function storeSingle(o: IngestDeps, places: Places, item: Single): Promise<boolean> {
  const place = (await places([item.meterPan])).get(item.meterPan);
  if (place === undefined) return false;
  const { message } = item;
  await o.database.inUtility(place.utilityId, async (tx) => {
    await o.sinks.contacts(tx, [place], o.clocks.business.nowMs());
    if (message.kind === 'events') await storeEvents(o, tx, place, message.events);
    else await storeResult(o, tx, place, message);
    const { utilityId, connectionId } = place;
    await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
  });
  await acknowledge(o, item.meterPan, message.sequence);
  return true;
}

async function storeEvents(
  o: IngestDeps,
  tx: Tx,
  place: MeterPlace,
  events: readonly MeterEvent[],
): Promise<void> {
  for (const event of events) {
    const { sequence, atMs, code, ...detail } = event;
    const inserted = await tx
      .insertInto('meter_events')
      .values({
        bucket: place.bucket,
        meter_id: place.meterId,
        sequence: BigInt(sequence),
        utility_id: place.utilityId,
        connection_id: place.connectionId,
        at: new Date(atMs),
        code,
        detail: JSON.stringify(detail, (_, value) =>
          typeof value === 'bigint' ? value.toString() : value,
        ),
        received_at: new Date(o.clocks.business.nowMs()),
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('sequence')
      .executeTakeFirst();
    if (inserted === undefined) continue; // Known already: a repeat changes nothing.
    if (event.code === 'token') {
      await o.sinks.tokenResult(tx, place, {
        tokenRef: null,
        lastFour: event.lastFour,
        outcome: event.outcome,
        origin: event.origin,
        atMs: event.atMs,
      });
    }
    await o.sinks.meterEvent(tx, place, event);
  }
}

async function storeResult(
  o: IngestDeps,
  tx: Tx,
  place: MeterPlace,
  message: Extract<UpMessage, { kind: 'commandResult' }>,
): Promise<void> {
  const { result } = message;
  const commandId = uuidOf(message.commandId as `command_${string}` & Parameters<typeof uuidOf>[0]);
  const completed = await o.commands.complete(tx, place, { commandId, result });
  if (completed?.tokenRef == null || result.kind !== 'deliverToken') return;
  await o.sinks.tokenResult(tx, place, {
    tokenRef: completed.tokenRef,
    lastFour: null,
    outcome: result.outcome,
    origin: 'remote',
    atMs: message.completedAtMs,
  });
}

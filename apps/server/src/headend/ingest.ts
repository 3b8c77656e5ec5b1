// What meters say, turned into rows: each message is checked, stored in a transaction and only then
// acknowledged. States are stored in small batches; everything else one by one, since a meter sends
// it rarely and waits for the answer.

import {
  type AccountState,
  decodeUp,
  encodeDown,
  type MeterEvent,
  type TokenOutcome,
  type UpMessage,
} from '@prewatt/protocol';
import { uuidOf } from '@prewatt/quantities';
import { findMeter, type MeterPlace } from '../connections/index.ts';
import type { Database, Tx } from '../platform/database.ts';
import { notifyLive } from '../platform/live.ts';
import type { Log } from '../platform/log.ts';
import type { Clocks } from '../platform/time.ts';
import type { Commands, Transport } from './commands.ts';

/** States wait at most this long for company. */
const batchMs = 100;
/**
 * Messages under way at once; above it new ones are dropped unacknowledged, and meters send them
 * again.
 */
const maximumInFlight = 2_000;

/** What a meter said about a token. */
export type TokenResult = {
  /** Known when it answers a command; otherwise the TID tells. */
  readonly tokenRef: string | null;
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
  readonly contact: (tx: Tx, place: MeterPlace, receivedAtMs: number) => Promise<void>;
  readonly profile: (
    tx: Tx,
    place: MeterPlace,
    entries: readonly { readonly endsAtMs: number; readonly importEnergyWh: bigint }[],
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
  /** Takes a message; what becomes of it shows in the database. Never throws. */
  readonly receive: (meterPan: string, payload: Uint8Array) => void;
  /** Resolves when everything received so far is stored or refused. */
  readonly drained: () => Promise<void>;
  readonly counts: () => IngestCounts;
};
export type IngestCounts = {
  readonly received: number;
  readonly refused: number;
  readonly dropped: number;
  readonly failed: number;
};

type Work = { readonly meterPan: string; readonly message: Exclude<UpMessage, { kind: 'state' }> };

export function createIngest(o: IngestDeps): Ingest {
  const counts = { received: 0, refused: 0, dropped: 0, failed: 0 };
  const places = new Map<string, MeterPlace>();
  let states = new Map<string, AccountState>();
  const queue: Work[] = [];
  let working = 0;
  let timer: NodeJS.Timeout | null = null;
  let flushing: Promise<void> = Promise.resolve();
  const idle: (() => void)[] = [];

  const placeOf = async (meterPan: string): Promise<MeterPlace | null> => {
    const known = places.get(meterPan);
    if (known !== undefined) return known;
    const place = await findMeter(o.database, meterPan);
    if (place !== null) places.set(meterPan, place);
    return place;
  };

  const flushStates = async (): Promise<void> => {
    const batch = states;
    states = new Map();
    const byUtility = new Map<string, { place: MeterPlace; state: AccountState }[]>();
    for (const [meterPan, state] of batch) {
      const place = await placeOf(meterPan);
      if (place === null) {
        counts.refused += 1;
        continue;
      }
      const reports = byUtility.get(place.utilityId) ?? [];
      reports.push({ place, state });
      byUtility.set(place.utilityId, reports);
    }
    for (const [utilityId, reports] of byUtility) {
      await o.database.inUtility(utilityId, async (tx) => {
        await o.sinks.states(tx, reports, o.clocks.business.nowMs());
        const connectionIds = reports.map((report) => report.place.connectionId);
        await notifyLive(tx, { kind: 'meters', utilityId, connectionIds });
      });
    }
  };

  const scheduleFlush = (): void => {
    if (timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      flushing = flushing.then(flushStates).catch((error) => {
        counts.failed += 1;
        o.log.warn({ error: String(error) }, 'meter states not stored');
      });
    }, batchMs);
  };

  const pump = (): void => {
    while (working < o.parallel && queue.length > 0) {
      const work = queue.shift();
      if (work === undefined) break;
      working += 1;
      void handle(o, placeOf, work)
        .then((known) => {
          if (!known) counts.refused += 1;
        })
        .catch((error) => {
          counts.failed += 1;
          o.log.warn({ meterPan: work.meterPan, error: String(error) }, 'meter message not stored');
        })
        .finally(() => {
          working -= 1;
          pump();
          if (working === 0 && queue.length === 0) for (const done of idle.splice(0)) done();
        });
    }
  };

  return {
    receive: (meterPan, payload) => {
      counts.received += 1;
      const decoded = decodeUp(payload);
      if (!decoded.ok) {
        counts.refused += 1;
        o.log.warn({ meterPan, refusal: decoded.error }, 'meter message refused');
        return;
      }
      const message = decoded.value;
      if (message.kind === 'state') {
        const newest = states.get(meterPan);
        if (newest === undefined || newest.capturedAtMs <= message.state.capturedAtMs) {
          states.set(meterPan, message.state);
        }
        scheduleFlush();
        return;
      }
      if (queue.length >= maximumInFlight) {
        counts.dropped += 1;
        return;
      }
      queue.push({ meterPan, message });
      pump();
    },

    drained: async () => {
      if (timer !== null) {
        clearTimeout(timer);
        timer = null;
        flushing = flushing.then(flushStates);
      }
      await flushing;
      if (working > 0 || queue.length > 0) await new Promise<void>((done) => idle.push(done));
    },

    counts: () => ({ ...counts }),
  };
}

/** Stores one message and acknowledges it. False for a meter that nobody knows. */
async function handle(
  o: IngestDeps,
  placeOf: (meterPan: string) => Promise<MeterPlace | null>,
  work: Work,
): Promise<boolean> {
  const place = await placeOf(work.meterPan);
  if (place === null) return false;
  const { message } = work;
  await o.database.inUtility(place.utilityId, async (tx) => {
    const nowMs = o.clocks.business.nowMs();
    await o.sinks.contact(tx, place, nowMs);
    if (message.kind === 'profile') await o.sinks.profile(tx, place, message.entries, nowMs);
    if (message.kind === 'events') await storeEvents(o, tx, place, message.events);
    if (message.kind === 'commandResult') await storeResult(o, tx, place, message);
    const { utilityId, connectionId } = place;
    await notifyLive(tx, { kind: 'connection', utilityId, connectionId });
  });
  const acknowledge = encodeDown({ kind: 'acknowledge', sequence: message.sequence });
  await o.transport.send(work.meterPan, acknowledge);
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
    outcome: result.outcome,
    origin: 'remote',
    atMs: message.completedAtMs,
  });
}

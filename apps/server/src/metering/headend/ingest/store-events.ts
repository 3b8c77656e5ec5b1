// Stores events and answers to commands of many meters in one transaction. What changes nothing
// else goes in by one statement; what changes sales or alerts is taken in the order in which each
// meter sent it.

import type {
  CommandResult,
  MeterEvent,
  TokenOrigin,
  TokenOutcome,
  UpMessage,
} from '@prewatt/protocol';
import { uuidOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../../base/database.ts';
import { notifyLiveMany } from '../../../base/live.ts';
import { insertRows } from '../../../base/rows.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import type { Commands } from '../commands/command-types.ts';
import { bigintAsText } from '../commands/stages.ts';
import type { MeterReport } from './extract-readings.ts';

/** What a meter said about a token. */
export type TokenResult = {
  /** Known when it answers a command; otherwise the TID tells. */
  readonly tokenRef: string | null;
  /** The end of what was typed; null when it answers a command. */
  readonly lastFour: string | null;
  readonly outcome: TokenOutcome;
  readonly origin: TokenOrigin;
  readonly atMs: number;
};

/** Where it goes. All of it runs in the transaction that stores the messages. */
export type SaidSinks = {
  readonly readings: (
    tx: Tx,
    reports: readonly MeterReport[],
    receivedAtMs: number,
  ) => Promise<void>;
  readonly contacts: (tx: Tx, places: readonly MeterPlace[], receivedAtMs: number) => Promise<void>;
  /** The words of a meter in their order; likewise events. */
  readonly tokenResults: (tx: Tx, said: readonly SaidOfToken[]) => Promise<void>;
  readonly meterEvents: (tx: Tx, said: readonly SaidEvent[]) => Promise<void>;
};

export type SaidOfToken = { readonly place: MeterPlace; readonly result: TokenResult };
export type SaidEvent = { readonly place: MeterPlace; readonly event: MeterEvent };

export type Said = {
  readonly place: MeterPlace;
  readonly message: Extract<UpMessage, { kind: 'events' | 'commandResult' }>;
};
type Answer = {
  readonly commandId: string;
  readonly completedAtMs: number;
  readonly result: CommandResult;
};

/** Stores what meters of one utility said; the messages of a meter in the order of their coming. */
export async function storeSaid(
  tx: Tx,
  o: {
    readonly commands: Pick<Commands, 'completeMany'>;
    readonly sinks: SaidSinks;
    readonly nowMs: number;
  },
  said: readonly Said[],
): Promise<void> {
  const places = [...new Map(said.map(({ place }) => [place.meterId, place])).values()];
  await o.sinks.contacts(tx, places, o.nowMs);
  const isNew = await storeEvents(tx, said, o.nowMs);
  const answers = said.map(answerOf);
  const tokenRefs = await o.commands.completeMany(
    tx,
    answers.flatMap((answer, i) => {
      const place = said[i]?.place;
      return answer === null || place === undefined ? [] : [{ place, ...answer }];
    }),
  );
  const registers = said.flatMap(({ place, message }) => registerOf(place, message));
  if (registers.length > 0) await o.sinks.readings(tx, registers, o.nowMs);
  const news = newsOf(said, { isNew, tokenRefs });
  if (news.results.length > 0) await o.sinks.tokenResults(tx, news.results);
  if (news.events.length > 0) await o.sinks.meterEvents(tx, news.events);
  await notifyLiveMany(
    tx,
    places.map(({ utilityId, connectionId }) => ({ kind: 'connection', utilityId, connectionId })),
  );
}

/** What is new about tokens, and the events that are new; the words of a meter in their order. */
function newsOf(
  said: readonly Said[],
  o: {
    readonly isNew: (place: MeterPlace, event: MeterEvent) => boolean;
    /** Of each answer the token that its command carried. */
    readonly tokenRefs: readonly (string | null | undefined)[];
  },
): { readonly results: readonly SaidOfToken[]; readonly events: readonly SaidEvent[] } {
  const results: SaidOfToken[] = [];
  const events: SaidEvent[] = [];
  let nth = 0;
  for (const { place, message } of said) {
    if (message.kind === 'events') {
      for (const event of message.events) {
        if (!o.isNew(place, event)) continue;
        events.push({ place, event });
        if (event.code !== 'token') continue;
        const { lastFour, outcome, origin, atMs } = event;
        results.push({ place, result: { tokenRef: null, lastFour, outcome, origin, atMs } });
      }
      continue;
    }
    const tokenRef = o.tokenRefs[nth++] ?? null;
    const { result, completedAtMs: atMs } = message;
    if (tokenRef === null || result.kind !== 'deliverToken') continue;
    const { outcome } = result;
    const carried = { tokenRef, outcome, atMs, lastFour: null, origin: 'remote' } as const;
    results.push({ place, result: carried });
  }
  return { results, events };
}

function answerOf({ message }: Said): Answer | null {
  if (message.kind !== 'commandResult') return null;
  const id = message.commandId as `command_${string}` & Parameters<typeof uuidOf>[0];
  const { completedAtMs, result } = message;
  return { commandId: uuidOf(id), completedAtMs, result };
}

/** A change of payment mode says what the register showed at it: a reading like any other. */
function registerOf(place: MeterPlace, message: Said['message']): MeterReport[] {
  if (message.kind !== 'commandResult' || message.result.kind !== 'setPaymentMode') return [];
  const value = message.result.importEnergyWh;
  if (value === undefined) return [];
  const point = { register: 'importEnergyWh', atMs: message.completedAtMs, value } as const;
  return [{ place, points: [point] }];
}

const eventColumns = {
  bucket: 'smallint',
  meter_id: 'uuid',
  sequence: 'bigint',
  utility_id: 'uuid',
  connection_id: 'uuid',
  at: 'timestamptz',
  code: 'text',
  detail: 'jsonb',
  received_at: 'timestamptz',
} as const;

/** Stores events; answers which of them were not known before, each once: a repeat is no news. */
async function storeEvents(
  tx: Tx,
  said: readonly Said[],
  nowMs: number,
): Promise<(place: MeterPlace, event: MeterEvent) => boolean> {
  const rows = said.flatMap(({ place, message }) => {
    if (message.kind !== 'events') return [];
    return message.events.map(({ sequence, atMs, code, ...detail }) => ({
      bucket: place.bucket,
      meter_id: place.meterId,
      sequence: BigInt(sequence),
      utility_id: place.utilityId,
      connection_id: place.connectionId,
      at: new Date(atMs),
      code,
      detail: JSON.parse(JSON.stringify(detail, bigintAsText)) as object,
      received_at: new Date(nowMs),
    }));
  });
  if (rows.length === 0) return () => false;
  const stored = await sql<{ meter_id: string; sequence: bigint }>`
    ${insertRows('meter_events', eventColumns, rows)}
    ON CONFLICT DO NOTHING RETURNING meter_id, sequence`.execute(tx);
  const fresh = new Set(stored.rows.map((row) => `${row.meter_id} ${row.sequence}`));
  return ({ meterId }, { sequence }) => fresh.delete(`${meterId} ${sequence}`);
}

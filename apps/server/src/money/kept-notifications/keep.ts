// Keeps what providers send as it came: raw bytes, the headers that its judge looked at, the
// address and the time, so that a person can read it and the same code can judge it again. It never
// stands in the way of a payment: what cannot be kept is counted and let go.

import { createHash } from 'node:crypto';
import { type NotificationMade, notificationsRefused } from '@prewatt/api';
import { createBatchers } from '../../base/batcher.ts';
import { type Database, mayGoWellAgain, type Tx } from '../../base/database.ts';
import type { Log } from '../../base/log.ts';
import type { Clocks } from '../../base/time.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import { createBudget } from './budget.ts';
import { type Masked, mask, type Password, unmask } from './masks.ts';
import { type OldNotification, readOld } from './read-old.ts';
import {
  forgetOld,
  keepAll,
  type NewNotification,
  setFailed,
  setJudged,
  type Told,
} from './store.ts';

export type Heard = Masked & {
  readonly provider: string;
  readonly body: Buffer;
  readonly address: string;
  readonly passwords: readonly Password[];
  readonly made: NotificationMade;
  /** Null where it names nothing of ours: then the first utility looks after it. */
  readonly utilityId: string | null;
  readonly payment: NewNotification['payment'];
  readonly told?: Told | undefined;
};
/** What was made of one, and what it says of its money where it could be read. */
export type Judged = { readonly made: NotificationMade; readonly told?: Told | undefined };
/** What is to be kept, and where. */
export type ToKeep = { readonly utilityId: string; readonly row: NewNotification };

export type KeptNotifications = {
  /** Null for what there is no room for. It counts as kept. */
  readonly rowOf: (heard: Heard) => Promise<ToKeep | null>;
  /** In a transaction of its own, with others that come together. Never rejects. */
  readonly keep: (row: ToKeep | null) => Promise<void>;
  /** In the transaction that acts on them, all of its utility. */
  readonly keepIn: (tx: Tx, rows: readonly ToKeep[]) => Promise<void>;
  /** What was to be done with it threw; or has gone well since. Never rejects. */
  readonly noteFailed: (
    place: { readonly utilityId: string; readonly id: string },
    failed: boolean,
  ) => Promise<void>;
  /** Somebody had it judged again; what it says of its money may be read better now. */
  readonly noteJudged: (
    place: { readonly utilityId: string; readonly id: string },
    judged: Judged & { readonly by: string },
  ) => Promise<void>;
  /** As it came, for the judge of its provider. */
  readonly rawOf: (
    row: {
      readonly provider: string;
      readonly body: Buffer;
      readonly address: string;
      readonly heard_at: number;
      readonly path: string;
      readonly headers: string;
    },
    passwords: readonly Password[],
  ) => Masked & { readonly body: Buffer; readonly address: string; readonly heardAtMs: number };
  /**
   * A few of those that came before their money stood in columns; how many. What the adapter reads
   * of one is not acted on.
   */
  readonly readOld: (
    utilityId: string,
    read: (row: OldNotification) => Told | undefined,
  ) => Promise<number>;
  readonly forgetOld: (utilityId: string) => Promise<number>;
  /** Of this process. */
  readonly counts: () => { readonly kept: number; readonly notKept: number };
};

export type KeepingDeps = {
  readonly database: Database;
  readonly utilities: Pick<Utilities, 'list'>;
  readonly clocks: Clocks;
  readonly masterKey: Buffer;
  readonly log: Pick<Log, 'warn'>;
};

const longestPath = 1_000;
const longestHeaders = 8_192;

export function createKeptNotifications(o: KeepingDeps): KeptNotifications {
  const budget = createBudget(o.clocks.real.nowMs);
  const counts = { kept: 0, notKept: 0 };
  const submit = createBatchers<NewNotification, undefined>((utilityId) => ({
    run: async (all) => {
      await o.database.inUtility(utilityId, (tx) => keepAll(tx, utilityId, all));
      return all.map(() => undefined);
    },
    keyOf: ({ id }) => id,
    blame: (error) => (mayGoWellAgain(error) ? 'again' : 'fault'),
    maximumOrders: 256,
    maximumFlights: 1,
    maximumWaiting: 4_000,
  }));
  const firstUtility = createFirstUtility(o.utilities);
  const toKeep = async (heard: Heard): Promise<ToKeep | null> => {
    const utilityId = heard.utilityId ?? (await firstUtility());
    const row = utilityId === null ? null : rowOf(o, heard, utilityId);
    const fits =
      row !== null && budget.take({ ...heard, ...sizeOf(row), isRefused: isRefused(heard) });
    if (utilityId === null || row === null || !fits) {
      counts.notKept += 1;
      return null;
    }
    counts.kept += 1;
    return { utilityId, row };
  };
  return {
    rowOf: toKeep,
    keep: async (kept) => {
      if (kept === null) return;
      await submit(kept.utilityId, kept.row).catch((error: unknown) => {
        counts.notKept += 1;
        o.log.warn({ error: String(error) }, 'a notification could not be kept');
      });
    },
    keepIn: async (tx, rows) => {
      const [first] = rows;
      if (first === undefined) return;
      await keepAll(
        tx,
        first.utilityId,
        rows.map(({ row }) => row),
      );
    },
    noteFailed: async (place, failed) => {
      const at = failed ? new Date(o.clocks.real.nowMs()) : null;
      await o.database
        .inUtility(place.utilityId, (tx) => setFailed(tx, place.id, at))
        .catch((error: unknown) =>
          o.log.warn({ error: String(error) }, 'a notification could not be marked'),
        );
    },
    noteJudged: async ({ utilityId, id }, { made, by, told }) => {
      const at = new Date(o.clocks.real.nowMs());
      await o.database.inUtility(utilityId, (tx) =>
        setJudged(tx, id, { at, made, by, told: fittingOr(told, null) }),
      );
    },
    rawOf: (row, passwords) => {
      const { provider, body, address, heard_at: heardAtMs } = row;
      const path = row.path === '' ? [] : row.path.split('/');
      const kept = { path, headers: JSON.parse(row.headers) as Record<string, string> };
      return { ...unmask({ ...o, provider }, kept, passwords), body, address, heardAtMs };
    },
    readOld: (id, read) => readOld(o.database, id, (row) => fittingOr(read(row), null)),
    forgetOld: (utilityId) => forgetOld(o.database, utilityId),
    counts: () => ({ ...counts }),
  };
}

const isRefused = ({ made }: Heard): boolean => notificationsRefused.includes(made);
const sizeOf = ({ body, headers, path }: NewNotification) => ({
  bytes: body.length + headers.length + path.length,
});

/** Null for what no provider sends. */
function rowOf(o: KeepingDeps, heard: Heard, utilityId: string): NewNotification | null {
  const { provider, made, payment, body } = heard;
  const masked = mask({ ...o, provider }, heard, heard.passwords);
  const path = masked.path.join('/');
  const headers = JSON.stringify(masked.headers);
  if (path.length > longestPath || headers.length > longestHeaders) return null;
  // What PostgreSQL's text and JSON cannot hold.
  if (path.includes('\0') || headers.includes('\\u0000')) return null;
  const named = [utilityId, provider, made, path].join(' ');
  const id = idOf(createHash('sha256').update(`${named}\n`).update(body).digest('hex'));
  const address = heard.address.slice(0, 64);
  const heardAtMs = o.clocks.real.nowMs();
  const told = fitting(heard.told ?? nothingTold);
  return { id, provider, heardAtMs, made, address, path, headers, body, payment, told };
}

const nothingTold: Told = {
  ...{ amountMinor: null, currencyCode: null, providerReference: null, phoneEnd: null },
};

const fittingOr = <T>(told: Told | undefined, other: T): Told | T =>
  told === undefined ? other : fitting(told);

/** What the columns take of it: strangers write these words, and none may cost us its row. */
function fitting({ amountMinor, currencyCode, providerReference, phoneEnd }: Told): Told {
  const cut = (text: string | null, longest: number): string | null =>
    text?.replaceAll('\0', '').slice(0, longest) || null;
  const isAmount = amountMinor !== null && amountMinor >= 0n && amountMinor < 10n ** 15n;
  return {
    amountMinor: isAmount ? amountMinor : null,
    currencyCode: cut(currencyCode, 12),
    providerReference: cut(providerReference, 200),
    phoneEnd: /^\d{3}$/.test(phoneEnd ?? '') ? phoneEnd : null,
  };
}

/** The form of a UUID, so that it travels as all identifiers do. */
const idOf = (hex: string): string =>
  [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );

/** Asked once: strangers who name nothing cost no question each. */
function createFirstUtility(utilities: Pick<Utilities, 'list'>): () => Promise<string | null> {
  let known: string | null = null;
  return async () => {
    known ??= (await utilities.list())[0]?.id ?? null;
    return known;
  };
}

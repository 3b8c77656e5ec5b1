// Live updates between server processes: NOTIFY in the transaction that changed something, LISTEN
// in every process. A lost notice costs a page one refresh, never money: pages re-read what they
// show.

import { sql } from 'kysely';
import pg from 'pg';
import { deferToCommit, type Tx } from './database.ts';
import { prepared } from './rows.ts';

const channel = 'prewatt_live';

export type LiveNotice =
  | {
      readonly kind: 'meters';
      readonly utilityId: string;
      readonly connectionIds: readonly string[];
    }
  | {
      readonly kind: 'sale';
      readonly utilityId: string;
      readonly connectionId: string;
      readonly saleId: string;
    }
  | { readonly kind: 'connection'; readonly utilityId: string; readonly connectionId: string }
  /** Sessions of the meter end, in whatever process they are. */
  | {
      readonly kind: 'linkRevoked';
      readonly utilityId: string;
      readonly connectionId: string;
      readonly meterPan: string;
    }
  /** Another driver took a meter over, or let it go. */
  | { readonly kind: 'driverLink'; readonly utilityId: string; readonly connectionId: string }
  | {
      readonly kind: 'command';
      readonly utilityId: string;
      readonly bucket: number;
      readonly commandId: string;
      /** 0 goes first. */
      readonly priority?: number;
    }
  | { readonly kind: 'approval'; readonly utilityId: string; readonly approvalId: string };

export type LiveListener = (notice: LiveNotice) => void;
export type Live = {
  readonly subscribe: (listener: LiveListener) => () => void;
  readonly close: () => Promise<void>;
};

// NOTIFY carries at most 8,000 bytes; 150 UUIDs and the frame stay below.
const connectionsPerNotice = 150;

// Below the limit of NOTIFY, with room for the brackets.
const maximumBytes = 7_500;

/** Notices of a transaction, in few notifications: each notice is of some hundred bytes. */
function sayNotices(notices: readonly LiveNotice[]) {
  const payloads: string[] = [];
  let together: string[] = [];
  let bytes = 0;
  const close = (): void => {
    if (together.length > 0) payloads.push(`[${together.join(',')}]`);
    together = [];
    bytes = 0;
  };
  for (const text of new Set(notices.map((notice) => JSON.stringify(notice)))) {
    if (bytes + text.length + 1 > maximumBytes) close();
    together.push(text);
    bytes += text.length + 1;
  }
  close();
  return [
    sql`${prepared} SELECT pg_notify(${channel}, payload) FROM unnest(${payloads}::text[]) payload`,
  ];
}

/** Tells every server process many things, once the transaction commits. */
export async function notifyLiveMany(tx: Tx, notices: readonly LiveNotice[]): Promise<void> {
  await deferToCommit(tx, sayNotices, notices);
}

/** Tells every server process, once the transaction commits. */
export async function notifyLive(tx: Tx, notice: LiveNotice): Promise<void> {
  if (notice.kind !== 'meters') return deferToCommit(tx, sayNotices, [notice]);
  const notices: LiveNotice[] = [];
  for (let i = 0; i < notice.connectionIds.length; i += connectionsPerNotice) {
    const connectionIds = notice.connectionIds.slice(i, i + connectionsPerNotice);
    notices.push({ ...notice, connectionIds });
  }
  await deferToCommit(tx, sayNotices, notices);
}

/** Listens on a connection of its own and finds it again when the database went away. */
export async function createLive(o: { url: string; reconnectMs?: number }): Promise<Live> {
  const listeners = new Set<LiveListener>();
  let closed = false;
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | undefined;

  const connect = async (): Promise<void> => {
    const next = new pg.Client({ connectionString: o.url, application_name: 'prewatt-live' });
    next.on('notification', (message) => {
      const told = JSON.parse(message.payload ?? '[]') as LiveNotice | readonly LiveNotice[];
      for (const notice of [told].flat()) for (const listener of listeners) listener(notice);
    });
    next.on('error', () => {});
    next.on('end', () => {
      client = null;
      if (!closed) timer = setTimeout(() => void connect().catch(() => {}), o.reconnectMs ?? 500);
    });
    try {
      await next.connect();
      await next.query(`LISTEN ${channel}`);
      client = next;
    } catch (error) {
      if (client === null && !closed) {
        clearTimeout(timer);
        timer = setTimeout(() => void connect().catch(() => {}), o.reconnectMs ?? 500);
      }
      throw error;
    }
  };

  await connect();
  return {
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      closed = true;
      clearTimeout(timer);
      await client?.end();
    },
  };
}

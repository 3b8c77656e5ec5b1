// Waits while the database starts or recovers: a redo of gigabytes takes a minute, and a server
// that ends meanwhile is only started again, until whoever starts it gives up.

import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Database } from '../base/database.ts';
import type { Log } from '../base/log.ts';

const everyMs = 500;
/** The log says again that it waits. */
const saidEveryMs = 30_000;
/** A database that says that it recovers is waited for this long. */
export const recoveryLimitMs = 1_800_000;
/** Nobody listens there: this long it may still be about to start. */
export const silenceLimitMs = 120_000;

/** PostgreSQL starts, shuts down or recovers (57P03, 57P01, 57P02); or nobody listens yet. */
function stateOf(error: unknown): 'recovering' | 'silent' | null {
  const code = String((error as { readonly code?: string }).code);
  if (/^57P0[123]$/.test(code)) return 'recovering';
  return /^(ECONNREFUSED|ECONNRESET)$/.test(code) ? 'silent' : null;
}

const words = {
  recovering: 'the database starts or recovers',
  silent: 'the database does not listen yet',
} as const;

/** How far a start or a stop is, as /health tells it. */
export function createStarting() {
  let isStarted = false;
  let isDraining = false;
  let waiting: string | null = null;
  return {
    tell: (text: string | null): void => {
      waiting = text;
    },
    isOver: (over: boolean): void => {
      isStarted = over;
    },
    drain: (): void => {
      isDraining = true;
    },
    told: {
      isStarted: (): boolean => isStarted,
      isDraining: (): boolean => isDraining,
      waitingFor: (): string | null => waiting,
    },
  };
}

export type Awaiting = {
  readonly database: Pick<Database, 'directories'>;
  readonly log: Pick<Log, 'warn'>;
  /** What is waited for, in words; null once the database answers. */
  readonly tell: (waiting: string | null) => void;
  readonly wait?: (ms: number) => Promise<unknown>;
};

/**
 * Resolves once the database answers. Rejects with its last error when it refuses for another
 * reason, recovers for longer than 30 minutes, or does not listen for two.
 */
export async function awaitDatabase(o: Awaiting): Promise<void> {
  const wait = o.wait ?? sleep;
  let silentMs = 0;
  for (let waitedMs = 0; ; waitedMs += everyMs) {
    try {
      await sql`SELECT 1`.execute(o.database.directories);
      o.tell(null);
      return;
    } catch (error) {
      const state = stateOf(error);
      silentMs = state === 'silent' ? silentMs + everyMs : 0;
      if (state === null || waitedMs >= recoveryLimitMs || silentMs > silenceLimitMs) throw error;
      const waiting = `${words[state]}; waited for ${Math.floor(waitedMs / 1_000)} s so far`;
      o.tell(waiting);
      if (waitedMs % saidEveryMs === 0) o.log.warn(waiting);
      await wait(everyMs);
    }
  }
}

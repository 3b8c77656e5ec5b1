// What GET /health answers: whether the server can sell, and whether its upkeep has stood still for
// long.

import type { Database } from '../base/database.ts';
import { longFailing, type SweepReport } from '../base/sweeps.ts';
import type { Health } from '../edge/http/index.ts';

/** The database is asked at most once in this time. */
const freshMs = 1_000;

/**
 * Ready once started and while the database answers. Upkeep that has failed for long is told, but
 * takes nothing from the readiness: a server that sells is not to be taken away for it.
 */
export function createHealth(o: {
  readonly isStarted: () => boolean;
  /** What a start waits for, in words; null when for nothing. */
  readonly waitingFor: () => string | null;
  readonly database: Pick<Database, 'directories'>;
  readonly sweepReports: () => readonly SweepReport[];
  readonly nowMs: () => number;
}): Health {
  let asked = { atMs: Number.NEGATIVE_INFINITY, answer: Promise.resolve(false) };
  const ask = (): Promise<boolean> =>
    o.database.directories
      .selectFrom('utilities')
      .select('id')
      .limit(1)
      .execute()
      .then(
        () => true,
        () => false,
      );
  return async () => {
    if (!o.isStarted()) {
      const waiting = o.waitingFor();
      return { ready: false, status: waiting === null ? 'starting' : `starting: ${waiting}` };
    }
    const nowMs = o.nowMs();
    if (nowMs - asked.atMs > freshMs) asked = { atMs: nowMs, answer: ask() };
    if (!(await asked.answer)) return { ready: false, status: 'database unavailable' };
    const failing = longFailing(o.sweepReports(), nowMs);
    if (failing.length === 0) return { ready: true, status: 'ready' };
    const names = [...new Set(failing.map(({ name }) => name))];
    return { ready: true, status: `degraded: upkeep fails (${names.join(', ')})` };
  };
}

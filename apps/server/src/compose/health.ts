// What GET /health answers: whether the server can sell, how its parts are, and whether its upkeep
// has stood still for long.

import type { Database } from '../base/database.ts';
import { type PartReport, partsDown } from '../base/parts.ts';
import { longFailing, type SweepReport } from '../base/sweeps.ts';
import type { Health } from '../edge/http/index.ts';

/** The database is asked at most once in this time. */
const freshMs = 1_000;
const fullText = ': its disk is full';

/**
 * Ready once started and while the database answers. Upkeep that has failed for long is told, but
 * takes nothing from the readiness: a server that sells is not to be taken away for it.
 */
export function createHealth(o: {
  readonly isStarted: () => boolean;
  /** It is told to stop, and answers while the balancer before it takes notice. */
  readonly isDraining: () => boolean;
  /** What a start waits for, in words; null when for nothing. */
  readonly waitingFor: () => string | null;
  readonly database: Pick<Database, 'directories' | 'disk'>;
  readonly sweepReports: () => readonly SweepReport[];
  readonly partReports: () => readonly PartReport[];
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
      if (waiting === null) return { ready: false, status: 'starting' };
      // It waits for the database, which may not begin for want of room.
      const isDiskFull = o.database.disk.isFull();
      const status = `starting: ${waiting}${isDiskFull ? fullText : ''}`;
      return { ready: false, status, isDiskFull };
    }
    const nowMs = o.nowMs();
    if (nowMs - asked.atMs > freshMs) asked = { atMs: nowMs, answer: ask() };
    const reports = o.partReports();
    const parts = (database: 'up' | 'down') => ({
      database,
      ...Object.fromEntries(reports.map(({ name, state }) => [name, state])),
    });
    if (!(await asked.answer)) {
      const isDiskFull = o.database.disk.isFull();
      const status = `database unavailable${isDiskFull ? fullText : ''}`;
      return { ready: false, status, parts: parts('down'), isDiskFull };
    }
    o.database.disk.answered();
    if (o.isDraining()) {
      return { ready: false, status: 'draining', parts: parts('up'), isDraining: true };
    }
    const failing = longFailing(o.sweepReports(), nowMs);
    const upkeep = [...new Set(failing.map(({ name }) => name))];
    const faults = [
      ...partsDown(reports).map(({ name }) => `${name} down`),
      ...(upkeep.length === 0 ? [] : [`upkeep fails (${upkeep.join(', ')})`]),
    ];
    const status = faults.length === 0 ? 'ready' : `degraded: ${faults.join('; ')}`;
    return { ready: true, status, parts: parts('up') };
  };
}

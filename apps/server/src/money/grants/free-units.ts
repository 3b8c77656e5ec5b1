// Free units of the month: what tariffs give by themselves, without a claim. Upkeep begins a run at
// the month's start and jobs work it off in the order of connections. Each day it looks again, for
// new connections and for those that could have no token; nobody is given anything twice.

import type { FreeUnitRuns } from '@prewatt/api';
import { dayMs, formatKwh, zonedAt } from '@prewatt/quantities';
import { positionFromJson, positionToJson, quoteFreeAllowance } from '@prewatt/tariff';
import { floorToTokensWh } from '@prewatt/vending-rules';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { enqueueJob, type Jobs } from '../../base/jobs.ts';
import { loadConnectionsToSell } from '../../money/connections-to-sell/index.ts';
import {
  type ConnectionPlace,
  loadConnectionForUpdate,
  setTariffPosition,
} from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { type GrantDeps, issueGrant } from './issue.ts';

/** Connections of one job: a stop of the server waits for as many. */
const connectionsPerJob = 50;
const runsShown = 24;

export type FreeUnitDeps = GrantDeps;

const civilOf = (utility: Pick<Utility, 'zone'>, nowMs: number) => {
  const civil = zonedAt(nowMs, utility.zone);
  return {
    date: civil.toPlainDate().toString(),
    month: civil.toPlainDate().toPlainYearMonth().toString(),
    time: civil.toPlainTime().toString().slice(0, 5),
  };
};

/** Upkeep: begins the month's run where some tariff gives anything, and once a day again. */
export async function startFreeUnits(deps: FreeUnitDeps, utility: Utility): Promise<void> {
  const { month } = civilOf(utility, deps.clocks.business.nowMs());
  await deps.database.inUtility(utility.id, async (tx) => {
    const at = new Date(deps.clocks.business.nowMs());
    const yesterday = new Date(at.getTime() - dayMs);
    const { rows } = await sql`INSERT INTO prewatt.free_unit_runs
        (utility_id, month, state, started_at, state_at)
      SELECT ${utility.id}::uuid, ${`${month}-01`}::date, 'running', ${at}, ${at}
      WHERE EXISTS (SELECT FROM prewatt.tariffs t WHERE t.utility_id = ${utility.id}::uuid
        AND t.document ? 'freeAllowance')
      ON CONFLICT (utility_id, month) DO UPDATE SET state = 'running', state_at = EXCLUDED.state_at,
        after_bucket = -1, after_id = '00000000-0000-0000-0000-000000000000', seen = 0, refused = 0,
        in_meter = 0
        WHERE free_unit_runs.state = 'done' AND free_unit_runs.state_at <= ${yesterday}
      RETURNING 1`.execute(tx);
    if (rows.length > 0) await enqueueJob(tx, 'freeUnits', { utilityId: utility.id, month });
  });
}

/** The job. A repeat, or two at once, give nobody anything twice. */
export async function runFreeUnits(deps: FreeUnitDeps, job: Jobs['freeUnits']): Promise<void> {
  const utility = await deps.utilities.get(job.utilityId);
  for (let done = 0; done < connectionsPerJob; done += 1) {
    const more = await deps.database.inUtility(utility.id, (tx) => next(tx, deps, utility, job));
    if (!more) return;
  }
  await deps.database.inUtility(utility.id, (tx) => enqueueJob(tx, 'freeUnits', job));
}

/** One connection. False when the month is through, or over. */
async function next(
  tx: Tx,
  deps: FreeUnitDeps,
  utility: Utility,
  job: Jobs['freeUnits'],
): Promise<boolean> {
  const monthDay = `${job.month}-01`;
  const { rows: runs } = await sql<{ after_bucket: number; after_id: string }>`
    SELECT after_bucket, after_id FROM prewatt.free_unit_runs
    WHERE utility_id = ${utility.id}::uuid AND month = ${monthDay}::date AND state = 'running'
    FOR UPDATE`.execute(tx);
  const [run] = runs;
  if (run === undefined) return false;
  const { rows } = await sql<{ bucket: number; id: string }>`
    SELECT c.bucket, c.id FROM prewatt.connections c WHERE c.utility_id = ${utility.id}::uuid
      -- In wallet mode the month's free energy is what is rated first, without a price.
      AND c.credit_mode = 'token' AND c.closed_at IS NULL
      AND (c.bucket, c.id) > (${run.after_bucket}, ${run.after_id}::uuid)
      AND NOT EXISTS (SELECT FROM prewatt.grants g WHERE g.bucket = c.bucket
        AND g.connection_id = c.id AND g.month = ${monthDay}::date)
      AND EXISTS (SELECT FROM prewatt.tariffs n JOIN prewatt.tariffs v
        ON v.utility_id = n.utility_id AND v.name = n.name
        WHERE (n.id = c.tariff_id OR n.id::text = c.next_tariff->>'tariffId')
          AND v.document ? 'freeAllowance')
    ORDER BY c.bucket, c.id LIMIT 1`.execute(tx);
  const [connection] = rows;
  const at = new Date(deps.clocks.business.nowMs());
  // A month that is over gives nothing any more: the tariff's month is the present one.
  if (connection === undefined || civilOf(utility, at.getTime()).month !== job.month) {
    await sql`UPDATE prewatt.free_unit_runs SET state = 'done', state_at = ${at}
      WHERE utility_id = ${utility.id}::uuid AND month = ${monthDay}::date`.execute(tx);
    return false;
  }
  const place = { utilityId: utility.id, bucket: connection.bucket, connectionId: connection.id };
  const given = await giveFreeUnits(tx, deps, { place, utility, month: job.month });
  await sql`UPDATE prewatt.free_unit_runs SET after_bucket = ${connection.bucket},
      after_id = ${connection.id}::uuid, seen = seen + 1,
      issued = issued + ${given === 'issued' ? 1 : 0},
      in_meter = in_meter + ${given === 'inMeter' ? 1 : 0},
      refused = refused + ${given === 'refused' ? 1 : 0}, state_at = ${at}
    WHERE utility_id = ${utility.id}::uuid AND month = ${monthDay}::date`.execute(tx);
  return true;
}

/**
 * What its tariff gives a connection this month. Refused where no token can be made for the meter:
 * the next day's run gives it, if that is mended by then.
 */
async function giveFreeUnits(
  tx: Tx,
  deps: FreeUnitDeps,
  o: { readonly place: ConnectionPlace; readonly utility: Utility; readonly month: string },
): Promise<'issued' | 'inMeter' | 'nothing' | 'refused'> {
  const connection = await loadConnectionForUpdate(tx, o.place);
  if (connection === null) return 'nothing';
  const { date, time } = civilOf(o.utility, deps.clocks.business.nowMs());
  const inForce = (await deps.tariffs.inForce(tx, [connection]))(connection, date);
  const position = positionFromJson(connection.tariffPosition);
  if (inForce === null || !position.ok) return 'refused';
  const quote = quoteFreeAllowance(inForce.tariff, {
    at: { date, time },
    position: position.value,
    parameters: inForce.parameters,
  });
  if (!quote.ok) return 'refused';
  if (quote.value === null) return 'nothing';
  const energyWh = floorToTokensWh(quote.value.energyWh);
  if (energyWh === 0n) return 'nothing';
  const toSell = await loadConnectionsToSell(tx, [o.place], { lock: false });
  // The tariff in the meter charges them nothing: a token would give them twice.
  const moneyMeter = toSell.get(o.place.connectionId)?.moneyMeter ?? null;
  if (moneyMeter !== null) return 'inMeter';
  const issued = await issueGrant(tx, deps, {
    place: o.place,
    requestId: `free-units:${o.month}`,
    what: { kind: 'freeUnits', energyWh },
    reason: `${formatKwh(energyWh)} kWh free in ${o.month}, by the tariff in force`,
    requestedBy: null,
    approvalId: null,
    ofMonth: { month: o.month, tariffVersionId: inForce.versionId },
  });
  if (!issued.ok) return 'refused';
  if (!issued.value.isNew) return 'nothing';
  await setTariffPosition(tx, connection, positionToJson(quote.value.positionAfter));
  return 'issued';
}

/** The last months, newest first. */
export async function freeUnitRuns(tx: Tx, utilityId: string): Promise<FreeUnitRuns> {
  const { rows } = await sql<{
    month: string;
    state: 'running' | 'done';
    seen: number;
    issued: number;
    refused: number;
    inMeter: number;
    startedAt: number;
    stateAt: number;
  }>`SELECT to_char(month, 'YYYY-MM') AS month, state, seen::int, issued::int, refused::int,
      in_meter::int AS "inMeter",
      started_at AS "startedAt", state_at AS "stateAt"
    FROM prewatt.free_unit_runs WHERE utility_id = ${utilityId}::uuid
    ORDER BY prewatt.free_unit_runs.month DESC LIMIT ${runsShown}`.execute(tx);
  return {
    rows: rows.map((row) => ({
      ...row,
      startedAt: new Date(row.startedAt).toISOString(),
      stateAt: new Date(row.stateAt).toISOString(),
    })),
  };
}

// What an assignment does, to one connection or to a page of many: a few statements, whatever
// their number. The use of the month so far stays; from that day on the other tariff continues
// from it. A meter that counts money is sent the tariff in the same transaction.

import type { TariffInForce } from '@prewatt/vending-rules';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { notifyLiveMany } from '../../base/live.ts';
import type { Clocks } from '../../base/time.ts';
import type { ConnectionToSell } from '../../money/connections-to-sell/index.ts';
import { setTariffs } from '../../registry/connections/index.ts';
import { checkParameters } from './checks.ts';
import type { Refused } from './errors.ts';
import { createMeterPart } from './for-meter.ts';
import { assignedOn, type Tariffs } from './in-force.ts';
import type { MeterTelling } from './meter-rounds.ts';

export type AssignDeps = {
  readonly tariffs: Tariffs;
  readonly telling: Pick<MeterTelling, 'assigned'>;
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
};

export type Assigning = {
  readonly connection: ConnectionToSell;
  /** Any version of the tariff. */
  readonly tariffId: string;
  readonly parameters: Readonly<Record<string, string>>;
};

/** What all of them have alike. */
export type Assignment = {
  readonly utility: { readonly id: string; readonly zone: string };
  readonly requestId: string;
  readonly from: string;
  readonly today: string;
  readonly reason: string;
  readonly by: string;
};

/**
 * In the caller's transaction, which holds the connections. Each one's refusal, or null, in their
 * order; those that are refused stay as they are.
 */
export async function assignAll(
  tx: Tx,
  o: AssignDeps,
  a: { readonly assignment: Assignment; readonly rows: readonly Assigning[] },
): Promise<readonly (Refused | null)[]> {
  const { assignment, rows } = a;
  const assigned = ({ tariffId, parameters }: Assigning) => ({
    ...{ tariffId, tariffParameters: parameters, nextTariff: null },
  });
  const inForce = await o.tariffs.inForce(tx, rows.map(assigned));
  const check = createCheck(tx);
  const ready: Assigning[] = [];
  const refusals: (Refused | null)[] = [];
  for (const row of rows) {
    const then = inForce(assigned(row), assignment.from);
    const checked = await check(row, then);
    refusals.push(checked);
    if (checked === null) ready.push(row);
  }
  await write(tx, o, { assignment, rows: ready });
  const { utility, by, reason } = assignment;
  const counting = ready.filter(({ connection }) => countsMoney(connection));
  const places = counting.map(({ connection }) => connection);
  await o.telling.assigned(tx, { utility, places, asked: { by, reason } });
  return refusals;
}

/** Its meter holds the tariff, and charges it by itself. */
const countsMoney = ({ moneyMeter, creditMode }: ConnectionToSell): boolean =>
  moneyMeter !== null && creditMode === 'token';

/** Why a connection cannot have a tariff as it is `then`; null if it can. */
export function createCheck(tx: Tx) {
  const partOf = createMeterPart(tx);
  return async (
    o: Pick<Assigning, 'parameters'> & { readonly connection: ConnectionToSell | undefined },
    then: TariffInForce | null,
  ): Promise<Refused | null> => {
    if (then === null) return { code: 'noVersionThen' };
    const wrong = checkParameters(then.tariff, o.parameters);
    if (wrong !== null) return wrong;
    if (o.connection === undefined || !countsMoney(o.connection)) return null;
    const part = await partOf(then);
    return part.ok ? null : part.error;
  };
}

async function write(
  tx: Tx,
  o: AssignDeps,
  { assignment, rows }: { readonly assignment: Assignment; readonly rows: readonly Assigning[] },
): Promise<void> {
  if (rows.length === 0) return;
  const { utility, from, today } = assignment;
  const isNow = from <= today;
  await sql`INSERT INTO tariff_assignments (bucket, id, utility_id, connection_id, request_id,
      tariff_id, parameters, from_date, reason, assigned_by, assigned_at)
    SELECT n.bucket, n.id, ${utility.id}::uuid, n.connection_id, ${assignment.requestId},
      n.tariff_id, n.parameters::jsonb, ${from}::date, ${assignment.reason}, ${assignment.by},
      ${new Date(o.clocks.business.nowMs())}::timestamptz
    FROM unnest(${rows.map(({ connection }) => connection.bucket)}::smallint[],
      ${rows.map(() => o.newUuid())}::uuid[],
      ${rows.map(({ connection }) => connection.connectionId)}::uuid[],
      ${rows.map(({ tariffId }) => tariffId)}::uuid[],
      ${rows.map(({ parameters }) => JSON.stringify(parameters))}::text[]
    ) AS n (bucket, id, connection_id, tariff_id, parameters)`.execute(tx);
  const assigned = rows.map(({ connection, tariffId, parameters }) => ({
    ...{ bucket: connection.bucket, connectionId: connection.connectionId },
    ...(isNow ? { tariffId, parameters } : assignedOn(connection, today)),
    next: isNow ? null : { from, tariffId, parameters },
  }));
  await setTariffs(tx, assigned);
  await notifyLiveMany(
    tx,
    rows.map(({ connection: { utilityId, connectionId } }) => ({
      ...{ kind: 'connection' as const, utilityId, connectionId },
    })),
  );
}

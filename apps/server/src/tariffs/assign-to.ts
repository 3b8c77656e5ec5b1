// What an assignment does, to one connection or to a page of many: a few statements, whatever their
// number. The month's position stays; from the day on the other tariff goes on from it. A meter
// that counts money is told the tariff with it.

import { err, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { ConnectionToSell } from '../connections/index.ts';
import type { Tx } from '../platform/database.ts';
import type { NewUuid } from '../platform/ids.ts';
import { notifyLiveMany } from '../platform/live.ts';
import type { Clocks } from '../platform/time.ts';
import { checkParameters } from './checks.ts';
import type { Refused } from './errors.ts';
import { createMeterPart, type MeterPart, type TellDeps, tellMeters } from './for-meter.ts';
import { assignedOn, type TariffInForce, type Tariffs } from './in-force.ts';

export type AssignDeps = TellDeps & {
  readonly tariffs: Tariffs;
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

type Ready = Assigning & { readonly part: MeterPart | null };

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
  const ready: Ready[] = [];
  const refusals: (Refused | null)[] = [];
  for (const row of rows) {
    const then = inForce(assigned(row), assignment.from);
    const checked = await check(row, then);
    refusals.push(checked.ok ? null : checked.error);
    if (checked.ok) ready.push({ ...row, part: checked.value });
  }
  await write(tx, o, { assignment, rows: ready });
  await tellMeters(tx, o, {
    assignment,
    rows: ready.flatMap(({ part, ...row }) => (part === null ? [] : [{ ...row, part }])),
  });
  return refusals;
}

/**
 * Whether a connection can have a tariff as it is `then`, and what its meter is told: null where
 * the meter counts energy, or the credit is not its own.
 */
export function createCheck(tx: Tx) {
  const partOf = createMeterPart(tx);
  return async (
    o: Pick<Assigning, 'parameters'> & { readonly connection: ConnectionToSell | undefined },
    then: TariffInForce | null,
  ): Promise<Result<MeterPart | null, Refused>> => {
    if (then === null) return err({ code: 'noVersionThen' });
    const wrong = checkParameters(then.tariff, o.parameters);
    if (wrong !== null) return err(wrong);
    const { moneyMeter = null, creditMode } = o.connection ?? {};
    return moneyMeter === null || creditMode === 'wallet' ? ok(null) : partOf(then);
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
  const columns = rows.map(({ connection, tariffId, parameters }) => {
    const holds = isNow ? { tariffId, parameters } : assignedOn(connection, today);
    return {
      ...{ connection, tariffId, holds },
      parameters: JSON.stringify(parameters),
      next: isNow ? null : JSON.stringify({ from, tariffId, parameters }),
    };
  });
  const buckets = sql`${rows.map(({ connection }) => connection.bucket)}::smallint[]`;
  const ids = sql`${rows.map(({ connection }) => connection.connectionId)}::uuid[]`;
  await sql`INSERT INTO tariff_assignments (bucket, id, utility_id, connection_id, request_id,
      tariff_id, parameters, from_date, reason, assigned_by, assigned_at)
    SELECT n.bucket, n.id, ${utility.id}::uuid, n.connection_id, ${assignment.requestId},
      n.tariff_id, n.parameters::jsonb, ${from}::date, ${assignment.reason}, ${assignment.by},
      ${new Date(o.clocks.business.nowMs())}::timestamptz
    FROM unnest(${buckets}, ${rows.map(() => o.newUuid())}::uuid[], ${ids},
      ${columns.map((each) => each.tariffId)}::uuid[],
      ${columns.map((each) => each.parameters)}::text[]
    ) AS n (bucket, id, connection_id, tariff_id, parameters)`.execute(tx);
  await sql`UPDATE connections c SET tariff_id = n.tariff_id,
      tariff_parameters = n.parameters::jsonb, next_tariff = n.next::jsonb
    FROM unnest(${buckets}, ${ids}, ${columns.map((each) => each.holds.tariffId)}::uuid[],
      ${columns.map((each) => JSON.stringify(each.holds.parameters))}::text[],
      ${columns.map((each) => each.next)}::text[]
    ) AS n (bucket, id, tariff_id, parameters, next)
    WHERE c.bucket = n.bucket AND c.id = n.id`.execute(tx);
  await notifyLiveMany(
    tx,
    rows.map(({ connection: { utilityId, connectionId } }) => ({
      ...{ kind: 'connection' as const, utilityId, connectionId },
    })),
  );
}

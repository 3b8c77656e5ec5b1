// Which tariff a connection has: assigned by an operator with a reason, from a day on. The row of
// the connection says what holds and what comes; the history stands beside it.

import type { ConnectionTariff } from '@prewatt/api';
import { civilDateOf, err, ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import { type Database, inUtilityOrNothing, type Tx } from '../../base/database.ts';
import { loadConnectionsToSell } from '../../money/connections-to-sell/index.ts';
import { type ConnectionPlace, loadConnection } from '../../registry/connections/index.ts';
import { takeFromBudget } from '../../registry/limits/index.ts';
import type { Operator } from '../../registry/sign-in/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import { type AssignDeps, assignAll } from './assign-to.ts';
import { type Refused, repeated } from './errors.ts';
import { assignedOn } from './in-force.ts';
import { selectVersions } from './store.ts';

export type NewAssignment = {
  readonly requestId: string;
  readonly tariffName: string;
  /** Civil date in the utility's zone; today holds at once. */
  readonly from: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly reason: string;
};

export type Assignments = ReturnType<typeof createAssignments>;

export function createAssignments(
  o: AssignDeps & { readonly database: Database; readonly utilities: Utilities },
) {
  const nowMs = () => o.clocks.business.nowMs();

  /** Sales of the connection wait for it, or it for them. */
  const assign = (
    by: Operator,
    place: ConnectionPlace,
    a: NewAssignment,
  ): Promise<Result<void, Refused>> =>
    inUtilityOrNothing(o.database, place.utilityId, async (tx) => {
      const utility = await o.utilities.get(place.utilityId);
      const found = await loadConnectionsToSell(tx, [place], { lock: true });
      const connection = found.get(place.connectionId);
      if (connection === undefined) return err({ code: 'unknownConnection' });
      const first = await firstOf(tx, place, a.requestId);
      if (first !== null)
        return repeated(
          askedOf(first),
          askedOf({ ...a, fromDate: a.from, name: a.tariffName }),
          undefined,
        );
      const [version] = (await selectVersions(tx, a.tariffName))
        .filter((each) => each.state === 'approved')
        .slice(-1);
      if (version === undefined) return err({ code: 'unknownTariff' });
      const today = civilDateOf(nowMs(), utility.zone);
      if (a.from < today) return err({ code: 'dateInPast' });
      const { requestId, from, reason, parameters } = a;
      const assignment = { utility, requestId, from, today, reason, by: by.name };
      const rows = [{ connection, tariffId: version.id, parameters }];
      const [refused = null] = await assignAll(tx, o, { assignment, rows });
      if (refused !== null) return err(refused);
      return takeTurn(tx, by, o.clocks.real.nowMs());
    });

  return {
    assign,

    /** What holds, what comes and what was; null for a connection that is not there. */
    of: async (tx: Tx, place: ConnectionPlace): Promise<ConnectionTariff | null> => {
      const utility = await o.utilities.get(place.utilityId);
      const connection = await loadConnection(tx, place);
      if (connection === null) return null;
      const today = civilDateOf(nowMs(), utility.zone);
      const now = assignedOn(connection, today);
      const inForce = (await o.tariffs.inForce(tx, [connection]))(connection, today);
      const { nextTariff } = connection;
      const names = await namesOf(tx, [now.tariffId, nextTariff?.tariffId ?? now.tariffId]);
      const coming = nextTariff !== null && nextTariff.from > today ? nextTariff : null;
      return {
        tariffName: names.get(now.tariffId) ?? '',
        parameters: { ...now.parameters },
        versionId: inForce === null ? null : `tariff_${inForce.versionId}`,
        version: inForce?.tariff.version ?? null,
        next:
          coming === null
            ? null
            : {
                from: coming.from,
                tariffName: names.get(coming.tariffId) ?? '',
                parameters: { ...coming.parameters },
              },
        history: await historyOf(tx, place),
      };
    },
  };
}

/** One more home of this operator's; what was assigned is undone with a refusal. */
async function takeTurn(tx: Tx, by: Operator, realNowMs: number): Promise<Result<void, Refused>> {
  const taken = await takeFromBudget(tx, {
    ...{ utilityId: by.utilityId, budget: 'homeTariffs', ofId: by.operatorId },
    ...{ count: 1, energyWh: 0n, realNowMs },
  });
  return taken ? ok(undefined) : err({ code: 'budgetReached' });
}

type Stored = {
  readonly name: string;
  readonly fromDate: string;
  readonly parameters: Record<string, string>;
  readonly reason: string;
  readonly assignedBy: string;
  readonly assignedAtMs: number;
};

const selectStored = sql`SELECT t.name, a.from_date::text AS "fromDate", a.parameters, a.reason,
  a.assigned_by AS "assignedBy", a.assigned_at AS "assignedAtMs"
  FROM tariff_assignments a JOIN tariffs t ON t.id = a.tariff_id`;

async function firstOf(tx: Tx, place: ConnectionPlace, requestId: string): Promise<Stored | null> {
  const { rows } = await sql<Stored>`${selectStored} WHERE a.bucket = ${place.bucket}
    AND a.connection_id = ${place.connectionId}::uuid AND a.request_id = ${requestId}`.execute(tx);
  return rows[0] ?? null;
}

type Asked = Pick<Stored, 'name' | 'fromDate' | 'reason' | 'parameters'>;
const askedOf = ({ name, fromDate, reason, parameters }: Asked) => ({
  ...{ name, fromDate, reason, parameters: { ...parameters } },
});

async function historyOf(tx: Tx, place: ConnectionPlace): Promise<ConnectionTariff['history']> {
  const { rows } = await sql<Stored>`${selectStored} WHERE a.bucket = ${place.bucket}
    AND a.connection_id = ${place.connectionId}::uuid ORDER BY a.id DESC LIMIT 100`.execute(tx);
  return rows.map((row) => ({
    tariffName: row.name,
    parameters: row.parameters,
    from: row.fromDate,
    reason: row.reason,
    assignedBy: row.assignedBy,
    assignedAt: new Date(row.assignedAtMs).toISOString(),
  }));
}

async function namesOf(tx: Tx, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const rows = await tx
    .selectFrom('tariffs')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}

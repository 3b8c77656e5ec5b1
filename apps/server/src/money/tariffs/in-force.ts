// Which version of its tariff prices a connection on a day. Dates decide, read in the caller's own
// transaction, so a version is in force from its first day on without anything being updated.
// Documents never change, so parsed ones are kept for good.

import { isDeepStrictEqual } from 'node:util';
import { parseTariff, type Tariff, tariffInForce } from '@prewatt/tariff';
import type { TariffInForce } from '@prewatt/vending-rules';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { createRecentNames } from '../../base/lru-cache.ts';
import { prepared } from '../../base/rows.ts';
import type { AssignedTariff } from '../../registry/connections/index.ts';

/** Null when no approved version holds on that day, or its document cannot be read. */
export type TariffsInForce = (connection: AssignedTariff, date: string) => TariffInForce | null;

export type TariffsInTime = (
  connection: AssignedTariff,
  today: string,
) => {
  readonly now: TariffInForce | null;
  readonly next: (TariffInForce & { readonly from: string }) | null;
};

export type Tariffs = {
  /**
   * Reads what the connections of one transaction need, in one statement (a second one for
   * documents that this process has not seen yet); the answer is a pure look-up. What was read
   * ahead in the same transaction is not read again.
   */
  readonly inForce: (
    tx: Tx,
    connections: readonly AssignedTariff[],
    ahead?: VersionsAhead,
  ) => Promise<TariffsInForce>;
  /**
   * Reads the versions of tariffs that sales of the utility asked for lately: on its way while the
   * connections are read, and mostly all that they then need.
   */
  readonly readAhead: (tx: Tx, utilityId: string) => Promise<VersionsAhead>;
  /** For each connection: what is in force today, and what begins next as another. */
  readonly inTime: (tx: Tx, connections: readonly AssignedTariff[]) => Promise<TariffsInTime>;
  /**
   * The days after `today` on which another version or tariff begins for a connection, in order.
   */
  readonly changesAfter: (tx: Tx, connection: AssignedTariff, today: string) => Promise<string[]>;
  /** A version's document, whatever its state; null when there is none. */
  readonly documentOf: (tx: Tx, versionId: string) => Promise<Tariff | null>;
};

type Version = { readonly named_id: string; readonly id: string };

export type VersionsAhead = {
  readonly named: ReadonlySet<string>;
  readonly rows: readonly Version[];
  /** Notes what was missing, for the next time. */
  readonly missed: (tariffIds: Iterable<string>) => void;
};

async function readVersions(tx: Tx, named: Iterable<string>): Promise<readonly Version[]> {
  const { rows } = await sql<Version>`${prepared} SELECT named.id AS named_id, version.id
    FROM tariffs named
    JOIN tariffs version ON version.utility_id = named.utility_id AND version.name = named.name
    WHERE named.id = ANY(${[...named]}::uuid[]) AND version.state = 'approved'`.execute(tx);
  return rows;
}

export function createTariffs(): Tariffs {
  const parsed = new Map<string, Tariff>();
  const lately = createRecentNames();

  const parseAll = async (tx: Tx, ids: readonly string[]): Promise<void> => {
    const unknown = [...new Set(ids)].filter((id) => !parsed.has(id));
    if (unknown.length === 0) return;
    const rows = await tx
      .selectFrom('tariffs')
      .select(['id', 'document'])
      .where('id', 'in', unknown)
      .execute();
    for (const row of rows) {
      const tariff = parseTariff(row.document);
      if (tariff.ok) parsed.set(row.id, tariff.value);
    }
  };

  /** Looks up in these versions, whose documents are read first. */
  const inForceOf = async (tx: Tx, rows: readonly Version[]): Promise<TariffsInForce> => {
    await parseAll(
      tx,
      rows.map((row) => row.id),
    );
    return (connection, date) => {
      const assigned = assignedOn(connection, date);
      const versions = rows.filter((row) => row.named_id === assigned.tariffId);
      return pick(parsed, versions, { date, parameters: assigned.parameters });
    };
  };

  return {
    readAhead: async (tx, utilityId) => {
      const named = lately.of(utilityId);
      const rows = named.size === 0 ? [] : await readVersions(tx, named);
      return { named, rows, missed: (ids) => lately.add(utilityId, ids) };
    },
    inForce: async (tx, connections, ahead) => {
      const named = namedBy(connections);
      const isCovered = ahead !== undefined && named.isSubsetOf(ahead.named);
      if (!isCovered) ahead?.missed(named);
      return inForceOf(tx, isCovered ? ahead.rows : await readVersions(tx, named));
    },
    inTime: async (tx, connections) => {
      const rows = await readVersions(tx, namedBy(connections));
      const inForce = await inForceOf(tx, rows);
      return (connection, today) => {
        const now = inForce(connection, today);
        for (const from of daysAfter(parsed, { connection, rows, today })) {
          const then = inForce(connection, from);
          if (then !== null && !isSame(now, then)) return { now, next: { ...then, from } };
        }
        return { now, next: null };
      };
    },
    changesAfter: selectChangesAfter,
    documentOf: async (tx, versionId) => {
      // The row is asked for each time: row-level security says whose it is, a map does not.
      const row = await tx
        .selectFrom('tariffs')
        .select('id')
        .where('id', '=', versionId)
        .executeTakeFirst();
      if (row === undefined) return null;
      await parseAll(tx, [versionId]);
      return parsed.get(versionId) ?? null;
    },
  };
}

async function selectChangesAfter(
  tx: Tx,
  connection: AssignedTariff,
  today: string,
): Promise<string[]> {
  const { nextTariff } = connection;
  const { rows } = await sql<{ from: string }>`
    SELECT DISTINCT version.effective_from::text AS from
    FROM tariffs named
    JOIN tariffs version ON version.utility_id = named.utility_id
      AND version.name = named.name
    WHERE named.id = ANY(${[...namedBy([connection])]}::uuid[]) AND version.state = 'approved'
      AND version.effective_from > ${today}::date`.execute(tx);
  const assigned = nextTariff !== null && nextTariff.from > today ? [nextTariff.from] : [];
  return [...new Set([...rows.map((row) => row.from), ...assigned])].sort();
}

const namedBy = (connections: readonly AssignedTariff[]): ReadonlySet<string> =>
  new Set(
    connections.flatMap((each) =>
      each.nextTariff === null ? [each.tariffId] : [each.tariffId, each.nextTariff.tariffId],
    ),
  );

/** On which another version or tariff may begin for a connection, in order. */
function daysAfter(
  parsed: ReadonlyMap<string, Tariff>,
  o: {
    readonly connection: AssignedTariff;
    readonly rows: readonly Version[];
    readonly today: string;
  },
): string[] {
  const named = namedBy([o.connection]);
  const begins = o.rows
    .filter((row) => named.has(row.named_id))
    .flatMap((row) => parsed.get(row.id)?.effectiveFrom ?? []);
  const { nextTariff } = o.connection;
  const days = nextTariff === null ? begins : [...begins, nextTariff.from];
  return [...new Set(days)].filter((day) => day > o.today).sort();
}

const isSame = (a: TariffInForce | null, b: TariffInForce): boolean =>
  a?.versionId === b.versionId && isDeepStrictEqual(a.parameters, b.parameters);

/** The tariff that a connection has on a day. */
export function assignedOn(
  connection: AssignedTariff,
  date: string,
): { readonly tariffId: string; readonly parameters: Readonly<Record<string, string>> } {
  const { nextTariff } = connection;
  return nextTariff !== null && nextTariff.from <= date
    ? nextTariff
    : { tariffId: connection.tariffId, parameters: connection.tariffParameters };
}

function pick(
  parsed: ReadonlyMap<string, Tariff>,
  versions: readonly Version[],
  o: { readonly date: string; readonly parameters: Readonly<Record<string, string>> },
): TariffInForce | null {
  const documents = new Map<Tariff, string>();
  for (const { id } of versions) {
    const tariff = parsed.get(id);
    if (tariff !== undefined) documents.set(tariff, id);
  }
  const tariff = tariffInForce([...documents.keys()], o.date);
  const versionId = tariff === null ? undefined : documents.get(tariff);
  if (tariff === null || versionId === undefined) return null;
  return { versionId, tariff, parameters: o.parameters };
}

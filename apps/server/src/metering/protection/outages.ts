// Times at which electricity cannot be bought: noticed when nothing is sold although it usually is,
// or declared by an operator. No home is cut while one holds; each home that it kept on is noted.

import type { VendingOutageHomesAnswer, VendingOutagesAnswer } from '@prewatt/api';
import { mayDisconnect, type ProtectionRules, type VendingOutage } from '@prewatt/protection';
import { err, hourMs, idFromUuid, minuteMs, ok, type Result } from '@prewatt/quantities';
import { type RawBuilder, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import type { Clocks } from '../../base/time.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import type { ProtectionRefusal } from './errors.ts';
import { supplyHomes } from './homes.ts';

/** Part of a statement about sales, of whoever keeps them. */
export type OutageQueries = {
  /** A utility's issued sales that were asked for between two instants, up to a number. */
  readonly salesBetween: (o: {
    readonly utilityId: string;
    readonly from: Date;
    readonly to: Date;
    readonly upTo: number;
  }) => RawBuilder<number>;
};

/** So many sales at the same time of each of the last weeks: sales are usual then. */
const usualSales = 3;
const weeksLookedAt = 4;
const fewestWeeks = 2;
/** Once sales go on, homes have so long to buy before they may be cut. */
const timeToBuyMs = 2 * hourMs;
/** Homes asked for at once. */
const homesPerLook = 2_000;
/** What is over for so long is no matter of meters any more. */
const spokenOfForMs = 24 * hourMs;

type Open = {
  readonly id: string;
  readonly began_at: number;
  readonly grace_until: number;
  readonly declared_by: string | null;
};

type OutageDeps = {
  readonly clocks: Clocks;
  readonly newUuid: NewUuid;
  readonly queries: OutageQueries;
  /** Puts the rules in force anew, with outages as they are now; false: too long for a meter. */
  readonly putInForce: (tx: Tx, utility: Utility) => Promise<boolean>;
};

/** What the rules in force say of outages: those that hold, and those that lately did. */
export async function currentOutages(
  tx: Tx,
  utilityId: string,
  nowMs: number,
): Promise<VendingOutage[]> {
  const rows = await tx
    .selectFrom('vending_outages')
    .select(['began_at', 'grace_until'])
    .where('utility_id', '=', utilityId)
    .where(sql<boolean>`grace_until > ${new Date(nowMs - spokenOfForMs)}`)
    .orderBy('began_at', 'desc')
    .limit(20)
    .execute();
  return rows.reverse().map(({ began_at, grace_until }) => ({
    from: new Date(began_at).toISOString(),
    until: new Date(grace_until).toISOString(),
  }));
}

/** Notices that nothing is sold, ends what is over, and notes the homes that it keeps on. */
export async function sweepOutages(tx: Tx, utility: Utility, o: OutageDeps): Promise<void> {
  const nowMs = o.clocks.business.nowMs();
  const open = await openOutage(tx, utility.id);
  if (open === null) {
    const stops = utility.protectionRules.whenVendingStops;
    if (stops === undefined || !(await hasStopped(tx, utility, { ...o, nowMs }))) return;
    if (!(await soldSinceLast(tx, utility, { ...o, nowMs }))) return;
    const isNew = await insertOutage(tx, {
      ...{ id: o.newUuid(), utilityId: utility.id, nowMs },
      untilMs: nowMs + stops.graceHours * hourMs,
      declared: null,
    });
    if (isNew) await mustPutInForce(tx, utility, o);
    return;
  }
  await noteHomes(tx, utility, { outageId: open.id, nowMs });
  if (open.grace_until <= nowMs) {
    await endOutage(tx, { open, nowMs, cause: 'timeOver', untilMs: open.grace_until });
    return;
  }
  const between = { utilityId: utility.id, from: new Date(open.began_at), to: new Date(nowMs) };
  if (open.declared_by !== null || (await countOf(tx, { ...between, upTo: 1 }, o)) === 0) return;
  await endOutage(tx, { open, nowMs, cause: 'salesGoOn', untilMs: nowMs + timeToBuyMs });
  await mustPutInForce(tx, utility, o);
}

/** Nobody asked for it who could be told why not: the failing work is on the attention list. */
async function mustPutInForce(tx: Tx, utility: Utility, o: OutageDeps): Promise<void> {
  if (await o.putInForce(tx, utility)) return;
  throw new Error('the protection rules with their outages are too long for a meter');
}

async function openOutage(tx: Tx, utilityId: string): Promise<Open | null> {
  const row = await tx
    .selectFrom('vending_outages')
    .select(['id', 'began_at', 'grace_until', 'declared_by'])
    .where('utility_id', '=', utilityId)
    .where('ended_at', 'is', null)
    .executeTakeFirst();
  return row ?? null;
}

type Between = Parameters<OutageQueries['salesBetween']>[0];

async function countOf(tx: Tx, between: Between, o: Pick<OutageDeps, 'queries'>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    SELECT ${o.queries.salesBetween(between)} AS count`.execute(tx);
  return Number(rows[0]?.count ?? 0);
}

/** Nothing sold for as long as the rules say, though each of the last weeks had sales then. */
async function hasStopped(
  tx: Tx,
  utility: Utility,
  o: Pick<OutageDeps, 'queries'> & { readonly nowMs: number },
): Promise<boolean> {
  const minutes = utility.protectionRules.whenVendingStops?.afterMinutes ?? 0;
  const soldBefore = (weeks: number, upTo: number) => {
    const toMs = o.nowMs - weeks * 7 * 24 * hourMs;
    const from = new Date(toMs - minutes * minuteMs);
    return countOf(tx, { utilityId: utility.id, from, to: new Date(toMs), upTo }, o);
  };
  if ((await soldBefore(0, 1)) > 0) return false;
  const began = new Date(0);
  let weeks = 0;
  for (let week = 1; week <= weeksLookedAt; week += 1) {
    const to = new Date(o.nowMs - (week * 7 * 24 + 24) * hourMs);
    const hasPast = (await countOf(tx, { utilityId: utility.id, from: began, to, upTo: 1 }, o)) > 0;
    if (!hasPast) break;
    if ((await soldBefore(week, usualSales)) < usualSales) return false;
    weeks += 1;
  }
  return weeks >= fewestWeeks;
}

/**
 * Whether anything was sold since the latest outage began: one that is over is not noticed again,
 * or it would go on beyond its hours and after an operator has ended it.
 */
async function soldSinceLast(
  tx: Tx,
  utility: Utility,
  o: Pick<OutageDeps, 'queries'> & { readonly nowMs: number },
): Promise<boolean> {
  const last = await tx
    .selectFrom('vending_outages')
    .select('began_at')
    .where('utility_id', '=', utility.id)
    .orderBy('began_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (last === undefined) return true;
  const [from, to] = [new Date(last.began_at), new Date(o.nowMs)];
  return (await countOf(tx, { utilityId: utility.id, from, to, upTo: 1 }, o)) > 0;
}

/** False when one is open already: two servers noticed it at once. */
async function insertOutage(
  tx: Tx,
  o: {
    readonly id: string;
    readonly utilityId: string;
    readonly nowMs: number;
    readonly untilMs: number;
    readonly declared: Declared | null;
  },
): Promise<boolean> {
  const made = await tx
    .insertInto('vending_outages')
    .values({
      id: o.id,
      utility_id: o.utilityId,
      began_at: new Date(o.nowMs),
      grace_until: new Date(o.untilMs),
      declared_by: o.declared?.operatorId ?? null,
      request_id: o.declared?.requestId ?? null,
      note: o.declared?.note ?? null,
      hours: o.declared?.hours ?? null,
    })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return made.numInsertedOrUpdatedRows === 1n;
}

async function endOutage(
  tx: Tx,
  o: {
    readonly open: Open;
    readonly nowMs: number;
    readonly untilMs: number;
    readonly cause: 'salesGoOn' | 'operator' | 'timeOver';
    readonly operatorId?: string;
  },
): Promise<void> {
  await tx
    .updateTable('vending_outages')
    .set({
      grace_until: new Date(Math.min(o.open.grace_until, o.untilMs)),
      ended_at: new Date(o.nowMs),
      end_cause: o.cause,
      ended_by: o.operatorId ?? null,
    })
    .where('id', '=', o.open.id)
    .where('ended_at', 'is', null)
    .execute();
}

/** Homes without credit whose supply is on, and which no other rule would keep on. */
async function noteHomes(
  tx: Tx,
  utility: Utility,
  o: { readonly outageId: string; readonly nowMs: number },
): Promise<void> {
  const date = Temporal.Instant.fromEpochMilliseconds(o.nowMs)
    .toZonedDateTimeISO(utility.zone)
    .toPlainDate()
    .toString();
  let after: Home = { bucket: -1, connection_id: '00000000-0000-0000-0000-000000000000' };
  for (let isMore = true; isMore; ) {
    const rows = await homesWithoutCredit(tx, { utilityId: utility.id, ...o, after });
    isMore = rows.length === homesPerLook;
    after = rows.at(-1) ?? after;
    const kept = await keptByOutage(tx, utility, { rows, date, nowMs: o.nowMs });
    if (kept.length === 0) continue;
    const seen = { outage_id: o.outageId, utility_id: utility.id, seen_at: new Date(o.nowMs) };
    await tx
      .insertInto('vending_outage_homes')
      .values(kept.map((home) => ({ ...seen, ...home })))
      .onConflict((c) => c.doNothing())
      .execute();
  }
}

type Home = { readonly bucket: number; readonly connection_id: string };

/** Homes without credit whose supply is on and that are not noted, in the order of their place. */
async function homesWithoutCredit(
  tx: Tx,
  o: { readonly utilityId: string; readonly outageId: string; readonly after: Home },
): Promise<readonly Home[]> {
  const { rows } = await sql<Home>`
    SELECT w.bucket, w.connection_id FROM supply_watch w
    JOIN meters m ON m.bucket = w.bucket AND m.connection_id = w.connection_id
      AND m.retired_at IS NULL
    JOIN meter_states s ON s.bucket = m.bucket AND s.meter_id = m.id
      AND s.load_switch = 'connected'
    WHERE w.utility_id = ${o.utilityId} AND w.out_since IS NOT NULL
      AND (w.bucket, w.connection_id) > (${o.after.bucket}, ${o.after.connection_id}::uuid)
      AND NOT EXISTS (SELECT FROM vending_outage_homes h WHERE h.outage_id = ${o.outageId}
        AND h.bucket = w.bucket AND h.connection_id = w.connection_id)
    ORDER BY w.bucket, w.connection_id LIMIT ${homesPerLook}`.execute(tx);
  return rows;
}

/** Those of them that no other rule would keep on. */
async function keptByOutage(
  tx: Tx,
  utility: Utility,
  o: { readonly rows: readonly Home[]; readonly date: string; readonly nowMs: number },
): Promise<readonly Home[]> {
  const { rows, date } = o;
  const homes = await supplyHomes(
    tx,
    rows.map(({ bucket, connection_id: connectionId }) => ({
      ...{ date, place: { bucket, connectionId, utilityId: utility.id } },
    })),
  );
  const others = withoutOutages(utility.protectionRules);
  return rows.filter((_, at) => {
    const home = homes[at];
    if (home === undefined) return false;
    const flags = { vulnerable: home.vulnerable === true, medical: home.medical === true };
    const { convertedAtMs, owedMilliWh } = home;
    const moment = { atMs: o.nowMs, zone: utility.zone, ...flags, convertedAtMs, owedMilliWh };
    return mayDisconnect(others, moment).allowed;
  });
}

const withoutOutages = ({ vendingOutages: _, ...rules }: ProtectionRules): ProtectionRules => rules;

type Declared = {
  readonly requestId: string;
  readonly hours: number;
  readonly note: string;
  readonly operatorId: string;
};

export function createOutages(o: OutageDeps) {
  const nowMs = () => o.clocks.business.nowMs();
  return {
    /** Electricity cannot be bought; the same request again changes nothing. */
    declare: async (
      tx: Tx,
      utility: Utility,
      asked: Declared,
    ): Promise<Result<void, ProtectionRefusal>> => {
      const before = await tx
        .selectFrom('vending_outages')
        .select(['note', 'hours'])
        .where('utility_id', '=', utility.id)
        .where('request_id', '=', asked.requestId)
        .executeTakeFirst();
      if (before !== undefined) {
        const isSame = before.note === asked.note && before.hours === asked.hours;
        return isSame ? ok(undefined) : err('requestIdReused');
      }
      const isNew = await insertOutage(tx, {
        ...{ id: o.newUuid(), utilityId: utility.id, nowMs: nowMs(), declared: asked },
        untilMs: nowMs() + asked.hours * hourMs,
      });
      if (!isNew) return err('outageOpen');
      return (await o.putInForce(tx, utility)) ? ok(undefined) : err('rulesTooLong');
    },
    /** Ends the open one; homes still have their time to buy. */
    end: async (
      tx: Tx,
      utility: Utility,
      asked: { readonly outageId: string; readonly operatorId: string },
    ): Promise<Result<void, ProtectionRefusal>> => {
      const open = await openOutage(tx, utility.id);
      if (open?.id !== asked.outageId) return err('outageOver');
      const { operatorId } = asked;
      const untilMs = nowMs() + timeToBuyMs;
      await endOutage(tx, { open, nowMs: nowMs(), cause: 'operator', untilMs, operatorId });
      return (await o.putInForce(tx, utility)) ? ok(undefined) : err('rulesTooLong');
    },
    list: listOutages,
    homes: outageHomes,
  };
}
export type Outages = ReturnType<typeof createOutages>;

async function listOutages(tx: Tx, utilityId: string): Promise<VendingOutagesAnswer['rows']> {
  const rows = await tx
    .selectFrom('vending_outages as v')
    .leftJoin('operators as d', 'd.id', 'v.declared_by')
    .leftJoin('operators as e', 'e.id', 'v.ended_by')
    .select(['v.id', 'v.began_at', 'v.grace_until', 'v.note', 'v.ended_at', 'v.end_cause'])
    .select(['d.name as declared_by', 'e.name as ended_by'])
    .select(
      sql<bigint>`(SELECT count(*) FROM vending_outage_homes h WHERE h.outage_id = v.id)`.as(
        'homes',
      ),
    )
    .where('v.utility_id', '=', utilityId)
    .orderBy('v.began_at', 'desc')
    .limit(100)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    beganAt: new Date(row.began_at).toISOString(),
    graceUntil: new Date(row.grace_until).toISOString(),
    declaredBy: row.declared_by,
    note: row.note,
    endedAt: row.ended_at === null ? null : new Date(row.ended_at).toISOString(),
    endCause: row.end_cause as VendingOutagesAnswer['rows'][number]['endCause'],
    endedBy: row.ended_by,
    homes: Number(row.homes),
  }));
}

/** Homes that it kept on, the first 500 in order of time. */
async function outageHomes(tx: Tx, outageId: string): Promise<VendingOutageHomesAnswer['rows']> {
  const { rows } = await sql<{ connection_id: string; name: string; seen_at: number }>`
    SELECT h.connection_id, c.name, h.seen_at FROM vending_outage_homes h
    JOIN connections c ON c.bucket = h.bucket AND c.id = h.connection_id
    WHERE h.outage_id = ${outageId} ORDER BY h.seen_at, h.connection_id LIMIT 500`.execute(tx);
  return rows.map((row) => ({
    connectionId: idFromUuid('connection', row.connection_id),
    name: row.name,
    seenAt: new Date(row.seen_at).toISOString(),
  }));
}

// The checks behind the laws, each over a part of the town: by the rules of the server's proof, and
// against what only the town saw. Each names its law; a breach throws with the numbers.

import { availableOf, type MeterState, owedOf } from '@prewatt/meter';
import { mayDisconnect } from '@prewatt/protection';
import { bucketCount } from '@prewatt/quantities';
import { checkRules, type Range, type Rule, rules, within } from '@prewatt/server/proof';
import tariffDocument from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import { type RawBuilder, sql } from 'kysely';
import type { Town } from './town.ts';
import { metersOf, protectionRules, type TownHome } from './utility.ts';
import { zone } from './zone.ts';

export class LawBroken extends Error {
  readonly law: number;
  /** Whom it concerns, where that is known. */
  readonly connectionIds: readonly string[];

  constructor(law: number, text: string, connectionIds: readonly string[] = []) {
    super(`law ${law}: ${text}`);
    this.law = law;
    this.connectionIds = connectionIds;
  }
}

/** What forbids a cut at an instant of the meter's own clock; null when nothing does. */
export function whyForbidden(o: {
  readonly atMs: number;
  readonly isVulnerable: boolean;
}): string | null {
  const moment = { atMs: o.atMs, zone, vulnerable: o.isVulnerable };
  const answer = mayDisconnect(protectionRules, moment);
  return answer.allowed ? null : answer.because;
}

const mostEmergencyMilliWh = Number(protectionRules.emergencyCreditWh) * 1_000;
/** Millionths of a minor unit a kilowatt-hour: the dearest block with its tax. */
const dearestMicroPerKwh = Math.max(
  ...tariffDocument.energy.schedules.flatMap(({ blocks }) =>
    blocks.map(({ rate }) => Math.ceil(Number(rate) * 1.15 * 100_000_000)),
  ),
);
/** A currency token counts thousands of a meter's millionths of a minor unit, at two decimals. */
const microPerE5 = 1_000n;

/** Most that a meter may lend, in the unit in which it counts. */
const mostEmergencyOf = ({ meter }: Pick<TownHome, 'meter'>): number =>
  meter.settings.creditUnit === 'energy'
    ? mostEmergencyMilliWh
    : Math.ceil((mostEmergencyMilliWh * dearestMicroPerKwh) / 1_000_000);

/** What a meter has credited, as tokens carry it. */
export const creditedOf = ({ meter }: Pick<TownHome, 'meter'>) => ({
  wh: BigInt(Math.floor(meter.creditedMilliWh / 1000)),
  micro: BigInt(meter.money?.creditedMicro ?? 0),
});

/** What tokens carry together. */
const issuedSums = sql`coalesce(sum(energy_wh), 0)::bigint AS wh,
  (coalesce(sum(amount_e5), 0) * ${microPerE5}::bigint)::bigint AS micro`;

/** The buckets and, where given, how old the rows may be that a check looks at. */
export type Buckets = Omit<Range, 'nowMs'>;
export const allBuckets: Buckets = { fromBucket: 0, toBucket: bucketCount - 1 };

async function one<T>(town: Town, query: RawBuilder<T>): Promise<T> {
  const { rows } = await query.execute(town.owner.directories);
  const [row] = rows;
  if (row === undefined) throw new Error('a law’s query gave no row');
  return row;
}

async function none(
  town: Town,
  query: RawBuilder<{ bad: bigint }>,
  broken: { readonly law: number; readonly text: string },
): Promise<void> {
  const { bad } = await one(town, query);
  if (bad !== 0n) throw new LawBroken(broken.law, `${bad} ${broken.text}`);
}

/**
 * What the proof of the server checks too, by its own queries; says all that is broken. Returns how
 * many rules it checked.
 */
export async function checkDatabase(
  town: Town,
  asked: Buckets,
  of: readonly Rule[] = rules,
): Promise<number> {
  const range = { ...asked, nowMs: town.nowMs(), isAskedOften: true as const };
  const broken: { readonly law: number; readonly text: string; readonly ids: string[] }[] = [];
  const tallies = await checkRules(town.owner.directories, of, range);
  for (const [place, rule] of of.entries()) {
    const { failed = 0n, findings = [] } = tallies[place] ?? {};
    if (failed === 0n) continue;
    const ids = findings.flatMap(({ connectionId }) => connectionId ?? []);
    broken.push({ law: rule.law, text: `${failed} ${rule.broken}`, ids });
  }
  const [first, ...more] = broken;
  if (first === undefined) return of.length;
  throw new LawBroken(
    first.law,
    [first.text, ...more.map(({ law, text }) => `law ${law}: ${text}`)].join('; '),
    broken.flatMap(({ ids }) => ids),
  );
}

/** Laws 1 and 5 for the town's vendor, whose limit never changes. */
export async function checkVendors(town: Town): Promise<void> {
  const { otherAnswers } = town.customers.observed;
  if (otherAnswers > 0) throw new LawBroken(5, `${otherAnswers} repeated requests of a till`);
  await none(
    town,
    sql`SELECT count(*) AS bad FROM prewatt.vendors WHERE float_minor < -float_limit_minor`,
    { law: 1, text: 'vendors whose float is below its limit' },
  );
}

type OfMeter = {
  readonly meter_id: string;
  readonly wh: bigint;
  readonly micro: bigint;
  readonly twice: bigint;
};

/** Laws 3 and 4, seen from the meters. */
export async function checkMeters(
  town: Town,
  homes: readonly TownHome[],
  buckets: Buckets,
): Promise<void> {
  const { rows } = await sql<OfMeter>`
    SELECT meter_id, ${issuedSums},
      count(tid) - count(DISTINCT (base_date, tid)) FILTER (WHERE tid IS NOT NULL) AS twice
    FROM prewatt.tokens t WHERE ${within('t', buckets)}
    GROUP BY meter_id`.execute(town.owner.directories);
  const issued = new Map(rows.map((row) => [row.meter_id, row]));
  for (const home of homes) {
    const { connectionId } = home;
    for (const each of metersOf(home)) {
      checkMeter(town, { ...each, connectionId }, issued.get(each.meterId));
    }
  }
}

type MeterOfHome = ReturnType<typeof metersOf>[number] & Pick<TownHome, 'connectionId'>;

function checkMeter(town: Town, home: MeterOfHome, row: OfMeter | undefined): void {
  const { meterPan, connectionId } = home;
  const { wh, micro } = creditedOf(home);
  if (wh > (row?.wh ?? 0n) || micro > (row?.micro ?? 0n)) {
    const issued = `${row?.wh} Wh and ${row?.micro}`;
    const text = `meter ${meterPan} credited ${wh} Wh and ${micro} of money, issued ${issued}`;
    throw new LawBroken(3, text, [connectionId]);
  }
  if (home.meter.emergencyUsed > mostEmergencyOf(home)) {
    throw new LawBroken(3, `meter ${meterPan} lent more than the rules allow`, [connectionId]);
  }
  if ((row?.twice ?? 0n) > 0n) {
    throw new LawBroken(4, `a TID was issued twice for ${meterPan}`, [connectionId]);
  }
  const accepted = town.customers.observed.accepted.get(meterPan) ?? [];
  if (new Set(accepted).size !== accepted.length) {
    throw new LawBroken(4, `meter ${meterPan} accepted a TID twice`, [connectionId]);
  }
}

/** Law 3, once nothing is under way: each meter has credited what was issued and not refused. */
export async function checkAllCredited(town: Town): Promise<void> {
  for (const home of town.homes) {
    const issued = await one(
      town,
      sql<{ wh: bigint; micro: bigint }>`
      SELECT ${issuedSums} FROM prewatt.tokens
      WHERE meter_id = ${home.meterId}::uuid AND state <> 'refused'`,
    );
    const { wh, micro } = creditedOf(home);
    if (issued.wh === wh && issued.micro === micro) continue;
    const of = `issued and not refused ${issued.wh} Wh and ${issued.micro} of money`;
    const text = `${home.name}: ${of}, credited ${wh} Wh and ${micro}`;
    throw new LawBroken(3, text, [home.connectionId]);
  }
}

/** Law 6, once nothing is under way: what was paid for has ended, and every message was sent. */
export async function checkAllEnded(town: Town): Promise<void> {
  await none(
    town,
    sql`SELECT count(*) AS bad FROM prewatt.payments p JOIN prewatt.sales s
      ON s.bucket = p.bucket AND s.id = p.sale_id
      WHERE p.state = 'succeeded' AND s.state NOT IN ('delivered', 'stuck', 'reversed')`,
    { law: 6, text: 'paid sales that are neither delivered, reversed nor stuck' },
  );
  await none(
    town,
    sql`SELECT count(*) AS bad FROM prewatt.vendor_sales v JOIN prewatt.sales s
      ON s.bucket = v.bucket AND s.id = v.sale_id
      WHERE s.state NOT IN ('delivered', 'stuck', 'reversed')`,
    { law: 6, text: 'sales for cash that are neither delivered, reversed nor stuck' },
  );
  await none(town, sql`SELECT count(*) AS bad FROM prewatt.messages WHERE state = 'queued'`, {
    law: 6,
    text: 'queued messages that nobody sends',
  });
}

/** Law 7, by the meter's own clock, for the openings of switches after the first `seen`. */
export function checkSupply(town: Town, seen: number): void {
  for (const opening of town.customers.observed.switchOpenings.slice(seen)) {
    const { home } = opening;
    const because = whyForbidden(opening);
    if (because === null) continue;
    const text = `meter ${home.meterPan} cut supply during ${because}`;
    throw new LawBroken(7, text, [home.connectionId]);
  }
}

/** Law 7: a meter of a flagged home has heard of it. */
export function checkFlags(town: Town): void {
  for (const { name, isVulnerable, meter, connectionId } of town.homes) {
    if (!isVulnerable || meter.settings.vulnerable === true) continue;
    throw new LawBroken(7, `${name}: its meter has not heard of its flag`, [connectionId]);
  }
}

type CallRow = { readonly state: string | null; readonly out: boolean };

/**
 * Law 7, once nothing is under way: who may not be cut and has no credit left is on the list of
 * people to call, and nobody who has credit waits there for a call. Of wallets it holds at any
 * time: the server needs no meter to know how they stand.
 */
export async function checkCalls(town: Town, of: 'all' | 'wallets' = 'all'): Promise<void> {
  const { rows } = await sql<CallRow & { connection_id: string; wallet: string | null }>`
    SELECT c.id AS connection_id, k.state, coalesce(k.out_since >= w.out_since, false) AS out,
      CASE WHEN c.credit_mode = 'wallet' THEN (SELECT s.supply FROM prewatt.wallets s
        WHERE s.bucket = c.bucket AND s.connection_id = c.id
          AND s.supply_at < ${new Date(town.nowMs() - settledMs)}) END AS wallet
    FROM prewatt.connections c
    LEFT JOIN prewatt.supply_calls k ON k.bucket = c.bucket AND k.connection_id = c.id
    LEFT JOIN prewatt.supply_watch w ON w.bucket = c.bucket AND w.connection_id = c.id
  `.execute(town.owner.directories);
  for (const home of town.homes) {
    const { name, connectionId, isVulnerable, meter } = home;
    const calls = rows.filter((row) => row.connection_id === connectionId);
    const supply = calls[0]?.wallet ?? null;
    const isWallet = town.customers.observed.wallets.has(home);
    if (of === 'wallets' && !isWallet) continue;
    const isOut = isWallet ? supply !== null && supply !== 'on' : isOutOfCredit(meter);
    const hasCredit = isWallet ? supply === 'on' : !isOut && !meter.emergencySelected;
    const text = whatIsWrongWithCalls({ isVulnerable, isOut, hasCredit, calls });
    if (text !== null) throw new LawBroken(7, `${name} ${text}`, [connectionId]);
  }
}

/** What has changed since then may not have been looked at. */
const settledMs = 4 * 3_600_000;

/** Off, or owing. */
const isOutOfCredit = (meter: MeterState): boolean =>
  meter.exhausted || (availableOf(meter) <= 0 && owedOf(meter) > 0);

function whatIsWrongWithCalls(o: {
  readonly isVulnerable: boolean;
  readonly isOut: boolean;
  readonly hasCredit: boolean;
  readonly calls: readonly CallRow[];
}): string | null {
  if (o.isVulnerable && o.isOut && !o.calls.some(({ out }) => out)) {
    return 'has no credit, and nobody is told to call';
  }
  const isAwaited = o.calls.some(({ state }) => state === 'new');
  return o.hasCredit && isAwaited ? 'has credit, and waits for a call' : null;
}

/** Law 8: an alert for a crossing into low credit, at most, or `exactly`, one. */
export async function checkAlerts(
  town: Town,
  homes: readonly TownHome[],
  scope: { readonly buckets: Buckets; readonly exactly: boolean },
): Promise<void> {
  const { rows } = await sql<{ connection_id: string; sent: bigint }>`
    SELECT connection_id, count(*) AS sent FROM prewatt.messages m
    WHERE ${within('m', scope.buckets)} AND kind = 'creditLow'
      AND NOT starts_with(fact_key, 'wallet-low:')
    GROUP BY connection_id`.execute(town.owner.directories);
  const sent = new Map(rows.map((row) => [row.connection_id, Number(row.sent)]));
  for (const home of homes) {
    const crossings = town.customers.observed.lowCrossings.get(home.connectionId) ?? 0;
    const messages = sent.get(home.connectionId) ?? 0;
    // What a meter could not tell before it died, nobody was told.
    const untold = town.customers.observed.untoldCrossings.get(home.connectionId) ?? 0;
    const isTooFew = scope.exactly && messages < crossings - untold;
    const broken = messages > crossings || isTooFew;
    if (!broken) continue;
    const text = `${home.name}: ${crossings} crossings, ${messages} alerts`;
    throw new LawBroken(8, text, [home.connectionId]);
  }
}

/** The server’s own proofs of each night: all laws held. */
export async function checkProofs(town: Town): Promise<void> {
  const { rows } = await sql<{ holds: boolean; laws: { law: number; holds: boolean }[] }>`
    SELECT holds, laws FROM prewatt.proof_results`.execute(town.owner.directories);
  if (rows.length === 0) throw new Error('no nightly proof was made');
  const broken = rows.flatMap(({ laws }) => laws).find(({ holds }) => !holds);
  if (broken !== undefined) throw new LawBroken(broken.law, 'a nightly proof failed');
}

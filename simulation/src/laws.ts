// The design's laws, held against the database by the rules of the server's proof, and against what
// only the town saw: its meters, switches and customers. Each check names its law; a breach throws
// with the numbers.

import { mayDisconnect } from '@prewatt/protection';
import { bucketCount } from '@prewatt/quantities';
import {
  type Baseline,
  checkRules,
  compareHistory,
  cutAt,
  judgeHistory,
  lastEntry,
  type Range,
  type Rule,
  rules,
  within,
} from '@prewatt/server/proof';
import tariffDocument from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import { type RawBuilder, sql } from 'kysely';
import type { Town } from './town.ts';
import { protectionRules, type TownHome } from './utility.ts';
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

export type Laws = {
  /** Checks what must hold at every tick. Returns how many checks it made. */
  readonly check: () => Promise<number>;
  /** Checks what must hold once everything under way has come home. */
  readonly checkSettled: () => Promise<number>;
};

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
const mostEmergencyOf = ({ meter }: TownHome): number =>
  meter.settings.creditUnit === 'energy'
    ? mostEmergencyMilliWh
    : Math.ceil((mostEmergencyMilliWh * dearestMicroPerKwh) / 1_000_000);

/** What a meter has credited, as tokens carry it. */
const creditedOf = ({ meter }: TownHome) => ({
  wh: BigInt(Math.floor(meter.creditedMilliWh / 1000)),
  micro: BigInt(meter.money?.creditedMicro ?? 0),
});

/** What tokens carry together. */
const issuedSums = sql`coalesce(sum(energy_wh), 0)::bigint AS wh,
  (coalesce(sum(amount_e5), 0) * ${microPerE5}::bigint)::bigint AS micro`;

type Buckets = Omit<Range, 'nowMs'>;
/** Sales, payments and tokens rest after it: longer than any delay and delivery. */
const underWayMs = 10 * 86_400_000;
const allBuckets: Buckets = { fromBucket: 0, toBucket: bucketCount - 1 };

const isIn = (bucket: number, { fromBucket, toBucket }: Buckets): boolean =>
  bucket >= fromBucket && bucket <= toBucket;

/** What takes its course looks right or wrong by itself; what is a sum needs all that is in it. */
const ofNewRows = rules.filter(({ looksAtAll }) => looksAtAll !== true);

export type LawPace = {
  /** Everything, however old, is looked at within so many ticks; 1 means at each tick. */
  readonly sweepTicks: number;
  /** Homes that anything happened to are looked at whole after so many ticks; 1 by default. */
  readonly homesEveryTicks?: number;
};

/**
 * At each tick: what is new at the homes that anything happened to since the last. Less often what
 * is under way at those homes and all their sums, and in turn one part of everything.
 */
export function createLaws(town: Town, o: LawPace): Laws {
  const { sweepTicks, homesEveryTicks = 1 } = o;
  /** What the ledger was when a part of it was last looked at. */
  const known = new Map<number, Baseline>();
  let openingsSeen = 0;
  let turn = 0;
  /** Homes that wait for a look at all of them. */
  let waiting = new Set<TownHome>();
  /** Before the first look, nothing was. */
  let lookedAtMs = -1;

  const one = async <T>(query: RawBuilder<T>): Promise<T> => {
    const { rows } = await query.execute(town.owner.directories);
    const [row] = rows;
    if (row === undefined) throw new Error('a law’s query gave no row');
    return row;
  };
  const none = async (law: number, text: string, query: RawBuilder<{ bad: bigint }>) => {
    const { bad } = await one(query);
    if (bad !== 0n) throw new LawBroken(law, `${bad} ${text}`);
  };

  const partOf = (part: number): Buckets => ({
    fromBucket: Math.floor((bucketCount * part) / sweepTicks),
    toBucket: Math.floor((bucketCount * (part + 1)) / sweepTicks) - 1,
  });

  const bucketsOf = (homes: readonly TownHome[]) => [...new Set(homes.map(({ bucket }) => bucket))];

  /** Of the homes that something happened to, what was posted and begun since the last look. */
  const newAt = (homes: readonly TownHome[]): Buckets => {
    const from = cutAt(lookedAtMs + 1);
    const newer = { postedFrom: from, begunFrom: from, saidFromMs: lookedAtMs + 1 };
    return { ...allBuckets, only: bucketsOf(homes), newer };
  };

  /** Of homes, what is still under way and their sums. */
  const scopeOf = (homes: readonly TownHome[]): Buckets => {
    const only = bucketsOf(homes);
    const underWayFromMs = town.nowMs() - underWayMs;
    const newer = {
      // Transfers do not change: what was posted until the last look was looked at.
      postedFrom: cutAt(lookedAtMs + 1),
      begunFrom: cutAt(underWayFromMs),
      saidFromMs: underWayFromMs,
    };
    // What has no bucket, a vendor's float, is looked at with the first.
    return { ...allBuckets, fromBucket: only.includes(0) ? 0 : 1, only, newer };
  };

  /** Law 1: what was there when this part was last looked at is there unchanged. */
  const history = async (part: number): Promise<void> => {
    const { directories } = town.owner;
    const before = known.get(part) ?? {};
    // Between ticks nothing is under way. The nightly proof compares all tables.
    const cut = await lastEntry(directories);
    const asked = { before, cut, tables: ['postings'] };
    const compared = await compareHistory(directories, partOf(part), asked);
    const { broken, baseline } = judgeHistory(compared, asked);
    const [first] = broken;
    if (first !== undefined) throw new LawBroken(1, `history was changed: ${first}`);
    known.set(part, baseline);
  };

  /** What the proof of the server checks too, by its own queries; says all that is broken. */
  const database = async (asked: Buckets, of: readonly Rule[] = rules): Promise<number> => {
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
  };

  /** Laws 1 and 5 for the town's vendor, whose limit never changes. */
  const vendors = async (): Promise<void> => {
    const { otherAnswers } = town.customers.observed;
    if (otherAnswers > 0) throw new LawBroken(5, `${otherAnswers} repeated requests of a till`);
    await none(
      1,
      'vendors whose float is below its limit',
      sql`SELECT count(*) AS bad FROM prewatt.vendors WHERE float_minor < -float_limit_minor`,
    );
  };

  /** Laws 3 and 4, seen from the meters. */
  const meters = async (homes: readonly TownHome[], buckets: Buckets): Promise<void> => {
    const { rows } = await sql<{ meter_id: string; wh: bigint; micro: bigint; twice: bigint }>`
      SELECT meter_id, ${issuedSums},
        count(tid) - count(DISTINCT (base_date, tid)) FILTER (WHERE tid IS NOT NULL) AS twice
      FROM prewatt.tokens t WHERE ${within('t', buckets)}
      GROUP BY meter_id`.execute(town.owner.directories);
    const issued = new Map(rows.map((row) => [row.meter_id, row]));
    for (const home of homes) {
      const { meterPan, connectionId } = home;
      const row = issued.get(home.meterId);
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
  };

  /** Law 7, by the meter's own clock. */
  const supply = (): void => {
    const openings = town.customers.observed.switchOpenings;
    for (const opening of openings.slice(openingsSeen)) {
      const { home } = opening;
      const because = whyForbidden(opening);
      if (because === null) continue;
      const text = `meter ${home.meterPan} cut supply during ${because}`;
      throw new LawBroken(7, text, [home.connectionId]);
    }
    openingsSeen = openings.length;
  };

  const alerts = async (
    homes: readonly TownHome[],
    scope: { readonly buckets: Buckets; readonly exactly: boolean },
  ): Promise<void> => {
    const { rows } = await sql<{ connection_id: string; sent: bigint }>`
      SELECT connection_id, count(*) AS sent FROM prewatt.messages m
      WHERE ${within('m', scope.buckets)} AND kind = 'creditLow'
      GROUP BY connection_id`.execute(town.owner.directories);
    const sent = new Map(rows.map((row) => [row.connection_id, Number(row.sent)]));
    for (const home of homes) {
      const crossings = town.customers.observed.lowCrossings.get(home.connectionId) ?? 0;
      const messages = sent.get(home.connectionId) ?? 0;
      const broken = scope.exactly ? messages !== crossings : messages > crossings;
      if (!broken) continue;
      const text = `${home.name}: ${crossings} crossings, ${messages} alerts`;
      throw new LawBroken(8, text, [home.connectionId]);
    }
  };

  /** The server’s own proofs saw what we saw: each night, all laws. */
  const proofsHeld = async (): Promise<void> => {
    const { rows } = await sql<{ holds: boolean; laws: { law: number; holds: boolean }[] }>`
      SELECT holds, laws FROM prewatt.proof_results`.execute(town.owner.directories);
    if (rows.length === 0) throw new Error('no nightly proof was made');
    const broken = rows.flatMap(({ laws }) => laws).find(({ holds }) => !holds);
    if (broken !== undefined) throw new LawBroken(broken.law, 'a nightly proof failed');
  };

  const wholeHomes = async (part: number): Promise<number> => {
    const first = Math.max(0, part + 1 - homesEveryTicks);
    const sweep = { ...partOf(part), fromBucket: partOf(first).fromBucket };
    const rest = [...waiting].filter(({ bucket }) => !isIn(bucket, sweep));
    const homes = [...rest, ...town.homes.filter(({ bucket }) => isIn(bucket, sweep))];
    waiting = new Set();
    const buckets = { ...allBuckets, only: bucketsOf(homes) };
    const ofRest = rest.length === 0 ? 0 : await database(scopeOf(rest));
    const checks = ofRest + (await database(sweep));
    await meters(homes, buckets);
    await alerts(homes, { buckets, exactly: false });
    return checks + 2;
  };

  return {
    check: async () => {
      const part = turn % sweepTicks;
      turn += 1;
      const touched = town.takeTouched();
      waiting = waiting.union(touched);
      await history(part);
      await vendors();
      supply();
      const checks =
        turn % homesEveryTicks === 0
          ? await wholeHomes(part)
          : await database(newAt([...touched]), ofNewRows);
      lookedAtMs = town.nowMs();
      return checks + 4;
    },
    checkSettled: async () => {
      for (let part = 0; part < sweepTicks; part++) await history(part);
      const checks = await database(allBuckets);
      await meters(town.homes, allBuckets);
      await alerts(town.homes, { buckets: allBuckets, exactly: true });
      await none(
        6,
        'paid sales that have not come home',
        sql`SELECT count(*) AS bad FROM prewatt.payments p JOIN prewatt.sales s
          ON s.bucket = p.bucket AND s.id = p.sale_id
          WHERE p.state = 'succeeded' AND s.state NOT IN ('delivered', 'stuck')`,
      );
      await none(
        6,
        'sales for cash that have not come home',
        sql`SELECT count(*) AS bad FROM prewatt.vendor_sales v JOIN prewatt.sales s
          ON s.bucket = v.bucket AND s.id = v.sale_id WHERE s.state NOT IN ('delivered', 'stuck')`,
      );
      await none(
        6,
        'queued messages that nobody sends',
        sql`SELECT count(*) AS bad FROM prewatt.messages WHERE state = 'queued'`,
      );
      await proofsHeld();
      for (const { name, isVulnerable, meter, connectionId } of town.homes) {
        if (!isVulnerable || meter.settings.vulnerable === true) continue;
        throw new LawBroken(7, `${name}: its meter has not heard of its flag`, [connectionId]);
      }
      for (const home of town.homes) {
        const issued = await one(sql<{ wh: bigint; micro: bigint }>`
          SELECT ${issuedSums} FROM prewatt.tokens
          WHERE meter_id = ${home.meterId}::uuid AND state <> 'refused'`);
        const { wh, micro } = creditedOf(home);
        if (issued.wh !== wh || issued.micro !== micro) {
          const text = `${home.name}: issued and not refused ${issued.wh} Wh and ${issued.micro} of money, credited ${wh} Wh and ${micro}`;
          throw new LawBroken(3, text, [home.connectionId]);
        }
      }
      return checks + sweepTicks + 7;
    },
  };
}

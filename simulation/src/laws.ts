// The design's laws, held against the database by the rules of the server's proof, and against what
// only the town saw: its meters, switches and customers. Each check names its law; a breach throws
// with the numbers.

import { mayDisconnect } from '@prewatt/protection';
import { bucketCount } from '@prewatt/quantities';
import { checkRule, cutAt, type History, historyBefore, rules } from '@prewatt/server/proof';
import { type RawBuilder, sql } from 'kysely';
import type { Town } from './town.ts';
import { protectionRules } from './utility.ts';
import { zone } from './zone.ts';

export class LawBroken extends Error {
  readonly law: number;

  constructor(law: number, text: string) {
    super(`law ${law}: ${text}`);
    this.law = law;
  }
}

export type Laws = {
  /** Checks what must hold at every tick. Returns how many checks it made. */
  readonly check: () => Promise<number>;
  /** Checks what must hold once everything under way has come home. */
  readonly checkSettled: () => Promise<number>;
};

const allBuckets = { fromBucket: 0, toBucket: bucketCount - 1 };

export function createLaws(town: Town): Laws {
  let known: { readonly cut: string; readonly history: History } | null = null;
  let openingsSeen = 0;

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

  /** Law 1: what was there at the last tick is there unchanged. */
  const history = async (): Promise<void> => {
    const { directories } = town.owner;
    if (known !== null) {
      const now = await historyBefore(directories, allBuckets, known.cut);
      if (now.count !== known.history.count || now.digest !== known.history.digest) {
        throw new LawBroken(1, 'a posted transfer was changed, removed or slipped in');
      }
    }
    // Identifiers begin with their millisecond, and the next tick is later than this one.
    const cut = cutAt(town.nowMs() + 1);
    known = { cut, history: await historyBefore(directories, allBuckets, cut) };
  };

  /** What the proof of the server checks too, by its own queries; says all that is broken. */
  const database = async (): Promise<void> => {
    const range = { ...allBuckets, nowMs: town.nowMs() };
    const broken: { readonly law: number; readonly text: string }[] = [];
    for (const rule of rules) {
      const { failed } = await checkRule(town.owner.directories, rule, range);
      if (failed > 0n) broken.push({ law: rule.law, text: `${failed} ${rule.broken}` });
    }
    const [first, ...more] = broken;
    if (first === undefined) return;
    throw new LawBroken(
      first.law,
      [first.text, ...more.map(({ law, text }) => `law ${law}: ${text}`)].join('; '),
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
  const meters = async (): Promise<void> => {
    const { rows } = await sql<{ meter_id: string; issued: bigint; twice: bigint }>`
      SELECT meter_id, sum(energy_wh)::bigint AS issued,
        count(*) - count(DISTINCT (base_date, tid)) AS twice
      FROM prewatt.tokens GROUP BY meter_id`.execute(town.owner.directories);
    const issued = new Map(rows.map((row) => [row.meter_id, row]));
    for (const home of town.homes) {
      const row = issued.get(home.meterId);
      const creditedWh = BigInt(Math.floor(home.meter.creditedMilliWh / 1000));
      if (creditedWh > (row?.issued ?? 0n)) {
        throw new LawBroken(
          3,
          `meter ${home.meterPan} credited ${creditedWh} Wh, issued ${row?.issued}`,
        );
      }
      if ((row?.twice ?? 0n) > 0n)
        throw new LawBroken(4, `a TID was issued twice for ${home.meterPan}`);
      const accepted = town.customers.observed.accepted.get(home.meterPan) ?? [];
      if (new Set(accepted).size !== accepted.length) {
        throw new LawBroken(4, `meter ${home.meterPan} accepted a TID twice`);
      }
    }
  };

  const supply = (): void => {
    const openings = town.customers.observed.switchOpenings;
    for (const opening of openings.slice(openingsSeen)) {
      const answer = mayDisconnect(protectionRules, {
        atMs: opening.atMs,
        zone,
        vulnerable: false,
      });
      if (!answer.allowed) {
        throw new LawBroken(7, `meter ${opening.meterPan} cut supply during ${answer.because}`);
      }
    }
    openingsSeen = openings.length;
  };

  const alerts = async (exactly: boolean): Promise<void> => {
    const { rows } = await sql<{ connection_id: string; sent: bigint }>`
      SELECT connection_id, count(*) AS sent FROM prewatt.messages WHERE kind = 'creditLow'
      GROUP BY connection_id`.execute(town.owner.directories);
    const sent = new Map(rows.map((row) => [row.connection_id, Number(row.sent)]));
    for (const home of town.homes) {
      const crossings = town.customers.observed.lowCrossings.get(home.connectionId) ?? 0;
      const messages = sent.get(home.connectionId) ?? 0;
      const broken = exactly ? messages !== crossings : messages > crossings;
      if (broken)
        throw new LawBroken(8, `${home.name}: ${crossings} crossings, ${messages} alerts`);
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

  return {
    check: async () => {
      await history();
      await database();
      await vendors();
      await meters();
      supply();
      await alerts(false);
      return 9;
    },
    checkSettled: async () => {
      await alerts(true);
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
      for (const home of town.homes) {
        const issued = await one(sql<{ issued: bigint }>`
          SELECT coalesce(sum(energy_wh), 0)::bigint AS issued FROM prewatt.tokens
          WHERE meter_id = ${home.meterId}::uuid`);
        const creditedWh = BigInt(Math.floor(home.meter.creditedMilliWh / 1000));
        if (issued.issued !== creditedWh) {
          throw new LawBroken(
            3,
            `${home.name}: issued ${issued.issued} Wh, credited ${creditedWh} Wh`,
          );
        }
      }
      return 4;
    },
  };
}

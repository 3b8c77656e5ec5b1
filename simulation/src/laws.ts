// The design's laws, held against the database and against what the town saw. Each check names its
// law; the first breach throws with the numbers.

import { mayDisconnect } from '@prewatt/protection';
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

const dayMs = 86_400_000;
/** IEC 62055-41, 6.3.6: the largest amount of one token. */
const mostWhPerToken = 1_820_162_400;

export function createLaws(town: Town): Laws {
  const known = { lastTransferId: '00000000-0000-0000-0000-000000000000', digest: '0', count: 0n };
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

  /**
   * Law 1: sums to zero, and history stands: what was there at the last tick is there unchanged.
   */
  const ledger = async (): Promise<void> => {
    const { sum } = await one(sql<{ sum: bigint }>`
      SELECT coalesce(sum(balance), 0)::bigint AS sum FROM (
        SELECT sum(amount_minor) AS balance FROM prewatt.transfers
          GROUP BY debit_kind, debit_subject_id
        UNION ALL
        SELECT -sum(amount_minor) FROM prewatt.transfers
          GROUP BY credit_kind, credit_subject_id) sides`);
    if (sum !== 0n) throw new LawBroken(1, `the ledger is off by ${sum}`);
    const before = await one(sql<{ digest: string; count: bigint }>`
      SELECT coalesce(sum(hashtextextended(t::text, 0)), 0)::text AS digest, count(*) AS count
      FROM prewatt.transfers t WHERE id <= ${known.lastTransferId}::uuid`);
    if (before.digest !== known.digest || before.count !== known.count) {
      throw new LawBroken(1, 'a posted transfer was changed, removed or slipped in');
    }
    const last = await one(sql<{ id: string | null; digest: string; count: bigint }>`
      SELECT max(id::text) AS id, coalesce(sum(hashtextextended(t::text, 0)), 0)::text AS digest,
        count(*) AS count FROM prewatt.transfers t`);
    // Identifiers follow time; those of this very millisecond may still get neighbours, so the cut
    // is its start.
    if (last.id === null) return;
    Object.assign(known, { lastTransferId: last.id, digest: last.digest, count: last.count });
  };

  const sales = async (): Promise<void> => {
    await none(
      2,
      'sales do not add up: paid + brought forward <> lines + remainder',
      sql`SELECT count(*) AS bad FROM prewatt.sales s
        LEFT JOIN prewatt.payments p ON p.bucket = s.bucket AND p.sale_id = s.id
        LEFT JOIN prewatt.vendor_sales v ON v.bucket = s.bucket AND v.sale_id = s.id
        WHERE s.state IN ('issued', 'delivered')
          AND coalesce(p.received_minor, v.amount_minor) + s.brought_forward_minor IS DISTINCT FROM
          s.remainder_minor + (SELECT sum((line->>'amountMinor')::bigint)
            FROM jsonb_array_elements(s.lines) line)`,
    );
    await none(
      2,
      'sales whose transfers are not their lines',
      sql`SELECT count(*) AS bad FROM prewatt.sales s WHERE s.state IN ('issued', 'delivered') AND
        (SELECT coalesce(sum(amount_minor), 0) FROM prewatt.transfers t WHERE t.bucket = s.bucket
          AND t.sale_id = s.id AND t.debit_kind = 'customerPrepaid') <>
        (SELECT sum((line->>'amountMinor')::bigint) FROM jsonb_array_elements(s.lines) line)`,
    );
    await none(
      3,
      'tokens that neither a payment nor a vendor paid for, or both',
      sql`SELECT count(*) AS bad FROM prewatt.tokens t LEFT JOIN prewatt.payments p
        ON p.bucket = t.bucket AND p.sale_id = t.sale_id AND p.state = 'succeeded'
        LEFT JOIN prewatt.vendor_sales v ON v.bucket = t.bucket AND v.sale_id = t.sale_id
        WHERE (p.id IS NULL) = (v.sale_id IS NULL)`,
    );
    await none(
      5,
      'payments posted other than once',
      sql`SELECT count(*) AS bad FROM prewatt.payments p WHERE (p.state = 'succeeded') <>
        (SELECT count(*) = 1 FROM prewatt.transfers t
          WHERE t.bucket = p.bucket AND t.payment_id = p.id)`,
    );
    await none(
      5,
      'sales with more tokens than their energy needs',
      sql`SELECT count(*) AS bad FROM (SELECT t.sale_id FROM prewatt.tokens t
        JOIN prewatt.sales s ON s.bucket = t.bucket AND s.id = t.sale_id
        GROUP BY t.bucket, t.sale_id, s.energy_wh
        HAVING count(*) > ceil(s.energy_wh::numeric / ${mostWhPerToken})) twice`,
    );
    await none(
      3,
      'sales whose tokens carry another energy',
      sql`SELECT count(*) AS bad FROM prewatt.sales s WHERE s.state IN ('issued', 'delivered')
        AND s.energy_wh <> (SELECT coalesce(sum(t.energy_wh), 0) FROM prewatt.tokens t
          WHERE t.bucket = s.bucket AND t.sale_id = s.id)`,
    );
    await none(
      6,
      'paid sales that are neither delivered, nor on their way, nor on a list',
      sql`SELECT count(*) AS bad FROM prewatt.payments p JOIN prewatt.sales s
        ON s.bucket = p.bucket AND s.id = p.sale_id
        WHERE p.state = 'succeeded'
          AND NOT (s.state IN ('delivered', 'stuck') OR (s.state = 'issued'
          AND s.issued_at > ${new Date(town.nowMs() - 8 * dayMs)}))`,
    );
    await none(
      6,
      'sales for cash that are neither delivered, nor on their way, nor on a list',
      sql`SELECT count(*) AS bad FROM prewatt.vendor_sales v JOIN prewatt.sales s
        ON s.bucket = v.bucket AND s.id = v.sale_id
        WHERE NOT (s.state IN ('delivered', 'stuck') OR (s.state = 'issued'
          AND s.issued_at > ${new Date(town.nowMs() - 8 * dayMs)}))`,
    );
    await none(
      7,
      'tokens without energy',
      sql`SELECT count(*) AS bad FROM prewatt.tokens WHERE energy_wh <= 0`,
    );
  };

  /** Laws 1 and 5 for those who sell for cash. */
  const vendors = async (): Promise<void> => {
    const { otherAnswers } = town.customers.observed;
    if (otherAnswers > 0) throw new LawBroken(5, `${otherAnswers} repeated requests of a till`);
    await none(
      1,
      'vendors whose float is not the ledger’s, or below its limit',
      sql`SELECT count(*) AS bad FROM prewatt.vendors v WHERE v.float_minor < -v.float_limit_minor
        OR v.float_minor <>
        (SELECT coalesce(sum(amount_minor), 0) FROM prewatt.transfers
          WHERE credit_kind = 'vendorFloat' AND credit_subject_id = v.id) -
        (SELECT coalesce(sum(amount_minor), 0) FROM prewatt.transfers
          WHERE debit_kind = 'vendorFloat' AND debit_subject_id = v.id)`,
    );
    await none(
      5,
      'sales for cash posted other than once, or in another amount',
      sql`SELECT count(*) AS bad FROM prewatt.vendor_sales v WHERE NOT EXISTS
        (SELECT FROM prewatt.transfers t WHERE t.bucket = v.bucket AND t.sale_id = v.sale_id
          AND t.reason = 'vendorSale'
          HAVING count(*) = 1 AND sum(t.amount_minor) = v.amount_minor)`,
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

  return {
    check: async () => {
      await ledger();
      await sales();
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

// What no page shows: tokens per sale, the sum of the ledger, how many rows each table has. Read
// only, as the database's owner.

import assert from 'node:assert/strict';
import type { Demo } from './demo.ts';

export type TokenRow = { digits: string; state: string; payments: number };

/** The tokens of a sale, each with the number of payments that the ledger holds for the sale. */
export async function tokensOfSale(demo: Demo, saleUuid: string): Promise<TokenRow[]> {
  const { rows } = await demo.sql((connection) =>
    connection.query<TokenRow>(
      `SELECT digits, state, (SELECT count(*)::int FROM prewatt.transfers
         WHERE sale_id = $1 AND reason = 'payment') AS payments
       FROM prewatt.tokens WHERE sale_id = $1`,
      [saleUuid],
    ),
  );
  return rows;
}

/**
 * Laws that must hold whatever happened: a token per paid sale in token mode, a ledger that sums to
 * zero. A sale that was paid with another amount waits for an operator, and is not counted.
 */
export async function assertBooks(demo: Demo): Promise<{ paidSales: number }> {
  const { rows } = await demo.sql((connection) =>
    connection.query<Record<string, number>>(
      `WITH paid AS (
         SELECT s.id, s.state, s.amount_minor, s.brought_forward_minor, s.remainder_minor, s.lines,
           (SELECT count(*) FROM prewatt.tokens t WHERE t.sale_id = s.id) AS tokens,
           (SELECT count(*) FROM prewatt.transfers t
             WHERE t.sale_id = s.id AND t.reason = 'payment') AS payments,
           -- What a wallet is paid stays money, and makes none; a home's mode may change later.
           (coalesce(s.energy_wh, 0) > 0 OR s.credit_minor IS NOT NULL)::int AS due
         FROM prewatt.sales s JOIN prewatt.payments p ON p.sale_id = s.id
         WHERE p.state = 'succeeded' AND s.stuck_reason IS DISTINCT FROM 'amountMismatch'),
       sides AS (
         SELECT sum(amount_minor) AS amount FROM prewatt.transfers),
       balances AS (
         SELECT kind, sum(amount) AS balance FROM (
           SELECT debit_kind AS kind, -amount_minor AS amount FROM prewatt.transfers
           UNION ALL
           SELECT credit_kind, amount_minor FROM prewatt.transfers) AS both_sides
         GROUP BY kind)
       SELECT
         (SELECT count(*)::int FROM paid) AS "paidSales",
         (SELECT count(*)::int FROM paid WHERE tokens <> due) AS "withoutOneToken",
         (SELECT count(*)::int FROM paid WHERE payments <> 1) AS "withoutOnePayment",
         (SELECT count(*)::int FROM paid WHERE state NOT IN ('issued', 'delivered')) AS "stuck",
         (SELECT count(*)::int FROM paid WHERE amount_minor + brought_forward_minor <>
            remainder_minor + (SELECT sum((line->>'amountMinor')::bigint)
              FROM jsonb_array_elements(lines) AS line)) AS "notAddingUp",
         (SELECT count(*)::int FROM prewatt.tokens t WHERE t.grant_id IS NULL AND NOT EXISTS
            (SELECT FROM paid WHERE paid.id = t.sale_id) AND NOT EXISTS
            (SELECT FROM prewatt.vendor_sales v WHERE v.sale_id = t.sale_id)) AS "unpaidTokens",
         (SELECT count(*)::int FROM (SELECT meter_id FROM prewatt.tokens
            WHERE tid IS NOT NULL GROUP BY meter_id, base_date, tid HAVING count(*) > 1) AS twice) AS "repeatedTids",
         (SELECT coalesce(sum(balance), 0)::int FROM balances) AS "ledgerSum",
         (SELECT count(*)::int FROM balances WHERE kind = 'customerPrepaid' AND balance < 0)
           AS "overdrawn",
         (SELECT (amount IS NULL)::int FROM sides) AS "emptyLedger"`,
    ),
  );
  const { paidSales, ...faults } = rows[0] ?? {};
  for (const [fault, count] of Object.entries(faults)) assert.equal(count, 0, fault);
  assert.ok(paidSales !== undefined && paidSales > 0, 'something was sold');
  return { paidSales };
}

/**
 * The number of rows in each table that a stranger might want to fill. Of the messages only those
 * of sales, and no transfers of a wallet's use: meters go on running low, and homes are lived in.
 */
export async function rowCounts(demo: Demo): Promise<Record<string, number>> {
  const tables = ['connections', 'meters', 'quotes', 'sales', 'payments', 'tokens'];
  const more = ['commands', 'debts', 'tariffs', 'operators', 'utilities'];
  const columns = [...tables, ...more].map(
    (table) => `(SELECT count(*)::int FROM prewatt.${table}) AS ${table}`,
  );
  columns.push(
    `(SELECT count(*)::int FROM prewatt.messages WHERE kind = 'tokenIssued') AS messages`,
    '(SELECT count(*)::int FROM prewatt.transfers WHERE rating_id IS NULL) AS transfers',
  );
  const { rows } = await demo.sql((connection) => connection.query(`SELECT ${columns.join(', ')}`));
  return rows[0];
}

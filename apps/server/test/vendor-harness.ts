// Vendors of the tests: one with an open shift, and what the books say about it.

import assert from 'node:assert/strict';
import { uuidOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Till } from '../src/money/vendors/index.ts';
import { seedApproval } from './approval-seed.ts';
import type { Harness } from './harness.ts';

export const plentiful = {
  commissionBasisPoints: 150,
  floatLimitMinor: 100_000_000n,
  tokensPerHour: 10_000,
  energyPerHourWh: 10n ** 12n,
};

export type TestVendor = {
  readonly vendorId: string;
  readonly till: Till;
  readonly key: string;
  readonly shiftId: string;
};

/** A vendor with a till whose shift is open. */
export async function createVendor(
  h: Harness,
  name: string,
  o: Partial<typeof plentiful> = {},
): Promise<TestVendor> {
  const { managing, shifts, tillOf } = h.services.vendors;
  const terms = { ...plentiful, ...o };
  const requestId = `vendor:${name}`;
  const vendorId = await h.database.inUtility(h.utilityId, async (tx) => {
    const vendor = await managing.create(tx, h.utilityId, { ...terms, name, requestId });
    assert.ok(vendor.ok);
    return uuidOf(vendor.value.vendorId as never);
  });
  const { floatLimitMinor } = terms;
  const settings = { floatLimitMinor: floatLimitMinor.toString() };
  const reason = 'A vendor of the tests.';
  const label = 'Till 1';
  const raised = await seedApproval(h, {
    ...{ kind: 'vendorTerms', payload: { vendorId, settings }, reason },
  });
  const keyed = { requestId: `key of ${vendorId}`, label };
  const allowed = await seedApproval(h, {
    ...{ kind: 'tillKey', payload: { ...keyed, vendorId }, reason },
  });
  const key = await h.database.inUtility(h.utilityId, async (tx) => {
    const changed = await managing.change(tx, vendorId, { floatLimitMinor }, raised);
    assert.ok(changed.ok);
    const made = await managing.createKey(tx, vendorId, { ...keyed, allowed });
    assert.ok(made.ok);
    return made.value.key;
  });
  const till = await tillOf(`Bearer ${key}`);
  assert.ok(till !== null);
  const shift = await shifts.open(till);
  assert.ok(shift.ok);
  return { vendorId, till, key, shiftId: uuidOf(shift.value.shiftId as never) };
}

export const vendorRow = (h: Harness, vendorId: string) =>
  h.database.inUtility(h.utilityId, (tx) =>
    tx.selectFrom('vendors').selectAll().where('id', '=', vendorId).executeTakeFirstOrThrow(),
  );

/** The float by the ledger, over all buckets. */
export async function ledgerFloat(h: Harness, vendorId: string): Promise<bigint> {
  const { rows } = await sql<{ float: bigint }>`
    SELECT coalesce(sum(CASE WHEN credit_kind = 'vendorFloat' THEN amount_minor
      ELSE -amount_minor END), 0)::bigint AS float FROM prewatt.transfers
    WHERE (credit_kind = 'vendorFloat' AND credit_subject_id = ${vendorId}::uuid)
      OR (debit_kind = 'vendorFloat' AND debit_subject_id = ${vendorId}::uuid)`.execute(
    h.owner.directories,
  );
  return rows[0]?.float ?? 0n;
}

/** Law 2 for sales for cash, and that the float's counter is what the ledger says. */
export async function assertVendorBooks(h: Harness, vendorId: string): Promise<void> {
  assert.equal((await vendorRow(h, vendorId)).float_minor, await ledgerFloat(h, vendorId));
  const { rows } = await sql<{ bad: bigint }>`
    SELECT count(*) AS bad FROM prewatt.vendor_sales v
    JOIN prewatt.sales s ON s.bucket = v.bucket AND s.id = v.sale_id
    WHERE v.amount_minor <> s.amount_minor OR v.amount_minor + s.brought_forward_minor <>
      s.remainder_minor + (SELECT sum((line->>'amountMinor')::bigint)
        FROM jsonb_array_elements(s.lines) line)
      OR s.energy_wh <> (SELECT sum(t.energy_wh) FROM prewatt.tokens t
        WHERE t.bucket = s.bucket AND t.sale_id = s.id)`.execute(h.owner.directories);
  assert.equal(rows[0]?.bad, 0n);
  const zero = await sql<{ sum: bigint }>`SELECT coalesce(sum(balance), 0)::bigint AS sum FROM (
    SELECT sum(amount_minor) AS balance FROM prewatt.transfers GROUP BY debit_kind
    UNION ALL SELECT -sum(amount_minor) FROM prewatt.transfers GROUP BY credit_kind) sides`.execute(
    h.owner.directories,
  );
  assert.equal(zero.rows[0]?.sum, 0n);
}

export async function countRows(h: Harness): Promise<unknown> {
  const { rows } = await sql`SELECT (SELECT count(*) FROM prewatt.transfers) AS transfers,
    (SELECT count(*) FROM prewatt.sales) AS sales, (SELECT count(*) FROM prewatt.quotes) AS quotes,
    (SELECT count(*) FROM prewatt.tokens) AS tokens,
    (SELECT count(*) FROM prewatt.ledger_accounts) AS accounts,
    (SELECT count(*) FROM prewatt.vendor_sales) AS vendor_sales,
    (SELECT count(*) FROM prewatt.messages) AS messages,
    (SELECT count(*) FROM prewatt.commands) AS commands`.execute(h.owner.directories);
  return rows[0];
}

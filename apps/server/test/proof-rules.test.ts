// Every rule of the proof bites: what it forbids is done in a transaction of the database's owner,
// constraints out of the way, and taken back.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import type { Tx } from '../src/base/database.ts';
import { createKeys } from '../src/money/keys/index.ts';
import { checkRule, rules } from '../src/reports/proof/index.ts';
import { readTokens } from '../src/reports/proof/read-tokens.ts';
import { bucketRanges } from '../src/reports/proof/store.ts';
import { approvalBreaks } from './approval-seed.ts';
import { createHarness, type Harness } from './harness.ts';
import { addToAmounts, amountsBecome, insertPosting, reasonBecomes } from './posted.ts';
import { liveThroughAll } from './proof-world.ts';

let h: Harness;
const range = () => ({ fromBucket: 0, toBucket: 1023, nowMs: h.clock.nowMs });

before(async () => {
  h = await createHarness();
  await liveThroughAll(h);
});
after(() => h.close());

const reversalWithSidesKept = `${insertPosting} SELECT bucket, gen_random_uuid(), utility_id,
  connection_id, sale_id, id, posted_at, ARRAY['reversal'], ARRAY[debit_kind],
  ARRAY[debit_subject_id], ARRAY[credit_kind], ARRAY[credit_subject_id], ARRAY[amount_minor]
  FROM prewatt.transfers t WHERE reason = 'energy'
    AND NOT EXISTS (SELECT FROM prewatt.transfers r WHERE r.reverses_id = t.id) LIMIT 1`;

const breaks: Readonly<Record<string, readonly string[]>> = {
  ...approvalBreaks,
  twoSides: [
    'ALTER TABLE prewatt.postings DROP CONSTRAINT postings_amounts_minor_check',
    amountsBecome('energy', '-amount'),
  ],
  accountsFitReason: [reasonBecomes('energy', 'fee')],
  reversalMirrors: [reversalWithSidesKept],
  notOverdrawn: [amountsBecome('payment', '1')],
  cachedBalances: [`UPDATE prewatt.debts SET outstanding_minor = outstanding_minor + 1`],
  paidIsSpent: ['UPDATE prewatt.sales SET remainder_minor = remainder_minor + 1'],
  linesArePosted: [reasonBecomes('energy', 'tax')],
  moneyIsTheRest: [
    'UPDATE prewatt.sales SET credit_minor = 1, energy_wh = 0 WHERE issued_at IS NOT NULL',
  ],
  tokensArePaid: [`UPDATE prewatt.payments SET state = 'failed'`],
  tokensAreTheSale: ['UPDATE prewatt.tokens SET energy_wh = energy_wh + 100'],
  creditWasIssued: ['UPDATE prewatt.meter_states SET credited_energy_wh = 1000000000'],
  acceptedWasIssued: ['UPDATE prewatt.tokens SET tid = tid + 1000 WHERE tid IS NOT NULL'],
  issuedOnce: [
    'ALTER TABLE prewatt.tokens DROP CONSTRAINT tokens_bucket_meter_id_base_date_tid_key',
    'UPDATE prewatt.tokens SET tid = 7 WHERE tid IS NOT NULL',
  ],
  acceptedOnce: [
    `INSERT INTO prewatt.meter_events SELECT bucket, meter_id, sequence + 1000, utility_id,
      connection_id, at, code, detail, received_at FROM prewatt.meter_events`,
  ],
  paymentsPostedOnce: [addToAmounts('payment', 1)],
  referencePaysOnce: ['DELETE FROM prewatt.provider_reference_directory'],
  tokensAreNeeded: [
    `INSERT INTO prewatt.tokens SELECT bucket, gen_random_uuid(), utility_id, connection_id, meter_id,
      sale_id, kind, base_date, tid + 500000, digits, energy_wh, state, origin, refusal, issued_at,
      state_at FROM prewatt.tokens WHERE sale_id IS NOT NULL AND kind = 'credit' LIMIT 1`,
  ],
  paidComesHome: [`UPDATE prewatt.sales SET state = 'paymentRefused', reversed_at = NULL`],
  deliveredIsAccepted: [`UPDATE prewatt.sales SET state = 'delivered' WHERE state <> 'reversed'`],
  floatIsLedger: ['UPDATE prewatt.vendors SET float_minor = float_minor + 1'],
  cashPostedOnce: [addToAmounts('commission', 1)],
  vendorDepositsPostedOnce: [addToAmounts('vendorDeposit', 1)],
  providerFeesPostedOnce: [addToAmounts('providerFee', 1)],
  grantsAreAllowed: [
    'ALTER TABLE prewatt.approvals DROP CONSTRAINT approvals_check2',
    `UPDATE prewatt.approvals SET state = 'declined'`,
  ],
  liftsFollowLimits: [
    'UPDATE prewatt.landing_tokens SET lift_sale_id = spell_sale_id WHERE lift_sale_id IS NOT NULL',
  ],
  tokensAreTheGrant: ['UPDATE prewatt.grants SET energy_wh = energy_wh + 100'],
  listsAreAllowed: ['UPDATE prewatt.grant_batch_rows SET energy_wh = energy_wh - 100'],
  replacementsAreCarriedOver: ['UPDATE prewatt.meter_exchanges SET carried_wh = carried_wh - 100'],
  grantsAreAccepted: [`UPDATE prewatt.grants SET state = 'issued' WHERE transfer_id IS NULL`],
  freeMoneyIsGranted: ['UPDATE prewatt.grants SET transfer_id = NULL, amount_minor = NULL'],
  heldKeyIsProven: [`UPDATE prewatt.meters SET tariff_index = '03'`],
  reversedWhole: [
    `UPDATE prewatt.sales SET state = 'issued', reversed_at = NULL
    WHERE state = 'reversed'`,
  ],
  reversedWithProof: [
    'ALTER TABLE prewatt.corrections DROP CONSTRAINT corrections_check1',
    `UPDATE prewatt.corrections SET proof = 'noToken' WHERE kind = 'reversal'`,
  ],
  correctionsArePosted: [addToAmounts('charge', 1)],
  movedMoneyArrives: [
    `UPDATE prewatt.corrections SET amount_minor = amount_minor - 1 WHERE kind = 'moveIn'`,
  ],
  refundsAreOwed: [`UPDATE prewatt.refunds SET amount_minor = amount_minor + 1`],
  lateEnergyIsOwed: [addToAmounts('lateEnergy', -1)],
  ratingsArePosted: ['UPDATE prewatt.ratings SET charged_minor = charged_minor + 1'],
  taxIsOfTheSum: [
    `UPDATE prewatt.ratings SET lines = (SELECT jsonb_agg(CASE line->>'kind' WHEN 'tax'
      THEN jsonb_set(line, '{amountMinor}', to_jsonb(((line->>'amountMinor')::bigint - 9)::text))
      ELSE line END) FROM jsonb_array_elements(lines) line)`,
  ],
  ratedIsMeasured: ['UPDATE prewatt.ratings SET energy_wh = energy_wh + 1'],
  useIsRatedOnce: [
    `UPDATE prewatt.ratings SET ends_at = ends_at - interval '1 minute'
      WHERE id = (SELECT id FROM prewatt.ratings ORDER BY ends_at LIMIT 1)`,
  ],
  lateTokensAreMoney: ['UPDATE prewatt.late_tokens SET amount_minor = amount_minor + 1'],
  salesAreAsPaid: ['UPDATE prewatt.sales SET amount_minor = amount_minor + 1'],
  saleTimesAgree: [
    `UPDATE prewatt.sales SET reversed_at = reversed_at + interval '3 s' WHERE state = 'reversed'`,
  ],
  deliveredWhenTaken: [`UPDATE prewatt.tokens SET state_at = state_at + interval '1 s'`],
  offersAddUp: ['UPDATE prewatt.quotes SET remainder_minor = remainder_minor + 1'],
  walletsFollowTheirRatings: [`UPDATE prewatt.connections SET credit_mode = 'token'`],
  lastTidsWereIssued: ['UPDATE prewatt.meters SET last_tid = last_tid - 1'],
  metersAreInTheDirectory: ['DELETE FROM prewatt.meter_directory'],
  paymentsAreInTheDirectory: ['DELETE FROM prewatt.payment_directory'],
  referencesArePaid: [`UPDATE prewatt.payments SET provider_reference = provider_reference || '1'`],
  accountsBelongToSomebody: [
    `UPDATE prewatt.ledger_accounts SET subject_id = gen_random_uuid() WHERE kind = 'customerPrepaid'`,
  ],
  homesHaveTheirAccount: [`DELETE FROM prewatt.ledger_accounts WHERE kind = 'customerPrepaid'`],
  approvalsAreUsedOnce: [
    `INSERT INTO prewatt.mode_changes (bucket, id, utility_id, connection_id, meter_id, request_id,
      to_mode, state, reason, requested_by, approved_by, approval_id, at, state_at)
      SELECT bucket, gen_random_uuid(), utility_id, connection_id, meter_id, request_id || '1',
        to_mode, state, reason, requested_by, approved_by, approval_id, at, state_at
      FROM prewatt.mode_changes`,
  ],
  nothingIsMissingBetween: ['DELETE FROM prewatt.approval_events WHERE ordinal = 1'],
  keysChangeOnce: [`DELETE FROM prewatt.tokens WHERE kind = 'keyChange'`],
  lateTokensWereHeard: ['UPDATE prewatt.late_tokens SET energy_wh = energy_wh + 1'],
  keysAreMadeOfTwoParts: ['DELETE FROM prewatt.key_components WHERE ordinal = 1'],
  vendorsAreAsSet: [
    'UPDATE prewatt.vendors SET commission_basis_points = commission_basis_points + 1',
  ],
  keysAreOfVendors: ['DELETE FROM prewatt.vendor_key_directory'],
  timesFollowOrder: [
    `UPDATE prewatt.vendor_shifts SET closed_at = opened_at - interval '1 h'
      WHERE closed_at IS NOT NULL`,
  ],
  batchesAddUp: [
    "UPDATE prewatt.vendor_batches SET expected_minor = expected_minor + 1 WHERE kind = 'bank'",
  ],
  shiftsAddUp: ['UPDATE prewatt.vendor_shifts SET expected_minor = expected_minor - 1'],
  tokensHaveEnergy: [
    'ALTER TABLE prewatt.tokens DROP CONSTRAINT tokens_energy_wh_check',
    'UPDATE prewatt.tokens SET energy_wh = 0 WHERE energy_wh IS NOT NULL',
  ],
};

/** Runs statements as the owner, gives what `look` then sees, and takes all of it back. */
async function broken<T>(statements: readonly string[], look: (tx: Tx) => Promise<T>): Promise<T> {
  const seen: T[] = [];
  const undo = new Error('undo');
  await h.owner.directories
    .transaction()
    .execute(async (tx) => {
      // Neither keys nor the life cycles of rows are in the way.
      await sql`SET LOCAL session_replication_role = replica`.execute(tx);
      for (const statement of statements) await sql.raw(statement).execute(tx);
      seen.push(await look(tx));
      throw undo;
    })
    .catch((error) => assert.equal(error, undo));
  const [answer] = seen;
  assert.ok(answer !== undefined);
  return answer;
}

test('every rule has a way to be broken, and notices it; unbroken, each holds for some rows', async () => {
  assert.deepEqual(Object.keys(breaks).sort(), rules.map((rule) => rule.name).sort());
  for (const rule of rules) {
    const whole = await checkRule(h.owner.directories, rule, range());
    assert.equal(whole.failed, 0n, rule.name);
    assert.ok(whole.checked > 0n, `${rule.name} saw nothing`);
    const tally = await broken(breaks[rule.name] ?? [], (tx) => checkRule(tx, rule, range()));
    assert.ok(tally.failed > 0n, rule.name);
    assert.equal(tally.findings.length, Number(tally.failed), rule.name);
    const [finding] = tally.findings;
    const isOfUtility = ['vendors', 'approvals', 'tariffs', 'rules', 'rows'].includes(rule.of);
    const where = isOfUtility ? finding?.id : finding?.connectionId;
    assert.match(where ?? '', /^[0-9a-f-]{36}$/, rule.name);
  }
});

test('a token is paid for by a payment or by a vendor: one of them, and not both', async () => {
  const rule = rules.find((each) => each.name === 'tokensArePaid');
  assert.ok(rule !== undefined);
  const look = (tx: Tx) => checkRule(tx, rule, range());
  const unpaid = await broken(['DELETE FROM prewatt.vendor_sales'], look);
  assert.deepEqual([unpaid.checked, unpaid.failed], [17n, 1n]);
  const both = await broken(
    [
      `INSERT INTO prewatt.vendor_sales SELECT p.bucket, p.sale_id, p.utility_id, p.connection_id,
        v.vendor_id, v.shift_id, v.amount_minor, v.commission_minor, v.connection_name, v.reprints,
        gen_random_uuid()::text, v.meter_pan
        FROM prewatt.payments p, prewatt.vendor_sales v`,
    ],
    look,
  );
  assert.deepEqual([both.checked, both.failed], [17n, 14n]);
});

test('a limit by token stands on a rule set that sends some, and on its landing', async () => {
  const rule = rules.find((each) => each.name === 'grantsAreAllowed');
  assert.ok(rule !== undefined);
  const look = (tx: Tx) => checkRule(tx, rule, range());
  for (const change of [
    `UPDATE prewatt.protection_rule_sets SET document = document - 'softLandingByToken'`,
    'DELETE FROM prewatt.landing_tokens',
  ]) {
    const { failed } = await broken([change], look);
    assert.equal(failed, 1n, change);
  }
});

test('free money in a wallet stands on an approval that another one gave', async () => {
  const rule = rules.find((each) => each.name === 'freeMoneyIsGranted');
  assert.ok(rule !== undefined);
  const look = (tx: Tx) => checkRule(tx, rule, range());
  for (const change of [
    `UPDATE prewatt.approvals SET state = 'declined'`,
    'UPDATE prewatt.approvals SET decided_by = requested_by',
  ]) {
    const { failed } = await broken(
      [
        'ALTER TABLE prewatt.approvals DROP CONSTRAINT approvals_by_two',
        'ALTER TABLE prewatt.approvals DROP CONSTRAINT approvals_check2',
        change,
      ],
      look,
    );
    assert.equal(failed, 1n, change);
  }
});

test('a reversal that mirrors its transfer holds', async () => {
  const other = { debit: 'credit', credit: 'debit' } as const;
  const mirrored = reversalWithSidesKept.replaceAll(
    /\[(debit|credit)_/g,
    (_, side: 'debit' | 'credit') => `[${other[side]}_`,
  );
  const rule = rules.find((each) => each.name === 'reversalMirrors');
  assert.ok(rule !== undefined);
  const tally = await broken([mirrored], (tx) => checkRule(tx, rule, range()));
  assert.deepEqual([tally.checked, tally.failed], [9n, 0n]);
});

test('a token is read again: its energy, its TID, its digits and its key must be its row’s', async () => {
  const keys = createKeys({ masterKey: Buffer.alloc(32, 7) });
  const read = async (tx: Tx) => readTokens(tx, range(), await keys.keysOfMeters(tx, h.utilityId));
  const whole = await broken([], read);
  assert.deepEqual([whole.energy.checked, whole.energy.failed, whole.tid.failed], [22n, 0n, 0n]);
  const energy = await broken(['UPDATE prewatt.tokens SET energy_wh = energy_wh + 100'], read);
  assert.equal(energy.energy.failed, 17n);
  assert.match(energy.energy.findings[0]?.detail ?? '', /digits carry \d+ Wh, row says \d+ Wh/);
  const tid = await broken(['UPDATE prewatt.tokens SET tid = tid + 1000'], read);
  assert.deepEqual([tid.energy.failed, tid.tid.failed], [0n, 20n]);
  const foreign = `UPDATE prewatt.tokens SET digits = translate(digits, '0123456789', '1032547698')`;
  const digits = await broken([foreign], read);
  assert.equal(digits.energy.failed + digits.tid.failed, 22n);
  const keyless = await broken(['DELETE FROM prewatt.vending_keys'], read);
  assert.equal(keyless.energy.findings[0]?.detail, 'no key of the utility reads it');
});

test('tokens of before a key change are read with the key of their time', async () => {
  const keys = createKeys({ masterKey: Buffer.alloc(32, 7) });
  await h.database.inUtility(h.utilityId, (tx) =>
    h.onboarding.loadVendingKey(tx, h.utilityId, {
      supplyGroupCode: '123456',
      keyRevision: 2,
      keyType: 2,
      keyExpiry: 255,
      baseDate: 14,
      dkga: 'dkga02',
      bytes: Uint8Array.from(Buffer.from('cdcdcdcdcdcdcdcd', 'hex')),
    }),
  );
  const read = await broken(['UPDATE prewatt.meters SET key_revision = 2'], async (tx) =>
    readTokens(tx, range(), await keys.keysOfMeters(tx, h.utilityId)),
  );
  assert.deepEqual([read.energy.checked, read.energy.failed, read.tid.failed], [22n, 0n, 0n]);
});

test('ranges cover every bucket once, however few connections one holds', async () => {
  await h.addConnection();
  for (const perRange of [1, 2, 1_000]) {
    const ranges = await h.database.inUtility(h.utilityId, (tx) =>
      bucketRanges(tx, h.utilityId, perRange),
    );
    assert.equal(ranges[0]?.fromBucket, 0);
    assert.equal(ranges.at(-1)?.toBucket, 1023);
    for (const [i, next] of ranges.slice(1).entries()) {
      assert.equal(next.fromBucket, (ranges[i]?.toBucket ?? 0) + 1);
    }
    let tokens = 0n;
    for (const each of ranges) {
      const rule = rules.find(({ name }) => name === 'tokensHaveEnergy');
      assert.ok(rule !== undefined);
      const { checked } = await checkRule(h.owner.directories, rule, {
        ...each,
        nowMs: h.clock.nowMs,
      });
      tokens += checked;
    }
    assert.equal(tokens, 18n);
  }
});

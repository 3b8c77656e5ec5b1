// What says that it was allowed, and was not: written straight to the database under the server's
// own role, as a stolen password or an injected statement would. The database refuses it, or the
// proof names it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { creditNotePosting } from '@prewatt/ledger';
import { sql } from 'kysely';
import type { Tx } from '../src/base/database.ts';
import { postTransfers } from '../src/money/ledger/index.ts';
import type { MeterPlace } from '../src/registry/connections/index.ts';
import type { Operator } from '../src/registry/sign-in/index.ts';
import { insertCorrection, postFor } from '../src/workflows/corrections/store.ts';
import { allowNext, operatorNamed } from './control-harness.ts';
import { createHarness, type Harness, newTestUuid } from './harness.ts';
import { buyAndPay } from './purchases.ts';

let h: Harness;
let asker: Operator;
let second: Operator;
let home: MeterPlace;
let saleId: string;
const reason = 'The shop typed a wrong amount.';

before(async () => {
  h = await createHarness();
  asker = await operatorNamed(h, 'Asker', 'operator');
  second = await operatorNamed(h, 'Second');
  home = h.place;
  saleId = await buyAndPay(h, 50_000n, 'F-1');
});
after(() => h.close());

/** As the server's role, in one transaction that is kept. */
const asServer = (work: (tx: Tx) => Promise<unknown>) => h.database.inUtility(h.utilityId, work);

type Note = {
  readonly approvalId: string;
  readonly requestId?: string;
  readonly amountMinor?: bigint;
  readonly to?: MeterPlace;
};

/** A credit note with its money, as the server itself would write them. */
async function writeNote(tx: Tx, o: Note): Promise<void> {
  const { to: place = home, amountMinor = 1_000n, approvalId } = o;
  const by = { requestedBy: asker.operatorId, approvedBy: second.operatorId, approvalId };
  const correctionId = await insertCorrection(tx, deps(), {
    ...{ place, kind: 'creditNote', amountMinor, reason, by },
    requestId: o.requestId ?? newTestUuid(),
    other: { place: home, saleId },
  });
  const transfers = [creditNotePosting(place, amountMinor)];
  await postFor(tx, deps(), { place, correctionId, saleId: null, transfers });
}

const deps = () => ({ newUuid: newTestUuid, nowMs: () => h.clock.nowMs });

/** The rules that do not hold, by a run of the proof as it comes by night. */
async function brokenRules(): Promise<string[]> {
  const asked = { requestId: newTestUuid(), requestedBy: 'A test' };
  const { runId } = await h.services.proof.start(h.utilityId, asked);
  await h.services.jobs.runProof({ utilityId: h.utilityId, runId });
  const [run] = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.proof.runs(tx, h.utilityId, runId),
  );
  const rules = run?.result?.laws.flatMap((law) => law.rules) ?? assert.fail('no result');
  return rules.filter((rule) => rule.failed !== '0').map((rule) => rule.name);
}

/** An approval of a credit note that waits. */
async function askedFor(amountMinor: string): Promise<string> {
  const requestId = newTestUuid();
  const payload = { requestId, reason, saleId, amountMinor };
  const asked = await h.database.inUtility(h.utilityId, (tx) =>
    h.services.approvals.request(tx, {
      ...{ utilityId: h.utilityId, kind: 'creditNote', requestId, payload, reason },
      requestedBy: asker,
    }),
  );
  assert.ok(asked.ok, JSON.stringify(asked));
  return asked.value.approvalId;
}

/** A credit note as people make it. Its approval. */
async function givenByPeople(amountMinor: string): Promise<string> {
  const approvalId = await askedFor(amountMinor);
  assert.equal(await allowNext(h, second), 'done');
  return approvalId;
}

/** Keeps the rows while `work` looks, then takes them away as the database's owner. */
async function forged(write: (tx: Tx) => Promise<unknown>, rules: readonly string[]) {
  const before = await countNotes();
  await asServer(write);
  assert.equal(await countNotes(), before + 1n, 'the database took it');
  assert.deepEqual(await brokenRules(), rules);
  const db = h.owner.directories;
  await sql`WITH gone AS (SELECT id FROM prewatt.corrections ORDER BY id DESC LIMIT 1),
      unposted AS (DELETE FROM prewatt.postings WHERE correction_id = (SELECT id FROM gone)
        RETURNING bucket, connection_id, amounts_minor[1] AS minor),
      unpaid AS (UPDATE prewatt.connections c SET prepaid_minor = prepaid_minor - u.minor
        FROM unposted u WHERE c.bucket = u.bucket AND c.id = u.connection_id RETURNING c.id)
    SELECT count(*) FROM unpaid`.execute(db);
  await sql`DELETE FROM prewatt.corrections WHERE id = (SELECT id FROM prewatt.corrections
    ORDER BY id DESC LIMIT 1)`.execute(db);
  assert.deepEqual(await brokenRules(), []);
}

const countNotes = async (): Promise<bigint> => {
  const { rows } = await sql<{ n: bigint }>`SELECT count(*) AS n FROM prewatt.corrections`.execute(
    h.owner.directories,
  );
  return rows[0]?.n ?? 0n;
};

test('a credit note that two people gave holds', async () => {
  await givenByPeople('1000');
  assert.deepEqual(await brokenRules(), []);
});

test('one without an approval, or with one that waits, is not kept by the database', async () => {
  await assert.rejects(
    asServer((tx) => writeNote(tx, { approvalId: newTestUuid() })),
    /corrections_allowed/,
  );
  const approvalId = await askedFor('1000');
  const { request_id: requestId } = await asServerRow(approvalId);
  await assert.rejects(
    asServer((tx) => writeNote(tx, { approvalId, requestId })),
    /corrections_allowed/,
  );
  const no = { utilityId: h.utilityId, approvalId, by: second, reason: 'the sale was right' };
  assert.ok((await h.services.approvals.decline(no)).ok);
  await assert.rejects(
    asServer((tx) => writeNote(tx, { approvalId, requestId })),
    /corrections_allowed/,
  );
});

test('one by an approval of another amount, sale or home is named by the proof', async () => {
  const approvalId = await givenByPeople('2000');
  const { request_id: requestId } = await asServerRow(approvalId);
  const other = await h.addConnection();
  // The note that the approval was for is there, too.
  const rules = ['correctionsAreAllowed', 'approvalsAreUsedOnce'];
  await forged((tx) => writeNote(tx, { approvalId }), rules);
  const more = { approvalId, requestId, to: other, amountMinor: 2_000n };
  await forged((tx) => writeNote(tx, more), rules);
  const twice = writeNoteTwice({ approvalId, requestId, amountMinor: 2_000n });
  await assert.rejects(twice, /corrections_bucket_connection_id_kind_request_id_key/);
});

const asServerRow = (approvalId: string) =>
  h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('approvals')
      .select('request_id')
      .where('id', '=', approvalId)
      .executeTakeFirstOrThrow(),
  );
const writeNoteTwice = (o: Note) => asServer((tx) => writeNote(tx, o));

test('money that names no correction is named by the proof', async () => {
  const amountMinor = 700n;
  await asServer((tx) =>
    postTransfers(
      tx,
      {
        ...{ place: home, saleId: null, paymentId: null },
        ...{ postedAtMs: h.clock.nowMs, newUuid: newTestUuid },
      },
      [creditNotePosting(home, amountMinor)],
    ),
  );
  assert.deepEqual(await brokenRules(), ['givenMoneyIsCorrected']);
  const db = h.owner.directories;
  await sql`DELETE FROM prewatt.postings WHERE reasons = ARRAY['creditNote']
    AND correction_id IS NULL`.execute(db);
  await sql`UPDATE prewatt.connections SET prepaid_minor = prepaid_minor - ${amountMinor}
    WHERE id = ${home.connectionId}::uuid`.execute(db);
});

test('an approval cannot be born decided, nor be called one of before', async () => {
  const columns = sql`id, utility_id, kind, request_id, payload, reason, requested_by, requested_at,
    expires_at, state`;
  const values = sql`${newTestUuid()}::uuid, ${h.utilityId}::uuid, 'creditNote', ${newTestUuid()},
    '{}', ${reason}, ${asker.operatorId}::uuid, now(), now()`;
  for (const [more, value] of [
    [sql`decided_by, decided_at, outcome`, sql`${second.operatorId}::uuid, now(), '{}'`],
    [sql`unsealed`, sql`true`],
  ] as const) {
    const born = sql`INSERT INTO approvals (${columns}, ${more}) VALUES (${values}, 'done', ${value})`;
    await assert.rejects(
      asServer((tx) => born.execute(tx)),
      /permission denied/,
    );
  }
  const approvalId = await askedFor('3000');
  for (const change of [
    sql`UPDATE approvals SET unsealed = true`,
    sql`UPDATE approvals SET payload = '{}'`,
  ]) {
    await assert.rejects(
      asServer((tx) => change.execute(tx)),
      /permission denied/,
    );
  }
  await assert.rejects(
    asServer((tx) => decide(null, approvalId).execute(tx)),
    /approvals_sealed/,
  );
  const no = { utilityId: h.utilityId, approvalId, by: second, reason: 'only for this test' };
  assert.ok((await h.services.approvals.decline(no)).ok);
});

test('one that nobody decided by way of the server is named by the proof', async () => {
  const approvalId = await askedFor('4000');
  const { request_id: requestId } = await asServerRow(approvalId);
  await asServer(async (tx) => {
    await decide(Buffer.alloc(32, 1), approvalId).execute(tx);
    await sql`INSERT INTO approval_events (approval_id, ordinal, utility_id, what, operator_id, shown, at)
      SELECT id, 2, utility_id, 'approved', decided_by, '{}', decided_at FROM approvals
      WHERE id = ${approvalId}::uuid`.execute(tx);
    await writeNote(tx, { approvalId, requestId, amountMinor: 4_000n });
  });
  assert.deepEqual(await brokenRules(), ['decisionsAreSealed']);
});

const decide = (seal: Buffer | null, approvalId: string) => sql`UPDATE approvals SET state = 'done',
    decided_by = ${second.operatorId}::uuid, decided_at = now(), outcome = '{}', seal = ${seal}
  WHERE id = ${approvalId}::uuid`;

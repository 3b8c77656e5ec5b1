import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { err, ok } from '@prewatt/quantities';
import { sql } from 'kysely';
import { z } from 'zod';
import { createApprovals, defineOperation } from '../src/registry/approvals/index.ts';
import type { Operator } from '../src/registry/sign-in/index.ts';
import { operatorNamed } from './control-harness.ts';
import { createHarness, type Harness, newTestUuid, testUtility } from './harness.ts';

let h: Harness;
const closings: string[] = [];
const real = { nowMs: 0 };
const day = 86_400_000;

const payloadSchema = z.object({
  name: z.string(),
  refuse: z.boolean().optional(),
  helper: z.string().optional(),
});

// An operation of the tests: writes a name at a connection, or refuses after it wrote.
const act = defineOperation<z.output<typeof payloadSchema>, 'notNow'>({
  payload: payloadSchema,
  describe: async (tx, { payload }) => {
    const row = await tx.selectFrom('connections').select('name').executeTakeFirstOrThrow();
    return { title: 'Rename', facts: [{ label: row.name, value: payload.name }] };
  },
  perform: async (tx, { payload, approvalId, requestedBy, approvedBy }) => {
    await tx.updateTable('connections').set({ blocked_reason: payload.name }).execute();
    if (payload.refuse === true) return err('notNow');
    return ok({ approvalId, by: [requestedBy.name, approvedBy.name] });
  },
  refusals: { notNow: 'Not now; ask again tomorrow.' },
  participants: async (_tx, { payload }) => (payload.helper === undefined ? [] : [payload.helper]),
  closed: async (_tx, { payload, how }) => {
    closings.push(`${payload.name} ${how}`);
  },
});

let approvals: ReturnType<typeof createApprovals>;
let asker: Operator;
let second: Operator;
let third: Operator;
let plain: Operator;

before(async () => {
  h = await createHarness();
  real.nowMs = h.clock.nowMs;
  approvals = createApprovals({
    database: h.database,
    clocks: { ...h.services.clocks, real: { nowMs: () => real.nowMs } },
    newUuid: h.services.newUuid,
    masterKey: Buffer.alloc(32, 7),
    operations: { debtWriteOff: act },
  });
  asker = await operatorNamed(h, 'Asker', 'administrator');
  second = await operatorNamed(h, 'Second', 'administrator');
  third = await operatorNamed(h, 'Third', 'administrator');
  plain = await operatorNamed(h, 'Plain', 'operator');
});
after(() => h.close());

const ask = (payload: object, o: { requestId?: string; reason?: string; by?: Operator } = {}) =>
  h.database.inUtility(h.utilityId, (tx) =>
    approvals.request(tx, {
      utilityId: h.utilityId,
      kind: 'debtWriteOff',
      requestId: o.requestId ?? newTestUuid(),
      payload,
      reason: o.reason ?? 'the test needs another name',
      requestedBy: o.by ?? asker,
    }),
  );
const asked = async (payload: object, o: Parameters<typeof ask>[1] = {}): Promise<string> => {
  const made = await ask(payload, o);
  assert.ok(made.ok);
  return made.value.approvalId;
};
const approve = (approvalId: string, by: Operator) =>
  approvals.approve({ utilityId: by.utilityId, approvalId, by });
const nameNow = () =>
  h.database.inUtility(h.utilityId, async (tx) => {
    const row = await tx
      .selectFrom('connections')
      .select(['name', 'blocked_reason'])
      .executeTakeFirstOrThrow();
    return row.blocked_reason ?? row.name;
  });

test('what a second administrator allows is done, once, and its history tells it', async () => {
  const approvalId = await asked({ name: 'Renamed' });
  assert.equal(await nameNow(), 'Flat 1', 'asking does nothing');
  const done = await approve(approvalId, second);
  assert.ok(done.ok);
  assert.equal(done.value.state, 'done');
  assert.deepEqual(done.value.outcome, { approvalId, by: ['Asker', 'Second'] });
  assert.deepEqual(
    done.value.history.map(({ what, by }) => [what, by]),
    [
      ['requested', 'Asker'],
      ['approved', 'Second'],
    ],
  );
  assert.equal(await nameNow(), 'Renamed');
  assert.deepEqual(await approve(approvalId, second), done, 'the same approval again');
  assert.deepEqual(await approve(approvalId, third), { ok: false, error: 'alreadyDecided' });
  const { rows } = await sql<{ shown: unknown }>`SELECT shown FROM prewatt.approval_events
    WHERE approval_id = ${approvalId}::uuid AND what = 'approved'`.execute(h.owner.directories);
  assert.deepEqual(rows[0]?.shown, {
    title: 'Rename',
    facts: [{ label: 'Flat 1', value: 'Renamed' }],
  });
});

test('nobody allows their own request, nor an operator, nor one who took part', async () => {
  const own = await asked({ name: 'Own', helper: third.operatorId });
  assert.deepEqual(await approve(own, asker), { ok: false, error: 'ownRequest' });
  assert.deepEqual(await approve(own, plain), { ok: false, error: 'notAdministrator' });
  assert.deepEqual(await approve(own, third), { ok: false, error: 'tookPart' });
  const seen = await h.database.inUtility(h.utilityId, (tx) =>
    approvals.detail(tx, { utilityId: h.utilityId, approvalId: own, by: third }),
  );
  assert.deepEqual([seen?.mayApprove, seen?.state], [false, 'awaiting']);
  assert.match(seen?.whyNot ?? '', /took part/);
  const update = sql`UPDATE prewatt.approvals SET state = 'done', decided_by = requested_by,
    decided_at = now(), outcome = '{}' WHERE id = ${own}::uuid`;
  await assert.rejects(update.execute(h.owner.directories), /check constraint/);
});

test('what was asked for cannot be changed by the server', async () => {
  for (const column of ['payload', 'reason', 'requested_by', 'kind']) {
    await assert.rejects(
      h.database.inUtility(h.utilityId, (tx) =>
        sql`UPDATE prewatt.approvals SET ${sql.ref(column)} = ${sql.ref(column)}`.execute(tx),
      ),
      /permission denied/,
      column,
    );
  }
});

test('the same request id gets the first answer, with other content it is refused', async () => {
  const requestId = newTestUuid();
  const first = await asked({ name: 'Twice' }, { requestId });
  assert.deepEqual(await ask({ name: 'Twice' }, { requestId }), {
    ok: true,
    value: { approvalId: first, isNew: false },
  });
  const reused = { ok: false, error: 'requestIdReused' };
  assert.deepEqual(await ask({ name: 'Other' }, { requestId }), reused);
  assert.deepEqual(await ask({ name: 'Twice' }, { requestId, reason: 'another reason' }), reused);
  assert.deepEqual(await ask({ name: 'Twice' }, { requestId, by: second }), reused);
  const many = await Promise.all(
    Array.from({ length: 8 }, () => ask({ name: 'At once' }, { requestId: `${requestId}-2` })),
  );
  assert.equal(new Set(many.map((each) => each.ok && each.value.approvalId)).size, 1);
});

test('an operation that is refused leaves a failed approval with the reason, and nothing else', async () => {
  const before = await nameNow();
  const approvalId = await asked({ name: 'Half done', refuse: true });
  const failed = await approve(approvalId, second);
  assert.ok(failed.ok);
  assert.equal(failed.value.state, 'failed');
  assert.deepEqual(failed.value.failure, {
    code: 'notNow',
    detail: 'Not now; ask again tomorrow.',
  });
  assert.equal(await nameNow(), before);
  assert.ok(closings.includes('Half done failed'));
});

test('two who allow it at the same moment do it once', async () => {
  const approvalId = await asked({ name: 'Race' });
  const both = await Promise.all([approve(approvalId, second), approve(approvalId, third)]);
  assert.equal(both.filter((each) => each.ok).length, 1);
  assert.deepEqual(
    both.find((each) => !each.ok),
    { ok: false, error: 'alreadyDecided' },
  );
});

test('it can be declined by another, withdrawn by who asked, and expires after a week', async () => {
  const reason = 'this is not wanted';
  const declined = await asked({ name: 'No' });
  const no = { utilityId: h.utilityId, approvalId: declined, reason };
  assert.deepEqual(await approvals.decline({ ...no, by: asker }), {
    ok: false,
    error: 'ownRequest',
  });
  const said = await approvals.decline({ ...no, by: second });
  assert.ok(said.ok);
  assert.deepEqual([said.value.state, said.value.history[1]?.reason], ['declined', reason]);
  assert.deepEqual(await approve(declined, third), { ok: false, error: 'alreadyDecided' });

  const withdrawn = await asked({ name: 'Back' });
  const back = { utilityId: h.utilityId, approvalId: withdrawn, reason };
  assert.deepEqual(await approvals.withdraw({ ...back, by: second }), {
    ok: false,
    error: 'notYours',
  });
  const gone = await approvals.withdraw({ ...back, by: asker });
  assert.ok(gone.ok && gone.value.state === 'withdrawn');

  const late = await asked({ name: 'Late' });
  const swept = await asked({ name: 'Swept' });
  real.nowMs += 7 * day + 1;
  assert.deepEqual(await approve(late, second), { ok: false, error: 'approvalExpired' });
  await approvals.sweep(h.utilityId);
  for (const approvalId of [late, swept]) {
    const seen = await h.database.inUtility(h.utilityId, (tx) =>
      approvals.detail(tx, { utilityId: h.utilityId, approvalId, by: second }),
    );
    assert.deepEqual([seen?.state, seen?.history[1]?.by], ['expired', null]);
  }
  for (const how of ['No declined', 'Back withdrawn', 'Late expired', 'Swept expired']) {
    assert.ok(closings.includes(how), how);
  }
});

test('lists, counts and details stay within the utility', async () => {
  const approvalId = await asked({ name: 'Mine' });
  const otherId = await h.onboarding.createUtility({ ...testUtility, name: 'Other Utility' });
  const stranger = await operatorNamed(h, 'Stranger', 'administrator', otherId);
  assert.deepEqual(await approve(approvalId, stranger), { ok: false, error: 'unknownApproval' });
  const read = (by: Operator) =>
    h.database.inUtility(by.utilityId, async (tx) => ({
      page: await approvals.list(tx, { ...by, state: 'awaiting', cursor: null }),
      counts: await approvals.counts(tx, by),
    }));
  const theirs = await read(stranger);
  assert.deepEqual(theirs.page.rows, []);
  assert.deepEqual(theirs.counts, { awaiting: 0, forMe: 0, failed: 0 });
  const mine = await read(second);
  assert.equal(mine.page.rows[0]?.requestedBy, 'Asker');
  const detail = await h.database.inUtility(h.utilityId, (tx) =>
    approvals.detail(tx, { utilityId: h.utilityId, approvalId, by: second }),
  );
  const about = detail?.description.facts.slice(0, 3) ?? [];
  assert.ok(about.length > 0);
  assert.deepEqual(mine.page.rows[0]?.about, about, 'the list says what it is about');
  await asked({ name: 'sale_01a23542-262d-70f1-a656-77286833032a' });
  assert.deepEqual((await read(second)).page.rows[0]?.about, [], 'and names no identifiers');
  assert.deepEqual(mine.counts, {
    awaiting: mine.page.rows.length,
    forMe: mine.page.rows.length,
    failed: 1,
  });
  assert.equal((await read(asker)).counts.forMe, 0);
  assert.equal((await read(plain)).counts.forMe, 0);
});

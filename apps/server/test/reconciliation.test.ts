// Files of a provider and a bank against payments of a real database, over HTTP and as a command.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  type DifferenceRow,
  differencePageSchema,
  differenceRowSchema,
  providerFeesPageSchema,
  type ReconciliationImport,
  reconciliationFilePageSchema,
  reconciliationImportSchema,
} from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { sql } from 'kysely';
import { checkRule, rules } from '../src/reports/proof/index.ts';
import { createSettlementFetching } from '../src/reports/reconciliation/index.ts';
import { runCommand, type Served, serve } from './command-line.ts';
import { createHarness, type Harness, testUtility } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { buyAndPay } from './purchases.ts';

const password = 'a long enough password';
const dayMs = 86_400_000;
let h: Harness;
let http: HttpHarness;
let cliServer: Served;
let ada: Visitor;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  cliServer = await serve(h);
  await http.createOperator({ email: 'ada@utility.test', password, role: 'operator' });
  await http.createOperator({ email: 'vera@utility.test', password, role: 'viewer' });
  ada = await signIn('ada@utility.test');
  // 24 November 2026: three payments. The day after: one.
  await buyAndPay(h, 10_000n, 'S-1');
  await buyAndPay(h, 5_000n, 'S-2');
  await buyAndPay(h, 7_000n, 'S-3');
  h.clock.nowMs += dayMs;
  await buyAndPay(h, 2_000n, 'S-4');
});
after(async () => {
  await cliServer.close();
  await http.close();
  await h.close();
});

async function signIn(email: string): Promise<Visitor> {
  const visitor = new Visitor(http.app);
  const answer = await visitor.postJson('/api/auth/sign-in/email', { email, password });
  assert.equal(answer.statusCode, 200, answer.body);
  return visitor;
}

const settlementMapping = {
  provider: 'sandbox',
  columns: { reference: 'ref', amount: 'gross', date: 'day', fee: 'fee', batch: 'payout' },
};
const bankMapping = {
  provider: 'sandbox',
  columns: { reference: 'text', amount: 'amount', date: 'day' },
  dates: 'DD/MM/YYYY',
};

const settlement = (...rows: readonly string[]): string =>
  ['ref,gross,fee,day,payout', ...rows].join('\n');

async function take(
  kind: 'settlement' | 'bank',
  content: string,
  visitor = ada,
): Promise<ReconciliationImport> {
  const answer = await visitor.postJson('/api/operator/reconciliation/files', {
    kind,
    name: `${kind}.csv`,
    mapping: kind === 'bank' ? bankMapping : settlementMapping,
    content,
  });
  assert.ok(answer.statusCode === 201 || answer.statusCode === 200, answer.body);
  return reconciliationImportSchema.parse(answer.json());
}

async function differences(state: string, visitor = ada): Promise<DifferenceRow[]> {
  const answer = await visitor.get(`/api/operator/reconciliation/differences?state=${state}`);
  assert.equal(answer.statusCode, 200, answer.body);
  return differencePageSchema.parse(answer.json()).rows;
}

const told = (rows: readonly DifferenceRow[]): string[] =>
  rows.map((row) => `${row.kind} ${row.what} ${row.reference} ${row.oursMinor}/${row.theirsMinor}`);

const firstDay = settlement(
  'S-1,100.00,1.00,2026-11-24,B-1',
  'S-2,49.99,0.50,2026-11-24,B-1',
  'S-9,12.00,0.10,2026-11-24,B-1',
);

test('a settlement is compared with payments: missing here, missing there, another amount', async () => {
  const first = await take('settlement', firstDay);
  assert.deepEqual(
    [first.isNew, first.rows, first.newRows, first.found, first.settled],
    [true, 3, 3, 3, 0],
  );
  const open = await differences('open');
  assert.deepEqual(told(open).sort(), [
    'settlement amountDiffers S-2 5000/4999',
    'settlement missingHere S-9 null/1200',
    'settlement missingThere S-3 7000/null',
  ]);
  assert.deepEqual(
    [...new Set(open.map((row) => [row.since, row.ageDays].join()))],
    ['2026-11-24,1'],
  );
});

test('the same file again, also many times at once, changes nothing and gets the first answer', async () => {
  const before = await differences('all');
  const answers = await Promise.all([1, 2, 3, 4].map(() => take('settlement', firstDay)));
  for (const answer of answers) {
    assert.deepEqual([answer.isNew, answer.rows, answer.newRows, answer.found], [false, 3, 3, 3]);
  }
  assert.deepEqual(await differences('all'), before);
});

test('a file that overlaps brings its new rows only, and what it explains is closed by it', async () => {
  const second = await take(
    'settlement',
    `${firstDay}\nS-3,70.00,0.70,2026-11-25,B-2\nS-4,20.00,0.20,2026-11-25,B-2\n`,
  );
  assert.deepEqual([second.rows, second.newRows, second.found, second.settled], [5, 2, 0, 1]);
  const [closed, ...more] = await differences('closed');
  assert.equal(more.length, 0);
  assert.equal(closed?.reference, 'S-3');
  assert.match(closed?.notes[0]?.why ?? '', /settlement\.csv/);
  assert.equal(closed?.notes[0]?.by, null);
});

/** References with what is booked as kept of each, transfers and their reversals added up. */
async function feesBooked(): Promise<string[]> {
  const { rows } = await sql<{ reference: string; fee: bigint; words: number }>`
    SELECT f.reference, count(DISTINCT f.ordinal)::int AS words,
      sum(CASE t.debit_kind WHEN 'providerFees' THEN t.amount_minor ELSE -t.amount_minor END)::bigint
        AS fee
    FROM prewatt.provider_fees f LEFT JOIN prewatt.transfers t ON t.bucket = f.posted_bucket
      AND t.id IN (f.transfer_id, f.reversal_id)
    GROUP BY f.reference ORDER BY f.reference`.execute(h.owner.directories);
  return rows.map(({ reference, fee, words }) => `${reference} ${fee ?? 0n} in ${words}`);
}
/** Both accounts, over all buckets: what providers kept, and what they hold. */
async function providerBalances(): Promise<{ kept: bigint; held: bigint }> {
  const of = (kind: string) => sql<bigint>`coalesce(sum(CASE ${kind} WHEN t.debit_kind
    THEN t.amount_minor WHEN t.credit_kind THEN -t.amount_minor END), 0)::bigint`;
  const { rows } = await sql<{ kept: bigint; held: bigint }>`SELECT ${of('providerFees')} AS kept,
    ${of('providerClearing')} AS held FROM prewatt.transfers t`.execute(h.owner.directories);
  return rows[0] ?? { kept: 0n, held: 0n };
}
const feeRule = rules.filter(({ name }) => name === 'providerFeesPostedOnce');
async function feesAreProved(): Promise<void> {
  for (const rule of feeRule) {
    const range = { fromBucket: 0, toBucket: 1023, nowMs: h.clock.nowMs };
    const tally = await h.database.inUtility(h.utilityId, (tx) => checkRule(tx, rule, range));
    assert.ok(tally.checked > 0n);
    assert.equal(tally.failed, 0n, JSON.stringify(tally.findings));
  }
}

test('what the provider kept of payments that are ours is booked once, whatever differs', async () => {
  assert.deepEqual(await feesBooked(), [
    ...['S-1 100 in 1', 'S-2 50 in 1'],
    ...['S-3 70 in 1', 'S-4 20 in 1'],
  ]);
  // Four payments of 240.00 came by the provider.
  assert.deepEqual(await providerBalances(), { kept: 240n, held: 24_000n - 240n });
  await feesAreProved();
});

test('a later settlement corrects a fee: the first transfer is undone, the new one is booked', async () => {
  const corrected = settlement(
    'S-1,100.00,1.30,2026-11-24,B-1',
    'S-2,49.99,0.00,2026-11-24,B-1',
    'S-3,70.00,-0.10,2026-11-25,B-2',
  );
  await Promise.all([take('settlement', corrected), take('settlement', corrected)]);
  assert.deepEqual(await feesBooked(), [
    ...['S-1 130 in 2', 'S-2 0 in 2'],
    ...['S-3 -10 in 2', 'S-4 20 in 1'],
  ]);
  assert.deepEqual(await providerBalances(), { kept: 140n, held: 24_000n - 140n });
  await feesAreProved();
  const answer = await ada.get('/api/operator/reconciliation/fees');
  assert.deepEqual(providerFeesPageSchema.parse(answer.json()), {
    rows: [{ provider: 'sandbox', month: '2026-11', payments: 4, feeMinor: '140', corrected: 3 }],
    nextCursor: null,
  });
});

test('a reference that a provider settles twice is a duplicate', async () => {
  await take(
    'settlement',
    settlement('S-4,20.00,0.20,2026-11-25,B-3', 'S-4,20.00,0.20,2026-11-25,B-3'),
  );
  assert.ok(told(await differences('open')).includes('settlement duplicate S-4 2000/6000'));
});

test('a payment that is reported late settles its difference with the next file', async () => {
  await buyAndPay(h, 1_200n, 'S-9');
  await take('settlement', settlement('S-9,12.00,0.10,2026-11-24,B-1', 'S-8,1.00,0,2026-11-23,'));
  const open = told(await differences('open'));
  assert.ok(!open.some((line) => line.includes('S-9')), open.join());
  assert.ok(open.includes('settlement missingHere S-8 null/100'));
});

test('a bank statement is compared with what each batch pays out', async () => {
  // As corrected: B-1: 100.00 + 49.99 + 12.00 - 1.40; B-2: 90.00 + 0.10 - 0.20.
  const statement =
    'day,text,amount\n25/11/2026,B-1,160.59\n25/11/2026,B-2,89.00\n25/11/2026,B-7,5.00\n';
  const taken = await take('bank', statement);
  assert.equal(taken.found, 3);
  const open = told(await differences('open')).filter((line) => line.startsWith('bank'));
  assert.deepEqual(open.sort(), [
    'bank amountDiffers B-2 8990/8900',
    'bank missingHere B-7 null/500',
    'bank missingThere B-3 3960/null',
  ]);
  const later = await take('settlement', settlement('S-7,5.00,0,2026-11-25,B-7'));
  assert.equal(later.settled, 1);
});

test('an operator explains, closes and opens again, each with a reason and a name', async () => {
  const [first] = await differences('open');
  assert.ok(first !== undefined);
  const path = `/api/operator/reconciliation/differences/${first.differenceId}/notes`;
  const note = async (state: string, why: string) => {
    const answer = await ada.postJson(path, { state, why });
    assert.equal(answer.statusCode, 200, answer.body);
    return differenceRowSchema.parse(answer.json());
  };
  await note('explained', 'The provider answers by Friday');
  assert.ok((await differences('explained')).some((row) => row.reference === first.reference));
  const closed = await note('closed', 'They paid the cent');
  assert.deepEqual(
    closed.notes.map(({ state, by }) => [state, by]),
    [
      ['explained', 'An operator'],
      ['closed', 'An operator'],
    ],
  );
  assert.equal((await note('closed', 'They paid the cent')).notes.length, 2, 'said once');
  assert.equal((await note('open', 'They did not')).state, 'open');
  for (const body of [{ state: 'closed', why: '' }, { state: 'gone', why: 'because' }, {}]) {
    assert.equal((await ada.postJson(path, body)).statusCode, 400);
  }
  const unknown = path.replace(/difference_.{8}/, 'difference_00000000');
  const nothing = await ada.postJson(unknown, { state: 'closed', why: 'nothing there' });
  assert.equal(nothing.statusCode, 404);
});

test('a file with an error is refused whole, with its lines', async () => {
  const before = await differences('all');
  const answer = await ada.postJson('/api/operator/reconciliation/files', {
    kind: 'settlement',
    name: 'bad.csv',
    mapping: settlementMapping,
    content: settlement('S-20,1.00,0,2026-11-24,', 'S-21,one,0,2026-11-24,'),
  });
  assert.equal(answer.statusCode, 422);
  assert.equal(answer.json().code, 'badFile');
  assert.match(answer.json().detail, /line 3: "gross" is no amount: one/);
  const stranger = await ada.postJson('/api/operator/reconciliation/files', {
    kind: 'settlement',
    name: 'good.csv',
    mapping: { ...settlementMapping, provider: 'sandbix' },
    content: firstDay,
  });
  assert.equal(stranger.statusCode, 422);
  const { detail } = stranger.json();
  assert.equal(
    detail,
    'The mapping’s provider "sandbix" is none of our payments: write "sandbox".',
  );
  assert.deepEqual(await differences('all'), before);
});

test('the files that were compared are listed, newest first', async () => {
  const answer = await ada.get('/api/operator/reconciliation/files');
  const { rows } = reconciliationFilePageSchema.parse(answer.json());
  assert.ok(rows.length >= 3);
  const bank = rows.find(({ kind }) => kind === 'bank');
  assert.deepEqual(
    [bank?.rows, bank?.firstDate, bank?.lastDate, bank?.importedBy],
    [3, '2026-11-25', '2026-11-25', 'An operator'],
  );
  const cursor = rows[0]?.fileId.replace('file_', '');
  const rest = await ada.get(`/api/operator/reconciliation/files?cursor=${cursor}`);
  assert.deepEqual(reconciliationFilePageSchema.parse(rest.json()).rows, rows.slice(1));
});

test('the list is paged, oldest first', async () => {
  const many = Array.from({ length: 120 }, (_, n) => `Z-${n},1.00,0,2025-01-${10 + (n % 20)},`);
  await take('settlement', settlement(...many));
  const path = '/api/operator/reconciliation/differences?state=open';
  const first = differencePageSchema.parse((await ada.get(path)).json());
  assert.equal(first.rows.length, 100);
  const next = await ada.get(`${path}&cursor=${first.nextCursor}`);
  const second = differencePageSchema.parse(next.json());
  const days = [...first.rows, ...second.rows].map((row) => row.since);
  assert.deepEqual(days, days.toSorted());
  const ids = new Set([...first.rows, ...second.rows].map((row) => row.differenceId));
  assert.equal(ids.size, first.rows.length + second.rows.length);
  assert.ok(ids.size >= 120);
});

test('a viewer reads and changes nothing; another utility sees nothing, and our payments not as its own', async () => {
  const vera = await signIn('vera@utility.test');
  assert.ok((await differences('open', vera)).length > 0);
  const refused = await vera.postJson('/api/operator/reconciliation/files', {});
  assert.equal(refused.statusCode, 403);
  const stranger = await new Visitor(http.app).postJson('/api/operator/reconciliation/files', {});
  assert.equal(stranger.statusCode, 401);
  const utilityId = await h.onboarding.createUtility({ ...testUtility, name: 'Other' });
  await http.createOperator({ email: 'otto@other.test', password, role: 'operator', utilityId });
  const otto = await signIn('otto@other.test');
  assert.deepEqual(await differences('all', otto), []);
  await take('settlement', firstDay, otto);
  assert.deepEqual(
    [...new Set((await differences('all', otto)).map((row) => row.what))],
    ['missingHere'],
  );
});

test('prewatt reconcile imports a file with its mapping, lists, and notes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-reconcile-'));
  const file = join(folder, 'november.csv');
  const mapping = join(folder, 'mapping.json');
  writeFileSync(file, settlement('C-1,3.00,0,2024-01-01,'));
  writeFileSync(mapping, JSON.stringify(settlementMapping));
  const prewatt = (...args: string[]) =>
    runCommand(['reconcile', ...args, '--server', cliServer.url], {
      PREWATT_OPERATOR_EMAIL: 'ada@utility.test',
      PREWATT_OPERATOR_PASSWORD: password,
    });
  const imported = await prewatt('import', file, '--mapping', mapping, '--kind', 'settlement');
  assert.equal(imported.code, 0, imported.errors);
  assert.match(imported.output, /november\.csv: 1 row, 1 new; 1 difference found, 0 settled/);
  const again = await prewatt('import', file, '--mapping', mapping, '--kind', 'settlement');
  assert.match(again.output, /november\.csv: imported before, nothing changed; at that time 1 row/);
  const list = await prewatt('list');
  assert.equal(list.code, 0, list.errors);
  const line = list.output.split('\n').find((each) => each.includes('C-1')) ?? '';
  assert.match(line, /\d+ days +sandbox +settlement +missing here +C-1 +ours - +theirs ZAR 3\.00/);
  const id = /difference_\S+/.exec(line)?.[0] ?? '';
  const closed = await prewatt('close', id, '--reason', 'A test of theirs');
  assert.equal(closed.code, 0, closed.errors);
  assert.ok(!(await prewatt('list')).output.includes('C-1'));
  writeFileSync(file, settlement('C-1,three,0,2024-01-01,'));
  const bad = await prewatt('import', file, '--mapping', mapping, '--kind', 'settlement');
  assert.equal(bad.code, 1);
  assert.match(bad.errors, /line 2: "gross" is no amount/);
  const mappings = await prewatt('mappings');
  assert.match(mappings.output, /settlement of sandbox: As november\.csv was read/);
  assert.match(mappings.output, /settlement of daraja: M-Pesa: statement of the organisation/);
  writeFileSync(file, settlement('C-1,3.00,0,2024-01-01,', 'C-2,4.00,0,2024-01-01,'));
  const asBefore = await prewatt('import', file, '--provider', 'sandbox', '--kind', 'settlement');
  assert.match(asBefore.output, /november\.csv: 2 rows, 1 new/, asBefore.errors);
  const unknown = await prewatt('import', file, '--provider', 'momo', '--kind', 'settlement');
  assert.match(unknown.errors, /no settlement of "momo" was read before/);
  const fees = await prewatt('fees');
  assert.match(fees.output, /2026-11 +sandbox +\d+ payments +ZAR \d+\.\d\d/, fees.errors);
  writeFileSync(mapping, '{"provider": }');
  const noJson = await prewatt('import', file, '--mapping', mapping, '--kind', 'settlement');
  assert.match(noJson.errors, /no JSON in \S+mapping\.json: /);
  const away = await prewatt('import', file, '--mapping', 'nowhere.json', '--kind', 'settlement');
  assert.match(away.errors, /cannot read nowhere\.json/);
  rmSync(folder, { recursive: true });
});

test('what a provider tells by its interface is a file like any other, once', async () => {
  const paidAtMs = h.clock.nowMs;
  const row = { amountMinor: 2_000n, feeMinor: 30n, currency: 'ZAR', payout: 'po-9', paidAtMs };
  let rows = [
    { ...row, providerRef: 'S-4' },
    { ...row, providerRef: 'nobody,"9"', amountMinor: 900n },
    { ...row, providerRef: 'S-elsewhere', currency: 'USD' },
  ];
  let nowMs = paidAtMs;
  let isAway = false;
  const fetchSettlements = createSettlementFetching({
    ...{ database: h.database, utilities: h.services.utilities },
    importFile: h.services.reconciliation.importFile,
    realNowMs: () => nowMs,
    payments: {
      settlements: [
        {
          ...{ name: 'sandbox', label: 'Sandbox Pay' },
          fetch: async () => (isAway ? err('unreachable' as const) : ok(rows)),
        },
      ],
    },
  });
  const files = async () =>
    reconciliationFilePageSchema
      .parse((await ada.get('/api/operator/reconciliation/files')).json())
      .rows.filter(({ importedBy }) => importedBy === 'the server');
  await fetchSettlements();
  await fetchSettlements();
  nowMs += dayMs;
  rows = rows.toReversed();
  await fetchSettlements();
  assert.deepEqual(
    (await files()).map((file) => [file.rows, file.provider]),
    [[2, 'sandbox']],
  );
  const nobody = await h.database.inUtility(h.utilityId, (tx) =>
    tx
      .selectFrom('reconciliation_differences')
      .select(['what', 'theirs_minor'])
      .where('reference', '=', 'nobody,"9"')
      .execute(),
  );
  assert.deepEqual(nobody, [{ what: 'missingHere', theirs_minor: 900n }]);
  nowMs += dayMs;
  isAway = true;
  await assert.rejects(fetchSettlements(), /no settlements from Sandbox Pay/);
});

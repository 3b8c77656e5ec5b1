// Proof as operators meet it: nights, runs over HTTP and on the command line, and what the console
// shows after a failure.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import {
  attentionPageSchema,
  overviewSchema,
  type ProofRun,
  proofRunPageSchema,
  proofRunSchema,
} from '@prewatt/api';
import { idFromUuid } from '@prewatt/quantities';
import demoTariff from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import { sql } from 'kysely';
import { Logger, runOnce } from '../src/base/worker-library.ts';
import { cutNow } from '../src/reports/proof/history.ts';
import { type CommandEnd, runCommand, type Served, serve } from './command-line.ts';
import {
  createHarness,
  type Harness,
  meterDefaults,
  meterPanOf,
  newTestUuid,
  testUtility,
  testVendingKey,
} from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { buyAndPay, typeToken } from './purchases.ts';
import { createVendor } from './vendor-harness.ts';

const password = 'a long enough password';
const hourMs = 3_600_000;
let h: Harness;
let http: HttpHarness;
let cliServer: Served;
let saleId: string;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  cliServer = await serve(h);
  saleId = await buyAndPay(h, 10_000n, 'N-1');
  await typeToken(h, await buyAndPay(h, 7_000n, 'N-2'));
  await http.createOperator({ email: 'ada@utility.test', password, role: 'operator' });
  await http.createOperator({ email: 'vera@utility.test', password, role: 'viewer' });
});
after(async () => {
  await cliServer.close();
  await http.close();
  await h.close();
});

const runJobs = () =>
  runOnce({
    connectionString: h.appUrl,
    noHandleSignals: true,
    taskList: { runProof: (payload) => h.services.jobs.runProof(payload as never) },
    logger: new Logger(() => () => {}),
  });

const visitors = new Map<string, Visitor>();

/** Signed in once: sign-ins are limited per minute. */
async function operator(email = 'ada@utility.test'): Promise<Visitor> {
  const known = visitors.get(email);
  if (known !== undefined) return known;
  const visitor = new Visitor(http.app);
  const answer = await visitor.postJson('/api/auth/sign-in/email', { email, password });
  assert.equal(answer.statusCode, 200, answer.body);
  visitors.set(email, visitor);
  return visitor;
}

const listed = async (visitor: Visitor): Promise<ProofRun[]> =>
  proofRunPageSchema.parse((await visitor.get('/api/operator/proof/runs')).json()).rows;

/** One run of its own, done. */
async function prove(): Promise<NonNullable<ProofRun['result']>> {
  h.clock.nowMs += 1_000;
  const visitor = await operator();
  const started = await visitor.postJson('/api/operator/proof/runs', {});
  assert.equal(started.statusCode, 202, started.body);
  const { runId } = proofRunSchema.parse(started.json());
  await runJobs();
  const run = proofRunSchema.parse((await visitor.get(`/api/operator/proof/runs/${runId}`)).json());
  assert.equal(run.state, 'finished');
  assert.equal(run.requestedBy, 'An operator');
  assert.ok(run.result !== null);
  return run.result;
}

const brokenIn = (result: NonNullable<ProofRun['result']>): string[] =>
  result.laws.flatMap((law) =>
    law.rules.filter((rule) => rule.failed !== '0').map((rule) => `${law.law} ${rule.name}`),
  );

const asOwner = (statement: string) => sql.raw(statement).execute(h.owner.directories);

test('the nightly run comes once a civil day, after two in the utility’s zone, from any process', async () => {
  // 23:30 UTC is 01:30 in Johannesburg.
  const evening = Date.UTC(2026, 10, 24, 23, 30);
  const utility = await h.services.utilities.get(h.utilityId);
  h.clock.nowMs = evening;
  await h.services.proof.startNightly(utility);
  assert.equal((await listed(await operator())).length, 0);
  h.clock.nowMs = evening + hourMs;
  await Promise.all(Array.from({ length: 8 }, () => h.services.proof.startNightly(utility)));
  await h.services.upkeep();
  const [night, ...more] = await listed(await operator());
  assert.equal(more.length, 0);
  assert.equal(night?.requestedBy, null);
  assert.equal(night?.state, 'underWay');
  await runJobs();
  const [done] = await listed(await operator());
  assert.equal(done?.state, 'finished');
  assert.deepEqual(done?.result === null || brokenIn(done?.result as never), []);
  h.clock.nowMs += 24 * hourMs;
  await h.services.upkeep();
  assert.equal((await listed(await operator())).length, 2);
});

test('nights that no worker had time for end in one run', async () => {
  const before = (await listed(await operator())).length;
  for (let night = 0; night < 3; night++) {
    h.clock.nowMs += 24 * hourMs;
    await h.services.upkeep();
  }
  await runJobs();
  const runs = await listed(await operator());
  assert.equal(runs.length, before + 3);
  assert.deepEqual(
    runs.slice(0, 4).map((run) => run.state),
    ['finished', 'superseded', 'superseded', 'superseded'],
  );
});

test('all laws hold over a sound database, with counts; the same request is one run', async () => {
  const result = await prove();
  assert.deepEqual(brokenIn(result), []);
  assert.equal(result.holds, true);
  assert.deepEqual(
    result.laws.map((law) => law.law),
    [1, 2, 3, 4, 5, 6, 7],
  );
  const read = result.laws[2]?.rules.find((rule) => rule.name === 'digitsCarryEnergy');
  assert.equal(read?.checked, '2');
  const visitor = await operator();
  const body = { requestId: 'the same request' };
  const [first, second] = await Promise.all([
    visitor.postJson('/api/operator/proof/runs', body),
    visitor.postJson('/api/operator/proof/runs', body),
  ]);
  assert.equal(first.json().runId, second.json().runId);
  await runJobs();
});

test('a run that is done twice keeps its first result', async () => {
  const { runId } = await h.services.proof.start(h.utilityId, {
    requestId: 'operator:twice',
    requestedBy: 'A test',
  });
  await h.services.proof.run({ utilityId: h.utilityId, runId });
  const before = await listed(await operator());
  h.clock.nowMs += 1_000;
  await h.services.proof.run({ utilityId: h.utilityId, runId });
  assert.deepEqual(await listed(await operator()), before);
  await runJobs();
});

test('an offer of a demo whose time runs ahead, which expires in real time, is sound', async () => {
  const quote = await h.services.vending.makeQuote(h.place, 3_000n);
  assert.ok(quote.ok);
  await asOwner(`UPDATE prewatt.quotes SET expires_at = created_at - interval '10 days'
    WHERE id = '${quote.value.quoteId}'`);
  assert.deepEqual(brokenIn(await prove()), []);
});

test('a place that was drawn and is not entered yet is waited for', async () => {
  const cut = (patienceMs?: number) =>
    h.database.inUtility(h.utilityId, (tx) => cutNow(tx, patienceMs));
  await h.owner.directories.transaction().execute(async (open) => {
    await sql`SELECT prewatt.next_entry()`.execute(open);
    assert.equal(await cut(200), null);
  });
  assert.notEqual(await cut(), null);
});

test('each place in the order of entry is drawn by a transaction that has its number', async () => {
  const { rows } = await sql<{ name: string; drawn: string }>`
    SELECT table_name AS name, column_default AS drawn FROM information_schema.columns
    WHERE table_schema = 'prewatt' AND column_name = 'entered'`.execute(h.owner.directories);
  assert.ok(rows.length >= 50);
  const others = rows.filter(({ drawn }) => drawn !== 'next_entry()');
  assert.deepEqual(others, [], 'write DEFAULT next_entry()');
});

test('history that was changed is told night after night, until it is as it was', async () => {
  const change = (sign: string) =>
    asOwner(`UPDATE prewatt.postings SET posted_at = posted_at ${sign} interval '1 s'
      WHERE 'energy' = ANY (reasons)`);
  h.clock.nowMs += 2 * hourMs;
  assert.deepEqual(brokenIn(await prove()), []);
  await change('+');
  assert.deepEqual(brokenIn(await prove()), ['1 historyStands']);
  h.clock.nowMs += 24 * hourMs;
  assert.deepEqual(brokenIn(await prove()), ['1 historyStands']);
  // It names no sale, and still is one thing on the operator's first page.
  const overview = overviewSchema.parse(
    (await (await operator()).get('/api/operator/overview')).json(),
  );
  assert.equal(overview.attention, 1);
  await change('-');
  assert.deepEqual(brokenIn(await prove()), []);
});

test('a clock that was put right breaks the proof until two administrators say when it was wrong; then it is named', async () => {
  const wrong = { from: h.clock.nowMs, to: h.clock.nowMs + 3 * hourMs };
  h.clock.nowMs += 2 * hourMs;
  const { till, shiftId } = await createVendor(h, 'Shop of the wrong clock');
  assert.deepEqual(brokenIn(await prove()), []);
  h.clock.nowMs -= 2 * hourMs;
  assert.ok((await h.services.vendors.shifts.close(till, { shiftId, countedMinor: 0n })).ok);
  assert.deepEqual(brokenIn(await prove()), ['1 timesFollowOrder']);
  const iso = (ms: number) => new Date(ms).toISOString();
  const reason = 'The time server was set to summer time.';
  const body = { requestId: newTestUuid(), from: iso(wrong.from), to: iso(wrong.to), reason };
  const path = '/api/operator/proof/clock';
  assert.equal((await (await operator()).postJson(path, body)).statusCode, 403);
  await http.createOperator({ email: 'amy@utility.test', password, role: 'administrator' });
  const administrator = await operator('amy@utility.test');
  const turned = { ...body, from: body.to, to: body.from };
  assert.equal((await administrator.postJson(path, turned)).statusCode, 400);
  const asked = await administrator.postJson(path, body);
  assert.equal(asked.statusCode, 202);
  assert.deepEqual((await administrator.postJson(path, body)).json(), asked.json());
  assert.deepEqual(
    brokenIn(await prove()),
    ['1 timesFollowOrder'],
    'one person alone excuses nothing',
  );
  const { approvalId } = asked.json();
  const allow = `/api/operator/approvals/${approvalId}/approve`;
  assert.notEqual((await administrator.postJson(allow, {})).statusCode, 200);
  await http.createOperator({ email: 'bea@utility.test', password, role: 'administrator' });
  const second = await (await operator('bea@utility.test')).postJson(allow, {});
  assert.equal(second.statusCode, 200, second.body);
  const result = await prove();
  assert.deepEqual(brokenIn(result), []);
  const named = result.laws[0]?.rules.find(({ name }) => name === 'wrongClocks');
  assert.equal(named?.checked, '1');
  assert.match(
    named?.findings[0]?.detail ?? '',
    /the clock was wrong from .* to .*, say .* and .*: The time server/,
  );
  assert.match((await prewatt()).output, /1 spans of a wrong clock[\s\S]*The time server was set/);
  h.clock.nowMs += 3 * hourMs;
});

test('a transfer that was removed from history is noticed', async () => {
  await asOwner('CREATE TABLE public.kept AS SELECT * FROM prewatt.postings WHERE false');
  await asOwner(`WITH gone AS (DELETE FROM prewatt.postings
      WHERE 'energy' = ANY (reasons) RETURNING *)
    INSERT INTO public.kept SELECT * FROM gone`);
  const broken = brokenIn(await prove());
  assert.ok(broken.includes('1 historyStands') && broken.includes('2 linesArePosted'), `${broken}`);
  await asOwner('INSERT INTO prewatt.postings SELECT * FROM public.kept');
  assert.deepEqual(brokenIn(await prove()), []);
});

test('a token that says more than was paid for stands on the attention list, with its law', async () => {
  await asOwner(
    `UPDATE prewatt.tokens SET energy_wh = energy_wh + 100 WHERE sale_id = '${saleId}'`,
  );
  const broken = brokenIn(await prove());
  assert.deepEqual(broken, ['1 historyStands', '3 tokensAreTheSale', '3 digitsCarryEnergy']);
  const visitor = await operator();
  const page = attentionPageSchema.parse((await visitor.get('/api/operator/attention')).json());
  assert.deepEqual(
    page.rows.map((row) => [row.saleId, row.canRetry]),
    [[idFromUuid('sale', saleId), false]],
  );
  assert.match(page.rows[0]?.reason ?? '', /law 3 failed/);
  const overview = overviewSchema.parse((await visitor.get('/api/operator/overview')).json());
  assert.equal(overview.attention, 1);
  const cli = await prewatt();
  assert.equal(cli.code, 1, cli.errors);
  assert.match(cli.output, /law 3 FAILS: .*2 tokens.*, 2 failed/);
  assert.match(cli.output, /digits carry \d+ Wh, row says \d+ Wh/);
  await asOwner(
    `UPDATE prewatt.tokens SET energy_wh = energy_wh - 100 WHERE sale_id = '${saleId}'`,
  );
  assert.deepEqual(brokenIn(await prove()), []);
  const after = attentionPageSchema.parse((await visitor.get('/api/operator/attention')).json());
  assert.deepEqual(after.rows, []);
});

/** `prewatt proof` as a process, against a server on a port. */
async function prewatt(...args: string[]): Promise<CommandEnd> {
  const running = runCommand(['proof', '--server', cliServer.url, ...args], {
    PREWATT_OPERATOR_EMAIL: 'ada@utility.test',
    PREWATT_OPERATOR_PASSWORD: password,
  });
  let ended = false;
  void running.then(() => {
    ended = true;
  });
  while (!ended) {
    await runJobs();
    await Promise.race([running, setTimeout(50)]);
  }
  return running;
}

test('prewatt proof prints one line per law with counts, and ends with 0 when all hold', async () => {
  const text = await prewatt();
  assert.equal(text.code, 0, text.errors);
  const lines = text.output.trim().split('\n');
  assert.equal(lines.filter((line) => line.startsWith('law')).length, 7);
  for (const [i, line] of lines.filter((each) => each.startsWith('law')).entries()) {
    assert.match(line, new RegExp(`^law ${i + 1} holds: .+; \\d+ \\w+`));
  }
  assert.match(text.errors, /^proof: \d+%\n/);
  const json = await prewatt('--json');
  assert.equal(proofRunSchema.parse(JSON.parse(json.output)).result?.holds, true);
});

test('a run looks at its own utility alone, in directories without a wall, too', async () => {
  const utilityId = await h.onboarding.createUtility({ ...testUtility, name: 'Next door' });
  const meterPan = meterPanOf(900);
  const place = await h.database.inUtility(utilityId, async (tx) => {
    await h.onboarding.loadVendingKey(tx, utilityId, testVendingKey);
    const tariffId = await h.onboarding.createTariff(tx, utilityId, {
      name: 'Homes',
      document: demoTariff,
    });
    return h.onboarding.createConnection(tx, utilityId, {
      ...{ name: 'Flat 900', address: '9 Next Street', debts: [], tariffId },
      customer: { name: 'Their customer', phone: '+27825550900' },
      meter: { ...meterDefaults, meterPan },
    });
  });
  const theirs = await buyAndPay(h, 5_000n, 'N-900', { ...place, utilityId });
  assert.ok(theirs);
  assert.deepEqual(brokenIn(await prove()), []);
  const forge = (from: string, to: string) =>
    asOwner(`UPDATE prewatt.provider_reference_directory SET provider_reference = '${to}'
      WHERE provider_reference = '${from}'`);
  await forge('N-900', 'N-901');
  assert.deepEqual(brokenIn(await prove()), []);
  await forge('N-901', 'N-900');
});

test('a viewer reads runs and starts none; another utility sees none of them', async () => {
  const viewer = await operator('vera@utility.test');
  const refused = await viewer.postJson('/api/operator/proof/runs', {});
  assert.equal(refused.statusCode, 403);
  const [run] = await listed(viewer);
  assert.ok(run !== undefined);
  const utilityId = await h.onboarding.createUtility({ ...testUtility, name: 'Other' });
  await http.createOperator({ email: 'otto@other.test', password, role: 'operator', utilityId });
  const other = await operator('otto@other.test');
  assert.deepEqual(await listed(other), []);
  const stolen = await other.get(`/api/operator/proof/runs/${run.runId}`);
  assert.equal(stolen.statusCode, 404);
  const malformed = await (await operator()).postJson('/api/operator/proof/runs', { law: 1 });
  assert.equal(malformed.statusCode, 400);
});

test('runs and results are append-only for the server, but for how far a run has come', async () => {
  const attempt = (statement: string) =>
    h.database.inUtility(h.utilityId, (tx) => sql.raw(statement).execute(tx));
  for (const statement of [
    'UPDATE prewatt.proof_results SET holds = true',
    'UPDATE prewatt.proof_runs SET requested_by = NULL',
    'DELETE FROM prewatt.proof_results',
    'DELETE FROM prewatt.proof_runs',
  ]) {
    await assert.rejects(attempt(statement), /permission denied/, statement);
  }
});

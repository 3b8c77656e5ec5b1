// A replay of protection rules over a utility's own past: as a job, in chunks, over HTTP.

import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import {
  approvalDetailSchema,
  problemSchema,
  proposeRulesAnswerSchema,
  protectionReplayDetailSchema,
  protectionReplaySchema,
  protectionReplaysSchema,
  replayHomesSchema,
  rulesReadingSchema,
} from '@prewatt/api';
import type { AccountState } from '@prewatt/protocol';
import { energyWh, idFromUuid, parseId, powerW, uuidOf } from '@prewatt/quantities';
import { sql } from 'kysely';
import { runCommand, serve } from './command-line.ts';
import { createHarness, type Harness } from './harness.ts';
import { createHttpHarness, type HttpHarness, Visitor } from './http-harness.ts';
import { buyAndPay } from './purchases.ts';

const hourMs = 3_600_000;
const root = '/api/operator/protection/replays';
let h: Harness;
let http: HttpHarness;
let worker: Visitor;
let viewer: Visitor;
let admin: Visitor;
before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  const signedIn = async (role: 'administrator' | 'operator' | 'viewer') => {
    const sign = { email: `${role}@test.example`, password: 'a long enough password' };
    await http.createOperator({ ...sign, role });
    const visitor = new Visitor(http.app);
    await visitor.postJson('/api/auth/sign-in/email', sign);
    return visitor;
  };
  worker = await signedIn('operator');
  viewer = await signedIn('viewer');
  admin = await signedIn('administrator');
});
after(async () => {
  await http.close();
  await h.close();
});

const codeOf = (answer: { body: string; statusCode: number }) => {
  const problem = problemSchema.parse(JSON.parse(answer.body));
  assert.equal(problem.status, answer.statusCode);
  return [problem.status, problem.code];
};

/** 100 Wh in each of the last 48 hours, with credit for the first ten if nothing else is said. */
async function withPast(
  place: Awaited<ReturnType<Harness['addConnection']>>,
  o: { owedWh: number; registerWh: number; money?: AccountState['money'] } = {
    owedWh: 0,
    registerWh: 2000,
  },
): Promise<void> {
  await sql`
    INSERT INTO prewatt.readings
      (bucket, meter_id, register, read_at, utility_id, value, received_at)
    SELECT ${place.bucket}, ${place.meterId}::uuid, 1,
      ${new Date(h.clock.nowMs)}::timestamptz - make_interval(hours => 48 - hour),
      ${h.utilityId}::uuid, 1000 + 100 * hour, now()
    FROM generate_series(0, 48) hour`.execute(h.owner.directories);
  await h.fromMeter(place.meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: h.clock.nowMs,
      availableEnergyWh: energyWh(0),
      powerW: powerW(0),
      importEnergyWh: energyWh(o.registerWh),
      creditedEnergyWh: energyWh(0),
      loadSwitch: 'disconnected',
      creditStatus: 'outOfCredit',
      owedEnergyWh: energyWh(o.owedWh),
      ...(o.money === undefined ? {} : { money: o.money }),
    },
  });
}
const kinder = {
  version: 2,
  friendlyHours: [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: '00:00', to: '24:00' }],
  debt: { maximumSharePercent: 50, floorEnergyWh: '1000' },
};
const body = { requestId: 'replay-1-request', document: kinder, days: 2 };

test('a replay says who would have been cut under either rule set, and who is called', async () => {
  const plain = await h.addConnection();
  const medical = await h.addConnection();
  for (const place of [plain, medical]) await withPast(place);
  const id = (place: typeof plain) => idFromUuid('connection', place.connectionId);
  await worker.postJson(`/api/operator/connections/${id(medical)}/protection-flags`, {
    requestId: 'flag-1-request',
    kind: 'medical',
    what: 'set',
    evidence: 'letter of the clinic',
  });
  assert.deepEqual(codeOf(await viewer.postJson(root, body)), [403, 'forbidden']);
  const faulty = { ...body, document: { ...kinder, extra: 1 } };
  assert.deepEqual(codeOf(await worker.postJson(root, faulty)), [400, 'rulesFaulty']);
  const started = protectionReplaySchema.parse((await worker.postJson(root, body)).json());
  assert.deepEqual([started.finished, started.percentDone], [false, 0]);
  const again = protectionReplaySchema.parse((await worker.postJson(root, body)).json());
  assert.equal(again.replayId, started.replayId);
  const other = { ...body, days: 3 };
  assert.deepEqual(codeOf(await worker.postJson(root, other)), [409, 'requestIdReused']);

  const parsed = parseId('replay', started.replayId);
  assert.ok(parsed.ok);
  const job = { utilityId: h.utilityId, replayId: uuidOf(parsed.value), chunk: 0 };
  await h.services.jobs.replayChunk(job);
  await h.services.jobs.replayChunk(job);
  const path = `${root}/${started.replayId}`;
  const done = protectionReplaySchema.parse((await viewer.get(path)).json());
  assert.deepEqual([done.finished, done.percentDone], [true, 100]);
  // The harness has one connection without readings.
  assert.deepEqual([done.leftOut, done.now.homes, done.proposed.homes], [1, 2, 2]);
  assert.deepEqual([done.now.homesCut, done.proposed.homesCut], [1, 0]);
  assert.deepEqual([done.newlyCut, done.noLongerCut], [0, 1]);
  assert.equal(done.now.homesCalledNotCut, 1);
  assert.equal(done.proposed.owedAtEndWh, 2 * 3800);

  assert.deepEqual(codeOf(await viewer.get(`${path}/homes`)), [403, 'forbidden']);
  const homes = replayHomesSchema.parse((await worker.get(`${path}/homes`)).json());
  const of = (place: typeof plain) => homes.rows.find((row) => row.connectionId === id(place));
  assert.deepEqual(of(plain)?.now.cuts, [
    {
      from: new Date(h.clock.nowMs - 38 * hourMs).toISOString(),
      until: null,
      missedWh: 3800,
    },
  ]);
  assert.deepEqual(of(plain)?.proposed.cuts, []);
  assert.equal(of(medical)?.medical, true);
  assert.deepEqual(
    of(medical)?.proposed.calls.map((call) => call.because),
    ['medical'],
  );
});

test('a replay keeps its document, is on the list, and its homes can be narrowed', async () => {
  const { rows } = protectionReplaysSchema.parse((await viewer.get(root)).json());
  assert.deepEqual(
    rows.map((row) => [row.finished, row.noLongerCut]),
    [[true, 1]],
  );
  const path = `${root}/${rows[0]?.replayId}`;
  const { document } = protectionReplayDetailSchema.parse((await viewer.get(path)).json());
  const names = async (who: string) => {
    const answer = (await worker.get(`${path}/homes?who=${who}`)).json();
    return replayHomesSchema.parse(answer).rows.map(({ name }) => name);
  };
  assert.deepEqual(await names('noLongerCut'), ['Flat 2']);
  assert.deepEqual(await names('flagged'), ['Flat 3']);
  assert.deepEqual(await names('newlyCut'), []);
  assert.deepEqual((await names('all')).sort(), ['Flat 2', 'Flat 3']);
  assert.deepEqual(codeOf(await worker.get(`${path}/homes?who=x`)), [400, 'badRequest']);

  const reading = '/api/operator/protection/rules/reading';
  const said = rulesReadingSchema.parse((await viewer.postJson(reading, { document })).json());
  assert.deepEqual(
    said.changes.map(({ label }) => label),
    ['Friendly hours'],
  );
  assert.ok(said.words.some(({ sentences }) => /No cut/.test(sentences.join(' '))));
  const faulty = { document: { ...kinder, extra: 1 } };
  assert.deepEqual(codeOf(await viewer.postJson(reading, faulty)), [400, 'rulesFaulty']);
});

test('who has to approve rules sees what their trial has shown', async () => {
  const factsOf = async (requestId: string, document: object) => {
    const asked = { requestId, document, reason: 'kinder to all homes' };
    const { approvalId } = proposeRulesAnswerSchema.parse(
      (await admin.postJson('/api/operator/protection/rules', asked)).json(),
    );
    const shown = await admin.get(`/api/operator/approvals/${approvalId}`);
    const { facts } = approvalDetailSchema.parse(shown.json()).description;
    return new Map(facts.map(({ label, value }) => [label, value]));
  };
  const tried = await factsOf('rules-1-request', kinder);
  assert.equal(
    tried.get('Tried on the past'),
    '2 days: 0 of 2 homes would have been cut, under the rules then in force 1; ' +
      'newly cut 0, no longer cut 1',
  );
  const { rows } = protectionReplaysSchema.parse((await viewer.get(root)).json());
  assert.equal(tried.get('Trial'), rows[0]?.replayId);
  const untried = await factsOf('rules-2-request', { ...kinder, holidays: ['2027-01-01'] });
  assert.equal(untried.get('Tried on the past'), 'no');
});

test('a replay that is not there is not found', async () => {
  const nothing = `${root}/replay_019abcde-0000-7000-8000-000000000000`;
  assert.deepEqual(codeOf(await worker.get(nothing)), [404, 'notFound']);
  const cursor = await worker.get(`${nothing}/homes?cursor=x`);
  assert.deepEqual(codeOf(cursor), [400, 'badRequest']);
});

test('the command asks for a replay, waits and prints what changes', async () => {
  const served = await serve(h);
  const folder = await mkdtemp(join(tmpdir(), 'prewatt-replay-'));
  try {
    const file = join(folder, 'rules.json');
    await writeFile(file, JSON.stringify(kinder));
    const args = ['protection', 'replay', '--rules', file, '--server', served.url, '--days', '2'];
    const command = runCommand(args, {
      PREWATT_OPERATOR_EMAIL: 'operator@test.example',
      PREWATT_OPERATOR_PASSWORD: 'a long enough password',
    });
    let waiting = true;
    const ended = command.finally(() => {
      waiting = false;
    });
    while (waiting) {
      // The harness has no worker: the test does the job once it is there.
      const rows = await h.owner.directories
        .selectFrom('protection_replays')
        .select('id')
        .where('finished_at', 'is', null)
        .execute();
      for (const { id } of rows) {
        await h.services.jobs.replayChunk({ utilityId: h.utilityId, replayId: id, chunk: 0 });
      }
      await setTimeout(50);
    }
    const { code, output, errors } = await ended;
    assert.equal(code, 0, errors);
    assert.match(errors, /replay: 0%/);
    assert.match(output, /^Flat 3 \(medical\): call at .*, medical$/m);
    assert.match(output, /^rules: 0 of 2 homes cut, 0 cuts, 0 h off, 0\.0 kWh missed$/m);
    assert.match(output, /^now: 1 of 2 homes cut/m);
    assert.match(output, /^no longer cut: Flat 2$/m);
    assert.match(output, /^left out: 1 home /m);
  } finally {
    await served.close();
    await rm(folder, { recursive: true });
  }
});

test('what a home owes was used beyond its credit, which ended that much earlier', async () => {
  const home = await h.addConnection();
  await withPast(home, { owedWh: 400, registerWh: 5800 });
  const asked = { ...body, requestId: 'replay-owed-request' };
  const { replayId } = protectionReplaySchema.parse((await worker.postJson(root, asked)).json());
  const parsed = parseId('replay', replayId);
  assert.ok(parsed.ok);
  await h.services.jobs.replayChunk({
    utilityId: h.utilityId,
    replayId: uuidOf(parsed.value),
    chunk: 0,
  });
  const answer = (await worker.get(`${root}/${replayId}/homes`)).json();
  const id = idFromUuid('connection', home.connectionId);
  const row = replayHomesSchema.parse(answer).rows.find((each) => each.connectionId === id);
  assert.deepEqual(row?.now.cuts, [
    { from: new Date(h.clock.nowMs - 4 * hourMs).toISOString(), until: null, missedWh: 400 },
  ]);
});

/** Runs a trial of the kinder rules, or of others; and what it says of homes, by name of place. */
async function tried(requestId: string, more: object = {}) {
  const started = protectionReplaySchema.parse(
    (await worker.postJson(root, { ...body, requestId, ...more })).json(),
  );
  const parsed = parseId('replay', started.replayId);
  assert.ok(parsed.ok);
  const job = { utilityId: h.utilityId, replayId: uuidOf(parsed.value), chunk: 0 };
  await h.services.jobs.replayChunk(job);
  const path = `${root}/${started.replayId}`;
  const done = protectionReplaySchema.parse((await viewer.get(path)).json());
  const { rows } = replayHomesSchema.parse((await worker.get(`${path}/homes`)).json());
  const hoursToCut = (place: { readonly connectionId: string }, half: 'now' | 'proposed') => {
    const id = idFromUuid('connection', place.connectionId);
    const cut = rows.find((row) => row.connectionId === id)?.[half].cuts[0];
    return cut === undefined
      ? null
      : Math.round((Date.parse(cut.from) - (h.clock.nowMs - 48 * hourMs)) / hourMs);
  };
  return { done, hoursToCut };
}
const noRules = { version: 2, debt: { maximumSharePercent: 50, floorEnergyWh: '1000' } };

test('a home that turned prepaid of late has its grace in a trial', async () => {
  const late = await h.addConnection();
  await withPast(late);
  await sql`UPDATE prewatt.connections SET converted_at = ${new Date(h.clock.nowMs - 72 * hourMs)}
    WHERE id = ${late.connectionId}::uuid`.execute(h.owner.directories);
  const graceAfterConversion = { days: 30, workingDaysOnly: false, owedLimitWh: null };
  const document = { ...noRules, graceAfterConversion };
  const { hoursToCut } = await tried('replay-of-grace', { document });
  assert.equal(hoursToCut(late, 'now'), 10);
  assert.equal(hoursToCut(late, 'proposed'), null);
});

test('emergency credit is taken by every home or by none, as it was asked, and the answer says which', async () => {
  const lent = await h.addConnection();
  await withPast(lent);
  const document = { ...noRules, emergencyCreditWh: '500' };
  const taken = await tried('replay-of-lent-1', { document });
  assert.equal(taken.done.takesEmergency, true);
  assert.equal(taken.hoursToCut(lent, 'proposed'), 15);
  const none = await tried('replay-of-lent-2', { document, takesEmergency: false });
  assert.equal(none.done.takesEmergency, false);
  assert.equal(none.hoursToCut(lent, 'proposed'), 10);
  const again = { ...body, document, requestId: 'replay-of-lent-2' };
  assert.deepEqual(codeOf(await worker.postJson(root, again)), [409, 'requestIdReused']);
});

test('money on a meter counts in a trial: what tokens brought, at the price now', async () => {
  const place = await h.addConnection();
  const micro = (minor: number) => BigInt(minor) * 1_000_000n;
  const money = {
    currency: { code: 'ZAR', scale: 2 },
    ...{ availableMicroMinor: 0n, creditedMicroMinor: micro(1_000), chargedMicroMinor: 0n },
    ...{ clearedMicroMinor: 0n, owedMicroMinor: 0n, perKwhMicroMinor: micro(250) },
    tariff: { id: 'demo', version: 1 },
  } as AccountState['money'];
  await withPast(place, { owedWh: 0, registerWh: 3_800, money });
  // 5.00 at 2.50 a kWh, twenty hours in: 2 kWh. All was used: 28 h of 100 Wh, and 8 h off.
  const saleId = await buyAndPay(h, 5_000n, 'replay-money', place);
  await sql`UPDATE prewatt.tokens SET energy_wh = NULL, amount_e5 = 500000, state = 'accepted',
    state_at = ${new Date(h.clock.nowMs - 28 * hourMs)} WHERE sale_id = ${saleId}::uuid`.execute(
    h.owner.directories,
  );
  const { hoursToCut } = await tried('replay-of-money');
  // Opening 3.8 - 1.0 - 2.0 = 0.8 kWh: off from the 8th to the 20th hour.
  assert.equal(hoursToCut(place, 'now'), 8);
});

test('a wallet counts in a trial by its balance and charges, whatever its meter says', async () => {
  const place = await h.addConnection();
  await withPast(place);
  const since = new Date(h.clock.nowMs - 100 * hourMs);
  await sql`INSERT INTO prewatt.wallets
      (bucket, connection_id, utility_id, meter_id, since_at, rated_until, supply, supply_at)
    VALUES (${place.bucket}, ${place.connectionId}::uuid, ${h.utilityId}::uuid,
      ${place.meterId}::uuid, ${since}, now(), 'protected', now())`.execute(h.owner.directories);
  await sql`INSERT INTO prewatt.ratings (bucket, id, utility_id, connection_id, meter_id, starts_at,
      ends_at, ordinal, energy_wh, charged_minor, lines, tariff_version_id, position_before,
      position_after, rated_at)
    SELECT ${place.bucket}, gen_random_uuid(), ${h.utilityId}::uuid, ${place.connectionId}::uuid,
      ${place.meterId}::uuid, ${new Date(h.clock.nowMs - 48 * hourMs)}, ${new Date(h.clock.nowMs)},
      1, 4800, 480, '[]', id, '{}', '{}', now() FROM prewatt.tariffs LIMIT 1`.execute(
    h.owner.directories,
  );
  await sql`UPDATE prewatt.connections SET prepaid_minor = -200
    WHERE id = ${place.connectionId}::uuid`.execute(h.owner.directories);
  const { hoursToCut } = await tried('replay-of-wallet');
  // 4.80 was charged for 4.8 kWh and 2.00 are owed: 2.80 at the start lasted 28 hours.
  assert.equal(hoursToCut(place, 'now'), 28);
});

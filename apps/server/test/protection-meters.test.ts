// What meters are told of protection: rules, declared days and flags as commands, once for each
// change, again when unheard; and what the head-end itself refuses for a flagged home.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { meterKnowledgeSchema, protectionMetersSchema } from '@prewatt/api';
import type { CommandResult, DownMessage } from '@prewatt/protocol';
import { civilDateOf, energyWh, expectOk, powerW } from '@prewatt/quantities';
import { voiceOf } from '@prewatt/web/consumer';
import { sql } from 'kysely';
import { speechOf } from '../src/edge/consumer/frame.ts';
import { liveReading } from '../src/edge/consumer/index.ts';
import { afterCreditOf } from '../src/edge/consumer/when-credit-ends.ts';
import { loadConnection } from '../src/registry/connections/index.ts';
import { meterAlertPage } from '../src/workflows/alerts/meters.ts';
import { operatorNamed } from './control-harness.ts';
import { createHarness, type Harness, newTestUuid, testUtility } from './harness.ts';

const dayMs = 86_400_000;
type Home = Awaited<ReturnType<Harness['addConnection']>>;
let h: Harness;
let operatorId: string;
before(async () => {
  h = await createHarness();
  operatorId = newTestUuid();
  await sql`INSERT INTO prewatt.operators (id, utility_id, auth_user_id, name, role, created_at)
    VALUES (${operatorId}::uuid, ${h.utilityId}::uuid, 'auth-1', 'Ada', 'administrator', now())`.execute(
    h.owner.directories,
  );
});
beforeEach(() => {
  h.clock.nowMs += dayMs;
});
after(() => h.close());

const utility = async () => {
  await h.services.utilities.list();
  return h.services.utilities.get(h.utilityId);
};
/** The round over all meters, and what it queued sent. */
const goRound = async () => {
  h.clock.nowMs += 20 * 60_000;
  await h.services.protection.sweep(await utility());
  await h.services.commands.sweep(h.utilityId);
};
type Word = Extract<DownMessage, { kind: 'command' }>;
/** Each once: what is not answered goes again under its id. */
const wordsTo = (home: { readonly meterPan: string }): Word[] => {
  const words = h.sent.flatMap(({ meterPan, message }) =>
    meterPan === home.meterPan &&
    message.kind === 'command' &&
    message.action.kind === 'setProtection'
      ? [message]
      : [],
  );
  return [...new Map(words.map((word) => [word.commandId, word])).values()];
};
const lastTo = (home: Home) => {
  const word = wordsTo(home).at(-1);
  assert.ok(word?.action.kind === 'setProtection');
  return { commandId: word.commandId, action: word.action };
};
let sequence = 5_000;
const answer = async (home: Home, result: CommandResult = { kind: 'setProtection' }) => {
  sequence += 1;
  await h.fromMeter(home.meterPan, {
    kind: 'commandResult',
    sequence,
    commandId: lastTo(home).commandId,
    completedAtMs: h.clock.nowMs,
    result,
  });
};
const flag = async (home: Home, kind: 'medical' | 'vulnerable', what: 'set' | 'ended' = 'set') => {
  const change = {
    requestId: newTestUuid(),
    kind,
    what,
    evidence: 'seen by the district nurse',
    expiresOn: null,
    operatorId,
  };
  const of = await utility();
  expectOk(
    await h.database.inUtility(h.utilityId, (tx) =>
      h.services.protection.changeFlag(tx, home, { utility: of, change }),
    ),
    'flag',
  );
};
const declare = async (date: string, what: 'declared' | 'withdrawn' = 'declared') => {
  const of = await utility();
  expectOk(
    await h.database.inUtility(h.utilityId, (tx) =>
      h.services.protection.ruleSets.weatherDays(tx, of, {
        requestId: newTestUuid(),
        what,
        kind: 'heat',
        dates: [date],
        note: 'red warning',
        operatorId,
      }),
    ),
    'days',
  );
};
const view = async (home: Home, showsFlags = true) => {
  const o = { showsFlags, utility: await utility(), nowMs: h.clock.nowMs };
  return h.database.inUtility(h.utilityId, (tx) => h.services.protection.homeView(tx, home, o));
};
const convert = async (home: Home, convertedOn: string | null) => {
  const conversion = {
    requestId: newTestUuid(),
    convertedOn,
    reason: 'its old meter was taken down',
    operatorId,
  };
  const of = await utility();
  return h.database.inUtility(h.utilityId, (tx) =>
    h.services.protection.convert(tx, home, { utility: of, conversion }),
  );
};
const overview = (state: 'waiting' | 'refused' | 'noLink' | 'notTold' = 'waiting') =>
  h.database.inUtility(h.utilityId, (tx) =>
    h.services.protection.metersView(tx, { utilityId: h.utilityId, state, cursor: null }),
  );

test('a customer is not promised what the meter has not confirmed', async () => {
  const put = (rules: object) =>
    sql`UPDATE prewatt.utilities SET protection_rules = ${JSON.stringify(rules)}::jsonb`.execute(
      h.owner.directories,
    );
  await put({ ...testUtility.protectionRules, version: 2, weather: { protects: ['heat'] } });
  const home = await h.addConnection();
  await goRound();
  await answer(home);
  await h.fromMeter(home.meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: h.clock.nowMs,
      availableEnergyWh: energyWh(0),
      powerW: powerW(200),
      importEnergyWh: energyWh(1_000),
      creditedEnergyWh: energyWh(1_000),
      owedEnergyWh: energyWh(0),
      loadSwitch: 'connected',
      creditStatus: 'outOfCredit',
    },
  });
  const promised = async () => {
    const of = await utility();
    return h.database.inUtility(h.utilityId, async (tx) => {
      const connection = await loadConnection(tx, home);
      assert.ok(connection !== null);
      const o = { utility: of, connection, tariffs: h.services.tariffs, nowMs: h.clock.nowMs };
      const after = await afterCreditOf(tx, { ...o, voice: voiceOf(speechOf(of)) });
      return { promise: (await liveReading(tx, o)).promise, after };
    });
  };
  const today = civilDateOf(h.clock.nowMs, (await utility()).zone);
  await declare(today);
  await goRound();
  const before = await promised();
  assert.equal(before.promise, null, 'the meter goes by the rules of before');
  assert.match(before.after.join(' '), /has not confirmed our newest rules yet/);
  await answer(home);
  const now = await promised();
  assert.equal(typeof now.promise?.untilMs, 'number');
  assert.doesNotMatch(now.after.join(' '), /not confirmed/);
  const isStill = /goes off at another time stays off in these hours, too, until you load credit/;
  assert.match(now.after.join(' '), isStill, 'a meter that is off is not closed by the hour');
  await declare(today, 'withdrawn');
  assert.equal((await promised()).promise, null, 'the lesser of what both say');
  await put(testUtility.protectionRules);
  await goRound();
  await answer(home);
});

test('a meter is told what holds once, and again when a declared day changes it', async () => {
  const home = await h.addConnection();
  assert.equal((await view(home))?.knowledge, 'notTold');
  await goRound();
  await goRound();
  assert.equal(wordsTo(home).length, 1);
  assert.deepEqual(
    Object.keys(lastTo(home).action).sort(),
    ['kind', 'rulesJson'],
    'nobody ever spoke of flags: the factory’s stay',
  );
  assert.equal((await view(home))?.knowledge, 'waiting');
  await answer(home);
  assert.equal((await view(home))?.knowledge, 'upToDate');
  await declare('2027-02-01');
  assert.equal((await view(home))?.knowledge, 'notTold');
  await goRound();
  assert.equal(wordsTo(home).length, 2);
  assert.match(lastTo(home).action.rulesJson, /2027-02-01/);
  await answer(home);
  await declare('2027-02-01', 'withdrawn');
  await goRound();
  assert.equal(wordsTo(home).length, 3, 'what held before holds again, and is said again');
  assert.doesNotMatch(lastTo(home).action.rulesJson, /2027-02-01/);
});

test('a flag reaches the meter with the change itself, and its end as well', async () => {
  const home = await h.addConnection();
  await flag(home, 'medical');
  await h.services.commands.sweep(h.utilityId);
  assert.deepEqual(
    [lastTo(home).action.medical, lastTo(home).action.vulnerable],
    [true, undefined],
  );
  await answer(home);
  assert.deepEqual((await view(home))?.toldFlags, ['medical']);
  assert.equal((await view(home, false))?.toldFlags, null, 'viewers do not see flags');
  await flag(home, 'medical', 'ended');
  await h.services.commands.sweep(h.utilityId);
  assert.equal(lastTo(home).action.medical, false);
});

test('a flag that ends by its date reaches the meter with the next round', async () => {
  const home = await h.addConnection();
  await sql`INSERT INTO prewatt.home_flag_events
    (bucket, id, utility_id, connection_id, request_id, kind, what, evidence, expires_on,
      operator_id, at)
    VALUES (${home.bucket}, ${newTestUuid()}::uuid, ${h.utilityId}::uuid,
      ${home.connectionId}::uuid, 'flag-by-date', 'vulnerable', 'set', 'until the child is one',
      ${new Date(h.clock.nowMs).toISOString().slice(0, 10)}::date, ${operatorId}::uuid, now())`.execute(
    h.owner.directories,
  );
  await goRound();
  assert.equal(lastTo(home).action.vulnerable, true);
  await answer(home);
  h.clock.nowMs += 2 * dayMs;
  await goRound();
  assert.equal(lastTo(home).action.vulnerable, false);
});

test('a newer word takes an older one back that has not arrived', async () => {
  const home = await h.addConnection();
  await goRound();
  const older = lastTo(home).commandId;
  await flag(home, 'vulnerable');
  await h.services.commands.sweep(h.utilityId);
  const cancelled = h.sent.filter(
    ({ message }) => message.kind === 'cancel' && message.commandId === older,
  );
  assert.equal(cancelled.length, 1);
  assert.notEqual(lastTo(home).commandId, older);
});

test('an older word that overtakes a newer one is followed by the newer one again', async () => {
  const home = await h.addConnection();
  await goRound();
  const older = lastTo(home).commandId;
  await flag(home, 'vulnerable');
  await h.services.commands.sweep(h.utilityId);
  await answer(home);
  h.clock.nowMs += 1000;
  // The older one arrived late, and the word that takes it back even later.
  await h.fromMeter(home.meterPan, {
    kind: 'commandResult',
    sequence: 4_000,
    commandId: older,
    completedAtMs: h.clock.nowMs,
    result: { kind: 'setProtection' },
  });
  const told = wordsTo(home).length;
  await goRound();
  assert.equal(wordsTo(home).length, told + 1);
  assert.equal(lastTo(home).action.vulnerable, true);
  await answer(home);
  await goRound();
  assert.equal(wordsTo(home).length, told + 1, 'once');
});

/** The attention list after another hour. */
const listed = async (kind: 'rules' | 'owed') => {
  h.clock.nowMs += 3_600_000;
  await h.services.alerts.sweep(h.utilityId);
  const { id, zone } = await utility();
  const { rows } = await h.database.inUtility(id, (tx) => meterAlertPage(tx, { id, zone }));
  return rows.filter((row) => row.kind === kind);
};

test('a home that owes much stands on the list while it has credit, until it owes less', async () => {
  const home = await h.addConnection();
  const owing = async (owedWh: number) => {
    h.clock.nowMs += 60_000;
    await h.fromMeter(home.meterPan, {
      kind: 'state',
      state: {
        capturedAtMs: h.clock.nowMs,
        availableEnergyWh: energyWh(4_000),
        powerW: powerW(1),
        importEnergyWh: energyWh(1),
        creditedEnergyWh: energyWh(4_001),
        owedEnergyWh: energyWh(owedWh),
        loadSwitch: 'connected',
        creditStatus: 'inCredit',
      },
    });
    return (await listed('owed')).map(({ meterPan, what }) => [meterPan, what.slice(0, 27)]);
  };
  assert.deepEqual(await owing(19_900), []);
  const line = [home.meterPan, 'It owes more than 20.0 kWh,'];
  assert.deepEqual(await owing(54_000), [line]);
  assert.deepEqual(await owing(60_000), [line], 'once');
  assert.deepEqual(await owing(15_000), []);
});

test('a word that expires unheard is said again; one that a meter refuses is on a list', async () => {
  const away = await h.addConnection();
  const old = await h.addConnection();
  await goRound();
  await answer(old, { kind: 'refused', reason: 'unsupported' });
  const before = wordsTo(away).length;
  const firstWord = lastTo(away).commandId;
  h.clock.nowMs += 8 * dayMs;
  await h.services.commands.sweep(h.utilityId);
  await goRound();
  assert.ok(wordsTo(away).length > before);
  assert.notEqual(lastTo(away).commandId, firstWord);
  assert.equal(wordsTo(old).length, 1, 'it would refuse again');
  const refused = await overview('refused');
  assert.deepEqual(
    refused.rows.map(({ meterPan, refusal }) => [meterPan, refusal]),
    [[old.meterPan, 'unsupported']],
  );
  const attention = async () => (await listed('rules')).map(({ meterPan }) => meterPan);
  assert.deepEqual(await attention(), [old.meterPan], 'somebody has to look at it');
  assert.deepEqual(await attention(), [old.meterPan], 'once');
  await declare('2027-03-01');
  await goRound();
  await answer(old);
  assert.deepEqual(await attention(), []);
  await declare('2027-03-01', 'withdrawn');
});

test('meters without a link are counted and listed, and never sent anything', async () => {
  const meter = {
    encryptionAlgorithm: 'ea07' as const,
    supplyGroupCode: '123456',
    tariffIndex: '01',
    keyRevision: 1,
    mqttSecret: null as unknown as string,
  };
  const dumb = await h.addConnection({ meter });
  await flag(dumb, 'medical');
  await goRound();
  assert.equal(wordsTo(dumb).length, 0);
  const seen = protectionMetersSchema.parse(await overview('noLink'));
  assert.deepEqual(
    seen.rows.map((row) => row.meterPan),
    [dumb.meterPan],
  );
  const counted = meterKnowledgeSchema.options.reduce((sum, state) => sum + seen.counts[state], 0);
  assert.equal(seen.total, counted);
  assert.equal(seen.counts.noLink, 1);
});

test('two processes that go round at once tell each meter once', async () => {
  const homes = [await h.addConnection(), await h.addConnection()];
  h.clock.nowMs += 20 * 60_000;
  const other = h.secondServices();
  const of = await utility();
  await Promise.all([h.services.protection.sweep(of), other.protection.sweep(of)]);
  await h.services.commands.sweep(h.utilityId);
  for (const home of homes) assert.equal(wordsTo(home).length, 1);
});

test('law 7: the head-end opens no switch of a flagged home, unless there is danger', async () => {
  const home = await h.addConnection();
  const ada = await operatorNamed(h, 'Ada of the head-end');
  const open = async (cause: 'operator' | 'safety') => {
    const of = await utility();
    return h.database.inUtility(h.utilityId, (tx) =>
      h.services.sending.send(tx, {
        place: home,
        by: ada,
        body: { kind: 'switchOpen', cause, requestId: newTestUuid(), reason: 'does not answer' },
        zone: testUtility.zone,
        protection: of.protectionRules,
      }),
    );
  };
  await flag(home, 'vulnerable');
  assert.deepEqual(await open('operator'), { ok: false, error: 'protected' });
  assert.ok((await open('safety')).ok);
  await flag(home, 'vulnerable', 'ended');
  assert.ok((await open('operator')).ok);
});

test('a conversion reaches the meter at once, and so does its being taken back', async () => {
  const home = await h.addConnection();
  await goRound();
  await answer(home);
  expectOk(await convert(home, '2026-11-23'), 'conversion');
  await h.services.commands.sweep(h.utilityId);
  const { zone } = await utility();
  const midnightMs = Temporal.PlainDate.from('2026-11-23').toZonedDateTime(zone).epochMilliseconds;
  assert.equal(lastTo(home).action.convertedAtMs, midnightMs);
  await answer(home);
  const seen = await view(home);
  assert.deepEqual(
    [seen?.knowledge, seen?.convertedAt, seen?.conversions.map((said) => said.convertedOn)],
    ['upToDate', new Date(midnightMs).toISOString(), ['2026-11-23']],
  );
  expectOk(await convert(home, null), 'taken back');
  await h.services.commands.sweep(h.utilityId);
  assert.equal(lastTo(home).action.convertedAtMs, Date.UTC(2014, 0, 2), 'no grace counts from it');
  assert.equal((await view(home))?.convertedAt, null);
  assert.deepEqual(await convert(home, '2030-01-01'), { ok: false, error: 'conversionAhead' });
});

test('a connection made with its day of conversion brings it to its meter', async () => {
  const convertedAtMs = h.clock.nowMs - 3_600_000;
  const home = await h.addConnection({ convertedAtMs });
  await goRound();
  assert.equal(lastTo(home).action.convertedAtMs, convertedAtMs);
});

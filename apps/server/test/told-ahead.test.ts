// What customers are told before it happens, on a real database: another payment mode, the end of a
// flag or of a day of heat, cuts for safety, the end of what is lent. Each once, in their language.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AccountState, MeterEvent } from '@prewatt/protocol';
import { energyWh, powerW } from '@prewatt/quantities';
import { sql } from 'kysely';
import { liveReading } from '../src/edge/consumer/index.ts';
import { balanceOf } from '../src/edge/phones/homes.ts';
import { wordsOf } from '../src/edge/phones/words.ts';
import { loadConnection } from '../src/registry/connections/index.ts';
import { createAhead } from '../src/workflows/alerts/ahead.ts';
import { saveChoices } from '../src/workflows/alerts/index.ts';
import { operatorNamed } from './control-harness.ts';
import { newTestUuid, startMs, testUtility } from './harness.ts';
import { halfHour, handedOver, setUpWallets } from './wallet-harness.ts';

const w = setUpWallets();
const { answer, ask, commands, pay, path, read, toToken, toWallet, wallet, withRules } = w;
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const everyDay = [1, 2, 3, 4, 5, 6, 7];

const texts = async (...kinds: string[]): Promise<string[]> => {
  const { rows } = await sql<{ kind: string; text: string }>`SELECT kind, text
    FROM prewatt.messages WHERE connection_id = ${w.home.connectionId}::uuid
    ORDER BY id`.execute(w.h.owner.directories);
  return rows.filter(({ kind }) => kinds.includes(kind)).map(({ text }) => text);
};
/** As often as a process looks, and another one beside it. */
const later = async (ms: number) => {
  w.h.clock.nowMs += ms;
  for (let turn = 0; turn < 2; turn += 1) await w.h.services.upkeep();
  await w.h.secondServices().alerts.sweep(w.h.utilityId);
};

test('a change of payment mode is told before the meter hears of it, then the first charge', async () => {
  await read(startMs, [100_000]);
  await ask('wallet');
  assert.equal(commands().length, 0, 'nothing is sent yet');
  const [asked] = await texts('paymentModeChanges');
  assert.match(asked ?? '', /changes to a wallet as soon as its meter answers/);
  assert.match(asked ?? '', /when it is used up supply goes off, unless a rule keeps it on\.$/);
  await answer('setPaymentMode', handedOver(20_000));
  await later(hourMs);
  const begun = await texts('walletBegins');
  assert.equal(begun.length, 1);
  assert.match(
    begun[0] ?? '',
    /with ZAR \d+\.\d\d in it, with the 20\.0 kWh that were left in the meter, at ZAR 1\.\d+ a kWh\. What you use .*, and fixed charges that are due/,
  );
  await toToken(101_000);
  const changes = await texts('paymentModeChanges');
  assert.equal(changes.length, 2);
  assert.match(changes[1] ?? '', /from the wallet to tokens .* Your ZAR \d+\.\d\d come as a token/);
});

test('a change to a wallet of a home that owes says the money, and when supply goes off for it', async () => {
  const friendlyHours = [{ weekdays: everyDay, from: '00:00', to: '23:00' }];
  await withRules({ version: 2, friendlyHours }, async () => {
    await read(startMs, [100_000]);
    await state({ leftWh: 0, owedWh: 60_100, loadSwitch: 'connected' });
    const before: { ifWallet: { balanceMinor: string; supply: string; leastMinor: string } } = (
      await w.people.viewer.get(`${path()}/wallet`)
    ).json();
    const owedMinor = -BigInt(before.ifWallet.balanceMinor);
    assert.ok(owedMinor > 5_000n, `${owedMinor}`);
    assert.equal(before.ifWallet.supply, 'kept');
    assert.ok(BigInt(before.ifWallet.leastMinor) > owedMinor);
    const money = `ZAR ${owedMinor / 100n}.${String(owedMinor % 100n).padStart(2, '0')}`;
    const asked = await ask('wallet');
    const facts = JSON.stringify(asked.approval);
    assert.ok(facts.includes(`60.1 kWh that the meter has lent become ${money} owed`), facts);
    const least =
      /pays at least (ZAR [\d.]+) now, or more when it is later/.exec(facts)?.[1] ?? 'none';
    assert.match(facts, /Goes off .* when what keeps it on ends, unless the customer pays/);
    const [text = ''] = await texts('paymentModeChanges');
    assert.ok(
      text.includes(`60.1 kWh that the meter has lent you will be about ${money} owed`),
      text,
    );
    assert.match(text, /due in full .* Supply goes off .*, 23:00 unless you pay in at least/);
    assert.ok(text.includes(`at least ${least}`), text);
    await answer('setPaymentMode', handedOver(0, { owedWh: 60_100 }));
    const [begun = ''] = await texts('walletBegins');
    assert.ok(begun.includes(`${money} are owed in it, for 60.1 kWh`), begun);
    assert.match(begun, /lent you, at ZAR 2\.\d+ a kWh/);
    const carried = (await w.statement()).rows.find(({ kind }) => kind === 'carried');
    assert.equal(carried?.prepaidChangeMinor, `${-owedMinor}`);
    assert.match(
      carried?.text ?? '',
      /^Change to .*: 60\.1 kWh that the meter had lent are owed, at ZAR 2\.\d+ a kWh, with taxes\.$/,
    );
    assert.doesNotMatch(begun, /nothing in it/);
  });
});

/** Of a home whose meter has lent it so much: what its customer and the second person read. */
const askOwing = async (owedWh: number) => {
  await read(startMs, [100_000]);
  await state({ leftWh: 0, owedWh, loadSwitch: 'connected' });
  const standing: { ifWallet: { supply: string; keptBy: string | null } } = (
    await w.people.viewer.get(`${path()}/wallet`)
  ).json();
  const facts = JSON.stringify((await ask('wallet')).approval);
  const [text = ''] = await texts('paymentModeChanges');
  return { facts, text, ifWallet: standing.ifWallet };
};

test('a home with a medical device that changes to a wallet is not told that supply goes off', async () => {
  const flag = { kind: 'medical', what: 'set', expiresOn: '2027-06-30' };
  const flagged = await w.people.allower.postJson(`${path()}/protection-flags`, {
    ...{ requestId: newTestUuid(), evidence: 'letter of the clinic, 12 Nov', ...flag },
  });
  assert.ok(flagged.statusCode < 300, flagged.body);
  const { facts, text, ifWallet } = await askOwing(6_100);
  assert.deepEqual([ifWallet.supply, ifWallet.keptBy], ['kept', 'marked']);
  assert.match(facts, /It is not cut, as the home is marked; what it uses is owed/);
  assert.match(text, /each purchase\. Supply is not cut; what you use is owed\. Pay in: /);
  assert.doesNotMatch(`${facts} ${text}`, /goes off/i);
  await answer('setPaymentMode', handedOver(0, { owedWh: 6_100 }));
  const [begun = ''] = await texts('walletBegins');
  assert.match(begun, /Supply is not cut; what you use is owed/);
  assert.doesNotMatch(begun, /goes off/i);
});

test('where emergency credit keeps supply on after the change, it is said, and not a rule', async () => {
  await withRules({ emergencyCreditWh: '20000' }, async () => {
    const { facts, text, ifWallet } = await askOwing(6_100);
    assert.deepEqual([ifWallet.supply, ifWallet.keptBy], ['kept', 'emergency']);
    assert.match(facts, /Stays on by emergency credit; when that is used up it goes off, unless/);
    assert.match(text, /goes off when emergency credit, which keeps it on, is used up, unless you/);
  });
});

test('without a price a home that was lent energy is told that it will be owed in money', async () => {
  const owner = w.h.owner.directories;
  await sql`UPDATE prewatt.connections SET tariff_position = '{}'
    WHERE id = ${w.home.connectionId}::uuid`.execute(owner);
  const { text, ifWallet } = await askOwing(6_100);
  assert.equal(ifWallet.keptBy, null);
  assert.match(text, /The 6\.1 kWh that the meter has lent you will be owed in money, due in full/);
  assert.doesNotMatch(text, /credit in the meter becomes money/);
});

test('a change that is withdrawn is told to come to nothing', async () => {
  await ask('wallet');
  const body = { reason: 'The customer asked for it' };
  const answered = await w.people.allower.postJson(`${path()}/credit-mode/withdraw`, body);
  assert.equal(answered.statusCode, 200, answered.body);
  const [, off] = await texts('paymentModeChanges');
  assert.match(off ?? '', /does not change to a wallet\. You pay as before\.$/);
});

test('a meter that an operator sets to another payment mode: its customer is told first, in Swahili', async () => {
  const phone = await w.h.database.inUtility(w.h.utilityId, (tx) =>
    tx
      .selectFrom('connections')
      .select('customer_phone')
      .where('id', '=', w.home.connectionId)
      .executeTakeFirstOrThrow(),
  );
  await w.h.services.phones.speak(phone.customer_phone ?? '', 'sw');
  const sent = await w.people.allower.postJson(`${path()}/commands`, {
    ...{ kind: 'setPaymentMode', paymentMode: 'credit', creditUnit: 'energy', balance: 'keep' },
    ...{ requestId: newTestUuid(), reason: 'A test asks for it' },
  });
  assert.equal(sent.statusCode, 202, sent.body);
  const [text] = await texts('paymentModeChanges');
  assert.match(text ?? '', /mita ya .* Umeme hautazimwa salio likiisha\.$/);
  // All homes of these tests have this phone.
  await w.h.services.phones.speak(phone.customer_phone ?? '', 'en');
});

const live = () =>
  w.h.database.inUtility(w.h.utilityId, async (tx) => {
    const connection = await loadConnection(tx, w.home);
    assert.ok(connection !== null);
    const utility = await w.h.services.utilities.get(w.h.utilityId);
    const { tariffs } = w.h.services;
    return liveReading(tx, { connection, utility, tariffs, nowMs: w.h.clock.nowMs });
  });
const word = async (kind: 'switchOpen' | 'switchArm') => {
  const by = { ...(await operatorNamed(w.h, newTestUuid(), 'operator')), name: 'Ada' };
  const asked = { requestId: newTestUuid(), reason: 'A line is down' };
  const { protectionRules: protection } = await w.h.services.utilities.get(w.h.utilityId);
  await w.h.database.inUtility(w.h.utilityId, (tx) =>
    w.h.services.sending.send(tx, {
      ...{ place: w.home, by, zone: testUtility.zone, protection },
      body: kind === 'switchOpen' ? { ...asked, kind, cause: 'safety' } : { ...asked, kind },
    }),
  );
};
const limitedTo = (watts: number): NonNullable<AccountState['account']> => ({
  ...{ paymentMode: 'prepayment', creditUnit: 'energy', reconnection: 'automatic' },
  ...{ controlMode: null, creditInUse: 'token', veryLow: true, emergency: null },
  ...{ reservedEnergyWh: energyWh(0), openReasons: ['powerLimit'], protectedUntilMs: null },
  ...{ powerLimitW: powerW(watts), powerLimitBy: 'softLanding', tamper: [] },
});
const state = (o: {
  leftWh: number;
  owedWh?: number;
  loadSwitch: 'connected' | 'disconnected' | 'readyForReconnection';
  limitW?: number;
}) =>
  w.h.fromMeter(w.home.meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: w.h.clock.nowMs,
      availableEnergyWh: energyWh(o.leftWh),
      powerW: powerW(0),
      importEnergyWh: energyWh(100_000),
      creditedEnergyWh: energyWh(100_000),
      owedEnergyWh: energyWh(o.owedWh ?? 0),
      loadSwitch: o.loadSwitch,
      creditStatus: o.leftWh > 0 ? 'lowCredit' : 'outOfCredit',
      ...(o.limitW === undefined ? {} : { account: limitedTo(o.limitW) }),
    },
  });
let sequence = 90_000;
const event = (code: 'creditLow' | 'loadSwitchOpened') => {
  sequence += 1;
  const of = { sequence, atMs: w.h.clock.nowMs };
  const said =
    code === 'creditLow'
      ? { ...of, code, availableEnergyWh: energyWh(900) }
      : { ...of, code, cause: 'credit' as const };
  return w.h.fromMeter(w.home.meterPan, { kind: 'events', sequence, events: [said] });
};

test('a cut for safety and its end are told once each, and a home that is held off is not told to pay', async () => {
  await state({ leftWh: 900, loadSwitch: 'connected' });
  await word('switchOpen');
  await later(20_000);
  await later(hourMs);
  const held = await texts('supplyHeld');
  assert.equal(held.length, 1);
  assert.match(
    held[0] ?? '',
    /switched off for safety, until \w+,? \d+ Nov, \d\d:\d\d at the latest\. Paying does not turn it on/,
  );
  await answer('switchOpen', { kind: 'switchOpen', loadSwitch: 'disconnected' });
  await event('creditLow');
  await event('loadSwitchOpened');
  const { rows } = await sql<{ kind: string; state: string; text: string }>`SELECT kind, state, text
    FROM prewatt.messages WHERE connection_id = ${w.home.connectionId}::uuid
      AND kind IN ('creditLow', 'supplyOff') ORDER BY id`.execute(w.h.owner.directories);
  assert.deepEqual(
    rows.map(({ kind, state }) => `${kind} ${state}`),
    ['creditLow dropped', 'supplyOff queued'],
  );
  assert.doesNotMatch(rows[1]?.text ?? '', /Buy|Pay in at least|Any purchase/);
  assert.match(rows[1]?.text ?? '', /switched off by us, and paying does not turn it on/);
  await state({ leftWh: 0, loadSwitch: 'disconnected' });
  const { off } = await live();
  assert.equal(off?.title, 'Supply is switched off for safety');
  assert.match(off?.advice ?? '', /^It stays off until Tuesday \d\d:\d\d at the latest, whatever/);
  await word('switchArm');
  await later(20_000);
  await later(hourMs);
  const released = await texts('supplyReleased');
  assert.equal(released.length, 1);
  assert.match(released[0] ?? '', /Press the button on your meter/);
});

test('a home that its limit switched off is told of the button: by message, on the page, by phone', async () => {
  const softLanding = [{ belowWh: '5000', powerLimitW: 400 }];
  await withRules({ version: 2, softLanding }, async () => {
    const say = (event: object) => {
      sequence += 1;
      const of = { sequence, atMs: w.h.clock.nowMs, ...event } as MeterEvent;
      return w.h.fromMeter(w.home.meterPan, { kind: 'events', sequence, events: [of] });
    };
    const trip = (trip: number, more: object = {}) => {
      const limit = { limitW: powerW(400), powerW: powerW(900), trip };
      return say({ code: 'limitReached', ...limit, ...more });
    };
    for (const nth of [1, 2, 1, 5]) await trip(nth);
    const told = await texts('limitReached');
    assert.equal(told.length, 2);
    assert.match(told[0] ?? '', /more than the 400 W that its meter allows while credit is low/);
    assert.match(told[1] ?? '', /five times within an hour.* then press the button on the meter/);
    // A link that was away: the button is told of all the same, unless it was pressed since.
    const hoursAgo = (hours: number) => ({ atMs: w.h.clock.nowMs - hours * hourMs });
    await trip(1, hoursAgo(3));
    await trip(5, hoursAgo(3));
    assert.equal((await texts('limitReached')).length, 3);
    sequence += 2;
    await say({ code: 'loadSwitchClosed', cause: 'hand', ...hoursAgo(1) });
    sequence -= 3;
    await trip(5, hoursAgo(2));
    assert.equal((await texts('limitReached')).length, 3);
    sequence += 2;
    await state({ leftWh: 900, loadSwitch: 'readyForReconnection', limitW: 400 });
    const { off } = await live();
    assert.equal(off?.title, 'Supply is ready to come back on');
    assert.match(
      off?.advice ?? '',
      /^Your meter allows 400 W .* then press the button on your meter/,
    );
    const home = await w.h.database.inUtility(w.h.utilityId, (tx) => loadConnection(tx, w.home));
    assert.ok(home !== null);
    const { utilities, tariffs } = w.h.services;
    const utility = await utilities.get(w.h.utilityId);
    const { database } = w.h;
    const business = { nowMs: () => w.h.clock.nowMs };
    const clocks = { business, real: business, speed: 1 };
    const of = { place: w.home, connection: home, utility, shown: 'Flat' };
    const { note } = await balanceOf({ database, utilities, tariffs, clocks }, of, wordsOf('en'));
    assert.match(note ?? '', /press the button on the meter/);
  });
});

test('the end of a flag is told a week before, in the daytime, and its early end at once', async () => {
  const set = (what: 'set' | 'ended', expiresOn: string | null) =>
    w.people.allower.postJson(`${path()}/protection-flags`, {
      ...{ requestId: newTestUuid(), kind: 'medical', what, expiresOn },
      evidence: 'letter of the clinic, 12 Nov',
    });
  await set('set', '2026-12-08');
  const last = Date.UTC(2026, 11, 8, 22);
  w.h.clock.nowMs = last - 7 * dayMs - 5 * hourMs;
  await later(0);
  assert.deepEqual(await texts('protectionEnds'), []);
  // At midnight a week before people sleep: it comes at eight in the evening.
  await later(hourMs);
  await later(dayMs);
  const told = await texts('protectionEnds');
  assert.equal(told.length, 1);
  assert.match(told[0] ?? '', /ends with \w+,? 8 Dec\. From \w+,? 9 Dec on supply goes off/);
  await set('set', '2027-06-30');
  await set('ended', null);
  await later(hourMs);
  assert.match((await texts('protectionEnds'))[1] ?? '', /has ended\. From now on supply goes off/);
  assert.ok((await wallet()).wallet === null);
});

test('homes of which nothing is told hold up none of those behind them', async () => {
  const owner = w.h.owner.directories;
  const { rows: homes } = await sql<{ bucket: number; id: string }>`SELECT c.bucket, c.id
    FROM prewatt.connections c WHERE c.utility_id = ${w.h.utilityId}::uuid
      AND c.customer_phone IS NOT NULL AND NOT EXISTS (SELECT FROM prewatt.home_flag_events e
        WHERE e.bucket = c.bucket AND e.connection_id = c.id)
    ORDER BY c.bucket, c.id`.execute(owner);
  const last = homes.at(-1);
  assert.ok(homes.length > 1 && last !== undefined);
  const { operatorId } = await operatorNamed(w.h, newTestUuid(), 'operator');
  const flag = (home: { bucket: number; id: string }, kind: string, until: string | null) =>
    sql`INSERT INTO prewatt.home_flag_events (bucket, id, utility_id, connection_id, request_id,
        kind, what, evidence, expires_on, operator_id, at)
      VALUES (${home.bucket}, ${newTestUuid()}, ${w.h.utilityId}, ${home.id}, ${newTestUuid()},
        ${kind}, 'set', 'letter of the clinic', ${until}, ${operatorId}, now())`.execute(owner);
  for (const home of homes) {
    await flag(home, 'medical', '2026-12-20');
    // The other flag goes on: nothing changes for that home.
    if (home !== last) await flag(home, 'vulnerable', null);
  }
  const { alerts: _, ...services } = w.h.services;
  const deps = { ...services, nowMs: () => w.h.clock.nowMs, publicUrl: 'https://a.example' };
  w.h.clock.nowMs = Date.UTC(2026, 11, 15, 10);
  const ahead = createAhead(deps, { atOnce: 1 });
  await w.h.database.inUtility(w.h.utilityId, (tx) => ahead.sweep(tx, w.h.utilityId));
  const { rows: told } = await sql<{ connection_id: string }>`SELECT connection_id
    FROM prewatt.messages WHERE text LIKE '%20 Dec%'`.execute(owner);
  assert.deepEqual(
    told.map((row) => row.connection_id),
    [last.id],
  );
});

test('the end of a hot day is told to who is kept on by it, before the quiet hours of the home', async () => {
  const weather = { protects: ['heat'], days: [{ date: '2026-11-24', kind: 'heat' }] };
  const friendlyHours = [{ weekdays: everyDay, from: '20:00', to: '08:00' }];
  await withRules({ version: 2, weather, friendlyHours }, async () => {
    await w.h.database.inUtility(w.h.utilityId, (tx) =>
      saveChoices(tx, {
        place: w.home,
        choices: {
          wanted: { low: true, veryLow: true, restored: true },
          digest: false,
          quiet: { fromMinute: 19 * 60, toMinute: 7 * 60 },
        },
        nowMs: w.h.clock.nowMs,
      }),
    );
    // 12:00 in Johannesburg: the hot day and the friendly night after it end on Wednesday at 08:00.
    w.h.clock.nowMs = Date.UTC(2026, 10, 24, 10);
    await state({ leftWh: 0, loadSwitch: 'connected' });
    await later(0);
    w.h.clock.nowMs = Date.UTC(2026, 10, 24, 16, 59);
    await later(0);
    assert.deepEqual(await texts('protectionEnds'), []);
    await later(60_000);
    await later(hourMs);
    const told = await texts('protectionEnds');
    assert.equal(told.length, 1);
    assert.match(
      told[0] ?? '',
      /the rule for hot days ends\. .* goes off Wed,? 25 Nov, 08:00 unless you pay/,
    );
  });
});

test('a declared day that is withdrawn is told to the home without credit that was told of it', async () => {
  const weather = { protects: ['heat'], days: [] };
  await withRules({ version: 2, weather }, async () => {
    const say = async (what: 'declared' | 'withdrawn') => {
      const said = await w.people.allower.postJson('/api/operator/protection/weather-days', {
        ...{ requestId: newTestUuid(), dates: ['2026-11-24'], kind: 'heat', what },
        note: 'The weather service says so',
      });
      assert.equal(said.statusCode, 200, said.body);
      await w.h.services.utilities.list();
    };
    // 12:00 in Johannesburg; the day ends twelve hours later.
    w.h.clock.nowMs = Date.UTC(2026, 10, 24, 10);
    await say('declared');
    const untold = w.home;
    await state({ leftWh: 20_000, loadSwitch: 'connected' });
    w.home = await w.h.addConnection();
    await state({ leftWh: 0, loadSwitch: 'connected' });
    await later(0);
    assert.equal((await texts('protectionEnds')).length, 1);
    await say('withdrawn');
    await later(60_000);
    await later(60_000);
    const [, ...withdrawn] = await texts('protectionEnds');
    assert.equal(withdrawn.length, 1);
    assert.match(
      withdrawn[0] ?? '',
      /Tue,? 24 Nov is no longer a hot day without cuts\. Supply for .*, whose credit is used up, goes off now unless you pay: /,
    );
    w.home = untold;
    assert.deepEqual(await texts('protectionEnds'), []);
  });
});

test('of grace after the change to prepayment it is told when most is lent, and when all is', async () => {
  const graceAfterConversion = { days: 30, workingDaysOnly: false, owedLimitWh: '10000' };
  await withRules({ version: 2, graceAfterConversion }, async () => {
    await sql`UPDATE prewatt.connections SET converted_at = ${new Date(startMs)}
      WHERE id = ${w.home.connectionId}::uuid`.execute(w.h.owner.directories);
    const owes = async (owedWh: number) => {
      w.h.clock.nowMs += hourMs;
      await state({ leftWh: 0, owedWh, loadSwitch: 'connected' });
      await later(0);
      return texts('lendingEnds');
    };
    assert.deepEqual(await owes(6_900), []);
    assert.equal((await owes(7_000)).length, 1);
    const [most, all, ...more] = [...(await owes(8_000)), ...(await owes(10_100)).slice(1)];
    assert.match(
      most ?? '',
      /owes 7\.0 kWh of the 10\.0 kWh that we lend after the change to prepayment\. Up to there supply stays on without credit until Fri,? 25 Dec, 00:00; beyond that it goes off\./,
    );
    assert.match(
      all ?? '',
      /owes 10\.1 kWh, more than the 10\.0 kWh .* supply goes off when credit/,
    );
    assert.deepEqual(more, []);
  });
});

test('what rules lend to a wallet is told when most of it is owed, and when all is', async () => {
  const friendlyHours = [{ weekdays: everyDay, from: '18:00', to: '08:00' }];
  const rules = { version: 2, friendlyHours, protectedOwedLimitWh: '10000' };
  await withRules(rules, async () => {
    await read(startMs, [100_000]);
    await toWallet();
    await pay(2_900n);
    await read(startMs + halfHour, [101_000, 103_000]);
    await later(6 * 60_000);
    assert.deepEqual(await texts('lendingEnds'), []);
    await read(startMs + 3 * halfHour, [109_000]);
    await later(6 * 60_000);
    await later(6 * 60_000);
    const most = await texts('lendingEnds');
    assert.equal(most.length, 1);
    assert.match(
      most[0] ?? '',
      /owes ZAR \d+\.\d\d \(\d\.\d kWh\) of the ZAR \d+\.\d\d \(10\.0 kWh\) that we lend\. Beyond that supply that has gone off is not turned on again in the hours without cuts, until you pay\. Pay in at least ZAR/,
    );
    await read(startMs + 4 * halfHour, [112_000]);
    await later(6 * 60_000);
    assert.match(
      (await texts('lendingEnds'))[1] ?? '',
      /more than the ZAR \d+\.\d\d \(10\.0 kWh\) that we lend/,
    );
  });
});

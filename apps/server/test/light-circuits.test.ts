// Street lights that a meter of their own counts: its credit and switch in token mode, and a
// circuit of lamps behind its contactor, which is told what it goes by.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LightingView } from '@prewatt/api';
import { type CommandResult, lightsDocument } from '@prewatt/protocol';
import { energyWh, idFromUuid, powerW } from '@prewatt/quantities';
import { askAndAllow, createPeople, type People } from './correction-harness.ts';
import { createHarness, type Harness, meterPanOf, newTestUuid } from './harness.ts';
import { createHttpHarness, type HttpHarness } from './http-harness.ts';

let h: Harness;
let http: HttpHarness;
let people: People;
let home: Awaited<ReturnType<Harness['addConnection']>>;
const reason = 'The municipality asked for it';

/** Johannesburg. The sun sets at about 18:45 and rises at about 05:10 in these days. */
const place = { latitudeMicroDeg: -26_204_100, longitudeMicroDeg: 28_047_300 };
const document = {
  plans: [
    {
      weekdays: [1, 2, 3, 4, 5, 6, 7],
      on: { by: 'sunset', offsetMinutes: 0 },
      off: { by: 'sunrise', offsetMinutes: 0 },
      levelPercent: 100,
      steps: [{ at: { by: 'clock', minute: 23 * 60 }, levelPercent: 50 }],
    },
  ],
};
const lightsPath = () => `/api/operator/lights/${idFromUuid('connection', home.connectionId)}`;
const localMs = (text: string): number =>
  Temporal.PlainDateTime.from(text).toZonedDateTime('Africa/Johannesburg').epochMilliseconds;

before(async () => {
  h = await createHarness();
  http = await createHttpHarness(h);
  people = await createPeople(http);
  home = await h.addConnection({ name: 'Cabinet of Ward 5' });
});
after(async () => {
  await http.close();
  await h.close();
});

const post = async (path: string, body: object, who = people.asker): Promise<LightingView> => {
  const answer = await who.postJson(`${lightsPath()}${path}`, body);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json();
};
const refusalOf = async (path: string, body: object) => {
  const answer = await people.asker.postJson(`${lightsPath()}${path}`, body);
  return [answer.statusCode, answer.json().code];
};
const view = async (): Promise<LightingView> => (await people.viewer.get(lightsPath())).json();

const sent = () =>
  h.sent.flatMap(({ meterPan, message }) =>
    meterPan === home.meterPan && message.kind === 'command' && message.action.kind === 'setLights'
      ? [{ ...message, documentJson: message.action.documentJson }]
      : [],
  );
const told = () =>
  sent().map(({ documentJson }) =>
    lightsDocument.nullable().parse(JSON.parse(documentJson ?? 'null')),
  );
let sequence = 100;
/** Of the meter, to the newest word about its lamps or to the one given. */
async function answer(result: CommandResult, commandId = sent().at(-1)?.commandId ?? '') {
  const completedAtMs = h.clock.nowMs;
  sequence += 1;
  const said = { kind: 'commandResult' as const, sequence, commandId, completedAtMs, result };
  await h.fromMeter(home.meterPan, said);
}

const circuit = async () => (await view()).circuit ?? assert.fail('no circuit');

/** Accounts are looked at, and what that asks of meters is sent. */
async function sweep(): Promise<void> {
  const [utility] = await h.services.utilities.list();
  assert.ok(utility !== undefined);
  for (const name of ['streetLights', 'commands']) {
    const each = h.services.sweeps.find((one) => one.name === name);
    assert.ok(each?.of === 'each');
    await each.run(utility, AbortSignal.timeout(60_000));
  }
  await h.services.ingest.drained();
}

async function untilTime(text: string, stepMinutes: number): Promise<void> {
  for (const toMs = localMs(text); h.clock.nowMs < toMs; ) {
    h.clock.nowMs += Math.min(stepMinutes * 60_000, toMs - h.clock.nowMs);
    await sweep();
  }
}

test('in token mode the credit of a meter of its own dims lamps, and its switch makes them dark', async () => {
  h.clock.nowMs = localMs('2026-11-28T12:00');
  const body = { requestId: newTestUuid(), reason, ...place, meteredBy: 'meter' };
  const opened = await post('', body, people.allower);
  assert.equal(opened.account.meter, null);
  await post('/programmes', { name: 'Night', document });
  await post('/groups', { name: 'Ward 5', programme: 'Night' });
  await post('/lamps', { name: 'C1', group: 'Ward 5', fullW: 100 });
  const said = async (creditWh: bigint, isOn: boolean) => {
    h.clock.nowMs += 11 * 60_000;
    await h.fromMeter(home.meterPan, {
      kind: 'state',
      state: {
        ...{ capturedAtMs: h.clock.nowMs, availableEnergyWh: energyWh(creditWh) },
        ...{ powerW: powerW(90n), importEnergyWh: energyWh(9_000n) },
        ...{ creditedEnergyWh: energyWh(9_000n + creditWh), owedEnergyWh: energyWh(0n) },
        loadSwitch: isOn ? 'connected' : 'disconnected',
        creditStatus: isOn ? 'inCredit' : 'outOfCredit',
      },
    });
    await sweep();
    return (await view()).account;
  };
  const rich = await said(50_000n, true);
  assert.deepEqual([rich.standing, rich.meter?.creditWh], ['enough', '50000']);
  assert.equal(rich.nightsLeftTenths, 400, 'as far as is looked ahead');
  assert.equal((await said(1_000n, true)).standing, 'low');
  assert.equal((await said(0n, false)).standing, 'usedUp');
  assert.equal((await said(20_000n, true)).standing, 'enough');
});

test('a circuit goes by its group’s programme, overrides and credit, and its meter is told', async () => {
  const body = { group: 'Ward 5', fullW: 600, onFromPercent: 60, reason };
  const nowhere = await refusalOf('/circuit', { ...body, group: 'Nowhere' });
  assert.deepEqual(nowhere, [409, 'unknownGroup']);
  await post('/circuit', body);
  await sweep();
  const [first] = told();
  assert.deepEqual(first?.programme, { plans: [{ ...document.plans[0], season: null }] });
  assert.deepEqual([first?.onFromPercent, first?.dimToPercent, first?.overrides], [60, null, []]);
  await answer({ kind: 'setLights' });
  const taken = await circuit();
  assert.deepEqual(taken.cannotDim, [{ levelPercent: 50, isOn: false }]);
  assert.equal(taken.told?.stage, 'done');
  await untilTime('2026-11-28T23:30', 30);
  assert.deepEqual([(await circuit()).isDueOn, told().length], [false, 1]);
  const tonightWh = Number((await circuit()).tonightWh);
  assert.ok(tonightWh > 4 * 600 && tonightWh < 5 * 600, `${tonightWh}: from sunset to 23:00`);

  const until = new Date(h.clock.nowMs + 3_600_000).toISOString();
  const override = { requestId: newTestUuid(), levelPercent: 100, until, reason };
  await post('/overrides', { ...override, group: 'Ward 5' });
  await post('/overrides', { ...override, requestId: newTestUuid(), levelPercent: 5, lamp: 'C1' });
  await sweep();
  assert.deepEqual(
    told()[1]?.overrides.map(({ levelPercent }) => levelPercent),
    [100],
  );
  assert.deepEqual([(await circuit()).isDueOn, (await circuit()).because], [true, 'override']);
  await answer({ kind: 'setLights' });
  await untilTime('2026-11-29T01:00', 30);
  assert.equal((await circuit()).isDueOn, false);
  assert.equal(told().length, 2, 'its end was known to the meter');

  await post('', {
    ...{ requestId: newTestUuid(), reason, ...place, dimBelowNights: 30, dimToPercent: 30 },
  });
  await sweep();
  const low = await view();
  assert.deepEqual([low.account.standing, told()[2]?.dimToPercent], ['low', 30]);
  assert.ok((low.account.nightsLeftTenths ?? 400) < 60, 'of what the circuit burns');
  await answer({ kind: 'refused', reason: 'unsupported' });
  await untilTime('2026-11-29T03:00', 30);
  assert.equal(told().length, 3, 'a meter that cannot is not asked again');
  assert.equal((await circuit()).told?.refusal, 'unsupported');
  await post('/circuit', body);
  await sweep();
  assert.equal(told().length, 4, 'kept once more it is told once more');
  await answer({ kind: 'setLights' });

  await post('/circuit', { group: null, reason });
  await sweep();
  assert.deepEqual([told()[4], (await view()).circuit], [null, null]);
  await answer({ kind: 'setLights' });
  await post('/circuit', { ...body, isProtected: true });
  await sweep();
  assert.equal(told()[5]?.isProtected, true);
  await post('/close', { reason }, people.allower);
  await sweep();
  assert.equal(told()[6], null);
});

/** An account whose credit is not known is looked at each minute. */
async function nextLook(): Promise<void> {
  h.clock.nowMs += 60_000;
  await sweep();
}

test('a word that was lost is told again, and so is a meter that was put in for another', async () => {
  home = await h.addConnection({ name: 'Cabinet of Ward 6' });
  await post(
    '',
    { requestId: newTestUuid(), reason, ...place, meteredBy: 'meter' },
    people.allower,
  );
  await post('/programmes', { name: 'Night', document });
  await post('/groups', { name: 'Ward 6', programme: 'Night' });
  await post('/circuit', { group: 'Ward 6', fullW: 400, onFromPercent: 1, reason });
  await sweep();
  assert.equal(sent().length, 1);
  assert.equal((await circuit()).told?.stage, 'awaitingResult');

  // Nothing was heard of it for its week: it is over, and is said once more with a new end.
  h.clock.nowMs = (sent()[0]?.expiresAtMs ?? 0) - 1;
  await sweep();
  const ids = () => new Set(sent().map(({ commandId }) => commandId));
  assert.equal(ids().size, 1, 'the same word, sent again');
  await nextLook();
  await nextLook();
  assert.equal(ids().size, 2);
  assert.ok((sent().at(-1)?.expiresAtMs ?? 0) > h.clock.nowMs);
  const [first] = [...ids()];
  await answer({ kind: 'setLights' }, first);
  await nextLook();
  assert.equal((await circuit()).told?.stage, 'awaitingResult', 'an answer to the old word');

  // The meter had it after its end by its own clock: that says nothing of the meter.
  await answer({ kind: 'refused', reason: 'expired' });
  await nextLook();
  assert.equal(ids().size, 3);
  await answer({ kind: 'setLights' });
  await nextLook();
  assert.deepEqual([ids().size, (await circuit()).told?.stage], [3, 'done']);

  const old = { ...home };
  const meter = {
    ...{ meterPan: meterPanOf(81_001), encryptionAlgorithm: 'ea07', supplyGroupCode: '123456' },
    ...{ tariffIndex: '01', keyRevision: 1, secretSha256: null },
  };
  const exchange = `/api/operator/connections/${idFromUuid('connection', home.connectionId)}/meter-exchange`;
  const { approval } = await askAndAllow(people, exchange, {
    ...{ requestId: newTestUuid(), reason, oldMeterPan: home.meterPan, meter },
    balance: { from: 'stated', energyWh: '0', creditedWh: null },
  });
  assert.equal(approval?.state, 'done', JSON.stringify(approval?.failure));
  home = { ...old, meterPan: meter.meterPan };
  await nextLook();
  assert.equal(sent().length, 1, 'the new meter is told');
  assert.deepEqual(told()[0]?.programme, { plans: [{ ...document.plans[0], season: null }] });
  assert.notEqual((await circuit()).told?.stage, 'done', 'what the old one took is not its');
  await answer({ kind: 'setLights' });
  await nextLook();
  assert.deepEqual([sent().length, (await circuit()).told?.stage], [1, 'done']);
});

// Street lights that a meter of their own counts: its credit and switch in token mode, and a
// circuit of lamps behind its contactor, which is told what it goes by.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { LightingView } from '@prewatt/api';
import { type CommandResult, lightsDocument } from '@prewatt/protocol';
import { energyWh, idFromUuid, powerW } from '@prewatt/quantities';
import { createPeople, type People } from './correction-harness.ts';
import { createHarness, type Harness, newTestUuid } from './harness.ts';
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
  const circuit = async () => (await view()).circuit ?? assert.fail('no circuit');
  const sent = () =>
    h.sent.flatMap(({ meterPan, message }) =>
      meterPan === home.meterPan && message.kind === 'command' ? [message] : [],
    );
  const told = () =>
    sent().flatMap(({ action }) =>
      action.kind === 'setLights'
        ? [lightsDocument.nullable().parse(JSON.parse(action.documentJson ?? 'null'))]
        : [],
    );
  let sequence = 100;
  const answer = async (result: CommandResult) => {
    const commandId = sent().findLast(({ action }) => action.kind === 'setLights')?.commandId ?? '';
    const completedAtMs = h.clock.nowMs;
    sequence += 1;
    const said = { kind: 'commandResult' as const, sequence, commandId, completedAtMs, result };
    await h.fromMeter(home.meterPan, said);
  };
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

// The control mode of a meter's switch on a real database: who may set it, what is refused before
// it goes for nothing, what the meter says, and what a wallet makes of a closing left to a hand.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandBody } from '@prewatt/api';
import type { ControlMode } from '@prewatt/protocol';
import { energyWh, powerW } from '@prewatt/quantities';
import { newTestUuid, startMs } from './harness.ts';
import { halfHour, setUpWallets } from './wallet-harness.ts';

const w = setUpWallets();

const reason = 'A test asks for it';
type Wish = CommandBody extends infer B
  ? B extends CommandBody
    ? Omit<B, 'requestId'>
    : never
  : never;
const sendAs = async (who: 'asker' | 'allower' | 'viewer', wish: Wish | object) => {
  const body = { ...wish, requestId: newTestUuid(), reason };
  const answer = await w.people[who].postJson(`${w.path()}/commands`, body);
  return { status: answer.statusCode, ...(answer.json() as { code?: string; detail?: string }) };
};
const set = (controlMode: unknown) => ({ kind: 'setControlMode', controlMode });
const open = { kind: 'switchOpen', cause: 'maintenance' };
const arm = { kind: 'switchArm' };

/** The meter reports its mode. */
const said = async (controlMode: ControlMode | null) => {
  w.h.clock.nowMs += 60_000;
  await w.h.fromMeter(w.home.meterPan, {
    kind: 'state',
    state: {
      capturedAtMs: w.h.clock.nowMs,
      availableEnergyWh: energyWh(5_000n),
      powerW: powerW(0n),
      importEnergyWh: energyWh(100_000n),
      creditedEnergyWh: energyWh(105_000n),
      loadSwitch: 'connected',
      creditStatus: 'inCredit',
      owedEnergyWh: energyWh(0n),
      account: {
        ...{ paymentMode: 'prepayment', creditUnit: 'energy', reconnection: 'automatic' },
        ...{ controlMode, creditInUse: 'token', veryLow: false, emergency: null },
        ...{ reservedEnergyWh: energyWh(0n), openReasons: [], protectedUntilMs: null },
        ...{ powerLimitW: null, tamper: [] },
      },
    },
  });
};
const commandRows = async (): Promise<{ kind: string; stage: string; result: string | null }[]> =>
  (await w.people.viewer.get(`${w.path()}/commands`)).json().rows;

test('an administrator sets the mode; the meter answers, and its page says it', async () => {
  assert.equal((await sendAs('viewer', set(5))).status, 403);
  assert.deepEqual([(await sendAs('asker', set(5))).code], ['notAllowed']);
  for (const wrong of [7, -1, '5', undefined]) {
    assert.equal((await sendAs('allower', set(wrong))).status, 400, `${wrong}`);
  }
  assert.equal((await sendAs('allower', set(5))).status, 202);
  await w.answer('setControlMode', { kind: 'setControlMode' });
  assert.deepEqual(w.commands().at(-1)?.action, set(5));
  await said(5);
  const view = await w.people.viewer.get(`${w.path()}/meter`);
  assert.equal(view.json().said.report.account.controlMode, 5);
  const row = (await commandRows()).find(({ kind }) => kind === 'setControlMode');
  assert.deepEqual([row?.stage, row?.result], ['done', 'set']);
});

test('what the mode does not have is said before a command goes for nothing', async () => {
  await said(0);
  const never = await sendAs('asker', open);
  assert.deepEqual([never.status, never.code], [409, 'neverOpens']);
  assert.match(never.detail ?? '', /set another control mode first/);
  assert.equal((await sendAs('asker', arm)).code, 'neverOpens');
  for (const mode of [2, 4] as const) {
    await said(mode);
    assert.equal((await sendAs('asker', arm)).code, 'noArming');
  }
  for (const mode of [1, 3, 5, 6, null] as const) {
    await said(mode);
    assert.equal((await sendAs('asker', arm)).status, 202);
  }
  assert.equal((await sendAs('asker', open)).status, 202);
});

test('a meter that refuses says that its mode is why', async () => {
  assert.equal((await sendAs('asker', arm)).status, 202);
  await w.answer('switchArm', { kind: 'refused', reason: 'controlMode' });
  assert.equal((await sendAs('allower', set(0))).status, 202);
  await w.answer('setControlMode', { kind: 'refused', reason: 'heldOpen' });
  const rows = await commandRows();
  const results = rows.map(({ stage, result }) => `${stage}: ${result}`);
  assert.ok(
    results.some((text) => /refused: .*control mode of its switch/.test(text)),
    `${results}`,
  );
  assert.ok(
    results.some((text) => /refused: .*let it go first/.test(text)),
    `${results}`,
  );
});

test('mode 0 gives no supply back that somebody holds, and is none for a wallet', async () => {
  assert.equal((await sendAs('asker', open)).status, 202);
  assert.equal((await sendAs('allower', set(0))).code, 'heldOpen');
  assert.equal((await sendAs('allower', set(6))).status, 202);
  await w.answer('switchOpen', { kind: 'switchOpen', loadSwitch: 'disconnected' });
  assert.equal((await sendAs('asker', { kind: 'switchClose' })).status, 202);
  await w.answer('switchClose', { kind: 'switchClose', loadSwitch: 'connected' });
  await w.read(startMs, [100_000]);
  await w.toWallet();
  const refused = await sendAs('allower', set(0));
  assert.deepEqual([refused.status, refused.code], [409, 'walletNeedsSwitch']);
});

test('a meter whose switch never opens gets no wallet', async () => {
  await said(0);
  const wish = { requestId: newTestUuid(), toMode: 'wallet', reason };
  const refused = await w.people.asker.postJson(`${w.path()}/credit-mode`, wish);
  assert.equal(refused.statusCode, 409);
  assert.equal(refused.json().code, 'switchNeverOpens');
  await said(5);
  assert.equal((await w.people.asker.postJson(`${w.path()}/credit-mode`, wish)).statusCode, 202);
});

test('a wallet does not ask again and again for a closing that waits for a hand', async () => {
  await w.read(startMs, [100_000]);
  await w.toWallet();
  await w.read(startMs + halfHour, [110_000]);
  await w.answer('switchOpen', { kind: 'switchOpen', loadSwitch: 'disconnected' });
  await w.pay(50_000n);
  await w.answer('switchClose', { kind: 'refused', reason: 'controlMode' });
  const asked = () => w.commands().filter(({ action }) => action.kind === 'switchClose').length;
  assert.equal(asked(), 1);
  for (let turn = 0; turn < 4; turn += 1) {
    w.h.clock.nowMs += 10 * 60_000;
    await w.h.services.upkeep();
  }
  assert.equal(asked(), 1);
  assert.equal((await w.wallet()).wallet?.supply, 'on');
});

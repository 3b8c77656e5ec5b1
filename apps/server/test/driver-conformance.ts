// What every driver of meters must do, tried on a simulator of its own meter. A new driver is
// added by a call of this function in drivers.test.ts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type CommandAction,
  type CommandResult,
  decodeUp,
  encodeDown,
  type LinkState,
  type MeterAbility,
  type MeterDriver,
  type UpMessage,
} from '@prewatt/protocol';
import { uuidV7 } from '@prewatt/quantities';
import { systemRandom } from '../src/base/ids.ts';

export type Simulator = {
  readonly meterPan: string;
  /** A number that no meter has. */
  readonly strangerPan: string;
  readonly nowMs: () => number;
  /** 20 digits that the meter takes; each n another token. */
  readonly tokenOf: (creditWh: number, n: number) => string;
  /** Reads by plan come soon. */
  readonly hurry: () => Promise<void>;
};

/** `make` is called when the tests run: nothing is there before. */
export function driverConformance(
  name: string,
  make: () => { readonly driver: MeterDriver; readonly simulator: Simulator },
): void {
  const heard: UpMessage[] = [];
  const links: LinkState[] = [];
  const at = () => make();

  const listen = (): Promise<void> => {
    const { driver, simulator } = at();
    return driver.listen({
      up: (meterPan, payload) => {
        const message = decodeUp(payload);
        assert.ok(message.ok, 'a driver says what the head-end understands');
        if (meterPan !== simulator.meterPan) return undefined;
        heard.push(message.value);
        if (!('sequence' in message.value)) return undefined;
        const { sequence } = message.value;
        // Not before the driver has said all of it.
        setImmediate(() => {
          const acknowledge = encodeDown({ kind: 'acknowledge', sequence });
          void driver.send(meterPan, acknowledge, { atMostOnce: true }).catch(() => undefined);
        });
        return undefined;
      },
      link: (meterPan, state) => {
        if (meterPan === simulator.meterPan) links.push(state);
      },
    });
  };
  const answers = (commandId: string): CommandResult[] =>
    heard.flatMap((message) =>
      message.kind === 'commandResult' && message.commandId === commandId ? [message.result] : [],
    );
  const send = async (
    action: CommandAction,
    o: { readonly commandId?: string; readonly expiresInMs?: number } = {},
  ): Promise<CommandResult> => {
    const { driver, simulator } = at();
    const commandId = o.commandId ?? `command_${uuidV7(Date.now(), systemRandom(10))}`;
    const before = answers(commandId).length;
    const nowMs = simulator.nowMs();
    const command = encodeDown({
      ...{ kind: 'command', commandId, action, issuedAtMs: nowMs },
      expiresAtMs: nowMs + (o.expiresInMs ?? 30 * 86_400_000),
    });
    await until(`${name} takes ${action.kind}`, () =>
      driver.send(simulator.meterPan, command).then(
        () => true,
        () => null,
      ),
    );
    return until(`${name} answers ${action.kind}`, () => answers(commandId)[before]);
  };

  /** What the driver has no ability for it refuses, by the same words as every other. */
  const expected = (ability: MeterAbility, result: CommandResult): CommandResult =>
    at().driver.capabilities.abilities.includes(ability)
      ? result
      : { kind: 'refused', reason: 'unsupported' };

  test(`${name}: the meter is there, and says its state when asked`, async () => {
    await listen();
    assert.deepEqual(await send({ kind: 'readNow' }), { kind: 'readNow' });
    const state = await until('a state', () => heard.find(({ kind }) => kind === 'state'));
    assert.ok(state.kind === 'state' && state.state.importEnergyWh >= 0n);
    // It is new and has no credit; ready where its driver tells what a hand could do.
    assert.equal(state.state.availableEnergyWh, 0n);
    assert.ok(['disconnected', 'readyForReconnection'].includes(state.state.loadSwitch));
    await until('registers', () => heard.find(({ kind }) => kind === 'registers'));
  });

  test(`${name}: a tariff that begins later is taken while nothing is in the meter`, async () => {
    const { driver, simulator } = at();
    if (!driver.capabilities.abilities.includes('setTariff')) return;
    const documentJson = JSON.stringify(tariffByTime(simulator.nowMs()));
    const activatesAtMs = simulator.nowMs() + dayMs;
    assert.deepEqual(await send({ kind: 'setTariff', documentJson, activatesAtMs }), {
      kind: 'setTariff',
    });
  });

  test(`${name}: a token is credited once, whatever is repeated`, async () => {
    const token = at().simulator.tokenOf(12_500, 1);
    if (!at().driver.capabilities.abilities.includes('enterToken')) {
      const refused = { kind: 'refused', reason: 'unsupported' };
      return assert.deepEqual(await send({ kind: 'deliverToken', token }), refused);
    }
    const commandId = `command_${uuidV7(Date.now(), systemRandom(10))}`;
    const first = await send({ kind: 'deliverToken', token }, { commandId });
    assert.ok(first.kind === 'deliverToken' && first.outcome.result === 'accepted');
    assert.deepEqual([first.outcome.effect, first.outcome.creditedEnergyWh], ['credit', 12_500n]);
    assert.deepEqual(await send({ kind: 'deliverToken', token }, { commandId }), first);
    const again = await send({ kind: 'deliverToken', token });
    const isIn =
      again.kind === 'deliverToken' &&
      (again.outcome.result === 'accepted' || again.outcome.refusal === 'used');
    assert.ok(isIn, 'a token that is in counts as delivered');
  });

  test(`${name}: a token of another meter is refused, in words of the standard`, async () => {
    if (!at().driver.capabilities.abilities.includes('enterToken')) return;
    const refused = await send({ kind: 'deliverToken', token: '12345678901234567890' });
    assert.ok(refused.kind === 'deliverToken' && refused.outcome.result === 'refused');
    assert.equal(refused.outcome.refusal, 'crc');
  });

  test(`${name}: the switch opens and closes, and the answer says how it stands`, async () => {
    const opened = await send({ kind: 'switchOpen', cause: 'operator' });
    const open = { kind: 'switchOpen', loadSwitch: 'disconnected' } as const;
    assert.deepEqual(opened, expected('switch', open));
    const closed = { kind: 'switchClose', loadSwitch: 'connected' } as const;
    assert.deepEqual(await send({ kind: 'switchClose' }), expected('switch', closed));
  });

  test(`${name}: limit and clock are set`, async () => {
    for (const limitW of [2_000, null]) {
      const limited = await send({ kind: 'setPowerLimit', limitW });
      assert.deepEqual(limited, expected('setPowerLimit', { kind: 'setPowerLimit' }));
    }
    const set = await send({ kind: 'setClock', atMs: at().simulator.nowMs() });
    const errorMs = set.kind === 'setClock' ? set.errorMs : 0;
    assert.deepEqual(set, expected('setClock', { kind: 'setClock', errorMs }));
  });

  test(`${name}: what it cannot do it refuses, and what comes too late`, async () => {
    const { driver } = at();
    const { nowMs } = at().simulator;
    const unread = { kind: 'setTariff', documentJson: '{}', activatesAtMs: nowMs() } as const;
    const isAble = driver.capabilities.abilities.includes('setTariff');
    const reason = isAble ? 'malformed' : 'unsupported';
    assert.deepEqual(await send(unread), { kind: 'refused', reason });
    // Its clock was set a moment ago, and a moment is minutes where time is fast.
    const late = await send({ kind: 'switchClose' }, { expiresInMs: -dayMs });
    assert.deepEqual(late, { kind: 'refused', reason: 'expired' });
  });

  test(`${name}: a command that is taken back before it came is never carried out`, async () => {
    const { driver, simulator } = at();
    const commandId = `command_${uuidV7(Date.now(), systemRandom(10))}`;
    await driver.send(simulator.meterPan, encodeDown({ kind: 'cancel', commandId }));
    const first = await until('the answer to a cancel', () => answers(commandId)[0]);
    assert.deepEqual(first, { kind: 'refused', reason: 'cancelled' });
    const late = await send({ kind: 'switchOpen', cause: 'operator' }, { commandId });
    assert.deepEqual(late, first);
  });

  test(`${name}: intervals of the profile come by themselves, and their registers never fall`, async () => {
    const entries = await until('two intervals', async () => {
      await at().simulator.hurry();
      const profiles = heard.filter((message) => message.kind === 'profile');
      for (const { entries: own } of profiles) assert.deepEqual(own, own.toSorted(byEnd));
      const all = profiles.flatMap((profile) => profile.entries);
      return new Set(all.map(({ endsAtMs }) => endsAtMs)).size >= 2 ? all : null;
    });
    // A message whose acknowledgement was lost comes again, after newer ones.
    const values = entries.toSorted(byEnd).map(({ importEnergyWh }) => importEnergyWh);
    assert.ok(values.every((value, index) => value >= (values[index - 1] ?? 0n)));
  });

  test(`${name}: a meter that is not there is not taken for one that is`, async () => {
    const { driver, simulator } = at();
    const command = encodeDown({
      ...{ kind: 'command', commandId: `command_${uuidV7(Date.now(), systemRandom(10))}` },
      ...{ expiresAtMs: simulator.nowMs() + 60_000, action: { kind: 'readNow' } },
    });
    await assert.rejects(driver.send(simulator.strangerPan, command));
    // One that connects by itself may have said so before anybody listened.
    const isSaid = driver.capabilities.reach === 'meterConnects' || links.includes('online');
    assert.ok(isSaid && !links.includes('offline'), links.join(', '));
  });
}

const dayMs = 86_400_000;

/**
 * Nights and Sundays are cheaper in winter, and one day is by its name; what every driver that sets
 * tariffs can say.
 */
function tariffByTime(nowMs: number): object {
  const weekdays = { days: [1, 2, 3, 4, 5, 6], calendarMonths: [6, 7, 8] };
  const day = { code: 'day', label: 'Day', from: '06:00', to: '22:00', ...weekdays };
  const inForty = new Date(nowMs + 40 * dayMs).toISOString().slice(5, 10);
  const holiday = { code: 'holiday', label: 'Holiday', dates: [inForty] };
  const rates = { holiday: '1', day: '2.45', rest: '1.2' };
  return {
    ...{ schema: 'prewatt-tariff-1', id: 'by-time', version: 1, utility: 'A test' },
    ...{ country: 'ZA', customerClass: 'Homes', zone: 'Africa/Johannesburg' },
    ...{ currency: { code: 'ZAR', scale: 2 } },
    effectiveFrom: new Date(nowMs - dayMs).toISOString().slice(0, 10),
    periods: [holiday, day, { code: 'rest', label: 'All other hours' }],
    energy: {
      repricing: 'purchase',
      schedules: [{ code: 'use', blocks: [{ uptoKwh: null, rates }] }],
    },
  };
}

type Ending = { readonly endsAtMs: number };
const byEnd = (a: Ending, b: Ending): number => a.endsAtMs - b.endsAtMs;

async function until<T>(
  what: string,
  probe: () => Promise<T | null | undefined> | T | null | undefined,
): Promise<T> {
  for (let tries = 0; tries < 500; tries += 1) {
    const value = await probe();
    if (value !== null && value !== undefined) return value;
    await pause(30);
  }
  throw new Error(`waited in vain: ${what}`);
}

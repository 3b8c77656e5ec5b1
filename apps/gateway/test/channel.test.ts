// A channel without link: what the register shows is charged once, neither lost nor doubled,
// whatever is taken back by a power cut, and whatever the register does.

import assert from 'node:assert/strict';
import { cpSync, rmSync } from 'node:fs';
import { after, test } from 'node:test';
import { availableMilliWhOf, owedOf } from '@prewatt/meter';
import { createStateStore } from '@prewatt/virtual-meter/state-store';
import { type Channel, createChannel } from '../src/channel.ts';
import { createRegisterBaseStore } from '../src/register-base.ts';
import type { ChannelSetting, SiteFile } from '../src/site.ts';
import {
  channelOf,
  emergency,
  firstPan,
  loadSite,
  siteOf,
  temporaryFolder,
  tokenOf,
} from './fixtures.ts';

const root = temporaryFolder();
after(root.remove);
let folders = 0;
const startMs = Date.UTC(2026, 11, 1, 6);

function settingOf(more: Partial<SiteFile['channels'][number]> = {}): ChannelSetting {
  const { site } = loadSite(root.path, siteOf({ channels: [channelOf(firstPan, more)] }));
  return site.channels[0] ?? assert.fail();
}

/** A channel with a register that a test turns. */
function rig(setting: ChannelSetting, folder = `${root.path}/${++folders}`, fromMs = startMs) {
  let nowMs = fromMs;
  const troubles: string[] = [];
  let switched = 0;
  const open = (): Channel =>
    createChannel(setting, {
      clock: { nowMs: () => nowMs },
      states: createStateStore(folder),
      bases: createRegisterBaseStore(folder),
      send: () => undefined,
      switched: () => {
        switched += 1;
      },
      onTrouble: (what) => troubles.push(what),
    });
  const channel = open();
  return {
    ...{ channel, folder, troubles },
    switched: () => switched,
    nowMs: () => nowMs,
    read: (importWh: number, powerW = 0, minutes = 1) => {
      nowMs += minutes * 60_000;
      channel.takeReading({ importWh, powerW });
    },
  };
}
const leftWh = (channel: Channel): number => availableMilliWhOf(channel.state()) / 1000;
const isOn = (channel: Channel): boolean => channel.state().loadSwitch === 'connected';

test('a token switches on, use is charged, the end of credit switches off, all without a link', () => {
  const { channel, read, switched } = rig(settingOf());
  read(7_000_000);
  assert.equal(isOn(channel), false);
  assert.equal(channel.enter(tokenOf(firstPan, 1000, 1))?.result, 'accepted');
  assert.equal(channel.enter(tokenOf(firstPan, 1000, 1))?.result, 'refused');
  assert.deepEqual([isOn(channel), switched()], [true, 1]);
  read(7_000_400, 2000);
  assert.equal(leftWh(channel), 600);
  read(7_001_000, 2000, 20);
  assert.deepEqual([isOn(channel), leftWh(channel), switched()], [false, 0, 2]);
});

test('what is shared stays on without credit, whatever it was before and whoever wants it off', () => {
  const home = rig(settingOf());
  home.read(0);
  home.channel.store();
  assert.equal(isOn(home.channel), false);
  const stairs = rig(settingOf({ shared: true }), home.folder, home.nowMs());
  assert.equal(isOn(stairs.channel), true);
  stairs.read(5_000, 2_000, 60);
  const commandId = 'command_0190a000-0000-7000-8000-000000000002';
  const orders = [
    { kind: 'switchOpen', cause: 'safety' },
    { kind: 'setControlMode', controlMode: 1 },
  ] as const;
  for (const action of orders) {
    stairs.channel.receive({
      ...{ kind: 'command', commandId, action },
      expiresAtMs: stairs.nowMs() + 60_000,
    });
  }
  stairs.read(6_000, 2_000, 60);
  assert.deepEqual([isOn(stairs.channel), stairs.switched()], [true, 0]);
  assert.ok(owedOf(stairs.channel.state()) > 0);
});

test('what flows before the contactor opens is charged when supply is back', () => {
  const { channel, read } = rig(settingOf());
  read(0);
  channel.enter(tokenOf(firstPan, 1000, 1));
  read(1020, 2000, 30);
  assert.equal(isOn(channel), false);
  read(1050, 2000);
  channel.enter(tokenOf(firstPan, 2000, 2));
  read(1060, 1000);
  read(1070, 1000);
  assert.equal(channel.state().importMilliWh, 1_070_000);
  assert.equal(leftWh(channel), 1930);
});

test('emergency credit is taken at the keypad, and paid back by the next token', () => {
  const { channel, read } = rig(settingOf({ protection: emergency }));
  read(0);
  channel.enter('890');
  assert.equal(isOn(channel), true);
  read(500, 1000, 30);
  channel.enter(tokenOf(firstPan, 3000, 1));
  assert.equal(isOn(channel), true);
  assert.equal(leftWh(channel) - Number(owedOf(channel.state())) / 1000, 2500);
});

test('a power cut at any write loses nothing and doubles nothing', () => {
  const setting = settingOf();
  const first = rig(setting);
  const copies: { folder: string; tokens: number; wh: number; atMs: number }[] = [];
  let [wh, tokens] = [50_000, 0];
  // Counting begins with the first reading: before it there is nothing to lose.
  first.read(wh);
  const snapshot = () => {
    const folder = `${root.path}/cut-${copies.length}-${folders}`;
    cpSync(first.folder, folder, { recursive: true });
    copies.push({ folder, tokens, wh, atMs: first.nowMs() });
  };
  for (let turn = 0; turn < 24; turn += 1) {
    if (turn % 6 === 0) {
      tokens += 1;
      first.channel.enter(tokenOf(firstPan, 5000, tokens));
      snapshot();
    }
    wh += 370;
    first.read(wh, 3000, 10);
    snapshot();
    if (turn % 7 === 0) first.channel.store();
    snapshot();
  }
  for (const copy of copies) {
    const again = rig(setting, copy.folder, copy.atMs);
    again.read(copy.wh + 200, 3000, 10);
    const usedWh = copy.wh + 200 - 50_000;
    assert.equal(again.channel.state().importMilliWh, usedWh * 1000, copy.folder);
    assert.equal(leftWh(again.channel), copy.tokens * 5000 - usedWh, copy.folder);
    rmSync(copy.folder, { recursive: true });
  }
});

test('a register that goes back is not believed at once, and never charges', () => {
  const { channel, read, troubles } = rig(settingOf());
  read(90_000);
  channel.enter(tokenOf(firstPan, 5000, 1));
  read(90_100);
  read(10);
  read(90_200);
  assert.deepEqual([channel.state().importMilliWh, troubles], [200_000, []]);
  for (const wh of [10, 20, 30]) read(wh);
  assert.deepEqual(troubles, ['registerWentBack']);
  read(130);
  assert.equal(channel.state().importMilliWh, 300_000);
});

test('a leap that no home can use is held until somebody says that the meter is another one', () => {
  const setting = settingOf({ maximumPowerW: 10_000 });
  const first = rig(setting);
  first.read(1000);
  first.channel.enter(tokenOf(firstPan, 50_000, 1));
  first.read(1100);
  for (let turn = 0; turn < 4; turn += 1) first.read(900_000);
  assert.deepEqual(first.troubles, ['registerLeapt']);
  assert.equal(first.channel.state().importMilliWh, 100_000);
  first.channel.store();
  const other = rig({ ...setting, meterSerial: 'B-2' }, first.folder, first.nowMs());
  other.read(900_000);
  other.read(900_250, 0, 10);
  assert.deepEqual(other.troubles, ['meterExchanged']);
  assert.equal(other.channel.state().importMilliWh, 350_000);
});

test('a clock that was ahead and is put right lets nothing flow for nothing', () => {
  const { channel, read, troubles } = rig(settingOf({ maximumPowerW: 10_000 }));
  read(1000);
  channel.enter(tokenOf(firstPan, 50_000, 1));
  read(1100);
  read(1200, 2000, -240);
  for (let wh = 1300; wh <= 9300; wh += 100) read(wh, 2000, 3);
  // Its own time stands until the clock has caught up; then it counts what has flowed.
  assert.deepEqual(troubles, []);
  assert.equal(channel.state().importMilliWh, 8_300_000);
});

test('a register at its end begins again at zero; days without readings are no leap', () => {
  const { channel, read, troubles } = rig(settingOf({ wrapsAtWh: 1_000_000 }));
  read(999_800);
  channel.enter(tokenOf(firstPan, 90_000, 1));
  read(100, 500, 60);
  assert.equal(channel.state().importMilliWh, 300_000);
  for (let failure = 0; failure < 3; failure += 1) channel.readingFailed();
  assert.ok(channel.silentSinceMs() !== null);
  for (let hour = 0; hour < 48; hour += 1) channel.tick();
  read(60_100, 500, 2880);
  assert.equal(channel.state().importMilliWh, 60_300_000);
  assert.deepEqual([troubles, channel.silentSinceMs()], [[], null]);
});

test('energy behind an open contactor is a sign of a bypass', () => {
  const { channel, read } = rig(settingOf());
  read(0);
  channel.contactorIs(false);
  read(10);
  read(30);
  const codes = () => channel.state().eventLog.map(({ code }) => code);
  assert.ok(!codes().includes('bypassSuspected'));
  read(100);
  assert.ok(codes().includes('bypassSuspected'));
});

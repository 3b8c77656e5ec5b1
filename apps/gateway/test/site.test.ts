// What a technician writes is checked whole before anything starts, and each fault says what to do.

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { shippedMaps } from '@prewatt/fieldbus';
import { meterFault } from '../src/channel.ts';
import { readConfig } from '../src/config.ts';
import { readSite, type SiteFile } from '../src/site.ts';
import { channelOf, firstPan, loadSite, secondPan, siteOf, temporaryFolder } from './fixtures.ts';

const folder = temporaryFolder();
after(folder.remove);
const path = join(folder.path, 'site.json');
function faultOf(file: SiteFile): string {
  writeFileSync(path, JSON.stringify(file), { mode: 0o600 });
  const read = readSite(folder.path);
  return read.ok ? '' : read.error.replace(`${path}: `, '');
}

test('a sound site is read, and one that is open to others is not', () => {
  assert.equal(faultOf(siteOf()), '');
  chmodSync(path, 0o644);
  const read = readSite(folder.path);
  assert.ok(!read.ok && read.error.includes(`chmod 600 ${path}`));
  chmodSync(path, 0o600);
});

test('names that lead nowhere and places that occur twice are said', () => {
  const contactor = { kind: 'coil', bus: 'roof', unit: 101, coil: 0 } as const;
  assert.match(
    faultOf(siteOf({ channels: [channelOf(firstPan, { contactor })] })),
    /no bus "roof"/,
  );
  const two = [channelOf(firstPan), channelOf(secondPan)];
  assert.match(faultOf(siteOf({ channels: two })), /^coil 0 of unit 101 on row: occurs twice/);
  assert.match(faultOf(siteOf({ channels: two })), /; address 1 on row: occurs twice$/);
  assert.match(
    faultOf(siteOf({ channels: [channelOf(firstPan, { map: 'none' })] })),
    /no map "none"/,
  );
  assert.match(
    faultOf(siteOf({ channels: [channelOf(firstPan, { address: '248' })] })),
    /"248" is no address of modbus/,
  );
  const own = { kind: 'meterSwitch', password: '02123456', operator: '00000001' } as const;
  assert.match(
    faultOf(siteOf({ channels: [channelOf(firstPan, { contactor: own })] })),
    /only meters of dlt645-2007/,
  );
  const shedding = {
    ...{ cutAtPermille: 300, restoreAtPermille: 500, noticeMinutes: 30, stepMinutes: 10 },
  };
  assert.match(faultOf(siteOf({ shedding })), /shedding needs a power device/);
  const ill = channelOf(firstPan, { medical: true, shedOrder: 1 });
  assert.match(faultOf(siteOf({ channels: [ill] })), /a medical device has no shedOrder/);
});

test('a number that no meter has is said before anything starts, and whose it is', () => {
  const meterPan = `${firstPan.slice(0, -1)}8`;
  const faultWith = (more: Partial<SiteFile['channels'][number]>) =>
    meterFault(
      loadSite(folder.path, siteOf({ channels: [channelOf(firstPan, more)] })).site.channels,
    );
  assert.equal(faultWith({}), null);
  assert.equal(faultWith({ meterPan }), `${meterPan}: meter key: panCheckDigit`);
});

test('the key of a till travels by TLS, or stays on this machine', () => {
  const key = `pwv_${firstPan.slice(0, 8)}-0000-7000-8000-000000000000_${'0'.repeat(64)}`;
  const selling = (server: string) => siteOf({ sales: { server, key, amountsMinor: ['1', '2'] } });
  for (const server of ['https://power.example', 'http://127.0.0.1:8080', 'http://[::1]:8080']) {
    assert.equal(faultOf(selling(server)), '');
  }
  for (const server of ['http://power.example', 'http://127.0.0.1.example', 'ftp://127.0.0.1']) {
    assert.match(faultOf(selling(server)), /sales\.server/);
  }
});

test('a map of the site is a file, and one whose examples do not come out is refused', () => {
  mkdirSync(join(folder.path, 'maps'));
  const map = { ...structuredClone(shippedMaps.get('orno-we-504') ?? assert.fail()) };
  const file = join(folder.path, 'maps', 'own.json');
  writeFileSync(file, JSON.stringify({ ...map, name: 'own' }));
  assert.equal(faultOf(siteOf({ channels: [channelOf(firstPan, { map: 'own' })] })), '');
  const wrong = map.examples.map((each) => ({ ...each, expect: { ...each.expect, powerW: 1 } }));
  writeFileSync(file, JSON.stringify({ ...map, name: 'own', examples: wrong }));
  assert.match(faultOf(siteOf()), /own\.json: example 1: powerW is 565, not 1/);
  rmSync(file);
});

test('the environment is a closed set, each fault in a line', () => {
  const sound = { PREWATT_GATEWAY_DIR: '/x', PREWATT_MQTT_URL: 'mqtt://host' };
  const read = readConfig({ ...sound, PATH: '/bin', PREWATT_SERVER: 'http://x' });
  assert.ok(read.ok && read.value.httpPort === 7080 && read.value.httpHost === '127.0.0.1');
  const wrong = readConfig({ PREWATT_MQTT_URL: 'http://host', PREWATT_HTTP_PORT: 'x' });
  assert.ok(!wrong.ok && wrong.error.length === 3);
  const mistyped = readConfig({ ...sound, PREWATT_HTPT_PORT: '7081' });
  assert.deepEqual(!mistyped.ok && mistyped.error, [
    'PREWATT_HTPT_PORT: not a setting of the gateway',
  ]);
  const bare = readConfig({ ...sound, PREWATT_MQTT_IDENTITY: 'certificate' });
  assert.ok(!bare.ok && /over TLS/.test(bare.error[0] ?? ''));
});

test('the example of the documentation is sound once its key is put in', () => {
  const text = readFileSync(new URL('../site.example.json', import.meta.url), 'utf8');
  const key = channelOf(firstPan).decoderKeyHex;
  assert.equal(faultOf(JSON.parse(text.replace("the key file's content", key)) as SiteFile), '');
  assert.match(faultOf(JSON.parse(text) as SiteFile), /channels\.0\.decoderKeyHex/);
});

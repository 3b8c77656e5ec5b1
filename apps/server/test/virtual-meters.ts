// Virtual meters in a process of their own, as an operator would run them: over MQTT to a broker of
// the test, by DLMS at ports of this machine, and by LwM2M to a driver of the test.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { expectOk } from '@prewatt/quantities';
import { issueCreditToken } from '@prewatt/sts/issue';
import { decoderKeyBytes, deriveDecoderKey, vendingKeyFromBytes } from '@prewatt/sts/keys';
import { meterDefaults, testUtility, testVendingKey } from './harness.ts';

const vendingKey = expectOk(vendingKeyFromBytes(testVendingKey.bytes), 'vending key');

const decoderKeyOf = (meterPan: string) =>
  expectOk(
    deriveDecoderKey(vendingKey, {
      ...{ dkga: 'dkga02', meterPan, ea: 'ea07', keyType: 2, baseDate: 14 },
      ...{ supplyGroupCode: '123456', tariffIndex: '01', keyRevision: 1 },
    }),
    'decoder key',
  );

/** Older than any that a harness issues. */
const firstTid = 6_000_000;

/** The n-th token of a meter that no sale is behind. */
export const tokenOf = (meterPan: string, creditWh: number, n: number): string =>
  expectOk(
    issueCreditToken({
      ...{ decoderKey: decoderKeyOf(meterPan), commodity: 'electricity', rnd: 3, keyExpiry: 255 },
      ...{ units: BigInt(creditWh / 100), tid: firstTid + n },
    }),
    'token',
  ).token;

export type DlmsKeys = {
  readonly encryptionKey: string;
  readonly authenticationKey: string;
  readonly readerPassword: string;
};

export type VirtualMeters = {
  /** By the wrapper, and by HDLC. */
  readonly ports: (nth: number) => { readonly wrapper: number; readonly hdlc: number };
  readonly keysOf: (meterPan: string) => DlmsKeys;
  /** Where their pages are. */
  readonly page: string;
  /** Of meters that register by LwM2M. */
  readonly lwm2mOf: (meterPan: string) => { readonly endpoint: string; readonly secret: string };
  readonly close: () => Promise<void>;
};

export type MetersOptions = {
  readonly meterPans: readonly string[];
  readonly mqttUrl: string;
  /** 'realAnchorMs:businessAnchorMs:speed'. */
  readonly clock: string;
  /** 'host:port': they register there, in place of MQTT. */
  readonly lwm2mServer?: string;
};

export async function startVirtualMeters(o: MetersOptions): Promise<VirtualMeters> {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-dlms-'));
  writeFileSync(join(folder, 'factory.json'), JSON.stringify(factoryOf(o)), { mode: 0o600 });
  const http = await freePorts(1);
  const wrapper = await freePorts(2 * o.meterPans.length);
  const hdlc = wrapper + o.meterPans.length;
  const byLwm2m = o.lwm2mServer === undefined ? [] : ['--lwm2m'];
  const child = spawn(process.execPath, [mainFile, '--dlms', ...byLwm2m], {
    env: {
      PATH: process.env['PATH'],
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      ...{ PREWATT_METERS_DIR: folder, PREWATT_MQTT_URL: o.mqttUrl, PREWATT_CLOCK: o.clock },
      ...{ PREWATT_HTTP_PORT: `${http}`, PREWATT_LOG_LEVEL: 'warn' },
      ...(o.lwm2mServer === undefined ? {} : { PREWATT_LWM2M_SERVER: o.lwm2mServer }),
      ...{ PREWATT_DLMS_PORT: `${wrapper}`, PREWATT_DLMS_HDLC_PORT: `${hdlc}` },
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await untilOpen(child, hdlc + o.meterPans.length - 1);
  return {
    page: `http://127.0.0.1:${http}`,
    ports: (nth) => ({ wrapper: wrapper + nth, hdlc: hdlc + nth }),
    keysOf: (meterPan) => JSON.parse(readFileSync(join(folder, `${meterPan}.dlms.json`), 'utf8')),
    lwm2mOf: (meterPan) => JSON.parse(readFileSync(join(folder, `${meterPan}.lwm2m.json`), 'utf8')),
    close: () => end(child, folder),
  };
}

const mainFile = new URL('../../virtual-meter/src/main.ts', import.meta.url).pathname;
const siteFile = new URL('../../gateway/test/simulated-site.ts', import.meta.url).pathname;

type SiteOptions = Omit<MetersOptions, 'meterPans'> & {
  readonly meterPan: string;
  readonly sales?: { readonly server: string; readonly key: string; amountsMinor: string[] };
};

/** The folder of a gateway of one home. */
export function makeSiteFolder(o: Pick<SiteOptions, 'meterPan' | 'sales'>): string {
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-site-'));
  const { homeProfile: _, ...meter } = identityOf(o.meterPan, 'The home');
  const contactor = { kind: 'coil', bus: 'row', unit: 101, coil: 0 };
  const site = {
    ...{ name: 'A site', zone: testUtility.zone, pagePin: '135790' },
    buses: [{ kind: 'tcp', name: 'row', host: '127.0.0.1', port: 1, framing: 'bytes', quietMs: 0 }],
    channels: [{ ...meter, contactor, bus: 'row', address: '1', map: 'ytl-single-phase' }],
    ...(o.sales === undefined ? {} : { sales: o.sales }),
  };
  writeFileSync(join(folder, 'site.json'), JSON.stringify(site), { mode: 0o600 });
  return folder;
}

/** A gateway of one home with a simulated bus, in a process of its own. */
export async function startGatewaySite(
  o: SiteOptions,
): Promise<{ readonly close: () => Promise<void> }> {
  const folder = makeSiteFolder(o);
  const child = await startSite({ ...o, folder });
  return { close: () => end(child, folder) };
}

/** `cut`: where the mains fail (simulated-site.ts). */
export async function startSite(o: {
  readonly folder: string;
  readonly mqttUrl: string;
  readonly clock: string;
  readonly pagePort?: number;
  readonly cut?: string;
}): Promise<ChildProcess> {
  const { folder, mqttUrl, clock, pagePort, cut = '' } = o;
  const args = [siteFile, folder, mqttUrl, clock, pagePort === undefined ? '' : `${pagePort}`, cut];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => {
      // Where the mains fail, they may before it is ready.
      if (cut === '') throw new Error('the gateway did not start');
    }),
  ]);
  return child;
}

async function end(child: ChildProcess, folder: string): Promise<void> {
  child.kill('SIGKILL');
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  rmSync(folder, { recursive: true, force: true });
}

const factoryOf = ({ meterPans }: MetersOptions): object => ({
  meters: meterPans.map((meterPan, nth) => identityOf(meterPan, `Flat ${nth}`)),
});

const identityOf = (meterPan: string, name: string) => ({
  ...{ meterPan, decoderKeyHex: decoderKeyBytes(decoderKeyOf(meterPan)).toHex(), ea: 'ea07' },
  ...{ supplyGroupCode: '123456', tariffIndex: '01', keyRevision: 1, keyType: 2 },
  ...{ keyExpiry: 255, baseDate: 14, initialTid: firstTid - 1 },
  ...{ mqttSecret: meterDefaults.mqttSecret, name, homeProfile: 'home-01' },
  ...{ zone: testUtility.zone, lowCreditThresholdWh: '2000' },
  protection: testUtility.protectionRules,
});

/** The first of so many free ones in a row, as far as can be known beforehand. */
export async function freePorts(count: number): Promise<number> {
  for (;;) {
    const first = await portOf(0);
    const taken = await Promise.all(
      Array.from({ length: count - 1 }, (_, n) => portOf(first + 1 + n).catch(() => null)),
    );
    if (!taken.includes(null)) return first;
  }
}

async function portOf(wanted: number): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function untilOpen(child: ChildProcess, port: number): Promise<void> {
  for (let tries = 0; child.exitCode === null && tries < 2_000; tries += 1) {
    const socket = connect(port, '127.0.0.1');
    const isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (isOpen) return;
    await pause(30);
  }
  throw new Error('the virtual meters did not start');
}

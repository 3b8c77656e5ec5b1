// What the tests share: a site, tokens for its meters, a folder, and a head-end of a few lines on a
// real broker.

import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { noProtection, type ProtectionRules } from '@prewatt/meter';
import {
  type DownMessage,
  decodeUp,
  downTopic,
  encodeDown,
  meterPanOfUpTopic,
  type UpMessage,
} from '@prewatt/protocol';
import { expectOk } from '@prewatt/quantities';
import { issueCreditToken } from '@prewatt/sts/issue';
import { decoderKeyBytes, deriveDecoderKey, vendingKeyFromBytes } from '@prewatt/sts/keys';
import { Aedes } from 'aedes';
import { type LoadedSite, readSite, type SiteFile } from '../src/site.ts';

export const firstPan = '600727000000000009';
export const secondPan = '600727000000000181';
const vendingKey = expectOk(
  vendingKeyFromBytes(Uint8Array.fromHex('0123456789ABCDEF0123456789ABCDEF01234567')),
  'vending key',
);
const parameters = {
  ea: 'ea07',
  supplyGroupCode: '123456',
  tariffIndex: '07',
  keyRevision: 1,
  keyType: 2,
  baseDate: 14,
} as const;
const keyOf = (meterPan: string) =>
  expectOk(deriveDecoderKey(vendingKey, { dkga: 'dkga04', meterPan, ...parameters }), 'key');
const firstTid = 6_700_000;

/** The n-th token of a meter. */
export const tokenOf = (meterPan: string, creditWh: number, n: number): string =>
  expectOk(
    issueCreditToken({
      ...{ decoderKey: keyOf(meterPan), commodity: 'electricity' },
      units: BigInt(creditWh / 100),
      ...{ tid: firstTid + n, rnd: 3, keyExpiry: 255 },
    }),
    'token',
  ).token;

export const channelOf = (
  meterPan: string,
  more: Partial<SiteFile['channels'][number]> = {},
): SiteFile['channels'][number] => ({
  ...parameters,
  meterPan,
  decoderKeyHex: decoderKeyBytes(keyOf(meterPan)).toHex(),
  keyExpiry: 255,
  initialTid: firstTid - 1,
  mqttSecret: 'secret-of-the-meter',
  name: 'Flat <12>',
  zone: 'Africa/Nairobi',
  lowCreditThresholdWh: '5000',
  protection: noProtection,
  bus: 'row',
  address: '1',
  map: 'ytl-single-phase',
  contactor: { kind: 'coil', bus: 'row', unit: 101, coil: 0 },
  ...more,
});

export const siteOf = (more: Partial<SiteFile> = {}): SiteFile => ({
  name: 'Row of four',
  zone: 'Africa/Nairobi',
  pagePin: '135790',
  buses: [{ kind: 'tcp', name: 'row', host: '127.0.0.1', port: 5020, framing: 'bytes' }],
  channels: [channelOf(firstPan)],
  ...more,
});

export const emergency: ProtectionRules = { ...noProtection, emergencyCreditWh: '2000' };

export function temporaryFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'gateway-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Writes and reads it as the process does. */
export function loadSite(folder: string, file: SiteFile): LoadedSite {
  writeFileSync(join(folder, 'site.json'), JSON.stringify(file), { mode: 0o600 });
  return expectOk(readSite(folder), 'site');
}

export type HeadEnd = {
  readonly url: string;
  readonly seen: { readonly meterPan: string; readonly message: UpMessage }[];
  readonly command: (meterPan: string, message: DownMessage) => void;
  readonly close: () => Promise<void>;
};

/** Lets in a meter with its secret, and acknowledges what is to be kept. */
export async function startHeadEnd(): Promise<HeadEnd> {
  const broker = await Aedes.createBroker();
  broker.authenticate = (client, username, password, done) =>
    done(null, client.id === username && password?.toString() === 'secret-of-the-meter');
  const server = createServer(broker.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const seen: { meterPan: string; message: UpMessage }[] = [];
  const send = (meterPan: string, message: DownMessage) =>
    broker.publish(
      {
        ...{ cmd: 'publish', topic: downTopic(meterPan), qos: 1, retain: false, dup: false },
        payload: Buffer.from(encodeDown(message)),
      },
      () => undefined,
    );
  broker.on('publish', (packet) => {
    const meterPan = meterPanOfUpTopic(packet.topic);
    if (meterPan === null) return;
    const message = expectOk(decodeUp(packet.payload as Uint8Array), 'up message');
    seen.push({ meterPan, message });
    if ('sequence' in message) send(meterPan, { kind: 'acknowledge', sequence: message.sequence });
  });
  return {
    url: `mqtt://127.0.0.1:${port}`,
    seen,
    command: send,
    close: async () => {
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      server.close();
    },
  };
}

/** Waits until the probe gives a value; the failure says for what. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | null | undefined | false> | T | null | undefined | false,
): Promise<T> {
  const deadline = Date.now() + 15_000;
  while (Date.now() < deadline) {
    const value = await probe();
    if (value !== null && value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited in vain: ${what}`);
}

// What the tests share: a vendor's key, factory files, a head-end of a few lines on a real broker,
// and the process.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cardPurpose } from '@prewatt/card';
import { noProtection } from '@prewatt/meter';
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
import { purposeKey } from '@prewatt/sts/purpose';
import { Aedes } from 'aedes';
import type { FactoryFile } from '../src/factory.ts';

export const meterPan = '600727000000000009';
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
const decoderKey = expectOk(
  deriveDecoderKey(vendingKey, { dkga: 'dkga04', meterPan, ...parameters }),
  'decoder key',
);
/** The key of cards for this meter, as the utility derives it. */
export const cardKey = purposeKey(decoderKey, cardPurpose);
const firstTid = 6_700_000;

export const factory: FactoryFile = {
  meters: [
    {
      ...parameters,
      meterPan,
      decoderKeyHex: decoderKeyBytes(decoderKey).toHex(),
      keyExpiry: 255,
      initialTid: firstTid - 1,
      mqttSecret: 'secret-of-the-meter',
      name: 'Flat <12>',
      homeProfile: 'home-01',
      zone: 'Africa/Johannesburg',
      lowCreditThresholdWh: '5000',
      protection: noProtection,
    },
  ],
};

/** The n-th token of the test meter. */
export const tokenOf = (creditWh: number, n: number): string =>
  expectOk(
    issueCreditToken({
      decoderKey,
      commodity: 'electricity',
      units: BigInt(creditWh / 100),
      tid: firstTid + n,
      rnd: 3,
      keyExpiry: 255,
    }),
    'token',
  ).token;

export function temporaryFolder(): { readonly path: string; readonly remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'virtual-meter-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function writeFactory(folder: string, file: FactoryFile = factory): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'factory.json'), JSON.stringify(file), { mode: 0o600 });
}

export type HeadEnd = {
  readonly url: string;
  readonly seen: UpMessage[];
  readonly command: (message: DownMessage) => void;
  /** While false, nothing is acknowledged. */
  acknowledges: boolean;
  readonly close: () => Promise<void>;
};

/** A broker that lets in only the meter with its secret, and acknowledges what is to be kept. */
export async function startHeadEnd(): Promise<HeadEnd> {
  const broker = await Aedes.createBroker();
  broker.authenticate = (client, username, password, done) => {
    const isMeter = client.id === username && password?.toString() === 'secret-of-the-meter';
    done(null, isMeter);
  };
  const server = createServer(broker.handle);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const seen: UpMessage[] = [];
  const send = (pan: string, message: DownMessage) =>
    broker.publish(
      {
        cmd: 'publish',
        topic: downTopic(pan),
        payload: Buffer.from(encodeDown(message)),
        qos: 1,
        retain: false,
        dup: false,
      },
      () => undefined,
    );
  const headEnd: HeadEnd = {
    url: `mqtt://127.0.0.1:${port}`,
    seen,
    acknowledges: true,
    command: (message) => send(meterPan, message),
    close: async () => {
      await new Promise<void>((resolve) => broker.close(() => resolve()));
      server.close();
    },
  };
  broker.on('publish', (packet) => {
    const pan = meterPanOfUpTopic(packet.topic);
    if (pan === null) return;
    const message = expectOk(decodeUp(packet.payload as Uint8Array), 'up message');
    seen.push(message);
    if ('sequence' in message && headEnd.acknowledges) {
      send(pan, { kind: 'acknowledge', sequence: message.sequence });
    }
  });
  return headEnd;
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** What a program needs of our environment; the rest of it is no setting of a test. */
const given = {
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
};

export function startProcess(
  environment: Record<string, string>,
  options: readonly string[] = [],
): ChildProcess {
  const main = new URL('../src/main.ts', import.meta.url).pathname;
  return spawn(process.execPath, [main, ...options], {
    env: { ...given, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Waits until the probe gives a value; the failure says for what. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  timeoutMs = 15_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  while (Date.now() < deadline) {
    const value = await probe();
    if (value !== null && value !== undefined && value !== false) return value;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  throw new Error(`waited ${timeoutMs} ms in vain: ${what}`);
}

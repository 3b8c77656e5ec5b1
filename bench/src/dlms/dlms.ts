// Round trips per second on one thread: GET of a profile of 48 intervals under suite 0,
// authenticated and encrypted, through client and server of packages/dlms with the wrapper, both in
// this process. Beside it the bare AES-GCM of the same bytes: sealed and opened once each way.

import {
  array,
  type ClientOutput,
  createDlmsClient,
  createDlmsServer,
  createSecurity,
  type Data,
  type DlmsClient,
  type DlmsServer,
  dateTimeBytes,
  dateTimeOf,
  doubleLongUnsigned,
  implement,
  type LogicalDevice,
  newCounters,
  octetString,
  pickRows,
} from '@prewatt/dlms';
import { attributeOf, profileClass } from '@prewatt/dlms/classes';
import { nodeCrypto } from '@prewatt/dlms/node-crypto';
import type { Benchmark } from '../benchmark.ts';
import { benchmarkDlmsFleet } from './fleet.ts';

const passes = 3;
const roundTrips = 4_000;
const intervals = 48;
const profileName = '1.0.99.1.0.255';
const captureObjects = [
  { classId: 8, logicalName: '0.0.1.0.0.255', attribute: 2, dataIndex: 0 },
  { classId: 3, logicalName: '1.0.1.8.0.255', attribute: 2, dataIndex: 0 },
];
const keys = {
  encryptionKey: new Uint8Array(16).fill(1),
  authenticationKey: new Uint8Array(16).fill(2),
  keyEncryptionKey: new Uint8Array(16).fill(3),
};
const common = {
  crypto: nodeCrypto,
  random: (count: number) => Uint8Array.from({ length: count }, (_, index) => 7 * index + 1),
};

const securityOf = (titleHex: string) =>
  createSecurity({
    crypto: nodeCrypto,
    title: Uint8Array.fromHex(titleHex),
    suite: 0,
    keys,
    counters: newCounters,
    stride: 1_000_000,
  });

/** A meter whose profile is built anew for each request, as one that lives would. */
function meter(): DlmsServer {
  const startMs = Date.UTC(2026, 0, 1);
  const rowAt = (index: number): Data[] => [
    octetString(dateTimeBytes(dateTimeOf(startMs + index * 1_800_000))),
    doubleLongUnsigned(1_000_000 + index * 173),
  ];
  const profile = implement(profileClass, profileName, {
    readData: {
      buffer: ({ selection }) => {
        const rows = Array.from({ length: intervals }, (_, index) => rowAt(index));
        const picked = pickRows({ captureObjects, rows }, selection);
        if (!picked.ok) throw new Error(picked.error);
        return { ok: true, value: array(picked.value) };
      },
    },
  });
  const device: LogicalDevice = {
    sap: 1,
    name: 'PWT0000000000001',
    objects: [profile],
    associations: [
      {
        name: 'management',
        clientSap: 1,
        mechanism: 'gmac',
        secret: new Uint8Array(0),
        protection: 'authenticatedEncrypted',
        rights: () => true,
      },
    ],
    security: securityOf('5057540000000001'),
    maxPduSize: 0xffff,
  };
  return createDlmsServer({ ...common, devices: [device], transport: { kind: 'wrapper' } });
}

function headEnd(): DlmsClient {
  const context = securityOf('5057540000000099');
  const random = (count: number) => common.random(count).map((byte) => byte ^ 0x55);
  return createDlmsClient({
    ...common,
    random,
    clientSap: 1,
    serverSap: 1,
    transport: { kind: 'wrapper' },
    authentication: { mechanism: 'gmac' },
    security: { context, protection: 'authenticatedEncrypted', general: false, dedicated: false },
  });
}

/** Back and forth until nothing is left to send; the events of the last step. */
function exchange(client: DlmsClient, server: DlmsServer, first: ClientOutput): ClientOutput {
  let output = first;
  while (output.bytesToSend.length > 0) {
    output = client.feed(server.feed(output.bytesToSend).bytesToSend);
  }
  return output;
}

function rate(count: number, one: () => void): number {
  const startMs = performance.now();
  for (let index = 0; index < count; index += 1) one();
  return Math.round((count * 1000) / (performance.now() - startMs));
}

/** Runs every pass; the first ones warm the compiler up and the last counts. */
function lastRate(one: () => void): number {
  let last = 0;
  for (let pass = 0; pass < passes; pass += 1) last = rate(roundTrips, one);
  return last;
}

/** Round trips per second, and how many plain bytes went each way in one. */
function measureWhole(): { rate: number; requestBytes: number; responseBytes: number } {
  const [client, server] = [headEnd(), meter()];
  const opened = exchange(client, server, client.open());
  if (!opened.events.some(({ kind }) => kind === 'opened')) throw new Error('not opened');
  const attribute = { ...attributeOf(profileClass, profileName, 'buffer'), selection: null };
  const readOnce = () => {
    const { events } = exchange(client, server, client.request({ kind: 'get', attribute }));
    const answer = events[0]?.kind === 'answer' ? events[0].answer : null;
    const result = answer?.kind === 'read' ? answer.results[0] : undefined;
    const data = result?.ok === true ? result.value : null;
    if (data?.type !== 'array' || data.items.length !== intervals) throw new Error('not read');
  };
  // Header of the wrapper, tag, length, control, counter, authentication tag.
  const request = client.request({ kind: 'get', attribute }).bytesToSend;
  const response = server.feed(request).bytesToSend;
  client.feed(response);
  const requestBytes = request.length - (8 + 2 + 5 + 12);
  const responseBytes = response.length - (8 + 4 + 5 + 12);
  return { rate: lastRate(readOnce), requestBytes, responseBytes };
}

/** The same bytes sealed and opened, with nothing around. */
function measureBare(requestBytes: number, responseBytes: number): number {
  const key = keys.encryptionKey;
  const aad = new Uint8Array(17).fill(0x30);
  let counter = 0;
  const pass = (plaintext: Uint8Array) => {
    const iv = new Uint8Array(12);
    counter += 1;
    new DataView(iv.buffer).setUint32(8, counter);
    const sealed = nodeCrypto.seal({ key, iv, aad, plaintext });
    if (nodeCrypto.open({ key, iv, aad, sealed }) === null) throw new Error('not opened');
  };
  const [request, response] = [new Uint8Array(requestBytes), new Uint8Array(responseBytes)];
  return lastRate(() => {
    pass(request);
    pass(response);
  });
}

/** Meters of `--fleet`; null without it. */
function fleetIn(options: readonly string[]): number | null {
  const at = options.findIndex((each) => /^--fleet(=|$)/.test(each));
  if (at === -1) return null;
  const count = Number(options[at]?.split('=')[1] ?? options[at + 1]);
  if (!Number.isInteger(count) || count < 1 || count > 20_000) {
    throw new Error('--fleet is a number of meters from 1 to 20000');
  }
  return count;
}

export const benchmarkDlms: Benchmark = async (print) => {
  const fleet = fleetIn(process.argv.slice(2));
  if (fleet !== null) return benchmarkDlmsFleet(fleet, print);
  const whole = measureWhole();
  const bare = measureBare(whole.requestBytes, whole.responseBytes);
  const share = Math.round((whole.rate / bare) * 1000) / 1000;
  const shown = (value: number): string => value.toLocaleString('en').padStart(9);
  const { requestBytes, responseBytes } = whole;
  print(
    `dlms: GET of ${intervals} intervals, suite 0, round trips per second, one thread, last of three passes`,
  );
  print(`  client and server  ${shown(whole.rate)}`);
  print(`  bare AES-GCM       ${shown(bare)}   x ${share} of it`);
  print(`  ${requestBytes} bytes of request and ${responseBytes} of response`);
  return { bench: 'dlms', roundTrips: whole.rate, bare, share, requestBytes, responseBytes };
};

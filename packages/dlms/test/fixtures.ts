// A small meter for the tests, its clients, and a pipe between them that loses, doubles and damages
// what it is told to.

import { ok } from '@prewatt/quantities';
import { createRandom, type Random } from '@prewatt/quantities/fuzzing';
import { nodeCrypto, publicKeyFor } from '../node/crypto.ts';
import {
  clockClass,
  dataClass,
  disconnectControlClass,
  profileClass,
  registerClass,
  tokenGatewayClass,
} from '../src/classes/index.ts';
import {
  type AssociationProfile,
  array,
  type ClientEvent,
  type ClientSecurity,
  type CosemObject,
  createDlmsClient,
  createDlmsServer,
  createSecurity,
  type Data,
  type DlmsClient,
  type DlmsClientOptions,
  type DlmsServer,
  dateTimeBytes,
  dateTimeOf,
  doubleLongUnsigned,
  implement,
  type LogicalDevice,
  type Mechanism,
  newCounters,
  octetString,
  type Protection,
  pickRows,
  refused,
  type SecurityContext,
  type ServerEvent,
  securitySetup,
  serverAddress,
} from '../src/index.ts';

export const keys = {
  encryptionKey: Uint8Array.fromHex('000102030405060708090a0b0c0d0e0f'),
  authenticationKey: Uint8Array.fromHex('d0d1d2d3d4d5d6d7d8d9dadbdcdddedf'),
  keyEncryptionKey: Uint8Array.fromHex('11111111111111111111111111111111'),
};
export const serverTitle = Uint8Array.fromHex('5057540000000001');
export const clientTitle = Uint8Array.fromHex('5057540000000099');
export const secret = new TextEncoder().encode('a secret of some length');
const serverKey = new Uint8Array(32).fill(7);
const clientKey = new Uint8Array(32).fill(9);

export const names = {
  energy: '1.0.1.8.0.255',
  note: '0.0.96.1.9.255',
  clock: '0.0.1.0.0.255',
  profile: '1.0.99.1.0.255',
  disconnector: '0.0.96.3.10.255',
  gateway: '0.0.19.40.0.255',
  security: '0.0.43.0.0.255',
} as const;

export const startMs = Date.UTC(2026, 0, 1);
const intervalMs = 1_800_000;
export const profileRows = 400;

const momentAt = (index: number): Data =>
  octetString(dateTimeBytes(dateTimeOf(startMs + index * intervalMs)));

export const captureObjects = [
  { classId: 8, logicalName: names.clock, attribute: 2, dataIndex: 0 },
  { classId: 3, logicalName: names.energy, attribute: 2, dataIndex: 0 },
];

export const rowAt = (index: number): Data[] => [momentAt(index), doubleLongUnsigned(index * 250)];

/** What the meter of the tests was told. */
export type Told = { note: Data; entered: Uint8Array[]; closed: boolean; keys: number };

export function testObjects(told: Told, security: SecurityContext): CosemObject[] {
  const rows = Array.from({ length: profileRows }, (_, index) => rowAt(index));
  return [
    implement(registerClass, names.energy, {
      read: {
        value: () => doubleLongUnsigned(123_456),
        scalerUnit: () => ({ scaler: 1, unit: 'wattHour' as const }),
      },
    }),
    implement(dataClass, names.note, {
      read: { value: () => told.note },
      write: {
        value: (value) => {
          told.note = value;
          return 'success';
        },
      },
    }),
    implement(clockClass, names.clock, { read: { time: () => dateTimeOf(startMs) } }),
    implement(profileClass, names.profile, {
      read: { captureObjects: () => captureObjects, entriesInUse: () => rows.length },
      readData: {
        buffer: ({ selection }) => {
          const picked = pickRows({ captureObjects, rows }, selection);
          return picked.ok ? ok(array(picked.value)) : refused(picked.error);
        },
      },
    }),
    implement(disconnectControlClass, names.disconnector, {
      read: { outputState: () => told.closed },
      methods: {
        remoteDisconnect: () => {
          told.closed = false;
          return 'success';
        },
        remoteReconnect: () => {
          told.closed = true;
          return 'success';
        },
      },
    }),
    implement(tokenGatewayClass, names.gateway, {
      methods: {
        enter: (token) => {
          told.entered.push(token);
          return { returned: octetString(token) };
        },
      },
    }),
    securitySetup({
      security,
      crypto: nodeCrypto,
      policy: () => 0,
      onKeys: () => {
        told.keys += 1;
      },
    }),
  ];
}

const everything = () => true;
const base = { secret, protection: 'none', rights: everything } as const;
const pair = { privateKey: serverKey, publicKey: publicKeyFor(clientKey) };

export const profiles: readonly AssociationProfile[] = [
  {
    ...base,
    name: 'public',
    clientSap: 16,
    mechanism: 'none',
    rights: ({ classId, kind }) => kind === 'read' && classId !== 7,
  },
  { ...base, name: 'reader', clientSap: 17, mechanism: 'low' },
  { ...base, name: 'md5', clientSap: 19, mechanism: 'md5' },
  { ...base, name: 'sha1', clientSap: 20, mechanism: 'sha1' },
  { ...base, name: 'gmac', clientSap: 21, mechanism: 'gmac' },
  { ...base, name: 'sha256', clientSap: 22, mechanism: 'sha256' },
  { ...base, name: 'ecdsa', clientSap: 23, mechanism: 'ecdsa', ...pair },
  {
    ...base,
    name: 'management',
    clientSap: 1,
    mechanism: 'gmac',
    protection: 'authenticatedEncrypted',
  },
  { ...base, name: 'authenticated', clientSap: 2, mechanism: 'low', protection: 'authenticated' },
];

export type Meter = {
  readonly device: LogicalDevice;
  readonly security: SecurityContext;
  readonly told: Told;
};

export function testMeter(
  o: { suite?: 0 | 1; maxPduSize?: number; received?: number } = {},
): Meter {
  const told: Told = { note: octetString(new Uint8Array(0)), entered: [], closed: true, keys: 0 };
  const security = createSecurity({
    crypto: nodeCrypto,
    title: serverTitle,
    suite: o.suite ?? 0,
    keys,
    counters: { sendFrom: 100, received: o.received ?? -1 },
  });
  const device: LogicalDevice = {
    sap: 1,
    name: 'PWT0000000000001',
    objects: testObjects(told, security),
    associations: profiles,
    security,
    maxPduSize: o.maxPduSize ?? 1024,
  };
  return { device, security, told };
}

export type Transport = 'wrapper' | 'hdlc';

export const serverOf = ({ device }: Meter, kind: Transport, random: Random): DlmsServer =>
  createDlmsServer({
    devices: [device],
    crypto: nodeCrypto,
    random: random.bytes,
    transport: kind === 'wrapper' ? { kind } : { kind, physical: null, limits: wideLimits },
  });

export const wideLimits = {
  transmitBytes: 128,
  receiveBytes: 128,
  transmitWindow: 3,
  receiveWindow: 3,
};

export type ClientSetup = {
  readonly sap: number;
  readonly mechanism: Exclude<Mechanism, 'high'>;
  readonly transport: Transport;
  readonly protection?: Protection;
  readonly general?: boolean;
  readonly dedicated?: boolean;
  readonly suite?: 0 | 1;
  readonly maxPduSize?: number;
  readonly withTitle?: boolean;
  readonly options?: Partial<DlmsClientOptions>;
};

export function clientOf(o: ClientSetup, random: Random): DlmsClient {
  const { mechanism, protection = 'none', general = false, dedicated = false } = o;
  const needsTitle = ['gmac', 'sha256', 'ecdsa'].includes(mechanism) || protection !== 'none';
  const context = createSecurity({
    crypto: nodeCrypto,
    title: clientTitle,
    suite: o.suite ?? 0,
    keys,
    counters: newCounters,
  });
  const security: ClientSecurity | null = needsTitle
    ? { context, protection, general, dedicated }
    : null;
  return createDlmsClient({
    clientSap: o.sap,
    serverSap: 1,
    authentication: {
      mechanism,
      secret,
      privateKey: clientKey,
      publicKey: publicKeyFor(serverKey),
    },
    security,
    crypto: nodeCrypto,
    random: random.bytes,
    maxPduSize: o.maxPduSize ?? 0xffff,
    transport:
      o.transport === 'wrapper'
        ? { kind: 'wrapper' }
        : { kind: 'hdlc', address: serverAddress(1), limits: wideLimits, retries: 60 },
    ...o.options,
  });
}

/** What happens to bytes on their way: none, one or more pieces arrive. */
export type Pipe = (bytes: Uint8Array) => readonly Uint8Array[];

export const clearPipe: Pipe = (bytes) => [bytes];

/** Loses, doubles, damages and cuts, each about once in `oneIn` frames. */
export const badPipe =
  (random: Random, oneIn: number): Pipe =>
  (bytes) => {
    if (random.chance(oneIn)) return [];
    if (random.chance(oneIn)) return [bytes, bytes];
    if (random.chance(oneIn)) return [bytes.slice(0, random.below(bytes.length))];
    if (!random.chance(oneIn)) return [bytes];
    const damaged = bytes.slice();
    const at = random.below(damaged.length);
    damaged[at] = (damaged[at] ?? 0) ^ (1 << random.below(8));
    return [damaged];
  };

/** HDLC frames apart, so that a pipe can lose one of a window. */
function pieces(bytes: Uint8Array): Uint8Array[] {
  if (bytes[0] !== 0x7e) return bytes.length === 0 ? [] : [bytes];
  const found: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = ((((bytes[at + 1] ?? 0) & 7) << 8) | (bytes[at + 2] ?? 0)) + 2;
    found.push(bytes.subarray(at, at + length));
    at += length;
  }
  return found;
}

export type Line = {
  readonly client: DlmsClient;
  readonly server: DlmsServer;
  readonly events: ClientEvent[];
  readonly serverEvents: ServerEvent[];
  /** Runs until nothing is under way; at rest the client is told that its time is up. */
  readonly run: (output: { events: readonly ClientEvent[]; bytesToSend: Uint8Array }) => void;
};

/** Rests after which a run ends: more than a bad line needs. */
const mostRests = 2000;

export function connectLine(
  client: DlmsClient,
  server: DlmsServer,
  pipe: Pipe = clearPipe,
  until: (events: readonly ClientEvent[]) => boolean = (events) => events.length > 0,
): Line {
  const events: ClientEvent[] = [];
  const serverEvents: ServerEvent[] = [];
  const run: Line['run'] = (output) => {
    const news: ClientEvent[] = [];
    const take = (part: { events: readonly ClientEvent[]; bytesToSend: Uint8Array }) => {
      const told = part.events.filter(({ kind }) => kind !== 'counters' && kind !== 'ignored');
      news.push(...told);
      events.push(...part.events);
      toServer.push(...pieces(part.bytesToSend).flatMap(pipe));
    };
    const toServer: Uint8Array[] = [];
    const toClient: Uint8Array[] = [];
    take(output);
    for (let rests = 0; rests <= mostRests; ) {
      const up = toServer.shift();
      const down = up === undefined ? toClient.shift() : undefined;
      if (up !== undefined) {
        const { events: said, bytesToSend } = server.feed(up);
        serverEvents.push(...said);
        toClient.push(...pieces(bytesToSend).flatMap(pipe));
      } else if (down !== undefined) {
        take(client.feed(down));
      } else if (until(news)) {
        return;
      } else {
        rests += 1;
        server.silence();
        take(client.timedOut());
      }
    }
  };
  return { client, server, events, serverEvents, run };
}

/** Opens an association over a clear line; throws when it does not open. */
export function opened(meter: Meter, setup: ClientSetup, pipe: Pipe = clearPipe): Line {
  const random = createRandom(1);
  const line = connectLine(clientOf(setup, random), serverOf(meter, setup.transport, random), pipe);
  line.run(line.client.open());
  if (!line.events.some(({ kind }) => kind === 'opened')) {
    throw new Error(`not opened: ${JSON.stringify(line.events)}`);
  }
  return line;
}

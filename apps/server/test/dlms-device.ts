// A small DLMS device for tests: registers, serial and name, with keys of its own; it behaves, or
// lies, plays back, floods and stalls as it is told.

import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import {
  accessResults,
  type CosemObject,
  createDlmsServer,
  createSecurity,
  doubleLongUnsigned,
  implement,
  type LogicalDevice,
  newCounters,
  nullData,
  octetString,
  type SecurityContext,
  type SecurityKeys,
  securitySetup,
} from '@prewatt/dlms';
import { dataClass, registerClass } from '@prewatt/dlms/classes';
import { nodeCrypto, publicKeyFor } from '@prewatt/dlms/node-crypto';
import { systemRandom } from '../src/base/ids.ts';

export const wrappingKey = '202122232425262728292a2b2c2d2e2f';
export const deviceKeys = {
  encryptionKey: '000102030405060708090a0b0c0d0e0f',
  authenticationKey: 'd0d1d2d3d4d5d6d7d8d9dadbdcdddedf',
};
/** Of suite 1: the client's private key and the device's own. */
const clientSigningKey = '11'.repeat(32);
const deviceSigningKey = '22'.repeat(32);
const publicKeyOf = (key: string): Uint8Array => publicKeyFor(Uint8Array.fromHex(key));
export const signingKeys = {
  signingKey: clientSigningKey,
  meterPublicKey: publicKeyOf(deviceSigningKey).toHex(),
};
export const signedClient = 2;
/** What happens when keys are sent to it; a cut of the mains is of one transfer only. */
export type KeyManner =
  | ('takes' | 'cutBeforeStored' | 'cutBeforeAnswer' | 'refuses' | 'forgets')
  /** Takes once, and refuses all that comes later; says yes to what is right, and keeps nothing. */
  | ('takesOnce' | 'keepsNone');
export type Manner = 'behaves' | 'playsBack' | 'floods' | 'stalls';

export type Device = {
  readonly port: number;
  /** What it says of itself, and how it acts, from the next connection on. */
  readonly is: {
    serial: string;
    name: string;
    manner: Manner;
    key: string;
    keys: KeyManner;
    suite: 0 | 1;
    policy: number;
    /** It loses the mains before it has stored a policy; once. */
    cutsAtPolicy: boolean;
  };
  /** By which it speaks now. */
  readonly keysNow: () => SecurityKeys;
  readonly connections: () => number;
  /** Security control of the last request that was ciphered by glo; -1: none was. */
  readonly lastControl: () => number;
  /** Opens a connection itself, and serves on it; `first` is sent before all else. */
  readonly dialTo: (port: number, first?: Uint8Array) => Promise<Socket>;
  /** Pushes, and resolves with what was answered: nothing when the connection is closed. */
  readonly pushTo: (port: number, o?: { readonly again: boolean }) => Promise<Uint8Array>;
  readonly close: () => Promise<void>;
};

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

export async function startDevice(first: { serial: string; name: string }): Promise<Device> {
  const is: Device['is'] = {
    ...{ ...first, manner: 'behaves', key: deviceKeys.encryptionKey },
    ...{ keys: 'takes', suite: 0, policy: 0, cutsAtPolicy: false },
  };
  const sockets = new Set<Socket>();
  let connections = 0;
  let lastControl = -1;
  let pushed: Uint8Array = new Uint8Array(0);
  const securities = new Map<string, SecurityContext>();
  const security = (): SecurityContext => {
    const under = `${is.key} ${is.suite}`;
    const known = securities.get(under) ?? securityOf(is);
    securities.set(under, known);
    return known;
  };
  const serve = (socket: Socket): void => {
    connections += 1;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    if (is.manner === 'stalls') return;
    const cut = { now: false };
    const meter = serverOf(is, security(), cut);
    socket.once('close', () => meter.close());
    socket.on('data', (bytes: Buffer) => {
      if (is.manner === 'floods') return flood(socket);
      lastControl = controlOf(bytes) ?? lastControl;
      const { bytesToSend } = meter.feed(bytes);
      if (cut.now) return socket.destroy();
      if (bytesToSend.length === 0) return;
      socket.write(bytesToSend);
      if (is.manner === 'playsBack') socket.write(bytesToSend);
    });
  };
  const server = createServer(serve).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = server.address();
  return {
    port: typeof at === 'object' && at !== null ? at.port : 0,
    is,
    keysNow: () => security().keys(),
    connections: () => connections,
    lastControl: () => lastControl,
    dialTo: async (port, hello) => {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      if (hello !== undefined) socket.write(hello);
      serve(socket);
      return socket;
    },
    pushTo: async (port, o) => {
      if (o?.again !== true) pushed = pushOf(is, security());
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      socket.write(pushed);
      const [answer] = await Promise.race([
        once(socket, 'data'),
        once(socket, 'close').then(() => [new Uint8Array(0)]),
      ]);
      socket.destroy();
      return answer;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const gloTags = [0xc8, 0xc9, 0xcb];

/** Behind the header of the wrapper, the tag and the length. */
function controlOf(frame: Uint8Array): number | null {
  if (!gloTags.includes(frame[8] ?? 0)) return null;
  const length = frame[9] ?? 0;
  return frame[length < 0x80 ? 10 : 10 + (length & 0x7f)] ?? null;
}

const securityOf = ({ key, suite }: Device['is']): SecurityContext =>
  createSecurity({
    ...{ crypto: nodeCrypto, title: Uint8Array.fromHex('5057540000000001'), suite },
    keys: {
      encryptionKey: Uint8Array.fromHex(key),
      authenticationKey: Uint8Array.fromHex(deviceKeys.authenticationKey),
      keyEncryptionKey: Uint8Array.fromHex(wrappingKey),
    },
    counters: newCounters,
  });

type Cut = { now: boolean };

/** Its security setup, and what becomes of keys that are sent to it. */
function setupOf(is: Device['is'], security: SecurityContext, cut: Cut): CosemObject {
  const setupBy = (by: SecurityContext) =>
    securitySetup({
      ...{ security: by, crypto: nodeCrypto, policy: () => is.policy, onKeys: () => undefined },
      onPolicy: (policy) => {
        is.policy = policy;
      },
    });
  const setup = setupBy(security);
  const transferOf = (by: SecurityContext) => setupBy(by).methods.get(2);
  const transfer = setup.methods.get(2);
  const answer = (result: number) => ({ result, returned: null });
  const take: NonNullable<typeof transfer> = (parameters, access) => {
    const manner = is.keys;
    const denied = answer(accessResults.readWriteDenied);
    if (manner === 'refuses') return denied;
    if (manner === 'forgets') return answer(accessResults.success);
    if (manner === 'keepsNone') return transferOf(securityOf(is))?.(parameters, access) ?? denied;
    if (manner === 'takesOnce') {
      is.keys = 'refuses';
      return transfer?.(parameters, access) ?? denied;
    }
    if (manner !== 'takes') {
      is.keys = 'takes';
      cut.now = true;
      if (manner === 'cutBeforeStored') return answer(accessResults.success);
    }
    return transfer?.(parameters, access) ?? answer(accessResults.otherReason);
  };
  const activate = setup.methods.get(1);
  const raise: NonNullable<typeof activate> = (parameters, access) => {
    if (!is.cutsAtPolicy) {
      return activate?.(parameters, access) ?? answer(accessResults.otherReason);
    }
    is.cutsAtPolicy = false;
    cut.now = true;
    return answer(accessResults.success);
  };
  return { ...setup, methods: new Map([...setup.methods, [1, raise], [2, take]]) };
}

function logicalDevice(is: Device['is'], security: SecurityContext, cut: Cut): LogicalDevice {
  const said = (logicalName: string, value: string): CosemObject =>
    implement(dataClass, logicalName, { read: { value: () => octetString(text(value)) } });
  return {
    ...{ sap: 1, name: is.name, maxPduSize: 1024, security },
    objects: [
      said('0.0.96.1.0.255', is.serial),
      said('1.0.0.2.0.255', 'small device 1'),
      setupOf(is, security, cut),
      implement(registerClass, '1.0.1.8.0.255', {
        read: {
          value: () => doubleLongUnsigned(1_234),
          scalerUnit: () => ({ scaler: 1, unit: 'wattHour' as const }),
        },
      }),
    ],
    associations: [
      {
        ...{ name: 'public', clientSap: 16, mechanism: 'none', secret: new Uint8Array(0) },
        ...{ protection: 'none', rights: ({ kind }) => kind === 'read' },
      },
      {
        ...{ name: 'management', clientSap: 1, mechanism: 'gmac', secret: new Uint8Array(0) },
        ...{ protection: 'authenticatedEncrypted', rights: () => true },
      },
      {
        ...{ name: 'signed', clientSap: signedClient, mechanism: 'ecdsa' },
        ...{ secret: new Uint8Array(0), privateKey: Uint8Array.fromHex(deviceSigningKey) },
        publicKey: publicKeyOf(clientSigningKey),
        ...{ protection: 'authenticatedEncrypted', rights: () => true },
      },
    ],
  };
}

const serverOf = (is: Device['is'], security: SecurityContext, cut: Cut = { now: false }) =>
  createDlmsServer({
    ...{ devices: [logicalDevice(is, security, cut)], crypto: nodeCrypto, random: systemRandom },
    transport: { kind: 'wrapper' },
  });

/** A frame of the wrapper that ends never: bytes for as long as they are taken. */
function flood(socket: Socket): void {
  const frame = new Uint8Array(8 + 60_000).fill(0xc4);
  frame.set([0, 1, 0, 1, 0, 1, 60_000 >> 8, 60_000 & 0xff]);
  const more = (): void => {
    while (!socket.destroyed && socket.write(frame));
    if (!socket.destroyed) socket.once('drain', more);
  };
  more();
}

function pushOf(is: Device['is'], security: SecurityContext): Uint8Array {
  const { bytesToSend } = serverOf(is, security).push({
    ...{ serverSap: 1, clientSap: 64, protection: 'authenticatedEncrypted' },
    notification: {
      ...{ kind: 'dataNotification', longInvoke: 0x4000_0001, dateTime: new Uint8Array(0) },
      body: nullData,
    },
  });
  return bytesToSend;
}

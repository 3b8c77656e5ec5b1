// The meters of `bench -- dlms --fleet N`, in a process of their own: each a port of this machine,
// GMAC and suite 0, registers, and a profile of the last 48 half-hours by this machine's clock.

import { createServer, type Socket } from 'node:net';
import {
  array,
  type CosemObject,
  createDlmsServer,
  createSecurity,
  type Data,
  dateTimeBytes,
  dateTimeOf,
  doubleLongUnsigned,
  implement,
  type LogicalDevice,
  newCounters,
  octetString,
  pickRows,
} from '@prewatt/dlms';
import { clockClass, dataClass, profileClass, registerClass } from '@prewatt/dlms/classes';
import { nodeCrypto } from '@prewatt/dlms/node-crypto';
import { meterPanOf } from '../readings/plan.ts';
import { fleetKeys } from './fleet-keys.ts';

export type FromDevices = { readonly ports: readonly number[] };

const halfHourMs = 1_800_000;
const intervals = 48;
const [clockName, energyName] = ['0.0.1.0.0.255', '1.0.1.8.0.255'];
const captureObjects = [
  { classId: 8, logicalName: clockName, attribute: 2, dataIndex: 0 },
  { classId: 3, logicalName: energyName, attribute: 2, dataIndex: 0 },
];
const text = (value: string): Data => octetString(new TextEncoder().encode(value));
const registerAt = (index: number, atMs: number): number =>
  100_000 + index + (Math.floor(atMs / halfHourMs) % 1_000_000);

function rows(index: number): Data[][] {
  const lastMs = Math.floor(Date.now() / halfHourMs) * halfHourMs;
  return Array.from({ length: intervals }, (_, n) => {
    const atMs = lastMs - (intervals - 1 - n) * halfHourMs;
    const at = octetString(dateTimeBytes(dateTimeOf(atMs)));
    return [at, doubleLongUnsigned(registerAt(index, atMs))];
  });
}

function objectsOf(index: number): CosemObject[] {
  const scalerUnit = () => ({ scaler: 0, unit: 'wattHour' as const });
  const register = (name: string, value: () => number, unit: 'wattHour' | 'watt' = 'wattHour') =>
    implement(registerClass, name, {
      read: {
        value: () => doubleLongUnsigned(value()),
        scalerUnit: () => ({ ...scalerUnit(), unit }),
      },
    });
  return [
    implement(dataClass, '0.0.96.1.0.255', { read: { value: () => text(meterPanOf(index)) } }),
    implement(dataClass, '1.0.0.2.0.255', { read: { value: () => text('bench 1') } }),
    implement(clockClass, clockName, { read: { time: () => dateTimeOf(Date.now()) } }),
    register(energyName, () => registerAt(index, Date.now())),
    register('1.0.2.8.0.255', () => 0),
    register('1.0.1.7.0.255', () => 500 + (index % 400), 'watt'),
    implement(profileClass, '1.0.99.1.0.255', {
      read: { captureObjects: () => captureObjects, capturePeriod: () => 1_800 },
      readData: {
        buffer: ({ selection }) => {
          const picked = pickRows({ captureObjects, rows: rows(index) }, selection);
          if (!picked.ok) throw new Error(picked.error);
          return { ok: true, value: array(picked.value) };
        },
      },
    }),
  ];
}

function deviceOf(index: number): LogicalDevice {
  const none = new Uint8Array(0);
  return {
    ...{ sap: 1, name: `PWT${meterPanOf(index).slice(-13)}`, maxPduSize: 4_096 },
    objects: objectsOf(index),
    associations: [
      {
        ...{ name: 'public', clientSap: 16, mechanism: 'none', secret: none, protection: 'none' },
        rights: ({ kind }) => kind === 'read',
      },
      {
        ...{ name: 'management', clientSap: 1, mechanism: 'gmac', secret: none },
        ...{ protection: 'authenticatedEncrypted', rights: () => true },
      },
    ],
    security: createSecurity({
      crypto: nodeCrypto,
      title: Uint8Array.fromHex(`505754${index.toString(16).padStart(10, '0')}`),
      suite: 0,
      keys: {
        encryptionKey: Uint8Array.fromHex(fleetKeys.encryptionKey),
        authenticationKey: Uint8Array.fromHex(fleetKeys.authenticationKey),
        keyEncryptionKey: new Uint8Array(16),
      },
      counters: newCounters,
      stride: 1_000_000,
    }),
  };
}

function serve(socket: Socket, device: LogicalDevice): void {
  const random = (count: number) => crypto.getRandomValues(new Uint8Array(count));
  const meter = createDlmsServer({
    ...{ devices: [device], crypto: nodeCrypto, random, transport: { kind: 'wrapper' } },
  });
  socket.on('data', (bytes: Buffer) => {
    const { bytesToSend } = meter.feed(bytes);
    if (bytesToSend.length > 0) socket.write(bytesToSend);
  });
  socket.on('error', () => socket.destroy());
  socket.once('close', () => meter.close());
}

async function listen(index: number): Promise<number> {
  const device = deviceOf(index);
  const server = createServer({ noDelay: true }, (socket) => serve(socket, device));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  return typeof at === 'object' && at !== null ? at.port : 0;
}

const count = Number(process.argv[2] ?? 0);
if (process.send !== undefined && count > 0) {
  const ports: number[] = [];
  for (let index = 0; index < count; index += 1) ports.push(await listen(index));
  process.once('disconnect', () => process.exit());
  process.send({ ports } satisfies FromDevices);
}

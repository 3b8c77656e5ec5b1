// The bus without a wire: it answers as the meters of the site's file, at the bus's own address.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { test } from 'node:test';
import { toHex, withCrc } from '@prewatt/fieldbus';
import { startSimulation } from '../src/simulate.ts';
import type { Site } from '../src/site.ts';

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = server.address();
  server.close();
  await once(server, 'close');
  return typeof at === 'object' && at !== null ? at.port : 0;
}

const siteAt = (port: number): Pick<Site, 'buses' | 'channels'> => {
  const contactor = { kind: 'coil', bus: 'row', unit: 101, coil: 0 } as const;
  const home = { bus: 'row', address: '1', map: 'ytl-single-phase', contactor };
  return {
    buses: [
      {
        ...{ kind: 'tcp', name: 'row', host: '127.0.0.1', port, framing: 'bytes', quietMs: 5 },
      },
      { kind: 'serial', name: 'wire', path: '/dev/ttyUSB0', echo: false, quietMs: 20 },
    ],
    channels: [home, { ...home, map: 'dlt645-2007' }] as unknown as Site['channels'],
  };
};

test('a meter answers with its register, and its contactor moves', async () => {
  const site = siteAt(await freePort());
  const simulated = await startSimulation(site, 'row');
  assert.ok(simulated.ok, simulated.ok ? '' : simulated.error);
  const { address, meters, close } = simulated.value;
  assert.equal(meters, 1);
  const socket = connect(Number(address.split(':')[1]), '127.0.0.1');
  const ask = async (...bytes: number[]): Promise<string> => {
    socket.write(withCrc(Uint8Array.from(bytes)));
    const [answer] = await once(socket, 'data');
    return toHex(new Uint8Array(answer)).toLowerCase();
  };
  assert.match(await ask(1, 3, 0xa0, 0, 0, 2), /^010304[0-9a-f]{12}$/);
  assert.match(await ask(101, 5, 0, 0, 0xff, 0), /^65050000ff00/);
  assert.match(await ask(101, 1, 0, 0, 0, 1), /^65010101/);
  socket.destroy();
  const taken = await startSimulation(site, 'row');
  assert.ok(!taken.ok && /EADDRINUSE/.test(taken.error));
  await close();
});

test('a bus that is no converter here is said so', async () => {
  const site = siteAt(1);
  const [wire, none] = [await startSimulation(site, 'wire'), await startSimulation(site, 'none')];
  assert.ok(!wire.ok && /no converter/.test(wire.error));
  assert.ok(!none.ok && /no bus "none"/.test(none.error));
});

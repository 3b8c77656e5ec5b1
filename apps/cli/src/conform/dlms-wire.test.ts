// A meter that starts is waited for, and one that is not there is said so.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { openWire } from './dlms-wire.ts';
import { createWireLog } from './wire-log.ts';

test('a meter that listens a little after its mains is back is reached', async () => {
  const first = createServer().listen(0, '127.0.0.1');
  await once(first, 'listening');
  const address = first.address();
  assert.ok(typeof address === 'object' && address !== null);
  await new Promise((resolve) => first.close(resolve));
  const place = { kind: 'tcp', host: '127.0.0.1', port: address.port } as const;
  const wire = createWireLog(() => 0);
  assert.deepEqual(await openWire(place, wire, 0), { ok: false, error: 'unreachable' });
  const meter = createServer();
  const opening = openWire(place, wire, 30_000);
  // The first try has been refused by then.
  setTimeout(() => meter.listen(place.port, place.host), 100);
  const opened = await opening;
  assert.ok(opened.ok);
  opened.value.destroy();
  meter.close();
});

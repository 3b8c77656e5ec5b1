// The door for meters that dial in: what a stranger can make the server do before it is closed.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { createLog } from '../../../base/log.ts';
import { listenForMeters } from './dial-in.ts';

test('a stranger who names a thousand ids is looked up four times, and closed', async () => {
  const asked: string[] = [];
  const door = await listenForMeters({
    ...{ host: '127.0.0.1', port: 0, random: (length) => new Uint8Array(length) },
    meterBy: async (id) => {
      asked.push(id);
      return null;
    },
    dialledIn: () => assert.fail('nobody is let in'),
    onFault: () => assert.fail('no meter is blamed'),
    log: createLog({ name: 'test', level: 'silent' }),
  });
  try {
    const words = Buffer.from(Array.from({ length: 1_000 }, (_, i) => `meter${i}`).join(' '));
    // The wrapper: version 1, two ports, length (IEC 62056-47).
    const frame = Buffer.concat([Buffer.from([0, 1, 0, 1, 0, 1, 0, 0]), words]);
    frame.writeUInt16BE(words.length, 6);
    const socket = connect(door.port, '127.0.0.1');
    socket.write(frame);
    socket.resume();
    await once(socket, 'close');
    assert.deepEqual(asked, ['meter0', 'meter1', 'meter2', 'meter3']);
    assert.equal(door.counts().strangers, 1);
  } finally {
    await door.close();
  }
});

// Which origins are this server's own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedOrigins } from './origins.ts';

test('a loopback address is trusted by both its names, with its own scheme and port', () => {
  assert.deepEqual(trustedOrigins('https://localhost:8443/x'), [
    'https://localhost:8443',
    'https://127.0.0.1:8443',
  ]);
  assert.deepEqual(trustedOrigins('http://127.0.0.1'), ['http://localhost', 'http://127.0.0.1']);
  assert.deepEqual(trustedOrigins('https://power.example/'), ['https://power.example']);
});

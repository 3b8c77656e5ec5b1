// Proofs of a device's secret: what was changed, sent before, turned around or made with another
// secret is refused by its reason.

import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { expectOk, type Result } from '@prewatt/quantities';
import fc from 'fast-check';
import { checkRequest, closeMessage, type Hmac, openMessage, proveRequest } from '../src/index.ts';

const hmac: Hmac = (key, bytes) => new Uint8Array(createHmac('sha256', key).update(bytes).digest());
const secret = new Uint8Array(32).fill(7);
const said = {
  ...{ method: 'post', path: ['rd'], query: ['ep=a', 'lt=60'] },
  payload: new TextEncoder().encode('</3/0>'),
};
const faultOf = (result: Result<unknown, string>): string => (result.ok ? 'taken' : result.error);

test('a request is proved, and what differs from it is not', () => {
  const query = proveRequest(hmac, secret, { said, counter: 5 });
  const checking = { hmac, secret, above: 4 };
  assert.equal(expectOk(checkRequest(checking, { ...said, query }), 'proved'), 5);
  const fault = (o: Partial<typeof said>, from = checking) =>
    faultOf(checkRequest(from, { ...said, query, ...o }));
  assert.equal(fault({}, { ...checking, above: 5 }), 'old');
  assert.equal(fault({ query: said.query }), 'missing');
  assert.equal(fault({ path: ['rd', 'x'] }), 'wrong');
  assert.equal(fault({ payload: new Uint8Array(0) }), 'wrong');
  assert.equal(fault({ query: query.map((each) => each.replace('lt=60', 'lt=61')) }), 'wrong');
  assert.equal(fault({ query: query.map((each) => each.replace('pwn=5', 'pwn=6')) }), 'wrong');
  assert.equal(fault({}, { ...checking, secret: new Uint8Array(32) }), 'wrong');
});

test('a message comes out as it went in, in its direction alone', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 200 }),
      fc.maxSafeNat(),
      (message, counter) => {
        const closed = closeMessage(hmac, secret, { direction: 'up', counter, message });
        const checking = { hmac, secret, above: counter - 1 };
        assert.deepEqual(expectOk(openMessage(checking, 'up', closed), 'opened'), {
          counter,
          message,
        });
        assert.equal(faultOf(openMessage(checking, 'down', closed)), 'wrong');
        assert.equal(faultOf(openMessage({ ...checking, above: counter }, 'up', closed)), 'old');
      },
    ),
    { numRuns: 50, seed: 3 },
  );
});

test('a message is opened wherever in memory its bytes are', () => {
  const message = new TextEncoder().encode('a message');
  const closed = closeMessage(hmac, secret, { direction: 'down', counter: 9, message });
  const inside = Buffer.concat([Buffer.alloc(5, 255), closed]).subarray(5);
  const opened = expectOk(openMessage({ hmac, secret, above: 8 }, 'down', inside), 'opened');
  assert.equal(opened.counter, 9);
});

test('any bytes are a message or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      assert.equal(openMessage({ hmac, secret, above: 0 }, 'up', bytes).ok, false);
    }),
    { numRuns: 500, seed: 4 },
  );
});

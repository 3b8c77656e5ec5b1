import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedProxies } from './trusted-proxies.ts';

function trusts(names: readonly string[]) {
  const trusted = trustedProxies(names);
  assert.ok(trusted.ok);
  return trusted.value;
}

test('addresses and ranges are trusted as they are named, and nobody else', () => {
  const trusted = trusts(['192.0.2.7', '10.0.0.0/8', '2001:db8::/32']);
  for (const address of ['192.0.2.7', '10.255.0.1', '::ffff:10.1.2.3', '2001:db8:5::1']) {
    assert.equal(trusted(address), true, address);
  }
  for (const address of ['192.0.2.8', '11.0.0.1', '::1', '2001:db9::1', '', 'unknown']) {
    assert.equal(trusted(address), false, address);
  }
  assert.equal(trusts([])('127.0.0.1'), false);
});

test('what is no address and no range is refused by its name', () => {
  for (const at of [
    'proxy.example',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    '10.0.0',
    '',
    '::1/129',
    '10.0.0.1/',
  ]) {
    assert.deepEqual(trustedProxies(['10.0.0.1', at]), { ok: false, at });
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustedProxies } from '../../base/http/trusted-proxies.ts';
import { fingerprintTold } from './proxy.ts';

const proxies = trustedProxies(['10.0.0.1']);
assert.ok(proxies.ok);
const listen = { proxyHeader: 'x-client-cert-sha256', isProxy: proxies.value };
const sha256 = 'ab'.repeat(32);
const told = (text: string, remoteAddress = '10.0.0.1') =>
  fingerprintTold(listen, { remoteAddress, headers: { 'x-client-cert-sha256': text } });

test('a named proxy tells the certificate, with colons or without; nobody else does', () => {
  assert.equal(told(sha256)?.toString('hex'), sha256);
  const colons = sha256.toUpperCase().replace(/..(?=.)/g, '$&:');
  assert.equal(told(colons)?.toString('hex'), sha256);
  assert.equal(told(sha256, '::ffff:10.0.0.1')?.toString('hex'), sha256);
  assert.equal(told(sha256, '10.0.0.2'), null);
  // Given twice: one of them came from the client.
  for (const text of ['', 'ab', `${sha256}, ${sha256}`, `${sha256}00`])
    assert.equal(told(text), null);
  const headers = { 'x-client-cert-sha256': sha256 };
  const off = { ...listen, proxyHeader: null };
  assert.equal(fingerprintTold(off, { remoteAddress: '10.0.0.1', headers }), null);
});

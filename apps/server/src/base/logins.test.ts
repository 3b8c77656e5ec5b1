import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { loginPassword, scramVerifier } from './logins.ts';

test('the verifier is that of the exchange in RFC 7677, section 3', () => {
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
  const verifier = scramVerifier('pencil', salt);
  assert.match(verifier, /^SCRAM-SHA-256\$4096:W22ZaJ0SNY7soEsUEjb6gQ==\$[\w+/]{43}=:[\w+/]{43}=$/);
  const serverKey = Buffer.from(verifier.split(':').at(-1) ?? '', 'base64');
  const exchange = [
    'n=user,r=rOprNGfwEbeRWgbNEkqO',
    'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096',
    'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0',
  ].join(',');
  const signature = createHmac('sha256', serverKey).update(exchange).digest('base64');
  assert.equal(signature, '6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=');
  assert.notEqual(scramVerifier('pencil'), scramVerifier('pencil'), 'each has a salt of its own');
});

test('a password that PostgreSQL would prepare first is no password here', () => {
  for (const bad of [
    'short',
    'with a blank in it!!',
    'with-a-soft\u00adhyphen-in-it',
    'x'.repeat(129),
  ]) {
    assert.ok(!loginPassword.test(bad), bad);
  }
  assert.ok(loginPassword.test('p@ss/word:of=16+'));
});

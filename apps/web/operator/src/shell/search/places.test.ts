// Which pages and acts the search offers, to whom.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placesFor } from './places.ts';

const labels = (role: Parameters<typeof placesFor>[0], text: string) =>
  placesFor(role, text).map(({ label }) => label);

test('a page is found by the beginnings of its words, and by what else it is called', () => {
  assert.equal(labels('operator', 'sal')[0], 'Sales');
  assert.equal(labels('operator', 'list call')[0], 'Call list');
  assert.deepEqual(labels('viewer', 'sms'), ['Inbox']);
  assert.deepEqual(labels('viewer', '  '), []);
  assert.deepEqual(labels('viewer', 'nothing like it'), []);
});

test('pages and acts are those of the role', () => {
  assert.ok(labels('administrator', 'integrations').includes('Integrations'));
  assert.deepEqual(labels('operator', 'integrations'), []);
  assert.ok(labels('administrator', 'add vendor').includes('Add a vendor'));
  assert.deepEqual(labels('operator', 'add vendor'), []);
  assert.ok(labels('operator', 'deposit').includes('Record a deposit of a vendor'));
  assert.deepEqual(labels('viewer', 'deposit'), []);
});

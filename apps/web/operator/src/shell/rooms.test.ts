// Every room of the navigation is named where people look for it: this workspace's README and the
// operators' manual.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { roomGroups, roomGroupsFor } from './rooms.ts';

const documents = ['../../README.md', '../../../../../docs/operating/console.md'];

test('each room is named in the README and in the manual', () => {
  const rooms = roomGroups.flatMap((group) => group.rooms.map(({ label }) => label));
  for (const path of documents) {
    const text = readFileSync(new URL(path, import.meta.url), 'utf8');
    assert.deepEqual(
      rooms.filter((room) => !text.includes(room)),
      [],
      path,
    );
  }
});

test('integrations are a room of administrators alone', () => {
  const has = (role: 'viewer' | 'operator' | 'administrator') =>
    roomGroupsFor(role).some(({ rooms }) => rooms.some(({ label }) => label === 'Integrations'));
  assert.deepEqual([has('viewer'), has('operator'), has('administrator')], [false, false, true]);
});

test('the audit log is no room of those who work there', () => {
  const labels = (role: 'operator' | 'viewer') =>
    roomGroupsFor(role).flatMap(({ rooms }) => rooms.map(({ label }) => label));
  assert.deepEqual(
    labels('viewer').filter((label) => !labels('operator').includes(label)),
    ['Audit log', 'Value to check'],
  );
});

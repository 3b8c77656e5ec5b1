// Our own texts pass their check: every variable in every language, screens short enough, nothing
// secret on a locked screen.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCatalogue } from '@prewatt/rails';
import { ownCatalogue } from './catalogue.ts';

test('each of our texts has its variables in each language, and none is too long', () => {
  const { faults, lengths, fallBack } = checkCatalogue(ownCatalogue());
  assert.deepEqual(faults, []);
  assert.ok(lengths.length > 100, `${lengths.length} texts`);
  const most = Math.max(...lengths.map(({ parts }) => parts));
  assert.ok(most <= 3, `${most} parts`);
  const other = fallBack.filter(({ key }) => !key.startsWith('notification.'));
  assert.deepEqual(other, [], 'only notifications are in one language');
});

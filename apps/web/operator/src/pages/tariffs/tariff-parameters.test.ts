import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parametersOf } from './tariff-parameters.ts';

test('a tariff asks for facts of the connection, not for what the utility publishes', () => {
  const document = {
    parameters: {
      breaker: { label: 'Breaker', of: 'connection', choices: ['20 A', '60 A'] },
      load: { label: 'Load in kVA', of: 'connection' },
      fuel: { label: 'Fuel price', of: 'utility', value: '1.2' },
      peg: { label: 'Exchange rate' },
    },
  };
  assert.deepEqual(parametersOf(document), [
    { name: 'breaker', label: 'Breaker', choices: ['20 A', '60 A'] },
    { name: 'load', label: 'Load in kVA', choices: [] },
  ]);
  for (const nothing of [undefined, null, {}, { parameters: 5 }]) {
    assert.deepEqual(parametersOf(nothing), []);
  }
});

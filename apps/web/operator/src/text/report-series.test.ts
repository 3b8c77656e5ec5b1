// What a chart of a report shows at each place.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeText, keysOf, periodBefore, valuesOf } from './report-series.ts';

test('days and months follow each other over the ends of months and years', () => {
  assert.deepEqual(keysOf('day', { from: '2024-02-28', to: '2024-03-01' }), [
    ...['2024-02-28', '2024-02-29', '2024-03-01'],
  ]);
  assert.deepEqual(keysOf('month', { from: '2025-11-20', to: '2026-02-03' }), [
    ...['2025-11', '2025-12', '2026-01', '2026-02'],
  ]);
});

test('the period before has as many days or months, and ends the day before', () => {
  const december = { from: '2026-12-01', to: '2026-12-04' };
  assert.deepEqual(periodBefore('day', december), { from: '2026-11-27', to: '2026-11-30' });
  const year = { from: '2026-01-01', to: '2026-12-04' };
  assert.deepEqual(periodBefore('month', year), { from: '2025-01-01', to: '2025-12-31' });
});

test('what no row is of is nought, and a change is said in per cent', () => {
  const rows = [{ key: '2026-11', minor: '150' }];
  const values = valuesOf(['2026-10', '2026-11'], rows, (row) => BigInt(row.minor));
  assert.deepEqual(values, [0n, 150n]);
  assert.deepEqual([changeText(105n, 100n), changeText(90n, 100n)], ['+5.0 %', '−10.0 %']);
  assert.equal(changeText(5n, 0n), null);
});

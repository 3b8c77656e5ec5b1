// The report of `prewatt verify` as a page: what the log proves of a changed column, and that
// nothing of a row becomes part of the page.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Report } from '@prewatt/verifier';
import { reportHtml } from './report-html.ts';

const report: Report = {
  ...{ holds: false, origin: 'ridgeview.example/log/1', size: 12, root: 'AAAA', witnesses: [] },
  ...{ tables: 1, rows: 5, counts: { sales: 5 }, found: { altered: 103 }, notices: [] },
  findings: [
    {
      ...{ check: 'altered', says: 'a row that is not as it was written', table: 'sales' },
      ...{ key: '["<b>"]', column: 'energy_wh', was: '20000', now: '20001', entry: 3 },
      path: ['payments ["payment-2"]: provider sandbox'],
    },
  ],
};

test('the page of a report names the column, the way and what is not shown, and takes no markup', () => {
  const page = reportHtml(report, 'now');
  assert.match(page, /the log proves <code>20000<\/code>, the database has <code>20001/);
  assert.match(page, /<li><code>payments \[&#34;payment-2&#34;\]: provider sandbox/);
  assert.match(page, /row <code>\[&#34;&#60;b&#62;&#34;\]<\/code>, entry 3 of the log/);
  assert.match(page, /102 more are not shown/);
  assert.doesNotMatch(page, /<b>/);
});

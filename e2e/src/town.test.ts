// One town from its first start to its end, on one data folder: seeding it anew for each test
// would take longer than all of them. The tests run in the order of these imports, each with a
// home and a browser of its own.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import './journeys/start.ts';
import './journeys/customer.ts';
import './journeys/pages.ts';
import './journeys/payments.ts';
import './journeys/meter.ts';
import './journeys/money.ts';
import './journeys/operator.ts';
import './journeys/theft.ts';
import './journeys/lights.ts';
import './journeys/vendors.ts';
import './journeys/till.ts';
import './journeys/books.ts';
import './journeys/approvals.ts';
import './journeys/control.ts';
import './journeys/team.ts';
import './journeys/installs.ts';
import './journeys/site.ts';
import './journeys/http-doors.ts';
import './journeys/wire-doors.ts';
import './journeys/first-hour.ts';
import './journeys/credit.ts';
import './journeys/crashes.ts';
import { note } from './support/figures.ts';
import { descendantsOf, isRunning } from './support/processes.ts';
import { startTown, stopTown, town } from './support/town.ts';
import { eventually } from './support/wait.ts';

const stopsWithinMs = 10_000;

before(startTown);
after(stopTown);

test('Ctrl-C stops everything within ten seconds', async () => {
  const demo = town.demo();
  const family = descendantsOf(demo.launch().pid);
  const { code, tookMs } = await demo.interrupt();
  note('Ctrl-C until everything has stopped', `${(tookMs / 1000).toFixed(1)} s`);
  assert.equal(code, 0);
  assert.ok(tookMs < stopsWithinMs, `${tookMs} ms`);
  await eventually('all children are gone', () => !family.some(({ pid }) => isRunning(pid)));
});

// One town from its first start to its last proof, on one data folder: seeding it anew for each test
// would take longer than all of them. The tests run in this order and leave the town as they found
// it, but for what they bought.

import { after, before, suite } from 'node:test';
import type { Browser } from 'playwright-core';
import { crashTests } from './journeys/crashes.ts';
import { creditTests, restartTests } from './journeys/credit.ts';
import { customerTests } from './journeys/customer.ts';
import { httpDoorTests } from './journeys/http-doors.ts';
import { meterTests } from './journeys/meter.ts';
import { operatorTests } from './journeys/operator.ts';
import { paymentTests } from './journeys/payments.ts';
import { followHealth, type HealthAnswer, startTests } from './journeys/start.ts';
import { wireDoorTests } from './journeys/wire-doors.ts';
import { launchChromium } from './support/browser.ts';
import { createDemo, type Demo } from './support/demo.ts';
import { note, printFigures } from './support/figures.ts';
import type { Town } from './support/town.ts';

// A Tuesday at nine in Johannesburg: hours in which an empty meter may cut supply.
const tuesdayMorning = '2026-11-24T07:00:00Z';

suite('a town on one command', { concurrency: 1 }, () => {
  let demo: Demo | undefined;
  let browser: Browser | undefined;
  let health: HealthAnswer[] | undefined;
  const town: Town = {
    demo: () => known(demo),
    browser: () => known(browser),
    health: () => known(health),
  };

  before(async () => {
    browser = await launchChromium();
    demo = await createDemo();
    demo.setDemoTime(tuesdayMorning);
    const startedMs = performance.now();
    demo.begin(60);
    const over = new AbortController();
    const heard = followHealth(demo.urls.server, over.signal);
    await demo.ready().finally(() => setTimeout(() => over.abort(), 5_000).unref());
    const firstMs = performance.now() - startedMs;
    health = await heard;
    note('npm start to ready, first run', `${(firstMs / 1000).toFixed(1)} s`);
  });

  after(async () => {
    await browser?.close();
    await demo?.dispose();
    printFigures();
  });

  startTests(town);
  customerTests(town);
  paymentTests(town);
  meterTests(town);
  operatorTests(town);
  httpDoorTests(town);
  wireDoorTests(town);
  restartTests(town);
  creditTests(town);
  crashTests(town);
});

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the town did not start');
  return value;
}

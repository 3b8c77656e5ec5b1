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
import { launchChromium } from './support/browser.ts';
import { createDemo, type Demo } from './support/demo.ts';
import { note, printFigures } from './support/figures.ts';
import type { Town } from './support/town.ts';

// A Tuesday at nine in Johannesburg: hours in which an empty meter may cut supply.
const tuesdayMorning = '2026-11-24T07:00:00Z';

suite('a town on one command', { concurrency: 1 }, () => {
  let demo: Demo | undefined;
  let browser: Browser | undefined;
  const town: Town = {
    demo: () => known(demo),
    browser: () => known(browser),
  };

  before(async () => {
    browser = await launchChromium();
    demo = await createDemo();
    demo.setDemoTime(tuesdayMorning);
    const firstMs = await demo.start(60);
    note('npm start to ready, first run', `${(firstMs / 1000).toFixed(1)} s`);
  });

  after(async () => {
    await browser?.close();
    await demo?.dispose();
    printFigures();
  });

  customerTests(town);
  paymentTests(town);
  meterTests(town);
  operatorTests(town);
  httpDoorTests(town);
  restartTests(town);
  creditTests(town);
  crashTests(town);
});

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the town did not start');
  return value;
}

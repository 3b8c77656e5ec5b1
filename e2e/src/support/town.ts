// The one town of the run: the demo on its data folder and the browser, started before the first
// test and stopped after the last.

import type { Browser } from 'playwright-core';
import { launchChromium } from './browser.ts';
import { createDemo, type Demo } from './demo.ts';
import { note, printFigures } from './figures.ts';
import { followHealth, type HealthAnswer } from './health.ts';

// A Tuesday at nine in Johannesburg: hours in which an empty meter may cut supply.
const tuesdayMorning = '2026-11-24T07:00:00Z';
const speed = 60;

let demo: Demo | undefined;
let browser: Browser | undefined;
let health: HealthAnswer[] | undefined;

export const town = {
  demo: () => known(demo),
  browser: () => known(browser),
  /** What GET /health answered during the first start. */
  health: () => known(health),
};

/** The first start on an empty folder, at a time of our choosing. */
export async function startTown(): Promise<void> {
  browser = await launchChromium();
  demo = await createDemo();
  demo.setDemoTime(tuesdayMorning);
  const startedMs = performance.now();
  demo.begin(speed);
  const over = new AbortController();
  const heard = followHealth(demo.urls.server, over.signal);
  await demo.ready().finally(() => setTimeout(() => over.abort(), 5_000).unref());
  note(
    'npm start to ready, with sixteen days to live first',
    `${((performance.now() - startedMs) / 1000).toFixed(1)} s`,
  );
  health = await heard;
}

/** Stops what runs, also after a failure, and prints the figures. */
export async function stopTown(): Promise<void> {
  await browser?.close();
  await demo?.dispose();
  printFigures();
}

function known<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the town did not start');
  return value;
}

// What each journey is given: the running demo and a browser.

import type { Browser } from 'playwright-core';
import type { Demo } from './demo.ts';

export type Town = {
  demo(): Demo;
  browser(): Browser;
  /** What GET /health answered during the first start. */
  health(): { status: number; body: string }[];
};

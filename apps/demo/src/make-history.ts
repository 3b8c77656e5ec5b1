// Makes the demo's past beforehand, at the end of `npm install`. Says what it did; a machine that
// cannot make it has a demo all the same, whose first start takes longer.

import { address } from './children.ts';
import { makeHistory } from './history.ts';
import { defaultPort } from './options.ts';
import { history, steps } from './steps.ts';

const beganMs = performance.now();
try {
  const publicUrl = address(defaultPort);
  const made = await makeHistory({ ...history, ...steps, publicUrl, nowMs: Date.now() });
  const seconds = ((performance.now() - beganMs) / 1_000).toFixed(1);
  console.log(`demo's history: ${made ? `made in ${seconds} s` : 'up to date'}`);
} catch (error) {
  const [line] = (error instanceof Error ? error.message : String(error)).split('\n');
  console.log(`demo's history: not made (${line}); the first npm start makes its own`);
}
process.exit();

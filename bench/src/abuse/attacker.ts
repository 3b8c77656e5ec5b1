// A thread that does one attack until it is told to end, and says what it did.

import { parentPort, workerData } from 'node:worker_threads';
import { attacks, type Done, type Target } from './attacks.ts';

const { name, target } = workerData as { readonly name: string; readonly target: Target };
const done: Done = {};
let isOver = false;
parentPort?.once('message', () => {
  isOver = true;
  parentPort?.postMessage(done);
});
attacks[name]?.(target, { done, isOver: () => isOver });

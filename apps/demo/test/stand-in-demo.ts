// The launcher with stand-ins for the programs and steps it runs: for tests of the launcher as a
// process. The third argument may name a fault of its steps.

import { join } from 'node:path';
import { runDemo } from '../src/launcher.ts';
import { standInSteps } from './stand-in-steps.ts';

const [dataDir = '', port = '', fault = ''] = process.argv.slice(2);
const child = join(import.meta.dirname, 'stand-in.ts');
const stop = new AbortController();
const kill = new AbortController();
process.on('SIGINT', () => (stop.signal.aborted ? kill.abort() : stop.abort()));

process.exitCode = await runDemo(
  { dataDir, port: Number(port), speed: 1000 },
  {
    programs: { server: child, virtualMeter: child, sandbox: child, witness: child },
    ...standInSteps(fault),
    // The tests put one beside the data folders.
    history: { folder: join(dataDir, '../history'), digest: () => 'of the stand-ins' },
    say: (line) => process.stdout.write(`${line}\n`),
    env: process.env,
    stopSignals: { stop: stop.signal, kill: kill.signal },
  },
);
process.exit();

// Verifies one folder in a process of its own and tells time and memory.

import { folderSource, verify } from '../src/index.ts';

const [, , folder = '', key = ''] = process.argv;
const from = performance.now();
const report = await verify({ source: folderSource(folder), key });
const seconds = (performance.now() - from) / 1000;
const megabytes = process.resourceUsage().maxRSS / 1024;
console.log(`verified in ${seconds.toFixed(1)} s, at most ${megabytes.toFixed(0)} MB`);
console.log(JSON.stringify({ holds: report.holds, found: report.found, counts: report.counts }));
process.exitCode = report.holds && seconds < 300 && megabytes < 500 ? 0 : 1;

// `npm run peers -- servers`: two servers behind HAProxy of Debian's package, killed, halted and
// started anew while tills sell. Installed as root where it is missing, or said to be skipped.

import { spawnSync } from 'node:child_process';
import { runServersChaos } from './servers-rounds.ts';

const wanted = process.argv.slice(2);
if (wanted.length === 0 || wanted.includes('servers')) process.exitCode = await run();

function isThere(): boolean {
  return spawnSync('haproxy', ['-v'], { stdio: 'ignore' }).status === 0;
}

async function run(): Promise<number> {
  const install = ['install', '-y', '--no-install-recommends', 'haproxy'];
  if (!isThere() && process.getuid?.() === 0) {
    console.log('installing haproxy from Debian');
    spawnSync('apt-get', install, { stdio: 'ignore', timeout: 240_000 });
  }
  if (!isThere()) {
    console.log(`servers: skipped. HAProxy is not here: as root, apt-get ${install.join(' ')}`);
    return 0;
  }
  const begun = performance.now();
  const say = (line: string): void => console.log(`  ${line}`);
  try {
    const { sold, paid, silences } = await runServersChaos({ seed: 7, rounds: 3, say });
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    console.log(
      `servers: passed in ${seconds} s: ${sold} sold, ${paid} paid, ${silences} tries unanswered`,
    );
    return 0;
  } catch (error) {
    console.error(`servers: failed. ${error instanceof Error ? error.stack : String(error)}`);
    return 1;
  }
}

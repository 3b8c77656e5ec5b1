// PostgreSQL refuses to run as root. When we are root, its processes run under an account that
// exists already (postgres, else nobody); no account is ever created. Folders closed to that
// account (a checkout inside /root) are entered by one capability, where the machine lets us give
// it.

import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { PostgresStartError } from './errors.ts';
import { runToEnd } from './processes.ts';

export type Account = { uid: number; gid: number; name: string };

/**
 * How to start a program of PostgreSQL: a prefix of the command line, and the account to become.
 */
export type Launch = { prefix: string[]; uid?: number; gid?: number };

/**
 * The account PostgreSQL runs under, or undefined when we are not root and simply stay who we are.
 */
export function serverAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  for (const name of ['postgres', 'nobody']) {
    const line = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((each) => each.startsWith(`${name}:`));
    const [, , uid, gid] = line?.split(':') ?? [];
    if (uid !== undefined && gid !== undefined) return { name, uid: Number(uid), gid: Number(gid) };
  }
  return { name: '65534', uid: 65534, gid: 65534 };
}

/**
 * Decides how the account gets to the program and into the parent of the data folder.
 * Throws `folderClosedToAccount`, naming the folder, when neither mode bits nor a capability help.
 */
export async function planLaunch(
  account: Account | undefined,
  program: string,
  dataParent: string,
): Promise<Launch> {
  if (account === undefined) return { prefix: [] };
  const closed = closedFolder(account, dirname(program)) ?? closedFolder(account, dataParent);
  if (closed === undefined) return { prefix: [], uid: account.uid, gid: account.gid };
  // The narrow capability first; containers usually keep only the second.
  for (const capability of ['dac_read_search', 'dac_override']) {
    const prefix = setprivPrefix(account, capability);
    if (await runsWith(prefix, program)) return { prefix };
  }
  throw new PostgresStartError(
    'folderClosedToAccount',
    `PostgreSQL runs as "${account.name}" when started by root, and that account cannot enter ` +
      `${closed}: run as an ordinary user, or chmod o+x ${closed}, or move the checkout and data.`,
  );
}

// PostgreSQL looks for its own program with access(2) before anything else; `--version` does not. A
// server that gets past that complains about the folder we name.
async function runsWith(prefix: string[], program: string): Promise<boolean> {
  const [file = '', ...args] = [...prefix, program, '-D', '/nonexistent', '-C', 'port'];
  return (await runToEnd(file, args, { cwd: '/' })).stderr.includes('/nonexistent');
}

// util-linux setpriv(1): the ambient set survives exec of a program without file capabilities. The
// securebit is for access(2), which otherwise ignores the capabilities of an account that is not
// root.
function setprivPrefix(account: Account, capability: string): string[] {
  return [
    'setpriv',
    `--reuid=${account.uid}`,
    `--regid=${account.gid}`,
    '--clear-groups',
    '--securebits=+no_setuid_fixup',
    `--inh-caps=+${capability}`,
    `--ambient-caps=+${capability}`,
    '--',
  ];
}

/**
 * The outermost folder on the way into `path`, itself included, that the account may not enter, if
 * any.
 */
export function closedFolder(account: Account, path: string): string | undefined {
  const folders: string[] = [];
  for (let at = realpathSync(path); ; at = dirname(at)) {
    folders.unshift(at);
    if (at === dirname(at)) break;
  }
  return folders.find((folder) => {
    const { mode, uid, gid } = statSync(folder);
    const shift = uid === account.uid ? 6 : gid === account.gid ? 3 : 0;
    return ((mode >> shift) & 1) === 0;
  });
}

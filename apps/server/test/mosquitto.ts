// A Mosquitto of Debian's package for the tests of other people's brokers: found, or installed
// where that is allowed, and run as docs/operating/brokers.md says. Throws how to get it.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '@prewatt/embedded-postgres';
import { ensureOwnCertificate } from '../src/metering/headend/index.ts';

const howToGet =
  'No Mosquitto found. Install it (Debian: apt-get install mosquitto; macOS: brew install ' +
  'mosquitto).';
const folders = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/opt/homebrew/sbin'];

const find = (name: string): string | undefined =>
  [...folders, ...(process.env['PATH'] ?? '').split(':')]
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));

function ensureMosquitto(): { readonly broker: string; readonly passwords: string } {
  for (const isInstalled of [false, true]) {
    const [broker, passwords] = [find('mosquitto'), find('mosquitto_passwd')];
    if (broker !== undefined && passwords !== undefined) return { broker, passwords };
    if (isInstalled || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) break;
    const env = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', DEBIAN_FRONTEND: 'noninteractive' };
    for (const step of [['update'], ['install', '-y', '--no-install-recommends', 'mosquitto']]) {
      const ended = spawnSync('/usr/bin/apt-get', step, { env, timeout: 180_000 });
      if (ended.status !== 0) throw new Error(`${howToGet}\n${String(ended.stderr).slice(-500)}`);
    }
  }
  throw new Error(howToGet);
}

export type Mosquitto = {
  readonly url: string;
  /** For meters: with certificates, where there are authorities. */
  readonly meterUrl: string;
  readonly caFile: string;
  /** A new list of revoked certificates. */
  readonly revoke: (revokedPem: string) => void;
  readonly close: () => Promise<void>;
};

/** A listener for meters that show certificates of these authorities, none of them revoked. */
export type MeterAuthorities = { readonly certificatesPem: string; readonly revokedPem: string };

/** Over TLS, one user for each name, each meter walled in by its name. */
export async function startMosquitto(
  users: Readonly<Record<string, string>>,
  headend: string,
  authorities: MeterAuthorities | null = null,
): Promise<Mosquitto> {
  const programs = ensureMosquitto();
  const folder = mkdtempSync(join(tmpdir(), 'prewatt-mosquitto-'));
  const at = (name: string): string => join(folder, name);
  await ensureOwnCertificate(folder, { hosts: ['127.0.0.1'], nowMs: Date.now() });
  const lines = Object.entries(users).map(([name, password]) => `${name}:${password}\n`);
  writeFileSync(at('passwords'), lines.join(''), { mode: 0o600 });
  const hashed = spawnSync(programs.passwords, ['-U', at('passwords')], { timeout: 30_000 });
  if (hashed.status !== 0) throw new Error(`mosquitto_passwd: ${hashed.stderr}`);
  writeFileSync(
    at('acl'),
    `user ${headend}
topic read prewatt/1/meters/+/up
topic read prewatt/1/meters/+/link
topic write prewatt/1/meters/+/down
pattern write prewatt/1/meters/%u/up
pattern write prewatt/1/meters/%u/link
pattern read prewatt/1/meters/%u/down
`,
    { mode: 0o600 },
  );
  const port = await freePort();
  const meterPort = authorities === null ? port : await freePort();
  const revoke = (revokedPem: string): void => writeFileSync(at('revoked.pem'), revokedPem);
  if (authorities !== null) {
    writeFileSync(at('meters.pem'), authorities.certificatesPem);
    revoke(authorities.revokedPem);
  }
  writeFileSync(
    at('mosquitto.conf'),
    `user root
listener ${port} 127.0.0.1
cafile ${at('ca.pem')}
certfile ${at('server.pem')}
keyfile ${at('server.key')}
allow_anonymous false
password_file ${at('passwords')}
acl_file ${at('acl')}
persistence false
message_size_limit 33000
persistent_client_expiration 30d
${
  authorities === null
    ? ''
    : `listener ${meterPort} 127.0.0.1
cafile ${at('meters.pem')}
crlfile ${at('revoked.pem')}
certfile ${at('server.pem')}
keyfile ${at('server.key')}
require_certificate true
use_identity_as_username true
use_username_as_clientid true
`
}`,
  );
  const child: ChildProcess = spawn(programs.broker, ['-c', at('mosquitto.conf')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += String(chunk);
  });
  const close = async (): Promise<void> => {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('exit', resolve));
    }
    rmSync(folder, { recursive: true, force: true });
  };
  for (let tries = 0; tries < 100; tries += 1) {
    if (child.exitCode !== null) break;
    if (await isOpen(port))
      return {
        url: `mqtts://127.0.0.1:${port}`,
        meterUrl: `mqtts://127.0.0.1:${meterPort}`,
        caFile: at('ca.pem'),
        revoke: (revokedPem) => {
          revoke(revokedPem);
          child.kill('SIGHUP');
        },
        close,
      };
    await setTimeout(50);
  }
  await close();
  throw new Error(`Mosquitto did not start: ${said.slice(-500)}`);
}

const isOpen = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });

// Two Mosquittos (Debian's package) with the access list that we ship, for the meters of a chaos
// run. They are killed and halted like everything else.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ProgramMissing } from './balancer.ts';
import { steadyPort } from './server-process.ts';

const shippedAcl = new URL('../../../deploy/mosquitto/acl', import.meta.url);

export type Brokers = {
  /** As servers and meters are given them. */
  readonly urls: string;
  /** The head-end's. */
  readonly password: string;
  /** SIGKILL, and another one in its place after so long. */
  readonly kill: (at: 0 | 1, goneForMs: number) => Promise<void>;
  readonly halt: (at: 0 | 1, forMs: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Throws ProgramMissing with how to get it. */
export async function startBrokers(o: {
  readonly folder: string;
  readonly meterPans: readonly string[];
  /** The same for all of them. */
  readonly secret: string;
}): Promise<Brokers> {
  if (spawnSync('mosquitto_passwd', ['--help'], { stdio: 'ignore' }).error !== undefined) {
    throw new ProgramMissing('Mosquitto is not here: apt-get install mosquitto');
  }
  const home = join(o.folder, 'brokers');
  mkdirSync(home);
  const password = randomBytes(24).toString('hex');
  const users = [...o.meterPans.map((pan) => `${pan}:${o.secret}`), `prewatt-headend:${password}`];
  const passwords = join(home, 'passwords');
  writeFileSync(passwords, `${users.join('\n')}\n`);
  const hashed = spawnSync('mosquitto_passwd', ['-U', passwords], { timeout: 30_000 });
  if (hashed.status !== 0) throw new Error(`mosquitto_passwd: ${hashed.stderr}`);
  const acl = join(home, 'acl');
  writeFileSync(acl, readFileSync(shippedAcl));
  for (const file of [passwords, acl]) chmodSync(file, 0o600);
  const ports = [await steadyPort(), await steadyPort()] as const;
  const start = async (at: 0 | 1): Promise<ChildProcess> => {
    const config = join(home, `mosquitto-${at}.conf`);
    const user = process.getuid?.() === 0 ? 'user root\n' : '';
    writeFileSync(
      config,
      `${user}listener ${ports[at]} 127.0.0.1\nallow_anonymous false\npassword_file ${passwords}
acl_file ${acl}\npersistence false\nmessage_size_limit 33000\npersistent_client_expiration 30d\n`,
    );
    const child = spawn('mosquitto', ['-c', config], { stdio: 'ignore' });
    for (let tries = 0; tries < 100 && child.exitCode === null; tries += 1) {
      if (await isOpen(ports[at])) return child;
      await pause(50);
    }
    child.kill('SIGKILL');
    throw new Error('Mosquitto did not start');
  };
  const running = [await start(0), await start(1)];
  const end = async (child: ChildProcess | undefined): Promise<void> => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };
  return {
    ...{ urls: ports.map((port) => `mqtt://127.0.0.1:${port}`).join(','), password },
    kill: async (at, goneForMs) => {
      await end(running[at]);
      await pause(goneForMs);
      running[at] = await start(at);
    },
    halt: async (at, forMs) => {
      running[at]?.kill('SIGSTOP');
      await pause(forMs);
      running[at]?.kill('SIGCONT');
    },
    close: async () => {
      for (const child of running) await end(child);
    },
  };
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

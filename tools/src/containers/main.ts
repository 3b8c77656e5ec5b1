// `npm run peers -- containers`: the image of deploy/container, the blocks of
// docs/operating/containers.md by podman-compose, and the manifests of deploy/kubernetes by
// `podman kube play`. What is not Prewatt's is Debian's.

import { spawn, spawnSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { blocksOf } from '../docs.ts';
import { root } from '../workspaces.ts';
import { clusterOf, secretsOf } from './manifests.ts';

const page = 'operating/containers.md';
const packages = [
  ...['podman', 'podman-compose', 'debootstrap', 'runc', 'catatonit'],
  ...['netavark', 'aardvark-dns', 'nftables'],
];
const debian = 'docker.io/library/debian:trixie-slim';
const postgres = 'docker.io/library/postgres:17';

/** Files of this trial: settings of Podman, the copies of deploy/container, the secrets. */
const folder = mkdtempSync(join(tmpdir(), 'prewatt-containers-'));

class Failed extends Error {}

/** What the command said. Throws Failed with its end. */
function run(
  command: string,
  args: readonly string[],
  o: { readonly cwd?: string; readonly input?: string } = {},
): string {
  const ended = spawnSync(command, args, {
    ...{ cwd: o.cwd ?? folder, input: o.input ?? '', encoding: 'utf8' },
    ...{ env: environment, maxBuffer: 1 << 28, timeout: 900_000 },
  });
  if (ended.status === 0) return ended.stdout;
  const said = `${ended.stdout}${ended.stderr}`.split('\n').slice(-30).join('\n');
  throw new Failed(`${command} ${args.join(' ')} ended with ${ended.status}\n${said}`);
}

const environment: NodeJS.ProcessEnv = {
  ...process.env,
  CONTAINERS_CONF: join(folder, 'containers.conf'),
  PODMAN_IGNORE_CGROUPSV1_WARNING: '1',
};

const limit = (of: string): string => run('bash', ['-c', `ulimit -H${of}`]).trim();

/** This machine's limits, which no container may exceed, and a runtime for old cgroups. */
function writeSettings(): readonly string[] {
  const limits = [`nofile=${limit('n')}:${limit('n')}`];
  if (limit('u') !== 'unlimited') limits.push(`nproc=${limit('u')}:${limit('u')}`);
  const runtime = existsSync('/sys/fs/cgroup/cgroup.controllers') ? '' : 'runtime = "runc"\n';
  const text = `[containers]\ndefault_ulimits = ${JSON.stringify(limits)}\n[engine]\n${runtime}`;
  writeFileSync(join(folder, 'containers.conf'), text);
  return limits.flatMap((each) => ['--ulimit', each]);
}

/** Whether it is there, or comes from a registry of images. */
const has = (image: string): boolean =>
  spawnSync('podman', ['image', 'exists', image], { env: environment }).status === 0 ||
  spawnSync('podman', ['pull', '--quiet', image], { env: environment, timeout: 60_000 }).status ===
    0;

/** Debian from its packages, trusting whom this machine trusts beyond the public authorities. */
function makeDebian(): void {
  const tree = join(folder, 'debian');
  run('debootstrap', ['--variant=minbase', 'trixie', tree]);
  const own = 'usr/local/share/ca-certificates';
  run('mkdir', ['-p', join(tree, own)]);
  for (const name of existsSync(`/${own}`) ? readdirSync(`/${own}`) : []) {
    if (name.endsWith('.crt')) copyFileSync(`/${own}/${name}`, join(tree, own, name));
  }
  run('bash', ['-c', `tar -C '${tree}' -c . | podman import - ${debian}`]);
  rmSync(tree, { recursive: true });
}

function buildImages(limits: readonly string[]): void {
  if (!has(debian)) makeDebian();
  const build = (image: string, file: string, context: string) =>
    run('podman', [
      ...['build', '--quiet', '--network', 'host', ...limits],
      ...['-t', image, '-f', file, context],
    ]);
  const here = join(root, 'tools/src/containers');
  if (!has(postgres)) build(postgres, join(here, 'postgres.Containerfile'), here);
  const clone = join(folder, 'clone');
  run('git', ['clone', '--quiet', root, clone]);
  build('prewatt', join(clone, 'deploy/container/Containerfile'), clone);
  rmSync(clone, { recursive: true });
}

/** Checks of health are systemd's to run; without it somebody else must. */
function keepChecking(): () => void {
  const child = spawn(
    'bash',
    [
      '-c',
      `while sleep 1; do
        for each in $(podman ps --quiet --filter label=io.podman.compose.project=prewatt); do
          podman healthcheck run "$each"
        done
      done`,
    ],
    { env: environment, stdio: 'ignore' },
  );
  return () => void child.kill();
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 120_000;
  while (performance.now() < endMs) {
    if (await holds()) return;
    await pause(500);
  }
  throw new Failed(`${what}: not within two minutes`);
}

const answers = async (path: string): Promise<string> => {
  const response = await fetch(`http://localhost:7070${path}`).catch(() => null);
  return response === null ? '' : `${response.status} ${await response.text()}`;
};
const sells = async (): Promise<boolean> => /^200 .*"database":"up"/.test(await answers('/health'));

async function compose(): Promise<void> {
  for (const { script, line } of blocksOf(
    page,
    readFileSync(join(root, 'docs', page), 'utf8'),
    'containers',
  )) {
    step(`block of line ${line}`);
    run('bash', ['-euo', 'pipefail', '-c', script]);
    if (script.includes('up -d')) await until('the server answers', sells);
  }
  environment['PREWATT_OPERATOR_EMAIL'] = 'ada@EXAMPLE.ORG';
  environment['PREWATT_OPERATOR_PASSWORD'] = readFileSync(
    join(folder, 'ada.password'),
    'utf8',
  ).trim();
  // Named without values: Podman takes them from its own environment.
  const signIn = ['-e', 'PREWATT_OPERATOR_EMAIL', '-e', 'PREWATT_OPERATOR_PASSWORD'];
  const list = ['exec', ...signIn, 'prewatt_server_1', 'prewatt', 'tariff', 'list'];
  run('podman', list);
  if (!(await answers('/operator')).startsWith('200'))
    throw new Failed('/operator does not answer');
  step('stopped and started');
  run('podman-compose', ['down']);
  run('podman-compose', ['up', '-d']);
  await until('the server answers again', sells);
  run('podman', list);
}

async function cluster(): Promise<void> {
  step('manifests');
  run('podman', ['stop', 'prewatt_server_1']);
  run('podman', [
    ...['exec', 'prewatt_database_1', 'psql', '-U', 'prewatt_owner', '-d', 'prewatt'],
    ...['-c', 'CREATE DATABASE prewatt_cluster'],
  ]);
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  writeFileSync(
    join(folder, 'secrets.yaml'),
    secretsOf(read('secrets.json'), read('owner-password')),
    { mode: 0o600 },
  );
  const manifests = readFileSync(join(root, 'deploy/kubernetes/prewatt.yaml'), 'utf8');
  writeFileSync(join(folder, 'cluster.yaml'), clusterOf(manifests));
  const play = ['kube', 'play', '--network', 'prewatt_default'];
  run('podman', [...play, 'secrets.yaml']);
  run('podman', [...play, 'cluster.yaml']);
  const ask = `const answer = await fetch('http://127.0.0.1:7070/health');
    console.log(answer.status, await answer.text())`;
  await until('the pod answers', () => {
    const asked = spawnSync(
      'podman',
      ['exec', 'prewatt-pod-server', 'node', '--input-type=module', '-e', ask],
      {
        env: environment,
        encoding: 'utf8',
      },
    );
    return /^200 .*"database":"up"/.test(asked.stdout);
  });
}

const begunMs = performance.now();
function step(what: string): void {
  console.log(
    `containers: ${((performance.now() - begunMs) / 1000).toFixed(1).padStart(6)} s  ${what}`,
  );
}

/** Whatever of it is there. */
function clear(): void {
  const quiet = { env: environment, cwd: folder } as const;
  for (const name of ['cluster.yaml', 'secrets.yaml'])
    spawnSync('podman', ['kube', 'down', '--force', name], quiet);
  spawnSync('podman-compose', ['down', '-v'], quiet);
}

async function containers(): Promise<void> {
  step('packages of Debian');
  run('apt-get', ['install', '-y', '--no-install-recommends', ...packages]);
  const limits = writeSettings();
  step('images');
  buildImages(limits);
  copyFileSync(join(root, 'deploy/container/compose.yaml'), join(folder, 'compose.yaml'));
  const end = keepChecking();
  try {
    await compose();
    await cluster();
    step('passed');
  } finally {
    end();
    clear();
  }
}

try {
  if (process.getuid?.() !== 0) console.log('containers: skipped. It needs root');
  else if (!existsSync('/etc/debian_version')) console.log('containers: skipped. Not a Debian');
  else await containers();
} catch (error) {
  if (!(error instanceof Failed)) throw error;
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

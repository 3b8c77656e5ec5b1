// The children and their environment: the whole contract between the demo and the programs it
// runs. Our own environment is not passed on, but for what any program needs and what the docs say.

import { join } from 'node:path';
import { zone } from '@prewatt/simulation/zone';
import { witnessKey } from '@prewatt/witness/key';
import type { DatabaseUrls } from './database.ts';
import type { DemoPorts } from './ports.ts';
import type { ChildSpec } from './supervisor.ts';

export type Programs = { server: string; virtualMeter: string; sandbox: string; witness: string };

export type ChildrenInput = {
  programs: Programs;
  ports: DemoPorts;
  dataDir: string;
  secretsFile: string;
  /** Value of PREWATT_CLOCK. */
  clock: string;
  logLevel: string;
  inherited: NodeJS.ProcessEnv;
};

/** What each child is started with; the server's database has its address later than the rest. */
export function childSpecs(input: ChildrenInput): {
  server: (databaseUrls: DatabaseUrls) => ChildSpec;
  virtualMeter: ChildSpec;
  sandbox: ChildSpec;
  witnesses: ChildSpec[];
} {
  const { programs, ports, dataDir, secretsFile } = input;
  const common = {
    ...pick(input.inherited, ['PATH', 'HOME', 'TZ', 'LANG', 'TMPDIR', 'NODE_COMPILE_CACHE']),
    NODE_ENV: 'production',
    PREWATT_CLOCK: input.clock,
    PREWATT_LOG_LEVEL: input.logLevel,
  };
  const witnesses = witnessesOf(input);
  const log = (name: string) => join(dataDir, 'logs', `${name}.log`);
  return {
    server: (databaseUrls) => ({
      name: 'server',
      program: programs.server,
      logFile: log('server'),
      env: {
        ...common,
        DATABASE_URL: databaseUrls.app,
        PREWATT_SIGN_IN_DATABASE_URL: databaseUrls.signIn,
        PREWATT_HTTP_PORT: String(ports.server),
        PREWATT_MQTT_PORT: String(ports.mqtt),
        PREWATT_LWM2M_PORT: String(ports.lwm2m),
        PREWATT_PUBLIC_URL: address(ports.server),
        PREWATT_SECOND_FACTOR: 'chosen',
        PREWATT_SECRETS_FILE: secretsFile,
        PREWATT_DATABASE_DIR: dataDir,
        PREWATT_STATE_DIR: join(dataDir, 'server'),
        PREWATT_SANDBOX_URL: address(ports.sandbox),
        PREWATT_LOG_WITNESSES: witnesses.map(({ named }) => named).join(', '),
        ...handedOn(input.inherited),
      },
    }),
    virtualMeter: {
      name: 'virtual meters',
      program: programs.virtualMeter,
      args: ports.dlms === undefined ? [] : ['--dlms'],
      logFile: log('virtual-meter'),
      env: {
        ...common,
        PREWATT_METERS_DIR: join(dataDir, 'meters'),
        PREWATT_MQTT_URL: `mqtt://127.0.0.1:${ports.mqtt}`,
        PREWATT_LWM2M_SERVER: `127.0.0.1:${ports.lwm2m}`,
        PREWATT_HTTP_PORT: String(ports.meter),
        ...(ports.dlms === undefined ? {} : { PREWATT_DLMS_PORT: String(ports.dlms) }),
      },
    },
    sandbox: {
      name: 'sandbox',
      program: programs.sandbox,
      logFile: log('sandbox'),
      env: {
        ...common,
        PREWATT_HTTP_PORT: String(ports.sandbox),
        PREWATT_DATA_DIR: join(dataDir, 'sandbox'),
        PREWATT_SERVER_URL: address(ports.server),
        PREWATT_SECRETS_FILE: secretsFile,
        PREWATT_ZONE: zone,
      },
    },
    witnesses: witnesses.map((witness) => specOfWitness(input, common, witness)),
  };
}

/** For whoever tries webhooks with a receiver on this machine, or the door of shops (XMLVend). */
function handedOn(inherited: NodeJS.ProcessEnv): Record<string, string> {
  const ofShops = Object.keys(inherited).filter((name) => name.startsWith('PREWATT_XMLVEND_'));
  return pick(inherited, ['PREWATT_WEBHOOK_REACH', ...ofShops]);
}

/** Two witnesses, each with a folder and a key of its own, and how the server knows it. */
function witnessesOf({ ports, dataDir }: ChildrenInput) {
  return ports.witnesses.map((port, index) => {
    const name = `witness-${index + 1}`;
    const folder = join(dataDir, name);
    return { name, folder, port, named: `${address(port)} ${witnessKey(folder, name).text}` };
  });
}

function specOfWitness(
  { programs, ports, dataDir }: ChildrenInput,
  common: NodeJS.ProcessEnv,
  { name, folder, port }: ReturnType<typeof witnessesOf>[number],
): ChildSpec {
  const kept = ['PATH', 'HOME', 'TZ', 'LANG', 'TMPDIR', 'NODE_COMPILE_CACHE', 'NODE_ENV'];
  return {
    name,
    program: programs.witness,
    logFile: join(dataDir, 'logs', `${name}.log`),
    env: {
      ...pick(common, kept),
      PREWATT_WITNESS_NAME: name,
      PREWATT_WITNESS_DIR: folder,
      PREWATT_WITNESS_PORT: String(port),
      PREWATT_WITNESS_TAKE_FROM: address(ports.server),
    },
  };
}

/** Address of a port on this machine. */
export function address(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function pick(from: NodeJS.ProcessEnv, names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])),
  );
}

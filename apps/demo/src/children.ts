// The three children and their environment: the whole contract between the demo and the programs it
// runs. Our own environment is not passed on, but for what any program needs and what the docs say.

import { join } from 'node:path';
import { zone } from '@prewatt/simulation/zone';
import type { DatabaseUrls } from './database.ts';
import type { DemoPorts } from './ports.ts';
import type { ChildSpec } from './supervisor.ts';

export type Programs = { server: string; virtualMeter: string; sandbox: string };

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
} {
  const { programs, ports, dataDir, secretsFile } = input;
  const common = {
    ...pick(input.inherited, ['PATH', 'HOME', 'TZ', 'LANG', 'TMPDIR', 'NODE_COMPILE_CACHE']),
    NODE_ENV: 'production',
    PREWATT_CLOCK: input.clock,
    PREWATT_LOG_LEVEL: input.logLevel,
  };
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
        PREWATT_SECRETS_FILE: secretsFile,
        PREWATT_DATABASE_DIR: dataDir,
        PREWATT_STATE_DIR: join(dataDir, 'server'),
        PREWATT_SANDBOX_URL: address(ports.sandbox),
        // For whoever tries webhooks with a receiver on this machine.
        ...pick(input.inherited, ['PREWATT_WEBHOOK_REACH']),
        // For whoever tries the door of shops that speak XMLVend.
        ...pick(
          input.inherited,
          Object.keys(input.inherited).filter((name) => name.startsWith('PREWATT_XMLVEND_')),
        ),
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

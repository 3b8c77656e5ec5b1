// A whole installation looked at, for `prewatt doctor`; and what of it a server asks at its start.

import { createDatabase } from '../../base/database.ts';
import { createHardware } from '../../base/hardware/index.ts';
import { type Config, ConfigError, readConfig } from '../config.ts';
import {
  clockFindings,
  databaseFindings,
  type KeyPlaces,
  keyFindings,
  roleFindings,
  schemaFindings,
  signInFindings,
} from './database-checks.ts';
import {
  addressFindings,
  allCertificateFindings,
  diskFindings,
  secretsFindings,
} from './file-checks.ts';
import { type Finding, findingsOf, linesOf, startAreas } from './finding.ts';
import { brokerFindings, gatewayFindings, mailFindings, publicFindings } from './outside-checks.ts';
import { notificationFindings, providerFindings } from './rail-checks.ts';
import { refusedSignIn } from './refused-sign-in.ts';

export { type Finding, linesOf } from './finding.ts';

/** In the order in which they are mended. What follows a schema that is not there is left out. */
async function startFindings(config: Config, places: KeyPlaces): Promise<readonly Finding[]> {
  const { database } = places;
  const here = [
    ...(await findingsOf('secrets', () => secretsFindings(config))),
    ...(await findingsOf('addresses', () => addressFindings(config))),
    ...(await findingsOf('certificates', () => allCertificateFindings(config))),
    ...(await findingsOf('disk', () => diskFindings(config, config.secretsFile))),
  ];
  const reached = await findingsOf('database', () => databaseFindings(database), refusedSignIn);
  if (reached.some(({ level }) => level === 'fault')) return [...here, ...reached];
  const roles = [
    ...reached,
    ...(await findingsOf('schema', () => schemaFindings(database))),
    ...(await findingsOf('role', () => roleFindings(database))),
  ];
  if (roles.some(({ area, level }) => area === 'schema' && level === 'fault')) {
    return [...here, ...roles];
  }
  return [
    ...here,
    ...roles,
    ...(await findingsOf('sign-in', () => signInFindings(config, database))),
    ...(await findingsOf('clocks', () => clockFindings(config, database))),
    ...(await findingsOf('keys', () => keyFindings(config, places))),
  ];
}

/** The database's first answer to a server; throws ConfigError when it does not let it in. */
export async function unlessRefused(answer: Promise<void>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    const finding = refusedSignIn(error);
    throw finding === null ? error : startRefusal([finding]);
  }
}

const startRefusal = (faults: readonly Finding[]): ConfigError =>
  new ConfigError(['cannot start:', ...linesOf(faults).map((line) => `  ${line}`)].join('\n'));

/** What a server warns of at its start; throws ConfigError with the faults that it stops for. */
export async function checkAtStart(config: Config, places: KeyPlaces): Promise<readonly Finding[]> {
  const findings = await startFindings(config, places);
  const stops = findings.filter(({ area, level }) => level === 'fault' && startAreas.has(area));
  if (stops.length > 0) throw startRefusal(stops);
  return findings.filter(({ level }) => level !== 'ok');
}

/** Everything, by the environment that the server is started with. Throws ConfigError. */
export async function inspect(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<readonly Finding[]> {
  const config = readConfig(environment);
  const database = createDatabase({ url: config.databaseUrl, maximumConnections: 2 });
  const hardware = config.hardware === null ? undefined : createHardware(config.hardware);
  try {
    return [
      ...(await startFindings(config, { database, hardware })),
      ...(await findingsOf('addresses', () => notificationFindings(config))),
      ...(await findingsOf('addresses', () => publicFindings(config))),
      ...(await findingsOf('broker', () => brokerFindings(config))),
      ...(await findingsOf('provider', () => providerFindings(config))),
      ...(await findingsOf('gateway', () => gatewayFindings(config))),
      ...(await findingsOf('mail', () => mailFindings(config))),
    ];
  } finally {
    await hardware?.close();
    await database.close();
  }
}

/**
 * Payment providers and message gateways alone, without a database and without moving money. Throws
 * ConfigError.
 */
export async function inspectRails(
  environment: Readonly<Record<string, string | undefined>>,
  o: { readonly showsSecrets?: boolean } = {},
): Promise<readonly Finding[]> {
  const config = readConfig(environment);
  return [
    ...(await findingsOf('secrets', () => secretsFindings(config))),
    ...(await findingsOf('addresses', () => notificationFindings(config, o.showsSecrets))),
    ...(await findingsOf('addresses', () => publicFindings(config))),
    ...(await findingsOf('provider', () => providerFindings(config))),
    ...(await findingsOf('gateway', () => gatewayFindings(config))),
    ...(await findingsOf('mail', () => mailFindings(config))),
  ];
}

export { ConfigError } from '../config.ts';

// The server process: builds everything from its configuration, listens, and answers how to stop.
// It listens at once and answers 503 until all of it is up.

import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createDatabase } from '../base/database.ts';
import { createHardware } from '../base/hardware/index.ts';
import { createLiveHub, type LiveHub } from '../base/http/live-hub.ts';
import { trustedProxies } from '../base/http/trusted-proxies.ts';
import { systemRandom } from '../base/ids.ts';
import { createLive } from '../base/live.ts';
import { createLog, type Log } from '../base/log.ts';
import { oneAtATime } from '../base/one-at-a-time.ts';
import { createParts } from '../base/parts.ts';
import { createSweeps, type Sweep } from '../base/sweeps.ts';
import { noTracing, type Tracing } from '../base/tracing.ts';
import { createHttp } from '../edge/http/index.ts';
import { type MessageGateway, sendByFirst } from '../messaging/gateways/index.ts';
import type { DlmsDriver, LampSumDriver, Lwm2mDriver } from '../metering/drivers/index.ts';
import { type Broker, type CommandOutbox, createCommandOutbox } from '../metering/headend/index.ts';
import { type AccessLog, createAccessLog } from '../registry/audit-log/index.ts';
import { createServerProcesses, type ServerProcesses } from '../registry/servers/index.ts';
import { createSignIn, type SignIn } from '../registry/sign-in/index.ts';
import {
  createWitnessing,
  partsOfWitnesses,
  type WitnessingDeps,
} from '../registry/token-log/index.ts';
import type { Utility } from '../registry/utilities/index.ts';
import { createLimitsTeller, type MetricsDeps, serveMetrics } from '../reports/metrics/index.ts';
import { awaitDatabase, createStarting } from './await-database.ts';
import { checkAtStart, unlessRefused } from './checks/index.ts';
import type { Config } from './config.ts';
import { sweepsOfDrivers } from './drivers.ts';
import { enterEpoch } from './epoch.ts';
import { createHealth } from './health.ts';
import { connectGateways, gatewaysOf, sweepsOfMessages } from './message-gateways.ts';
import { createMeterLink, type MeterLink, meterIdentityOf, partsOfBrokers } from './meter-link.ts';
import { paymentOriginsOf, providersOf, watchedOf } from './payment-providers.ts';
import { createServices, type Services } from './services.ts';
import { partsOfProviders, sweepsOfParts, watchProviders } from './watch-parts.ts';
import { startWorker } from './worker.ts';
import { xmlvendOf } from './xmlvend.ts';

const consoleDir = fileURLToPath(new URL('../../../web/dist', import.meta.url));

/** Fifty sessions a second hold three or four at once beside as many sales as go. */
const phonesPool = { maximumConnections: 8, plansOnce: true };

/** Starts it all; the answer stops it. Throws when something that it needs is not there. */
export async function startServer(config: Config): Promise<() => Promise<void>> {
  const log = createLog({ name: 'server', level: config.logLevel });
  const { clocks, databaseUrl, publicUrl } = config;
  const { nowMs } = clocks.real;
  const database = createDatabase({ url: databaseUrl, folder: config.databaseDir });
  const phonesDatabase = createDatabase({ url: databaseUrl, ...phonesPool });
  const homes = keyHomesOf(config);
  const gateways = gatewaysOf(config);
  const { parts, watched, provider, earlierProviders } = rails(config, log);
  const meters = createMeterLink(config, parts, log);
  const tracing = await tracingOf(config, log);
  const services = createServices({
    ...{ database, phonesDatabase, clocks, gateways, publicUrl, log },
    ...{ webhookReach: config.webhookReach, webhookKeepDays: config.webhookKeepDays },
    ...{ random: systemRandom, provider, earlierProviders, tokenWaitMs: config.tokenWaitMs },
    transport: meters.transport,
    ...{ ...homes, push: config.secrets.webPush, mail: config.secrets.mail },
    ...{ identity: meterIdentityOf(config), tracing },
  });
  const accessLog = accessLogOf(config, { ...services, log });
  const signIn = signInOf(config, { services, gateways, note: accessLog.atTheDoor, log });
  const onError = (error: unknown) => log.warn({ error: String(error) }, 'live update failed');
  const hub = createLiveHub({ openSessions: signIn.openSessions, onError });
  const sweeps = createSweeps({ targets: services.utilities.list, nowMs, log });
  const processes = processesOf(config, { database, newUuid: services.newUuid, log });
  const reports = {
    ...{ sweepReports: sweeps.reports, partReports: parts.reports },
    serverReports: processes.seen,
  };
  const starting = createStarting();
  const http = await createHttp({
    ...{ ...services, accessLog, signIn, hub, publicUrl, consoleDir, log },
    ...reports,
    health: createHealth({ ...{ database, nowMs }, ...starting.told, ...reports }),
    ...{ paymentOrigins: paymentOriginsOf(config), bankAccount: config.secrets.bankAccount },
    ...{ ...proxiesOf(config), serverCount: processes.count },
  });
  await http.listen(config.http);
  await unlessRefused(awaitDatabase({ database, log, tell: starting.tell }));
  for (const { text } of await checkAtStart(config, { database, ...homes })) log.warn(text);
  const epoch = await enterEpoch(config, database, log);
  const wire = await openWire({ url: databaseUrl, services, meters, hub, log });
  const worker = await startWorker({ url: databaseUrl, processes, ...services, parts, log });
  const ofWire = sweepsOfWire({ ...wire, services, nowMs, log });
  const ofParts = sweepsOfParts({ ...services, ...homes, parts, providers: watched, nowMs });
  const ofLog = sweepOfWitnesses({ ...{ database, parts, fetch }, witnesses: config.logWitnesses });
  const ofServers = sweepOfServers({ processes, broker: wire.broker, log });
  const ofProcess = [...ofWire, ...sweepsOfProcess(signIn, services), ofServers, ofLog, ...epoch];
  sweeps.start([...services.sweeps, ...ofProcess, ...ofParts]);
  const metrics = await metricsOf(config, { ...wire, services, reports, log });
  const xmlvend = await xmlvendOf(config, { services, log });
  starting.isOver(true);
  const mqtt = wire.broker?.port ?? config.mqtt.external?.urls;
  log.info({ http: config.http, mqtt, secondFactor: config.secondFactor }, 'ready');
  return async () => {
    await drain(config.drainMs, { starting, processes });
    await sweeps.stop();
    await metrics?.close();
    await xmlvend?.close();
    hub.closeAll();
    await http.close();
    await worker.stop();
    await processes.end().catch(() => undefined);
    await meters.close();
    await Promise.all([services.ingest.drained(), services.webhooks.idle()]);
    await wire.close();
    await signIn.close();
    await Promise.all([database, phonesDatabase, tracing, homes.hardware].map((e) => e?.close()));
  };
}

/** What opens vending keys, and what else is sealed. */
const keyHomesOf = ({ secrets, hardware }: Config) => ({
  masterKey: Buffer.from(secrets.masterKey, 'base64'),
  hardware: hardware === null ? undefined : createHardware(hardware),
});

async function tracingOf(config: Config, log: Log): Promise<Tracing> {
  if (config.traces === null) return noTracing;
  const { createOtlpTracing } = await import('./otlp-tracing.ts');
  return createOtlpTracing(config.traces, { serverName: nameOf(config), log });
}

const nameOf = ({ serverName, http }: Config): string => serverName ?? `${hostname()}:${http.port}`;

/** The payment providers, and the parts of this process, which tell of each of them. */
function rails(config: Config, log: Log) {
  const { nowMs } = config.clocks.real;
  const given = providersOf(config);
  const looked = watchedOf(given, config);
  const named = {
    ...{ ...partsOfProviders(looked), ...partsOfBrokers(config) },
    ...partsOfWitnesses(config.logWitnesses),
  };
  const parts = createParts({ nowMs, log, named });
  const watched = watchProviders(looked, { parts, nowMs });
  const [first] = given;
  const [provider = first, ...earlier] = watched;
  return {
    ...{ parts, watched, provider },
    earlierProviders: [...earlier, ...given.slice(watched.length)],
  };
}

/** Answers while others are asked in its place; then it refuses. */
async function drain(
  forMs: number,
  o: {
    readonly starting: ReturnType<typeof createStarting>;
    readonly processes: ServerProcesses;
  },
): Promise<void> {
  if (forMs > 0) {
    o.starting.drain();
    await Promise.all([o.processes.drain().catch(() => undefined), pause(forMs)]);
  }
  o.starting.isOver(false);
}

const accessLogOf = (
  { clocks }: Config,
  { database, auditLog, log }: Pick<Services, 'database' | 'auditLog'> & { readonly log: Log },
): AccessLog => createAccessLog({ database, auditLog, log, nowMs: clocks.business.nowMs });

const processesOf = (
  config: Config,
  { newUuid, ...o }: Pick<Services, 'database' | 'newUuid'> & { readonly log: Log },
): ServerProcesses =>
  createServerProcesses({
    ...o,
    id: newUuid(),
    name: nameOf(config),
  });

function signInOf(
  config: Config,
  o: {
    readonly services: Pick<Services, 'database' | 'newUuid'>;
    readonly gateways: readonly MessageGateway[];
    readonly note: AccessLog['atTheDoor'];
    readonly log: Log;
  },
) {
  const { services, gateways, note, log } = o;
  return createSignIn({
    note,
    database: services.database,
    url: config.signInDatabaseUrl,
    secondFactor: config.secondFactor,
    secret: config.secrets.sessionSecret,
    publicUrl: config.publicUrl,
    sendCode: async (phone, code) => {
      const text = `Your sign-in code is ${code}. It works for five minutes. We never ask for it.`;
      const id = `code-${services.newUuid()}`;
      const sent = await sendByFirst(gateways, { id, to: phone, text, isCode: true });
      if (!sent.ok) log.warn('a sign-in code could not be sent');
    },
    log,
  });
}

type Wire = {
  readonly broker: Broker | null;
  readonly dlms: DlmsDriver;
  readonly lwm2m: Lwm2mDriver;
  readonly lampSums: LampSumDriver;
  readonly outbox: CommandOutbox;
};

/** Opens the links to meters and gateways, and the ear for what other processes have changed. */
async function openWire(o: {
  readonly url: string;
  readonly services: Services;
  readonly meters: MeterLink;
  readonly hub: LiveHub;
  readonly log: Log;
}): Promise<Wire & { readonly close: () => Promise<void> }> {
  const { services, hub, log } = o;
  const live = await createLive({ url: o.url });
  const opened = await o.meters.open(services);
  const { broker, link, lwm2m, lampSums } = opened;
  const dlms = opened.dlms.driver;
  if (broker !== null) {
    for (const { id } of await services.utilities.list()) await services.links.allDown(id);
  }
  await link.listen({ up: services.ingest.receive, link: services.links.changed });
  const lookAtLinks = oneAtATime(async () => {
    await Promise.all([dlms.refresh(), lwm2m.refresh(), lampSums.refresh()]);
  });
  await lookAtLinks();
  const outbox = createCommandOutbox({ dispatch: services.commands.dispatch, log });
  live.subscribe((notice) => {
    hub.publish(notice);
    if (notice.kind === 'linkRevoked') link.drop(notice.meterPan);
    if (notice.kind === 'driverLink') {
      // Its sweep looks again within seconds.
      lookAtLinks().catch((error) => {
        log.warn({ error: String(error) }, 'meters linked by drivers not looked at yet');
      });
    }
    if (notice.kind === 'command') outbox.push(notice);
  });
  const closeGateways = connectGateways(services);
  const close = async (): Promise<void> => {
    await closeGateways();
    await live.close();
    await outbox.idle();
  };
  return { broker, dlms, lwm2m, lampSums, outbox, close };
}

/** What this process looks after besides the upkeep of utilities. */
function sweepsOfWire(o: {
  readonly broker: Broker | null;
  readonly dlms: DlmsDriver;
  readonly lwm2m: Lwm2mDriver;
  readonly lampSums: LampSumDriver;
  readonly services: Pick<Services, 'ingest' | 'streetLights'>;
  readonly nowMs: () => number;
  readonly log: Log;
}): readonly Sweep<Utility>[] {
  const { broker, log, services } = o;
  const tellLimits = createLimitsTeller(broker, services.ingest, log);
  return [
    ...sweepsOfDrivers({
      ...o,
      visitLamps: (utility) => services.streetLights.visit(utility, o.lwm2m.lamps),
    }),
    {
      ...{
        of: 'process',
        name: 'broker',
        label: 'ending sessions with certificates that are over',
      },
      ...{ everyMs: 60_000, timeoutMs: 30_000 },
      run: async () => {
        tellLimits();
        broker?.dropExpired(o.nowMs());
      },
    },
  ];
}

const sweepsOfProcess = (signIn: SignIn, services: Services): readonly Sweep<Utility>[] => [
  sweepOfSignIn(signIn),
  sweepOfPaymentLists(services),
  sweepOfSettlements(services),
  ...sweepsOfMessages(services),
];

function sweepOfWitnesses(o: WitnessingDeps): Sweep<Utility> {
  const witnessing = createWitnessing(o);
  return {
    ...{ of: 'each', name: 'witnesses', label: 'asking witnesses to sign the token log' },
    ...{ everyMs: 1_000, timeoutMs: 30_000 },
    run: ({ id }, signal) => witnessing.ask(id, signal),
  };
}

function sweepOfServers(o: {
  readonly processes: ServerProcesses;
  readonly broker: Broker | null;
  readonly log: Log;
}): Sweep<Utility> {
  let isAlone = true;
  return {
    of: 'process',
    name: 'servers',
    label: 'looking which servers are there',
    ...{ everyMs: 5_000, timeoutMs: 30_000 },
    run: async () => {
      await o.processes.beat();
      const wasAlone = isAlone;
      isAlone = o.processes.count() === 1;
      if (o.broker === null || isAlone || !wasAlone) return;
      o.log.warn('another server is there: both need PREWATT_MQTT_URL, a broker of their own');
    },
  };
}

const sweepOfPaymentLists = ({ payments }: Pick<Services, 'payments'>): Sweep<Utility> => ({
  of: 'process',
  name: 'paymentLists',
  label: 'looking through the lists of payment providers for what was not told',
  ...{ everyMs: 60_000, timeoutMs: 300_000 },
  run: (signal) => payments.listArrivals(signal),
});

const sweepOfSettlements = ({
  fetchSettlements,
}: Pick<Services, 'fetchSettlements'>): Sweep<Utility> => ({
  of: 'process',
  name: 'settlements',
  label: 'fetching what payment providers paid out',
  ...{ everyMs: 600_000, timeoutMs: 600_000 },
  run: (signal) => fetchSettlements(signal),
});

const sweepOfSignIn = (signIn: SignIn): Sweep<Utility> => ({
  ...{ of: 'process', name: 'signIn', label: 'deleting sign-ins, codes and counts that are over' },
  ...{ everyMs: 600_000, timeoutMs: 30_000 },
  run: signIn.sweep,
});

function proxiesOf({ trustedProxies: names }: Config) {
  const read = trustedProxies(names);
  if (!read.ok) throw new Error('the configuration was not checked');
  return { trustedProxies: read.value };
}

async function metricsOf(
  { metrics, clocks }: Config,
  o: Wire & {
    readonly services: Services;
    readonly reports: Pick<MetricsDeps, 'sweepReports' | 'partReports' | 'serverReports'>;
    readonly log: Log;
  },
) {
  if (metrics === null) return null;
  const { broker, outbox, log } = o;
  const { database, utilities, ingest, keptNotifications } = o.services;
  return serveMetrics({
    ...{ database, utilities, clocks, ingest, outbox, broker, log, keptNotifications },
    ...o.reports,
    ...metrics,
  });
}

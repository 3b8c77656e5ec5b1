// The server process: reads the configuration, builds everything, and runs until it is told to
// stop. The only place that constructs. It listens at once and answers 503 until all of it is up.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from 'graphile-worker';
import type { Pool } from 'pg';
import { createDatabase, isLostConnection } from './base/database.ts';
import { createLiveHub } from './base/http/live-hub.ts';
import { systemRandom } from './base/ids.ts';
import { freeHeldJobs, type Jobs } from './base/jobs.ts';
import { keepWorking } from './base/keep-working.ts';
import { createLive } from './base/live.ts';
import { createLog } from './base/log.ts';
import { workerLogger } from './base/worker-logger.ts';
import { createServices, type Services } from './compose/services.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { createHttp, type Health } from './edge/http/app.ts';
import { createSmsGateway } from './messaging/messages/sms-gateway.ts';
import {
  type Broker,
  createBroker,
  createCommandOutbox,
  createMqttLink,
  ensureOwnCertificate,
  type MqttLink,
  type TlsFiles,
} from './metering/headend/index.ts';
import { createSandboxProvider } from './money/payments/index.ts';
import { createEpochWatch, type EpochWatch, epochWords } from './money/tokens/index.ts';
import { createSignIn } from './registry/sign-in/index.ts';
import { createLimitsTeller, serveMetrics } from './reports/metrics/index.ts';

const upkeepEveryMs = 1_000;
const limitsToldEveryMs = 60_000;
const beatEveryMs = 5_000;
const consoleDir = fileURLToPath(new URL('../../web/dist', import.meta.url));

async function start(config: Config): Promise<() => Promise<void>> {
  const log = createLog({ name: 'server', level: config.logLevel });
  const { clocks, secrets } = config;
  const database = createDatabase({ url: config.databaseUrl });
  const gateway = createSmsGateway({ baseUrl: config.sandboxUrl, apiKey: secrets.smsApiKey });
  let link: MqttLink | null = null;
  const services = createServices({
    database,
    clocks,
    random: systemRandom,
    provider: createSandboxProvider({
      baseUrl: config.sandboxUrl,
      apiKey: secrets.sandboxApiKey,
      webhookSecret: secrets.sandboxWebhookSecret,
      clocks,
    }),
    gateway,
    transport: {
      send: async (meterPan, payload, options) => {
        if (link === null) throw new Error('the link to meters is not up yet');
        await link.send(meterPan, payload, options);
      },
    },
    masterKey: Buffer.from(secrets.masterKey, 'base64'),
    publicUrl: config.publicUrl,
    identity: {
      accepts: identityOf(config),
      certificateDays: config.mqtt.certificateDays,
      brokerTellsUse: config.mqtt.external === null,
    },
    log,
  });
  const signIn = createSignIn({
    database,
    url: config.databaseUrl,
    secret: secrets.sessionSecret,
    publicUrl: config.publicUrl,
    sendCode: async (phone, code) => {
      const text = `Your sign-in code is ${code}. It works for five minutes. We never ask for it.`;
      const sent = await gateway.send({ id: `code-${services.newUuid()}`, to: phone, text });
      if (!sent.ok) log.warn('a sign-in code could not be sent');
    },
    log,
  });
  const hub = createLiveHub({
    onError: (error) => log.warn({ error: String(error) }, 'live update failed'),
  });

  let started = false;
  const http = await createHttp({
    ...services,
    signIn,
    hub,
    publicUrl: config.publicUrl,
    health: createHealth(() => started, database),
    paymentOrigins: [new URL(config.sandboxUrl).origin],
    consoleDir,
    log,
  });
  await http.listen(config.http);
  const epoch = await enterEpoch(config, database, log);

  const live = await createLive({ url: config.databaseUrl });
  const { broker, link: opened } = await openLink(config, services);
  link = opened;
  if (broker !== null) {
    for (const { id } of await services.utilities.list()) await services.links.allDown(id);
  }
  await link.listen({ up: services.ingest.receive, link: services.links.changed });
  const outbox = createCommandOutbox({ dispatch: services.commands.dispatch, log });
  live.subscribe((notice) => {
    hub.publish(notice);
    if (notice.kind === 'linkRevoked') opened.drop(notice.meterPan);
    if (notice.kind !== 'command') return;
    outbox.push(notice);
  });
  const startWorker = async (pgPool: Pool) => {
    await freeHeldJobs(database);
    return run({
      pgPool,
      concurrency: 4,
      noHandleSignals: true,
      pollInterval: 2_000,
      taskList: {
        sendMessages: (payload) => services.jobs.sendMessages(payload as Jobs['sendMessages']),
        sendMessage: (payload) => services.jobs.sendMessage(payload as Jobs['sendMessage']),
        runProof: (payload) => services.jobs.runProof(payload as Jobs['runProof']),
        runBackTest: (payload) => services.jobs.runBackTest(payload as Jobs['runBackTest']),
        assignTariffs: (payload) => services.jobs.assignTariffs(payload as Jobs['assignTariffs']),
        issueGrants: (payload) => services.jobs.issueGrants(payload as Jobs['issueGrants']),
        beginCampaign: (payload) => services.jobs.beginCampaign(payload as Jobs['beginCampaign']),
        deliverKeyChanges: (payload) =>
          services.jobs.deliverKeyChanges(payload as Jobs['deliverKeyChanges']),
        freeUnits: (payload) => services.jobs.freeUnits(payload as Jobs['freeUnits']),
        importChunk: (payload) => services.jobs.importChunk(payload as Jobs['importChunk']),
        replayChunk: (payload) => services.jobs.replayChunk(payload as Jobs['replayChunk']),
      },
      logger: workerLogger(log),
    });
  };
  const worker = await keepWorking({ url: config.databaseUrl, start: startWorker, log });
  // graphile-worker leaves a promise unheld when it cannot give a job back: the database is away.
  // That must not end the server, which lives on and is told by its next query.
  const onUnheld = (reason: unknown): void => {
    const { code, message } = reason as { code?: string; message?: string };
    if (!isLostConnection(code, message)) throw reason;
    log.warn({ error: message }, 'the database went in the middle of a job');
    worker.restart();
  };
  process.on('unhandledRejection', onUnheld);
  const upkeep = every(upkeepEveryMs, async () => {
    await services.upkeep().catch((error) => log.warn({ error: String(error) }, 'upkeep failed'));
  });
  const { ingest, utilities } = services;
  const metrics =
    config.metrics === null
      ? null
      : await serveMetrics({
          ...{ database, utilities, clocks: config.clocks, ingest, outbox, broker, log },
          ...config.metrics,
        });
  const tellLimits = createLimitsTeller(broker, services.ingest, log);
  const beats = every(beatEveryMs, async () => {
    const beaten = await epoch?.beat().catch(() => null);
    if (config.stateDir === null || beaten?.ok !== false) return;
    // The database was put back under a living server: what it has read and would sell is not true.
    log.fatal(epochWords(beaten.error, config.stateDir));
    process.exit(1);
  });
  const limits = every(limitsToldEveryMs, async () => {
    tellLimits();
    broker?.dropExpired(clocks.real.nowMs());
  });
  started = true;
  log.info({ http: config.http, mqtt: broker?.port ?? config.mqtt.external?.url }, 'ready');

  return async () => {
    started = false;
    upkeep.stop();
    beats.stop();
    limits.stop();
    await metrics?.close();
    hub.closeAll();
    await http.close();
    await worker.stop();
    await link?.close();
    await broker?.close();
    await services.ingest.drained();
    await live.close();
    await outbox.idle();
    await signIn.close();
    await database.close();
  };
}

/** Nothing goes on before the database is known to be the one of before, and no older copy. */
async function enterEpoch(
  { stateDir, clocks }: Config,
  database: ReturnType<typeof createDatabase>,
  log: ReturnType<typeof createLog>,
): Promise<EpochWatch | null> {
  if (stateDir === null) {
    log.warn('without PREWATT_STATE_DIR nobody notices an older copy of the database');
    return null;
  }
  const watch = createEpochWatch({ database, folder: stateDir, clocks });
  const first = await watch.beat();
  if (!first.ok) throw new ConfigError(epochWords(first.error, stateDir));
  return watch;
}

/** The way to meters: the broker in this process, or one of the utility's own. */
async function openLink(
  config: Config,
  services: Services,
): Promise<{ readonly broker: Broker | null; readonly link: MqttLink }> {
  const { host, port, external, identity } = config.mqtt;
  if (external === null) {
    const tls = await tlsOf(config);
    const asksCertificates = identity !== 'secret';
    const { mayConnect } = services;
    const broker = await createBroker({ mayConnect, host, port, tls, asksCertificates });
    return { broker, link: broker.link };
  }
  const ca = external.caFile === undefined ? undefined : readFileSync(external.caFile, 'utf8');
  const password = config.secrets.mqttPassword ?? '';
  return { broker: null, link: await createMqttLink({ url: external.url, password, ca }) };
}

/** A broker of ours without TLS sees no certificates: of both ways the secret is left. */
function identityOf({ mqtt }: Config): Config['mqtt']['identity'] {
  const isPlain = mqtt.external === null && mqtt.certificate === null;
  return isPlain && mqtt.identity === 'both' ? 'secret' : mqtt.identity;
}

/** The broker's certificate: the one of the files, or one of our own in a folder, or none. */
async function tlsOf({ mqtt, clocks }: Config): Promise<TlsFiles | null> {
  if (mqtt.certificate === null) return null;
  if (mqtt.certificate.kind === 'files') {
    const { certFile, keyFile } = mqtt.certificate;
    return { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') };
  }
  const { folder, hosts } = mqtt.certificate;
  return ensureOwnCertificate(folder, { hosts, nowMs: clocks.real.nowMs() });
}

/** Ready once started and while the database answers; asked at most once a second. */
function createHealth(
  isStarted: () => boolean,
  database: ReturnType<typeof createDatabase>,
): Health {
  let asked: { atMs: number; answer: Promise<boolean> } = {
    atMs: 0,
    answer: Promise.resolve(false),
  };
  return async () => {
    if (!isStarted()) return { ready: false, status: 'starting' };
    if (Date.now() - asked.atMs > 1_000) {
      const answer = database.directories
        .selectFrom('utilities')
        .select('id')
        .limit(1)
        .execute()
        .then(
          () => true,
          () => false,
        );
      asked = { atMs: Date.now(), answer };
    }
    const up = await asked.answer;
    return up ? { ready: true, status: 'ready' } : { ready: false, status: 'database unavailable' };
  };
}

/** Runs `work` again and again, never twice at once. */
function every(periodMs: number, work: () => Promise<void>): { readonly stop: () => void } {
  let timer: NodeJS.Timeout;
  let stopped = false;
  const turn = async (): Promise<void> => {
    await work();
    if (!stopped) timer = setTimeout(() => void turn(), periodMs);
  };
  timer = setTimeout(() => void turn(), 0);
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

try {
  const stop = await start(readConfig(process.env));
  let stopping = false;
  const end = (): void => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), 5_000).unref();
    void stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  // Started by a supervisor: when it goes, so do we.
  process.on('disconnect', end);
} catch (error) {
  const text = error instanceof ConfigError ? error.message : `cannot start: ${plain(error)}`;
  console.error(text);
  process.exit(1);
}

function plain(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  if (code === 'EADDRINUSE') return `${message}; another program uses the port, choose another one`;
  if (code === 'ECONNREFUSED') return 'the database does not answer; check DATABASE_URL';
  return message ?? String(error);
}

// Fills the demo on its first start: a utility of 40 homes that has lived for two weeks, by running
// a town without faults up to the present. Sales, tokens, readings and events are the product's
// own; then the meters are handed over as they are.

import { randomBytes, randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { availableMilliWhOf, serialiseMeter } from '@prewatt/meter';
import { createOnboarding } from '@prewatt/server/onboarding';
import { createLog, createNewUuid, Logger, runOnce } from '@prewatt/server/services';
import { forSetup } from '@prewatt/server/setup';
import { createOperatorSignIn } from '@prewatt/server/sign-in';
import type { FactoryFile } from '@prewatt/virtual-meter/factory';
import { townSettings } from './database.ts';
import { noFaults } from './faults.ts';
import { seedLights } from './seed-lights.ts';
import { seedNetwork } from './seed-network.ts';
import { createTown, type Town } from './town.ts';
import type { TownHome, UtilityPlan } from './utility.ts';

const homes = 40;
/** Two weeks of whole days, which revenue protection takes to judge a home, and a little more. */
const historyDays = 16;
const tickMs = 2 * 3_600_000;
const meterStepsPerTick = 4;
const linkEveryTicks = 2;
const upkeepEveryTicks = 3;
const lowCreditThresholdWh = 3_000;
const demoHome = 0;
const demoCreditWh = 5_000;

export type SeedInput = {
  readonly ownerDatabaseUrl: string;
  readonly secretsFile: string;
  readonly dataDir: string;
  /** The consumer pages' address, for the messages of the past. */
  readonly publicUrl: string;
  /** Business time at which the demo starts: the end of the history. */
  readonly nowMs: number;
};

/** Two digits, so that names sort as people count. */
const number = (index: number): string => String(index + 1).padStart(2, '0');

const plan: UtilityPlan = {
  name: 'Ridgeview Electricity',
  homes,
  helpPhone: '+27 82 555 0100',
  lowCreditThresholdWh,
  profileIntervalMinutes: 30,
  stateReportMs: 6 * 3_600_000,
  resendAfterMs: 3_600_000,
  nameOf: (index) => ({
    name: `Flat ${number(index)}`,
    address: `${1 + Math.floor(index / 8)} Ridgeview Court`,
    customer: `Tenant of flat ${number(index)}`,
  }),
  phoneOf: (index) => `+2782555${String(101 + index).padStart(4, '0')}`,
  // The demo's customer buys little at a time, so that a visitor soon sees credit run low.
  amountsOf: (index) =>
    index === demoHome ? [1_500n] : [5_000n, 10_000n, 15_000n, 20_000n, 30_000n],
  debtOf: (index) => (index % 8 === 3 ? 60_000n : 0n),
};

/** Writes the database, DIR/meters/factory.json and, last of all, DIR/demo.json. */
export async function seedDemo(input: SeedInput): Promise<void> {
  const o = { ...input, ownerDatabaseUrl: forSetup(input.ownerDatabaseUrl) };
  const secrets = JSON.parse(readFileSync(o.secretsFile, 'utf8'));
  const masterKey = Buffer.from(secrets.masterKey, 'base64');
  const app = new URL(o.ownerDatabaseUrl);
  app.searchParams.set('options', `-c role=prewatt_app ${townSettings}`);
  const town = await createTown({
    seed: randomInt(2 ** 32),
    ownerUrl: o.ownerDatabaseUrl,
    appUrl: app.href,
    startMs: o.nowMs - historyDays * 86_400_000,
    tickMs,
    faults: { ...noFaults, customers: { ...noFaults.customers, typeToken: 0.15, refuse: 0.04 } },
    plan,
    publicUrl: o.publicUrl,
    masterKey,
    secretBytes: (length) => new Uint8Array(randomBytes(length)),
    meterStepsPerTick,
    linkEveryTicks,
    upkeepEveryTicks,
    parallel: homes,
  });
  try {
    while (town.nowMs() < o.nowMs) await town.advance();
    await settle(town);
    await topUpDemoHome(town);
    await runJobs(app.href, town);
    const operators = await createOperators(town, {
      ...o,
      masterKey,
      sessionSecret: secrets.sessionSecret,
    });
    await seedNetwork(town, { historyDays });
    const lamps = await seedLights(town, {
      ...{ appUrl: app.href, masterKey, publicUrl: o.publicUrl },
      secretBytes: (count) => new Uint8Array(randomBytes(count)),
    });
    writeFactory(o.dataDir, town.homes);
    writeFile(join(o.dataDir, 'meters'), 'lamps.json', { lamps });
    const demo = town.homes[demoHome];
    if (demo === undefined) throw new Error('a town without homes');
    writeFile(o.dataDir, 'demo.json', {
      utility: plan.name,
      customerPhone: demo.phone,
      demoMeterPan: demo.meterPan,
      demoConnection: demo.connectionId,
      ...operators,
    });
  } finally {
    await town.close();
  }
}

/** A visitor should meet a home with some credit: enough to look round, little enough to end. */
async function topUpDemoHome(town: Town): Promise<void> {
  const home = town.homes[demoHome];
  for (let i = 0; i < 5 && home !== undefined; i++) {
    if (availableMilliWhOf(home.meter) >= demoCreditWh * 1000) return;
    await town.customers.buy(home, town.services(), noFaults.customers);
    await settle(town);
  }
}

/** Everybody online for a few ticks of no length, so that the head-end has heard it all. */
async function settle(town: Town): Promise<void> {
  town.calm();
  for (let i = 0; i < 3; i++) await town.advance({ tickMs: 0 });
}

async function runJobs(url: string, town: Town): Promise<void> {
  const { jobs } = town.services();
  await runOnce({
    connectionString: url,
    concurrency: 4,
    noHandleSignals: true,
    taskList: {
      sendMessages: (payload) =>
        jobs.sendMessages(payload as Parameters<typeof jobs.sendMessages>[0]),
      runProof: (payload) => jobs.runProof(payload as Parameters<typeof jobs.runProof>[0]),
    },
    logger: new Logger(() => () => {}),
  });
}

/**
 * Three administrators and a technician, with one password: what the one asks for, another has to
 * approve, and a vending key takes three.
 */
async function createOperators(
  town: Town,
  o: SeedInput & { readonly masterKey: Buffer; readonly sessionSecret: string },
) {
  const password = speakablePassword();
  const first = { email: 'operator@ridgeview.example', name: 'Duty operator', password };
  const second = { email: 'manager@ridgeview.example', name: 'Office manager', password };
  const third = { email: 'council@ridgeview.example', name: 'Town council', password };
  const signIn = {
    database: town.database,
    url: o.ownerDatabaseUrl,
    secret: o.sessionSecret,
    publicUrl: 'http://localhost',
    sendCode: async () => {},
    log: createLog({ name: 'seed', level: 'silent' }),
  };
  const nowMs = () => o.nowMs;
  const onboarding = createOnboarding({
    owner: town.owner,
    masterKey: o.masterKey,
    newUuid: createNewUuid({ nowMs }, (length) => new Uint8Array(randomBytes(length))),
    nowMs,
  });
  const technician = { email: 'technician@ridgeview.example', name: 'Field technician', password };
  for (const person of [first, second, third, technician]) {
    const authUserId = await createOperatorSignIn(signIn, person);
    await town.owner.inUtility(town.utilityId, (tx) =>
      onboarding.createOperator(tx, town.utilityId, {
        authUserId,
        name: person.name,
        role: person === technician ? 'technician' : 'administrator',
      }),
    );
  }
  return {
    operatorEmail: first.email,
    operatorPassword: password,
    secondOperatorEmail: second.email,
    thirdOperatorEmail: third.email,
    technicianEmail: technician.email,
  };
}

/** Three groups of four from letters and digits that are not mistaken for each other: 59 bits. */
function speakablePassword(): string {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const group = () => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  return `${group()}-${group()}-${group()}`;
}

function writeFactory(dataDir: string, all: readonly TownHome[]): void {
  const factory: FactoryFile = {
    meters: all.map((home) => ({
      meterPan: home.meterPan,
      ...home.key,
      mqttSecret: home.mqttSecret,
      name: home.name,
      homeProfile: home.load.id,
      zone: home.config.zone,
      lowCreditThresholdWh: String(home.config.lowCreditThresholdWh),
      vulnerable: home.config.vulnerable,
      reconnection: home.config.reconnection,
      protection: home.config.protection,
      initialState: serialiseMeter(home.meter),
    })),
  };
  mkdirSync(join(dataDir, 'meters'), { recursive: true, mode: 0o700 });
  writeFile(join(dataDir, 'meters'), 'factory.json', factory);
}

/** Whole or not at all, for the owner's eyes only. */
function writeFile(folder: string, name: string, content: object): void {
  const path = join(folder, name);
  writeFileSync(`${path}.new`, JSON.stringify(content, null, 1), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

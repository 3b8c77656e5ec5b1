// The demo's street lights: an account that pays for twelve lamps ahead, in two groups; one lamp at
// a crossing that is never dark, one whose relay is welded. It becomes a lighting account, goes to
// wallet mode and buys as any does; its lamps are then switched on by the virtual meters.

import { expectOk } from '@prewatt/quantities';
import { createOnboarding } from '@prewatt/server/onboarding';
import {
  accepted,
  createDatabase,
  createLampSumDriver,
  createLog,
  createNewUuid,
  createServices,
  type Database,
  oneWayGateway,
  type Services,
} from '@prewatt/server/services';
import { keepGroup, keepLamps, keepProgramme, openAccount } from '@prewatt/server/street-lights';
import type { LampIdentity } from '@prewatt/virtual-meter/lamps';
import { sql } from 'kysely';
import { createFakeProvider, type FakeProvider } from './provider.ts';
import type { Town } from './town.ts';
import { askAndAllow, type TwoPeople } from './two-people.ts';
import { keyRevision, meterPanOf, supplyGroupCode, tariffIndex } from './utility.ts';

/** Johannesburg. */
const place = { latitudeMicroDeg: -26_204_100, longitudeMicroDeg: 28_047_300 };
const accountNumber = 70_000;
const boughtMinor = 30_000n;
const reason = 'The council pays for its street lights ahead';
const allWeek = [1, 2, 3, 4, 5, 6, 7];
const night = (levels: readonly [evening: number, night: number, morning: number]) => ({
  plans: [
    {
      ...{ weekdays: allWeek, season: null, levelPercent: levels[0] },
      on: { by: 'sunset' as const, offsetMinutes: 0 },
      off: { by: 'sunrise' as const, offsetMinutes: 0 },
      steps: [
        { at: { by: 'clock' as const, minute: 23 * 60 }, levelPercent: levels[1] },
        { at: { by: 'clock' as const, minute: 4 * 60 + 30 }, levelPercent: levels[2] },
      ],
    },
  ],
});
const streets = [
  { group: 'Ridgeview Road', programme: 'Main road', levels: [100, 50, 80], lamps: 8, watts: 90 },
  { group: 'Mill Lane', programme: 'Quiet lane', levels: [70, 20, 40], lamps: 4, watts: 45 },
] as const;
const crossing = 'R4';
const broken = 'M2';

type Deps = {
  readonly appUrl: string;
  readonly masterKey: Buffer;
  readonly publicUrl: string;
  readonly secretBytes: (count: number) => Uint8Array;
};

/** What the virtual meters need to be its lamps. */
export async function seedLights(town: Town, o: Deps): Promise<readonly LampIdentity[]> {
  const database = createDatabase({ url: o.appUrl, maximumConnections: 2 });
  try {
    return await lightsIn(town, database, o);
  } finally {
    await database.close();
  }
}

async function lightsIn(town: Town, database: Database, o: Deps): Promise<readonly LampIdentity[]> {
  const provider = createFakeProvider(1, town.nowMs);
  const log = createLog({ name: 'lights', level: 'silent' });
  const clock = { nowMs: town.nowMs };
  const clocks = { business: clock, real: clock, speed: 1 };
  let say: (meterPan: string, payload: Uint8Array) => Promise<void> = async () => {};
  const services = createServices({
    ...{ database, clocks, provider, log, random: o.secretBytes, masterKey: o.masterKey },
    gateways: [oneWayGateway(async () => accepted())],
    publicUrl: o.publicUrl,
    transport: { send: (meterPan, payload) => say(meterPan, payload) },
  });
  const driver = createLampSumDriver({ sums: services.streetLights.sums, clocks, log });
  await driver.listen({ up: services.ingest.receive, link: services.links.changed });
  say = async (meterPan, payload) => {
    if (driver.isLinked(meterPan)) await driver.send(meterPan, payload);
  };
  const people = await peopleOf(town);
  const meterPan = meterPanOf(accountNumber);
  const home = await connect(town, o, meterPan);
  const lamps = lampsOf(o);
  await open(services, { people, home, lamps });
  await driver.refresh();
  const asking = { requestId: 'lights-to-wallet', reason };
  const payload = { ...asking, toMode: 'wallet', connectionId: home.connectionId };
  await askAndAllow(services, people, { kind: 'creditMode', ...asking, payload });
  await settle(services, town.utilityId);
  await buy(services, { provider, home });
  await settle(services, town.utilityId);
  await driver.close();
  return lamps.map(({ name, link, fullW }) => ({
    ...{ endpoint: link.endpoint, secret: link.secret, serial: `LC-${name}`, watts: fullW },
    ...(name === broken ? { fault: 'stuckOn' as const } : {}),
  }));
}

const needed = new Set(['commands', 'usage', 'wallets', 'streetLights', 'alerts']);

/** What waits for the meter, for its answer and for the look at its credit. */
async function settle(services: Services, utilityId: string): Promise<void> {
  const utility = await services.utilities.get(utilityId);
  for (let turn = 0; turn < 3; turn += 1) {
    for (const each of services.sweeps) {
      if (each.of !== 'each' || !needed.has(each.name)) continue;
      await each.run(utility, AbortSignal.timeout(60_000));
    }
    await services.ingest.drained();
  }
}

async function peopleOf(town: Town): Promise<TwoPeople> {
  const { utilityId } = town;
  const { rows } = await sql<{ id: string; name: string }>`SELECT id, name FROM prewatt.operators
    WHERE utility_id = ${utilityId}::uuid AND role = 'administrator'`.execute(
    town.owner.directories,
  );
  const named = (name: string): TwoPeople['asker'] => {
    const operatorId = rows.find((row) => row.name === name)?.id;
    if (operatorId === undefined) throw new Error(`no operator ${name}`);
    return { operatorId, utilityId, name, role: 'administrator', email: 'lights@town.example' };
  };
  return { asker: named('Duty operator'), allower: named('Office manager') };
}

type Home = {
  readonly utilityId: string;
  readonly bucket: number;
  readonly connectionId: string;
  readonly meterId: string;
};

async function connect(town: Town, o: Deps, meterPan: string): Promise<Home> {
  const { utilityId, owner, nowMs } = town;
  const newUuid = createNewUuid({ nowMs }, o.secretBytes);
  const onboarding = createOnboarding({ owner, masterKey: o.masterKey, newUuid, nowMs });
  const { rows } = await sql<{ id: string }>`SELECT id FROM prewatt.tariffs
    WHERE utility_id = ${utilityId}::uuid ORDER BY id LIMIT 1`.execute(town.owner.directories);
  const tariffId = rows[0]?.id ?? '';
  return town.owner.inUtility(utilityId, (tx) =>
    onboarding.createConnection(tx, utilityId, {
      ...{ name: 'Ridgeview street lights', address: 'Ridgeview Road and Mill Lane', tariffId },
      customer: { name: 'Ridgeview council', phone: '+27825550199' },
      meter: {
        ...{ meterPan, encryptionAlgorithm: 'ea07', supplyGroupCode, tariffIndex, keyRevision },
        ...{ mqttSecret: null, startsInMoney: null },
      },
      debts: [],
    }),
  );
}

type SeededLamp = {
  readonly name: string;
  readonly group: string;
  readonly fullW: number;
  readonly standbyMilliW: number;
  readonly floorPercent: number | null;
  readonly link: { readonly endpoint: string; readonly secret: string };
};

const lampsOf = ({ secretBytes }: Deps): readonly SeededLamp[] =>
  streets.flatMap(({ group, lamps, watts }) =>
    Array.from({ length: lamps }, (_, index) => {
      const name = `${group.charAt(0)}${index + 1}`;
      const secret = Buffer.from(secretBytes(32)).toString('hex');
      return {
        ...{ name, group, fullW: watts, standbyMilliW: 500 },
        floorPercent: name === crossing ? 50 : null,
        link: { endpoint: `urn:dev:lamp-${name}`, secret },
      };
    }),
  );

async function open(
  services: Services,
  o: { readonly people: TwoPeople; readonly home: Home; readonly lamps: readonly SeededLamp[] },
): Promise<void> {
  const { home, lamps } = o;
  const { meterId: _, ...at } = home;
  const { acts } = services.streetLights;
  const { operatorId, name } = o.people.asker;
  const by = { operatorId, name, role: 'administrator' } as const;
  await services.database.inUtility(home.utilityId, async (tx) => {
    const rules = { dimBelowNights: 3, dimToPercent: 50, meteredBy: 'lamps' as const };
    const body = { requestId: 'lights-opened', reason, ...place, ...rules };
    const opened = await openAccount(tx, acts, { place: at, by, body });
    if (opened === null) throw new Error('no connection to make a lighting account of');
    expectOk(opened, 'lighting account');
    for (const { group, programme, levels } of streets) {
      const kept = { place: at, name: programme, document: night(levels) };
      expectOk(await keepProgramme(tx, acts, kept), 'programme');
      expectOk(await keepGroup(tx, acts, { place: at, name: group, programme }), 'group');
    }
    expectOk(await keepLamps(tx, acts, { place: at, lamps }), 'lamps');
  });
}

async function buy(
  services: Services,
  { provider, home }: { readonly provider: FakeProvider; readonly home: Home },
): Promise<void> {
  const quote = expectOk(await services.vending.makeQuote(home, boughtMinor), 'quote');
  const requestId = `quote:${quote.quoteId}`;
  const started = expectOk(
    await services.payments.startPurchase(home, { quoteId: quote.quoteId, requestId }),
    'purchase',
  );
  const reference = started.checkoutUrl.split('/').at(-1) ?? '';
  const notification = provider.decide(reference, 'approve');
  await services.payments.notification('sandbox', notification, () => undefined);
}

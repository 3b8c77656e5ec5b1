// Sets up a utility with homes and their meters: the part that the demo's seed and every simulated
// town share.

import {
  createMeter,
  type MeterConfig,
  type MeterKey,
  type MeterSettings,
  type MeterState,
} from '@prewatt/meter';
import { noProtection, type ProtectionRules } from '@prewatt/protection';
import { expectOk } from '@prewatt/quantities';
import type { Onboarding } from '@prewatt/server/onboarding';
import type { Database, Services } from '@prewatt/server/services';
import { tidFromInstant } from '@prewatt/sts/issue';
import {
  decoderKeyBytes,
  deriveDecoderKey,
  drnWithCheckDigit,
  meterPanFromDrn,
  vendingKeyFromBytes,
} from '@prewatt/sts/keys';
import { meterDocument, parseTariff } from '@prewatt/tariff';
import tariffDocument from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import { type Home, loadHomes } from '@prewatt/virtual-meter/homes';
import type { HomeTraits } from './traits.ts';
import { openVendor, payIntoFloat, type TwoPeople } from './two-people.ts';
import { zone } from './zone.ts';

export const supplyGroupCode = '123457';
export const tariffIndex = '07';
export const keyRevision = 1;
const keyType = 2;
const currency = { code: 'ZAR', scale: 2 };
const baseDate = 14;
const keyExpiry = 255;
export const keySettings = {
  supplyGroupCode,
  keyRevision,
  keyType,
  keyExpiry,
  baseDate,
  dkga: 'dkga04',
} as const;

/**
 * No cut from late afternoon to mid-morning, nor at weekends: the hours in which nobody can buy
 * easily.
 */
export const protectionRules = {
  ...noProtection,
  friendlyHours: [
    { weekdays: [1, 2, 3, 4, 5], from: '18:00', to: '08:00' },
    { weekdays: [6, 7], from: '00:00', to: '24:00' },
    { weekdays: [7], from: '18:00', to: '08:00' },
  ],
  holidays: ['2026-12-16', '2026-12-25', '2026-12-26', '2027-01-01'],
  emergencyCreditWh: '2000',
  protectedOwedLimitWh: '20000',
  debt: { maximumSharePercent: 25, floorEnergyWh: '2000' },
};
export const rulesOf = ({ softLanding = [] }: UtilityPlan) => ({ ...protectionRules, softLanding });

/** The dearest block with its tax, rounded up: no energy of a home costs more. */
export const dearestMinorPerKwh = Math.max(
  ...tariffDocument.energy.schedules.flatMap(({ blocks }) =>
    blocks.map(({ rate }) => Math.ceil(Number(rate) * 1.15 * 100)),
  ),
);

/** One home of a town: who lives there, which meter feeds it, and the meter's state. */
export type TownHome = {
  readonly index: number;
  readonly name: string;
  readonly connectionId: string;
  readonly utilityId: string;
  readonly bucket: number;
  meterId: string;
  meterPan: string;
  mqttSecret: string;
  readonly phone: string;
  readonly amountsMinor: readonly [bigint, ...bigint[]];
  readonly load: Home;
  /** Waits with buying, and lives on emergency credit when there is nothing else. */
  readonly isPoor: boolean;
  /** Flagged at the utility: never cut. */
  readonly isVulnerable: boolean;
  readonly traits: HomeTraits;
  key: MeterKey;
  config: MeterConfig;
  meter: MeterState;
  /** Nothing comes in or out of the meter any more, and the home is dark. */
  isDead: boolean;
  /** Meters that were here before, as they were when they were taken away. */
  readonly former: FormerMeter[];
};

type FormerMeter = Readonly<Pick<TownHome, 'meterId' | 'meterPan' | 'meter' | 'config'>>;

/** All meters that a home has had. */
export const metersOf = (home: TownHome): readonly FormerMeter[] => [...home.former, home];

type MadeMeter = Pick<TownHome, 'meterPan' | 'mqttSecret' | 'key' | 'config' | 'meter'>;
/** Another meter for a home, as the factory delivers it. */
export type MeterMaker = (home: TownHome, nowMs: number) => MadeMeter;

export type UtilityPlan = {
  readonly name: string;
  readonly homes: number;
  readonly helpPhone: string | null;
  readonly lowCreditThresholdWh: number;
  readonly profileIntervalMinutes: 15 | 30 | 60;
  readonly stateReportMs: number;
  readonly resendAfterMs: number;
  readonly nameOf: (index: number) => {
    readonly name: string;
    readonly address: string;
    readonly customer: string;
  };
  readonly phoneOf: (index: number) => string;
  /** What this customer buys for, in minor units. */
  readonly amountsOf: (index: number) => readonly [bigint, ...bigint[]];
  /** Arrears of a home, in minor units; 0 for none. */
  readonly debtOf: (index: number) => bigint;
  /** Nobody by default. */
  readonly isPoor?: (index: number) => boolean;
  readonly isVulnerable?: (index: number) => boolean;
  /** Whose tariff gives free units each month. */
  readonly hasFreeUnits?: (index: number) => boolean;
  /** Whose meter has the tariff inside, and counts its credit in money. */
  readonly countsMoney?: (index: number) => boolean;
  /** Nothing special by default. */
  readonly traitsOf?: (index: number) => HomeTraits;
  /** No limits of power by default. */
  readonly softLanding?: ProtectionRules['softLanding'];
  /** No limits by token by default. */
  readonly softLandingByToken?: ProtectionRules['softLandingByToken'];
};

export async function createUtility(o: {
  readonly plan: UtilityPlan;
  readonly onboarding: Onboarding;
  readonly database: Database;
  /** `name` says whose secret it is. */
  readonly secretBytes: (length: number, name: string) => Uint8Array;
  /** The homes to make of the plan's; all of them by default. */
  readonly only?: readonly number[];
  readonly nowMs: number;
}): Promise<{
  readonly utilityId: string;
  readonly homes: TownHome[];
  readonly makeMeter: MeterMaker;
}> {
  const { plan, onboarding, database } = o;
  const utilityId = await onboarding.createUtility({
    name: plan.name,
    zone,
    currency,
    minimumPurchaseMinor: 500n,
    maximumPurchaseMinor: 500_000n,
    helpPhone: plan.helpPhone,
    protectionRules: rulesOf(plan),
  });
  // A utility's real key comes from the STS Association's key management centre; this one is
  // random.
  const keyBytes = o.secretBytes(20, 'vending key');
  const loads = loadHomes();
  const homes = await database.inUtility(utilityId, async (tx) => {
    await onboarding.loadVendingKey(tx, utilityId, { ...keySettings, bytes: keyBytes });
    const tariffId = await onboarding.createTariff(tx, utilityId, {
      name: 'Homes',
      document: tariffDocument,
    });
    const freeTariffId =
      plan.hasFreeUnits === undefined
        ? tariffId
        : await onboarding.createTariff(tx, utilityId, freeTariff);
    const made: TownHome[] = [];
    const indices = o.only ?? Array.from({ length: plan.homes }, (_, index) => index);
    for (const index of indices) {
      const load = loads[index % loads.length];
      if (load === undefined) throw new Error('no load data');
      const isFree = plan.hasFreeUnits?.(index) === true;
      const ofHome = { tariffId: isFree ? freeTariffId : tariffId };
      const document = isFree ? freeTariff.document : tariffDocument;
      const home = { index, load, ...ofHome, document };
      made.push(await createHome({ ...o, ...home, utilityId, keyBytes, tx }));
    }
    return made;
  });
  const makeMeter: MeterMaker = ({ index, traits }, nowMs) => {
    const number = numberOfNext(index);
    const mqttSecret = Buffer.from(o.secretBytes(16, `meter ${number}`)).toString('hex');
    const of = { plan, keyBytes, nowMs, traits };
    return { mqttSecret, ...meterOf({ ...of, meterPan: meterPanOf(number), inMoney: null }) };
  };
  return { utilityId, homes, makeMeter };
}

/** Of the meter after the first of a home: as no other home has it. */
const numberOfNext = (index: number): number => index + 50_000;

/** Units of the month that nobody has to ask for. */
const freeTariff = {
  name: 'Homes with free units',
  document: {
    ...tariffDocument,
    id: 'free-domestic',
    examples: [],
    freeAllowance: { kwh: '10', countsInBlocks: true, delivery: 'separate' },
  },
};

type HomeOptions = Parameters<typeof createUtility>[0] & {
  readonly utilityId: string;
  readonly tariffId: string;
  readonly document: object;
  readonly index: number;
  readonly load: Home;
  readonly keyBytes: Uint8Array;
  readonly tx: Parameters<Onboarding['createConnection']>[0];
};

async function createHome(o: HomeOptions): Promise<TownHome> {
  const { plan, index } = o;
  const meterPan = meterPanOf(index);
  const mqttSecret = Buffer.from(o.secretBytes(16, `meter ${index}`)).toString('hex');
  const { name, address, customer } = plan.nameOf(index);
  const phone = plan.phoneOf(index);
  const debt = plan.debtOf(index);
  const inMoney = plan.countsMoney?.(index) === true;
  const traits = plan.traitsOf?.(index) ?? {};
  const place = await o.onboarding.createConnection(o.tx, o.utilityId, {
    name,
    address,
    customer: { name: customer, phone },
    tariffId: o.tariffId,
    meter: {
      meterPan,
      encryptionAlgorithm: 'ea07',
      supplyGroupCode,
      tariffIndex,
      keyRevision,
      mqttSecret: traits.hasNoLink === true ? null : mqttSecret,
      startsInMoney: inMoney ? currency : null,
    },
    debts:
      debt === 0n
        ? []
        : [
            {
              label: 'Old account',
              outstandingMinor: debt,
              rule: { share: '20' },
            },
          ],
  });
  const inMoneyOf = inMoney ? o.document : null;
  return {
    index,
    name,
    ...place,
    mqttSecret,
    phone,
    amountsMinor: plan.amountsOf(index),
    load: o.load,
    isPoor: plan.isPoor?.(index) ?? false,
    isVulnerable: plan.isVulnerable?.(index) ?? false,
    traits,
    isDead: false,
    former: [],
    ...meterOf({ ...o, meterPan, traits, inMoney: inMoneyOf }),
  };
}

/** A meter as the factory delivers it, under the first key. */
function meterOf(o: {
  readonly plan: UtilityPlan;
  readonly keyBytes: Uint8Array;
  readonly meterPan: string;
  readonly nowMs: number;
  readonly traits: HomeTraits;
  /** The tariff of a meter that counts money. */
  readonly inMoney: object | null;
}): Omit<MadeMeter, 'mqttSecret'> {
  const { meterPan, nowMs } = o;
  const key: MeterKey = {
    ea: 'ea07',
    decoderKeyHex: decoderKeyHexOf(o.keyBytes, meterPan),
    supplyGroupCode,
    tariffIndex,
    keyRevision,
    keyType,
    keyExpiry,
    baseDate,
    initialTid: expectOk(tidFromInstant(nowMs, baseDate), 'initial TID'),
  };
  const config = configOf(o.plan, meterPan, o.traits);
  const settings = o.inMoney === null ? {} : { settings: moneySettings(o.inMoney) };
  return { meterPan, key, config, meter: createMeter({ config, key, atMs: nowMs, ...settings }) };
}

const configOf = (plan: UtilityPlan, meterPan: string, traits: HomeTraits): MeterConfig => ({
  meterPan,
  zone,
  vulnerable: false,
  lowCreditThresholdWh: plan.lowCreditThresholdWh,
  // One without a link was made without the steps: it is limited by token, or not at all.
  protection: traits.hasNoLink === true ? protectionRules : rulesOf(plan),
  reconnection: 'automatic',
  profileIntervalMinutes: plan.profileIntervalMinutes,
  stateReportMs: plan.stateReportMs,
  resendAfterMs: plan.resendAfterMs,
  ...(traits.hasThreePhases === true ? { phases: 3 } : {}),
});

/** As a factory would set a meter that counts money. */
function moneySettings(document: object): Partial<MeterSettings> {
  const tariff = expectOk(parseTariff(document), 'tariff');
  const ofMeter = { ...meterDocument(tariff, document), examples: [] };
  const held = { documentJson: JSON.stringify(ofMeter), parameters: {} };
  return { creditUnit: 'money', tariff: held };
}

export type Shop = {
  readonly till: NonNullable<Awaited<ReturnType<Services['vendors']['tillOf']>>>;
  /** The vendor brings the month's money to the bank. */
  readonly payIn: (services: Services, month: number) => Promise<void>;
};

/**
 * A vendor with a till whose shift is open; each payment into the float covers a month of `homes`
 * homes.
 */
export async function openShop(
  services: Services,
  { people, homes }: { readonly people: TwoPeople; readonly homes: number },
): Promise<Shop> {
  const { shifts, tillOf } = services.vendors;
  const { vendorId, key } = await openVendor(services, people, {
    name: 'Corner shop',
    commissionBasisPoints: 175,
    floatLimitMinor: 100_000n,
    tokensPerHour: 60 + homes,
    energyPerHourWh: 10_000_000n * BigInt(homes),
  });
  const payIn: Shop['payIn'] = (from, month) =>
    payIntoFloat(from, people, {
      vendorId,
      requestId: `deposit-of-month-${month}`,
      amountMinor: 90_000n * BigInt(homes),
      reference: `Slip ${month}`,
    });
  await payIn(services, 0);
  const till = await tillOf(`Bearer ${key}`);
  if (till === null) throw new Error('a new key is refused');
  expectOk(await shifts.open(till), 'shift');
  return { till, payIn };
}

/**
 * Meter numbers of a maker (02) that exists in no register we know of; both check digits are real.
 */
export function meterPanOf(index: number): string {
  const drn = expectOk(drnWithCheckDigit(`02${String(20_000_000 + index * 37)}`), 'meter number');
  return expectOk(meterPanFromDrn(drn), 'meter number');
}

export function decoderKeyHexOf(keyBytes: Uint8Array, meterPan: string): string {
  const vendingKey = expectOk(vendingKeyFromBytes(keyBytes), 'vending key');
  const decoderKey = expectOk(
    deriveDecoderKey(vendingKey, {
      dkga: 'dkga04',
      ea: 'ea07',
      meterPan,
      supplyGroupCode,
      tariffIndex,
      keyRevision,
      keyType,
      baseDate,
    }),
    'decoder key',
  );
  return Buffer.from(decoderKeyBytes(decoderKey)).toString('hex');
}

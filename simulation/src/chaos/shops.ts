// The utility of a chaos run: few meters, so that sales meet; vendors with tills, one of them with
// a float that ends soon; and purchases that wait for the provider's word.

import { expectOk, idFromUuid, ok, parseId, uuidOf } from '@prewatt/quantities';
import { createOnboarding } from '@prewatt/server/onboarding';
import {
  accepted,
  createDatabase,
  createLog,
  createNewUuid,
  createServices,
  oneWayGateway,
  type PaymentProvider,
  type Services,
} from '@prewatt/server/services';
import { drnWithCheckDigit, meterPanFromDrn } from '@prewatt/sts/keys';
import tariffDocument from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import { sql } from 'kysely';
import type { Random } from '../random.ts';
import { createTwoPeople, openVendor, type TwoPeople } from '../two-people.ts';
import {
  decoderKeyHexOf,
  keySettings,
  protectionRules,
  supplyGroupCode,
  tariffIndex,
} from '../utility.ts';
import { zone } from '../zone.ts';

const clock = { nowMs: Date.now };
export const clocks = { business: clock, real: clock, speed: 1 };
const systemBytes = (length: number) => crypto.getRandomValues(new Uint8Array(length));
const newUuid = createNewUuid(clock, systemBytes);

export type Place = {
  readonly utilityId: string;
  readonly bucket: number;
  readonly connectionId: string;
  readonly meterPan: string;
};

/** A meter with a link, as its factory hands it over. */
export type LinkedMeter = {
  readonly meterPan: string;
  readonly decoderKeyHex: string;
  readonly mqttSecret: string;
  readonly key: {
    readonly supplyGroupCode: string;
    readonly tariffIndex: string;
    readonly keyRevision: number;
    readonly keyType: 2;
    readonly keyExpiry: number;
    readonly baseDate: 14;
  };
};

/** A meter remembers its last fifty tokens: while a broker hangs, no home may be sold more. */
const meterCount = 36;
export const linkSecret = 'a meter with a link';
const hasLink = (index: number): boolean => index % 2 === 0;
/** Known before the meters are made: brokers have a list of those who may come. */
export const linkedMeterPans = (): readonly string[] =>
  Array.from({ length: meterCount }, (_, index) => index)
    .filter(hasLink)
    .map(meterPanOf);

export type Shops = {
  readonly utilityId: string;
  readonly places: readonly [Place, ...Place[]];
  /** Keys of tills with money. */
  readonly keys: readonly [string, ...string[]];
  /** The key of the till whose float ends soon. */
  readonly poorKey: string;
  readonly people: TwoPeople;
  readonly linked: readonly LinkedMeter[];
};

/** The server's modules in this process, for what is prepared between the rounds. */
export function openServices(o: {
  readonly appUrl: string;
  readonly masterKey: Buffer;
  /** Without it one that opens and never hears. */
  readonly provider?: PaymentProvider;
  /** Where the provider's notifications go. */
  readonly publicUrl?: string;
}) {
  const database = createDatabase({ url: o.appUrl, maximumConnections: 4 });
  const services = createServices({
    database,
    clocks,
    random: systemBytes,
    provider: o.provider ?? {
      name: 'sandbox',
      label: 'Sandbox Pay',
      open: async () => ok({ checkoutUrl: 'http://127.0.0.1:9/', providerRequest: null }),
      askAgain: async () => ok({ status: 'pending' }),
      notification: () => {
        throw new Error('notifications go to the server');
      },
    },
    gateways: [oneWayGateway(async () => accepted())],
    transport: { send: async () => undefined },
    masterKey: o.masterKey,
    publicUrl: o.publicUrl ?? 'http://127.0.0.1:9',
    webhookReach: 'any',
    log: createLog({ name: 'chaos', level: 'silent' }),
  });
  return { services, close: () => database.close() };
}

export async function createShops(o: {
  readonly ownerUrl: string;
  readonly services: Services;
  readonly masterKey: Buffer;
}): Promise<Shops> {
  const owner = createDatabase({ url: o.ownerUrl, maximumConnections: 2 });
  const { masterKey, services } = o;
  const onboarding = createOnboarding({ owner, masterKey, newUuid, nowMs: Date.now });
  const utilityId = await onboarding.createUtility({
    name: 'Chaos',
    zone,
    currency: { code: 'ZAR', scale: 2 },
    minimumPurchaseMinor: 500n,
    maximumPurchaseMinor: 500_000n,
    helpPhone: null,
    protectionRules,
  });
  const keyBytes = systemBytes(20);
  const places = await services.database.inUtility(utilityId, async (tx) => {
    await onboarding.loadVendingKey(tx, utilityId, {
      ...keySettings,
      bytes: keyBytes,
    });
    const tariffId = await onboarding.createTariff(tx, utilityId, {
      name: 'Homes',
      document: tariffDocument,
    });
    const made: Place[] = [];
    for (let index = 0; index < meterCount; index++) {
      const meterPan = meterPanOf(index);
      const place = await onboarding.createConnection(tx, utilityId, {
        name: `Flat ${index}`,
        address: '1 Chaos Street',
        customer: index % 3 === 0 ? { name: 'A Customer', phone: '+27825550101' } : null,
        tariffId,
        meter: {
          meterPan,
          encryptionAlgorithm: 'ea07',
          supplyGroupCode,
          tariffIndex,
          keyRevision: keySettings.keyRevision,
          mqttSecret: hasLink(index) ? linkSecret : null,
        },
        debts:
          index % 4 === 0
            ? [{ label: 'Old account', outstandingMinor: 5_000_000n, rule: { share: '20' } }]
            : [],
      });
      made.push({ ...place, meterPan });
    }
    return made as [Place, ...Place[]];
  });
  const people = await createTwoPeople({ utilityId, owner, onboarding });
  await owner.close();
  const firstKey = await createTill(services, people, { name: 'Shop 0', floatMinor: 10n ** 12n });
  const keys: [string, ...string[]] = [firstKey];
  for (const name of ['Shop 1', 'Shop 2']) {
    keys.push(await createTill(services, people, { name, floatMinor: 10n ** 12n }));
  }
  const poor = { name: 'Poor shop', floatMinor: 100_000n };
  const linked = linkedMetersOf(keyBytes);
  const poorKey = await createTill(services, people, poor);
  return { utilityId, places, keys, people, poorKey, linked };
}

function linkedMetersOf(keyBytes: Uint8Array): readonly LinkedMeter[] {
  const { dkga: _, ...key } = { ...keySettings, tariffIndex };
  return linkedMeterPans().map((meterPan) => ({
    ...{
      meterPan,
      decoderKeyHex: decoderKeyHexOf(keyBytes, meterPan),
      mqttSecret: linkSecret,
      key,
    },
  }));
}

async function createTill(
  services: Services,
  people: TwoPeople,
  o: { readonly name: string; readonly floatMinor: bigint },
): Promise<string> {
  const { shifts, tillOf } = services.vendors;
  const { key } = await openVendor(services, people, {
    name: o.name,
    commissionBasisPoints: 175,
    floatLimitMinor: o.floatMinor,
    tokensPerHour: 1_000_000,
    energyPerHourWh: 10n ** 14n,
  });
  const till = await tillOf(`Bearer ${key}`);
  if (till === null) throw new Error('a new key is refused');
  expectOk(await shifts.open(till), 'shift');
  return key;
}

/** A purchase that waits for its payment: the payment's id, and what the provider will say. */
export async function openPayment(
  services: Services,
  place: Place,
  random: Random,
): Promise<{ readonly paymentId: string; readonly body: string }> {
  const amountMinor = BigInt(random.integer(3_000, 40_000));
  const quote = expectOk(await services.vending.makeQuote(place, amountMinor), 'quote');
  const { quoteId } = quote;
  const request = { quoteId, requestId: `quote:${quoteId}` };
  const opened = expectOk(await services.payments.startPurchase(place, request), 'purchase');
  const saleId = uuidOf(expectOk(parseId('sale', idFromUuid('sale', opened.saleId)), 'sale id'));
  const paymentId = await services.database.inUtility(place.utilityId, async (tx) => {
    const { rows } = await sql<{ id: string }>`SELECT id FROM payments
      WHERE bucket = ${place.bucket} AND sale_id = ${saleId}::uuid`.execute(tx);
    return rows[0]?.id ?? '';
  });
  const body = JSON.stringify({
    event: 'payment.succeeded',
    reference: idFromUuid('payment', paymentId),
    providerReference: `P-${paymentId}`,
    amountMinor: amountMinor.toString(),
    currency: { code: 'ZAR', scale: 2 },
  });
  return { paymentId, body };
}

/** Meter numbers of a maker (04) that exists in no register we know of. */
function meterPanOf(index: number): string {
  const drn = expectOk(drnWithCheckDigit(`04${String(10_000_000 + index * 41)}`), 'meter number');
  return expectOk(meterPanFromDrn(drn), 'meter number');
}

// A server's modules on a real PostgreSQL of their own, with fakes of the outside only: a provider,
// a message gateway and a wire to meters that a test drives by hand.

import { testDatabase } from '@prewatt/embedded-postgres';
import { type DownWord, decodeDownWord, encodeUp, type UpMessage } from '@prewatt/protocol';
import { err, ok, uuidV7 } from '@prewatt/quantities';
import { drnWithCheckDigit, meterPanFromDrn } from '@prewatt/sts/keys';
import demoTariff from '@prewatt/tariff/documents/demo.json' with { type: 'json' };
import { createDatabase, type Database } from '../src/base/database.ts';
import { createNewUuid, systemRandom } from '../src/base/ids.ts';
import { createLog } from '../src/base/log.ts';
import { migrateGuarded } from '../src/compose/life-cycles.ts';
import { createServices, type ServiceDeps, type Services } from '../src/compose/services.ts';
import { accepted, oneWayGateway } from '../src/messaging/gateways/index.ts';
import type { Transport } from '../src/metering/headend/index.ts';
import type { PaymentProvider, ProviderStatus } from '../src/money/payments/index.ts';
import type { MeterPlace } from '../src/registry/connections/index.ts';
import { createOnboarding, type NewConnection } from '../src/workflows/onboarding/index.ts';
import { citusDatabase } from './citus-database.ts';
import { quickHashing } from './quick-hashing.ts';

export const startMs = Date.UTC(2026, 10, 24, 8, 0);
export const vendingKeyBytes = Uint8Array.from(Buffer.from('abababababababab', 'hex'));

export type FakeProvider = PaymentProvider & {
  readonly statuses: Map<string, ProviderStatus>;
  down: boolean;
};

export type Harness = {
  readonly services: Services;
  /** Another server process on the same database, as far as modules go. */
  readonly secondServices: (
    more?: Partial<Pick<ServiceDeps, 'identity' | 'database' | 'provider' | 'tracing'>>,
  ) => Services;
  readonly database: Database;
  readonly owner: Database;
  readonly ownerUrl: string;
  readonly appUrl: string;
  readonly utilityId: string;
  readonly tariffId: string;
  readonly place: MeterPlace;
  readonly meterPan: string;
  readonly provider: FakeProvider;
  readonly sms: { id: string; to: string; text: string }[];
  readonly sent: { meterPan: string; message: DownWord }[];
  readonly clock: { nowMs: number };
  readonly onboarding: ReturnType<typeof createOnboarding>;
  readonly addConnection: (
    o?: Partial<Omit<NewConnection, 'meter'>> & { readonly meter?: typeof meterDefaults },
  ) => Promise<MeterPlace & { meterPan: string }>;
  readonly fromMeter: (meterPan: string, message: UpMessage) => Promise<void>;
  readonly close: () => Promise<void>;
};

export function meterPanOf(n: number): string {
  const drn = drnWithCheckDigit(`01${String(n).padStart(8, '0')}`);
  if (!drn.ok) throw new Error(drn.error);
  const pan = meterPanFromDrn(drn.value);
  if (!pan.ok) throw new Error(pan.error);
  return pan.value;
}

/** As the role that signs people in. */
export const signInUrlOf = (ownerUrl: string): string => {
  const url = new URL(ownerUrl);
  url.searchParams.set('options', '-c role=prewatt_sign_in');
  return url.href;
};

export const appUrlOf = (ownerUrl: string): string => {
  const url = new URL(ownerUrl);
  url.searchParams.set('options', '-c role=prewatt_app');
  return url.href;
};

export async function createHarness(
  o: {
    readonly link?: () => Transport;
    /** In place of the fake one, which then only answers for payments of its own. */
    readonly realProvider?: (clock: { readonly nowMs: () => number }) => PaymentProvider;
    /** `any` for receivers on this machine. */
    readonly webhookReach?: 'public' | 'any';
    readonly currency?: { readonly code: string; readonly scale: number };
    /** Notifications in browsers. */
    readonly push?: Pick<ServiceDeps, 'push' | 'pushFetch' | 'mail'>;
    /** A token that holds vending keys. */
    readonly hardware?: ServiceDeps['hardware'];
    /** In place of the one that keeps all in `sms`. */
    readonly gateways?: ServiceDeps['gateways'];
  } = {},
): Promise<Harness> {
  const cluster = process.env['PREWATT_CITUS_URL'] ?? '';
  const test =
    cluster === ''
      ? await testDatabase({ name: 'server', prepare: migrateGuarded })
      : await citusDatabase(cluster);
  const appUrl = appUrlOf(test.url);
  const owner = createDatabase({ url: test.url, maximumConnections: 2 });
  const database = createDatabase({ url: appUrl, maximumConnections: 24 });
  const clock = { nowMs: startMs };
  const business = { nowMs: () => clock.nowMs };
  const clocks = { business, real: business, speed: 1 };
  const newUuid = createNewUuid(business, systemRandom);
  const masterKey = Buffer.alloc(32, 7);
  const onboarding = createOnboarding({
    ...{ owner, masterKey, hardware: o.hardware, newUuid },
    nowMs: business.nowMs,
  });
  const provider = fakeProvider();
  const realProvider = o.realProvider?.(business);
  const currency = o.currency ?? testUtility.currency;
  const sms: Harness['sms'] = [];
  const sent: Harness['sent'] = [];
  const secondServices: Harness['secondServices'] = (more) =>
    createServices({
      ...o.push,
      ...(o.webhookReach === undefined ? {} : { webhookReach: o.webhookReach }),
      database,
      clocks,
      random: systemRandom,
      provider: realProvider ?? provider,
      ...(realProvider === undefined ? {} : { earlierProviders: [provider] }),
      gateways: o.gateways ?? [
        oneWayGateway(async (message) => {
          sms.push(message);
          return accepted();
        }),
      ],
      transport: {
        send: async (meterPan, payload, options) => {
          const message = decodeDownWord(payload);
          if (!message.ok) throw new Error('the head-end sent what a meter cannot read');
          await o.link?.().send(meterPan, payload, options);
          sent.push({ meterPan, message: message.value });
        },
      },
      ...{ masterKey, hardware: o.hardware },
      publicUrl: 'http://localhost:7070',
      // What a round does hangs on no machine's speed.
      providerPatienceMs: 600_000,
      pins: quickHashing,
      log: createLog({ name: 'test', level: 'silent' }),
      ...more,
    });
  const services = secondServices();
  const utilityId = await onboarding.createUtility({ ...testUtility, currency });
  const tariffId = await database.inUtility(utilityId, async (tx) => {
    await onboarding.loadVendingKey(tx, utilityId, testVendingKey);
    return onboarding.createTariff(tx, utilityId, {
      name: 'Homes',
      document: { ...demoTariff, currency },
    });
  });
  let meters = 0;
  const addConnection: Harness['addConnection'] = async (o = {}) => {
    meters += 1;
    const meterPan = meterPanOf(meters);
    const place = await database.inUtility(utilityId, (tx) =>
      onboarding.createConnection(tx, utilityId, {
        name: `Flat ${meters}`,
        address: '1 Test Street',
        customer: { name: 'A Customer', phone: '+27825550101' },
        tariffId,
        debts: [],
        ...o,
        meter: { ...meterDefaults, ...o.meter, meterPan },
      }),
    );
    return { ...place, meterPan };
  };
  const { meterPan, ...place } = await addConnection();
  return {
    services,
    secondServices,
    database,
    owner,
    ownerUrl: test.url,
    appUrl,
    utilityId,
    tariffId,
    place,
    meterPan,
    provider,
    sms,
    sent,
    clock,
    onboarding,
    addConnection,
    fromMeter: async (pan, message) => {
      services.ingest.receive(pan, encodeUp(message));
      await services.ingest.drained();
    },
    close: async () => {
      await database.close();
      await owner.close();
      await test.drop();
    },
  };
}

export const testUtility = {
  name: 'Test Utility',
  zone: 'Africa/Johannesburg',
  currency: { code: 'ZAR', scale: 2 },
  minimumPurchaseMinor: 100n,
  maximumPurchaseMinor: 1_000_000n,
  helpPhone: null,
  protectionRules: {
    version: 1,
    friendlyHours: [],
    holidays: [],
    emergencyCreditWh: '0',
    debt: { maximumSharePercent: 50, floorEnergyWh: '1000' },
  },
};

export const meterDefaults = {
  encryptionAlgorithm: 'ea07' as 'ea07' | 'ea11',
  supplyGroupCode: '123456',
  tariffIndex: '01',
  keyRevision: 1,
  mqttSecret: 'a meter secret',
};

export const testVendingKey = {
  supplyGroupCode: '123456',
  keyRevision: 1,
  keyType: 2,
  keyExpiry: 255,
  baseDate: 14 as const,
  dkga: 'dkga02' as const,
  bytes: vendingKeyBytes,
};

function fakeProvider(): FakeProvider {
  const statuses = new Map<string, ProviderStatus>();
  const checkouts = new Map<string, bigint>();
  return {
    name: 'sandbox',
    label: 'Sandbox Pay',
    statuses,
    down: false,
    async open(request) {
      if (this.down) return err('unreachable');
      const known = checkouts.get(request.reference);
      if (known !== undefined && known !== request.amountMinor) return err('refused');
      checkouts.set(request.reference, request.amountMinor);
      return ok({ checkoutUrl: `http://pay.test/${request.reference}`, providerRequest: null });
    },
    async askAgain({ reference }) {
      if (this.down) return err('unreachable');
      const known = checkouts.has(reference) ? ({ status: 'pending' } as const) : null;
      return ok(statuses.get(reference) ?? known);
    },
    notification: ({ rawBody }) => {
      const body = JSON.parse(rawBody.toString());
      if (body.signed !== true) return err('badSignature');
      return ok({
        kind: 'word',
        reference: body.reference,
        status: { ...body.status, receivedMinor: BigInt(body.status.receivedMinor ?? 0) },
      });
    },
  };
}

/** A notification of the fake provider. */
export function succeeded(
  reference: string,
  receivedMinor: bigint,
  providerReference: string,
  currencyCode = 'ZAR',
): Buffer {
  return Buffer.from(
    JSON.stringify({
      signed: true,
      reference,
      status: {
        status: 'succeeded',
        providerReference,
        receivedMinor: receivedMinor.toString(),
        currencyCode,
      },
    }),
  );
}

export const newTestUuid = (): string => uuidV7(Date.now(), systemRandom(10));

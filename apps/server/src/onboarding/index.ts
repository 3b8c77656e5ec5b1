// Onboarding: how a utility, its tariffs, keys, operators, connections and meters come into being.
// Used by the demo's seed, the simulation and the tests; imports and the command line build on it.

import { createHash } from 'node:crypto';
import { accounts, openingDebtPosting } from '@prewatt/ledger';
import { checkProtectionRules } from '@prewatt/protection';
import { bucketOfConnection, expectOk, idFromUuid } from '@prewatt/quantities';
import { checkMeterPan } from '@prewatt/sts/keys';
import { parseDebtRule, parseTariff, positionToJson, startPosition } from '@prewatt/tariff';
import { openAccounts, postTransfers } from '../accounting/index.ts';
import type { ConnectionPlace, MeterPlace } from '../connections/index.ts';
import { sealVendingKey } from '../keys/index.ts';
import type { Database, Tx } from '../platform/database.ts';
import type { NewUuid } from '../platform/ids.ts';

export type NewUtility = {
  readonly name: string;
  readonly zone: string;
  readonly currency: { readonly code: string; readonly scale: number };
  readonly minimumPurchaseMinor: bigint;
  readonly maximumPurchaseMinor: bigint;
  readonly helpPhone: string | null;
  readonly protectionRules: object;
};

export type NewVendingKey = {
  readonly supplyGroupCode: string;
  readonly keyRevision: number;
  readonly keyType: number;
  readonly keyExpiry: number;
  readonly baseDate: 93 | 14 | 35;
  readonly dkga: 'dkga02' | 'dkga04';
  readonly bytes: Uint8Array;
};

export type NewConnection = {
  readonly name: string;
  readonly address: string;
  readonly customer: { readonly name: string; readonly phone: string } | null;
  readonly tariffId: string;
  readonly meter: {
    readonly meterPan: string;
    readonly encryptionAlgorithm: 'ea07' | 'ea11';
    readonly supplyGroupCode: string;
    readonly tariffIndex: string;
    readonly keyRevision: number;
    readonly mqttSecret: string;
  };
  readonly debts: readonly {
    readonly label: string;
    readonly outstandingMinor: bigint;
    /** As people write it, e.g. { share: '20' } for a fifth of each purchase (docs/tariffs.md). */
    readonly rule: object;
  }[];
};

export type Onboarding = ReturnType<typeof createOnboarding>;

export function createOnboarding(o: {
  /** Of the database's owner: the server's own role may not make utilities. */
  readonly owner: Database;
  readonly masterKey: Buffer;
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
}) {
  const now = () => new Date(o.nowMs());

  return {
    createUtility: async (utility: NewUtility): Promise<string> => {
      expectOk(checkProtectionRules(utility.protectionRules), 'protection rules');
      const id = o.newUuid();
      await o.owner.directories
        .insertInto('utilities')
        .values({
          id,
          name: utility.name,
          zone: utility.zone,
          currency_code: utility.currency.code,
          currency_scale: utility.currency.scale,
          minimum_purchase_minor: utility.minimumPurchaseMinor,
          maximum_purchase_minor: utility.maximumPurchaseMinor,
          help_phone: utility.helpPhone,
          protection_rules: JSON.stringify(utility.protectionRules),
          created_at: now(),
        })
        .execute();
      return id;
    },

    createTariff: async (
      tx: Tx,
      utilityId: string,
      tariff: { readonly name: string; readonly document: object },
    ): Promise<string> => {
      expectOk(parseTariff(tariff.document), 'tariff document');
      const id = o.newUuid();
      await tx
        .insertInto('tariffs')
        .values({
          id,
          utility_id: utilityId,
          name: tariff.name,
          version: 1,
          document: JSON.stringify(tariff.document),
          created_at: now(),
        })
        .execute();
      return id;
    },

    loadVendingKey: async (tx: Tx, utilityId: string, key: NewVendingKey): Promise<void> => {
      await tx
        .insertInto('vending_keys')
        .values({
          id: o.newUuid(),
          utility_id: utilityId,
          supply_group_code: key.supplyGroupCode,
          key_revision: key.keyRevision,
          key_type: key.keyType,
          key_expiry: key.keyExpiry,
          base_date: key.baseDate,
          dkga: key.dkga,
          sealed: sealVendingKey(o.masterKey, utilityId, key.bytes),
          created_at: now(),
        })
        .execute();
    },

    createOperator: async (
      tx: Tx,
      utilityId: string,
      operator: {
        readonly authUserId: string;
        readonly name: string;
        readonly role: 'administrator' | 'operator' | 'viewer';
      },
    ): Promise<void> => {
      await tx
        .insertInto('operator_directory')
        .values({ auth_user_id: operator.authUserId, utility_id: utilityId })
        .execute();
      await tx
        .insertInto('operators')
        .values({
          id: o.newUuid(),
          utility_id: utilityId,
          auth_user_id: operator.authUserId,
          name: operator.name,
          role: operator.role,
          created_at: now(),
        })
        .execute();
    },

    createConnection: async (
      tx: Tx,
      utilityId: string,
      connection: NewConnection,
    ): Promise<MeterPlace> => {
      expectOk(checkMeterPan(connection.meter.meterPan), 'meter number');
      const connectionId = o.newUuid();
      const bucket = bucketOfConnection(idFromUuid('connection', connectionId));
      const place = { utilityId, bucket, connectionId, meterId: o.newUuid() };
      await insertDirectories(tx, place, connection);
      await insertConnection(tx, place, { connection, now: now() });
      await openAccounts(
        tx,
        place,
        [
          accounts.providerClearing(place),
          accounts.customerPrepaid(place),
          accounts.openingBalance(place),
          accounts.energySales(place),
          accounts.tax(place),
          accounts.fees(place),
        ],
        o.nowMs(),
      );
      for (const debt of connection.debts) await insertDebt(tx, place, debt);
      return place;
    },
  };

  async function insertDebt(
    tx: Tx,
    place: ConnectionPlace,
    debt: NewConnection['debts'][number],
  ): Promise<void> {
    // The scale only sets the unit of amounts; whether the rule is one does not hang on it.
    expectOk(parseDebtRule(debt.rule, 2), 'debt rule');
    const id = o.newUuid();
    await openAccounts(tx, place, [accounts.customerDebt(id)], o.nowMs());
    await tx
      .insertInto('debts')
      .values({
        bucket: place.bucket,
        id,
        utility_id: place.utilityId,
        connection_id: place.connectionId,
        label: debt.label,
        rule: JSON.stringify(debt.rule),
        created_at: now(),
      })
      .execute();
    await postTransfers(
      tx,
      { place, saleId: null, paymentId: null, postedAtMs: o.nowMs(), newUuid: o.newUuid },
      [openingDebtPosting(place, id, debt.outstandingMinor)],
    );
  }
}

async function insertDirectories(
  tx: Tx,
  place: MeterPlace,
  connection: NewConnection,
): Promise<void> {
  const row = {
    utility_id: place.utilityId,
    bucket: place.bucket,
    connection_id: place.connectionId,
  };
  await tx
    .insertInto('meter_directory')
    .values({ ...row, meter_pan: connection.meter.meterPan, meter_id: place.meterId })
    .execute();
  if (connection.customer === null) return;
  await tx
    .insertInto('phone_directory')
    .values({ ...row, phone: connection.customer.phone })
    .execute();
}

async function insertConnection(
  tx: Tx,
  place: MeterPlace,
  o: { readonly connection: NewConnection; readonly now: Date },
): Promise<void> {
  const { connection } = o;
  await tx
    .insertInto('connections')
    .values({
      bucket: place.bucket,
      id: place.connectionId,
      utility_id: place.utilityId,
      name: connection.name,
      address: connection.address,
      customer_name: connection.customer?.name ?? null,
      customer_phone: connection.customer?.phone ?? null,
      tariff_id: connection.tariffId,
      tariff_position: JSON.stringify(positionToJson(startPosition())),
      created_at: o.now,
    })
    .execute();
  await tx
    .insertInto('meters')
    .values({
      bucket: place.bucket,
      id: place.meterId,
      utility_id: place.utilityId,
      connection_id: place.connectionId,
      meter_pan: connection.meter.meterPan,
      encryption_algorithm: connection.meter.encryptionAlgorithm,
      supply_group_code: connection.meter.supplyGroupCode,
      tariff_index: connection.meter.tariffIndex,
      key_revision: connection.meter.keyRevision,
      secret_hash: createHash('sha256').update(connection.meter.mqttSecret).digest(),
      last_tid: null,
      created_at: o.now,
    })
    .execute();
}

// Onboarding: how a utility, its tariffs, keys, operators, connections and meters come into being.
// Used by the demo's seed, the simulation, imports and the tests.

import { checkProtectionRules } from '@prewatt/protection';
import { expectOk } from '@prewatt/quantities';
import { parseTariff } from '@prewatt/tariff';
import type { Database, Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { sealVendingKey } from '../../money/keys/index.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import { createConnection, type NewConnection } from './connections.ts';

export { type ConnectionDeps, createConnection, type NewConnection } from './connections.ts';
export { addDebt, addOpeningBalance, type NewDebt } from './debts.ts';
export type { ConnectionRefusal, DebtRefusal, OpeningBalanceRefusal, Outcome } from './errors.ts';

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
      const parsed = expectOk(parseTariff(tariff.document), 'tariff document');
      const id = o.newUuid();
      await tx
        .insertInto('tariffs')
        .values({
          id,
          utility_id: utilityId,
          name: tariff.name,
          version: parsed.version,
          document: JSON.stringify(tariff.document),
          state: 'approved',
          state_at: now(),
          effective_from: parsed.effectiveFrom,
          effective_to: parsed.effectiveTo,
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
        readonly role: 'administrator' | 'operator' | 'viewer' | 'technician';
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

    /** Throws for what is refused: the callers of this one made the particulars themselves. */
    createConnection: async (
      tx: Tx,
      utilityId: string,
      connection: NewConnection,
    ): Promise<MeterPlace> =>
      expectOk(await createConnection(o, tx, { utilityId, connection }), 'connection').place,
  };
}

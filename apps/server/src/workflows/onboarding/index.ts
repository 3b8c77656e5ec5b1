// Onboarding: how a utility, its tariffs, keys, operators, connections and meters come into being.
// Used by the demo's seed, the simulation, imports and the tests.

import { checkProtectionRules } from '@prewatt/protection';
import { expectOk } from '@prewatt/quantities';
import { parseTariff } from '@prewatt/tariff';
import type { Database, Tx } from '../../base/database.ts';
import type { NewUuid } from '../../base/ids.ts';
import { insertVendingKey, type KeyHomes, settle } from '../../money/keys/index.ts';
import { insertApprovedTariff } from '../../money/tariffs/index.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import { insertOperator } from '../../registry/team/index.ts';
import { insertUtility } from '../../registry/utilities/index.ts';
import { createConnection, type NewConnection } from './connections.ts';

export { createConnection, type NewConnection } from './connections.ts';
export { addDebt, addOpeningBalance, type NewDebt } from './debts.ts';
export type { ConnectionDeps } from './deps.ts';
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
  readonly hardware?: KeyHomes['hardware'];
  readonly newUuid: NewUuid;
  readonly nowMs: () => number;
}) {
  const now = () => new Date(o.nowMs());

  return {
    createUtility: async (utility: NewUtility): Promise<string> => {
      expectOk(checkProtectionRules(utility.protectionRules), 'protection rules');
      const id = o.newUuid();
      await insertUtility(o.owner.directories, { ...utility, id, createdAt: now() });
      return id;
    },

    createTariff: async (
      tx: Tx,
      utilityId: string,
      tariff: { readonly name: string; readonly document: object },
    ): Promise<string> => {
      const parsed = expectOk(parseTariff(tariff.document), 'tariff document');
      const id = o.newUuid();
      await insertApprovedTariff(tx, {
        ...{ id, utilityId, name: tariff.name, document: tariff.document },
        version: parsed.version,
        effectiveFrom: parsed.effectiveFrom,
        effectiveTo: parsed.effectiveTo,
        at: now(),
      });
      return id;
    },

    loadVendingKey: async (tx: Tx, utilityId: string, key: NewVendingKey): Promise<void> => {
      const sealed = expectOk(await settle(o, { ...key, utilityId }), 'a vending key at rest');
      const row = { ...key, id: o.newUuid(), utilityId, load: null, createdAt: now() };
      await insertVendingKey(tx, { ...row, sealed });
    },

    createOperator: async (
      tx: Tx,
      utilityId: string,
      operator: {
        readonly authUserId: string;
        readonly name: string;
        readonly role: 'administrator' | 'operator' | 'viewer' | 'technician' | 'auditor';
        /** Of an auditor alone: when the sign-in ends by itself. */
        readonly endsAtMs?: number;
      },
    ): Promise<void> => {
      const { endsAtMs } = operator;
      const endsAt = endsAtMs === undefined ? null : new Date(endsAtMs);
      const row = { ...operator, endsAt, id: o.newUuid(), utilityId, createdAt: now() };
      await insertOperator(tx, row);
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

// Utilities: the tenants. Their rows are kept in memory; each round of the upkeep lists them, which
// reads them again, so that a change needs no restart.

import type { DocumentTexts } from '@prewatt/api';
import { checkProtectionRules, type ProtectionRules } from '@prewatt/protection';
import { type Currency, expectOk } from '@prewatt/quantities';
import type { Database } from '../../base/database.ts';

export { insertUtility, setDocumentTexts, setProtectionRules, setUtilitySetting } from './write.ts';

export type Utility = {
  readonly id: string;
  readonly name: string;
  readonly zone: string;
  readonly currency: Currency;
  readonly minimumPurchaseMinor: bigint;
  readonly maximumPurchaseMinor: bigint;
  readonly helpPhone: string | null;
  readonly protectionRules: ProtectionRules;
  /** What its receipts say beside its name. */
  readonly documents: DocumentTexts;
};

export type Utilities = {
  readonly list: () => Promise<readonly Utility[]>;
  /** Throws for an unknown id: ids of utilities come from our own rows. */
  readonly get: (utilityId: string) => Promise<Utility>;
};

type TextColumns = Readonly<
  Record<'legal_name' | 'tax_number' | 'postal_address' | 'receipt_footer', string | null>
>;

export const documentsOf = (row: TextColumns): DocumentTexts => ({
  legalName: row.legal_name,
  taxNumber: row.tax_number,
  address: row.postal_address,
  receiptFooter: row.receipt_footer,
});

export function createUtilities(database: Database): Utilities {
  const known = new Map<string, Utility>();

  const list = async (): Promise<readonly Utility[]> => {
    const rows = await database.directories
      .selectFrom('utilities')
      .selectAll()
      .orderBy('id')
      .execute();
    for (const row of rows) {
      known.set(row.id, {
        id: row.id,
        name: row.name,
        zone: row.zone,
        currency: { code: row.currency_code, scale: row.currency_scale },
        minimumPurchaseMinor: row.minimum_purchase_minor,
        maximumPurchaseMinor: row.maximum_purchase_minor,
        helpPhone: row.help_phone,
        protectionRules: expectOk(checkProtectionRules(row.protection_rules), 'protection rules'),
        documents: documentsOf(row),
      });
    }
    return [...known.values()];
  };

  return {
    list,
    get: async (utilityId) => {
      if (!known.has(utilityId)) await list();
      const utility = known.get(utilityId);
      if (utility === undefined) throw new Error('unknown utility');
      return utility;
    },
  };
}

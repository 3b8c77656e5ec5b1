// Utilities: the tenants. Their rows are kept in memory; each round of the upkeep lists them, which
// reads them again, so that a change needs no restart.

import { type DocumentTexts, type PageWriting, pageWritingSchema } from '@prewatt/api';
import { checkProtectionRules, type ProtectionRules } from '@prewatt/protection';
import { type Currency, expectOk } from '@prewatt/quantities';
import type { Database } from '../../base/database.ts';

export {
  insertUtility,
  setDocumentTexts,
  setPageWriting,
  setProtectionRules,
  setUtilitySetting,
} from './write.ts';

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
  /** How its pages for customers are written. */
  readonly writing: PageWriting;
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

type WritingColumns = {
  readonly page_language: string;
  readonly clock_hours: number;
  readonly money_form: string;
};

/** A language that this version has no pages in is English. */
export const writingOf = (row: WritingColumns): PageWriting =>
  pageWritingSchema.extend({ language: pageWritingSchema.shape.language.catch('en') }).parse({
    ...{ language: row.page_language, hours: row.clock_hours, moneyForm: row.money_form },
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
        writing: writingOf(row),
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

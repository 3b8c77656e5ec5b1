// Every statement that writes utilities. The server's role may not: a utility is made by the owner
// of the database, and settings change by functions that check whose they are.

import {
  type DocumentTexts,
  type PageWriting,
  type SettingName,
  utilitySettings,
} from '@prewatt/api';
import { type Kysely, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import type { Tables } from '../../base/tables.ts';

export type NewUtilityRow = {
  readonly id: string;
  readonly name: string;
  readonly zone: string;
  readonly currency: { readonly code: string; readonly scale: number };
  readonly minimumPurchaseMinor: bigint;
  readonly maximumPurchaseMinor: bigint;
  readonly helpPhone: string | null;
  /** Checked. */
  readonly protectionRules: object;
  readonly createdAt: Date;
};

export async function insertUtility(owner: Kysely<Tables>, u: NewUtilityRow): Promise<void> {
  await owner
    .insertInto('utilities')
    .values({
      id: u.id,
      name: u.name,
      zone: u.zone,
      currency_code: u.currency.code,
      currency_scale: u.currency.scale,
      minimum_purchase_minor: u.minimumPurchaseMinor,
      maximum_purchase_minor: u.maximumPurchaseMinor,
      help_phone: u.helpPhone,
      protection_rules: JSON.stringify(u.protectionRules),
      created_at: u.createdAt,
    })
    .execute();
}

/** Of the transaction's utility, from now on. The document was checked. */
export async function setProtectionRules(tx: Tx, document: string): Promise<void> {
  await sql`SELECT prewatt.set_protection_rules(${document}::jsonb)`.execute(tx);
}

/** From now on, of the transaction's utility; the texts were checked. */
export async function setDocumentTexts(tx: Tx, texts: DocumentTexts): Promise<void> {
  const { legalName, taxNumber, address, receiptFooter } = texts;
  await sql`SELECT prewatt.set_document_texts(${legalName}::text, ${taxNumber}::text,
    ${address}::text, ${receiptFooter}::text)`.execute(tx);
}

/** From now on, of the transaction's utility; the values were checked. */
export async function setPageWriting(tx: Tx, to: PageWriting): Promise<void> {
  await sql`SELECT prewatt.set_page_writing(${to.language}::text, ${to.hours}::smallint,
    ${to.moneyForm}::text)`.execute(tx);
}

/** From now on, of the transaction's utility; the number was checked. */
export async function setUtilitySetting(tx: Tx, name: SettingName, value: number): Promise<void> {
  const change = sql.raw(`prewatt.set_${utilitySettings[name].column}`);
  await sql`SELECT ${change}(${value}::smallint)`.execute(tx);
}

// What the list of meters can be narrowed by, as conditions over the tables of `meterRows`: each
// condition is one sentence, so that the list, its counts and the overview cannot disagree.

import type { MeterCreditMode } from '@prewatt/api';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { instant } from '../../base/database.ts';
import { isSilent } from '../../metering/readings/index.ts';

export type MeterFilter =
  | 'all'
  | 'connected'
  | 'disconnected'
  | 'lowCredit'
  | 'outOfCredit'
  | 'silent';

export type MeterFilters = {
  readonly search: string;
  /** False: the search looks into no customer's name and no address. */
  readonly byPeople?: boolean;
  readonly filter: MeterFilter;
  readonly credit?: MeterCreditMode | undefined;
  /** Heard, but not for so many hours; or never heard. */
  readonly silentFor?: number | 'never' | undefined;
  readonly firmware?: string | undefined;
};

type Condition = RawBuilder<SqlBool>;

/** Who holds the credit, and in what. */
export const creditModeNow = sql<MeterCreditMode>`CASE
  WHEN connections.credit_mode = 'wallet' THEN 'wallet'
  WHEN state.report ? 'money' THEN 'money' ELSE 'energy' END`;

/** Of a wallet, which the meter knows nothing of, the ledger says it. */
export const creditStatusNow = sql<'inCredit' | 'lowCredit' | 'outOfCredit' | null>`CASE
  WHEN connections.credit_mode <> 'wallet' THEN state.credit_status
  WHEN connections.prepaid_minor <= 0 THEN 'outOfCredit'
  WHEN wallets.is_low THEN 'lowCredit' ELSE 'inCredit' END`;

/** Where credit is money: what is left of it, below zero what is owed. */
export const balanceNow = sql<bigint | null>`CASE
  WHEN connections.credit_mode = 'wallet' THEN connections.prepaid_minor
  WHEN state.report ? 'money' THEN floor(((state.report #>> '{money,availableMicroMinor}')::numeric
    - (state.report #>> '{money,owedMicroMinor}')::numeric) / 1000000)::bigint END`;

export const firmwareNow = sql<string | null>`state.report ->> 'firmware'`;

/** Since when what switches does not answer, in milliseconds as text; null while it does. */
export const switchUnknownNow = sql<string | null>`state.report ->> 'switchUnknownSinceMs'`;

/** A meter that was never heard is not silent. */
export const silentNow = (nowMs: number) => isSilent(sql`state.last_contact_at`, nowMs);

export const isFiltered = (filter: MeterFilter, nowMs: number): Condition => {
  switch (filter) {
    case 'all':
      return sql<SqlBool>`true`;
    case 'connected':
      return sql<SqlBool>`state.load_switch = 'connected' AND ${switchUnknownNow} IS NULL`;
    case 'disconnected':
      return sql<SqlBool>`state.load_switch <> 'connected' AND ${switchUnknownNow} IS NULL`;
    case 'lowCredit':
      return sql<SqlBool>`${creditStatusNow} <> 'inCredit'`;
    case 'outOfCredit':
      return sql<SqlBool>`${creditStatusNow} = 'outOfCredit'`;
    case 'silent':
      return silentNow(nowMs);
  }
};

export function conditionsOf(o: MeterFilters & { readonly nowMs: number }): Condition[] {
  const found = [isFiltered(o.filter, o.nowMs)];
  if (o.search !== '') found.push(matches(o.search, o.byPeople ?? true));
  if (o.credit !== undefined) found.push(sql<SqlBool>`${creditModeNow} = ${o.credit}`);
  if (o.firmware !== undefined) found.push(sql<SqlBool>`${firmwareNow} = ${o.firmware}`);
  if (o.silentFor === 'never') found.push(sql<SqlBool>`state.last_contact_at IS NULL`);
  else if (o.silentFor !== undefined) {
    const since = instant(o.nowMs - o.silentFor * 3_600_000);
    // As everywhere: who was never heard has no link, and is not silent.
    found.push(sql<SqlBool>`state.last_contact_at < ${since}`);
  }
  return found;
}

function matches(search: string, byPeople: boolean): Condition {
  const escaped = (text: string) => text.replace(/[\\%_]/g, '\\$&');
  const pattern = `%${escaped(search)}%`;
  const digits = search.replace(/[\s-]/g, '');
  // A number that an exchange took down still leads to its connection.
  const people = byPeople
    ? sql`OR connections.customer_name ILIKE ${pattern} OR connections.address ILIKE ${pattern}`
    : sql``;
  return sql<SqlBool>`(connections.name ILIKE ${pattern} ${people}
    OR meters.meter_pan LIKE ${`%${escaped(digits)}%`}
    OR connections.id IN (SELECT d.connection_id FROM meter_directory d
      WHERE d.meter_pan = ${digits}))`;
}

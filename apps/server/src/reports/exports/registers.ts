// What each export holds: its table, its columns in their fixed order, and the SQL of one page.

import type { ExportKind } from '@prewatt/api';
import { type IdPrefix, idFromUuid } from '@prewatt/quantities';
import { writeDebtRule } from '@prewatt/tariff';
import { sql } from 'kysely';
import { meterIdentities } from './identity-register.ts';
import { balance, byPosting, meterOf, type Register, register } from './register.ts';

type ConnectionColumns = {
  name: string;
  address: string;
  customer_name: string | null;
  customer_phone: string | null;
  meter_pan: string;
};

const customers = register<ConnectionColumns & { prepaid: bigint; arrears: bigint }>({
  table: 'connections',
  prefix: 'connection',
  columns: [
    'connection_id',
    'customer_name',
    'customer_phone',
    'connection_name',
    'address',
    'meter_number',
    'prepaid',
    'arrears',
    'currency',
    'time_zone',
  ],
  select: sql`t.name, t.address, t.customer_name, t.customer_phone, m.meter_pan,
    ${balance('customerPrepaid', sql`t.id`, sql`t.id`)} AS prepaid,
    coalesce((SELECT sum(${balance('customerDebt', sql`d.id`, sql`t.id`)})::bigint FROM debts d
      WHERE d.bucket = t.bucket AND d.connection_id = t.id), 0)::bigint AS arrears`,
  joins: meterOf(sql`t.id`),
  where: sql`t.customer_phone IS NOT NULL`,
  cells: (row, c) => [
    idFromUuid('connection', row.id),
    row.customer_name ?? '',
    row.customer_phone ?? '',
    row.name,
    row.address,
    row.meter_pan,
    c.money(row.prepaid),
    c.money(row.arrears),
    c.currency,
    c.zone,
  ],
});

type MeterColumns = {
  tariff: string;
  supply_group_code: string;
  tariff_index: string;
  key_revision: number;
  encryption_algorithm: string;
  converted_at: number | null;
  created_at: number;
};

const connections = register<ConnectionColumns & MeterColumns>({
  table: 'connections',
  prefix: 'connection',
  columns: [
    'connection_id',
    'connection_name',
    'address',
    'customer_name',
    'customer_phone',
    'tariff',
    'meter_number',
    'supply_group_code',
    'tariff_index',
    'key_revision',
    'encryption_algorithm',
    'converted_on',
    'created_at',
    'time_zone',
  ],
  select: sql`t.name, t.address, t.customer_name, t.customer_phone, t.created_at,
    t.converted_at, tariffs.name AS tariff, m.meter_pan, m.supply_group_code, m.tariff_index,
    m.key_revision, m.encryption_algorithm`,
  joins: sql`${meterOf(sql`t.id`)} JOIN tariffs ON tariffs.id = t.tariff_id`,
  cells: (row, c) => [
    idFromUuid('connection', row.id),
    row.name,
    row.address,
    row.customer_name ?? '',
    row.customer_phone ?? '',
    row.tariff,
    row.meter_pan,
    row.supply_group_code,
    row.tariff_index,
    String(row.key_revision),
    row.encryption_algorithm,
    row.converted_at === null ? '' : c.at(row.converted_at).slice(0, 10),
    c.at(row.created_at),
    c.zone,
  ],
});

type DebtColumns = {
  meter_pan: string;
  label: string;
  outstanding: bigint;
  opened: bigint;
  rule: object;
  created_at: number;
};

/** What is still owed: a repaid debt is passed over, since an import could not bring it in. */
const arrears = register<DebtColumns>({
  table: 'debts',
  prefix: 'debt',
  columns: [
    'debt_id',
    'meter_number',
    'label',
    'amount',
    'rule',
    'opened_amount',
    'currency',
    'created_at',
    'time_zone',
  ],
  select: sql`m.meter_pan, t.label, t.rule, t.created_at,
    ${balance('customerDebt', sql`t.id`, sql`t.connection_id`)} AS outstanding,
    coalesce((SELECT sum(amount_minor)::bigint FROM transfers WHERE bucket = t.bucket
      AND connection_id = t.connection_id AND debit_kind = 'customerDebt' AND debit_subject_id = t.id
      AND reason = 'openingDebt'), 0)::bigint AS opened`,
  joins: meterOf(sql`t.connection_id`),
  cells: (row, c) =>
    row.outstanding <= 0n
      ? null
      : [
          idFromUuid('debt', row.id),
          row.meter_pan,
          row.label,
          c.money(row.outstanding),
          writeDebtRule(row.rule),
          c.money(row.opened),
          c.currency,
          c.at(row.created_at),
          c.zone,
        ],
});

const openingBalances = register<{ meter_pan: string; amount_minor: bigint; posted_at: number }>({
  table: 'transfers',
  prefix: 'transfer',
  columns: ['transfer_id', 'meter_number', 'amount', 'currency', 'posted_at', 'time_zone'],
  select: sql`m.meter_pan, t.amount_minor, t.posted_at`,
  joins: meterOf(sql`t.connection_id`),
  where: sql`t.reason = 'openingBalance'`,
  paging: byPosting,
  cells: (row, c) => [
    idFromUuid('transfer', row.id),
    row.meter_pan,
    c.money(row.amount_minor),
    c.currency,
    c.at(row.posted_at),
    c.zone,
  ],
});

type SaleColumns = {
  connection_id: string;
  meter_pan: string;
  state: string;
  amount_minor: bigint;
  brought_forward_minor: bigint | null;
  energy_wh: bigint | null;
  credit_minor: bigint | null;
  lines: readonly { readonly kind: string; readonly amountMinor: string }[] | null;
  remainder_minor: bigint | null;
  requested_at: number;
  paid_at: number | null;
  issued_at: number | null;
  delivered_at: number | null;
};

const lineKinds = ['energy', 'tax', 'fee', 'debt'] as const;

const sales = register<SaleColumns>({
  table: 'sales',
  prefix: 'sale',
  columns: [
    'sale_id',
    'connection_id',
    'meter_number',
    'state',
    'amount',
    'brought_forward',
    'energy_kwh',
    'credit_on_meter',
    'for_energy',
    'for_tax',
    'for_fees',
    'for_arrears',
    'remainder',
    'currency',
    'requested_at',
    'paid_at',
    'issued_at',
    'delivered_at',
    'time_zone',
  ],
  select: sql`t.connection_id, m.meter_pan, t.state, t.amount_minor, t.brought_forward_minor,
    t.energy_wh, t.credit_minor, t.lines, t.remainder_minor, t.requested_at, t.paid_at, t.issued_at,
    t.delivered_at`,
  joins: sql`JOIN meters m ON m.bucket = t.bucket AND m.id = t.meter_id`,
  cells: (row, c) => [
    idFromUuid('sale', row.id),
    idFromUuid('connection', row.connection_id),
    row.meter_pan,
    row.state,
    c.money(row.amount_minor),
    c.money(row.brought_forward_minor),
    c.kWh(row.energy_wh),
    c.money(row.credit_minor),
    ...lineKinds.map((kind) => c.money(sumOfLines(row.lines, kind))),
    c.money(row.remainder_minor),
    c.currency,
    c.at(row.requested_at),
    c.at(row.paid_at),
    c.at(row.issued_at),
    c.at(row.delivered_at),
    c.zone,
  ],
});

function sumOfLines(lines: SaleColumns['lines'], kind: string): bigint | null {
  if (lines === null) return null;
  return lines
    .filter((line) => line.kind === kind)
    .reduce((sum, line) => sum + BigInt(line.amountMinor), 0n);
}

type PaymentColumns = {
  sale_id: string;
  connection_id: string;
  meter_pan: string;
  provider: string;
  provider_reference: string | null;
  state: string;
  amount_minor: bigint;
  received_minor: bigint | null;
  requested_at: number;
  decided_at: number | null;
};

const payments = register<PaymentColumns>({
  table: 'payments',
  prefix: 'payment',
  columns: [
    'payment_id',
    'sale_id',
    'connection_id',
    'meter_number',
    'provider',
    'provider_reference',
    'state',
    'amount',
    'received',
    'currency',
    'requested_at',
    'decided_at',
    'time_zone',
  ],
  select: sql`t.sale_id, t.connection_id, m.meter_pan, t.provider, t.provider_reference, t.state,
    t.amount_minor, t.received_minor, t.requested_at, t.decided_at`,
  joins: sql`JOIN sales s ON s.bucket = t.bucket AND s.id = t.sale_id
    JOIN meters m ON m.bucket = s.bucket AND m.id = s.meter_id`,
  cells: (row, c) => [
    idFromUuid('payment', row.id),
    idFromUuid('sale', row.sale_id),
    idFromUuid('connection', row.connection_id),
    row.meter_pan,
    row.provider,
    row.provider_reference ?? '',
    row.state,
    c.money(row.amount_minor),
    c.money(row.received_minor),
    c.currency,
    c.at(row.requested_at),
    c.at(row.decided_at),
    c.zone,
  ],
});

type TransferColumns = {
  connection_id: string | null;
  reason: string;
  debit_kind: string;
  debit_subject_id: string;
  credit_kind: string;
  credit_subject_id: string;
  amount_minor: bigint;
  sale_id: string | null;
  payment_id: string | null;
  reverses_id: string | null;
  posted_at: number;
};

const optionalId = (prefix: IdPrefix, uuid: string | null): string =>
  uuid === null ? '' : idFromUuid(prefix, uuid);

const transfers = register<TransferColumns>({
  table: 'transfers',
  prefix: 'transfer',
  columns: [
    'transfer_id',
    'connection_id',
    'reason',
    'debit_account',
    'debit_subject',
    'credit_account',
    'credit_subject',
    'amount',
    'currency',
    'sale_id',
    'payment_id',
    'reverses_transfer_id',
    'posted_at',
    'time_zone',
  ],
  select: sql`t.connection_id, t.reason, t.debit_kind, t.debit_subject_id, t.credit_kind,
    t.credit_subject_id, t.amount_minor, t.sale_id, t.payment_id, t.reverses_id, t.posted_at`,
  paging: byPosting,
  cells: (row, c) => [
    idFromUuid('transfer', row.id),
    optionalId('connection', row.connection_id),
    row.reason,
    row.debit_kind,
    row.debit_subject_id,
    row.credit_kind,
    row.credit_subject_id,
    c.money(row.amount_minor),
    c.currency,
    optionalId('sale', row.sale_id),
    optionalId('payment', row.payment_id),
    optionalId('transfer', row.reverses_id),
    c.at(row.posted_at),
    c.zone,
  ],
});

export const registers: Record<ExportKind, Register> = {
  connections,
  arrears,
  openingBalances,
  customers,
  sales,
  payments,
  transfers,
  meterIdentities,
};

// Customers as the console lists and shows them: found by name, phone, home or meter, with what
// they owe, and with what was said to them and by them.

import type { ContactRow, CustomerDetail, CustomerListQuery, CustomerRow } from '@prewatt/api';
import { idFromUuid, isoOf } from '@prewatt/quantities';
import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import {
  type Customer,
  loadCustomer,
  mergedCustomers,
  occupanciesOf,
} from '../../registry/customers/index.ts';
import { ticketsOf } from '../../workflows/tickets/index.ts';
import { ticketRowOf } from './tickets.ts';

const pageRows = 100;
/** Found by a search: more say that it is too wide. */
const most = 500;

export type CustomerSearch = Omit<CustomerListQuery, 'cursor'> & {
  readonly cursor: string | null;
  readonly size?: number;
};

type Row = {
  readonly id: string;
  readonly name: string;
  readonly phone: string | null;
  readonly email: string | null;
  readonly createdAtMs: number;
  readonly homes: bigint;
  readonly homeName: string | null;
  readonly debtMinor: bigint;
  readonly openTickets: bigint;
};

const homesNow = sql`prewatt.occupancies o
  JOIN prewatt.connections n ON n.bucket = o.bucket AND n.id = o.connection_id
    AND n.closed_at IS NULL
  WHERE o.customer_id = c.id AND o.ended_at IS NULL`;
const homes = sql`(SELECT count(*) FROM ${homesNow})`;
const debt = sql`(SELECT coalesce(sum(d.outstanding_minor), 0)::bigint FROM prewatt.occupancies o
  JOIN prewatt.debts d ON d.bucket = o.bucket AND d.connection_id = o.connection_id
  WHERE o.customer_id = c.id AND o.ended_at IS NULL)`;
/** Of the customer, and of those who were merged into it. */
const ticketsNow = sql`prewatt.tickets t WHERE t.state <> 'closed' AND (t.customer_id = c.id
  OR t.customer_id IN (SELECT m.id FROM prewatt.customers m WHERE m.merged_into = c.id))`;
const openTickets = sql`(SELECT count(*) FROM ${ticketsNow})`;

const shows: Readonly<Record<CustomerListQuery['show'], RawBuilder<unknown>>> = {
  all: sql`true`,
  owing: sql`EXISTS (SELECT FROM prewatt.occupancies o
    JOIN prewatt.debts d ON d.bucket = o.bucket AND d.connection_id = o.connection_id
    WHERE o.customer_id = c.id AND o.ended_at IS NULL AND d.outstanding_minor > 0)`,
  noHome: sql`NOT EXISTS (SELECT FROM ${homesNow})`,
  tickets: sql`EXISTS (SELECT FROM ${ticketsNow})`,
};

const whole = (kept: string) => sql`${/^-?\d{1,18}$/.test(kept) ? kept : '0'}::bigint`;
const sorts = {
  name: { column: sql`c.name`, keptOf: (r: Row) => r.name, read: (k: string) => sql`${k}` },
  homes: { column: homes, keptOf: (r: Row) => String(r.homes), read: whole },
  debt: { column: debt, keptOf: (r: Row) => String(r.debtMinor), read: whole },
  since: {
    column: sql`c.created_at`,
    keptOf: (r: Row) => String(r.createdAtMs),
    read: (kept: string) => sql`to_timestamp(${whole(kept)}::numeric / 1000)`,
  },
} as const;

/** One page of customers. `cursor` is what the last page said. */
export async function customerPage(
  tx: Tx,
  o: CustomerSearch,
): Promise<{ readonly rows: CustomerRow[]; readonly nextCursor: string | null }> {
  const { size = pageRows } = o;
  const sort = sorts[o.sort];
  const direction = o.order === 'asc' ? sql`ASC` : sql`DESC`;
  const found =
    o.search === '' ? sql`true` : sql`c.id = ANY(${await foundBy(tx, o.search)}::uuid[])`;
  const after = readCursor(o.cursor);
  const sign = o.order === 'asc' ? sql`>` : sql`<`;
  const from =
    after === null
      ? sql`true`
      : sql`(${sort.column}, c.id) ${sign} (${sort.read(after.kept)}, ${after.id}::uuid)`;
  const { rows } = await sql<Row>`SELECT c.id, c.name, c.phone, c.email,
      (extract(epoch FROM c.created_at) * 1000)::float8 AS "createdAtMs", ${homes} AS homes,
      (SELECT min(n.name) FROM ${homesNow}) AS "homeName", ${debt} AS "debtMinor",
      ${openTickets} AS "openTickets"
    FROM customers c
    WHERE c.utility_id = prewatt.current_utility() AND c.merged_into IS NULL
      AND ${shows[o.show]} AND ${found} AND ${from}
    ORDER BY ${sort.column} ${direction}, c.id ${direction} LIMIT ${size + 1}`.execute(tx);
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  const hasMore = rows.length > size && last !== undefined;
  return {
    rows: shown.map((row) => ({
      customerId: idFromUuid('customer', row.id),
      ...{ name: row.name, phone: row.phone, email: row.email },
      homes: Number(row.homes),
      homeName: row.homeName,
      debtMinor: row.debtMinor.toString(),
      openTickets: Number(row.openTickets),
      since: isoOf(row.createdAtMs),
    })),
    nextCursor: hasMore ? `${last.id}${sort.keptOf(last)}` : null,
  };
}

function readCursor(cursor: string | null): { readonly id: string; readonly kept: string } | null {
  const id = cursor?.slice(0, 36) ?? '';
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)
    ? { id, kept: cursor?.slice(36) ?? '' }
    : null;
}

/** Digits that a phone may have; null where the text is no number. */
export function phoneDigitsIn(text: string): string | null {
  const digits = text.replace(/\D/g, '');
  const isPhone = /^\+?[\d\s().-]+$/.test(text) && digits.length >= 7 && digits.length <= 15;
  return isPhone ? digits : null;
}

/** Whom the text may mean: by words of a name or a home, a phone, a meter's number. */
async function foundBy(tx: Tx, text: string): Promise<readonly string[]> {
  const digits = text.replace(/\D/g, '');
  const isNumber = digits.length >= 4 && digits.length <= 18 && /^\+?[\d\s().-]+$/.test(text);
  const phone = phoneDigitsIn(text)?.replace(/^0+/, '') ?? '';
  const homesFound = sql`SELECT bucket, connection_id FROM prewatt.homes_by_words(${text}, ${most})
    UNION SELECT bucket, connection_id
      FROM prewatt.homes_by_meter_digits(${isNumber ? digits : '-'}, ${most})
    UNION SELECT bucket, connection_id
      FROM prewatt.homes_by_phone_digits(${phone === '' ? '-' : phone}, ${most})`;
  const { rows } = await sql<{ id: string }>`
    SELECT o.customer_id AS id FROM (${homesFound}) AS h JOIN occupancies o
      ON o.bucket = h.bucket AND o.connection_id = h.connection_id AND o.ended_at IS NULL
    UNION SELECT customer_id FROM prewatt.customers_by_words(${text}, ${most})
    UNION SELECT id FROM customers WHERE utility_id = prewatt.current_utility()
      AND ${phone !== ''} AND phone = ${`+${phone}`}`.execute(tx);
  return rows.map(({ id }) => id);
}

export async function customerDetail(
  tx: Tx,
  customerId: string,
  nowMs: number,
): Promise<CustomerDetail | null> {
  const customer = await loadCustomer(tx, customerId);
  if (customer === null) return null;
  const merged = await mergedCustomers(tx, customerId);
  const into = customer.mergedInto === null ? null : await loadCustomer(tx, customer.mergedInto);
  const ids = [customerId, ...merged.map(({ id }) => id)];
  return {
    customerId: idFromUuid('customer', customerId),
    ...{ name: customer.name, phone: customer.phone, email: customer.email, note: customer.note },
    version: customer.version,
    changedAt: isoOf(customer.changedAtMs),
    changedBy: customer.changedBy,
    createdAt: isoOf(customer.createdAtMs),
    mergedInto: into === null ? null : named(into),
    mergedFrom: merged.map((each) => ({ ...named(each), phone: each.phone })),
    homes: await homesOf(tx, customerId),
    debts: await debtsOf(tx, customerId),
    tickets: (await ticketsOf(tx, { customerIds: ids })).map((row) => ticketRowOf(row, nowMs)),
  };
}

const named = ({ id, name }: Customer) => ({ customerId: idFromUuid('customer', id), name });

type HomeRow = {
  readonly connectionId: string;
  readonly name: string;
  readonly address: string;
  readonly meterPan: string | null;
  readonly fromMs: number;
  readonly untilMs: number | null;
  readonly finalReadingWh: bigint | null;
  readonly prepaidMinor: bigint;
  readonly debtMinor: bigint;
};

async function homesOf(tx: Tx, customerId: string): Promise<CustomerDetail['homes']> {
  const { rows } = await sql<HomeRow>`SELECT c.id AS "connectionId", c.name, c.address,
      m.meter_pan AS "meterPan", (extract(epoch FROM o.began_at) * 1000)::float8 AS "fromMs",
      (extract(epoch FROM o.ended_at) * 1000)::float8 AS "untilMs",
      o.final_reading_wh AS "finalReadingWh", c.prepaid_minor AS "prepaidMinor",
      (SELECT coalesce(sum(d.outstanding_minor), 0)::bigint FROM debts d
        WHERE d.bucket = c.bucket AND d.connection_id = c.id) AS "debtMinor"
    FROM occupancies o
    JOIN connections c ON c.bucket = o.bucket AND c.id = o.connection_id
    LEFT JOIN meters m ON m.bucket = c.bucket AND m.connection_id = c.id AND m.retired_at IS NULL
    WHERE o.customer_id = ${customerId}::uuid
    ORDER BY o.ended_at DESC NULLS FIRST, c.name LIMIT 200`.execute(tx);
  return rows.map((row) => ({
    connectionId: idFromUuid('connection', row.connectionId),
    ...{ name: row.name, address: row.address, meterPan: row.meterPan },
    from: isoOf(row.fromMs),
    until: row.untilMs === null ? null : isoOf(row.untilMs),
    finalReadingWh: row.finalReadingWh?.toString() ?? null,
    prepaidMinor: row.untilMs === null ? row.prepaidMinor.toString() : null,
    debtMinor: row.untilMs === null ? row.debtMinor.toString() : null,
  }));
}

async function debtsOf(tx: Tx, customerId: string): Promise<CustomerDetail['debts']> {
  const { rows } = await sql<{ id: string; name: string; label: string; owed: bigint }>`
    SELECT c.id, c.name, d.label, d.outstanding_minor AS owed
    FROM occupancies o
    JOIN connections c ON c.bucket = o.bucket AND c.id = o.connection_id
    JOIN debts d ON d.bucket = o.bucket AND d.connection_id = o.connection_id
    WHERE o.customer_id = ${customerId}::uuid AND o.ended_at IS NULL AND d.outstanding_minor > 0
    ORDER BY c.name, d.label LIMIT 200`.execute(tx);
  return rows.map(({ id, name, label, owed }) => ({
    connectionId: idFromUuid('connection', id),
    connectionName: name,
    ...{ label, outstandingMinor: owed.toString() },
  }));
}

type ContactFound = {
  readonly id: string;
  readonly atMs: number;
  readonly direction: 'to' | 'from';
  readonly connectionName: string | null;
  readonly text: string;
  readonly state: string;
};

/** Messages to the customer's homes in the customer's time, and what the phone wrote. */
export async function contactPage(
  tx: Tx,
  { id: customerId, phone }: Customer,
  cursor: string | null,
): Promise<{ readonly rows: ContactRow[]; readonly nextCursor: string | null }> {
  const buckets = (await occupanciesOf(tx, customerId)).map(({ place }) => place.bucket);
  const beforeMs = /^\d{1,15}$/.test(cursor ?? '') ? Number(cursor) : null;
  const before = beforeMs === null ? sql`true` : sql`at < ${new Date(beforeMs)}`;
  const { rows } = await sql<ContactFound>`SELECT id,
      (extract(epoch FROM at) * 1000)::float8 AS "atMs", direction, "connectionName", text, state
    FROM (
      SELECT m.id, m.created_at AS at, 'to' AS direction, c.name AS "connectionName", m.text, m.state
      FROM occupancies o
      JOIN messages m ON m.bucket = o.bucket AND m.connection_id = o.connection_id
        AND m.created_at >= coalesce(o.shows_from, '-infinity')
        AND m.created_at <= coalesce(o.ended_at, 'infinity')
      JOIN connections c ON c.bucket = o.bucket AND c.id = o.connection_id
      WHERE o.customer_id = ${customerId}::uuid AND o.bucket = ANY(${buckets}::smallint[])
      UNION ALL
      SELECT t.id, t.at, 'from', c.name, t.text, t.state FROM inbound_texts t
      LEFT JOIN connections c ON c.bucket = t.bucket AND c.id = t.connection_id
      WHERE t.utility_id = prewatt.current_utility() AND t.phone = ${phone}
    ) AS said
    WHERE ${before} ORDER BY at DESC, id DESC LIMIT ${pageRows + 1}`.execute(tx);
  const shown = rows.slice(0, pageRows);
  const last = shown.at(-1);
  return {
    rows: shown.map(({ id: _, atMs, ...row }) => ({
      ...row,
      at: isoOf(atMs),
      text: row.text.replace(/\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}[ -]?(\d{4})(?!\d)/g, covered),
    })),
    nextCursor: rows.length > pageRows && last !== undefined ? String(Math.ceil(last.atMs)) : null,
  };
}

const covered = '•••• •••• •••• •••• $1';

/** The condition on sales: of the customer's homes, while they were the customer's. */
export const salesOfCustomer = (customerId: string) => sql<SqlBool>`EXISTS (
  SELECT FROM prewatt.occupancies o WHERE o.customer_id = ${customerId}::uuid
    AND o.bucket = sales.bucket AND o.connection_id = sales.connection_id
    AND sales.requested_at >= coalesce(o.shows_from, '-infinity')
    AND sales.requested_at <= coalesce(o.ended_at, 'infinity'))`;

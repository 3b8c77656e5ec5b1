// The one search of the console: what the text may mean, and the rows that each meaning finds.
// Every question is answered by an index; the functions of the database keep to the utility.

import { type FoundHome, type FoundSale, type SearchAnswer, searchLimit } from '@prewatt/api';
import { type IdPrefix, idFromUuid, isoOf, parseId, uuidIn } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';
import { paidMinorOf } from '../../money/vending/index.ts';
import { placeOfConnection } from '../../registry/connections/index.ts';

/** Fewer digits of a phone would show the customers of strangers. */
const fewestPhoneDigits = 7;
const fewestDigits = 4;
/** Of a token: the last ones, or all. By any other count it could be read out digit by digit. */
const tokenDigits: readonly number[] = [4, 20];
const fewestOfReference = 5;

type Place = { readonly bucket: number; readonly connection_id: string };
type FoundBy<Row> = Row extends { readonly foundBy: infer By } ? By : never;
type HomeBy = FoundBy<FoundHome>;
type SaleBy = FoundBy<FoundSale>;
type SalePlace = {
  readonly bucket: number;
  readonly sale_id: string;
  readonly reference?: string | null;
};

/** One beyond what is shown, which tells whether there is more. */
const most = searchLimit + 1;

export type Search = {
  readonly answer: SearchAnswer;
  /** The digits that were looked for among phones; null: it was no search by phone. */
  readonly phoneDigits: string | null;
};

export async function searchFor(
  tx: Tx,
  o: { readonly utilityId: string; readonly text: string },
): Promise<Search> {
  const { text } = o;
  const digits = digitsIn(text);
  const isNumber = digits.length >= fewestDigits && /^\+?[\d\s().-]+$/.test(text);
  const isPhone = isNumber && digits.length >= fewestPhoneDigits && digits.length <= 15;
  const homes = new Map<string, Place & { readonly by: HomeBy }>();
  const addHomes = (by: HomeBy, places: readonly Place[]): void => {
    for (const place of places) {
      if (!homes.has(place.connection_id)) homes.set(place.connection_id, { ...place, by });
    }
  };
  const sales = new Map<string, SalePlace & { readonly by: SaleBy }>();
  const addSales = (by: SaleBy, places: readonly SalePlace[]): void => {
    for (const place of places) {
      if (!sales.has(place.sale_id)) sales.set(place.sale_id, { ...place, by });
    }
  };
  addHomes('identifier', homeOfIdentifier(o));
  if (isPhone) addHomes('phone', await homesOfPhone(tx, text));
  if (isNumber && digits.length <= 18) addHomes('meter', await homesOfMeter(tx, digits));
  addHomes('words', await homesOfWords(tx, text));
  addSales('identifier', await saleOfIdentifier(tx, text));
  if (isNumber && tokenDigits.includes(digits.length)) {
    const tokens = await tokensOf(tx, digits);
    addSales(
      'token',
      tokens.flatMap((row) => (isOfSale(row) ? [row] : [])),
    );
    addHomes(
      'givenToken',
      tokens.filter((row) => row.sale_id === null),
    );
  }
  const payments = /^\S+$/.test(text) && text.length >= fewestOfReference;
  const paid = payments ? await paymentsOf(tx, text) : [];
  addSales(
    'reference',
    paid.flatMap((row) => (isOfSale(row) ? [row] : [])),
  );
  const vendors = await vendorsOf(tx, {
    text,
    paid: new Map(
      paid.flatMap((row) => (row.vendor_id === null ? [] : [[row.vendor_id, row.reference]])),
    ),
  });
  return {
    answer: {
      homes: await homeRows(tx, [...homes.values()].slice(0, searchLimit)),
      sales: await saleRows(tx, [...sales.values()].slice(0, searchLimit)),
      vendors: vendors.slice(0, searchLimit),
      isCut: [homes.size, sales.size, vendors.length].some((found) => found > searchLimit),
    },
    phoneDigits: isPhone ? digits : null,
  };
}

const digitsIn = (text: string): string => text.replace(/\D/g, '');
const isOfSale = <Row extends { readonly sale_id: string | null }>(
  row: Row,
): row is Row & { readonly sale_id: string } => row.sale_id !== null;

const uuidOfKind = (prefix: IdPrefix, text: string): string | null => {
  const id = parseId(prefix, text);
  return id.ok ? uuidIn(id.value) : null;
};

function homeOfIdentifier(o: { readonly utilityId: string; readonly text: string }): Place[] {
  const id = uuidOfKind('connection', o.text);
  if (id === null) return [];
  return [{ bucket: placeOfConnection(o.utilityId, id).bucket, connection_id: id }];
}

async function saleOfIdentifier(tx: Tx, text: string): Promise<readonly SalePlace[]> {
  const id = uuidOfKind('sale', text);
  if (id === null) return [];
  const found = sql<SalePlace>`SELECT bucket, id AS sale_id FROM sales WHERE id = ${id}::uuid`;
  return (await found.execute(tx)).rows;
}

async function homesOfWords(tx: Tx, text: string): Promise<readonly Place[]> {
  return (await sql<Place>`SELECT * FROM prewatt.homes_by_words(${text}, ${most})`.execute(tx))
    .rows;
}

async function homesOfMeter(tx: Tx, digits: string): Promise<readonly Place[]> {
  const found = sql<Place>`SELECT * FROM prewatt.homes_by_meter_digits(${digits}, ${most})`;
  return (await found.execute(tx)).rows;
}

/** As it is dialled at home or abroad: without the zeros in front, the end of a whole number. */
async function homesOfPhone(tx: Tx, text: string): Promise<readonly Place[]> {
  const end = digitsIn(text).replace(/^0+/, '');
  if (end.length < fewestPhoneDigits - 1) return [];
  const found = sql<Place>`SELECT * FROM prewatt.homes_by_phone_digits(${end}, ${most})`;
  return (await found.execute(tx)).rows;
}

type TokenPlace = Place & { readonly sale_id: string | null };
async function tokensOf(tx: Tx, digits: string): Promise<readonly TokenPlace[]> {
  const found = sql<TokenPlace>`SELECT * FROM prewatt.tokens_by_last_digits(${digits}, ${most})`;
  return (await found.execute(tx)).rows;
}

type PaymentPlace = {
  readonly bucket: number;
  readonly sale_id: string | null;
  readonly vendor_id: string | null;
  readonly reference: string;
};
async function paymentsOf(tx: Tx, text: string): Promise<readonly PaymentPlace[]> {
  const found = sql<PaymentPlace>`SELECT bucket, sale_id, vendor_id,
    provider_reference AS reference FROM prewatt.payments_by_reference(${text}, ${most})`;
  return (await found.execute(tx)).rows;
}

/** Vendors are few: their names are read through. */
async function vendorsOf(
  tx: Tx,
  o: { readonly text: string; readonly paid: ReadonlyMap<string, string> },
): Promise<SearchAnswer['vendors']> {
  const pattern = `%${o.text.replace(/[\\%_]/g, '\\$&')}%`;
  const { rows } = await sql<{ id: string; name: string; isBlocked: boolean }>`
    SELECT id, name, blocked_reason IS NOT NULL AS "isBlocked" FROM vendors
    WHERE name ILIKE ${pattern} OR id = ANY(${[...o.paid.keys()]}::uuid[])
    ORDER BY name LIMIT ${most}`.execute(tx);
  return rows.map(({ id, name, isBlocked }) => ({
    ...{ vendorId: idFromUuid('vendor', id), name, isBlocked },
    reference: o.paid.get(id) ?? null,
  }));
}

/** In the order of the places; one without a meter has no page. */
async function homeRows(
  tx: Tx,
  places: readonly (Place & { readonly by: HomeBy })[],
): Promise<FoundHome[]> {
  if (places.length === 0) return [];
  const { rows } = await sql<{
    id: string;
    name: string;
    customerName: string | null;
    address: string;
    meterPan: string;
  }>`SELECT c.id, c.name, c.customer_name AS "customerName", c.address, m.meter_pan AS "meterPan"
    FROM unnest(${places.map((place) => place.bucket)}::smallint[],
      ${places.map((place) => place.connection_id)}::uuid[]) AS r(bucket, connection_id)
    JOIN connections c ON c.bucket = r.bucket AND c.id = r.connection_id
    JOIN meters m ON m.bucket = c.bucket AND m.connection_id = c.id AND m.retired_at IS NULL
  `.execute(tx);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return places.flatMap(({ connection_id, by }) => {
    const row = byId.get(connection_id);
    if (row === undefined) return [];
    const { id, name: connectionName, ...more } = row;
    return [{ connectionId: idFromUuid('connection', id), connectionName, ...more, foundBy: by }];
  });
}

async function saleRows(
  tx: Tx,
  places: readonly (SalePlace & { readonly by: SaleBy })[],
): Promise<FoundSale[]> {
  if (places.length === 0) return [];
  const { rows } = await sql<{
    id: string;
    connectionId: string;
    connectionName: string;
    atMs: number;
    amountMinor: bigint;
    state: FoundSale['state'];
    tokenLastFour: string | null;
  }>`SELECT s.id, s.connection_id AS "connectionId", c.name AS "connectionName",
      s.requested_at AS "atMs", ${paidMinorOf('s')} AS "amountMinor", s.state,
      (SELECT "right"(t.digits, 4) FROM tokens t WHERE t.bucket = s.bucket AND t.sale_id = s.id
        ORDER BY t.tid DESC LIMIT 1) AS "tokenLastFour"
    FROM unnest(${places.map((place) => place.bucket)}::smallint[],
      ${places.map((place) => place.sale_id)}::uuid[]) AS r(bucket, sale_id)
    JOIN sales s ON s.bucket = r.bucket AND s.id = r.sale_id
    JOIN connections c ON c.bucket = s.bucket AND c.id = s.connection_id`.execute(tx);
  const byId = new Map(rows.map((row) => [row.id, row]));
  return places.flatMap(({ sale_id, by, reference = null }) => {
    const row = byId.get(sale_id);
    if (row === undefined) return [];
    return [
      {
        saleId: idFromUuid('sale', row.id),
        connectionId: idFromUuid('connection', row.connectionId),
        connectionName: row.connectionName,
        requestedAt: isoOf(row.atMs),
        amountMinor: row.amountMinor.toString(),
        state: row.state,
        tokenLastFour: row.tokenLastFour,
        ...{ reference, foundBy: by },
      },
    ];
  });
}

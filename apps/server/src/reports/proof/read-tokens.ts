// Token by token: the digits are deciphered again under the meter's key, and their TID and energy
// compared with the row. Pages of one statement each, in the order of meters, so that a meter's
// keys are derived once and a million tokens never rest in memory.

import { readToken, type TokenFields } from '@prewatt/sts/codec';
import { whPerUnit } from '@prewatt/vending-rules';
import { sql } from 'kysely';
import { createCooperativeYield } from '../../base/cooperative-yield.ts';
import type { Tx } from '../../base/database.ts';
import type { KeyedMeter, KeysOfMeter, MeterKey } from '../../money/keys/index.ts';
import { type Finding, findingsKept, type Tally } from './check-rule.ts';
import type { Range } from './rules.ts';

const pageSize = 500;

type TokenRow = KeyedMeter & {
  readonly bucket: number;
  readonly id: string;
  readonly meterId: string;
  readonly connectionId: string;
  readonly saleId: string | null;
  readonly kind: 'credit' | 'keyChange' | 'management' | 'test';
  /** What a management token is for. */
  readonly grantKind: string;
  /** -1 for a test token, which is under no key. */
  readonly baseDate: number;
  /** -1 for a token without one. */
  readonly tid: number;
  readonly section: number | null;
  readonly digits: string;
  readonly energyWh: bigint | null;
  readonly amountE5: bigint | null;
};

const noId = '00000000-0000-0000-0000-000000000000';
const start = { meterId: noId, id: noId, baseDate: -1, tid: -1 };

type Place = Pick<TokenRow, 'bucket' | 'meterId' | 'id' | 'baseDate' | 'tid'>;

/** Those with a TID go by it, the few without (tests, key-change sections) by their id. */
const orders = {
  timed: {
    columns: sql.raw('t.bucket, t.meter_id, t.base_date, t.tid'),
    which: sql.raw('t.tid IS NOT NULL'),
    after: (p: Place) => sql`(${p.bucket}, ${p.meterId}::uuid, ${p.baseDate}, ${p.tid})`,
  },
  untimed: {
    columns: sql.raw('t.bucket, t.meter_id, t.id'),
    which: sql.raw('t.tid IS NULL'),
    after: (p: Place) => sql`(${p.bucket}, ${p.meterId}::uuid, ${p.id}::uuid)`,
  },
};
type Order = (typeof orders)[keyof typeof orders];

async function pageAfter(
  tx: Tx,
  range: Range,
  o: { readonly order: Order; readonly after: Place },
): Promise<TokenRow[]> {
  const { columns, which, after } = o.order;
  const { rows } = await sql<TokenRow>`SELECT t.bucket, t.id, t.meter_id AS "meterId",
      t.connection_id AS "connectionId", t.sale_id AS "saleId", t.kind,
      -- A sale's own is the lift of a power limit.
      coalesce(g.kind, 'setMaximumPowerLimit') AS "grantKind",
      coalesce(t.base_date, -1) AS "baseDate", coalesce(t.tid, -1) AS tid, t.section, t.digits,
      t.energy_wh AS "energyWh", t.amount_e5 AS "amountE5", m.meter_pan AS "meterPan",
      m.encryption_algorithm AS "encryptionAlgorithm", m.supply_group_code AS "supplyGroupCode",
      m.tariff_index AS "tariffIndex", m.key_revision AS "keyRevision",
      (SELECT array_agg(DISTINCT i) FROM prewatt.key_change_sets s,
        unnest(ARRAY[s.from_tariff_index, s.to_tariff_index]) i
        WHERE s.bucket = m.bucket AND s.meter_id = m.id) AS "otherTariffIndexes"
    FROM prewatt.tokens t JOIN prewatt.meters m ON m.bucket = t.bucket AND m.id = t.meter_id
    LEFT JOIN prewatt.grants g ON g.bucket = t.bucket AND g.id = t.grant_id
    WHERE t.bucket BETWEEN ${range.fromBucket} AND ${range.toBucket} AND ${which}
      AND (${columns}) > ${after(o.after)}
    ORDER BY ${columns} LIMIT ${pageSize}`.execute(tx);
  return rows;
}

type Fault = { readonly what: 'energy' | 'tid'; readonly detail: string };

/**
 * What is wrong with a token, or null. Tries the keys that the meter may have had when it was
 * issued: a key change does not change tokens of before.
 */
function faultOf(row: TokenRow, keys: readonly MeterKey[]): Fault | null {
  if (row.kind === 'test') return testFault(row);
  let fault: Fault = { what: 'energy', detail: 'no key of the utility reads it' };
  for (const key of keys) {
    if (key.baseDate !== row.baseDate) continue;
    const read = readToken(key.decoderKey, row.digits);
    if (!read.ok) continue;
    const found = fieldFault(row, read.value);
    if (found === null) return null;
    fault = found;
  }
  return fault;
}

function testFault(row: TokenRow): Fault | null {
  const read = readToken(null, row.digits);
  if (read.ok && read.value.kind === 'test') return null;
  return { what: 'energy', detail: 'it is no test token' };
}

const whatRowSays = (row: TokenRow): string => {
  if (row.kind === 'credit') return 'electricity credit';
  return row.kind === 'keyChange' ? `key-change section ${row.section}` : row.grantKind;
};

/** What the digits carry against what the row says, under a key that reads them. */
function fieldFault(row: TokenRow, fields: TokenFields): Fault | null {
  if (fields.kind === 'keyChangeSection' && row.kind === 'keyChange') {
    if (fields.section === row.section) return null;
  } else if (fields.kind === 'credit' && row.kind === 'credit') {
    if (fields.commodity === 'electricity') return creditFault(row, fields);
  } else if (fields.kind === 'currencyCredit' && row.kind === 'credit') {
    if (fields.commodity === 'electricity') return currencyFault(row, fields);
  } else if (row.kind === 'management' && fields.kind === row.grantKind && 'tid' in fields) {
    return tidFault(row, fields.tid);
  }
  const carried =
    fields.kind === 'keyChangeSection' ? `key-change section ${fields.section}` : fields.kind;
  return { what: 'energy', detail: `it is ${carried}, not ${whatRowSays(row)}` };
}

const tidFault = (row: TokenRow, tid: number): Fault | null =>
  tid === row.tid ? null : { what: 'tid', detail: `digits carry TID ${tid}, row says ${row.tid}` };

function creditFault(
  row: TokenRow,
  fields: { readonly tid: number; readonly units: bigint },
): Fault | null {
  const energyWh = fields.units * whPerUnit;
  const tid = tidFault(row, fields.tid);
  if (tid !== null || energyWh === row.energyWh) return tid;
  return { what: 'energy', detail: `digits carry ${energyWh} Wh, row says ${row.energyWh} Wh` };
}

function currencyFault(
  row: TokenRow,
  fields: { readonly tid: number; readonly amountE5: bigint },
): Fault | null {
  const tid = tidFault(row, fields.tid);
  if (tid !== null || fields.amountE5 === row.amountE5) return tid;
  const detail = `digits carry money of ${fields.amountE5} hundred-thousandths, row says ${row.amountE5}`;
  return { what: 'energy', detail };
}

/** Reads every token of the range again: what of its energy and of its TID is wrong. */
export async function readTokens(
  tx: Tx,
  range: Range,
  keysOf: KeysOfMeter,
): Promise<{ readonly energy: Tally; readonly tid: Tally }> {
  const found = { energy: [] as Finding[], tid: [] as Finding[] };
  const failed = { energy: 0n, tid: 0n };
  const breathe = createCooperativeYield();
  let checked = 0n;
  for (const order of [orders.timed, orders.untimed]) {
    let meterId = '';
    let keys: readonly MeterKey[] = [];
    let after: Place = { bucket: range.fromBucket, ...start };
    let page: TokenRow[] = [];
    do {
      page = await pageAfter(tx, range, { order, after });
      for (const row of page) {
        after = row;
        checked += 1n;
        if (meterId !== row.meterId) keys = await keysOf(row);
        meterId = row.meterId;
        const fault = faultOf(row, keys);
        // A page takes long enough to be felt by whoever buys in the meantime.
        await breathe();
        if (fault === null) continue;
        failed[fault.what] += 1n;
        const { id, connectionId, saleId } = row;
        if (found[fault.what].length < findingsKept) {
          found[fault.what].push({ id, connectionId, saleId, detail: fault.detail });
        }
      }
    } while (page.length === pageSize);
  }
  const tallyOf = (what: Fault['what']): Tally => ({
    checked,
    failed: failed[what],
    findings: found[what],
  });
  return { energy: tallyOf('energy'), tid: tallyOf('tid') };
}

// Token by token: the digits are deciphered again under the meter's key, and their TID and energy
// compared with the row. Pages of one statement each, in the order of meters, so that a meter's
// keys are derived once and a million tokens never rest in memory.

import { readToken } from '@prewatt/sts/codec';
import { sql } from 'kysely';
import type { KeyedMeter, KeysOfMeter, MeterKey } from '../keys/index.ts';
import type { Tx } from '../platform/database.ts';
import { whPerUnit } from '../vending/index.ts';
import { type Finding, findingsKept, type Tally } from './check-rule.ts';
import type { Range } from './rules.ts';

const pageSize = 2_000;

type TokenRow = KeyedMeter & {
  readonly bucket: number;
  readonly id: string;
  readonly meterId: string;
  readonly connectionId: string;
  readonly saleId: string;
  readonly baseDate: number;
  readonly tid: number;
  readonly digits: string;
  readonly energyWh: bigint;
};

const start = {
  meterId: '00000000-0000-0000-0000-000000000000',
  baseDate: -1,
  tid: -1,
};

async function pageAfter(
  tx: Tx,
  range: Range,
  after: Pick<TokenRow, 'bucket' | 'meterId' | 'baseDate' | 'tid'>,
): Promise<TokenRow[]> {
  const { rows } = await sql<TokenRow>`SELECT t.bucket, t.id, t.meter_id AS "meterId",
      t.connection_id AS "connectionId", t.sale_id AS "saleId", t.base_date AS "baseDate", t.tid,
      t.digits, t.energy_wh AS "energyWh", m.meter_pan AS "meterPan",
      m.encryption_algorithm AS "encryptionAlgorithm", m.supply_group_code AS "supplyGroupCode",
      m.tariff_index AS "tariffIndex", m.key_revision AS "keyRevision"
    FROM prewatt.tokens t JOIN prewatt.meters m ON m.bucket = t.bucket AND m.id = t.meter_id
    WHERE t.bucket BETWEEN ${range.fromBucket} AND ${range.toBucket} AND t.kind = 'credit'
      AND (t.bucket, t.meter_id, t.base_date, t.tid) >
        (${after.bucket}, ${after.meterId}::uuid, ${after.baseDate}, ${after.tid})
    ORDER BY t.bucket, t.meter_id, t.base_date, t.tid LIMIT ${pageSize}`.execute(tx);
  return rows;
}

type Fault = { readonly what: 'energy' | 'tid'; readonly detail: string };

/**
 * What is wrong with a token, or null. Tries the keys that the meter may have had when it was
 * issued: a key change does not change tokens of before.
 */
function faultOf(row: TokenRow, keys: readonly MeterKey[]): Fault | null {
  let fault: Fault = { what: 'energy', detail: 'no key of the utility reads it' };
  for (const key of keys) {
    if (key.baseDate !== row.baseDate) continue;
    const read = readToken(key.decoderKey, row.digits);
    if (!read.ok) continue;
    if (read.value.kind !== 'credit' || read.value.commodity !== 'electricity') {
      fault = { what: 'energy', detail: `it is ${read.value.kind}, not electricity credit` };
      continue;
    }
    const { tid, units } = read.value;
    const energyWh = units * whPerUnit;
    if (tid === row.tid && energyWh === row.energyWh) return null;
    fault =
      tid === row.tid
        ? { what: 'energy', detail: `digits carry ${energyWh} Wh, row says ${row.energyWh} Wh` }
        : { what: 'tid', detail: `digits carry TID ${tid}, row says ${row.tid}` };
  }
  return fault;
}

/** Reads every credit token of the range again: what of its energy and of its TID is wrong. */
export async function readTokens(
  tx: Tx,
  range: Range,
  keysOf: KeysOfMeter,
): Promise<{ readonly energy: Tally; readonly tid: Tally }> {
  const found = { energy: [] as Finding[], tid: [] as Finding[] };
  const failed = { energy: 0n, tid: 0n };
  let checked = 0n;
  let meterId = '';
  let keys: readonly MeterKey[] = [];
  let after: Parameters<typeof pageAfter>[2] = { bucket: range.fromBucket, ...start };
  let page: TokenRow[] = [];
  do {
    page = await pageAfter(tx, range, after);
    for (const row of page) {
      after = row;
      checked += 1n;
      if (meterId !== row.meterId) keys = [...keysOf(row)];
      meterId = row.meterId;
      const fault = faultOf(row, keys);
      if (fault === null) continue;
      failed[fault.what] += 1n;
      const { id, connectionId, saleId } = row;
      if (found[fault.what].length < findingsKept) {
        found[fault.what].push({ id, connectionId, saleId, detail: fault.detail });
      }
    }
  } while (page.length === pageSize);
  const tallyOf = (what: Fault['what']): Tally => ({
    checked,
    failed: failed[what],
    findings: found[what],
  });
  return { energy: tallyOf('energy'), tid: tallyOf('tid') };
}

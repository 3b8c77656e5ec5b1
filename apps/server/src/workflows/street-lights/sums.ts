// The account's meter as the sum of its lamps: what its driver reads, answers and says.

import { minuteMs } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Database, Tx } from '../../base/database.ts';
import { instant } from '../../base/database.ts';
import {
  answeredFromJson,
  answeredToJson,
  type LampSum,
  type LampSums,
} from '../../metering/drivers/index.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import { lockAccount, updateAccount } from './store.ts';

type SumDeps = {
  readonly database: Database;
  readonly utilities: () => Promise<readonly { readonly id: string }[]>;
  readonly nowMs: () => number;
};

/** As meters' load profiles have it. */
const intervalMs = 30 * minuteMs;

type SumRow = {
  readonly bucket: number;
  readonly connection_id: string;
  readonly meter_id: string;
  readonly meter_pan: string;
  readonly counted_wh: bigint;
  readonly is_open: boolean;
  readonly milli_w: bigint;
  readonly said_until: number;
};

/** Of accounts whose meter is still theirs. */
const sumsWhere = async (tx: Tx, utilityId: string, connectionId: string | null) =>
  (
    await sql<SumRow>`SELECT a.bucket, a.connection_id, a.meter_id, m.meter_pan, a.counted_wh,
      a.is_open, a.said_until, coalesce((SELECT sum(l.milli_w) FROM lamps l
        WHERE l.bucket = a.bucket AND l.connection_id = a.connection_id
          AND l.removed_at IS NULL), 0)::bigint AS milli_w
    FROM lighting_accounts a JOIN meters m ON m.bucket = a.bucket AND m.id = a.meter_id
    WHERE a.utility_id = ${utilityId}::uuid AND m.retired_at IS NULL AND a.metered_by = 'lamps'
      AND (${connectionId}::uuid IS NULL OR a.connection_id = ${connectionId}::uuid)`.execute(tx)
  ).rows;

const placeOf = (utilityId: string, row: SumRow): MeterPlace => ({
  ...{ utilityId, bucket: row.bucket },
  ...{ connectionId: row.connection_id, meterId: row.meter_id },
});

const sumFrom = (utilityId: string, row: SumRow): LampSum => ({
  ...{ place: placeOf(utilityId, row), meterPan: row.meter_pan },
  ...{ importWh: row.counted_wh, powerW: row.milli_w / 1_000n, isOpen: row.is_open },
});

export function createLampSums(o: SumDeps): LampSums {
  const sumOf = async (tx: Tx, { utilityId, connectionId }: MeterPlace) => {
    const [row] = await sumsWhere(tx, utilityId, connectionId);
    return row === undefined ? null : sumFrom(utilityId, row);
  };
  return {
    meters: async () => {
      const found = [];
      for (const { id } of await o.utilities()) {
        const rows = await o.database.inUtility(id, (tx) => sumsWhere(tx, id, null));
        found.push(...rows.map((row) => ({ meterPan: row.meter_pan, place: placeOf(id, row) })));
      }
      return found;
    },
    sumOf: (place) => o.database.inUtility(place.utilityId, (tx) => sumOf(tx, place)),
    answer: (place, commandId, decide) =>
      o.database.inUtility(place.utilityId, async (tx) => {
        const account = await lockAccount(tx, place);
        const sum = await sumOf(tx, place);
        if (account === null || sum === null) return null;
        const answered = answeredFromJson(
          account.answered as Parameters<typeof answeredFromJson>[0],
        );
        const known = answered.find((each) => each.commandId === commandId);
        if (known !== undefined) return known.result;
        const { result, isOpen } = decide(sum, answered);
        await updateAccount(tx, place, {
          answered: answeredToJson([...answered, { commandId, result }]),
          ...(isOpen === account.isOpen ? {} : { is_open: isOpen, look_at: new Date(o.nowMs()) }),
        });
        return result;
      }),
    due: async () => {
      const endsAtMs = Math.floor(o.nowMs() / intervalMs) * intervalMs;
      const due = [];
      for (const { id } of await o.utilities()) {
        const rows = await o.database.inUtility(id, async (tx) => {
          const any = await tx
            .selectFrom('lighting_accounts')
            .select('connection_id')
            .where('utility_id', '=', id)
            .where('metered_by', '=', 'lamps')
            .where('said_until', '<', instant(endsAtMs))
            .limit(1)
            .executeTakeFirst();
          return any === undefined ? [] : sumsWhere(tx, id, null);
        });
        for (const row of rows) {
          if (row.said_until < endsAtMs) due.push({ sum: sumFrom(id, row), endsAtMs });
        }
      }
      return due;
    },
    said: (place, endsAtMs) =>
      o.database.inUtility(place.utilityId, (tx) =>
        updateAccount(tx, place, { said_until: new Date(endsAtMs) }),
      ),
  };
}

// Clients that the broker refused, and why: one row for each meter and reason, with a count and
// the last time, so that a stranger who tries all night fills no table. Refusals that come
// together are stored together.

import type { ColumnValue } from '../../../base/column-value.ts';
import type { Database } from '../../../base/database.ts';
import type { Log } from '../../../base/log.ts';
import { insertOfRows } from '../../../base/rows.ts';
import type { Clocks } from '../../../base/time.ts';
import type { MeterPlace } from '../../../registry/connections/index.ts';
import { storeOrSplit } from '../ingest/batch-queue.ts';

const togetherMs = 500;
/** Meters and reasons that wait to be stored at most; beyond it some are not kept. */
const maximumWaiting = 20_000;

export type LinkRefusal = ColumnValue<'link_refusals', 'reason'>;
export type RefusedLink = {
  readonly place: MeterPlace;
  readonly reason: LinkRefusal;
  /** Of the certificate that was shown. */
  readonly serial: string | null;
};

export type LinkRefusals = {
  readonly refused: (refused: RefusedLink) => void;
  /** Resolves when everything so far is stored. */
  readonly settled: () => Promise<void>;
};

const insert = insertOfRows(
  'link_refusals',
  {
    bucket: 'smallint',
    meter_id: 'uuid',
    reason: 'text',
    utility_id: 'uuid',
    connection_id: 'uuid',
    times: 'bigint',
    serial: 'text',
    first_at: 'timestamptz',
    last_at: 'timestamptz',
  },
  {
    same: {},
    tail: `ON CONFLICT (bucket, meter_id, reason) DO UPDATE SET
      times = link_refusals.times + excluded.times, serial = excluded.serial,
      last_at = greatest(link_refusals.last_at, excluded.last_at)`,
  },
);

export function createLinkRefusals(o: {
  readonly database: Database;
  readonly clocks: Clocks;
  readonly log: Log;
}): LinkRefusals {
  type Counted = RefusedLink & { times: number };
  let waiting = new Map<string, Counted>();
  let timer: NodeJS.Timeout | null = null;
  let storing: Promise<void> = Promise.resolve();

  const failed = ({ place, reason }: Counted, error: unknown): void => {
    o.log.warn({ meterId: place.meterId, reason, error: String(error) }, 'refused link not stored');
  };
  const store = async (): Promise<void> => {
    const at = new Date(o.clocks.business.nowMs());
    // One order for all, so that server processes never wait for each other in a circle.
    const batch = [...waiting].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, counted]) => counted);
    waiting = new Map();
    const storeOf = async (utilityId: string, of: readonly Counted[]): Promise<void> => {
      const rows = of.map(({ place, reason, serial, times }) => ({
        bucket: place.bucket,
        meter_id: place.meterId,
        reason,
        utility_id: utilityId,
        connection_id: place.connectionId,
        times: BigInt(times),
        serial: serial?.slice(0, 64) ?? null,
        first_at: at,
        last_at: at,
      }));
      await o.database.inUtility(utilityId, (tx) => insert(tx, rows));
    };
    for (const [utilityId, of] of Map.groupBy(batch, ({ place }) => place.utilityId)) {
      await storeOrSplit({ store: (part) => storeOf(utilityId, part), failed }, of);
    }
  };
  const storeAfterOthers = (): void => {
    timer = null;
    storing = storing
      .then(store)
      .catch((error) => o.log.warn({ error: String(error) }, 'refused links not stored'));
  };
  return {
    refused: (refused) => {
      const key = `${refused.place.bucket} ${refused.place.meterId} ${refused.reason}`;
      const known = waiting.get(key);
      if (known === undefined && waiting.size >= maximumWaiting) return;
      waiting.set(key, { ...refused, times: (known?.times ?? 0) + 1 });
      timer ??= setTimeout(storeAfterOthers, togetherMs);
    },
    settled: async () => {
      if (timer !== null) {
        clearTimeout(timer);
        storeAfterOthers();
      }
      await storing;
    },
  };
}

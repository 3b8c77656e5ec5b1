// Object lists by firmware: read from the first meter that has it, kept in the database, remembered
// in this process. Meters that do not say what they run have one of their own.

import type { DriverFault } from '@prewatt/protocol';
import { ok, type Result } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Database } from '../../../base/database.ts';
import { type DlmsModel, dlmsModelSchema } from './model.ts';

export type Models = {
  /** `read` is called when nobody has read it yet. */
  readonly get: (
    of: { readonly utilityId: string; readonly key: string },
    read: () => Promise<Result<DlmsModel, DriverFault>>,
  ) => Promise<Result<DlmsModel, DriverFault>>;
};

/** More firmwares than a utility has; meters that do not say theirs are read anew beyond it. */
const mostRemembered = 5_000;

export function createModels(o: {
  readonly database: Database;
  readonly nowMs: () => number;
}): Models {
  const known = new Map<string, DlmsModel>();
  const remember = (name: string, model: DlmsModel): void => {
    if (known.size >= mostRemembered) known.clear();
    known.set(name, model);
  };
  return {
    get: async ({ utilityId, key }, read) => {
      const name = `${utilityId} ${key}`;
      const remembered = known.get(name);
      if (remembered !== undefined) return ok(remembered);
      const kept = await load(o.database, utilityId, key);
      if (kept !== null) {
        remember(name, kept);
        return ok(kept);
      }
      const model = await read();
      if (!model.ok) return model;
      await o.database.inUtility(utilityId, async (tx) => {
        await sql`INSERT INTO dlms_models (utility_id, key, model, read_at)
          VALUES (${utilityId}::uuid, ${key}, ${JSON.stringify(model.value)}::jsonb,
            ${new Date(o.nowMs())}::timestamptz)
          ON CONFLICT (utility_id, key)
          DO UPDATE SET model = excluded.model, read_at = excluded.read_at`.execute(tx);
      });
      remember(name, model.value);
      return model;
    },
  };
}

/** What an earlier version kept and this one does not understand is read anew. */
async function load(database: Database, utilityId: string, key: string): Promise<DlmsModel | null> {
  const row = await database.inUtility(utilityId, (tx) =>
    tx
      .selectFrom('dlms_models')
      .select('model')
      .where('utility_id', '=', utilityId)
      .where('key', '=', key)
      .executeTakeFirst(),
  );
  const model = dlmsModelSchema.safeParse(row?.model);
  return model.success ? model.data : null;
}

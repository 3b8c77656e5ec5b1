// Rounds over all meters of a utility: each meter whose setting is due is sent the one that it
// should hold. The progress of a round is kept in its row: after a crash it goes on there, and two
// processes share the work.

import type { Database, Tx } from '../../base/database.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import type { Commands, NewCommand } from '../headend/index.ts';

export type DesiredSetting = 'protection' | 'tariff';

/** Meters of one look, which is one transaction. */
export const metersPerLook = 50;
/** Until a finished round begins again: commands unheard, meters that are new. */
const roundEveryMs = 15 * 60_000;
const expiresAfterMs = 7 * 86_400_000;
const priority = 7;
const start = {
  after_bucket: -1,
  after_meter_id: '00000000-0000-0000-0000-000000000000',
  finished_at: null,
} as const;

/** A place in the order of meters. */
export type After = { readonly afterBucket: number; readonly afterMeterId: string };
/** A meter that was looked at. */
type Seen = { readonly bucket: number; readonly meterId: string };
/** Looks at the next meters, tells those that are due, and answers with all, in their order. */
export type Look = (after: After) => Promise<readonly Seen[]>;

export type Rounds = ReturnType<typeof createRounds>;

export function createRounds(o: {
  readonly setting: DesiredSetting;
  readonly database: Database;
  /** Business time. */
  readonly nowMs: () => number;
  readonly looksPerSweep: number;
  /** So long after a finished round this process does not look, unless it would begin anew. */
  readonly quiet: { readonly nowMs: () => number; readonly ms: number };
}) {
  /** Nothing to look at before, as far as this process knows. */
  const quiet = new Map<string, { readonly untilMs: number; readonly goingBy: string }>();

  return {
    /** The next meters of the round; true while there is more to look at. */
    goOn: (tx: Tx, round: RoundOf & { readonly look: Look }) => goOn(tx, o, round),

    /** What is desired has changed: the round begins anew with the transaction that changed it. */
    begin: async (tx: Tx, { utilityId, goingBy }: RoundOf): Promise<void> => {
      const anew = { ...start, going_by: goingBy, started_at: new Date(o.nowMs()) };
      await tx
        .insertInto('setting_rounds')
        .values({ utility_id: utilityId, setting: o.setting, ...anew })
        .onConflict((c) => c.columns(['utility_id', 'setting']).doUpdateSet(anew))
        .execute();
      quiet.delete(utilityId);
    },

    /** Upkeep. Safe from many processes. With more to look at, the next sweep goes on. */
    sweep: async (
      { utilityId, goingBy }: RoundOf,
      look: (tx: Tx) => Promise<boolean>,
    ): Promise<void> => {
      const nowMs = o.quiet.nowMs();
      const known = quiet.get(utilityId);
      if (known !== undefined && known.untilMs > nowMs && known.goingBy === goingBy) return;
      for (let looks = o.looksPerSweep; looks > 0; looks -= 1) {
        if (await o.database.inUtility(utilityId, look)) continue;
        quiet.set(utilityId, { untilMs: nowMs + o.quiet.ms, goingBy });
        return;
      }
    },
  };
}

async function goOn(
  tx: Tx,
  o: { readonly setting: DesiredSetting; readonly nowMs: () => number },
  a: RoundOf & { readonly look: Look },
): Promise<boolean> {
  const nowMs = o.nowMs();
  const anew = { ...start, going_by: a.goingBy, started_at: new Date(nowMs) };
  const key = { utility_id: a.utilityId, setting: o.setting };
  await tx
    .insertInto('setting_rounds')
    .values({ ...key, ...anew })
    .onConflict((conflict) => conflict.columns(['utility_id', 'setting']).doNothing())
    .execute();
  const round = await tx
    .selectFrom('setting_rounds')
    .selectAll()
    .where((eb) => eb.and(key))
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
  if (round === undefined) return false;
  const isOver = round.finished_at !== null;
  const beginsAnew =
    round.going_by !== a.goingBy || (isOver && round.started_at + roundEveryMs <= nowMs);
  if (isOver && !beginsAnew) return false;
  const from = beginsAnew ? anew : round;
  const seen = await a.look({
    ...{ afterBucket: from.after_bucket, afterMeterId: from.after_meter_id },
  });
  const last = seen.at(-1);
  const isThrough = seen.length < metersPerLook;
  await tx
    .updateTable('setting_rounds')
    .set({
      ...(beginsAnew ? anew : {}),
      ...(last === undefined ? {} : { after_bucket: last.bucket, after_meter_id: last.meterId }),
      finished_at: isThrough ? new Date(nowMs) : null,
    })
    .where((eb) => eb.and(key))
    .execute();
  return !isThrough;
}

type RoundOf = {
  readonly utilityId: string;
  /** What decides whom to tell what: with another value the round begins anew. */
  readonly goingBy: string;
};

type Action = Extract<
  Extract<NewCommand, { readonly action: unknown }>['action'],
  { readonly kind: 'setProtection' | 'setTariff' }
>;

/** Tells one meter what it should hold; `generation` is the number of this word to it. */
export const tellMeter = (
  tx: Tx,
  commands: Pick<Commands, 'enqueue'>,
  w: {
    readonly setting: DesiredSetting;
    readonly place: MeterPlace;
    readonly generation: number;
    /** It expires a week after that. */
    readonly beginsAtMs: number;
    readonly action: Action;
    readonly asked?: NewCommand['asked'];
  },
) =>
  commands.enqueue(tx, {
    place: w.place,
    requestId: `${prefixes[w.setting]}:${w.place.meterId}:${w.generation}`,
    expiresAtMs: w.beginsAtMs + expiresAfterMs,
    priority,
    ...(w.asked === undefined ? {} : { asked: w.asked }),
    kind: w.action.kind,
    action: w.action,
  });

/** Of the request ids, which people find in the list of a meter's commands. */
const prefixes: Record<DesiredSetting, string> = {
  protection: 'protection',
  tariff: 'tariff-of-meter',
};

// A circuit of lamps behind the contactor of a gateway: its account's own meter switches it, by a
// group's programme. What it goes by is told to the meter, and again when it changes or was lost.

import type { CommandStage, LightCircuitView } from '@prewatt/api';
import type { LightsDocument } from '@prewatt/protocol';
import { dayMs, isoOf } from '@prewatt/quantities';
import {
  circuitIn,
  circuitStretches,
  expectedWh,
  nightDateAt,
  undimmableOf,
} from '@prewatt/street-light';
import { z } from 'zod';
import type { Tx } from '../../base/database.ts';
import type { Commands } from '../../metering/headend/index.ts';
import type { MeterPlace } from '../../registry/connections/index.ts';
import {
  circuitGroupOf,
  circuitPowerOf,
  circuitRulesOf,
  type Known,
  nightOfGroup,
} from './levels.ts';
import { nightView } from './night-view.ts';
import { type Account, updateAccount } from './store.ts';

/** A word that the meter did not take in a week is said again. */
const expiresAfterMs = 7 * dayMs;
const priority = 7;

/** The meter's memory, as far as this side knows: what it was told, and by which command. */
const toldSchema = z.object({
  meterId: z.string(),
  generation: z.number(),
  atMs: z.number(),
  /** Null: to go by its own file again. */
  document: z.custom<LightsDocument>().nullable(),
});
type Told = z.output<typeof toldSchema>;

const toldOf = ({ circuitTold }: Account): Told | null => {
  const read = toldSchema.safeParse(circuitTold);
  return read.success ? read.data : null;
};

/** What its meter should go by; null: by its own file. */
function documentOf(known: Known): LightsDocument | null {
  const { account } = known;
  const { circuit, latitudeMicroDeg, longitudeMicroDeg, closedAtMs } = account;
  const group = circuit === null || closedAtMs !== null ? null : circuitGroupOf(known, circuit);
  if (circuit === null || group === null) return null;
  const { overrides, ...rules } = circuitRulesOf(known, circuit);
  return {
    ...{ latitudeMicroDeg, longitudeMicroDeg, ...rules, overrides: [...overrides] },
    programme: {
      plans: group.programme.plans.map((plan) => ({
        ...{ weekdays: [...plan.weekdays], season: plan.season, on: plan.on, off: plan.off },
        ...{ levelPercent: plan.levelPercent, steps: [...plan.steps] },
      })),
    },
  };
}

/** An override that is over says nothing: for its end alone a meter is not told anew. */
const meaningOf = (document: LightsDocument | null, nowMs: number): string =>
  JSON.stringify(
    document === null
      ? null
      : { ...document, overrides: document.overrides.filter(({ untilMs }) => untilMs > nowMs) },
    (_, value: unknown) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value,
  );

type Word = { readonly stage: CommandStage; readonly refusal: string | null };

const requestIdOf = ({ meterId, generation }: Pick<Told, 'meterId' | 'generation'>): string =>
  `lights:${meterId}:${generation}`;

async function wordOf(tx: Tx, place: MeterPlace, told: Told): Promise<Word | null> {
  const row = await tx
    .selectFrom('commands')
    .select(['stage', 'result'])
    .where('bucket', '=', place.bucket)
    .where('connection_id', '=', place.connectionId)
    .where('request_id', '=', requestIdOf(told))
    .executeTakeFirst();
  if (row === undefined) return null;
  const result = z.object({ reason: z.string() }).safeParse(row.result);
  return { stage: row.stage, refusal: result.success ? result.data.reason : null };
}

/** Lost on its way, for reasons that say nothing of the meter. */
const isLost = (word: Word | null): boolean =>
  word === null ||
  ['expired', 'cancelled', 'superseded'].includes(word.stage) ||
  (word.stage === 'refused' && word.refusal === 'expired');

/** Tells the account's meter what its circuit goes by, unless it was told so. */
export async function tellCircuit(
  tx: Tx,
  commands: Pick<Commands, 'enqueue'>,
  o: { readonly known: Known; readonly meterId: string },
): Promise<void> {
  const { known, meterId } = o;
  const { account, nowMs } = known;
  const told = toldOf(account);
  const document = documentOf(known);
  if (told === null && document === null) return;
  const place: MeterPlace = { ...account.place, meterId };
  const isSame =
    told?.meterId === meterId && meaningOf(told.document, nowMs) === meaningOf(document, nowMs);
  if (isSame && !isLost(await wordOf(tx, place, told))) return;
  // A meter that was put in for another goes by its own file already.
  if (document === null && told?.meterId !== meterId) return;
  const generation = account.circuitGeneration + 1;
  const word: Told = { meterId, generation, atMs: nowMs, document };
  const documentJson = document === null ? null : JSON.stringify(document);
  await commands.enqueue(tx, {
    ...{ place, requestId: requestIdOf(word), expiresAtMs: nowMs + expiresAfterMs, priority },
    ...{ kind: 'setLights', action: { kind: 'setLights', documentJson } },
  });
  await updateAccount(tx, account.place, {
    ...{ circuit_generation: generation, circuit_told: JSON.stringify(word) },
  });
}

/** Null: the account has no circuit. */
export async function circuitView(tx: Tx, known: Known): Promise<LightCircuitView | null> {
  const { account, nowMs, zone } = known;
  const { circuit, standing } = account;
  const group = circuit === null ? null : circuitGroupOf(known, circuit);
  if (circuit === null || group === null) return null;
  const night = nightOfGroup(known, group, nightDateAt(nowMs, zone));
  const rules = circuitRulesOf(known, circuit);
  const hasCredit = standing !== 'usedUp';
  const now = circuitIn(night, rules, { hasCredit, atMs: nowMs });
  const stretches = circuitStretches(night, rules, hasCredit);
  const told = toldOf(account);
  const word = told === null ? null : await wordOf(tx, account.place, told);
  return {
    ...{ group: group.name, fullW: circuit.fullW, onFromPercent: circuit.onFromPercent },
    ...{ isProtected: circuit.isProtected, isDueOn: now.levelPercent > 0, because: now.because },
    ...{ tonight: nightView(night, stretches) },
    tonightWh: String(expectedWh(circuitPowerOf(circuit), stretches)),
    cannotDim: [...undimmableOf(group.programme, circuit)],
    told:
      told === null || word === null
        ? null
        : { at: isoOf(told.atMs), stage: word.stage, refusal: word.refusal },
  };
}

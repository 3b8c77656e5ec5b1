// A tariff that arrives for the meter: checked whole before it is kept, in force from its instant.

import type { CommandAction } from '@prewatt/protocol';
import { isForMeter, parseTariff, startPosition } from '@prewatt/tariff';
import { parseJson, refused } from './answers.ts';
import { settleCalendar } from './calendar.ts';
import { momentOf, rateEnergy } from './money.ts';
import type { Draft } from './state.ts';
import type { StoredCommandResult } from './stored.ts';
import { settleSupply } from './supply.ts';

/**
 * Keeps the document until its instant. `malformed`: it does not parse. `unsupported`: it prices
 * by the purchase, which a meter does not see. `range`: it has no price at its instant, or is not
 * in force then.
 */
export function setTariff(
  draft: Draft,
  action: Extract<CommandAction, { kind: 'setTariff' }>,
): StoredCommandResult {
  const parsed = parseTariff(parseJson(action.documentJson));
  if (!parsed.ok) return refused('malformed');
  if (!isForMeter(parsed.value)) return refused('unsupported');
  const activatesAtMs = Math.max(action.activatesAtMs, draft.atMs);
  const documentJson = withoutProse(action.documentJson);
  const tariff = { documentJson, parameters: action.parameters ?? {} };
  const { zone } = draft.config;
  const { date } = momentOf(zone, activatesAtMs);
  const { effectiveFrom } = parsed.value;
  const tried = { tariff, position: startPosition(), energyWh: 1000, atMs: activatesAtMs, zone };
  if (date < effectiveFrom || rateEnergy(tried) === null) return refused('range');
  draft.settings = { ...draft.settings, nextTariff: { ...tariff, activatesAtMs } };
  settleCalendar(draft);
  settleSupply(draft);
  return { kind: 'setTariff' };
}

/** What a meter does not need, and a last day after which it would have no price. */
function withoutProse(documentJson: string): string {
  const document = parseJson(documentJson) as Record<string, unknown>;
  const unneeded = ['examples', 'notes', 'sources', 'reason', 'effectiveTo'];
  return JSON.stringify(
    Object.fromEntries(Object.entries(document).filter(([name]) => !unneeded.includes(name))),
  );
}

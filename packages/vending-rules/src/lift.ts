// The token that lifts a power limit of the soft landing: it goes before the credit of the next
// sale, under the key that the meter should hold.

import { err, ok, type Result } from '@prewatt/quantities';
import { issueManagementToken, nextTid } from '@prewatt/sts/issue';
import type { SellableConnection } from './connection.ts';
import type { KeysToIssue } from './key-change.ts';
import type { TokenRefusal } from './refusals.ts';
import type { Chance, LiftToken, SaleState } from './sale.ts';

/** Null where no limit is to be lifted: nearly always. */
export function decideLift(
  state: SaleState<SellableConnection>,
  keys: KeysToIssue,
  chance: Chance,
): Result<LiftToken | null, TokenRefusal> {
  const { liftPowerW } = state.connection;
  if (liftPowerW === null) return ok(null);
  const { baseDate, decoderKey, keyExpiry } = keys.wanted;
  const tid = nextTid({ nowMs: state.nowMs, baseDate, lastTid: state.lastTid });
  if (!tid.ok) return err('tidExhausted');
  const made = issueManagementToken({
    decoderKey,
    keyExpiry,
    tid: tid.value,
    rnd: (chance.random(1)[0] ?? 0) & 15,
    function: { kind: 'setMaximumPowerLimit', watts: liftPowerW },
  });
  if (!made.ok) return err(made.error === 'keyExpired' ? 'keyExpired' : 'tokenNotMade');
  return ok({ id: chance.newUuid(), tid: tid.value, digits: made.value.token });
}

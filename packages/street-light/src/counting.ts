// Energy of a lamp's own counter, which starts at zero again with a new controller: what is counted
// only rises.

import { hourMs } from '@prewatt/quantities';

/** Coarse counters go on in steps. */
const slackWh = 1_000;
/** Times its full power: a lamp at fault draws more than it should, and no more than this. */
const mostTimes = 2;

/**
 * What came since the last reading; after a new start, what the counter says by now. Null: more
 * than the lamp can have burnt in that time.
 */
export function energySince(
  lastWh: bigint | null,
  nowWh: bigint,
  o: { readonly fullMilliW: number; readonly elapsedMs: number },
): bigint | null {
  // The first reading is where counting begins: what the lamp burnt before is not the account's.
  if (lastWh === null) return 0n;
  const sinceWh = nowWh >= lastWh ? nowWh - lastWh : nowWh;
  const mostWh = (mostTimes * o.fullMilliW * Math.max(0, o.elapsedMs)) / 1_000 / hourMs + slackWh;
  return Number(sinceWh) <= mostWh ? sinceWh : null;
}

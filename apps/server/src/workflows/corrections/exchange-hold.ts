// Supply that an operator holds open stays held when the meter is exchanged: the new meter gets
// the same command, in the name of the same operator. If the new meter has no link, the hold ends
// with the exchange.

import type { Tx } from '../../base/database.ts';
import { type Commands, endHold, type SupplyHold } from '../../metering/headend/index.ts';
import type { ConnectionPlace, MeterPlace } from '../../registry/connections/index.ts';

/** A new meter is often put up days before it first speaks. */
const expiresAfterMs = 7 * 86_400_000;
/** As an operator's own command to open. */
const priority = 2;

export async function carryHoldOver(
  tx: Tx,
  deps: { readonly commands: Pick<Commands, 'enqueue'>; readonly nowMs: () => number },
  o: {
    readonly place: ConnectionPlace;
    /** As it was before the old meter was retired. */
    readonly hold: SupplyHold;
    readonly exchangeId: string;
    readonly newMeterId: string;
    readonly hasLink: boolean;
    readonly exchangedBy: string;
  },
): Promise<void> {
  const { hold, newMeterId } = o;
  const place: MeterPlace = { ...o.place, meterId: newMeterId };
  if (!o.hasLink) {
    const reason = 'The meter was exchanged for one without a link: switch off at the meter';
    await endHold(tx, place, { hold, by: o.exchangedBy, reason, atMs: deps.nowMs() });
    return;
  }
  await deps.commands.enqueue(tx, {
    place,
    requestId: `exchange hold ${o.exchangeId}`,
    kind: 'switchOpen',
    action: { kind: 'switchOpen', cause: hold.cause },
    word: hold.ofJob ? 'job' : 'operator',
    // Its end stands, whatever meter there is.
    ...(hold.safety === null ? {} : { safety: { ...hold.safety, askedRealMs: null } }),
    expiresAtMs: Math.min(deps.nowMs() + expiresAfterMs, hold.safety?.endsAtMs ?? Infinity),
    priority,
    asked: { by: hold.by, reason: hold.reason },
  });
}

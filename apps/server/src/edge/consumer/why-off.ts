// Why supply is off where it is not for want of credit: the utility holds it off, or the meter's
// limit of power has opened it. Nobody is told to pay for what paying does not change.

import type { LiveReading } from '@prewatt/api';
import { zonedAt } from '@prewatt/quantities';
import type { Tx } from '../../base/database.ts';
import { heldHomes } from '../../metering/headend/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';

export async function whyOff(
  tx: Tx,
  o: {
    readonly connection: Connection;
    readonly utility: Utility;
    readonly loadSwitch: LiveReading['loadSwitch'];
  },
): Promise<LiveReading['off']> {
  const { connection, utility, loadSwitch } = o;
  if (loadSwitch === 'connected') return null;
  const hold = (await heldHomes(tx, [connection])).get(connection.connectionId);
  if (hold === undefined) return null;
  const until =
    hold.endsAtMs === null
      ? 'until we turn it on'
      : `until ${dayAndTime(hold.endsAtMs, utility.zone)} at the latest`;
  return {
    title: hold.isSafety ? 'Supply is switched off for safety' : 'Supply is switched off by us',
    advice: `It stays off ${until}, whatever is paid.`,
  };
}

/** "Wednesday 08:00" */
function dayAndTime(atMs: number, zone: string): string {
  const at = zonedAt(atMs, zone);
  const day = at.toLocaleString('en', { weekday: 'long' });
  return `${day} ${at.toPlainTime().toString().slice(0, 5)}`;
}

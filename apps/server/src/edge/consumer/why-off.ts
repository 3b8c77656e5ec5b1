// Why supply is off where it is not for want of credit: the utility holds it off, or the meter's
// limit of power has opened it. Nobody is told to pay for what paying does not change.

import type { LiveReading, MeterReportJson } from '@prewatt/api';
import { zonedAt } from '@prewatt/quantities';
import { type Tx, together } from '../../base/database.ts';
import { type HeldHome, heldHomes } from '../../metering/headend/index.ts';
import type { Connection } from '../../registry/connections/index.ts';
import type { Utility } from '../../registry/utilities/index.ts';
import { reportOf } from '../operators/index.ts';

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
  // A meter that never spoke has no limit that we know of.
  const [held, report] = await together(
    heldHomes(tx, [connection]),
    loadSwitch === null ? Promise.resolve(null) : reportOf(tx, connection),
  );
  const hold = held.get(connection.connectionId);
  if (hold !== undefined) return heldOff(hold, utility.zone);
  return report === null ? null : byLimit(report, loadSwitch);
}

function heldOff(hold: HeldHome, zone: string): LiveReading['off'] {
  const until =
    hold.endsAtMs === null
      ? 'until we turn it on'
      : `until ${dayAndTime(hold.endsAtMs, zone)} at the latest`;
  return {
    why: 'held',
    title: hold.isSafety ? 'Supply is switched off for safety' : 'Supply is switched off by us',
    advice: `It stays off ${until}, whatever is paid.`,
  };
}

/** The meter opened above its limit of power, and comes back by itself or by its button. */
function byLimit(
  { account }: MeterReportJson,
  loadSwitch: LiveReading['loadSwitch'],
): LiveReading['off'] {
  const { openReasons = [], powerLimitW = null, powerLimitBy } = account ?? {};
  if (powerLimitW === null || openReasons.includes('credit')) return null;
  const isReady = loadSwitch === 'readyForReconnection';
  if (!isReady && !openReasons.includes('powerLimit')) return null;
  const low = powerLimitBy === 'softLanding' ? ' while credit is low' : '';
  const allows = `Your meter allows ${powerLimitW} W at a time${low}.`;
  return isReady
    ? {
        ...{ why: 'limit', title: 'Supply is ready to come back on' },
        advice: `${allows} Switch off what draws more, then press the button on your meter.`,
      }
    : {
        ...{ why: 'limit', title: `Supply is off: more than ${powerLimitW} W was used` },
        advice:
          `${allows} Switch off what draws more. Supply comes back after about a minute, or when ` +
          'you press the button on your meter.',
      };
}

/** "Wednesday 08:00" */
function dayAndTime(atMs: number, zone: string): string {
  const at = zonedAt(atMs, zone);
  const day = at.toLocaleString('en', { weekday: 'long' });
  return `${day} ${at.toPlainTime().toString().slice(0, 5)}`;
}

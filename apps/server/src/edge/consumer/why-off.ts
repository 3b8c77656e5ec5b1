// Why supply is off where it is not for want of credit: the utility holds it off, or the meter's
// limit of power has opened it. Nobody is told to pay for what paying does not change.

import type { LiveReading, MeterReportJson } from '@prewatt/api';
import { civilDateOf } from '@prewatt/quantities';
import type { Voice } from '@prewatt/web/consumer';
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
    readonly voice: Voice;
  },
): Promise<LiveReading['off']> {
  const { connection, utility, loadSwitch, voice } = o;
  if (loadSwitch === 'connected') return null;
  // A meter that never spoke has no limit that we know of.
  const [held, report] = await together(
    heldHomes(tx, [connection]),
    loadSwitch === null ? Promise.resolve(null) : reportOf(tx, connection),
  );
  const hold = held.get(connection.connectionId);
  if (hold !== undefined) return heldOff(hold, utility.zone, voice);
  return report === null ? null : byLimit(report, loadSwitch, voice);
}

function heldOff(hold: HeldHome, zone: string, voice: Voice): LiveReading['off'] {
  const { clock, dateAs, say, words } = voice;
  const { heldSafety, heldTitle, heldUntil, heldUntilUs } = words.said;
  const whenOf = (atMs: number): string => {
    const day = dateAs(civilDateOf(atMs, zone), { weekday: 'long' });
    return say(words.live.when, { day, time: clock(atMs) });
  };
  return {
    why: 'held',
    title: hold.isSafety ? heldSafety : heldTitle,
    advice: hold.endsAtMs === null ? heldUntilUs : say(heldUntil, { when: whenOf(hold.endsAtMs) }),
  };
}

/** The meter opened above its limit of power, and comes back by itself or by its button. */
function byLimit(
  { account }: MeterReportJson,
  loadSwitch: LiveReading['loadSwitch'],
  { number, say, words }: Voice,
): LiveReading['off'] {
  const { openReasons = [], powerLimitW = null, powerLimitBy } = account ?? {};
  if (powerLimitW === null || openReasons.includes('credit')) return null;
  const isReady = loadSwitch === 'readyForReconnection';
  if (!isReady && !openReasons.includes('powerLimit')) return null;
  const { limitAllows, limitAllowsLow, limitComesBack, limitOff, limitReady } = words.said;
  const power = `${number(`${powerLimitW}`)} W`;
  const allows = say(powerLimitBy === 'softLanding' ? limitAllowsLow : limitAllows, { power });
  return {
    why: 'limit',
    title: isReady ? words.live.ready : say(limitOff, { power }),
    advice: `${allows} ${isReady ? limitReady : limitComesBack}`,
  };
}

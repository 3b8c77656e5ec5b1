// What customers read about a power limit: what it gains them, and that it goes again.

import { zonedAt } from '@prewatt/quantities';
import { formatTokenDigits } from '@prewatt/sts/codec';

/** "800 W", "2 kW", "9.2 kW" */
export function powerText(watts: bigint): string {
  if (watts < 1_000n) return `${watts} W`;
  return `${(Math.round(Number(watts) / 100) / 10).toString()} kW`;
}

/** "Thu 3 Dec, 14:00": to the hour, since nobody knows it better. */
export function aboutText(atMs: number, zone: string): string {
  const at = zonedAt(atMs, zone).round({ smallestUnit: 'hour', roundingMode: 'halfExpand' });
  const day = at.toLocaleString('en-GB', { weekday: 'short', day: 'numeric', month: 'short' });
  return `${day.replace(',', '')}, ${at.toPlainTime().toString().slice(0, 5)}`;
}

export const landingMessage = (o: {
  readonly utility: string;
  readonly home: string;
  readonly zone: string;
  readonly digits: string;
  readonly powerW: bigint;
  readonly expectedAtMs: number;
  readonly lastsUntilMs: number;
}): string =>
  `${o.utility}: by your purchases, credit for ${o.home} ends about ` +
  `${aboutText(o.expectedAtMs, o.zone)}. To make it last until about ` +
  `${aboutText(o.lastsUntilMs, o.zone)}, type ${formatTokenDigits(o.digits)} at your meter: it ` +
  `then allows ${powerText(o.powerW)} at a time, so keep large appliances off. ` +
  'Should supply go off, switch them off and press the button on the meter. Your next purchase lifts the limit.';

export const liftMessage = (o: {
  readonly utility: string;
  readonly home: string;
  readonly digits: string;
}): string =>
  `${o.utility}: ${o.home} has no need of a power limit any more. If you typed the token for it, ` +
  `type ${formatTokenDigits(o.digits)} at your meter to lift it.`;

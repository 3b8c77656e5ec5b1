// What customers read about a power limit: what it gains them, and that it goes again.

import { zonedAt } from '@prewatt/quantities';
import { formatTokenDigits } from '@prewatt/sts/codec';
import { dateIn, inOrder, sayTo } from '../../messaging/texts/index.ts';

/** "800 W", "2 kW", "9.2 kW" */
export function powerText(watts: bigint): string {
  if (watts < 1_000n) return `${watts} W`;
  return `${(Math.round(Number(watts) / 100) / 10).toString()} kW`;
}

/** "Thu 3 Dec, 14:00": to the hour, since nobody knows it better. */
export function aboutText(atMs: number, zone: string, language: string): string {
  const at = zonedAt(atMs, zone).round({ smallestUnit: 'hour', roundingMode: 'halfExpand' });
  const day = dateIn(language, at).replace(/[,،]/, '');
  return `${day}, ${at.toPlainTime().toString().slice(0, 5)}`;
}

export const landingMessage = (o: {
  readonly language: string;
  readonly utility: string;
  readonly home: string;
  readonly zone: string;
  readonly digits: string;
  readonly powerW: bigint;
  readonly expectedAtMs: number;
  readonly lastsUntilMs: number;
}): string =>
  sayTo(o.language, 'limit.lasts', {
    ...{ utility: o.utility, home: o.home, power: powerText(o.powerW) },
    end: aboutText(o.expectedAtMs, o.zone, o.language),
    until: aboutText(o.lastsUntilMs, o.zone, o.language),
    token: inOrder(o.language, formatTokenDigits(o.digits)),
  });

export const liftMessage = (o: {
  readonly language: string;
  readonly utility: string;
  readonly home: string;
  readonly digits: string;
}): string =>
  sayTo(o.language, 'limit.lift', {
    ...{ utility: o.utility, home: o.home },
    token: inOrder(o.language, formatTokenDigits(o.digits)),
  });

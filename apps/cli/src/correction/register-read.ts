// What somebody has read at a meter, as options say it.

import { ok, type Result } from '@prewatt/quantities';
import type { Failure, Options } from '../command.ts';
import { amountOf } from '../utility.ts';
import { type Desk, failure } from './desk.ts';

export const energyFormat = failure(
  'energy',
  'write kWh with up to three decimals, such as 12.3',
  2,
);

/** kWh as a person reads them, in Wh as JSON carries them; undefined when it is no amount. */
export function whOf(kwh: string): string | undefined {
  const [, whole, part = ''] = /^(\d{1,9})(?:\.(\d{1,3}))?$/.exec(kwh) ?? [];
  if (whole === undefined) return undefined;
  return (BigInt(whole) * 1000n + BigInt(part.padEnd(3, '0'))).toString();
}

/** The same for a body that its schema judges: what is no amount is none there either. */
export const whIn = (kwh: string | undefined): string | undefined =>
  kwh === undefined ? undefined : (whOf(kwh) ?? 'no amount');

export const registerOptions = { credited: 'text', 'credited-money': 'text' } as const;
export const registerHelp = `The meter’s register of all credit that it ever took is the proof: as it has reported it since it was
taken away, changed its key or refused the token for good; or as you have read it there since,
--credited KWH, or --credited-money AMOUNT of a meter that counts money.`;

/** The register of all credit, in what the meter counts; nothing when it was not read. */
export function registerOf(desk: Desk, options: Options): Result<object, Failure> {
  const credited = options.text('credited');
  if (credited !== undefined) {
    const creditedWh = whOf(credited);
    return creditedWh === undefined ? energyFormat : ok({ creditedWh });
  }
  if (options.text('credited-money') === undefined) return ok({});
  const creditedMinor = amountOf(desk, options, 'credited-money');
  return creditedMinor.ok ? ok({ creditedMinor: creditedMinor.value }) : creditedMinor;
}

// The energy part of a price: what the kWh between two month totals cost, block by block, and how
// lines are rounded.

import { type Amount, parametersIn } from './amount.ts';
import { amountValue, limitUnits, type PriceContext } from './conditions.ts';
import type { Block, Schedule } from './document.ts';
import { type Rational, round } from './rational.ts';

export type Rounder = (exact: Rational) => bigint;

export function createRounder(context: PriceContext): Rounder {
  const { lines, toMinor } = context.tariff.rounding;
  const step = BigInt(toMinor);
  return (exact) => round({ n: exact.n, d: exact.d * step }, lines) * step;
}

export type BlockPart = { readonly block: Block; readonly units: bigint; readonly exact: Rational };

/** Energy between two month totals, by block, in minor units; null beyond the last limit. */
export function blockParts(
  context: PriceContext,
  schedule: Schedule,
  from: bigint,
  to: bigint,
): BlockPart[] | null {
  const parts: BlockPart[] = [];
  let at = from;
  for (const block of schedule.blocks) {
    const limit = block.uptoKwh === null ? to : limitUnits(context, block.uptoKwh);
    const end = limit < to ? limit : to;
    if (end <= at) continue;
    const exact = energyPrice(context, block, end - at);
    if (exact === null) return null;
    parts.push({ block, units: end - at, exact });
    at = end;
  }
  return at < to ? null : parts;
}

/** The block's rate in the context's period; null when it is not known. */
export function rateOf(context: PriceContext, block: Block): Amount | null {
  const amount = block.rate ?? block.rates?.[context.period ?? ''];
  if (amount === undefined) return null;
  if (context.missing.size === 0) return amount;
  return parametersIn(amount).some((name) => context.missing.has(name)) ? null : amount;
}

function energyPrice(context: PriceContext, block: Block, units: bigint): Rational | null {
  const amount = rateOf(context, block);
  if (amount === null) return null;
  const rate = amountValue(context, amount);
  return { n: rate.n * context.minorPerUnit * units, d: rate.d * 1000n * context.unitsPerWh };
}

// Debt rules as people write them in documents and in the utility's settings: shares in per cent,
// money in currency units. Read here into the form that claims are computed from.

import { err, ok, type Result } from '@prewatt/quantities';
import * as z from 'zod';
import { decimalSchema } from './amount.ts';
import type { DebtRule } from './debt.ts';
import { compare, type Rational, round, whole } from './rational.ts';

const shareHint = 'write per cent between 0 and 100 with at most two decimals, such as "25"';
const share = decimalSchema.refine(
  (v) => compare(v, whole(0n)) >= 0n && compare(v, whole(100n)) <= 0n && (v.n * 100n) % v.d === 0n,
  shareHint,
);
const ruleHint =
  'write one of {"share": "25"}, {"instalment": "50.00", "per": "month"}, {"ageLadder": [{"fromDays": 30, "share": "20"}]}, {"arrearsFirst": "90"}, {"shareOfOutstanding": "30"}';

export const debtRuleSchema = z.union(
  [
    z.strictObject({ share }),
    z.strictObject({
      instalment: decimalSchema,
      per: z.enum(['month', 'week', 'day', 'purchase']),
    }),
    z.strictObject({
      ageLadder: z
        .array(z.strictObject({ fromDays: z.int().min(0), share }))
        .min(1)
        .max(50),
    }),
    z.strictObject({ arrearsFirst: share }),
    z.strictObject({ shareOfOutstanding: share }),
  ],
  ruleHint,
);

const basisPoints = (percent: Rational): number => Number((percent.n * 100n) / percent.d);

/** The rule in minor units of a currency with `scale` decimals. */
export function debtRuleOf(rule: z.output<typeof debtRuleSchema>, scale: number): DebtRule {
  if ('share' in rule) return { kind: 'share', basisPoints: basisPoints(rule.share) };
  if ('instalment' in rule) {
    const { n, d } = rule.instalment;
    const amountMinor = round({ n: n * 10n ** BigInt(scale), d }, 'half-up');
    return { kind: 'instalment', amountMinor, per: rule.per };
  }
  if ('ageLadder' in rule) {
    const steps = rule.ageLadder.map((step) => ({
      fromDays: step.fromDays,
      basisPoints: basisPoints(step.share),
    }));
    return { kind: 'age-ladder', steps };
  }
  if ('arrearsFirst' in rule) {
    return { kind: 'arrears-first', capBasisPoints: basisPoints(rule.arrearsFirst) };
  }
  return { kind: 'share-of-outstanding', basisPoints: basisPoints(rule.shareOfOutstanding) };
}

/**
 * A debt rule from JSON, in minor units of a currency with `scale` decimals; or what to write
 * instead.
 */
export function parseDebtRule(json: unknown, scale: number): Result<DebtRule, string> {
  const read = debtRuleSchema.safeParse(json);
  return read.success ? ok(debtRuleOf(read.data, scale)) : err(ruleHint);
}

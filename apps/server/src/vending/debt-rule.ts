// How a debt's recovery rule rests in its row: JSON, with money as decimal strings.

import type { DebtRule } from '@prewatt/tariff';
import { z } from 'zod';

const basisPoints = z.number().int().min(0).max(10_000);
const amountMinor = z
  .string()
  .regex(/^\d{1,16}$/)
  .transform(BigInt);

const debtRule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('share'), basisPoints }),
  z.strictObject({
    kind: z.literal('instalment'),
    amountMinor,
    per: z.enum(['month', 'day', 'purchase']),
  }),
  z.strictObject({
    kind: z.literal('age-ladder'),
    steps: z.array(z.strictObject({ fromDays: z.number().int(), basisPoints })).min(1),
  }),
  z.strictObject({ kind: z.literal('arrears-first'), capBasisPoints: basisPoints }),
  z.strictObject({ kind: z.literal('share-of-outstanding'), basisPoints }),
]);

/** The rule of a stored row. Throws on a row that is not ours: only `debtRuleToJson` writes them. */
export function debtRuleFromJson(json: object): DebtRule {
  return debtRule.parse(json);
}

export function debtRuleToJson(rule: DebtRule): string {
  return JSON.stringify(rule, (_key, value) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

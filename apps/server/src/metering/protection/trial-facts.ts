// What the latest trial of a rule set on the utility's past has shown, for the person who has to
// approve it.

import type { ProtectionRules, ReplaySummary } from '@prewatt/protection';
import { dayMs, idFromUuid } from '@prewatt/quantities';
import { sql } from 'kysely';
import type { Tx } from '../../base/database.ts';

type Fact = { readonly label: string; readonly value: string };
type Cut = Pick<ReplaySummary, 'homes' | 'homesCut'>;
type Sums = {
  readonly now: Cut;
  readonly proposed: Cut;
  readonly newlyCut: number;
  readonly noLongerCut: number;
};

export async function trialFacts(tx: Tx, rules: ProtectionRules): Promise<Fact[]> {
  const trial = await tx
    .selectFrom('protection_replays')
    .select(['id', 'from_at', 'to_at', 'sums'])
    .where(sql<boolean>`document = ${JSON.stringify(rules)}::jsonb`)
    .where('finished_at', 'is not', null)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (trial === undefined) return [{ label: 'Tried on the past', value: 'no' }];
  const { now, proposed, newlyCut, noLongerCut } = trial.sums as Sums;
  const days = Math.round((trial.to_at - trial.from_at) / dayMs);
  const cut = `${proposed.homesCut} of ${proposed.homes} homes would have been cut`;
  return [
    {
      label: 'Tried on the past',
      value:
        `${days} ${days === 1 ? 'day' : 'days'}: ${cut}, under the rules then in force ` +
        `${now.homesCut}; newly cut ${newlyCut}, no longer cut ${noLongerCut}`,
    },
    { label: 'Trial', value: idFromUuid('replay', trial.id) },
  ];
}

// The approval of a tariff change: what the second person is shown, and what approval does.

import type { ApprovalDescription, BackTestSummary, TariffVersionDetail } from '@prewatt/api';
import { type Currency, formatKwh, formatMoney, ok } from '@prewatt/quantities';
import { z } from 'zod';
import { type ApprovalOperation, defineOperation } from '../../registry/approvals/index.ts';
import type { Utilities } from '../../registry/utilities/index.ts';
import type { TariffChanges } from './changes.ts';
import { tariffRefusals } from './errors.ts';

const payload = z.strictObject({ versionId: z.uuid() });

/** `changes` comes when it is there: approvals are made before what asks for them. */
export function tariffChangeApproval(o: {
  readonly utilities: Utilities;
  readonly changes: Pick<TariffChanges, 'detail' | 'putInForce' | 'backToDraft'>;
}): ApprovalOperation {
  return defineOperation({
    payload,
    describe: async (tx, asked) => {
      const utility = await o.utilities.get(asked.utilityId);
      const detail = await o.changes.detail(tx, utility, asked.payload.versionId);
      if (detail === null) throw new Error('an approval of a version that is away');
      return descriptionOf(detail, utility.currency);
    },
    perform: async (tx, asked) => {
      const done = await o.changes.putInForce(tx, { ...asked, ...asked.payload });
      if (!done.ok) return done;
      const { name, version, effectiveFrom } = done.value;
      return ok({ tariffName: name, version, effectiveFrom });
    },
    refusals: {
      notDraft: 'The version does not wait for this approval any more.',
      dateInPast: tariffRefusals.dateInPast[1],
      dateNotAfterLatest: tariffRefusals.dateNotAfterLatest[1],
    },
    closed: (tx, asked) => o.changes.backToDraft(tx, asked.payload.versionId),
  });
}

function descriptionOf(detail: TariffVersionDetail, currency: Currency): ApprovalDescription {
  const { changes, backTest } = detail;
  const facts = [{ label: 'First day', value: detail.effectiveFrom }];
  if (changes === null) {
    for (const { title, sentences } of detail.words) {
      facts.push({ label: title, value: sentences.join(' ') });
    }
  } else {
    facts.push({ label: 'Follows', value: `version ${changes.version}` });
    for (const sentence of changes.gone) facts.push({ label: 'No longer', value: sentence });
    for (const sentence of changes.added) facts.push({ label: 'New', value: sentence });
  }
  facts.push({ label: 'Worked examples', value: `${detail.examples.length}, all hold` });
  if (backTest !== null && backTest.summary !== null) {
    const period = `${backTest.fromDate} to ${backTest.toDate}`;
    facts.push(
      ...factsOfBackTest(backTest.summary, currency).map((fact) => ({
        ...fact,
        label: `${fact.label}, purchases of ${period}`,
      })),
    );
  }
  return { title: `${detail.tariffName}: version ${detail.version}`, facts };
}

export function factsOfBackTest(
  summary: BackTestSummary,
  currency: Currency,
): readonly { readonly label: string; readonly value: string }[] {
  const { connections, payMore, payLess, paySame } = summary;
  if (connections === 0) return [{ label: 'Who pays more', value: 'nobody bought anything' }];
  const before = BigInt(summary.beforeMinor);
  const change = BigInt(summary.afterMinor) - before;
  const word = change >= 0n ? 'more' : 'less';
  const by = formatMoney(change < 0n ? -change : change, currency);
  const kWh = (energyWh: string) => `${formatKwh(BigInt(energyWh))} kWh`;
  const facts = [
    {
      label: 'Who pays more',
      value: `of ${connections} connections ${payMore} more, ${payLess} less, ${paySame} the same`,
    },
    {
      label: 'All together',
      value: `${by} ${word} for the same energy (before ${formatMoney(before, currency)}${percentText(change, before)})`,
    },
    {
      label: 'The same money',
      value: `buys ${kWh(summary.energyAfterWh)}, before ${kWh(summary.energyBeforeWh)}`,
    },
  ];
  const { wallets = 0, moneyMeters = 0 } = summary.byUse ?? {};
  if (wallets + moneyMeters > 0) {
    facts.push({
      label: 'By measured use',
      value: `${wallets} with a wallet, ${moneyMeters} whose meter counts money; without charges of a purchase`,
    });
  }
  if (summary.refusedPurchases === 0) return facts;
  const value = `${summary.refusedPurchases} of ${summary.purchases} could not be made under one of the two versions`;
  return [...facts, { label: 'Refused purchases', value }];
}

/** ", +2.1 %", rounded; nothing when there is nothing to compare with. */
export function percentText(change: bigint, before: bigint): string {
  if (before <= 0n) return '';
  const magnitude = ((change < 0n ? -change : change) * 2_000n + before) / (2n * before);
  return `, ${change < 0n ? '-' : '+'}${magnitude / 10n}.${magnitude % 10n} %`;
}

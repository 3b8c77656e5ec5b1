// The letter to a customer of whom money is asked: how it is calculated, how it is repaid, and
// until when and how to appeal. On paper, since whoever is asked for money must be able to keep it.

import type { CaseFile } from '@prewatt/api';
import { civilDateOf, formatMoney } from '@prewatt/quantities';
import type { ReceiptBlock } from '@prewatt/rails';
import { receiptPdf } from '../../base/receipt-pdf.ts';
import type { Utility } from '../../registry/utilities/index.ts';

/** Null where nothing is asked. */
export async function letterOf(
  of: CaseFile,
  utility: Utility,
  atMs: number,
): Promise<Buffer | null> {
  const blocks = letterBlocks(of, utility);
  if (blocks === null) return null;
  return receiptPdf(blocks, { title: `Letter of ${of.caseId}`, author: utility.name, atMs });
}

export function letterBlocks(of: CaseFile, utility: Utility): ReceiptBlock[] | null {
  if (of.bill === null || (of.billedMinor === null && of.fineMinor === null)) return null;
  const fact = (name: string, value: string): ReceiptBlock => ({ kind: 'fact', name, value });
  const line = (text: string): ReceiptBlock => ({ kind: 'line', text });
  const part = (text: string): ReceiptBlock[] => [{ kind: 'rule' }, { kind: 'mark', text }];
  const { legalName, address } = utility.documents;
  const fine = of.fineMinor === null ? '' : ', and why there is a fine';
  return [
    { kind: 'title', text: utility.name },
    ...[legalName, ...(address?.split('\n') ?? [])].flatMap((text) =>
      text === null ? [] : [line(text)],
    ),
    { kind: 'rule' },
    line(of.connectionName),
    line(of.address),
    fact('Meter', of.meterPan),
    fact('Number of the case', of.caseId),
    ...(of.appeal?.decision === 'upheld' ? upheldBlocks(of.appeal, utility) : askedBlocks()),
  ];

  function askedBlocks(): ReceiptBlock[] {
    return [
      ...part('What you are asked to pay'),
      line(
        `A visit found that not all electricity was counted. Below is how it is calculated${fine}.`,
      ),
      ...(of.bill ?? []).map(({ label, value }) => fact(label, value)),
      ...part('How it is repaid'),
      line(
        'A part of each purchase repays it. You need not pay it at once, and you can go on buying.',
      ),
      ...part('If you do not agree'),
      ...appealLines(of, utility).map(line),
    ];
  }
}

/** What was asked stands no more: it is not said again how it was calculated. */
function upheldBlocks(appeal: NonNullable<CaseFile['appeal']>, utility: Utility): ReceiptBlock[] {
  const money = (minor: string | null) => formatMoney(BigInt(minor ?? 0), utility.currency);
  const on = civilDateOf(Date.parse(appeal.at), utility.zone);
  return [
    { kind: 'rule' },
    { kind: 'mark', text: 'Your appeal is upheld' },
    {
      kind: 'line',
      text: `You were right: your appeal was upheld on ${on}. You owe nothing of what was asked in this case, and nothing of it is held against you.`,
    },
    { kind: 'fact', name: 'Owed no more', value: money(appeal.owedNoMoreMinor) },
    { kind: 'fact', name: 'Given back as credit', value: money(appeal.givenBackMinor) },
  ];
}

function appealLines({ appeal, appealUntil, state }: CaseFile, utility: Utility): string[] {
  if (appeal?.decision === 'dismissed') {
    const on = civilDateOf(Date.parse(appeal.at), utility.zone);
    return [`Your appeal was heard. On ${on} it was decided that what is asked stands.`];
  }
  if (appealUntil === null || state !== 'billed') {
    return ['Your appeal is known, or the time for one is over.'];
  }
  const phone = utility.helpPhone === null ? '' : ` or call ${utility.helpPhone}`;
  return [
    `You can appeal until ${appealUntil}, that day counted. Come to us${phone}, and say why.`,
    'Somebody else than who visited you decides. If you are right, you owe nothing of it, and what you have repaid comes back as credit.',
  ];
}

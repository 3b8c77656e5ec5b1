// What is proposed for energy that was not counted. The server calculates it from the days, the
// expected use and what the meter counted; a second person decides.

import { NativeSelect, Text } from '@mantine/core';
import { type BillBody, backBillBases } from '@prewatt/api';
import { useState } from 'react';
import { askForBill, casesKey } from '../../api/revenue.ts';
import { useAction } from '../../api/use-action.ts';
import { readKwh, readPercent, readText } from '../../text/entries.ts';
import { DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { useToApproval } from '../alone-note.tsx';
import { readDay } from './read-day.ts';
import type { CaseFormProps } from './visit-forms.tsx';

const basisLabels: Readonly<Record<BillBody['basis'], string>> = {
  peers: 'What its neighbours use',
  beforeFall: 'What it used before the fall',
  afterRepair: 'What it used after the repair',
  missingAtFeeder: 'What went missing at the feeder with it',
};

export function BillForm({ caseId, onClose }: CaseFormProps) {
  const from = useEntry('', readDay);
  const to = useEntry('', readDay);
  const daily = useEntry('', readKwh);
  const share = useEntry('25', readPercent);
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const [basis, setBasis] = useState<BillBody['basis']>('peers');
  const toApproval = useToApproval();
  const action = useAction({
    run: (body: Omit<BillBody, 'requestId'>, requestId) =>
      askForBill(caseId, { ...body, requestId }),
    stale: [casesKey, ['approvals']],
    onDone: ({ approvalId }) => toApproval(approvalId),
  });
  const send = () => {
    if (!(from.read.ok && to.read.ok && daily.read.ok && share.read.ok && reason.read.ok)) return;
    action.mutate({
      ...{ fromDate: from.read.value, toDate: to.read.value, basis, reason: reason.read.value },
      expectedDailyWh: daily.read.value,
      // Basis points, as per cent.
      rule: { share: String(share.read.value / 100) },
    });
  };
  return (
    <DialogForm
      submit="Ask for approval"
      action={action}
      entries={[from, to, daily, share, reason]}
      onCancel={onClose}
      onSubmit={send}
    >
      <Text size="sm">
        Expected use less what the meter counted on these days, at the average price of a kWh.
        Purchases repay it.
      </Text>
      <EntryField entry={from} label="First day" kind="date" focus />
      <EntryField entry={to} label="Last day" kind="date" />
      <EntryField entry={daily} label="Expected use a day" unit="kWh" numeric />
      <NativeSelect
        label="Where that comes from"
        value={basis}
        data={backBillBases.map((each) => ({ value: each, label: basisLabels[each] }))}
        onChange={({ currentTarget: { value } }) =>
          setBasis(backBillBases.find((each) => each === value) ?? basis)
        }
      />
      <EntryField entry={share} label="Share of each purchase" unit="%" numeric />
      <EntryField entry={reason} label="Why" note="The second person reads it" long />
    </DialogForm>
  );
}

// What is proposed for energy that was not counted, and as a fine for tampering. The server
// calculates both, by what the meter counted and by the utility's rule; a second person decides.

import { NativeSelect, Text } from '@mantine/core';
import { type BillBody, backBillBases, type CaseDetail, type EnergyBillBody } from '@prewatt/api';
import { useState } from 'react';
import { askForBill, casesKey } from '../../api/revenue.ts';
import { useAction } from '../../api/use-action.ts';
import { readKwh, readPercent, readText } from '../../text/entries.ts';
import { DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { useToApproval } from '../alone-note.tsx';
import { readDay } from './read-day.ts';

const basisLabels: Readonly<Record<EnergyBillBody['basis'], string>> = {
  peers: 'What its neighbours use',
  beforeFall: 'What it used before the fall',
  afterRepair: 'What it used after the repair',
  missingAtFeeder: 'What went missing at the feeder with it',
};

type What = 'energy' | 'both' | 'fine';
const whatLabels: Readonly<Record<What, string>> = {
  energy: 'Energy that was not counted',
  both: 'That energy, and the fine for tampering',
  fine: 'The fine for tampering alone',
};
const whats = Object.keys(whatLabels) as What[];

type Props = { readonly of: CaseDetail; readonly onClose: () => void };

export function BillForm({ of, onClose }: Props) {
  const from = useEntry('', readDay);
  const to = useEntry('', readDay);
  const daily = useEntry('', readKwh);
  const share = useEntry('25', readPercent);
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const [basis, setBasis] = useState<EnergyBillBody['basis']>('peers');
  const [what, setWhat] = useState<What>('energy');
  const toApproval = useToApproval();
  const action = useAction({
    run: (bodyOf: (requestId: string) => BillBody, requestId) =>
      askForBill(of.caseId, bodyOf(requestId)),
    stale: [casesKey, ['approvals']],
    onDone: ({ approvalId }) => toApproval(approvalId),
  });
  const send = () => {
    if (!(share.read.ok && reason.read.ok)) return;
    // Basis points, as per cent.
    const asked = { reason: reason.read.value, rule: { share: String(share.read.value / 100) } };
    if (what === 'fine') {
      action.mutate((requestId) => ({ ...asked, requestId, fine: true }));
      return;
    }
    if (!(from.read.ok && to.read.ok && daily.read.ok)) return;
    const days = { fromDate: from.read.value, toDate: to.read.value, basis };
    const expectedDailyWh = daily.read.value;
    action.mutate((requestId) => ({
      ...{ ...asked, ...days, requestId, expectedDailyWh, fine: what === 'both' },
    }));
  };
  const ofEnergy = what === 'fine' ? [] : [from, to, daily];
  return (
    <DialogForm
      submit="Ask for approval"
      action={action}
      entries={[...ofEnergy, share, reason]}
      onCancel={onClose}
      onSubmit={send}
    >
      {of.finding === 'theft' && (
        <NativeSelect
          label="What is asked"
          value={what}
          data={whats.map((each) => ({ value: each, label: whatLabels[each] }))}
          onChange={({ currentTarget: { value } }) =>
            setWhat(whats.find((each) => each === value) ?? what)
          }
        />
      )}
      <Text size="sm">{aboutWhat[what]} Purchases repay it.</Text>
      {what !== 'fine' && (
        <>
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
        </>
      )}
      <EntryField entry={share} label="Share of each purchase" unit="%" numeric />
      <EntryField entry={reason} label="Why" note="The second person reads it" long />
    </DialogForm>
  );
}

const energyWords =
  'Expected use less what the meter counted on these days, at the average price of a kWh.';
const fineWords = 'The fine is that of the utility’s rule for the tariff of this home.';
const aboutWhat: Readonly<Record<What, string>> = {
  energy: energyWords,
  both: `${energyWords} ${fineWords}`,
  fine: fineWords,
};

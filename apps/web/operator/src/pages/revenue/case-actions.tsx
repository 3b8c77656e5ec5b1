// What may be done next with a case, each in a dialog of its own.

import { Group } from '@mantine/core';
import type { CaseDetail } from '@prewatt/api';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { Dialog } from '../../ui/form.tsx';
import { ActionButton } from '../../ui/show.tsx';
import { BillForm } from './bill-form.tsx';
import { AppealForm, CloseForm, DecisionForm } from './end-forms.tsx';
import { useIsKept } from './field-notes.ts';
import { FindingForm } from './finding-form.tsx';
import { VisitForm } from './visit-forms.tsx';

const steps = {
  visit: 'Say who goes',
  finding: 'Note what was found',
  bill: 'Propose a payment',
  appeal: 'Note an appeal',
  decision: 'Decide the appeal',
  close: 'Close the case',
} as const;
type Step = keyof typeof steps;

const stepsOf: Readonly<Record<CaseDetail['state'], readonly Step[]>> = {
  planned: ['visit', 'finding'],
  visited: ['bill', 'close'],
  billing: [],
  billed: ['appeal', 'close'],
  appealed: ['decision'],
  closed: [],
};

const whyNot = (of: CaseDetail, step: Step): string | null =>
  of.barred.find((each) => each.step === step)?.why ?? null;

export function CaseActions({ of }: { of: CaseDetail }) {
  const readOnly = useWhyReadOnly();
  const isKept = useIsKept(of.caseId);
  const [step, setStep] = useState<Step | null>(null);
  const close = () => setStep(null);
  const form = { caseId: of.caseId, onClose: close };
  return (
    <Group gap="sm">
      {stepsOf[of.state].map((each) => (
        <ActionButton
          key={each}
          why={readOnly ?? (isKept ? 'What was found is not sent yet' : whyNot(of, each))}
          onClick={() => setStep(each)}
        >
          {steps[each]}
        </ActionButton>
      ))}
      {of.state === 'billing' && of.approvalId !== null && (
        <Link to="/approvals/$approvalId" params={{ approvalId: of.approvalId }}>
          To the approval
        </Link>
      )}
      <Dialog opened={step !== null} onClose={close} title={step === null ? '' : steps[step]}>
        {step === 'visit' && <VisitForm caseIds={[of.caseId]} onClose={close} />}
        {step === 'finding' && <FindingForm of={of} onClose={close} />}
        {step === 'bill' && <BillForm of={of} onClose={close} />}
        {step === 'appeal' && <AppealForm {...form} />}
        {step === 'decision' && <DecisionForm {...form} />}
        {step === 'close' && <CloseForm {...form} />}
      </Dialog>
    </Group>
  );
}

// What the forms of all steps share: what a step is given, and a form of entries with one button.

import { Button, Stack } from '@mantine/core';
import type { InstallAct, InstallDetail, InstallStepView } from '@prewatt/api';
import type { FormEvent, ReactNode } from 'react';
import type { Entry } from '../../ui/form.tsx';

type Without<T> = T extends unknown ? Omit<T, 'requestId'> : never;
export type Wish = Without<InstallAct>;
export type StepProps = {
  readonly job: InstallDetail;
  readonly view: InstallStepView;
  readonly isBusy: boolean;
  readonly onAction: (wish: Wish) => void;
};

type FieldsProps = {
  readonly entries: readonly Entry<unknown>[];
  readonly submit: string;
  readonly isBusy: boolean;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
};

export function Fields({ entries, submit, isBusy, onSubmit, children }: FieldsProps) {
  const send = (event: FormEvent) => {
    event.preventDefault();
    for (const entry of entries) entry.insist();
    if (!isBusy && entries.every(({ read }) => read.ok)) onSubmit();
  };
  return (
    <form onSubmit={send} noValidate>
      <Stack gap="sm">
        {children}
        <Button type="submit" size="md" fullWidth loading={isBusy}>
          {submit}
        </Button>
      </Stack>
    </form>
  );
}

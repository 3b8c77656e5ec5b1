// What is done about versions of tariffs: proposed, tried on past sales, handed on for approval,
// withdrawn.

import { Text } from '@mantine/core';
import type { TariffVersionDetail } from '@prewatt/api';
import { requestApproval, startBackTest, tariffsKey, withdrawVersion } from '../../api/tariffs.ts';
import { useAction } from '../../api/use-action.ts';
import { readCount } from '../../text/entries.ts';
import { longDay } from '../../text/time.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';

type DialogState = { readonly opened: boolean; readonly onClose: () => void };
type OfVersion = DialogState & { readonly version: TariffVersionDetail };

const stale = [tariffsKey, ['approvals']] as const;

export function BackTestDialog({ opened, onClose, version }: OfVersion) {
  return (
    <Dialog opened={opened} onClose={onClose} title="Try on past sales">
      <BackTestForm version={version} onClose={onClose} />
    </Dialog>
  );
}

function BackTestForm({ version, onClose }: { version: TariffVersionDetail; onClose: () => void }) {
  const months = useEntry('12', (text) => readCount(text, 24));
  const action = useAction({
    run: (count: number, requestId) =>
      startBackTest(version.versionId, { requestId, months: count }),
    stale,
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Try it"
      action={action}
      entries={[months]}
      onCancel={onClose}
      onSubmit={() => {
        if (months.read.ok) action.mutate(months.read.value);
      }}
    >
      <Text size="sm">
        What customers bought is priced again under the version that holds before and under this
        one. Nothing is changed by it.
      </Text>
      <EntryField entry={months} label="Months back" numeric note="1 to 24" focus />
    </DialogForm>
  );
}

export function RequestDialog({ opened, onClose, version }: OfVersion) {
  const action = useAction({
    run: (_: undefined, requestId) => requestApproval(version.versionId, requestId),
    stale,
    onDone: onClose,
  });
  return (
    <Dialog opened={opened} onClose={onClose} title="Ask for approval">
      <DialogForm
        submit="Ask for approval"
        action={action}
        onCancel={onClose}
        onSubmit={() => action.mutate(undefined)}
      >
        <Text size="sm">
          Another administrator sees what changes and who pays more and less. When they approve, it
          is in force from {longDay(version.effectiveFrom)} on, by itself.
        </Text>
      </DialogForm>
    </Dialog>
  );
}

export function WithdrawDialog({ opened, onClose, version }: OfVersion) {
  const action = useAction({
    run: () => withdrawVersion(version.versionId),
    stale,
    onDone: onClose,
  });
  return (
    <Dialog opened={opened} onClose={onClose} title={`Withdraw version ${version.version}`}>
      <DialogForm
        submit="Withdraw"
        danger
        action={action}
        onCancel={onClose}
        onSubmit={() => action.mutate()}
      >
        <Text size="sm">
          It will not come into force and stays on the list as withdrawn. Its number is free for
          another draft.
        </Text>
      </DialogForm>
    </Dialog>
  );
}

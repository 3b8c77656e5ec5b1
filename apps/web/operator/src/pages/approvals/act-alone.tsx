// Doing alone, in an emergency, what one has asked for: a reason, and the password once more.

import { Text } from '@mantine/core';
import type { ApprovalDetail } from '@prewatt/api';
import { approvalsKey } from '../../api/approvals.ts';
import { actAlone } from '../../api/emergencies.ts';
import { useAction } from '../../api/use-action.ts';
import { readText } from '../../text/entries.ts';
import { DialogForm, EntryField, useEntry } from '../../ui/form.tsx';

type Given = Parameters<typeof actAlone>[1];

export function ActAloneForm(props: { readonly of: ApprovalDetail; readonly onClose: () => void }) {
  const { of, onClose } = props;
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const password = useEntry('', (text) => readText(text, 1, 200));
  const code = useEntry('', (text) => readText(text, 0, 6));
  const action = useAction({
    run: (given: Given) => actAlone(of.approvalId, given),
    stale: [approvalsKey, ['attention'], ['overview']],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Do it alone, now"
      action={action}
      entries={[reason, password, code]}
      onCancel={onClose}
      onSubmit={() => {
        if (!reason.read.ok || !password.read.ok || !code.read.ok) return;
        action.mutate({
          ...{ reason: reason.read.value, password: password.read.value },
          ...(code.read.value === '' ? {} : { code: code.read.value }),
        });
      }}
    >
      <Text size="sm">
        {of.description.title}. It is done at once, by you alone. Every administrator is told, and
        another one reviews it.
      </Text>
      <EntryField entry={reason} label="Why it cannot wait for a second person" long focus />
      <EntryField entry={password} label="Your password" kind="secret" />
      <EntryField
        entry={code}
        label="Code of your second factor"
        note="Six digits; leave it empty if you have none"
        numeric
        narrow
      />
    </DialogForm>
  );
}

// What is done about versions of tariffs: proposed, tried on past sales, handed on for approval,
// withdrawn.

import { NativeSelect, Text } from '@mantine/core';
import type { TariffVersionDetail } from '@prewatt/api';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import {
  proposeVersion,
  requestApproval,
  startBackTest,
  tariffsKey,
  withdrawVersion,
} from '../../api/tariffs.ts';
import { useAction } from '../../api/use-action.ts';
import { readCount, readDocument, readText } from '../../text/entries.ts';
import { longDay } from '../../text/time.ts';
import { documents, FileField } from '../../ui/file-field.tsx';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';

type DialogState = { readonly opened: boolean; readonly onClose: () => void };
type OfVersion = DialogState & { readonly version: TariffVersionDetail };

const stale = [tariffsKey, ['approvals']] as const;

export function NewVersionDialog({
  opened,
  onClose,
  names,
}: DialogState & { readonly names: readonly string[] }) {
  return (
    <Dialog opened={opened} onClose={onClose} title="New version of a tariff">
      <NewVersionForm names={names} onClose={onClose} />
    </Dialog>
  );
}

const another = 'Another tariff…';

function NewVersionForm({ names, onClose }: { names: readonly string[]; onClose: () => void }) {
  const navigate = useNavigate();
  // The names may come after the form: until somebody chooses, it is the first of them.
  const [chosen, setChosen] = useState<string | null>(null);
  const picked = chosen ?? names[0] ?? another;
  const newName = useEntry('', (text) => readText(text, 1, 100));
  const [file, setFile] = useState<File | null>(null);
  const document = useEntry('', readDocument);
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const isNew = picked === another;
  const action = useAction({
    run: (body: { tariffName: string; document: object; reason: string }, requestId) =>
      proposeVersion({ ...body, requestId }),
    stale,
    onDone: ({ versionId }) => {
      onClose();
      void navigate({ to: '/tariffs/$versionId', params: { versionId } });
    },
  });
  return (
    <DialogForm
      submit="Make draft"
      action={action}
      entries={isNew ? [newName, document, reason] : [document, reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (!document.read.ok || !reason.read.ok) return;
        if (isNew && !newName.read.ok) return;
        action.mutate({
          tariffName: isNew && newName.read.ok ? newName.read.value : picked,
          document: document.read.value,
          reason: reason.read.value,
        });
      }}
    >
      <NativeSelect
        label="Tariff"
        data-autofocus
        data={[...names, another]}
        value={picked}
        onChange={(event) => setChosen(event.currentTarget.value)}
      />
      {isNew && <EntryField entry={newName} label="Name of the tariff" />}
      <FileField
        label="File"
        note="The document as JSON, or paste it below"
        accept={documents}
        file={file}
        onFile={(chosen) => {
          setFile(chosen);
          if (chosen !== null) void chosen.text().then(document.setText);
        }}
      />
      <EntryField entry={document} label="Document" long />
      <EntryField
        entry={reason}
        label="Reason"
        note="Whoever approves it, and everybody later, reads it"
        long
      />
    </DialogForm>
  );
}

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

// What receipts say of the utility beside its name, and the form by which an administrator changes
// it.

import { Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { DocumentTexts, DocumentTextsNow } from '@prewatt/api';
import { err, ok } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '../../api/use-action.ts';
import { changeDocumentTexts, documentTextsQuery } from '../../api/utility-settings.ts';
import { useWhyNotAdministrator } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Age, Fact, facts, panel } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';

export function ReceiptTexts() {
  const query = useQuery(documentTextsQuery);
  const notMine = useWhyNotAdministrator();
  const [opened, setOpened] = useState(false);
  const { data: now, error: failure } = query;
  return (
    <section>
      <Group justify="space-between" gap="sm" mb="xs">
        <Title order={2}>On receipts</Title>
        <ActionButton
          why={notMine ?? (now === undefined ? 'Loading' : null)}
          label="Change what stands on receipts"
          onClick={() => setOpened(true)}
        >
          Change
        </ActionButton>
      </Group>
      <div className={panel}>
        {failure !== null && <FailureNote failure={failure} onRetry={() => void query.refetch()} />}
        {now === undefined && failure === null && <Skeleton height={60} aria-label="Loading" />}
        {now !== undefined && <Texts now={now} />}
      </div>
      {now !== undefined && (
        <Dialog opened={opened} onClose={() => setOpened(false)} title="What stands on receipts">
          <TextsForm now={now} onClose={() => setOpened(false)} />
        </Dialog>
      )}
    </section>
  );
}

function Texts({ now }: { now: DocumentTexts }) {
  const of = (text: string | null) => (
    <span style={{ whiteSpace: 'pre-line' }}>{text ?? 'Not written yet'}</span>
  );
  return (
    <dl className={facts} style={{ margin: 0 }}>
      <Fact name="Legal name">{of(now.legalName)}</Fact>
      <Fact name="Tax number">{of(now.taxNumber)}</Fact>
      <Fact name="Address">{of(now.address)}</Fact>
      <Fact name="Last lines">{of(now.receiptFooter)}</Fact>
    </dl>
  );
}

const upTo = (most: number) => (text: string) =>
  text.trim().length <= most ? ok(text.trim()) : err(`Write at most ${most} characters.`);

function TextsForm({ now, onClose }: { now: DocumentTextsNow; onClose: () => void }) {
  const legalName = useEntry(now.legalName ?? '', upTo(120));
  const taxNumber = useEntry(now.taxNumber ?? '', upTo(40));
  const address = useEntry(now.address ?? '', upTo(300));
  const receiptFooter = useEntry(now.receiptFooter ?? '', upTo(300));
  const reason = useEntry('', (text) => readText(text, 5, 500));
  const action = useAction({
    run: (asked: { reason: string }, requestId) =>
      changeDocumentTexts({
        ...{ legalName: legalName.text, taxNumber: taxNumber.text, address: address.text },
        ...{ receiptFooter: receiptFooter.text, reason: asked.reason, requestId },
      }),
    stale: [documentTextsQuery.queryKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Change"
      action={action}
      entries={[legalName, taxNumber, address, receiptFooter, reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (reason.read.ok) action.mutate({ reason: reason.read.value });
      }}
    >
      <EntryField entry={legalName} label="Legal name" focus />
      <EntryField entry={taxNumber} label="Tax number" />
      <EntryField entry={address} label="Address" long />
      <EntryField
        entry={receiptFooter}
        label="Last lines"
        note="For example whom to call. Receipts that are printed from now on have them, copies too"
        long
      />
      <EntryField entry={reason} label="Why" note="Kept with your name" long />
      <Stack gap={2}>
        {now.history.map((row) => (
          <Text size="xs" c="dimmed" key={row.at}>
            {row.reason} ({row.by}, <Age at={row.at} />)
          </Text>
        ))}
      </Stack>
    </DialogForm>
  );
}

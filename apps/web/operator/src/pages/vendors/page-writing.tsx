// How the customers' pages are written: language, clock and money, and the form by which an
// administrator changes them.

import { Group, NativeSelect, Skeleton, Stack, Text, Title } from '@mantine/core';
import {
  type PageLanguage,
  type PageWriting,
  type PageWritingNow,
  pageLanguages,
} from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useAction } from '../../api/use-action.ts';
import { changePageWriting, pageWritingQuery } from '../../api/utility-settings.ts';
import { useWhyNotAdministrator } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { Dialog, DialogForm, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, Age, Fact, facts, panel } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';

export function PageWritingPanel() {
  const query = useQuery(pageWritingQuery);
  const notMine = useWhyNotAdministrator();
  const [opened, setOpened] = useState(false);
  const { data: now, error: failure } = query;
  return (
    <section>
      <Group justify="space-between" gap="sm" mb="xs">
        <Title order={2}>How customers’ pages are written</Title>
        <ActionButton
          why={notMine ?? (now === undefined ? 'Loading' : null)}
          label="Change how customers’ pages are written"
          onClick={() => setOpened(true)}
        >
          Change
        </ActionButton>
      </Group>
      <div className={panel}>
        {failure !== null && <FailureNote failure={failure} onRetry={() => void query.refetch()} />}
        {now === undefined && failure === null && <Skeleton height={60} aria-label="Loading" />}
        {now !== undefined && (
          <dl className={facts} style={{ margin: 0 }}>
            <Fact name="Language of whoever chose none">{pageLanguages[now.language]}</Fact>
            <Fact name="Clock">{clocks[now.hours]}</Fact>
            <Fact name="Money">{forms[now.moneyForm]}</Fact>
          </dl>
        )}
      </div>
      {now !== undefined && (
        <Dialog
          opened={opened}
          onClose={() => setOpened(false)}
          title="How customers’ pages are written"
        >
          <WritingForm now={now} onClose={() => setOpened(false)} />
        </Dialog>
      )}
    </section>
  );
}

const clocks: Record<PageWriting['hours'], string> = {
  24: '24 hours: 13:30',
  12: '12 hours: 1:30 pm',
};
const forms: Record<PageWriting['moneyForm'], string> = {
  sign: 'with its sign: R 25.00',
  code: 'with its code: ZAR 25.00',
};

function WritingForm({ now, onClose }: { now: PageWritingNow; onClose: () => void }) {
  const [language, setLanguage] = useState<PageLanguage>(now.language);
  const [hours, setHours] = useState<PageWriting['hours']>(now.hours);
  const [moneyForm, setMoneyForm] = useState<PageWriting['moneyForm']>(now.moneyForm);
  const reason = useEntry('', (text) => readText(text, 5, 500));
  const action = useAction({
    run: (asked: { reason: string }, requestId) =>
      changePageWriting({ ...{ language, hours, moneyForm, requestId }, reason: asked.reason }),
    stale: [pageWritingQuery.queryKey],
    onDone: onClose,
  });
  return (
    <DialogForm
      submit="Change"
      action={action}
      entries={[reason]}
      onCancel={onClose}
      onSubmit={() => {
        if (reason.read.ok) action.mutate({ reason: reason.read.value });
      }}
    >
      <NativeSelect
        label="Language of whoever chose none"
        description="A customer’s own choice and the language of the browser come first"
        value={language}
        data={Object.entries(pageLanguages).map(([value, label]) => ({ value, label }))}
        onChange={(event) => setLanguage(event.currentTarget.value as PageLanguage)}
      />
      <NativeSelect
        label="Clock"
        value={String(hours)}
        data={[24, 12].map((each) => ({
          value: String(each),
          label: clocks[each as PageWriting['hours']],
        }))}
        onChange={(event) => setHours(event.currentTarget.value === '12' ? 12 : 24)}
      />
      <NativeSelect
        label="Money"
        value={moneyForm}
        data={Object.entries(forms).map(([value, label]) => ({ value, label }))}
        onChange={(event) => setMoneyForm(event.currentTarget.value === 'code' ? 'code' : 'sign')}
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

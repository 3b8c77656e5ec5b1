// Another rule set: written, said back in words, and tried on the past before it is asked for.

import { Button, Checkbox, Group, Skeleton, Stack, Text, Textarea, Title } from '@mantine/core';
import type { RulesReading } from '@prewatt/api';
import { err } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import type { Failure } from '../../api/failure.ts';
import {
  protectionKey,
  protectionRulesQuery,
  readRules,
  startTrial,
  trialQuery,
} from '../../api/protection.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { documentEntry, type Read, readCount, readDocument } from '../../text/entries.ts';
import { documents, FileField } from '../../ui/file-field.tsx';
import { type Entry, EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, BackLink, Fact, facts, PageHeading, panel } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';
import styles from './protection.module.css';
import { RulesText } from './rules-labels.tsx';

export default function ChangeRulesPage() {
  const { from } = useSearch({ from: '/signed-in/protection/change' });
  const rules = useQuery({ ...protectionRulesQuery, enabled: from === undefined });
  const trial = useQuery({ ...trialQuery(from ?? ''), enabled: from !== undefined });
  const begin = from === undefined ? rules.data?.base : trial.data?.document;
  const failure = rules.error ?? trial.error;
  return (
    <Stack gap="md">
      <BackLink to="/protection">Protection</BackLink>
      <PageHeading title="Another rule set" />
      <Text c="dimmed" size="sm" maw="75ch">
        Change the document and try it on the past: you see who would have been cut. The rules come
        into force only when an administrator has asked for approval and a second one has approved.
        docs/protection.md explains each field.
      </Text>
      {failure !== null && (
        <FailureNote
          failure={failure}
          onRetry={() => void (from === undefined ? rules : trial).refetch()}
        />
      )}
      {begin === undefined && failure === null && <Skeleton height={360} aria-label="Loading" />}
      {begin !== undefined && <RulesForm begin={documentEntry(begin)} key={from ?? 'in force'} />}
    </Stack>
  );
}

const mostDays = 92;

function readDays(text: string): Read<number> {
  const days = readCount(text, mostDays);
  return days.ok && days.value === 0 ? err(`Write 1 to ${mostDays} days.`) : days;
}

function RulesForm({ begin }: { readonly begin: string }) {
  const navigate = useNavigate();
  const readOnly = useWhyReadOnly();
  const document = useEntry(begin, readDocument);
  const days = useEntry('60', readDays);
  const [isBefore, setIsBefore] = useState(true);
  const [takesEmergency, setTakesEmergency] = useState(true);
  const reading = useAction({
    run: (rules: object) => readRules(rules),
    stale: [],
    onDone: () => setIsBefore(false),
  });
  const trial = useAction({
    run: (body: { document: object; days: number; takesEmergency: boolean }, requestId) =>
      startTrial({ ...body, requestId }),
    stale: [protectionKey],
    onDone: ({ replayId }) =>
      void navigate({ to: '/protection/trials/$replayId', params: { replayId } }),
  });
  const write = (text: string) => {
    document.setText(text);
    setIsBefore(true);
  };
  const send = (event: FormEvent) => {
    event.preventDefault();
    for (const entry of [document, days]) entry.insist();
    if (readOnly !== null || trial.isPending || !document.read.ok || !days.read.ok) return;
    trial.mutate({ document: document.read.value, days: days.read.value, takesEmergency });
  };
  const read = () => {
    document.insist();
    if (document.read.ok) reading.mutate(document.read.value);
  };
  return (
    <form onSubmit={send} noValidate aria-label="Another rule set">
      <Stack gap="md">
        <section className={panel} aria-label="The document">
          <Stack gap="sm">
            <DocumentFields document={document} onWrite={write} />
            <Group gap="sm">
              <Button variant="default" onClick={read} loading={reading.isPending}>
                What it says
              </Button>
            </Group>
            {reading.error !== null && <FailureNote failure={reading.error} />}
          </Stack>
        </section>
        {reading.data !== undefined && !isBefore && <Says of={reading.data} />}
        <TryPanel {...{ days, readOnly, trial, takesEmergency }} onEmergency={setTakesEmergency} />
      </Stack>
    </form>
  );
}

type DocumentFieldsProps = {
  readonly document: Entry<object>;
  readonly onWrite: (text: string) => void;
};

function DocumentFields({ document, onWrite }: DocumentFieldsProps) {
  const [file, setFile] = useState<File | null>(null);
  return (
    <>
      <FileField
        label="File"
        note="The document as JSON, or change it below"
        accept={documents}
        file={file}
        onFile={(chosen) => {
          setFile(chosen);
          if (chosen !== null) void chosen.text().then(onWrite);
        }}
      />
      <Textarea
        label="Document"
        rows={Math.min(28, Math.max(14, document.text.split('\n').length))}
        spellCheck={false}
        autoComplete="off"
        classNames={{ input: styles.document ?? '' }}
        value={document.text}
        error={document.fault}
        onChange={(event) => onWrite(event.currentTarget.value)}
      />
    </>
  );
}

type TryPanelProps = {
  readonly days: Entry<number>;
  readonly takesEmergency: boolean;
  readonly onEmergency: (takes: boolean) => void;
  readonly readOnly: string | null;
  readonly trial: { readonly error: Failure | null; readonly isPending: boolean };
};

function TryPanel({ days, takesEmergency, onEmergency, readOnly, trial }: TryPanelProps) {
  return (
    <section className={panel} aria-label="Try it">
      <Stack gap="sm">
        <EntryField
          entry={days}
          label="Days of the past"
          note={`1 to ${mostDays}; nothing is changed by it`}
          numeric
          narrow
        />
        <Checkbox
          label="Homes take emergency credit when their credit is out"
          checked={takesEmergency}
          onChange={(event) => onEmergency(event.currentTarget.checked)}
        />
        {trial.error !== null && <FailureNote failure={trial.error} />}
        <Group gap="sm">
          {readOnly === null ? (
            <Button type="submit" loading={trial.isPending}>
              Try on the past
            </Button>
          ) : (
            <ActionButton why={readOnly} onClick={() => undefined}>
              Try on the past
            </ActionButton>
          )}
        </Group>
      </Stack>
    </section>
  );
}

function Says({ of }: { readonly of: RulesReading }) {
  return (
    <section className={panel} aria-label="What it says" aria-live="polite">
      <Stack gap="md">
        <Changes of={of} />
        <RulesText words={of.words} />
      </Stack>
    </section>
  );
}

/** Part by part, before and after. */
export function Changes({ of }: { readonly of: RulesReading }) {
  return (
    <section>
      <Title order={2} mb="xs">
        What changes
      </Title>
      {of.changes.length === 0 ? (
        <Text size="sm">Nothing: it says what the rules in force say.</Text>
      ) : (
        <dl className={facts}>
          {of.changes.map(({ label, value }) => (
            <Fact key={label} name={label} wide>
              {value}
            </Fact>
          ))}
        </dl>
      )}
    </section>
  );
}

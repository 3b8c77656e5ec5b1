// A file of a provider or a bank: chosen, its columns mapped as those of the last one were, with a
// look at its first rows, and compared with our payments.

import { Alert, Group, NativeSelect, Stack, Text } from '@mantine/core';
import {
  type ReconciliationImport,
  type ReconciliationKind,
  reconciliationFileLimit,
} from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { compareFile, mappingsQuery, reconciliationKey } from '../../api/reconciliation.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { FileField } from '../../ui/file-field.tsx';
import { ActionButton, form, panel } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';
import { kindLabels } from './labels.ts';
import { type Draft, draftFor, mappingOf, previewOf } from './mapping.ts';
import { MappingFields } from './mapping-fields.tsx';
import { PreviewTable } from './preview-table.tsx';
import { textOfBytes } from './reading.ts';

const kinds = Object.keys(kindLabels) as ReconciliationKind[];

export function CompareFile() {
  const readOnly = useWhyReadOnly();
  const [kind, setKind] = useState<ReconciliationKind>('settlement');
  const [file, setFile] = useState<{ name: string; text: string; raw: File } | null>(null);
  const [draft, setDraft] = useState<Draft | null>(null);
  const known = useQuery(mappingsQuery).data?.rows ?? [];
  const action = useAction({
    run: compareFile,
    stale: [reconciliationKey],
  });
  const read = async (raw: File | null) => {
    action.reset();
    const text = raw === null ? null : textOfBytes(await raw.arrayBuffer());
    setFile(raw === null || text === null ? null : { name: raw.name, text, raw });
    setDraft(text === null ? null : draftFor(text, kind, known));
  };
  const choose = (chosen: ReconciliationKind) => {
    setKind(chosen);
    if (file !== null) setDraft(draftFor(file.text, chosen, known));
  };
  const tooLarge = file !== null && file.text.length > reconciliationFileLimit;
  const mapping = draft === null ? null : mappingOf(draft, kind);
  const whyNot = whyNotCompare(file !== null, tooLarge, mapping);
  return (
    <section className={panel} aria-label="Compare a file">
      <Stack gap="md">
        <div className={form}>
          <KindSelect kind={kind} onChoose={choose} />
          <FileField
            label="File"
            note="CSV, as the provider or the bank gives it"
            file={file?.raw ?? null}
            onFile={(raw) => void read(raw)}
            fault={tooLarge ? 'A file has 8 million characters at most; split it by day.' : null}
          />
        </div>
        {draft !== null && file !== null && (
          <>
            <MappingFields
              kind={kind}
              draft={draft}
              heading={previewOf(file.text, draft).heading}
              onChange={setDraft}
            />
            <PreviewTable preview={previewOf(file.text, draft)} columns={draft.columns} />
          </>
        )}
        {action.error !== null && <FailureNote failure={action.error} />}
        {action.data !== undefined && <Outcome of={action.data} />}
        <Group gap="sm">
          <ActionButton
            variant="filled"
            why={readOnly ?? whyNot}
            loading={action.isPending}
            onClick={() => {
              if (file === null || mapping === null || !mapping.ok) return;
              const { name, text } = file;
              action.mutate({ kind, name, mapping: mapping.value, content: text });
            }}
          >
            Compare
          </ActionButton>
          <WhatItDoes />
        </Group>
      </Stack>
    </section>
  );
}

const WhatItDoes = () => (
  <Text size="sm" c="dimmed">
    Comparing moves no customer’s money and changes no sale. Fees that a settlement tells are
    booked.
  </Text>
);

type KindSelectProps = {
  readonly kind: ReconciliationKind;
  readonly onChoose: (kind: ReconciliationKind) => void;
};

const KindSelect = ({ kind, onChoose }: KindSelectProps) => (
  <NativeSelect
    label="What the file is"
    description={kindLabels[kind].what}
    value={kind}
    data={kinds.map((each) => ({ value: each, label: kindLabels[each].name }))}
    onChange={({ currentTarget: { value } }) => onChoose(value === 'bank' ? 'bank' : 'settlement')}
  />
);

function whyNotCompare(
  hasFile: boolean,
  tooLarge: boolean,
  mapping: ReturnType<typeof mappingOf> | null,
): string | null {
  if (!hasFile || mapping === null) return 'Choose a file first';
  if (tooLarge) return 'The file is too large';
  return mapping.ok ? null : mapping.error;
}

function Outcome({ of }: { of: ReconciliationImport }) {
  const agrees = of.found === 0;
  const rows = of.isNew
    ? `${countText(of.rows, 'row')}, ${of.newRows} of them new.`
    : 'This file was compared before; this was the result.';
  return (
    <Alert
      role="status"
      variant="light"
      color={agrees ? 'teal' : 'yellow'}
      title={agrees ? 'No new difference' : `${countText(of.found, 'difference')} found`}
    >
      {rows} {of.settled > 0 && `${countText(of.settled, 'open difference')} settled by it.`}
    </Alert>
  );
}

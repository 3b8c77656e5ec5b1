// Files in and out: send one, first as a rehearsal; what was sent before; the books as CSV.

import { Anchor, Button, Group, NativeSelect, Stack, Text, Title } from '@mantine/core';
import {
  type ExportKind,
  exportKinds,
  type ImportJson,
  type ImportKind,
  importColumns,
  importFileLimitBytes,
  importKinds,
} from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { exportPath, importsKey, importsQuery, sendFile } from '../../api/imports.ts';
import { useAction } from '../../api/use-action.ts';
import { useSession, useWhyNotAdministrator, useWhyReadOnly } from '../../shell/session.tsx';
import { type Column, DataTable, rowLink } from '../../ui/data-table.tsx';
import { downloadText } from '../../ui/download.ts';
import { FileField, sizeText } from '../../ui/file-field.tsx';
import { ActionButton, form, Instant, PageHeading, panel, StateBadge } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';
import { keepFile } from './kept-file.ts';
import { exportLabels, importLabel, kindLabels, percentDone, templateOf } from './labels.ts';

export default function ImportsPage() {
  const query = useInfiniteQuery(importsQuery);
  return (
    <Stack gap="lg">
      <PageHeading title="Imports and exports" />
      <SendFile />
      <section>
        <Title order={2} mb="xs">
          Files sent before
        </Title>
        <DataTable
          label="Imports"
          noun="file"
          linked
          columns={columns}
          rowKey={(row) => row.importId}
          query={query}
          empty="No file has been sent yet."
        />
      </section>
      <Exports />
    </Stack>
  );
}

function SendFile() {
  const navigate = useNavigate();
  const readOnly = useWhyReadOnly();
  const notAdministrator = useWhyNotAdministrator();
  const [kind, setKind] = useState<ImportKind>('connections');
  const [file, setFile] = useState<File | null>(null);
  const action = useAction({
    run: (o: { dryRun: boolean; file: File }) => sendFile({ ...o, kind }),
    stale: [importsKey],
    onDone: ({ importId }, sent) => {
      if (sent.dryRun) keepFile(importId, sent.file);
      void navigate({ to: '/imports/$importId', params: { importId } });
    },
  });
  const send = (dryRun: boolean) => {
    if (file !== null) action.mutate({ dryRun, file });
  };
  const noFile = whyNoFile(file);
  const tooLarge = file !== null && noFile !== null ? noFile : null;
  return (
    <section className={panel} aria-label="Send a file">
      <div className={form}>
        <NativeSelect
          label="What the file holds"
          description={kindLabels[kind].what}
          value={kind}
          data={importKinds.map((each) => ({ value: each, label: kindLabels[each].name }))}
          onChange={({ currentTarget: { value } }) => {
            const chosen = importKinds.find((known) => known === value);
            if (chosen !== undefined) setKind(chosen);
          }}
        />
        <ColumnList kind={kind} />
        <FileField label="File" note="CSV in UTF-8" file={file} fault={tooLarge} onFile={setFile} />
        {action.error !== null && <FailureNote failure={action.error} />}
        <Group gap="sm">
          <ActionButton
            variant="filled"
            why={readOnly ?? noFile}
            loading={action.isPending && action.variables.dryRun}
            onClick={() => send(true)}
          >
            Rehearse
          </ActionButton>
          <ActionButton
            why={notAdministrator ?? noFile}
            loading={action.isPending && !action.variables.dryRun}
            onClick={() => send(false)}
          >
            Import
          </ActionButton>
          <Text size="sm" c="dimmed">
            A rehearsal reads and checks every row and writes nothing.
          </Text>
        </Group>
      </div>
    </section>
  );
}

// The server hangs up on a file that is too large, which would look like a dead link.
function whyNoFile(file: File | null): string | null {
  if (file === null) return 'Choose a file first';
  if (file.size === 0) return 'The file is empty';
  const most = sizeText(importFileLimitBytes);
  return file.size > importFileLimitBytes ? `A file has at most ${most}; split it` : null;
}

function ColumnList({ kind }: { kind: ImportKind }) {
  return (
    <details>
      <summary>
        <Text span size="sm">
          Columns of the file
        </Text>
      </summary>
      <Text size="sm" component="dl" my="xs">
        {importColumns[kind].map((column) => (
          <div key={column.name}>
            <Text span size="sm" component="dt" ff="monospace">
              {column.name}
              {!column.needed && ' (may be left out)'}
            </Text>
            <Text size="sm" component="dd" c="dimmed" m={0} mb={6}>
              {column.what}
            </Text>
          </div>
        ))}
      </Text>
      <Button
        size="compact-sm"
        variant="default"
        onClick={() => downloadText(`${kind}-template.csv`, templateOf(kind))}
      >
        Download a template
      </Button>
    </details>
  );
}

const columns: readonly Column<ImportJson>[] = [
  {
    key: 'file',
    header: 'File',
    card: 'title',
    cell: (row) => (
      <Link to="/imports/$importId" params={{ importId: row.importId }} className={rowLink}>
        {row.fileName}
      </Link>
    ),
  },
  {
    key: 'kind',
    header: 'Holds',
    cell: (row) => (
      <>
        {kindLabels[row.kind].name}
        {row.dryRun && (
          <Text size="xs" c="dimmed">
            Rehearsal
          </Text>
        )}
      </>
    ),
  },
  {
    key: 'state',
    header: 'State',
    cell: (row) => (
      <>
        <StateBadge label={importLabel(row)} />
        {row.rows.waiting > 0 && (
          <Text size="xs" c="dimmed">
            {percentDone(row)} %
          </Text>
        )}
      </>
    ),
  },
  { key: 'created', header: 'New', end: true, cell: (row) => row.rows.created },
  { key: 'unchanged', header: 'There already', end: true, cell: (row) => row.rows.unchanged },
  { key: 'refused', header: 'Refused', end: true, cell: (row) => row.rows.refused },
  {
    key: 'at',
    header: 'Sent',
    card: 'wide',
    cell: (row) => (
      <>
        <Instant at={row.createdAt} />
        <Text size="xs" c="dimmed">
          by {row.requestedBy}
        </Text>
      </>
    ),
  },
];

function Exports() {
  const isViewer = useSession().role === 'viewer';
  return (
    <section>
      <Title order={2} mb="xs">
        Export data
      </Title>
      <div className={panel}>
        <Text size="sm" c="dimmed" mb="sm">
          CSV files in the utility’s time zone. They hold names and phone numbers: treat them
          accordingly. {isViewer && 'Your role can view, but not export files.'}
        </Text>
        <Stack gap={6} component="ul" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
          {exportKinds.map((kind) => (
            <li key={kind}>
              <ExportLink kind={kind} isViewer={isViewer} />
            </li>
          ))}
        </Stack>
      </div>
    </section>
  );
}

function ExportLink({ kind, isViewer }: { kind: ExportKind; isViewer: boolean }) {
  if (isViewer) return <Text size="sm">{exportLabels[kind]}</Text>;
  return (
    <Anchor href={exportPath(kind)} download={`${kind}.csv`} size="sm">
      {exportLabels[kind]}
    </Anchor>
  );
}

// A bank's file: chosen, looked at entry by entry, and handed to a second person, whose yes lets
// its payments buy.

import { Group, NativeSelect, Stack, Text } from '@mantine/core';
import {
  type BankCsvMapping,
  type BankFileBody,
  type BankPreview,
  bankFileLimit,
} from '@prewatt/api';
import { countText } from '@prewatt/quantities';
import { useState } from 'react';
import { bankStatementsKey, bringBank, previewBank } from '../../api/bank-statements.ts';
import { useAction } from '../../api/use-action.ts';
import { useCurrency, useWhyReadOnly } from '../../shell/session.tsx';
import { readText } from '../../text/entries.ts';
import { moneyText } from '../../text/numbers.ts';
import { FileField } from '../../ui/file-field.tsx';
import { EntryField, useEntry } from '../../ui/form.tsx';
import { ActionButton, form, panel } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';
import { useToApproval } from '../alone-note.tsx';
import { goesToTexts, sourceLabels } from './labels.ts';

const accept = '.xml,.csv,.sta,.mt940,.txt,text/xml,text/csv,text/plain';
const sources = Object.keys(sourceLabels) as BankFileBody['source'][];

export function BringStatement() {
  const readOnly = useWhyReadOnly();
  const toApproval = useToApproval();
  const chosen = useFile();
  const { body } = chosen;
  const reason = useEntry('', (text) => readText(text, 10, 500));
  const look = useAction({ run: previewBank, stale: [] });
  const bring = useAction({
    run: (body: BankFileBody & { reason: string }, requestId) => bringBank({ ...body, requestId }),
    stale: [bankStatementsKey, ['approvals']],
    onDone: ({ approvalId }) => toApproval(approvalId),
  });
  return (
    <section className={panel} aria-label="Upload a statement">
      <Stack gap="md">
        <div className={form}>{chosen.fields(() => look.reset())}</div>
        {look.error !== null && <FailureNote failure={look.error} />}
        {look.data !== undefined && <Preview of={look.data} />}
        {look.data !== undefined && (
          <EntryField entry={reason} label="Why" note="The second person reads it" long />
        )}
        {bring.error !== null && <FailureNote failure={bring.error} />}
        <Group gap="sm">
          <ActionButton
            why={readOnly ?? (body === null ? 'Choose a file first' : null)}
            loading={look.isPending}
            onClick={() => body !== null && look.mutate(body)}
          >
            Look at it
          </ActionButton>
          {look.data !== undefined && (
            <ActionButton
              variant="filled"
              why={readOnly ?? (reason.read.ok ? null : 'Say why, in a sentence')}
              loading={bring.isPending}
              onClick={() => {
                if (body === null || !reason.read.ok) return;
                bring.mutate({ ...body, reason: reason.read.value });
              }}
            >
              Ask for approval
            </ActionButton>
          )}
        </Group>
      </Stack>
    </section>
  );
}

/** The file, whose it is, and of a CSV file its columns. */
function useFile() {
  const [source, setSource] = useState<BankFileBody['source']>('bank');
  const [file, setFile] = useState<{ raw: File; contentBase64: string } | null>(null);
  const columns = useColumns();
  const isCsv = source === 'bank' && /\.csv$/i.test(file?.raw.name ?? '');
  const tooLarge = (file?.raw.size ?? 0) > bankFileLimit;
  const body: BankFileBody | null =
    file === null || tooLarge
      ? null
      : {
          ...{ name: file.raw.name, source, contentBase64: file.contentBase64 },
          ...(isCsv ? { mapping: columns.mapping } : {}),
        };
  const choose = async (raw: File | null) =>
    setFile(raw === null ? null : { raw, contentBase64: await base64Of(raw) });
  const fields = (onChange: () => void) => (
    <>
      <NativeSelect
        label="Source of the file"
        value={source}
        data={sources.map((each) => ({ value: each, label: sourceLabels[each] }))}
        onChange={({ currentTarget: { value } }) => {
          onChange();
          setSource(value === 'daraja' ? 'daraja' : 'bank');
        }}
      />
      <FileField
        label="File"
        note="camt.053, camt.054, MT940 or CSV, as the bank gives it"
        accept={accept}
        file={file?.raw ?? null}
        onFile={(raw) => {
          onChange();
          void choose(raw);
        }}
        fault={tooLarge ? 'A file has two million bytes at most; bring it by days.' : null}
      />
      {isCsv && columns.fields}
    </>
  );
  return { body, fields };
}

function Preview({ of }: { of: BankPreview }) {
  const currency = useCurrency();
  const parts = (Object.keys(goesToTexts) as (keyof typeof goesToTexts)[])
    .filter((each) => (of.counts[each] ?? 0) > 0)
    .map((each) => `${of.counts[each]} ${goesToTexts[each]}`);
  return (
    <Stack gap={4} role="status">
      <Text fw={550}>
        {countText(of.payments, 'payment')}, {moneyText(of.paymentsMinor, currency)}
      </Text>
      <Text size="sm">{parts.join('; ')}.</Text>
      {of.pending > 0 && (
        <Text size="sm">Announced and not booked, so not taken: {of.pending}.</Text>
      )}
      {of.outgoing > 0 && (
        <Text size="sm">Of money that left the account, so not taken: {of.outgoing}.</Text>
      )}
      {of.rows.slice(0, 20).map((row) => (
        <Text size="sm" key={row.ordinal} style={{ overflowWrap: 'anywhere' }}>
          {[
            moneyText(row.amountMinor, currency),
            row.text ?? 'no text',
            ...(row.payer === null ? [] : [row.payer]),
            row.connectionName ?? goesToTexts[row.goesTo],
          ].join(' · ')}
        </Text>
      ))}
      {of.rows.length > 20 && <Text size="sm">and more</Text>}
    </Stack>
  );
}

/** Which column of a CSV file is which, by the names of its heading line. */
function useColumns(): { readonly mapping: BankCsvMapping; readonly fields: React.ReactNode } {
  const id = useEntry('Reference', (text) => readText(text, 1, 100));
  const amount = useEntry('Amount', (text) => readText(text, 1, 100));
  const text = useEntry('Description', (written) => readText(written, 1, 100));
  const date = useEntry('Date', (written) => readText(written, 1, 100));
  const [semicolon, setSemicolon] = useState(false);
  return {
    mapping: {
      ...{ id: id.text, amount: amount.text, text: text.text, date: date.text },
      ...(semicolon ? { separator: ';' as const, decimalComma: true } : {}),
    },
    fields: (
      <>
        <EntryField entry={id} label="Column of the entry’s reference" />
        <EntryField entry={amount} label="Column of the amount" />
        <EntryField entry={text} label="Column of what the payer wrote" />
        <EntryField entry={date} label="Column of the day" />
        <NativeSelect
          label="Format of the file"
          value={semicolon ? 'semicolon' : 'comma'}
          data={[
            { value: 'comma', label: 'a,b and 1,234.50' },
            { value: 'semicolon', label: 'a;b and 1.234,50' },
          ]}
          onChange={({ currentTarget: { value } }) => setSemicolon(value === 'semicolon')}
        />
      </>
    ),
  };
}

async function base64Of(raw: File): Promise<string> {
  const bytes = new Uint8Array(await raw.arrayBuffer());
  let text = '';
  for (let i = 0; i < bytes.length; i += 8_192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8_192));
  }
  return btoa(text);
}

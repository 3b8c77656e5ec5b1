// Tokens for many meters from one file, paid from this vendor's float: chosen, rehearsed line by
// line, bought, and the tokens as a file. The same as `prewatt bulk` does, with the vendor's key.

import { Alert, Checkbox, Group, PasswordInput, Progress, Stack, Text } from '@mantine/core';
import { type Bought, type Looked, type Rehearsal, resultFile } from '@prewatt/bulk-purchase';
import { countText } from '@prewatt/quantities';
import { useEffect, useState } from 'react';
import { useCurrency, useWhyReadOnly } from '../../shell/session.tsx';
import { kwhText, moneyText } from '../../text/numbers.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { downloadText } from '../../ui/download.ts';
import { FileField, sizeText } from '../../ui/file-field.tsx';
import { ActionButton, form, MeterNumber, panel, StateBadge } from '../../ui/show.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import { type BulkStep, resultName, useBulkSteps } from './bulk-steps.ts';

const fileLimitBytes = 1_000_000;

export function BulkPurchase({ vendorId }: { vendorId: string }) {
  const { step, look, buy, restart } = useBulkSteps(useCurrency());
  const [key, setKey] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const why = useWhyReadOnly() ?? whyNotYet(key, file);
  useKeepOpen(step.at === 'working' && step.buying);
  return (
    <Stack gap="md">
      <section className={panel} aria-label="Buy for many meters">
        <div className={form}>
          <Text size="sm" c="dimmed">
            For a bank, an employer or a landlord: each line of the file is one purchase, paid from
            this vendor’s float. A reference is bought once, also when the file is sent again.
          </Text>
          <PasswordInput
            label="Key of a till of this vendor"
            description="It was shown once, when it was made. It is not kept: enter it each time."
            value={key}
            autoComplete="off"
            onChange={(event) => setKey(event.currentTarget.value)}
          />
          <FileField
            label="File"
            note="CSV with the columns meter, amount and reference"
            file={file}
            onFile={(chosen) => {
              setFile(chosen);
              restart();
            }}
          />
          {step.at === 'choose' && step.failure !== null && (
            <Alert color="red" variant="light" title="It could not go on">
              {step.failure}
            </Alert>
          )}
          <Group gap="sm">
            <ActionButton
              variant={step.at === 'choose' ? 'filled' : 'default'}
              why={why}
              loading={step.at === 'working' && !step.buying}
              onClick={() => file !== null && void look({ key: key.trim(), file, vendorId })}
            >
              Rehearse
            </ActionButton>
            <Text size="sm" c="dimmed">
              A rehearsal looks at every line and buys nothing.
            </Text>
          </Group>
        </div>
      </section>
      {step.at === 'working' && <Working step={step} />}
      {step.at === 'rehearsed' && (
        <Rehearsed of={step.rehearsal} onBuy={() => void buy(step.till, step.rehearsal)} />
      )}
      {step.at === 'bought' && <Done of={step} fileName={file?.name ?? 'file.csv'} />}
    </Stack>
  );
}

function whyNotYet(key: string, file: File | null): string | null {
  if (!key.trim().startsWith('pwv_')) return 'Paste the key first; it begins with pwv_';
  if (file === null) return 'Choose a file first';
  const most = sizeText(fileLimitBytes);
  return file.size > fileLimitBytes ? `A file has at most ${most}; split it` : null;
}

/** The browser asks before it closes the page while lines are bought. */
function useKeepOpen(busy: boolean): void {
  useEffect(() => {
    if (!busy) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [busy]);
}

function Working({ step }: { step: Extract<BulkStep, { at: 'working' }> }) {
  const percent = step.of === 0 ? 0 : Math.floor((step.done / step.of) * 100);
  return (
    <section className={panel} aria-label="Progress">
      <Text size="sm" mb="xs" role="status">
        {step.buying ? 'Buying' : 'Rehearsing'}: {step.done} of {countText(step.of, 'line')}
      </Text>
      <Progress value={percent} aria-label="Lines done" />
      {step.buying && (
        <Text size="sm" c="dimmed" mt="xs">
          Leave this page open. If it is closed, send the file again: what was bought is not bought
          twice.
        </Text>
      )}
    </section>
  );
}

function Rehearsed({ of, onBuy }: { of: Rehearsal; onBuy: () => void }) {
  const currency = useCurrency();
  const [leaveOut, setLeaveOut] = useState(false);
  const bad = of.lines.length - of.fine;
  return (
    <>
      <section className={panel} aria-label="Rehearsal">
        <Stack gap="sm">
          <Text size="sm" role="status">
            {of.fine} of {countText(of.lines.length, 'line')} can be bought:{' '}
            {moneyText(String(of.amountMinor), currency)} for {kwhText(String(of.energyWh))}. The
            float has {moneyText(String(of.availableMinor), currency)}
            {of.enough ? '.' : ': not enough, so it will stop when it is used up.'}
          </Text>
          {bad > 0 && (
            <Checkbox
              checked={leaveOut}
              onChange={(event) => setLeaveOut(event.currentTarget.checked)}
              label={`Leave out ${countText(bad, 'line')} that cannot be bought`}
            />
          )}
          <Group>
            <ActionButton variant="filled" why={whyNotBuy(of, leaveOut)} onClick={onBuy}>
              {`Buy ${countText(of.fine, 'line')} for ${moneyText(String(of.amountMinor), currency)}`}
            </ActionButton>
          </Group>
        </Stack>
      </section>
      <LineTable
        label="Lines"
        rows={of.lines.map((each) => ({ ...each, state: stateOfLooked(each) }))}
      />
    </>
  );
}

function whyNotBuy(of: Rehearsal, leaveOut: boolean): string | null {
  if (of.fine === 0) return 'No line can be bought';
  return of.fine < of.lines.length && !leaveOut
    ? 'Correct the file, or leave those lines out'
    : null;
}

type DoneProps = { readonly of: Extract<BulkStep, { at: 'bought' }>; readonly fileName: string };

function Done({ of, fileName }: DoneProps) {
  const count = (outcome: Bought['outcome']) =>
    of.lines.filter((each) => each.outcome === outcome).length;
  return (
    <>
      <section className={panel} aria-label="Result">
        <Stack gap="sm">
          <Text size="sm" role="status">
            {count('bought')} bought, {count('refused')} refused, {count('notYet')} not yet.
          </Text>
          {of.stopped !== null && (
            <Alert color="yellow" variant="light" title="It stopped before the last line">
              {of.stopped} Then rehearse the same file again and go on: what was bought is not
              bought twice.
            </Alert>
          )}
          <Group>
            <ActionButton
              variant="filled"
              why={null}
              onClick={() => downloadText(resultName(fileName), resultFile(of.lines))}
            >
              Save the tokens as a file
            </ActionButton>
          </Group>
          <Text size="sm" c="dimmed">
            The file holds tokens, which are worth money: give it only to whoever paid.
          </Text>
        </Stack>
      </section>
      <LineTable
        label="Lines"
        rows={of.lines.map((each) => ({
          ...each,
          energyWh: each.receipt?.energyWh ?? null,
          state: boughtLabels[each.outcome],
        }))}
      />
    </>
  );
}

const boughtLabels = {
  bought: { text: 'Bought', tone: 'good' },
  refused: { text: 'Refused', tone: 'bad' },
  notYet: { text: 'Not yet', tone: 'busy' },
} as const;

const stateOfLooked = (each: Looked) =>
  each.fault === null
    ? ({ text: 'Can be bought', tone: 'good' } as const)
    : ({ text: 'Cannot be bought', tone: 'bad' } as const);

type LineRow = Pick<Looked, 'line' | 'words' | 'energyWh'> & {
  readonly state: Parameters<typeof StateBadge>[0]['label'];
};

const columns: readonly Column<LineRow>[] = [
  { key: 'reference', header: 'Reference', card: 'title', cell: (row) => row.line.reference },
  { key: 'line', header: 'Line', end: true, cell: (row) => row.line.line },
  { key: 'meter', header: 'Meter', cell: (row) => <MeterNumber meterPan={row.line.meter} /> },
  { key: 'amount', header: 'Amount', end: true, cell: (row) => row.line.amount },
  {
    key: 'energy',
    header: 'Energy',
    end: true,
    cell: (row) => (row.energyWh === null ? '' : kwhText(row.energyWh)),
  },
  {
    key: 'state',
    header: 'Outcome',
    card: 'wide',
    cell: (row) => (
      <>
        <StateBadge label={row.state} />
        {row.words !== null && row.words !== '' && (
          <Text size="xs" c="dimmed">
            {row.words}
          </Text>
        )}
      </>
    ),
  },
];

const shown = 300;

/** Lines with something in their way come first; of a long file the first ones are shown. */
function LineTable({ label, rows }: { label: string; rows: readonly LineRow[] }) {
  const first = rows.filter((row) => (row.words ?? '') !== '');
  const others = rows.filter((row) => (row.words ?? '') === '');
  return (
    <>
      <DataTable
        label={label}
        noun="line"
        columns={columns}
        rowKey={(row) => String(row.line.line)}
        query={wholeList([...first, ...others].slice(0, shown))}
        empty="The file has no lines."
      />
      {rows.length > shown && (
        <Text size="sm" c="dimmed">
          {shown} of {countText(rows.length, 'line')} are shown, those with something in their way
          first.
        </Text>
      )}
    </>
  );
}

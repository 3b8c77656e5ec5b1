// A purchase as the new version prices it, beside the version that it follows, while it is edited.

import { Text, TextInput, Title } from '@mantine/core';
import { type Currency, formatKwh } from '@prewatt/quantities';
import type { QuoteRefusal, Tariff } from '@prewatt/tariff';
import { type ReactNode, useState } from 'react';
import { readKwh, readMoney } from '../../../text/entries.ts';
import { moneyText } from '../../../text/numbers.ts';
import { EntryField, useEntry } from '../../../ui/form.tsx';
import { panel } from '../../../ui/show.tsx';
import { Facts, givenFacts } from '../facts.tsx';
import { percentChange } from '../labels.ts';
import { type Asked, parametersOf } from '../tariff-parameters.ts';
import styles from './editor.module.css';
import { type Json, valueAt } from './json.ts';
import { costOfMonth, rowsOf, tryPurchase } from './preview.ts';

type PreviewProps = {
  readonly before: Tariff | null;
  /** Null while the document has errors. */
  readonly after: Tariff | null;
  readonly document: Json;
  readonly currency: Currency;
};

const monthsShown = [100n, 250n, 500n];

export function PreviewPanel({ before, after, document, currency }: PreviewProps) {
  const amount = useEntry('200', (text) => readMoney(text, currency));
  const bought = useEntry('0', readKwh);
  const [chosen, setChosen] = useState<Readonly<Record<string, string>>>({});
  const asked = parametersOf(document);
  const facts = { ...usualFacts(document, asked), ...chosen };
  const parameters = givenFacts(asked, facts, true);
  const [day, setDay] = useState<string | null>(null);
  const shown = after ?? before;
  const date = day ?? after?.effectiveFrom ?? before?.effectiveFrom ?? '';
  const trial =
    amount.read.ok && bought.read.ok
      ? {
          ...{ date, parameters, amountMinor: BigInt(amount.read.value) },
          boughtWh: BigInt(bought.read.value),
        }
      : null;
  const fault = !amount.read.ok ? amount.read.error : !bought.read.ok ? bought.read.error : null;
  return (
    <aside className={`${panel} ${styles.preview}`} aria-label="Preview">
      <Title order={2} size="h4" mb="xs">
        Preview of a purchase
      </Title>
      <div className={styles.fields}>
        <EntryField entry={amount} label="Somebody pays" unit={currency.code} numeric />
        <EntryField entry={bought} label="Bought before in the month" unit="kWh" numeric />
        <TextInput
          label="On"
          type="date"
          value={date}
          onChange={({ currentTarget }) => setDay(currentTarget.value)}
        />
        <Facts asked={asked} facts={facts} onChange={setChosen} />
      </div>
      {fault !== null && (
        <Text size="sm" c="red" mt="xs">
          {fault}
        </Text>
      )}
      {after === null && (
        <Text size="sm" mt="xs">
          The document has errors; the preview goes on when they are mended.
        </Text>
      )}
      {after !== null && trial !== null && shown !== null && (
        <>
          <Receipt {...{ before, after, trial, currency }} />
          <Months {...{ before, after, date, parameters, currency }} />
        </>
      )}
    </aside>
  );
}

/** What a home is taken to have unless somebody says otherwise, where the document says it. */
function usualFacts(document: Json, asked: readonly Asked[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    asked.flatMap(({ name }) => {
      const value = valueAt(document, ['parameters', name, 'value']);
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

type ReceiptProps = {
  readonly before: Tariff | null;
  readonly after: Tariff;
  readonly trial: Parameters<typeof tryPurchase>[1];
  readonly currency: Currency;
};

function Receipt({ before, after, trial, currency }: ReceiptProps) {
  const was = before === null ? null : tryPurchase(before, trial);
  const is = tryPurchase(after, trial);
  const energy = (quoted: typeof was) =>
    quoted === null || !quoted.ok ? '–' : `${formatKwh(quoted.value.energyWh)} kWh`;
  const money = (minor: bigint | null) =>
    minor === null ? '–' : moneyText(minor.toString(), currency);
  const left = (quoted: typeof was) =>
    quoted === null || !quoted.ok ? null : quoted.value.remainderMinor;
  return (
    <>
      {!is.ok && (
        <Text size="sm" c="red" mt="sm" role="alert">
          {refusalText(is.error, currency)}
        </Text>
      )}
      <Table caption="What it buys" before={before} after={after}>
        <tr>
          <th scope="row">Energy</th>
          {before !== null && <td>{energy(was)}</td>}
          <td>
            <strong>{energy(is)}</strong>
          </td>
        </tr>
        {rowsOf(was, is).map(({ key, label, beforeMinor, afterMinor }) => (
          <tr key={key}>
            <th scope="row">{label}</th>
            {before !== null && <td>{money(beforeMinor)}</td>}
            <td data-changed={beforeMinor !== afterMinor || undefined}>{money(afterMinor)}</td>
          </tr>
        ))}
        <tr>
          <th scope="row">Stays prepaid</th>
          {before !== null && <td>{money(left(was))}</td>}
          <td>{money(left(is))}</td>
        </tr>
      </Table>
    </>
  );
}

type MonthsProps = {
  readonly before: Tariff | null;
  readonly after: Tariff;
  readonly date: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly currency: Currency;
};

function Months({ before, after, date, parameters, currency }: MonthsProps) {
  return (
    <Table caption="What a month costs" before={before} after={after}>
      {monthsShown.map((kwh) => {
        const month = { date, parameters, energyWh: kwh * 1000n };
        const was = before === null ? null : costOfMonth(before, month);
        const is = costOfMonth(after, month);
        const change =
          was === null || is === null ? null : percentChange(was.toString(), is.toString());
        return (
          <tr key={kwh}>
            <th scope="row">{kwh} kWh</th>
            {before !== null && <td>{was === null ? '–' : moneyText(was.toString(), currency)}</td>}
            <td>
              {is === null ? '–' : moneyText(is.toString(), currency)}
              {change !== null && <small>{change}</small>}
            </td>
          </tr>
        );
      })}
    </Table>
  );
}

type TableProps = {
  readonly caption: string;
  readonly before: Tariff | null;
  readonly after: Tariff;
  readonly children: ReactNode;
};

function Table({ caption, before, after, children }: TableProps) {
  return (
    <table className={styles.receipt}>
      <caption>{caption}</caption>
      <thead>
        <tr>
          <td />
          {before !== null && <th scope="col">Version {before.version}</th>}
          <th scope="col">Version {after.version}</th>
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  );
}

function refusalText(refusal: QuoteRefusal, currency: Currency): string {
  switch (refusal.code) {
    case 'amount-too-small':
      return `Too little: the least is ${moneyText(refusal.leastAmountMinor.toString(), currency)}.`;
    case 'parameter-missing':
      return `These values are not known on that day: ${refusal.names.join(', ')}.`;
    case 'no-price':
      return 'No price holds then, or the last block ends before this energy.';
    case 'amount-invalid':
      return 'Write an amount above zero.';
    case 'date-invalid':
      return 'Choose a day.';
    case 'not-in-force':
      return 'The version is not in force on that day.';
    case 'date-before-position':
      return 'Choose a later day.';
  }
}

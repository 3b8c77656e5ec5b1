// The fields of a mapping: whose payments, which column is what, and how numbers and dates are
// written.

import { NativeSelect, Text, TextInput } from '@mantine/core';
import type { ReconciliationKind } from '@prewatt/api';
import type { Draft } from './mapping.ts';
import { type ColumnRole, dateFormats, delimiterNames, delimiters } from './reading.ts';
import styles from './reconciliation.module.css';

type MappingFieldsProps = {
  readonly kind: ReconciliationKind;
  readonly draft: Draft;
  readonly heading: readonly string[];
  readonly onChange: (draft: Draft) => void;
};

type Role = { readonly role: ColumnRole; readonly label: string; readonly needed: boolean };

const roles: Record<ReconciliationKind, readonly Role[]> = {
  settlement: [
    { role: 'reference', label: 'Reference of the payment', needed: true },
    { role: 'amount', label: 'Amount', needed: true },
    { role: 'date', label: 'Date', needed: true },
    { role: 'fee', label: 'Fee that the provider keeps', needed: false },
    { role: 'batch', label: 'Batch of the payout', needed: false },
    { role: 'currency', label: 'Currency', needed: false },
  ],
  bank: [
    { role: 'reference', label: 'Name of the batch', needed: true },
    { role: 'amount', label: 'Amount', needed: true },
    { role: 'date', label: 'Date', needed: true },
    { role: 'currency', label: 'Currency', needed: false },
  ],
};

const groupNames = { '': 'None', ',': 'Comma', '.': 'Point', ' ': 'Space', "'": 'Apostrophe' };

export function MappingFields({ kind, draft, heading, onChange }: MappingFieldsProps) {
  const set = (changed: Partial<Draft>) => onChange({ ...draft, ...changed });
  return (
    <fieldset className={styles.fieldset}>
      <legend>How to read it</legend>
      <div className={styles.fields}>
        <TextInput
          label="Provider"
          description="As in our payments, like: sandbox"
          value={draft.provider}
          onChange={(event) => set({ provider: event.currentTarget.value })}
        />
        {roles[kind].map(({ role, label, needed }) => (
          <NativeSelect
            key={role}
            label={label}
            value={heading.includes(draft.columns[role]) ? draft.columns[role] : ''}
            data={[{ value: '', label: needed ? 'Choose a column' : 'None' }, ...heading]}
            onChange={(event) =>
              set({ columns: { ...draft.columns, [role]: event.currentTarget.value } })
            }
          />
        ))}
      </div>
      <details>
        <summary>
          <Text span size="sm">
            Separators, dates, and which rows
          </Text>
        </summary>
        <FormatFields draft={draft} heading={heading} set={set} />
      </details>
    </fieldset>
  );
}

type FormatFieldsProps = {
  readonly draft: Draft;
  readonly heading: readonly string[];
  readonly set: (changed: Partial<Draft>) => void;
};

function FormatFields({ draft, heading, set }: FormatFieldsProps) {
  const oneOf = <T extends string>(known: readonly T[], value: string, otherwise: T): T =>
    known.find((each) => each === value) ?? otherwise;
  const groups = Object.keys(groupNames) as (keyof typeof groupNames)[];
  return (
    <div className={styles.fields}>
      <NativeSelect
        label="Columns are divided by"
        value={draft.delimiter}
        data={delimiters.map((each) => ({ value: each, label: delimiterNames[each] }))}
        onChange={({ currentTarget: { value } }) =>
          set({ delimiter: oneOf(delimiters, value, draft.delimiter) })
        }
      />
      <TextInput
        label="Lines before the heading"
        type="number"
        min={0}
        max={100}
        value={draft.skipLines}
        onChange={({ currentTarget: { value } }) =>
          set({ skipLines: Math.min(100, Math.max(0, Math.trunc(Number(value)))) })
        }
      />
      <NativeSelect
        label="Dates are written"
        value={draft.dates}
        data={dateFormats}
        onChange={({ currentTarget: { value } }) =>
          set({ dates: oneOf(dateFormats, value, draft.dates) })
        }
      />
      <NativeSelect
        label="Decimals follow a"
        value={draft.decimal}
        data={[
          { value: '.', label: 'Point' },
          { value: ',', label: 'Comma' },
        ]}
        onChange={({ currentTarget: { value } }) =>
          set({ decimal: oneOf(['.', ','] as const, value, draft.decimal) })
        }
      />
      <NativeSelect
        label="Thousands are grouped by"
        value={draft.group}
        data={groups.map((each) => ({ value: each, label: groupNames[each] }))}
        onChange={({ currentTarget: { value } }) =>
          set({ group: oneOf(groups, value, draft.group) })
        }
      />
      <RowFields draft={draft} heading={heading} set={set} />
    </div>
  );
}

function RowFields({ draft, heading, set }: FormatFieldsProps) {
  return (
    <>
      <NativeSelect
        label="Only rows whose column"
        value={heading.includes(draft.where.column) ? draft.where.column : ''}
        data={[{ value: '', label: 'Every row counts' }, ...heading]}
        onChange={({ currentTarget: { value } }) =>
          set({ where: { ...draft.where, column: value } })
        }
      />
      <TextInput
        label="has the value"
        value={draft.where.equals}
        disabled={draft.where.column === ''}
        onChange={({ currentTarget: { value } }) =>
          set({ where: { ...draft.where, equals: value } })
        }
      />
      <NativeSelect
        label="Rows without an amount"
        value={draft.skipsEmptyAmounts ? 'skip' : 'refuse'}
        data={[
          { value: 'refuse', label: 'Refuse the file' },
          { value: 'skip', label: 'Are left out' },
        ]}
        onChange={({ currentTarget: { value } }) => set({ skipsEmptyAmounts: value === 'skip' })}
      />
    </>
  );
}

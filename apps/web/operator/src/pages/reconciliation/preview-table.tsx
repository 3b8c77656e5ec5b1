// The first rows of a file as they will be read, with what each chosen column means.

import type { Preview } from './mapping.ts';
import type { ColumnRole, Columns } from './reading.ts';
import styles from './reconciliation.module.css';

const roleNames: Record<ColumnRole, string> = {
  reference: 'Reference',
  amount: 'Amount',
  date: 'Date',
  currency: 'Currency',
  fee: 'Fee',
  batch: 'Batch',
};

export function PreviewTable({ preview, columns }: { preview: Preview; columns: Columns }) {
  const roles = Object.entries(columns) as [ColumnRole, string][];
  const roleOf = (name: string) => roles.find(([, chosen]) => chosen === name)?.[0];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: keyboards must reach what scrolls.
    <section className={styles.preview} tabIndex={0} aria-label="First rows of the file">
      <table>
        <caption>The first rows, as they will be read</caption>
        <thead>
          <tr>
            {preview.heading.map((name) => {
              const role = roleOf(name);
              return (
                <th key={name} scope="col">
                  {name}
                  {role !== undefined && <small>{roleNames[role]}</small>}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>
          {preview.rows.slice(0, 5).map((row) => (
            <tr key={row.join('\u0000')}>
              {preview.heading.map((name, at) => (
                <td key={name}>{row[at] ?? ''}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

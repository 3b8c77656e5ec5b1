// Imports and exports in words, and the template of a kind of file.

import {
  type ExportKind,
  type ImportJson,
  type ImportKind,
  importColumns,
  type RowFault,
} from '@prewatt/api';
import type { Label } from '../../text/labels.ts';

export const kindLabels: Record<ImportKind, { readonly name: string; readonly what: string }> = {
  connections: {
    name: 'Connections',
    what: 'One row for each connection: its customer, its meter, its tariff.',
  },
  arrears: {
    name: 'Arrears',
    what: 'What customers owe from an older system, and how purchases repay it.',
  },
  openingBalances: {
    name: 'Opening balances',
    what: 'Money that customers had prepaid in an older system.',
  },
  networkNodes: {
    name: 'Network: substations, feeders, transformers, phases',
    what: 'One row for each node; upper nodes before those that hang on them.',
  },
  networkPlacements: {
    name: 'Network: which meter is where',
    what: 'Behind which node a meter is, and since when.',
  },
  networkReadings: {
    name: 'Network: readings of nodes',
    what: 'What went through the meter of a feeder or transformer, by half-hour.',
  },
  networkVoltages: {
    name: 'Network: voltage at meters',
    what: 'By half-hour: it tells on which transformer and phase a meter is.',
  },
};

export const exportLabels: Record<ExportKind, string> = {
  connections: 'Connections with their meters',
  customers: 'Customers, with what is prepaid and owed',
  arrears: 'Debts that are not repaid',
  openingBalances: 'Opening balances',
  sales: 'Sales, with where the money went',
  payments: 'Payments',
  transfers: 'Transfers of the ledger',
  meterIdentities: 'How meters prove who they are',
};

export const stateLabels: Record<ImportJson['state'], Label> = {
  awaiting: { text: 'Waits for a second person', tone: 'busy' },
  queued: { text: 'Waiting', tone: 'busy' },
  running: { text: 'Under way', tone: 'busy' },
  done: { text: 'Done', tone: 'good' },
  cancelled: { text: 'Cancelled', tone: 'quiet' },
};

/** How it ended, or how far it is; refused rows are the first thing to know. */
export function importLabel(of: ImportJson): Label {
  if (of.state === 'done' && of.rows.refused > 0) return { text: 'Rows refused', tone: 'warn' };
  return stateLabels[of.state];
}

/** 0 to 100; an empty file is done. */
export function percentDone({ rows }: Pick<ImportJson, 'rows'>): number {
  return rows.total === 0 ? 100 : Math.floor((100 * (rows.total - rows.waiting)) / rows.total);
}

/** Heading line of a file of this kind, ready to be filled in. */
export const templateOf = (kind: ImportKind): string =>
  `${importColumns[kind].map(({ name }) => name).join(',')}\r\n`;

/** "tariff: there is no tariff of this name (found “Homez”)" */
export function faultText(fault: RowFault): string {
  const where = fault.column === null ? '' : `${fault.column}: `;
  const found = fault.found === null ? '' : ` (found “${fault.found}”)`;
  return `${where}${fault.message}${found}`;
}

// Voltage, current and power of each phase, with the phase's own registers.

import type { MeterReportJson, MeterView } from '@prewatt/api';
import { ampereText } from '../../text/meter.ts';
import { kwhText, powerText } from '../../text/numbers.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { wholeList } from '../../ui/whole-list.ts';

type Phase = NonNullable<MeterReportJson['phases']>[number];
type Row = Phase & {
  readonly number: number;
  readonly importWh: string | null;
  readonly exportWh: string | null;
};

const columns: readonly Column<Row>[] = [
  { key: 'phase', header: 'Phase', card: 'title', cell: (row) => `L${row.number}` },
  { key: 'voltage', header: 'Voltage', end: true, cell: (row) => `${row.voltageV} V` },
  { key: 'current', header: 'Current', end: true, cell: (row) => ampereText(row.currentMilliA) },
  { key: 'power', header: 'Power', end: true, cell: (row) => powerText(row.powerW) },
  { key: 'import', header: 'Import', end: true, cell: (row) => kwhText(row.importWh) },
  { key: 'export', header: 'Export', end: true, cell: (row) => kwhText(row.exportWh) },
];

type PhaseTableProps = {
  readonly phases: readonly Phase[];
  readonly registers: MeterView['registers'];
};

export function PhaseTable({ phases, registers }: PhaseTableProps) {
  const known = new Map(registers.map(({ register, energyWh }) => [register, energyWh]));
  const rows = phases.map((phase, index) => ({
    ...phase,
    number: index + 1,
    importWh: known.get(`importEnergyWhL${index + 1}`) ?? null,
    exportWh: known.get(`exportEnergyWhL${index + 1}`) ?? null,
  }));
  return (
    <DataTable
      label="Phases"
      noun="phase"
      columns={columns}
      rowKey={(row) => String(row.number)}
      query={wholeList(rows)}
      empty="The meter says nothing of its phases."
    />
  );
}

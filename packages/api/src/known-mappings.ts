// Files whose columns are known without looking at one: a mapping for each, to begin with. Only
// what is known stands here; how dates are written is said by the file.

import type { KnownMapping } from './reconciliation.ts';

export const builtInMappings: readonly KnownMapping[] = [
  {
    kind: 'settlement',
    provider: 'daraja',
    label: 'M-Pesa: statement of the organisation’s account',
    mapping: {
      provider: 'daraja',
      delimiter: ',',
      skipLines: 0,
      heading: 'named',
      columns: { reference: 'Receipt No.', amount: 'Paid In', date: 'Completion Time' },
      where: { column: 'Transaction Status', equals: 'Completed' },
      // Money that went out, and what M-Pesa charges for it, stands in the same list.
      emptyAmount: 'skip',
      numbers: { decimal: '.', group: ',' },
      dates: 'YYYY-MM-DD',
    },
  },
];

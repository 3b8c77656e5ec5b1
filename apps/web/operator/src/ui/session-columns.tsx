// The columns of open sessions, one's own and those of a colleague.

import type { SessionRow } from '@prewatt/api';
import { programText } from '../text/programs.ts';
import { WithNote } from './columns.tsx';
import type { Column } from './data-table.tsx';
import { ActionButton, Instant } from './show.tsx';

export const sessionColumns = (end: (sessionId: string) => void): Column<SessionRow>[] => [
  {
    key: 'program',
    header: 'Where',
    card: 'title',
    cell: (row) => (
      <WithNote note={row.address ?? ''}>
        {programText(row.program)}
        {row.isThis && ' (this one)'}
      </WithNote>
    ),
  },
  { key: 'since', header: 'Signed in', cell: (row) => <Instant at={row.since} real /> },
  { key: 'used', header: 'Last used', cell: (row) => <Instant at={row.lastUsed} real /> },
  {
    key: 'act',
    header: '',
    card: 'wide',
    cell: (row) =>
      !row.isThis && (
        <ActionButton
          size="compact-sm"
          why={null}
          label={`End session: ${programText(row.program)}`}
          onClick={() => end(row.sessionId)}
        >
          End session
        </ActionButton>
      ),
  },
];

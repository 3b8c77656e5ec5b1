// When supply may not be cut: the rules that hold now in plain sentences, declared days, and the
// rule sets before. Read only; another rule set is asked for by `prewatt protection`.

import { Skeleton, Stack, Text, Title } from '@mantine/core';
import type { ProtectionRulesAnswer, WeatherDaysAnswer } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { protectionRulesQuery, weatherDaysQuery } from '../../api/calls.ts';
import { longDay } from '../../text/time.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Instant, PageHeading, panel } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import { Landings } from './landings.tsx';
import { MetersTold } from './meters.tsx';

export default function ProtectionPage() {
  const rules = useQuery(protectionRulesQuery);
  const days = useQuery(weatherDaysQuery);
  const failure = rules.error ?? days.error;
  return (
    <Stack gap="lg">
      <PageHeading title="Protection" />
      <Text c="dimmed" size="sm" maw="75ch">
        When supply stays on although credit has ended. Meters hold these rules themselves. Another
        rule set is tried and asked for with “prewatt protection”, and a second person approves it.
      </Text>
      {failure !== null && (
        <FailureNote
          failure={failure}
          onRetry={() => void Promise.all([rules.refetch(), days.refetch()])}
        />
      )}
      {rules.data === undefined && failure === null && (
        <Skeleton height={240} aria-label="Loading" />
      )}
      {rules.data !== undefined && <Rules of={rules.data} />}
      <MetersTold />
      <Landings />
      {days.data !== undefined && <Days rows={days.data.rows} />}
      {rules.data !== undefined && <Versions rows={rules.data.versions} />}
    </Stack>
  );
}

function Rules({ of }: { of: ProtectionRulesAnswer }) {
  return (
    <section className={panel} aria-label="Rules in force">
      <Stack gap="md">
        {of.words.map(({ title, sentences }) => (
          <section key={title}>
            <Title order={2} mb={4}>
              {title}
            </Title>
            {sentences.map((sentence) => (
              <Text size="sm" key={sentence} maw="70ch">
                {sentence}
              </Text>
            ))}
          </section>
        ))}
      </Stack>
    </section>
  );
}

type Day = WeatherDaysAnswer['rows'][number];
const dayColumns: readonly Column<Day>[] = [
  { key: 'date', header: 'Day', card: 'title', cell: (row) => longDay(row.date) },
  { key: 'kind', header: 'Why', cell: (row) => (row.kind === 'heat' ? 'Heat' : 'Cold') },
  { key: 'note', header: 'Note', card: 'wide', cell: (row) => row.note },
  { key: 'by', header: 'Declared by', cell: (row) => row.declaredBy },
];

function Days({ rows }: { rows: readonly Day[] }) {
  return (
    <section>
      <Title order={2} mb="xs">
        Declared days
      </Title>
      <DataTable
        label="Declared days"
        noun="day"
        columns={dayColumns}
        rowKey={(row) => `${row.date} ${row.kind}`}
        query={wholeList(rows)}
        empty="No day of heat or cold is declared from yesterday on."
      />
    </section>
  );
}

type Version = ProtectionRulesAnswer['versions'][number];
const versionColumns: readonly Column<Version>[] = [
  { key: 'version', header: 'Rule set', card: 'title', cell: (row) => `Rule set ${row.version}` },
  { key: 'live', header: 'In force from', cell: (row) => <Instant at={row.liveAt} /> },
  { key: 'by', header: 'Asked for by', cell: (row) => row.requestedBy },
  { key: 'allowed', header: 'Approved by', cell: (row) => row.approvedBy },
  {
    key: 'approval',
    header: 'Approval',
    cell: (row) => (
      <Link to="/approvals/$approvalId" params={{ approvalId: row.approvalId }}>
        Open approval
      </Link>
    ),
  },
];

function Versions({ rows }: { rows: readonly Version[] }) {
  return (
    <section>
      <Title order={2} mb="xs">
        Rule sets
      </Title>
      <DataTable
        label="Rule sets"
        noun="rule set"
        columns={versionColumns}
        rowKey={(row) => String(row.version)}
        query={wholeList(rows)}
        empty="The first rule set still holds."
      />
    </section>
  );
}

// When supply may not be cut: the rules that hold now in plain sentences, declared days, rule sets
// that were tried, and those before. Another one begins with “Change the rules”.

import { Button, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { ProtectionRulesAnswer } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { protectionRulesQuery } from '../../api/protection.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { ActionButton, Instant, PageHeading, panel } from '../../ui/show.tsx';
import { FailureNote } from '../../ui/states.tsx';
import { wholeList } from '../../ui/whole-list.ts';
import { DeclaredDays } from './days.tsx';
import { weatherProtects } from './labels.ts';
import { MetersTold } from './meters.tsx';
import { VendingOutages } from './outages.tsx';
import { RulesText } from './rules-labels.tsx';
import { Landings } from './soft-landing.tsx';
import { Trials } from './trials.tsx';

export default function ProtectionPage() {
  const rules = useQuery(protectionRulesQuery);
  return (
    <Stack gap="lg">
      <PageHeading title="Protection" aside={<ChangeButton />} />
      <Text c="dimmed" size="sm" maw="75ch">
        When supply stays on although credit has ended. Meters hold these rules themselves. Another
        rule set is tried on the past first, and a second administrator approves it. A home that is
        never cut is flagged on its own page.
      </Text>
      {rules.error !== null && (
        <FailureNote failure={rules.error} onRetry={() => void rules.refetch()} />
      )}
      {rules.data === undefined && rules.error === null && (
        <Skeleton height={240} aria-label="Loading" />
      )}
      {rules.data !== undefined && <Rules of={rules.data} />}
      <DeclaredDays protects={weatherProtects(rules.data?.document)} />
      <VendingOutages />
      <MetersTold />
      <Landings />
      <Trials />
      {rules.data !== undefined && <Versions rows={rules.data.versions} />}
    </Stack>
  );
}

function ChangeButton() {
  const readOnly = useWhyReadOnly();
  if (readOnly !== null) {
    return (
      <ActionButton why={readOnly} onClick={() => undefined}>
        Change the rules
      </ActionButton>
    );
  }
  return (
    <Button component={Link} to="/protection/change" variant="default" size="sm">
      Change the rules
    </Button>
  );
}

function Rules({ of }: { of: ProtectionRulesAnswer }) {
  return (
    <section className={panel} aria-label="Rules in force">
      <RulesText words={of.words} />
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

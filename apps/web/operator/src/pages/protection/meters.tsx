// Which meters know the rules in force: counts, and those that do not, with what to do about them.

import { Stack, Text, Title } from '@mantine/core';
import type { MeterKnowledge, ProtectionMeters } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { protectionMetersQuery } from '../../api/protection.ts';
import { Choices } from '../../ui/choices.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Age, Fact, MeterNumber, nowFacts, panel } from '../../ui/show.tsx';
import {
  behindKinds,
  firstBehind,
  knowledgeLabels,
  knowledgeMeaning,
  refusalLabels,
} from './labels.ts';

type Behind = Exclude<MeterKnowledge, 'upToDate'>;
type Row = ProtectionMeters['rows'][number];

const columns: readonly Column<Row>[] = [
  {
    key: 'home',
    header: 'Home',
    card: 'title',
    cell: (row) => (
      <>
        <Link to="/connections/$connectionId" params={{ connectionId: row.connectionId }}>
          {row.name}
        </Link>
        <div>
          <MeterNumber meterPan={row.meterPan} />
        </div>
      </>
    ),
  },
  { key: 'told', header: 'Told last', cell: (row) => <Age at={row.toldAt} /> },
  {
    key: 'link',
    header: 'Link',
    cell: (row) => (row.linkUp === null ? 'Never heard' : row.linkUp ? 'Connected' : 'Away'),
  },
  {
    key: 'why',
    header: 'It answered',
    card: 'wide',
    cell: (row) => (row.refusal === null ? 'Nothing yet' : refusalLabels(row.refusal)),
  },
];

export function MetersTold() {
  const [chosen, setChosen] = useState<Behind | null>(null);
  const counted = useInfiniteQuery(protectionMetersQuery('refused'));
  const counts = counted.data?.pages[0]?.counts;
  const state = chosen ?? (counts === undefined ? 'refused' : firstBehind(counts));
  const query = useInfiniteQuery(protectionMetersQuery(state));
  const first = query.data?.pages[0] ?? counted.data?.pages[0];
  return (
    <section aria-labelledby="told">
      <Stack gap="sm">
        <Title order={2} id="told">
          Rules in the meters
        </Title>
        {first !== undefined && <Counts of={first} />}
        <Choices
          label="Show meters"
          of={behindKinds}
          chosen={state}
          text={(each) =>
            first !== undefined
              ? `${knowledgeLabels[each].text} ${first.counts[each]}`
              : knowledgeLabels[each].text
          }
          onChoose={(each) => setChosen(each)}
        />
        <Text size="sm" c="dimmed" maw="75ch">
          {knowledgeMeaning[state]}
        </Text>
        <DataTable
          label="Meters that do not know the rules"
          noun="meter"
          columns={columns}
          rowKey={(row) => row.meterPan}
          query={query}
          empty="No meter is in this state."
        />
      </Stack>
    </section>
  );
}

function Counts({ of }: { of: ProtectionMeters }) {
  const { counts, total, rulesVersion } = of;
  return (
    <div className={panel}>
      <dl className={nowFacts} style={{ margin: 0 }}>
        <Fact name="Rule set">{rulesVersion === 0 ? 'First' : rulesVersion}</Fact>
        <Fact name="Meters that have it">
          {counts.upToDate} of {total}
        </Fact>
        <Fact name="On its way">{counts.waiting + counts.notTold}</Fact>
        <Fact name="Need a visit" note="No link, or refused">
          {counts.noLink + counts.refused}
        </Fact>
      </dl>
    </div>
  );
}

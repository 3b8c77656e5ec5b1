// How many of the meters that count money have a version of their tariff, which they are sent
// without anybody asking. Counts, and lists of the meters in each state, with what to do about
// them.

import { Stack, Text, Title } from '@mantine/core';
import {
  type MeterTariffStanding,
  type MeterTariffs,
  meterTariffStandings,
  type TariffVersionDetail,
} from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { versionMetersQuery } from '../../api/tariffs.ts';
import { Choices } from '../../ui/choices.tsx';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Age, MeterNumber, panel } from '../../ui/show.tsx';
import { refusalLabels } from '../protection/labels.ts';
import { meterStandingLabels, meterStandingMeaning } from './labels.ts';

type Row = MeterTariffs['rows'][number];

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
  {
    key: 'says',
    header: 'It charges',
    cell: (row) => (row.saysVersion === null ? 'Not known' : `version ${row.saysVersion}`),
  },
  { key: 'told', header: 'Told last', cell: (row) => <Age at={row.toldAt} /> },
  { key: 'heard', header: 'Heard last', cell: (row) => <Age at={row.lastContactAt} /> },
];

const whyRefused: Column<Row> = {
  key: 'why',
  header: 'It answered',
  card: 'wide',
  cell: (row) => (row.refusal === null ? 'Nothing' : refusalLabels(row.refusal)),
};

/** Nothing where no meter counts money by this version. */
export function MetersOfVersion({ version }: { version: TariffVersionDetail }) {
  const isOfMeters = version.standing === 'coming' || version.standing === 'inForce';
  return isOfMeters ? <Meters versionId={version.versionId} /> : null;
}

function Meters({ versionId }: { versionId: string }) {
  const [chosen, setChosen] = useState<MeterTariffStanding | null>(null);
  const first = useInfiniteQuery(versionMetersQuery(versionId, 'noLink')).data?.pages[0];
  if (first === undefined || first.total === 0) return null;
  const { counts, total } = first;
  const there = meterTariffStandings.filter((each) => counts[each] > 0);
  return (
    <section className={panel} aria-label="Meters that count money">
      <Stack gap="sm">
        <div>
          <Title order={2} size="h4">
            Meters that count money
          </Title>
          <Text size="sm" maw="75ch">
            {counts.has} of {total} have this version. They charge it from its first day, by
            themselves; all of them are sent it.
          </Text>
        </div>
        <Choices
          label="Show meters"
          of={there}
          chosen={chosen}
          text={(each) => `${meterStandingLabels[each].text} ${counts[each]}`}
          onChoose={(each) => setChosen(each === chosen ? null : each)}
        />
        {chosen !== null && <Listed versionId={versionId} standing={chosen} />}
      </Stack>
    </section>
  );
}

function Listed({ versionId, standing }: { versionId: string; standing: MeterTariffStanding }) {
  const query = useInfiniteQuery(versionMetersQuery(versionId, standing));
  return (
    <>
      <Text size="sm" c="dimmed" maw="75ch">
        {meterStandingMeaning[standing]}
      </Text>
      <DataTable
        label="Meters by what they know of this version"
        noun="meter"
        columns={standing === 'refused' ? [...columns, whyRefused] : columns}
        rowKey={(row) => row.meterPan}
        query={query}
        empty="No meter is in this state any more."
      />
    </>
  );
}

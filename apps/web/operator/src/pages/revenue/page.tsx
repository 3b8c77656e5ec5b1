// Revenue protection: today's visits with their reasons, homes that are offered help first, honest
// causes, cases, and what visits found.

import { Anchor, NumberInput, Stack, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { findingsFilePath } from '../../api/revenue.ts';
import { useSession } from '../../shell/session.tsx';
import { revenueSearch } from '../../state/search.ts';
import { PageHeading } from '../../ui/show.tsx';
import { TabSet } from '../../ui/tab-set.tsx';
import { CaseList } from './case-list.tsx';
import { KeptFindings } from './kept-findings.tsx';
import { tabTitles } from './labels.ts';
import { Lines } from './lines.tsx';
import { OnThisPhone } from './on-this-phone.tsx';
import { Results } from './results.tsx';
import { RouteOfDay } from './route.tsx';

const usualVisits = 10;

export default function RevenuePage() {
  const { revenue: open = 'visit' } = useSearch({ from: '/signed-in/revenue' });
  const navigate = useNavigate();
  return (
    <Stack gap="md">
      <PageHeading title="Revenue protection" aside={<FileLink />} />
      <Text c="dimmed" size="sm" maw="75ch">
        Each night the sixty days before are looked at. A line says where to look and why; it proves
        nothing.
      </Text>
      <KeptFindings />
      <OnThisPhone mayLeave={open === 'cases' || open === 'route'} />
      <TabSet
        label="Parts of revenue protection"
        names={tabTitles}
        open={open}
        onOpen={(tab) =>
          void navigate({
            to: '/revenue',
            search: revenueSearch({ revenue: tab }),
            replace: true,
          })
        }
        panel={(tab) => {
          if (tab === 'cases') return <CaseList state="open" />;
          if (tab === 'closed') return <CaseList state="closed" />;
          if (tab === 'route') return <RouteOfDay />;
          if (tab === 'results') return <Results />;
          return tab === 'visit' ? <Today /> : <Lines standing={tab} visits={null} />;
        }}
      />
    </Stack>
  );
}

function Today() {
  const [visits, setVisits] = useState(usualVisits);
  return (
    <Stack gap="md">
      <NumberInput
        label="Visits that today has"
        value={visits}
        min={1}
        max={1000}
        maw="12rem"
        onChange={(value) => {
          const asked = Number(value);
          if (Number.isInteger(asked) && asked >= 1 && asked <= 1000) setVisits(asked);
        }}
      />
      <Lines standing="visit" visits={visits} />
    </Stack>
  );
}

function FileLink() {
  if (useSession().role === 'viewer') return null;
  return (
    <Anchor href={findingsFilePath} download="labels.csv" size="sm">
      Findings as labels
    </Anchor>
  );
}

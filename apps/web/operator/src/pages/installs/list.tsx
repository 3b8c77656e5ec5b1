// Install jobs: for a technician those that are theirs or nobody's, for the office all, and a new
// one.

import { Stack, Text } from '@mantine/core';
import { installFilters } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { type InstallFilter, installsQuery } from '../../api/installs.ts';
import { useSession, useWhyReadOnly } from '../../shell/session.tsx';
import { Choices } from '../../ui/choices.tsx';
import { Dialog } from '../../ui/form.tsx';
import { ActionButton, PageHeading } from '../../ui/show.tsx';
import { emptyLabels, filterLabels } from './labels.ts';
import { NewInstallForm } from './new-install.tsx';
import { InstallTable } from './table.tsx';

export default function InstallsPage() {
  const { jobs = 'open' } = useSearch({ from: '/signed-in/installs' });
  const navigate = useNavigate();
  const isTechnician = useSession().role === 'technician';
  const readOnly = useWhyReadOnly();
  const [isOpening, setIsOpening] = useState(false);
  const show = (filter: InstallFilter) =>
    void navigate({ to: '/installs', search: filter === 'open' ? {} : { jobs: filter } });
  return (
    <Stack gap="md">
      <PageHeading
        title="Installs"
        aside={
          isTechnician ? undefined : (
            <ActionButton variant="filled" why={readOnly} onClick={() => setIsOpening(true)}>
              New job
            </ActionButton>
          )
        }
      />
      <Text c="dimmed" size="sm" maw="75ch">
        A meter is put up and tested step by step; the job closes when each step has passed.
      </Text>
      <Choices
        label="Show"
        of={installFilters}
        chosen={jobs}
        text={(filter) => filterLabels[filter]}
        onChoose={(filter) => show(filter)}
      />
      <InstallTable
        label="Install jobs"
        query={useInfiniteQuery(installsQuery(jobs))}
        empty={emptyLabels[jobs]}
      />
      <Dialog opened={isOpening} onClose={() => setIsOpening(false)} title="New install job">
        <NewInstallForm onClose={() => setIsOpening(false)} />
      </Dialog>
    </Stack>
  );
}

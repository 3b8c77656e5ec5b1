// What one person did alone in an emergency and nobody has reviewed. Shows itself only while there
// is any.

import { Alert, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { emergenciesQuery } from '../api/emergencies.ts';
import { panel } from '../ui/show.tsx';
import { Act } from './approvals/emergencies.tsx';

export function UnreviewedEmergencies() {
  const acts = useQuery(emergenciesQuery).data?.acts ?? [];
  const open = acts.filter(({ review }) => review === null);
  if (open.length === 0) return null;
  return (
    <section className={panel} aria-label="Done by one person alone, in an emergency">
      <Stack gap="sm">
        <Alert color="red" variant="light" title="Done by one person alone, in an emergency" />
        {open.map((act) => (
          <Act key={act.approvalId} of={act} />
        ))}
      </Stack>
    </section>
  );
}

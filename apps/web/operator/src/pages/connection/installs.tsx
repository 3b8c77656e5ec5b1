// The install jobs of a connection. Shows itself only where there are some.

import { Stack, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { connectionInstallsQuery } from '../../api/installs.ts';
import { InstallTable } from '../installs/table.tsx';

export function ConnectionInstalls({ connectionId }: { connectionId: string }) {
  const query = useInfiniteQuery(connectionInstallsQuery(connectionId));
  if ((query.data?.pages[0]?.rows.length ?? 0) === 0) return null;
  return (
    <Stack gap="sm" component="section" aria-label="Install jobs">
      <Title order={2}>Install jobs</Title>
      <InstallTable label="Install jobs of this connection" query={query} empty="None." />
    </Stack>
  );
}

// Install jobs of the attention list: a failed step, or open for more than a week. Shows itself
// only while it has rows.

import { Stack, Text, Title } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { installsQuery } from '../api/installs.ts';
import { InstallTable } from './installs/table.tsx';

export function OpenInstalls() {
  const query = useInfiniteQuery(installsQuery('attention'));
  if ((query.data?.pages[0]?.rows.length ?? 0) === 0) return null;
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        Install jobs
      </Title>
      <Text c="dimmed" size="sm">
        A step has failed, or the job is open for more than a week. A job leaves the list when it
        goes on, is closed or cancelled.
      </Text>
      <InstallTable
        label="Install jobs that need attention"
        query={query}
        empty="No install job waits."
      />
    </Stack>
  );
}

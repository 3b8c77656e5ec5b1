// Work that the server does now and then by itself and that has failed for minutes: whoever runs
// the server should look. Shows itself only while there is any.

import { Alert, List } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { failingUpkeepQuery } from '../api/queries.ts';

export function FailingUpkeep() {
  const query = useInfiniteQuery(failingUpkeepQuery);
  const rows = query.data?.pages.flatMap((page) => page.rows) ?? [];
  if (rows.length === 0) return null;
  return (
    <Alert color="red" variant="light" title="Something that the server needs fails">
      Tell whoever runs the server; its log says why. What fails:
      <List size="sm" mt="xs">
        {rows.map(({ name, label, failingMinutes, isHanging }) => (
          <List.Item key={name}>
            {label}, {isHanging ? 'hanging' : 'failing'} for {failingMinutes} minutes
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

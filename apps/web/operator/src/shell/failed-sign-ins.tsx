// The banner that tells a person that somebody tried wrong passwords for their sign-in.

import { Button } from '@mantine/core';
import { consoleApi } from '@prewatt/api';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { client, orThrow } from '../api/read.ts';
import { Instant } from '../ui/show.tsx';
import styles from './shell.module.css';

/** Fewer are slips of one's own. */
const worthTelling = 3;

const failedSignInsQuery = queryOptions({
  queryKey: ['failedSignIns'],
  queryFn: ({ signal }) => orThrow(client.call(consoleApi.failedSignIns, { signal })),
});

export function FailedSignInsBanner() {
  const failed = useQuery(failedSignInsQuery).data;
  const queryClient = useQueryClient();
  const seen = useMutation({
    mutationFn: () => client.postRaw(consoleApi.failedSignInsSeen, {}),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: failedSignInsQuery.queryKey }),
  });
  if (failed === undefined || failed.lastAt === null || failed.count < worthTelling) return null;
  return (
    <div className={styles.banner} role="alert">
      <span>
        {failed.count} wrong passwords were tried for your sign-in, the last one{' '}
        <Instant at={failed.lastAt} withAge={false} />. If that was not you, change your password in
        the account menu and tell an administrator.
      </span>
      <Button size="compact-sm" variant="default" onClick={() => seen.mutate()}>
        Understood
      </Button>
    </div>
  );
}

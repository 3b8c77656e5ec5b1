// What the next visits need is read while there is a network: there may be none where they are.

import { type CaseRow, caseApi, pathOf } from '@prewatt/api';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { caseQuery } from '../../api/revenue.ts';
import { fieldPaths } from '../../field-paths.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { takeAlong } from '../../state/taken-along.ts';

/** As many homes as a day has visits. */
const most = 20;

const lists = [fieldPaths.me, fieldPaths.list, fieldPaths.route];

export function useTakenAlong(rows: readonly Pick<CaseRow, 'caseId' | 'state'>[]): void {
  const queryClient = useQueryClient();
  const router = useRouter();
  const readOnly = useWhyReadOnly();
  const planned = rows.filter((row) => row.state === 'planned').slice(0, most);
  const caseIds = planned.map(({ caseId }) => caseId).join(' ');
  useEffect(() => {
    const ids = caseIds.split(' ').filter((id) => id !== '');
    const [first] = ids;
    if (first === undefined || readOnly !== null) return;
    const take = async () => {
      await router.preloadRoute({ to: '/revenue/$caseId', params: { caseId: first } });
      // The menu of whoever is signed in is fetched late, too.
      await import('../../shell/open-operator-menu.tsx');
      const isTaken = await takeAlong([
        ...lists,
        ...ids.map((id) => pathOf(caseApi.detail, { id })),
      ]);
      // A browser without a worker keeps them as long as the page.
      if (!isTaken) for (const id of ids) void queryClient.prefetchQuery(caseQuery(id));
    };
    void take().catch(() => undefined);
  }, [caseIds, readOnly, queryClient, router]);
}

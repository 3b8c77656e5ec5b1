// What the next visits need is read while there is a network: there may be none where they are.

import type { CaseRow } from '@prewatt/api';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { caseQuery } from '../../api/revenue.ts';

/** As many homes as a day has visits. */
const takenAlong = 20;

export function useTakenAlong(rows: readonly Pick<CaseRow, 'caseId' | 'state'>[]): void {
  const queryClient = useQueryClient();
  const router = useRouter();
  useEffect(() => {
    const planned = rows.filter((row) => row.state === 'planned').slice(0, takenAlong);
    for (const { caseId } of planned) void queryClient.prefetchQuery(caseQuery(caseId));
    const [first] = planned;
    if (first === undefined) return;
    void router.preloadRoute({ to: '/revenue/$caseId', params: { caseId: first.caseId } });
  }, [rows, queryClient, router]);
}

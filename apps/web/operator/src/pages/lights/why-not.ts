// Why nothing may be done with the lamps of an account now.

import type { LightingView } from '@prewatt/api';
import { useWhyReadOnly } from '../../shell/session.tsx';

/** Null: it may be done. */
export function useWhyNot({ account }: Pick<LightingView, 'account'>): string | null {
  const readOnly = useWhyReadOnly();
  return account.closedAt === null ? readOnly : 'The account is closed';
}

// What the signed-in operator may still do alone, beside a form that brings value; and the way to
// what waits for a second person.

import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { controlLimitsQuery } from '../api/limits.ts';
import { useCurrency } from '../shell/session.tsx';
import { moneyText } from '../text/numbers.ts';

/** Leads to the approval that an action waits for. */
export function useToApproval(): (approvalId: string) => void {
  const navigate = useNavigate();
  return (approvalId) => void navigate({ to: '/approvals/$approvalId', params: { approvalId } });
}

export function AloneNote({ amountMinor }: { readonly amountMinor: string }) {
  const currency = useCurrency();
  const { data } = useQuery(controlLimitsQuery);
  if (data === undefined) return null;
  const { limits, own } = data;
  const left = BigInt(limits.dailyMinor) - BigInt(own.valueMinor);
  const most = left < BigInt(limits.aloneMinor) ? left : BigInt(limits.aloneMinor);
  const isMore = BigInt(amountMinor) > most;
  const text = moneyText((most < 0n ? 0n : most).toString(), currency);
  return (
    <Text size="sm" {...(isMore ? { fw: 550 } : { c: 'dimmed' })}>
      Alone you may give up to {text} now.{' '}
      {isMore
        ? 'This waits for approval by a second person.'
        : 'More waits for approval by a second person.'}
    </Text>
  );
}

// "Retry" for a stuck sale: asks the server to go on where it stopped. A sale has one token at
// most, so pressing twice credits once.

import { Stack, Text } from '@mantine/core';
import { failureText } from '../api/failure.ts';
import { retrySale } from '../api/queries.ts';
import { useAction } from '../api/use-action.ts';
import { useWhyReadOnly } from '../shell/session.tsx';
import { ActionButton } from '../ui/show.tsx';

type RetryButtonProps = {
  readonly saleId: string;
  readonly whyNot?: string | null;
  /** The row may be gone by then, so the page that held it says what was done. */
  readonly onStarted?: () => void;
};

export function RetryButton({ saleId, whyNot = null, onStarted }: RetryButtonProps) {
  const readOnly = useWhyReadOnly();
  const retry = useAction({
    run: () => retrySale(saleId),
    stale: [['attention'], ['sales'], ['overview'], ['sale', saleId]],
    onDone: () => onStarted?.(),
  });
  return (
    <Stack gap={4} align="flex-start">
      <ActionButton
        size="compact-sm"
        variant="light"
        why={readOnly ?? whyNot}
        loading={retry.isPending}
        onClick={() => retry.mutate()}
      >
        Retry
      </ActionButton>
      <div role="status">
        {retry.isSuccess && onStarted === undefined && <Text size="xs">Started again</Text>}
        {retry.error !== null && (
          <Text size="xs" c="red" maw="32ch">
            {failureText(retry.error)}
          </Text>
        )}
      </div>
    </Stack>
  );
}

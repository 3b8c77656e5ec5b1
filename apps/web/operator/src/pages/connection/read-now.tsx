// "Read now": asks the meter for a reading, and follows the command's stages beside the button
// until it has ended.

import { Group, Text } from '@mantine/core';
import type { CommandRow } from '@prewatt/api';
import { uuidV7 } from '@prewatt/quantities';
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import { failureText } from '../../api/failure.ts';
import { commandsQuery, readNow } from '../../api/queries.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { isOpenStage, stageLabels } from '../../text/labels.ts';
import { ActionButton } from '../../ui/show.tsx';

export function ReadNow({ connectionId }: { connectionId: string }) {
  const queryClient = useQueryClient();
  const readOnly = useWhyReadOnly();
  const commands = useInfiniteQuery(commandsQuery(connectionId));
  // Kept until the server has answered, so that pressing again after a lost answer is the same
  // command.
  const requestId = useRef<string | null>(null);
  const asking = useMutation({
    mutationFn: () => {
      requestId.current ??= newRequestId();
      return readNow(connectionId, requestId.current);
    },
    onSuccess: async () => {
      requestId.current = null;
      await queryClient.invalidateQueries({ queryKey: ['connection', connectionId, 'commands'] });
    },
  });
  const rows = commands.data?.pages.flatMap((page) => page.rows) ?? [];
  const reading = rows.find((row) => row.kind === 'readNow');
  const underWay = reading !== undefined && isOpenStage(reading.stage);
  const mine = rows.find((row) => row.commandId === asking.data?.commandId) ?? asking.data;
  return (
    <Group gap="sm">
      <Text size="sm" c="dimmed" role="status" maw="36ch">
        {asking.error !== null ? failureText(asking.error) : progress(mine)}
      </Text>
      <ActionButton
        why={readOnly ?? (underWay ? 'A reading is already on its way' : null)}
        loading={asking.isPending}
        onClick={() => asking.mutate()}
      >
        Read now
      </ActionButton>
    </Group>
  );
}

function progress(command: CommandRow | undefined): string {
  if (command === undefined) return '';
  if (command.stage === 'done') return 'The meter has answered';
  return `Reading: ${stageLabels[command.stage].text.toLowerCase()}`;
}

function newRequestId(): string {
  return uuidV7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
}

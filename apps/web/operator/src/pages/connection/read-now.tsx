// "Read now": asks the meter for a reading, and follows the command's stages beside the button
// until it has ended.

import { Group, Text } from '@mantine/core';
import type { CommandRow } from '@prewatt/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { commandsQuery, readNow } from '../../api/connection.ts';
import { failureText } from '../../api/failure.ts';
import { useAction } from '../../api/use-action.ts';
import { useWhyReadOnly } from '../../shell/session.tsx';
import { isOpenStage, stageLabels } from '../../text/labels.ts';
import { ActionButton } from '../../ui/show.tsx';

export function ReadNow({ connectionId }: { connectionId: string }) {
  const readOnly = useWhyReadOnly();
  const commands = useInfiniteQuery(commandsQuery(connectionId));
  const asking = useAction({
    run: (_input, requestId) => readNow(connectionId, requestId),
    stale: [['connection', connectionId, 'commands']],
  });
  const rows = commands.data?.pages.flatMap((page) => page.rows) ?? [];
  const reading = rows.find((row) => row.kind === 'readNow');
  const underWay = reading !== undefined && isOpenStage(reading.stage);
  const mine = rows.find((row) => row.commandId === asking.data?.commandId) ?? asking.data;
  const said = asking.error !== null ? failureText(asking.error) : progress(mine);
  return (
    <Group gap={0}>
      <Text size="sm" c="dimmed" role="status" maw="36ch" me={said === '' ? 0 : 'sm'}>
        {said}
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

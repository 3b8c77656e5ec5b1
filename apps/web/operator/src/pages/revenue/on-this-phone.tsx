// Says which visits open without network, how old they are, and when what is shown was read.

import { Alert, Button, Group, Text } from '@mantine/core';
import { countText } from '@prewatt/quantities';
import { useEffect, useSyncExternalStore } from 'react';
import { leaveBehind, lookAtTakenAlong, takenAlong } from '../../state/taken-along.ts';
import { Age } from '../../ui/show.tsx';

export function OnThisPhone({ mayLeave = false }: { mayLeave?: boolean }) {
  const { worker, visits, sinceMs, shownFromMs } = useSyncExternalStore(
    takenAlong.subscribe,
    takenAlong.now,
  );
  useEffect(() => void lookAtTakenAlong(), []);
  if (shownFromMs !== null) {
    return (
      <Alert color="yellow" variant="light" role="status" title="No answer from the server">
        You see what is kept on this phone. Read: <Ago ms={shownFromMs} />. What you note is kept
        and sent later.
      </Alert>
    );
  }
  if (!mayLeave) return null;
  if (worker === 'none') {
    return (
      <Text size="sm" c="dimmed" maw="75ch">
        This browser keeps no page without network (it needs an address with https). Leave the page
        open on the way.
      </Text>
    );
  }
  if (visits === 0 || sinceMs === null) return null;
  return (
    <Group gap="sm">
      <Text size="sm" c="dimmed" maw="75ch">
        On this phone: {countText(visits, 'visit')}, read <Ago ms={sinceMs} />. They open without
        network for a day, or until you sign out.
      </Text>
      <Button size="compact-sm" variant="default" onClick={() => void leaveBehind()}>
        Remove them from this phone
      </Button>
    </Group>
  );
}

const Ago = ({ ms }: { ms: number }) => <Age at={new Date(ms).toISOString()} real />;

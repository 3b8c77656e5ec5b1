// The whole result of a list as a file, for those whose role may take it out.

import { Button } from '@mantine/core';
import { useSession } from '../shell/session.tsx';
import { ActionButton } from './show.tsx';

export function FileLink({ href }: { readonly href: string }) {
  if (useSession().role === 'viewer') {
    return (
      <ActionButton size="xs" why="Your role may look but not export" onClick={() => undefined}>
        Export as CSV
      </ActionButton>
    );
  }
  return (
    <Button component="a" href={href} download size="xs" variant="default">
      Export as CSV
    </Button>
  );
}

// A secret that the server has shown for the only time: to be copied, then forgotten. It is in no
// address, cache or storage.

import { Button, Code, Group, Stack } from '@mantine/core';
import { useState } from 'react';

export function SecretOnce({ label, secret }: { label: string; secret: string }) {
  const [said, setSaid] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(secret);
      setSaid('Copied');
    } catch {
      setSaid('The browser does not let us copy; select the text instead');
    }
  };
  return (
    <Stack gap="xs">
      <Code block aria-label={label} style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {secret}
      </Code>
      <Group gap="sm">
        <Button variant="default" size="compact-sm" onClick={() => void copy()}>
          Copy
        </Button>
        <span role="status" style={{ fontSize: '0.8125rem' }}>
          {said}
        </span>
      </Group>
    </Stack>
  );
}

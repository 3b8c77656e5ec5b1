// Vending keys that end within a year or have ended while meters hold them: without another key
// nothing can be sold to these meters. Shows itself only while there is any.

import { Alert, List } from '@mantine/core';
import { keyWarningDays } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { vendingKeysQuery } from '../api/keys.ts';
import { Instant } from '../ui/show.tsx';

export function EndingKeys() {
  const query = useQuery(vendingKeysQuery);
  const rows = query.data?.rows.filter((row) => row.endsSoon) ?? [];
  if (rows.length === 0) return null;
  return (
    <Alert color="red" variant="light" title="Vending keys end">
      No token can be made under a key that has ended. These end within {keyWarningDays} days, or
      have ended, and meters hold them. Load another key of the supply group with a later base date,
      then move the meters to it: <Link to="/keys">Vending keys</Link>, and
      <code> prewatt campaign start</code>.
      <List size="sm" mt="xs">
        {rows.map((row) => (
          <List.Item key={row.keyId}>
            Supply group {row.supplyGroupCode}, revision {row.keyRevision}, {row.meters} meters:{' '}
            <Instant at={row.expiresAt} withAge={false} />
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

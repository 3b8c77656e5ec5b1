// What the last finished proof found, where operators look for trouble: one line for each law that
// does not hold, and nothing while all of them do.

import { Alert, List } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { proofRunsQuery } from '../api/proof.ts';

export function ProofAlert() {
  const runs = useQuery(proofRunsQuery);
  const last = runs.data?.rows.find((run) => run.result !== null)?.result ?? null;
  if (last === null || last.holds) return null;
  const broken = last.laws.flatMap((law) =>
    law.rules
      .filter((rule) => rule.failed !== '0')
      .map((rule) => ({
        key: rule.name,
        text: `Law ${law.law}: ${rule.failed} ${rule.broken}`,
        details: rule.findings
          .flatMap(({ detail }) => (detail === null ? [] : [detail]))
          .slice(0, 3),
      })),
  );
  return (
    <Alert color="red" variant="light" title="The last proof failed">
      Rows of the database contradict each other. <Link to="/proof">Proof</Link> names them and
      checks again.
      <List size="sm" mt="xs">
        {broken.map(({ key, text, details }) => (
          <List.Item key={key}>
            {text}
            {details.length > 0 && ` (${details.join('; ')})`}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

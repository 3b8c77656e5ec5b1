// What a failed proof found, rule by rule, each row with the way to its connection or sale.

import { Alert, Stack, Text } from '@mantine/core';
import type { ProofLaw } from '@prewatt/api';
import { Link } from '@tanstack/react-router';
import { SaleLink } from '../../ui/columns.tsx';
import { groupedText } from './labels.ts';

type Rule = ProofLaw['rules'][number];

export function Findings({ laws }: { laws: readonly ProofLaw[] }) {
  const broken = laws.flatMap((law) =>
    law.rules
      .filter((rule) => rule.failed !== '0' || rule.findings.length > 0)
      .map((rule) => ({ law: law.law, rule })),
  );
  return (
    <Stack gap="sm" mt={broken.length === 0 ? 0 : 'sm'}>
      {broken.map(({ law, rule }) => (
        <Alert
          key={rule.name}
          color={rule.failed === '0' ? 'gray' : 'red'}
          variant="light"
          title={`Law ${law}: ${groupedText(BigInt(rule.failed === '0' ? rule.checked : rule.failed))} ${rule.broken}`}
        >
          <Stack component="ul" gap={4} m={0} pl="md">
            {rule.findings.map((finding) => (
              <li key={`${finding.id} ${finding.detail}`}>
                <FindingLine finding={finding} of={rule.of} />
              </li>
            ))}
          </Stack>
          {rule.failed !== '0' && BigInt(rule.failed) > BigInt(rule.findings.length) && (
            <Text size="sm" mt={4}>
              These are the first of them.
            </Text>
          )}
        </Alert>
      ))}
    </Stack>
  );
}

function FindingLine({ finding, of }: { finding: Rule['findings'][number]; of: Rule['of'] }) {
  const { id, detail, saleId, connectionId } = finding;
  return (
    <Text size="sm" span>
      {detail ?? `${of}: ${id ?? 'a row without identifier'}`}{' '}
      {saleId !== null && (
        <SaleLink saleId={saleId} label="This finding">
          Open sale
        </SaleLink>
      )}{' '}
      {connectionId !== null && (
        <Link to="/connections/$connectionId" params={{ connectionId }}>
          Open connection
        </Link>
      )}
    </Text>
  );
}

// Budgets that are nearly or wholly used in the hour or the day that runs. Shows itself only while
// there is any.

import { Alert, List } from '@mantine/core';
import { budgetWarningPercent } from '@prewatt/api';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { budgetsQuery } from '../api/budgets.ts';
import { budgetLabels } from './approvals/labels.ts';

export function NearBudgets() {
  const near = useQuery(budgetsQuery).data?.near ?? [];
  if (near.length === 0) return null;
  return (
    <Alert color="orange" variant="light" title="Budgets nearly used">
      {budgetWarningPercent} % or more of an hour or a day is used. If it is not meant, ask who is
      at work, and end that sign-in. Two administrators can raise a budget:{' '}
      <Link to="/approvals">Approvals</Link>; that of a vendor stands in its terms.
      <List size="sm" mt="xs">
        {near.map(({ budget, who, usedPercent }) => (
          <List.Item key={`${budget} ${who}`}>
            {budget === 'vendor' ? 'Tokens or energy of a vendor' : budgetLabels[budget].text}:{' '}
            {who ?? 'the utility'}, {usedPercent} %
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

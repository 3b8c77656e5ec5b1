// The public face of limits: what one person may do alone, and what an hour and a day bring.

export {
  type BudgetTake,
  budgetApproval,
  budgetsNow,
  fitsBudget,
  isSameBudget,
  nearBudgets,
  takeFromBudget,
} from './budgets.ts';
export {
  type AloneAction,
  type AloneKind,
  controlLimitsApproval,
  isSame,
  limitsNow,
  limitsOnly,
  spentAlone,
  takeAlone,
} from './limits.ts';

// The public face of proof: runs for the server, rules for whoever holds a database against them.

export {
  checkRule,
  checkRules,
  cutAt,
  type Finding,
} from './check-rule.ts';
export {
  type Baseline,
  type Compared,
  compareHistory,
  judgeHistory,
  lastEntry,
} from './history.ts';
export { proofRoutes } from './routes.ts';
export { type Range, type Rule, rules, within } from './rules.ts';
export { createProof, type Proof } from './service.ts';
export { lastFailure } from './store.ts';
export { wrongClockApproval } from './wrong-clocks.ts';

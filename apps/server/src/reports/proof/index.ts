// The public face of proof: runs for the server, rules for whoever holds a database against them.

export {
  checkRule,
  checkRules,
  cutAt,
  type Finding,
  type History,
  historyBefore,
} from './check-rule.ts';
export { proofRoutes } from './routes.ts';
export { type Range, type Rule, rules, within } from './rules.ts';
export { createProof, type Proof } from './service.ts';
export { lastFailure } from './store.ts';

// Imports: a file of connections, arrears or opening balances becomes rows, and each row one act of
// onboarding, once.

export { openingBalancesApproval } from './allowing.ts';
export type { RowFaultCode } from './errors.ts';
export { createImports, type Imports } from './service.ts';

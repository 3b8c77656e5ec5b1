// The public face of bank statements.

export { bankStatementRoutes } from './routes.ts';
export { type BankStatements, bankStatementApproval, createBankStatements } from './service.ts';

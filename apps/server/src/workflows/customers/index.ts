// The public face of what becomes of customers and their homes.

export type { CustomerDeps } from './deps.ts';
export { editCustomer, makeCustomer } from './edit.ts';
export type { CustomerRefusal } from './errors.ts';
export { changeCustomer } from './home.ts';
export { mergeCustomers, unmergeCustomers } from './merge.ts';
export { changeTenant } from './tenant.ts';

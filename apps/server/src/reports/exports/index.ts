// Exports: the books and the registers as CSV.

export { createExports, type Exports } from './service.ts';

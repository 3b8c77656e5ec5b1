// Exports: the books and the registers as CSV.

export { createCells, csvLines } from './csv.ts';
export { createExports, type Exports } from './service.ts';

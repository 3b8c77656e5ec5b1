// Exports: the books and the registers as CSV.

export { type Cells, createCells, csvLines } from './csv.ts';
export { createExports, type Exports } from './service.ts';

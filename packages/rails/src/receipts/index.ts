// Receipts: their content as plain data, and ESC/POS for printers.

export type { ReceiptBlock, ReceiptContent } from './content.ts';
export { escpos, type Paper, type Printed, paperColumns } from './escpos.ts';

// Receipts: their content as plain data, and ESC/POS for printers.

export type { ReceiptBlock, ReceiptContent } from './content.ts';
export { escpos, type Paper, type Printed, paperColumns } from './escpos.ts';
export { footBlocks, type Issuer, type IssuerWords, issuerBlocks } from './issuer.ts';
export { type QrSquares, qrPath, qrSquares } from './qr.ts';

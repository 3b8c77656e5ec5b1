// Bank files: camt.053 and camt.054, MT940, CSV by a mapping; all give the same shape.

export { readCamt } from './camt.ts';
export { type CsvMapping, mpesaPortalMapping, readBankCsv } from './csv.ts';
export { readMt940 } from './mt940.ts';
export type { BankFile, BankPayment, BankRefusal } from './statement.ts';

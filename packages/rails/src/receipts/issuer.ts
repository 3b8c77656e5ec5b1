// Who a receipt is from, and what stands below it: the texts that a utility has written for its
// documents, and the code that opens the receipt's page.

import type { ReceiptBlock, ReceiptContent } from './content.ts';

export type Issuer = {
  readonly name: string;
  /** Each null where the utility has none; address and footer may have several lines. */
  readonly documents: {
    readonly legalName: string | null;
    readonly taxNumber: string | null;
    readonly address: string | null;
    readonly receiptFooter: string | null;
  };
};

/** What stands in it beside the utility's own texts. */
export type IssuerWords = {
  readonly taxNumber: (number: string) => string;
  /** Above the code. */
  readonly isGenuine: string;
};

const english: IssuerWords = {
  taxNumber: (number) => `Tax number ${number}`,
  isGenuine: 'Is this receipt genuine?',
};

const linesOf = (text: string | null): ReceiptContent =>
  (text ?? '')
    .split('\n')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map((each) => ({ kind: 'line', text: each }));

/** The head: the name that people know, then name, address and tax number by the law. */
export function issuerBlocks({ name, documents }: Issuer, words = english): ReceiptContent {
  const { legalName, taxNumber, address } = documents;
  const tax: ReceiptBlock[] =
    taxNumber === null ? [] : [{ kind: 'line', text: words.taxNumber(taxNumber) }];
  return [
    { kind: 'title', text: name },
    ...(legalName === name ? [] : linesOf(legalName)),
    ...linesOf(address),
    ...tax,
  ];
}

/** The foot: the utility's own words, and the code; `link` null where there is no page. */
export function footBlocks(
  { documents }: Issuer,
  link: string | null,
  words = english,
): ReceiptContent {
  const code: ReceiptContent =
    link === null ? [] : [{ kind: 'qr', text: link, name: words.isGenuine }];
  const foot = linesOf(documents.receiptFooter);
  return foot.length + code.length === 0 ? [] : [{ kind: 'rule' }, ...foot, ...code];
}

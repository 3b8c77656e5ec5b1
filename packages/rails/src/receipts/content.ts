// A receipt from top to bottom as plain data, without any paper in mind: what is printed on a roll,
// drawn on a page or put into a PDF is made of the same blocks.

export type ReceiptBlock =
  | { readonly kind: 'title'; readonly text: string }
  | { readonly kind: 'line'; readonly text: string }
  /** A name at the left and its value at the right. */
  | { readonly kind: 'fact'; readonly name: string; readonly value: string; readonly bold?: true }
  | { readonly kind: 'rule' }
  /** What must not be overlooked: "COPY 2". */
  | { readonly kind: 'mark'; readonly text: string }
  /** 20 digits, printed large in groups of four. */
  | { readonly kind: 'token'; readonly name: string; readonly digits: string }
  /** A QR code of a link, with its words above it. */
  | { readonly kind: 'qr'; readonly name: string; readonly text: string };

export type ReceiptContent = readonly ReceiptBlock[];

// A receipt as a PDF of one A5 page, or more where it is long: its blocks from top to bottom. The
// letters come from a font inside the file, since those that every reader has lack most of what
// stands in names outside western Europe. The same content gives the same bytes.

import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { qrSquares, type ReceiptBlock, type ReceiptContent } from '@prewatt/rails';
import type PDFDocument from 'pdfkit';

export type PdfFacts = {
  readonly title: string;
  readonly author: string;
  /** English unless told. */
  readonly language?: string;
  /** Epoch milliseconds: when what it tells of was made, so that the file never depends on now. */
  readonly atMs: number;
};

type Pdf = InstanceType<typeof PDFDocument>;

const fontFile = (name: string): string =>
  fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${name}.ttf`));
const fonts = { plain: fontFile('DejaVuSans'), bold: fontFile('DejaVuSans-Bold') };

/** All lengths in points, 72 to the inch. */
const marginPt = 36;
const textPt = 9;
const gapPt = 4;
/** Of a square of a code. */
const squarePt = 2;
/** Between a name and its value. */
const columnGapPt = 12;
/** The part of a line that a value may take before it is broken. */
const valueShare = 0.68;

export async function receiptPdf(content: ReceiptContent, facts: PdfFacts): Promise<Buffer> {
  // Taken with the first receipt: most processes draw none, and it takes its time to load.
  const { default: Document } = await import('pdfkit');
  const pdf = new Document({
    size: 'A5',
    margin: marginPt,
    font: fonts.plain,
    lang: facts.language ?? 'en',
    displayTitle: true,
    info: { Title: facts.title, Author: facts.author, CreationDate: new Date(facts.atMs) },
  });
  for (const block of content) draw(pdf, block);
  pdf.end();
  return buffer(pdf);
}

function draw(pdf: Pdf, block: ReceiptBlock): void {
  switch (block.kind) {
    case 'title':
      write(pdf, block.text, { font: 'bold', pt: 15 });
      break;
    case 'line':
      write(pdf, block.text, { font: 'plain', pt: textPt });
      break;
    case 'mark':
      write(pdf, block.text, { font: 'bold', pt: 12 });
      break;
    case 'rule':
      drawRule(pdf);
      break;
    case 'fact':
      drawFact(pdf, block);
      break;
    case 'token':
      keepTogether(pdf, 48);
      write(pdf, block.name, { font: 'plain', pt: textPt });
      write(pdf, groupsOfFour(block.digits), { font: 'bold', pt: 16 });
      break;
    case 'qr':
      drawCode(pdf, block);
      break;
  }
}

/** Squares of two points: 0.7 mm. The whole of it is a link, too. */
function drawCode(pdf: Pdf, { name, text }: Extract<ReceiptBlock, { readonly kind: 'qr' }>): void {
  const squares = qrSquares(text);
  const sidePt = squares.length * squarePt;
  keepTogether(pdf, sidePt + 2 * textPt + gapPt);
  write(pdf, name, { font: 'plain', pt: textPt });
  const [left, top] = [(pdf.page.width - sidePt) / 2, pdf.y];
  for (const [y, row] of squares.entries()) {
    for (const [x, dark] of row.entries()) {
      if (dark) pdf.rect(left + x * squarePt, top + y * squarePt, squarePt, squarePt);
    }
  }
  pdf.fill('black');
  pdf.link(left, top, sidePt, sidePt, text);
  pdf.y = top + sidePt + gapPt;
}

type Manner = { readonly font: keyof typeof fonts; readonly pt: number };

/** In the middle of the line. */
function write(pdf: Pdf, text: string, { font, pt }: Manner): void {
  pdf.font(fonts[font]).fontSize(pt);
  const width = widthOf(pdf);
  keepTogether(pdf, pdf.heightOfString(text, { width }));
  pdf.text(text, marginPt, pdf.y, { width, align: 'center' });
  pdf.y += gapPt;
}

function drawRule(pdf: Pdf): void {
  keepTogether(pdf, 2 * gapPt);
  const y = pdf.y + gapPt / 2;
  pdf.moveTo(marginPt, y).lineTo(pdf.page.width - marginPt, y);
  pdf.lineWidth(0.5).stroke();
  pdf.y = y + 1.5 * gapPt;
}

function drawFact(pdf: Pdf, fact: Extract<ReceiptBlock, { readonly kind: 'fact' }>): void {
  pdf.font(fact.bold === true ? fonts.bold : fonts.plain).fontSize(textPt);
  const width = widthOf(pdf);
  // A point more than it measures, or a value that just fits is broken by rounding.
  const right = Math.min(pdf.widthOfString(fact.value) + 1, width * valueShare);
  const left = width - right - columnGapPt;
  const height = Math.max(
    pdf.heightOfString(fact.name, { width: left }),
    pdf.heightOfString(fact.value, { width: right }),
  );
  keepTogether(pdf, height);
  const { y } = pdf;
  pdf.text(fact.name, marginPt, y, { width: left });
  pdf.text(fact.value, marginPt + width - right, y, { width: right, align: 'right' });
  pdf.y = y + height + gapPt;
}

const widthOf = (pdf: Pdf): number => pdf.page.width - 2 * marginPt;

/** What is lower than the rest of the page begins the next one. */
function keepTogether(pdf: Pdf, heightPt: number): void {
  if (pdf.y + heightPt > pdf.page.height - marginPt) pdf.addPage();
}

const groupsOfFour = (digits: string): string => digits.replace(/(.{4})(?=.)/g, '$1 ');

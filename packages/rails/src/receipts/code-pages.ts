// The code pages of receipt printers, by the number that ESC t takes (as Epson numbers them), and
// the letters that stand from 0x80 on. A place without a letter is a blank here and never used.

export type CodePage = { readonly name: string; readonly number: number; readonly upper: string };

/** In the order in which they are tried; each printer has the first. */
export const codePages: readonly CodePage[] = [
  {
    name: 'cp437',
    number: 0,
    upper:
      'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐' +
      '└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ',
  },
  {
    name: 'cp858',
    number: 19,
    upper:
      'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐' +
      '└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈ€ÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´ ±‗¾¶§÷¸°¨·¹³²■ ',
  },
  {
    name: 'cp1252',
    number: 16,
    upper:
      '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ ¡¢£¤¥¦§¨©ª«¬ ®¯°±²³´µ¶·¸¹º»¼½¾¿' +
      'ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖ×ØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõö÷øùúûüýþÿ',
  },
  {
    name: 'cp852',
    number: 18,
    upper:
      'ÇüéâäůćçłëŐőîŹÄĆÉĹĺôöĽľŚśÖÜŤťŁ×čáíóúĄąŽžĘę¬źČş«»░▒▓│┤ÁÂĚŞ╣║╗╝Żż┐' +
      '└┴┬├─┼Ăă╚╔╩╦╠═╬¤đĐĎËďŇÍÎě┘┌█▄ŢŮ▀ÓßÔŃńňŠšŔÚŕŰýÝţ´ ˝˛ˇ˘§÷¸°¨˙űŘř■ ',
  },
  {
    name: 'cp866',
    number: 17,
    upper:
      'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмноп░▒▓│┤╡╢╖╕╣║╗╝╜╛┐' +
      '└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀рстуфхцчшщъыьэюяЁёЄєЇїЎў°∙·√№¤■ ',
  },
];

/** Written otherwise where the letter itself is on no page that fits. */
const plain: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '−': '-',
  '…': '...',
  '×': 'x',
  '₦': 'NGN ',
  '₵': 'GHS ',
  '₹': 'INR ',
  '€': 'EUR ',
  '\u00a0': ' ',
  '\u202f': ' ',
};

/** Quotation marks, dashes and hard blanks as every printer has them. */
export const plainText = (text: string): string =>
  [...text].map((letter) => plain[letter] ?? letter).join('');

const isAscii = (letter: string): boolean => letter >= ' ' && letter <= '~';

const holds = (page: CodePage, text: string): boolean =>
  [...text].every((letter) => isAscii(letter) || (letter !== ' ' && page.upper.includes(letter)));

/** The first page with all letters of a text; null for none. */
export const pageFor = (text: string): CodePage | null =>
  codePages.find((page) => holds(page, text)) ?? null;

/** The bytes of a text on a page; a letter that it lacks loses its accent, or becomes "?". */
export function bytesOn(page: CodePage, text: string): number[] {
  return [...text].flatMap((letter) => {
    if (isAscii(letter)) return [letter.charCodeAt(0)];
    const at = letter === ' ' ? -1 : page.upper.indexOf(letter);
    if (at >= 0) return [0x80 + at];
    const bare = letter.normalize('NFD').replace(/\p{M}/gu, '');
    return isAscii(bare) && bare.length === 1 ? [bare.charCodeAt(0)] : [0x3f];
  });
}

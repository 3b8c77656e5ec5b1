// Phone numbers as rails write them. Inside it is E.164 with a plus; each rail has its own way
// outside. A masked or hashed number is nobody's: the one stored with the order counts.

/** Stars in it, or the 64 hexadecimal digits of a hash. */
export const isMasked = (text: string): boolean =>
  /[*xX•]{2,}|\*/.test(text) || /^[0-9a-f]{64}$/i.test(text.trim());

/**
 * "254722000101", "+254 722 000 101", "00254…" -> "+254722000101"; null when it is no full number.
 */
export function e164(text: string | null): string | null {
  if (text === null || text.length > 40 || isMasked(text)) return null;
  const digits = text.replace(/[\s().-]/g, '').replace(/^(\+|00)/, '');
  return /^[1-9]\d{7,14}$/.test(digits) ? `+${digits}` : null;
}

/** "2547 ***** 126" -> "126": what people know a number by; null for a hash and for words. */
export function lastDigits(text: string | null): string | null {
  if (text === null || text.length > 40 || !/^[+\d\s().*xX•-]{7,}$/.test(text)) return null;
  return /(\d{3})\s*$/.exec(text)?.[1] ?? null;
}

/** Digits with the country code and no plus: Daraja, MoMo, Vodacom, WhatsApp. */
export const digitsOnly = (phone: string): string => phone.replace(/\D/g, '');

/** Without the country code and without a leading zero: Airtel. */
export function nationalNumber(phone: string, countryCode: string): string {
  const digits = digitsOnly(phone);
  return (digits.startsWith(countryCode) ? digits.slice(countryCode.length) : digits).replace(
    /^0+/,
    '',
  );
}

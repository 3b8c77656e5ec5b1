// Why a file or one of its rows is refused: closed unions, and for each row fault the words that
// say what is wrong and what to write instead.

import type { RowFault } from '@prewatt/api';
import type { ConnectionRefusal, DebtRefusal, OpeningBalanceRefusal } from '../onboarding/index.ts';

export type FileRefusalCode =
  | 'fileTooLarge'
  | 'fileEmpty'
  | 'notUtf8'
  | 'csvSyntax'
  | 'columnUnknown'
  | 'columnTwice'
  | 'columnMissing'
  | 'noRows'
  | 'tooManyRows';

/** A whole file that cannot be read; `detail` is for people and says what to do. */
export type FileRefusal = { readonly code: FileRefusalCode; readonly detail: string };

export type RowFaultCode =
  | Exclude<ConnectionRefusal | DebtRefusal | OpeningBalanceRefusal, 'nameEmpty' | 'labelEmpty'>
  | 'columnCount'
  | 'required'
  | 'tooLong'
  | 'controlCharacter'
  | 'numberRounded'
  | 'customerIncomplete'
  | 'algorithmUnknown'
  | 'secretLength'
  | 'dateFormat'
  | 'vendingKeyUnknown'
  | 'balanceNegative'
  | 'amountFormat'
  | 'amountTooPrecise'
  | 'amountOutOfRange'
  | 'currencyOther'
  | 'nodeKind'
  | 'phaseName'
  | 'degrees'
  | 'phase'
  | 'halfHour'
  | 'notOver'
  | 'energyFormat'
  | 'parentUnknown'
  | 'parentKind'
  | 'wouldCircle'
  | 'nodeExists'
  | 'nodeUnknown'
  | 'readingDiffers'
  | 'voltageFormat'
  | 'voltageDiffers'
  | 'duplicateInFile'
  | 'notStorable';

const checkDigits = 'Compare it with the number on the meter; a digit is wrong or two are swapped.';

/** What is wrong, and what to write instead. Total: a new code does not compile without words. */
const words: Record<RowFaultCode, readonly [message: string, advice: string]> = {
  columnCount: [
    'the line has another number of fields than the header',
    'Put fields that hold the separator in double quotes.',
  ],
  required: ['the field is empty', 'Fill it in.'],
  tooLong: ['the text is too long', 'Shorten it: 100 characters for names, 200 for an address.'],
  controlCharacter: ['the text has a line break or another control character', 'Take it out.'],
  numberRounded: [
    'a spreadsheet has rounded the number',
    'Format the column as text, enter the number again and save as CSV.',
  ],
  panLength: [
    'a meter number has 18 digits, or the 11 or 13 on the meter',
    'Write all digits, without spaces.',
  ],
  panCharacter: ['a meter number is digits alone', 'Take out letters, dashes and spaces.'],
  iinUnknown: ['18 digits begin with 600727 or 0000', 'Check the first digits.'],
  drnCheckDigit: ['the check digit of the meter’s own number is wrong', checkDigits],
  panCheckDigit: ['the last digit, a check digit, is wrong', checkDigits],
  phoneFormat: ['this is no phone number', 'Write it as it is dialled, or like +27825550101.'],
  customerIncomplete: [
    'a customer needs a name and a phone number',
    'Fill in both, or leave both empty.',
  ],
  supplyGroupFormat: [
    'a supply group code has 6 digits',
    'Write all six, with the zeros in front.',
  ],
  tariffIndexFormat: ['a tariff index is 00 to 99', 'Write two digits.'],
  keyRevisionRange: ['a key revision is 1 to 9', 'Write one digit.'],
  algorithmUnknown: ['the encryption algorithm is ea07 or ea11', 'Write ea07 or ea11.'],
  secretLength: [
    'a meter’s MQTT secret has 16 to 200 characters',
    'Write the secret of the meter, or leave the field empty for a meter without a link.',
  ],
  dateFormat: ['a day is written year, month, day', 'Write it like 2026-11-20.'],
  meterExists: [
    'the meter is registered already, with other details',
    'Compare with an export of connections; an import changes nothing that is there.',
  ],
  meterNumberUnusable: [
    'this meter number cannot be used here',
    'Compare it with the number on the meter; if it is right, ask those who run this server.',
  ],
  tariffUnknown: ['there is no tariff of this name', 'Write the name as the tariff has it.'],
  vendingKeyUnknown: [
    'no vending key of this supply group and revision is loaded',
    'Correct supply_group_code and key_revision, or load the key first.',
  ],
  connectionUnknown: [
    'no meter of this number is registered',
    'Correct the number, or import the connection first.',
  ],
  debtRuleFormat: [
    'the rule is not one',
    'Write one like: share 25; instalment 50.00 per month; arrearsFirst 90; ' +
      'shareOfOutstanding 30; ageLadder 30:20 60:40.',
  ],
  debtExists: [
    'the connection has a debt of this label, with another amount or rule',
    'Use another label, or take the line out.',
  ],
  openingBalanceExists: [
    'another opening balance was brought in for this connection',
    'Take the line out: an opening balance comes once.',
  ],
  balanceNegative: [
    'an opening balance is money of the customer, and is never negative',
    'What the customer owes is a debt: take the line out, and bring it in with label, amount and ' +
      'rule in a file of the kind arrears (prewatt import FILE --kind arrears).',
  ],
  amountFormat: ['an amount is digits with at most one point', 'Write it like 1234.50.'],
  amountTooPrecise: [
    'the amount has more decimals than the currency',
    'Round it to what can be paid.',
  ],
  amountOutOfRange: ['the amount is too large', 'Check the decimal point.'],
  amountNotPositive: ['the amount is zero', 'Take the line out, or write the amount.'],
  currencyOther: ['the utility has another currency', 'Convert the amounts first.'],
  notStorable: [
    'the database does not take the row',
    'Send the line to those who run the server: the checks should have found it.',
  ],
  nodeKind: [
    'a node is a substation, a feeder, a transformer or a phase',
    'Write substation, feeder, transformer or phase.',
  ],
  phaseName: ['a phase has the name L1, L2 or L3', 'Write one of them as its name.'],
  degrees: [
    'a place is latitude and longitude in degrees, both or none',
    'Write them like -26.2041 and 28.0473, or leave both empty.',
  ],
  phase: ['a phase is L1, L2, L3 or all', 'Write one of them, or leave the field empty.'],
  halfHour: [
    'this is no beginning of a half-hour with its offset',
    'Write it like 2026-11-20T14:30+02:00.',
  ],
  notOver: [
    'the half-hour is not over yet',
    'Correct the day, the hour or the offset; or bring the line in once it is over.',
  ],
  energyFormat: ['energy is whole watt-hours', 'Write digits alone, like 12500 for 12.5 kWh.'],
  parentUnknown: [
    'there is no node of this code to hang on',
    'Bring the upper node in first, or correct the code.',
  ],
  parentKind: [
    'a node of this kind does not hang there',
    'A phase hangs on a transformer, a transformer on a feeder or substation, a feeder on any of these.',
  ],
  wouldCircle: [
    'the node would hang on itself, through others',
    'Look at what hangs on what from that day on; one of the rows is wrong.',
  ],
  nodeExists: [
    'the node is there already, with other details',
    'Compare with the page of the network; an import changes nothing that is there.',
  ],
  nodeUnknown: ['there is no node of this code', 'Correct the code, or bring the node in first.'],
  readingDiffers: [
    'the half-hour is there already, with another energy',
    'Take the line out: the first reading stands.',
  ],
  voltageFormat: ['this is no voltage', 'Write it like 231.4, in volts.'],
  voltageDiffers: [
    'the half-hour is there already, with another voltage',
    'Take the line out: the first reading stands.',
  ],
  duplicateInFile: ['an earlier line is about the same', 'Keep one of the two lines.'],
};

/** `found` is what the file says there; never a secret. */
export function rowFault(code: RowFaultCode, column: string | null, found?: string): RowFault {
  const [message, advice] = words[code];
  const shown = found === undefined || found === '' ? null : shorten(found);
  return { column, code, found: shown, message, advice };
}

const shorten = (text: string): string => {
  const characters = [...text];
  return characters.length > 60 ? `${characters.slice(0, 59).join('')}…` : text;
};

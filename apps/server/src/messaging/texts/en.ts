// Messages to customers in English, from which the others are written: text messages, sentences of
// notifications, and what mails say beside them.

export const en = {
  'sale.debts':
    '{utility}: paid {paid} for {home}, for what was owed ({what}). No electricity was bought.',
  'sale.paid': '{utility}: paid {paid} for {home}.',
  'sale.balance': 'Balance now {left}.',
  'sale.usedUp': 'The balance is used up.',
  'sale.owes': '{owed} still owed.',
  'sale.staysOff': 'Supply stays off. Pay in at least {least} to turn it on.',
  'sale.mayGoOff': 'Supply may go off. Pay in at least {least} to keep it on.',
  'sale.hourCosts': 'An hour at {power} costs {sum}.',
  'sale.gets': '{utility}: paid {paid}, you get {credit} for {home}.',
  'sale.getsLess':
    '{utility}: paid {paid}, you get {credit} for {home}: the token has {whole}, and the meter takes {taken} for what was used without credit.',
  'sale.carried':
    '{utility}: the meter of {home} counts its credit again. Your balance of {paid} is {credit}.',
  'sale.ofCredit': '{money} of credit',
  'sale.typeOne': 'Token {token}. Type it at your meter.',
  'sale.typeAll': 'Tokens {tokens}. Type them at your meter, in this order.',
  'sale.typeAllLift':
    'Tokens {tokens}. Type them at your meter, in this order; they lift the power limit, too.',
  'sale.sentOne': 'Token {token}. We send it to your meter; if it does not arrive, type it.',
  'sale.sentAll':
    'Tokens {tokens}. We send them to your meter; if they do not arrive, type them in this order.',
  'grant.free': '{utility}: {credit} free of charge for {home}.',
  'grant.freeMoney': '{utility}: {credit} free of charge, {money} on your meter for {home}.',
  'grant.carried': '{utility}: {credit} carried over to your meter for {home}.',
  'grant.wallet': '{utility}: {credit} free of charge for {home}, {money} in your balance.',
  'payer.bought':
    '{utility}: {amount} came for the meter that ends in {meterEnd} ({reference}). What it bought is with that home.',
  'payer.late':
    '{utility}: {amount} came for the meter that ends in {meterEnd} ({reference}). What it buys is late; the utility sees that and puts it right.',
  'payer.takenBack':
    '{utility}: {amount} came for the meter that ends in {meterEnd} ({reference}). The purchase was taken back; ask the utility about the money.',
  'notice.tokenIssued': 'Your token is here. Sign in to see it.',
  'notice.walletCredited': 'A payment has arrived.',
  'notice.saleReversed': 'A purchase was undone.',
  'notice.powerLimit': 'There is news about the power that you may use.',
  'notice.creditLow': 'Your credit is low.',
  'notice.creditVeryLow': 'Your credit is very low.',
  'notice.supplyOff': 'Your supply is off.',
  'notice.protectedSupply': 'Your credit is used up. Supply stays on for now.',
  'notice.emergencyCredit': 'Your supply runs on emergency credit.',
  'notice.supplyRestored': 'Your supply is on again.',
  'notice.endsInTwoDays': 'Your credit ends in about two days.',
  'notice.endsInHalfDay': 'Your credit ends in about half a day.',
  'notice.endsAtPresentUse': 'At present use your credit ends soon.',
  'notice.weeklyDigest': 'Your week in electricity is here.',
  'notice.paymentModeChanges': 'The way you pay is about to change.',
  'notice.walletBegins': 'You pay from a balance now.',
  'notice.supplyHeld': 'There is news about your supply.',
  'notice.supplyReleased': 'There is news about your supply.',
  'notice.protectionEnds': 'A protection of your home is about to end.',
  'notice.lendingEnds': 'There is news about what you owe.',
  'notice.limitReached': 'There is news about what you owe.',
  'notice.topUp': 'There is news about your automatic top-up.',
  'notice.customerChanged': 'There is news about your home.',
  'notice.payerReceipt': 'Your payment for another home has arrived.',
  'notice.answer': 'The office has answered.',
  'mail.tokenHere': 'Your token is here.',
  'mail.codeSubject': 'Your code',
  'mail.code':
    '{code} is your code. Type it on the page where you gave this address, within 15 minutes.\n\nIf you did not ask for it, do nothing: no more mail will come.',
  'mail.choices': 'What you get by mail: {url}',
} as const;

// Messages to customers in Kiswahili.

import type { MessageTexts } from './texts.ts';

export const sw: MessageTexts = {
  'sale.debts':
    '{utility}: umelipa {paid} kwa {home}, kwa deni ({what}). Hakuna umeme ulionunuliwa.',
  'sale.paid': '{utility}: umelipa {paid} kwa {home}.',
  'sale.balance': 'Salio sasa ni {left}.',
  'sale.usedUp': 'Salio limekwisha.',
  'sale.owes': 'Bado unadaiwa {owed}.',
  'sale.staysOff': 'Umeme bado umezimwa. Weka angalau {least} ili uwake tena.',
  'sale.mayGoOff': 'Umeme unaweza kuzimika. Weka angalau {least} uendelee.',
  'sale.hourCosts': 'Saa moja kwa {power} inagharimu {sum}.',
  'sale.gets': '{utility}: umelipa {paid}, unapata {credit} kwa {home}.',
  'sale.getsLess':
    '{utility}: umelipa {paid}, unapata {credit} kwa {home}: tokeni ina {whole}, na mita inachukua {taken} kwa umeme uliotumika bila salio.',
  'sale.carried':
    '{utility}: mita ya {home} inahesabu salio lake tena. Salio lako la {paid} sasa ni {credit}.',
  'sale.ofCredit': 'salio la {money}',
  'sale.typeOne': 'Tokeni {token}. Iandike kwenye mita yako.',
  'sale.typeAll': 'Tokeni {tokens}. Ziandike kwenye mita yako, kwa mpangilio huu.',
  'sale.typeAllLift':
    'Tokeni {tokens}. Ziandike kwenye mita yako, kwa mpangilio huu; zinaondoa pia kikomo cha umeme.',
  'sale.sentOne': 'Tokeni {token}. Tunaituma kwa mita yako; isipofika, iandike.',
  'sale.sentAll':
    'Tokeni {tokens}. Tunazituma kwa mita yako; zisipofika, ziandike kwa mpangilio huu.',
  'grant.free': '{utility}: {credit} bure kwa {home}.',
  'grant.freeMoney': '{utility}: {credit} bure, {money} kwenye mita yako ya {home}.',
  'grant.carried': '{utility}: {credit} zimehamishiwa kwenye mita yako ya {home}.',
  'grant.wallet': '{utility}: {credit} bure kwa {home}, {money} kwenye salio lako.',
  'payer.bought':
    '{utility}: {amount} imefika kwa mita inayoishia na {meterEnd} ({reference}). Umeme ulionunuliwa uko kwa nyumba hiyo.',
  'payer.late':
    '{utility}: {amount} imefika kwa mita inayoishia na {meterEnd} ({reference}). Umeme umechelewa; kampuni inaona na itarekebisha.',
  'payer.takenBack':
    '{utility}: {amount} imefika kwa mita inayoishia na {meterEnd} ({reference}). Ununuzi umetenguliwa; uliza kampuni kuhusu pesa.',
  'notice.tokenIssued': 'Tokeni yako imefika. Ingia uione.',
  'notice.walletCredited': 'Malipo yamefika.',
  'notice.saleReversed': 'Ununuzi umetenguliwa.',
  'notice.powerLimit': 'Kuna habari kuhusu kiwango cha umeme unachoweza kutumia.',
  'notice.creditLow': 'Salio lako ni dogo.',
  'notice.creditVeryLow': 'Salio lako ni dogo sana.',
  'notice.supplyOff': 'Umeme wako umezimwa.',
  'notice.protectedSupply': 'Salio lako limeisha. Umeme unaendelea kwa sasa.',
  'notice.emergencyCredit': 'Unatumia umeme wa dharura.',
  'notice.supplyRestored': 'Umeme wako umewaka tena.',
  'notice.endsInTwoDays': 'Salio lako litaisha baada ya siku mbili hivi.',
  'notice.endsInHalfDay': 'Salio lako litaisha baada ya nusu siku hivi.',
  'notice.endsAtPresentUse': 'Kwa matumizi ya sasa, salio lako litaisha karibuni.',
  'notice.weeklyDigest': 'Taarifa ya umeme ya wiki yako ipo tayari.',
  'notice.paymentModeChanges': 'Namna unavyolipa itabadilika karibuni.',
  'notice.walletBegins': 'Sasa unalipa kutoka kwenye salio.',
  'notice.supplyHeld': 'Kuna habari kuhusu umeme wako.',
  'notice.supplyReleased': 'Kuna habari kuhusu umeme wako.',
  'notice.protectionEnds': 'Ulinzi wa nyumba yako unakaribia kuisha.',
  'notice.lendingEnds': 'Kuna habari kuhusu deni lako.',
  'notice.limitReached': 'Kuna habari kuhusu deni lako.',
  'notice.topUp': 'Kuna habari kuhusu ununuzi wako unaojirudia.',
  'notice.customerChanged': 'Kuna habari kuhusu nyumba yako.',
  'notice.payerReceipt': 'Malipo yako kwa nyumba nyingine yamefika.',
  'notice.answer': 'Ofisi imejibu.',
  'mail.tokenHere': 'Tokeni yako imefika.',
  'mail.codeSubject': 'Msimbo wako',
  'mail.code':
    '{code} ni msimbo wako. Uandike kwenye ukurasa ulipoweka anwani hii, ndani ya dakika 15.\n\nKama hukuuomba, usifanye chochote: hutapata barua pepe nyingine.',
  'mail.choices': 'Unachopata kwa barua pepe: {url}',
};

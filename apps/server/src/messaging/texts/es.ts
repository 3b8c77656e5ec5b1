// Messages to customers in Spanish.

import type { MessageTexts } from './texts.ts';

export const es: MessageTexts = {
  'sale.debts':
    '{utility}: pagó {paid} por {home}, para lo que se debía ({what}). No se compró energía.',
  'sale.paid': '{utility}: pagó {paid} por {home}.',
  'sale.balance': 'Saldo ahora: {left}.',
  'sale.usedUp': 'El saldo se acabó.',
  'sale.owes': 'Todavía debe {owed}.',
  'sale.staysOff': 'La luz sigue cortada. Cargue al menos {least} para que vuelva.',
  'sale.mayGoOff': 'La luz puede cortarse. Cargue al menos {least} para que siga.',
  'sale.hourCosts': 'Una hora a {power} cuesta {sum}.',
  'sale.gets': '{utility}: pagó {paid}, recibe {credit} para {home}.',
  'sale.getsLess':
    '{utility}: pagó {paid}, recibe {credit} para {home}: el código tiene {whole}, y el medidor toma {taken} por lo que se usó sin crédito.',
  'sale.carried':
    '{utility}: el medidor de {home} vuelve a contar su crédito. Su saldo de {paid} pasa a {credit}.',
  'sale.ofCredit': '{money} de crédito',
  'sale.typeOne': 'Código {token}. Márquelo en su medidor.',
  'sale.typeAll': 'Códigos {tokens}. Márquelos en su medidor, en este orden.',
  'sale.typeAllLift':
    'Códigos {tokens}. Márquelos en su medidor, en este orden; también quitan el límite de potencia.',
  'sale.sentOne': 'Código {token}. Lo enviamos a su medidor; si no llega, márquelo.',
  'sale.sentAll':
    'Códigos {tokens}. Los enviamos a su medidor; si no llegan, márquelos en este orden.',
  'grant.free': '{utility}: {credit} gratis para {home}.',
  'grant.freeMoney': '{utility}: {credit} gratis, {money} en su medidor de {home}.',
  'grant.carried': '{utility}: {credit} pasados a su medidor de {home}.',
  'grant.wallet': '{utility}: {credit} gratis para {home}, {money} en su saldo.',
  'payer.bought':
    '{utility}: llegaron {amount} para el medidor que termina en {meterEnd} ({reference}). Lo comprado está con esa casa.',
  'payer.late':
    '{utility}: llegaron {amount} para el medidor que termina en {meterEnd} ({reference}). La compra se retrasa; la empresa lo ve y lo arregla.',
  'payer.takenBack':
    '{utility}: llegaron {amount} para el medidor que termina en {meterEnd} ({reference}). La compra fue anulada; pregunte a la empresa por el dinero.',
  'notice.tokenIssued': 'Su código llegó. Entre para verlo.',
  'notice.walletCredited': 'Llegó un pago.',
  'notice.saleReversed': 'Una compra fue anulada.',
  'notice.powerLimit': 'Hay novedades sobre la potencia que puede usar.',
  'notice.creditLow': 'Su crédito está bajo.',
  'notice.creditVeryLow': 'Su crédito está muy bajo.',
  'notice.supplyOff': 'No hay luz.',
  'notice.protectedSupply': 'Su crédito se acabó. La luz sigue por ahora.',
  'notice.emergencyCredit': 'Está usando el crédito de emergencia.',
  'notice.supplyRestored': 'La luz volvió.',
  'notice.endsInTwoDays': 'Su crédito se acaba en unos dos días.',
  'notice.endsInHalfDay': 'Su crédito se acaba en medio día, más o menos.',
  'notice.endsAtPresentUse': 'Con el uso actual, su crédito se acaba pronto.',
  'notice.weeklyDigest': 'Su semana de energía está aquí.',
  'notice.paymentModeChanges': 'Su forma de pagar va a cambiar.',
  'notice.walletBegins': 'Ahora paga con un saldo.',
  'notice.supplyHeld': 'Hay novedades sobre su luz.',
  'notice.supplyReleased': 'Hay novedades sobre su luz.',
  'notice.protectionEnds': 'Una protección de su casa va a terminar.',
  'notice.lendingEnds': 'Hay novedades sobre lo que debe.',
  'notice.limitReached': 'Hay novedades sobre lo que debe.',
  'notice.topUp': 'Hay novedades sobre su recarga automática.',
  'notice.customerChanged': 'Hay novedades sobre su casa.',
  'notice.payerReceipt': 'Su pago para otra casa llegó.',
  'notice.answer': 'La oficina respondió.',
  'mail.tokenHere': 'Su código llegó.',
  'mail.codeSubject': 'Su código de confirmación',
  'mail.code':
    '{code} es su código de confirmación. Escríbalo en 15 minutos en la página donde dio esta dirección.\n\nSi no lo pidió, no haga nada: no llegará otro correo.',
  'mail.choices': 'Lo que recibe por correo: {url}',
};

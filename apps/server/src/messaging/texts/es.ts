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
  'alert.credit': 'el crédito para {home}',
  'alert.money': 'el saldo para {home}',
  'alert.low': '{credit} está bajo{left}{lasting}.',
  'alert.veryLow': '{credit} está muy bajo{left}{lasting}.',
  'alert.wasLow': '{credit} estaba bajo {at}{left}{lasting}.',
  'alert.wasVeryLow': '{credit} estaba muy bajo {at}{left}{lasting}.',
  'alert.at': 'a las {time}',
  'alert.left': ': quedan {amount}',
  'alert.leftBeside': ' (quedan {amount})',
  'alert.enough': ', alcanza para {usual} a su ritmo habitual',
  'alert.enoughNow': ', alcanza para {present} con el uso actual, {usual} con el habitual',
  'alert.then': 'Después la luz sigue {promise}.',
  'alert.until': 'hasta {time}',
  'alert.untilOwed': 'hasta {time}; se deberán unos {owed}',
  'alert.owedUsualAndNow': '{usual} ({present} con el uso actual)',
  'alert.owedNow': '{present} con el uso actual',
  'alert.forNow': 'por ahora',
  'alert.payIn': 'Cargue: {url}',
  'alert.buyMore': 'Compre más: {url}',
  'alert.buy': 'Compre: {url}',
  'alert.pay': 'Pague: {url}',
  'alert.typeOne': 'Marque su código {token}.',
  'alert.typeAll': 'Marque estos códigos en este orden: {tokens}.',
  'alert.typeOneOn': 'Marque su código {token} y la luz vuelve.',
  'alert.typeAllOn': 'Marque estos códigos en este orden: {tokens} y la luz vuelve.',
  'alert.isOff': '{credit} se acabó y la luz está cortada.',
  'alert.held': '{credit} se acabó. Nosotros cortamos la luz, y pagar no la devuelve.',
  'alert.takeEmergency': 'Puede tomar {amount} de crédito de emergencia en el medidor.',
  'alert.anyPurchase': 'Cualquier compra la devuelve: {url}',
  'alert.payToTurnOn': 'Cargue al menos {least} para que vuelva.',
  'alert.staysWallet':
    '{credit} se acabó. La luz sigue {promise}; lo que use queda a deber, y lo que cargue va primero a eso.',
  'alert.staysToken':
    '{credit} se acabó. La luz sigue {promise}; lo que use queda a deber, y una parte de lo que compre lo paga.',
  'alert.staysEmergency':
    '{credit} se acabó. La luz sigue con crédito de emergencia; lo que cargue va primero a eso.',
  'alert.onAgain': 'la luz de {home} volvió.',
  'alert.onAgainSince': 'la luz de {home} volvió, desde las {time}.',
  'alert.endsNow':
    '{credit} alcanza para {present} con el uso actual{left}; con el habitual hasta {usual}. Apague lo que gasta mucho.',
  'alert.ends': '{credit} se acaba {usual} a su ritmo habitual{left}.',
  'alert.about': 'hacia {time}',
  'alert.soon': 'pronto',
  'alert.shortWhile': 'poco tiempo',
  'alert.lessThan': 'menos de {span}',
  'alert.underMinute': 'menos de un minuto',
  'alert.weekUsed': '{amount} usados en la última semana.',
  'alert.weekLeft': 'Quedan {amount}{lasting}.',
  'topUp.why': 'el crédito para {home} se acaba {end} a su ritmo habitual.',
  'topUp.phoneAsks': 'Como eligió, su teléfono pide {amount}: acepte o rechace allí.',
  'topUp.payHere': 'Como eligió, pague {amount} aquí: {url}',
  'topUp.card': 'Como eligió, se toman {amount} de su {card}. El crédito llega cuando esté pagado.',
  'topUp.failed':
    'No se pudo tomar {amount} para {home} de su tarjeta. No se intenta de nuevo en un día.',
  'topUp.change': 'Para cambiar esto: {url}',
  'topUp.buyOrChange': 'Para comprar o cambiar esto: {url}',
  'topUp.expected': 'Se esperaba que el crédito se acabara {end}, dentro de los {days} elegidos.',
  'undone.purchase': '{utility}: su compra de {amount} fue anulada.',
  'undone.void': 'Su código ya no vale: no lo marque.',
  'undone.prepaid': 'El dinero queda para su próxima compra.',
  'undone.refund': 'El dinero se le devuelve.',
  'undone.vendor': 'La tienda le devuelve el dinero.',
  'undone.connection': 'El dinero pasó al medidor al que estaba destinado.',
  'customer.gone': '{utility}: este número ya no ve ni compra para {home}. ¿No era lo que quería?',
  'customer.now': '{utility}: este número ve y compra para {home} desde ahora. ¿No es suyo?',
  'customer.call': 'Llame al {phone}.',
  'limit.lasts':
    '{utility}: según sus compras, el crédito para {home} se acaba hacia {end}. Para que dure hasta cerca de {until}, marque {token} en su medidor: entonces permite {power} a la vez, mantenga apagados los aparatos grandes. Si la luz se corta, apáguelos y pulse el botón del medidor. Su próxima compra quita el límite.',
  'limit.lift':
    '{utility}: {home} ya no necesita límite de potencia. Si marcó su código, marque {token} en su medidor para quitarlo.',
  'ahead.toWallet':
    '{home} pasa a saldo en cuanto su medidor responda. El crédito del medidor se vuelve dinero, y lo que paga no necesita código. Desde entonces lo que use sale del dinero; cuando se acabe se corta la luz, salvo que una regla la mantenga.',
  'ahead.toOwingWallet':
    '{home} pasa a saldo en cuanto su medidor responda, y lo que paga no necesita código.',
  'ahead.lentNoPrice':
    'Los {lent} que el medidor le prestó se deberán en dinero, por entero y no por una parte de cada compra. Hasta pagarlo, la luz sigue solo mientras una regla la mantenga: {url}',
  'ahead.willOwe': 'Deberá unos {owed}, por entero y no por una parte de cada compra.',
  'ahead.willOweLent':
    'Por los {lent} que el medidor le prestó deberá unos {owed}, por entero y no por una parte de cada compra.',
  'ahead.offMarked': 'La luz no se corta; lo que use queda a deber. Cargue: {url}',
  'ahead.offAtOnce': 'La luz se corta con el cambio, hasta que cargue al menos {least}: {url}',
  'ahead.offRule':
    'La luz se corta cuando acabe la regla que la mantiene, salvo que cargue al menos {least} ahora, o más si es después: {url}',
  'ahead.offEmergency':
    'La luz se corta cuando se acabe el crédito de emergencia que la mantiene, salvo que cargue al menos {least} ahora, o más si es después: {url}',
  'ahead.offAt':
    'La luz se corta {time}, salvo que cargue al menos {least} ahora, o más si es después: {url}',
  'ahead.toToken': '{home} pasa del saldo a códigos en cuanto su medidor responda.',
  'ahead.toTokenLeft': 'Sus {left} llegan como código.',
  'ahead.toTokenOwed': 'Los {owed} que debe se pagan con una parte de cada compra.',
  'ahead.toTokenThen':
    'Desde entonces el medidor cuenta lo que compra, y la luz se corta cuando se acabe, salvo que una regla la mantenga.',
  'ahead.noWallet': '{home} no pasa a saldo. Paga como antes.',
  'ahead.noTokens': '{home} no pasa a códigos. Paga como antes.',
  'ahead.postpaid':
    'el medidor de {home} contará lo que use, sin crédito. Desde entonces la luz no se corta cuando se acabe el crédito.',
  'ahead.prepaid':
    'el medidor de {home} pasa a prepago. Desde entonces la luz se corta cuando se acabe el crédito, salvo que una regla la mantenga. Compre: {url}',
  'ahead.begins': '{home} tiene un saldo desde {time}, con {left}{credit}.',
  'ahead.beginsEmpty': '{home} tiene un saldo desde {time}, vacío{credit}.',
  'ahead.beginsOwing': '{home} tiene un saldo desde {time}, con {owed} de deuda{credit}.',
  'ahead.beginsLent': ', por {lent} que el medidor le había prestado',
  'ahead.beginsLentAt': ', por {lent} que el medidor le había prestado, a {price} el kWh',
  'ahead.beginsCredit': ', con los {energy} que quedaban en el medidor, a {price} el kWh',
  'ahead.beginsThen':
    'Lo que use desde ahora, y los cargos fijos vencidos, salen de él con el próximo informe del medidor. Cuando se acabe el dinero se corta la luz, salvo que una regla la mantenga. Cargue: {url}',
  'ahead.beginsAdded':
    'Lo que use desde ahora, y los cargos fijos vencidos, se suman con el próximo informe del medidor.',
  'ahead.held': 'cortamos la luz de {home}. Pagar no la devuelve.',
  'ahead.heldSafety':
    'la luz de {home} está cortada por seguridad, hasta {time} a más tardar. Pagar no la devuelve.',
  'ahead.ask': 'Pregunte: {help}',
  'ahead.neverOff': 'al final no se corta la luz de {home}.',
  'ahead.freeButton':
    'ya no cortamos la luz de {home}. Pulse el botón del medidor para que vuelva.',
  'ahead.freeItself': 'ya no cortamos la luz de {home}. Vuelve sola si hay crédito.',
  'ahead.flagEnds':
    'la protección que mantiene la luz de {home} sin crédito acaba el {day}. Desde el {next} la luz se corta cuando se acaba el crédito, como en otras casas.',
  'ahead.flagTell': 'Si aún la necesita, díganoslo antes.',
  'ahead.flagCall': 'Si aún la necesita, llame antes al {help}.',
  'ahead.flagEnded':
    'la protección que mantenía la luz de {home} sin crédito ha acabado. Desde ahora la luz se corta cuando se acaba el crédito, como en otras casas. Compre a tiempo: {url}',
  'ahead.heatEnds': 'la regla de los días de calor acaba.',
  'ahead.coldEnds': 'la regla de los días de frío acaba.',
  'ahead.offUnlessBefore':
    'El crédito de {home} se acabó: la luz se corta {time}, salvo que pague antes: {url}',
  'ahead.offUnlessLeastBefore':
    'El crédito de {home} se acabó: la luz se corta {time}, salvo que pague al menos {least} antes: {url}',
  'ahead.heatGone': '{day} ya no es un día de calor sin cortes.',
  'ahead.coldGone': '{day} ya no es un día de frío sin cortes.',
  'ahead.now': 'ahora',
  'ahead.offUnless':
    'El crédito de {home} se acabó: la luz se corta {time}, salvo que pague: {url}',
  'ahead.offUnlessLeast':
    'El crédito de {home} se acabó: la luz se corta {time}, salvo que pague al menos {least}: {url}',
  'ahead.graceAll':
    '{home} debe {lent}, más que los {limit} que prestamos tras el cambio a prepago. Desde ahora la luz se corta cuando se acaba el crédito, salvo que otra regla la mantenga. Compre: {url}',
  'ahead.gracePart':
    '{home} debe {lent} de los {limit} que prestamos tras el cambio a prepago. Hasta ahí la luz sigue sin crédito hasta {until}; más allá se corta. Compre: {url}',
  'ahead.whileLow': ' mientras el crédito está bajo',
  'ahead.tripped':
    '{home} usó más de los {watts} W que su medidor permite{low}, y se cortó la luz. Apague lo que gasta mucho. Vuelve en un minuto más o menos, o al pulsar el botón del medidor; tras cinco veces en una hora solo con el botón.',
  'ahead.trippedFive':
    'la luz de {home} se cortó cinco veces en una hora, por encima de los {watts} W que su medidor permite{low}. Apague lo que gasta mucho y pulse el botón del medidor: no vuelve sola.',
  'ahead.buyToLift': 'Compre para quitar el límite: {url}',
  'ahead.lentAll':
    '{home} debe {lent}, más que los {limit} que prestamos. Desde ahora la luz cortada no vuelve en las horas sin cortes, hasta que pague.',
  'ahead.lentPart':
    '{home} debe {lent} de los {limit} que prestamos. Más allá la luz cortada no vuelve en las horas sin cortes, hasta que pague.',
  'ahead.lentPay': 'Cargue al menos {least}: {url}',
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
  'mail.receipt': 'Estado y recibo, 90 días sin entrar: {url}',
  'mail.choices': 'Lo que recibe por correo: {url}',
};

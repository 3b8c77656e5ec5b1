// Messages to customers in Portuguese.

import type { MessageTexts } from './texts.ts';

export const pt: MessageTexts = {
  'sale.debts':
    '{utility}: pagou {paid} por {home}, para o que estava em dívida ({what}). Não comprou energia.',
  'sale.paid': '{utility}: pagou {paid} por {home}.',
  'sale.balance': 'Saldo agora: {left}.',
  'sale.usedUp': 'O saldo acabou.',
  'sale.owes': 'Ainda deve {owed}.',
  'sale.staysOff': 'A energia fica desligada. Carregue pelo menos {least} para ela voltar.',
  'sale.mayGoOff': 'A energia pode ser desligada. Carregue pelo menos {least} para a manter.',
  'sale.hourCosts': 'Uma hora a {power} custa {sum}.',
  'sale.gets': '{utility}: pagou {paid}, recebe {credit} para {home}.',
  'sale.getsLess':
    '{utility}: pagou {paid}, recebe {credit} para {home}: o código tem {whole}, e o contador tira {taken} pelo que foi usado sem crédito.',
  'sale.carried':
    '{utility}: o contador de {home} volta a contar o crédito. O seu saldo de {paid} passa a {credit}.',
  'sale.ofCredit': '{money} de crédito',
  'sale.typeOne': 'Código {token}. Digite-o no contador.',
  'sale.typeAll': 'Códigos {tokens}. Digite-os no contador, por esta ordem.',
  'sale.typeAllLift':
    'Códigos {tokens}. Digite-os no contador, por esta ordem; também levantam o limite de potência.',
  'sale.sentOne': 'Código {token}. Enviamo-lo ao seu contador; se não chegar, digite-o.',
  'sale.sentAll':
    'Códigos {tokens}. Enviamo-los ao seu contador; se não chegarem, digite-os por esta ordem.',
  'grant.free': '{utility}: {credit} grátis para {home}.',
  'grant.freeMoney': '{utility}: {credit} grátis, {money} no contador de {home}.',
  'grant.carried': '{utility}: {credit} passados para o seu contador em {home}.',
  'grant.wallet': '{utility}: {credit} grátis para {home}, {money} no seu saldo.',
  'payer.bought':
    '{utility}: chegaram {amount} para o contador que termina em {meterEnd} ({reference}). A compra está com essa casa.',
  'payer.late':
    '{utility}: chegaram {amount} para o contador que termina em {meterEnd} ({reference}). A compra está atrasada; a empresa vê isso e resolve.',
  'payer.takenBack':
    '{utility}: chegaram {amount} para o contador que termina em {meterEnd} ({reference}). A compra foi anulada; pergunte à empresa pelo dinheiro.',
  'notice.tokenIssued': 'O seu código chegou. Entre para o ver.',
  'notice.walletCredited': 'Chegou um pagamento.',
  'notice.saleReversed': 'Uma compra foi anulada.',
  'notice.powerLimit': 'Há novidades sobre a potência que pode usar.',
  'notice.creditLow': 'O seu crédito está baixo.',
  'notice.creditVeryLow': 'O seu crédito está muito baixo.',
  'notice.supplyOff': 'A energia está desligada.',
  'notice.protectedSupply': 'O seu crédito acabou. A energia fica ligada por agora.',
  'notice.emergencyCredit': 'Está a usar o crédito de emergência.',
  'notice.supplyRestored': 'A energia voltou.',
  'notice.endsInTwoDays': 'O seu crédito acaba em cerca de dois dias.',
  'notice.endsInHalfDay': 'O seu crédito acaba em cerca de meio dia.',
  'notice.endsAtPresentUse': 'Com o uso atual, o seu crédito acaba em breve.',
  'notice.weeklyDigest': 'A sua semana de energia chegou.',
  'notice.paymentModeChanges': 'A forma de pagar vai mudar.',
  'notice.walletBegins': 'Agora paga com um saldo.',
  'notice.supplyHeld': 'Há novidades sobre a sua energia.',
  'notice.supplyReleased': 'Há novidades sobre a sua energia.',
  'notice.protectionEnds': 'Uma proteção da sua casa vai acabar.',
  'notice.lendingEnds': 'Há novidades sobre o que deve.',
  'notice.limitReached': 'Há novidades sobre o que deve.',
  'notice.topUp': 'Há novidades sobre a sua recarga automática.',
  'notice.customerChanged': 'Há novidades sobre a sua casa.',
  'notice.payerReceipt': 'O seu pagamento para outra casa chegou.',
  'notice.answer': 'O escritório respondeu.',
  'mail.tokenHere': 'O seu código chegou.',
  'mail.codeSubject': 'O seu código de confirmação',
  'mail.code':
    '{code} é o seu código de confirmação. Digite-o em 15 minutos na página onde deu este endereço.\n\nSe não o pediu, não faça nada: não chega mais nenhum e-mail.',
  'mail.choices': 'O que recebe por e-mail: {url}',
};

-- How a meter's switch may be moved, and by whom (control modes of DLMS class 70), is set by command.

ALTER TABLE prewatt.commands DROP CONSTRAINT commands_kind_check;
ALTER TABLE prewatt.commands ADD CONSTRAINT commands_kind_check CHECK (kind IN
  ('deliverToken', 'readNow', 'switchOpen', 'switchClose', 'switchArm', 'setPowerLimit',
   'setEmergencyCredit', 'setProtection', 'setTariff', 'setPaymentMode', 'setControlMode', 'setClock',
   'setLinkSecret', 'renewCertificate'));

-- What 0485 allowed, read beside the work.

ALTER TABLE prewatt.provider_notifications VALIDATE CONSTRAINT provider_notifications_told;
ALTER TABLE prewatt.provider_notifications VALIDATE CONSTRAINT provider_notifications_judged;
ALTER TABLE prewatt.provider_notifications VALIDATE CONSTRAINT provider_notifications_judged_made_check;
ALTER TABLE prewatt.provider_notifications VALIDATE CONSTRAINT provider_notifications_made_check;

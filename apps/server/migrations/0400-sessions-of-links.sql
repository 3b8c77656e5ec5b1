-- Which session of a meter's link was heard of last: where there are several brokers, the will of one that hung may come when the
-- meter has long been at another one, and says nothing of that.
SET LOCAL search_path = prewatt;

ALTER TABLE meter_states ADD COLUMN link_session bigint CHECK (link_session >= 0);
GRANT UPDATE (link_session) ON meter_states TO prewatt_app;

-- Partial unique indexes that treat nulls as equal, which drizzle can't express. To change one, give it a new name and
-- add DROP INDEX IF EXISTS for the old name here.

-- At most one open digest of a kind for each configuration and person.
CREATE UNIQUE INDEX IF NOT EXISTS digests_open
  ON digests (organisation_id, kind, configuration_id, user_id)
  NULLS NOT DISTINCT WHERE ended_at IS NULL;

-- At most one open alarm of a kind for each configuration, or for the organisation.
CREATE UNIQUE INDEX IF NOT EXISTS alarms_open
  ON alarms (organisation_id, kind, configuration_id)
  NULLS NOT DISTINCT WHERE ended_at IS NULL;

-- A person is notified of an alert once in each round, on each device and for each reason. Tests aren't limited.
CREATE UNIQUE INDEX IF NOT EXISTS notifications_once_a_round
  ON notifications (organisation_id, detection_id, round, user_id, device_id, channel, reason)
  NULLS NOT DISTINCT WHERE detection_id IS NOT NULL;

DROP INDEX IF EXISTS notifications_once;

CREATE UNIQUE INDEX IF NOT EXISTS notifications_digest_once
  ON notifications (organisation_id, digest_id, user_id, device_id, channel)
  NULLS NOT DISTINCT WHERE detection_id IS NULL AND digest_id IS NOT NULL;

CREATE UNIQUE INDEX IF NOT EXISTS notifications_alarm_once
  ON notifications (organisation_id, alarm_id, round, user_id, device_id, channel)
  NULLS NOT DISTINCT WHERE alarm_id IS NOT NULL;

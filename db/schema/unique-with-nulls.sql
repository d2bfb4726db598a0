-- Unique indexes that are partial and count nulls as equal, which drizzle can't say. One that changes gets a new
-- name, and the old one a DROP INDEX IF EXISTS here.

-- One open digest of a kind for each configuration and person.
CREATE UNIQUE INDEX IF NOT EXISTS digests_open
  ON digests (organisation_id, kind, configuration_id, user_id)
  NULLS NOT DISTINCT WHERE ended_at IS NULL;

-- One open alarm of a kind for each configuration, or for the organisation.
CREATE UNIQUE INDEX IF NOT EXISTS alarms_open
  ON alarms (organisation_id, kind, configuration_id)
  NULLS NOT DISTINCT WHERE ended_at IS NULL;

-- A person is notified once of an alert on a device, for one reason. Tests are sent as often as somebody likes.
CREATE UNIQUE INDEX IF NOT EXISTS notifications_once
  ON notifications (organisation_id, detection_id, user_id, device_id, channel, reason)
  NULLS NOT DISTINCT WHERE detection_id IS NOT NULL;

CREATE UNIQUE INDEX IF NOT EXISTS notifications_digest_once
  ON notifications (organisation_id, digest_id, user_id, device_id, channel)
  NULLS NOT DISTINCT WHERE detection_id IS NULL AND digest_id IS NOT NULL;

CREATE UNIQUE INDEX IF NOT EXISTS notifications_alarm_once
  ON notifications (organisation_id, alarm_id, round, user_id, device_id, channel)
  NULLS NOT DISTINCT WHERE alarm_id IS NOT NULL;

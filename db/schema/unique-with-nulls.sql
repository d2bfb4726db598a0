-- Unique indexes that are partial and count nulls as equal, which drizzle can't say. One that changes gets a new
-- name, and the old one a DROP INDEX IF EXISTS here.

-- One open notice of a kind for each configuration and person.
CREATE UNIQUE INDEX IF NOT EXISTS notices_open
  ON notices (organisation_id, kind, configuration_id, user_id)
  NULLS NOT DISTINCT WHERE ended_at IS NULL;

-- A person is told once of an alert on a device, for one reason; a test is asked for as often as someone likes.
CREATE UNIQUE INDEX IF NOT EXISTS notifications_once
  ON notifications (organisation_id, detection_id, user_id, device_id, channel, reason)
  NULLS NOT DISTINCT WHERE detection_id IS NOT NULL;

CREATE UNIQUE INDEX IF NOT EXISTS notifications_notice_once
  ON notifications (organisation_id, notice_id, round, user_id, device_id, channel)
  NULLS NOT DISTINCT WHERE detection_id IS NULL AND notice_id IS NOT NULL;

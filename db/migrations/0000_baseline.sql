CREATE SEQUENCE "public"."read_tickets" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1;--> statement-breakpoint
CREATE TABLE "account_access" (
	"organisation_id" uuid NOT NULL,
	"configuration_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"access" text NOT NULL,
	"confirmed_at" timestamp with time zone NOT NULL,
	"unconfirmed_since" timestamp with time zone,
	"sign_in_needed" boolean DEFAULT false NOT NULL,
	"asked_at" timestamp with time zone NOT NULL,
	"answer_ticket" bigint DEFAULT 0 NOT NULL,
	"used_at" timestamp with time zone NOT NULL,
	"problem_code" text,
	"problem_message" text,
	"problem_remedy" text,
	"challenge" text,
	"facts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"connected_at" timestamp with time zone NOT NULL,
	CONSTRAINT "account_access_organisation_id_configuration_id_user_id_pk" PRIMARY KEY("organisation_id","configuration_id","user_id"),
	CONSTRAINT "account_access_facts" CHECK (jsonb_typeof("account_access"."facts") = 'object'),
	CONSTRAINT "account_access_access_known" CHECK ("account_access"."access" IN ('granted', 'refused'))
);
--> statement-breakpoint
ALTER TABLE "account_access" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "accounts" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"authority" text NOT NULL,
	"registration" text NOT NULL,
	"object_id" text NOT NULL,
	"sign_in_name" text NOT NULL,
	"tokens_sealed" "bytea" NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "accounts_organisation_id_id_pk" PRIMARY KEY("organisation_id","id"),
	CONSTRAINT "accounts_sign_in" UNIQUE("organisation_id","user_id","authority","registration","object_id")
);
--> statement-breakpoint
ALTER TABLE "accounts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "sign_ins" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"state_hash" "bytea" NOT NULL,
	"session_hash" "bytea" NOT NULL,
	"user_id" uuid NOT NULL,
	"configuration_id" uuid,
	"draft" jsonb,
	"vendor" text NOT NULL,
	"cloud" text NOT NULL,
	"authority" text NOT NULL,
	"application" jsonb NOT NULL,
	"redirect_uri" text NOT NULL,
	"sealed" "bytea" NOT NULL,
	"state" text NOT NULL,
	"account" text,
	"directory_id" text,
	"object_id" text,
	"problem_code" text,
	"problem_message" text,
	"problem_remedy" text,
	"vendor_code" text,
	"return_to" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	CONSTRAINT "sign_ins_organisation_id_id_pk" PRIMARY KEY("organisation_id","id"),
	CONSTRAINT "sign_ins_state" UNIQUE("organisation_id","state_hash"),
	CONSTRAINT "sign_ins_application" CHECK (jsonb_typeof("sign_ins"."application") = 'object'),
	CONSTRAINT "sign_ins_state_known" CHECK ("sign_ins"."state" IN ('begun', 'answered', 'signed_in', 'failed', 'done'))
);
--> statement-breakpoint
ALTER TABLE "sign_ins" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "audit_events" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor_id" uuid,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"subject_id" text NOT NULL,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "audit_events_organisation_id_id_pk" PRIMARY KEY("organisation_id","id"),
	CONSTRAINT "audit_events_action_known" CHECK ("audit_events"."action" IN ('audit.exported', 'certificate.prepared', 'configuration.changed', 'configuration.created', 'configuration.deleted', 'configuration.disabled', 'configuration.enabled', 'connection.ended', 'connection.made', 'credential.secret_replaced', 'device.activated', 'device.added', 'device.deactivated', 'device.removed', 'delivery.replayed', 'detection.acknowledged', 'detection.status_confirmed', 'detection.status_diverged', 'detection.status_failed', 'detection.status_requested', 'detection.status_undone', 'member.admitted', 'member.declined', 'member.first_admin', 'member.removed', 'member.role_changed', 'notifications.changed', 'notifications.rules_changed', 'organisation.created', 'outgoing_webhook.changed', 'outgoing_webhook.created', 'outgoing_webhook.secret_made', 'outgoing_webhook.sent_again', 'outgoing_webhook.switched_off', 'pipe_test.started', 'session.ended', 'session.login_link_made', 'session.organisation_chosen', 'session.started', 'token.created', 'token.revoked', 'webhook.url_made', 'webhook.url_revoked', 'webhook.url_rotated', 'webhook.url_shown'))
);
--> statement-breakpoint
ALTER TABLE "audit_events" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "abandoned_runs" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "abandoned_runs_organisation_id_id_pk" PRIMARY KEY("organisation_id","id")
);
--> statement-breakpoint
ALTER TABLE "abandoned_runs" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "configurations" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"vendor" text NOT NULL,
	"display_name" text NOT NULL,
	"auth_type" text NOT NULL,
	"read_as" text DEFAULT 'application' NOT NULL,
	"write_as" text DEFAULT 'application' NOT NULL,
	"credential_id" uuid,
	"cloud" text NOT NULL,
	"scope_id" text NOT NULL,
	"connection" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"poll_interval_seconds" integer DEFAULT 60 NOT NULL,
	"poll_cursor" jsonb,
	"disabled_at" timestamp with time zone,
	"deleted_at" timestamp with time zone,
	"facts" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"verified_at" timestamp with time zone,
	"last_good_sync_at" timestamp with time zone,
	"last_attempt_at" timestamp with time zone,
	"failures_in_a_row" integer DEFAULT 0 NOT NULL,
	"problem_code" text,
	"problem_message" text,
	"problem_remedy" text,
	"problem_since" timestamp with time zone,
	"problem_passes" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" uuid NOT NULL,
	CONSTRAINT "configurations_organisation_id_id_pk" PRIMARY KEY("organisation_id","id"),
	CONSTRAINT "configurations_scope" UNIQUE("organisation_id","vendor","scope_id","cloud"),
	CONSTRAINT "configurations_facts" CHECK (jsonb_typeof("configurations"."facts") = 'object'),
	CONSTRAINT "configurations_write_as" CHECK ("configurations"."read_as" <> 'person' OR "configurations"."write_as" = 'person'),
	CONSTRAINT "configurations_credential" CHECK (("configurations"."credential_id" IS NULL) = ("configurations"."deleted_at" IS NOT NULL)),
	CONSTRAINT "configurations_read_as_known" CHECK ("configurations"."read_as" IN ('application', 'person')),
	CONSTRAINT "configurations_write_as_known" CHECK ("configurations"."write_as" IN ('application', 'person'))
);
--> statement-breakpoint
ALTER TABLE "configurations" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "credentials" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"authority" text NOT NULL,
	"application" jsonb NOT NULL,
	"kind" text DEFAULT 'secret' NOT NULL,
	"secret_sealed" "bytea",
	"secret_hint" text NOT NULL,
	"certificate" text,
	"secret_expires_on" date,
	"secret_set_at" timestamp with time zone NOT NULL,
	"secret_set_by" uuid NOT NULL,
	"revision" integer DEFAULT 1 NOT NULL,
	CONSTRAINT "credentials_organisation_id_id_pk" PRIMARY KEY("organisation_id","id"),
	CONSTRAINT "credentials_application" CHECK (jsonb_typeof("credentials"."application") = 'object'),
	CONSTRAINT "credentials_proof" CHECK (("credentials"."secret_sealed" IS NOT NULL) = ("credentials"."kind" <> 'public')
        AND ("credentials"."certificate" IS NOT NULL) = ("credentials"."kind" = 'certificate')),
	CONSTRAINT "credentials_kind_known" CHECK ("credentials"."kind" IN ('secret', 'certificate', 'public'))
);
--> statement-breakpoint
ALTER TABLE "credentials" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "data_keys" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"wrapped" "bytea" NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "data_keys_organisation_id_id_pk" PRIMARY KEY("organisation_id","id")
);
--> statement-breakpoint
ALTER TABLE "data_keys" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "poll_targets" (
	"configuration_id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"not_before" timestamp with time zone,
	"leased_until" timestamp with time zone,
	"lease_token" uuid
);
--> statement-breakpoint
CREATE TABLE "prepared_certificates" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"certificate" text NOT NULL,
	"key_sealed" "bytea" NOT NULL,
	"thumbprint" text NOT NULL,
	"expires_on" date NOT NULL,
	"credential_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"created_by" uuid NOT NULL,
	CONSTRAINT "prepared_certificates_organisation_id_id_pk" PRIMARY KEY("organisation_id","id")
);
--> statement-breakpoint
ALTER TABLE "prepared_certificates" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "skipped_alerts" (
	"organisation_id" uuid NOT NULL,
	"configuration_id" uuid NOT NULL,
	"body_hash" "bytea" NOT NULL,
	"reason" text NOT NULL,
	"body" "bytea" NOT NULL,
	"first_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "skipped_alerts_organisation_id_configuration_id_body_hash_pk" PRIMARY KEY("organisation_id","configuration_id","body_hash")
);
--> statement-breakpoint
ALTER TABLE "skipped_alerts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "vendor_turns" (
	"name_hash" "bytea" PRIMARY KEY NOT NULL,
	"next_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "deliveries" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"webhook" text NOT NULL,
	"token_id" uuid NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"merged_at" timestamp with time zone NOT NULL,
	"size_bytes" integer NOT NULL,
	"headers" jsonb NOT NULL,
	"body" "bytea" NOT NULL,
	"schema" text NOT NULL,
	"outcome" text NOT NULL,
	"reason" text,
	"mended" boolean DEFAULT false NOT NULL,
	"scope_id" text,
	"unclaimed_scope_ids" text[] DEFAULT '{}' NOT NULL,
	"configuration_id" uuid,
	"detection_ids" uuid[] NOT NULL,
	"replayed_by" text,
	CONSTRAINT "deliveries_organisation_id_id_pk" PRIMARY KEY("organisation_id","id"),
	CONSTRAINT "deliveries_outcome_known" CHECK ("deliveries"."outcome" IN ('accepted', 'duplicate', 'heartbeat', 'unrecognised', 'unclaimed', 'rejected'))
);
--> statement-breakpoint
ALTER TABLE "deliveries" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "inbox" (
	"arrival" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "inbox_arrival_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"id" uuid NOT NULL,
	"organisation_id" uuid NOT NULL,
	"webhook" text NOT NULL,
	"token_id" uuid NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"size_bytes" integer NOT NULL,
	"headers" jsonb NOT NULL,
	"body" "bytea" NOT NULL,
	"refused" text,
	"replayed_by" text,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "inbox_id" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "pipe_tests" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"configuration_id" uuid NOT NULL,
	"started_at" timestamp with time zone NOT NULL,
	"started_by" text NOT NULL,
	"started_by_id" uuid,
	"accepted_at" timestamp with time zone,
	"problem_code" text,
	"problem_message" text,
	"problem_remedy" text,
	"cleared_at" timestamp with time zone,
	CONSTRAINT "pipe_tests_organisation_id_id_pk" PRIMARY KEY("organisation_id","id")
);
--> statement-breakpoint
ALTER TABLE "pipe_tests" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "webhook_health" (
	"organisation_id" uuid NOT NULL,
	"configuration_id" uuid NOT NULL,
	"first_heard_at" timestamp with time zone,
	"last_alert_at" timestamp with time zone,
	"last_heartbeat_at" timestamp with time zone,
	"missed_count" integer DEFAULT 0 NOT NULL,
	"missed_since" timestamp with time zone,
	CONSTRAINT "webhook_health_organisation_id_configuration_id_pk" PRIMARY KEY("organisation_id","configuration_id")
);
--> statement-breakpoint
ALTER TABLE "webhook_health" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "webhook_refusals" (
	"hour" timestamp with time zone NOT NULL,
	"token_id" uuid NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "webhook_refusals_hour_token_id_pk" PRIMARY KEY("hour","token_id")
);
--> statement-breakpoint
CREATE TABLE "webhook_tokens" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"webhook" text NOT NULL,
	"token_hash" "bytea" NOT NULL,
	"hash_key_id" text NOT NULL,
	"sealed" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"created_by" text NOT NULL,
	"expires_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	"last_used_at" timestamp with time zone,
	"last_heartbeat_at" timestamp with time zone,
	CONSTRAINT "webhook_tokens_hash" UNIQUE("token_hash")
);
--> statement-breakpoint
CREATE TABLE "detection_counts" (
	"organisation_id" uuid NOT NULL,
	"configuration_id" uuid NOT NULL,
	"severity" text NOT NULL,
	"status" text NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "detection_counts_organisation_id_configuration_id_severity_status_pk" PRIMARY KEY("organisation_id","configuration_id","severity","status"),
	CONSTRAINT "detection_counts_severity_known" CHECK ("detection_counts"."severity" IN ('high', 'medium', 'low', 'informational', 'unknown')),
	CONSTRAINT "detection_counts_status_known" CHECK ("detection_counts"."status" IN ('active', 'in_progress', 'dismissed', 'resolved', 'unknown'))
);
--> statement-breakpoint
ALTER TABLE "detection_counts" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "detection_events" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"detection_id" uuid NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"kind" text NOT NULL,
	"actor" text NOT NULL,
	"source" text NOT NULL,
	"detail" jsonb DEFAULT '{}'::jsonb NOT NULL,
	"note" text,
	"change_sequence" bigint NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "detection_events_organisation_id_id_pk" PRIMARY KEY("organisation_id","id"),
	CONSTRAINT "detection_events_kind_known" CHECK ("detection_events"."kind" IN ('received', 'seen', 'unconfirmed', 'nobody_notified', 'admins_notified', 'everyone_notified', 'admins_notified_again', 'acknowledged', 'status_requested', 'status_undone', 'status_confirmed', 'status_diverged', 'status_failed', 'status_changed', 'field_changed')),
	CONSTRAINT "detection_events_source_known" CHECK ("detection_events"."source" IN ('portal', 'api', 'vendor', 'worker', 'webhook'))
);
--> statement-breakpoint
ALTER TABLE "detection_events" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "detection_sources" (
	"organisation_id" uuid NOT NULL,
	"detection_id" uuid NOT NULL,
	"configuration_id" uuid NOT NULL,
	"vendor" text NOT NULL,
	"identity" "bytea" NOT NULL,
	"ref" jsonb,
	"vendor_status" text NOT NULL,
	"content_hash" "bytea",
	"read_ticket" bigint DEFAULT 0 NOT NULL,
	"read_at" timestamp with time zone NOT NULL,
	"first_polled_at" timestamp with time zone,
	"first_delivered_at" timestamp with time zone,
	"webhook_order" text,
	"webhook_ticket" bigint,
	"missed_polls" smallint DEFAULT 0 NOT NULL,
	"raw" "bytea",
	"webhook_raw" "bytea",
	"normalised" jsonb NOT NULL,
	"polled" jsonb,
	"delivered" jsonb,
	CONSTRAINT "detection_sources_organisation_id_detection_id_pk" PRIMARY KEY("organisation_id","detection_id"),
	CONSTRAINT "detection_sources_identity" UNIQUE("organisation_id","identity"),
	CONSTRAINT "detection_sources_vendor_status_known" CHECK ("detection_sources"."vendor_status" IN ('active', 'in_progress', 'dismissed', 'resolved', 'unknown'))
);
--> statement-breakpoint
ALTER TABLE "detection_sources" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "detection_tombstones" (
	"organisation_id" uuid NOT NULL,
	"detection_id" uuid NOT NULL,
	"deleted_at" timestamp with time zone NOT NULL,
	"change_sequence" bigint NOT NULL,
	CONSTRAINT "detection_tombstones_organisation_id_detection_id_pk" PRIMARY KEY("organisation_id","detection_id")
);
--> statement-breakpoint
ALTER TABLE "detection_tombstones" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "detections" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"configuration_id" uuid NOT NULL,
	"title" text NOT NULL,
	"alert_type" text NOT NULL,
	"severity" text NOT NULL,
	"severity_rank" smallint NOT NULL,
	"status" text NOT NULL,
	"resource_name" text NOT NULL,
	"resource_type" text NOT NULL,
	"tactics" text[] NOT NULL,
	"is_sample" boolean NOT NULL,
	"is_incident" boolean NOT NULL,
	"occurred_at" timestamp with time zone NOT NULL,
	"received_at" timestamp with time zone NOT NULL,
	"search_text" text NOT NULL,
	"acknowledged_by_user_id" uuid,
	"acknowledged_at" timestamp with time zone,
	"owner_id" uuid,
	"pending_change_id" uuid,
	"pending_status" text,
	"sync_state" text DEFAULT 'idle' NOT NULL,
	"change_sequence" bigint NOT NULL,
	CONSTRAINT "detections_organisation_id_id_pk" PRIMARY KEY("organisation_id","id"),
	CONSTRAINT "detections_acknowledged" CHECK (("detections"."acknowledged_by_user_id" IS NULL) = ("detections"."acknowledged_at" IS NULL)),
	CONSTRAINT "detections_severity_known" CHECK ("detections"."severity" IN ('high', 'medium', 'low', 'informational', 'unknown')),
	CONSTRAINT "detections_status_known" CHECK ("detections"."status" IN ('active', 'in_progress', 'dismissed', 'resolved', 'unknown')),
	CONSTRAINT "detections_pending_status_known" CHECK ("detections"."pending_status" IN ('active', 'in_progress', 'dismissed', 'resolved')),
	CONSTRAINT "detections_sync_state_known" CHECK ("detections"."sync_state" IN ('idle', 'held', 'sending', 'confirmed', 'diverged', 'failed'))
);
--> statement-breakpoint
ALTER TABLE "detections" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "outbox" (
	"change_id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"due_at" timestamp with time zone NOT NULL,
	"leased_until" timestamp with time zone,
	"lease_token" uuid,
	"attempts" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "status_changes" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"detection_id" uuid NOT NULL,
	"configuration_id" uuid NOT NULL,
	"alert_type" text NOT NULL,
	"resource_name" text NOT NULL,
	"from_status" text NOT NULL,
	"to_status" text NOT NULL,
	"note" text,
	"state" text NOT NULL,
	"requested_by" text NOT NULL,
	"requested_by_id" uuid,
	"requested_at" timestamp with time zone NOT NULL,
	"attempted_at" timestamp with time zone,
	"finished_at" timestamp with time zone,
	"message" text,
	"remedy" text,
	"request_id" text,
	CONSTRAINT "status_changes_organisation_id_id_pk" PRIMARY KEY("organisation_id","id"),
	CONSTRAINT "status_changes_from_status_known" CHECK ("status_changes"."from_status" IN ('active', 'in_progress', 'dismissed', 'resolved', 'unknown')),
	CONSTRAINT "status_changes_to_status_known" CHECK ("status_changes"."to_status" IN ('active', 'in_progress', 'dismissed', 'resolved')),
	CONSTRAINT "status_changes_state_known" CHECK ("status_changes"."state" IN ('held', 'sending', 'confirmed', 'diverged', 'failed', 'cancelled'))
);
--> statement-breakpoint
ALTER TABLE "status_changes" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "alarms" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"configuration_id" uuid,
	"stage" text NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"rounds" integer DEFAULT 0 NOT NULL,
	"is_posted" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	"is_recovered" boolean DEFAULT false NOT NULL,
	CONSTRAINT "alarms_organisation_id_id_pk" PRIMARY KEY("organisation_id","id"),
	CONSTRAINT "alarms_subject" CHECK (("alarms"."kind" = 'on_call_coverage') = ("alarms"."configuration_id" IS NULL)),
	CONSTRAINT "alarms_recovered" CHECK (NOT "alarms"."is_recovered" OR "alarms"."ended_at" IS NOT NULL),
	CONSTRAINT "alarms_kind_known" CHECK ("alarms"."kind" IN ('health', 'secret', 'on_call_coverage')),
	CONSTRAINT "alarms_stage_known" CHECK ("alarms"."stage" IN ('degraded', 'action_needed', 'within_30_days', 'within_14_days', 'within_7_days', 'last_day', 'uncovered'))
);
--> statement-breakpoint
ALTER TABLE "alarms" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "devices" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"name" text NOT NULL,
	"platform" text NOT NULL,
	"endpoint_hash" "bytea" NOT NULL,
	"push_subscription_sealed" "bytea" NOT NULL,
	"vapid_key_id" uuid NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"last_seen_at" timestamp with time zone NOT NULL,
	"last_shown_at" timestamp with time zone,
	"permission" text,
	"failures" integer DEFAULT 0 NOT NULL,
	"last_failure" text,
	"gone_at" timestamp with time zone,
	"deactivated_at" timestamp with time zone,
	"deactivated_by" text,
	CONSTRAINT "devices_organisation_id_id_pk" PRIMARY KEY("organisation_id","id"),
	CONSTRAINT "devices_endpoint" UNIQUE("organisation_id","endpoint_hash"),
	CONSTRAINT "devices_platform_known" CHECK ("devices"."platform" IN ('ios', 'android', 'windows', 'macos', 'linux', 'other')),
	CONSTRAINT "devices_permission_known" CHECK ("devices"."permission" IN ('granted', 'denied', 'default'))
);
--> statement-breakpoint
ALTER TABLE "devices" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "digests" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"kind" text NOT NULL,
	"configuration_id" uuid,
	"user_id" uuid,
	"cause" text,
	"gap_from" timestamp with time zone,
	"gap_until" timestamp with time zone,
	"high_count" integer DEFAULT 0 NOT NULL,
	"medium_count" integer DEFAULT 0 NOT NULL,
	"low_count" integer DEFAULT 0 NOT NULL,
	"informational_count" integer DEFAULT 0 NOT NULL,
	"unknown_count" integer DEFAULT 0 NOT NULL,
	"closed_count" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone,
	CONSTRAINT "digests_organisation_id_id_pk" PRIMARY KEY("organisation_id","id"),
	CONSTRAINT "digests_subject" CHECK (CASE "digests"."kind" WHEN 'history' THEN "digests"."configuration_id" IS NOT NULL AND "digests"."cause" IS NOT NULL
        ELSE "digests"."configuration_id" IS NULL AND "digests"."cause" IS NULL AND "digests"."user_id" IS NOT NULL END),
	CONSTRAINT "digests_gap" CHECK (("digests"."gap_from" IS NULL) = ("digests"."gap_until" IS NULL)),
	CONSTRAINT "digests_kind_known" CHECK ("digests"."kind" IN ('history', 'off_hours', 'rate_limited')),
	CONSTRAINT "digests_cause_known" CHECK ("digests"."cause" IN ('first_read', 'gap', 'late'))
);
--> statement-breakpoint
ALTER TABLE "digests" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "notification_groups" (
	"organisation_id" uuid NOT NULL,
	"detection_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"into_detection_id" uuid NOT NULL,
	"into_reason" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "notification_groups_organisation_id_detection_id_reason_pk" PRIMARY KEY("organisation_id","detection_id","reason"),
	CONSTRAINT "notification_groups_reason_known" CHECK ("notification_groups"."reason" IN ('raised', 'sample', 'fallback', 'escalated_to_everyone', 'escalated_to_admins', 'test', 'history', 'off_hours', 'rate_limited', 'health', 'secret', 'on_call_coverage', 'recovered')),
	CONSTRAINT "notification_groups_into_reason_known" CHECK ("notification_groups"."into_reason" IN ('raised', 'sample', 'fallback', 'escalated_to_everyone', 'escalated_to_admins', 'test', 'history', 'off_hours', 'rate_limited', 'health', 'secret', 'on_call_coverage', 'recovered'))
);
--> statement-breakpoint
ALTER TABLE "notification_groups" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "notification_policies" (
	"organisation_id" uuid NOT NULL,
	"fresh_minutes" integer NOT NULL,
	"escalate_minutes" integer NOT NULL,
	"is_private" boolean NOT NULL,
	CONSTRAINT "notification_policies_organisation_id_pk" PRIMARY KEY("organisation_id")
);
--> statement-breakpoint
ALTER TABLE "notification_policies" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "notification_preferences" (
	"organisation_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"is_on" boolean NOT NULL,
	"severities" text[] NOT NULL,
	"configuration_ids" uuid[],
	"time_zone" text,
	"windows" jsonb,
	"always_notify" text[] NOT NULL,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "notification_preferences_organisation_id_user_id_pk" PRIMARY KEY("organisation_id","user_id"),
	CONSTRAINT "notification_preferences_severities_known" CHECK ("notification_preferences"."severities" <@ ARRAY['high', 'medium', 'low', 'informational', 'unknown']),
	CONSTRAINT "notification_preferences_always_notify_known" CHECK ("notification_preferences"."always_notify" <@ ARRAY['high', 'medium', 'low', 'informational', 'unknown'])
);
--> statement-breakpoint
ALTER TABLE "notification_preferences" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "notification_queue" (
	"id" uuid PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"subject" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"due_at" timestamp with time zone DEFAULT now() NOT NULL,
	"leased_until" timestamp with time zone,
	"lease_token" uuid,
	"attempts" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "notification_queue_subject" UNIQUE("subject","subject_id"),
	CONSTRAINT "notification_queue_subject_known" CHECK ("notification_queue"."subject" IN ('detection', 'escalation', 'digest', 'alarm', 'web_push', 'email', 'group_update', 'outgoing'))
);
--> statement-breakpoint
CREATE TABLE "notifications" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"detection_id" uuid,
	"digest_id" uuid,
	"alarm_id" uuid,
	"round" integer DEFAULT 0 NOT NULL,
	"user_id" uuid NOT NULL,
	"channel" text DEFAULT 'web_push' NOT NULL,
	"device_id" uuid,
	"reason" text NOT NULL,
	"state" text NOT NULL,
	"grouped_into" uuid,
	"problem" text,
	"queued_at" timestamp with time zone NOT NULL,
	"accepted_at" timestamp with time zone,
	"shown_at" timestamp with time zone,
	"opened_at" timestamp with time zone,
	"acted_at" timestamp with time zone,
	CONSTRAINT "notifications_organisation_id_id_pk" PRIMARY KEY("organisation_id","id"),
	CONSTRAINT "notifications_subject" CHECK ("notifications"."alarm_id" IS NULL OR ("notifications"."detection_id" IS NULL AND "notifications"."digest_id" IS NULL)),
	CONSTRAINT "notifications_digested" CHECK (("notifications"."state" IN ('deferred', 'rate_limited')) = ("notifications"."detection_id" IS NOT NULL AND "notifications"."digest_id" IS NOT NULL)),
	CONSTRAINT "notifications_channel_known" CHECK ("notifications"."channel" IN ('web_push', 'email')),
	CONSTRAINT "notifications_reason_known" CHECK ("notifications"."reason" IN ('raised', 'sample', 'fallback', 'escalated_to_everyone', 'escalated_to_admins', 'test', 'history', 'off_hours', 'rate_limited', 'health', 'secret', 'on_call_coverage', 'recovered')),
	CONSTRAINT "notifications_state_known" CHECK ("notifications"."state" IN ('queued', 'accepted', 'failed', 'grouped', 'deferred', 'rate_limited', 'skipped'))
);
--> statement-breakpoint
ALTER TABLE "notifications" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "vapid_keys" (
	"id" uuid PRIMARY KEY NOT NULL,
	"public_key" text NOT NULL,
	"private_sealed" "bytea" NOT NULL,
	"created_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "change_sequences" (
	"organisation_id" uuid NOT NULL,
	"last_sequence" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "change_sequences_organisation_id_pk" PRIMARY KEY("organisation_id")
);
--> statement-breakpoint
ALTER TABLE "change_sequences" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "organisations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"directory_id" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL
);
--> statement-breakpoint
ALTER TABLE "organisations" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "outgoing_deliveries" (
	"organisation_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"type" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"configuration_id" uuid,
	"reason" text,
	"created_at" timestamp with time zone NOT NULL,
	"state" text DEFAULT 'waiting' NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"attempted_at" timestamp with time zone,
	"next_try_at" timestamp with time zone,
	"status" integer,
	"problem" text,
	CONSTRAINT "outgoing_deliveries_organisation_id_id_pk" PRIMARY KEY("organisation_id","id"),
	CONSTRAINT "outgoing_deliveries_once" UNIQUE("organisation_id","type","subject_id"),
	CONSTRAINT "outgoing_deliveries_type_known" CHECK ("outgoing_deliveries"."type" IN ('detection.raised', 'detection.unacknowledged', 'configuration.action_needed', 'configuration.recovered', 'test')),
	CONSTRAINT "outgoing_deliveries_state_known" CHECK ("outgoing_deliveries"."state" IN ('waiting', 'delivered', 'failed'))
);
--> statement-breakpoint
ALTER TABLE "outgoing_deliveries" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "outgoing_webhooks" (
	"organisation_id" uuid NOT NULL,
	"host" text NOT NULL,
	"address_sealed" "bytea" NOT NULL,
	"severities" text[] NOT NULL,
	"is_on" boolean NOT NULL,
	"off_because" text,
	"secret_sealed" "bytea" NOT NULL,
	"secret_hint" text NOT NULL,
	"secret_made_at" timestamp with time zone NOT NULL,
	"earlier_secret_sealed" "bytea",
	"earlier_secret_until" timestamp with time zone,
	"changed_at" timestamp with time zone NOT NULL,
	CONSTRAINT "outgoing_webhooks_organisation_id_pk" PRIMARY KEY("organisation_id"),
	CONSTRAINT "outgoing_webhooks_earlier" CHECK (("outgoing_webhooks"."earlier_secret_sealed" IS NULL) = ("outgoing_webhooks"."earlier_secret_until" IS NULL)),
	CONSTRAINT "outgoing_webhooks_severities_known" CHECK ("outgoing_webhooks"."severities" <@ ARRAY['high', 'medium', 'low', 'informational'])
);
--> statement-breakpoint
ALTER TABLE "outgoing_webhooks" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "access_requests" (
	"organisation_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"requested_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "access_requests_organisation_id_user_id_pk" PRIMARY KEY("organisation_id","user_id")
);
--> statement-breakpoint
ALTER TABLE "access_requests" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "api_tokens" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"id" uuid NOT NULL,
	"organisation_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"name" text NOT NULL,
	"hint" text NOT NULL,
	"scopes" text[] NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"last_used_at" timestamp with time zone,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "api_tokens_id_unique" UNIQUE("id"),
	CONSTRAINT "api_tokens_scopes_known" CHECK ("api_tokens"."scopes" <@ ARRAY['read', 'triage'])
);
--> statement-breakpoint
CREATE TABLE "directory_organisations" (
	"directory_id" text NOT NULL,
	"organisation_id" uuid NOT NULL,
	"first_admin" text,
	CONSTRAINT "directory_organisations_directory_id_organisation_id_pk" PRIMARY KEY("directory_id","organisation_id")
);
--> statement-breakpoint
CREATE TABLE "login_links" (
	"token_hash" "bytea" PRIMARY KEY NOT NULL,
	"organisation_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"user_id" uuid,
	"expires_at" timestamp with time zone NOT NULL,
	"used_at" timestamp with time zone,
	CONSTRAINT "login_links_purpose_known" CHECK ("login_links"."purpose" IN ('first-admin', 'break-glass'))
);
--> statement-breakpoint
CREATE TABLE "memberships" (
	"organisation_id" uuid NOT NULL,
	"user_id" uuid NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "memberships_organisation_id_user_id_pk" PRIMARY KEY("organisation_id","user_id"),
	CONSTRAINT "memberships_role_known" CHECK ("memberships"."role" IN ('admin', 'analyst', 'viewer'))
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"directory_id" text NOT NULL,
	"object_id" text NOT NULL,
	"sign_in_name" text NOT NULL,
	"display_name" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_sign_in_at" timestamp with time zone,
	CONSTRAINT "users_identity" UNIQUE("directory_id","object_id")
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id_hash" "bytea" PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"organisation_id" uuid,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"last_seen_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	"user_agent" text DEFAULT '' NOT NULL,
	"device_id" uuid
);
--> statement-breakpoint
ALTER TABLE "account_access" ADD CONSTRAINT "account_access_configuration_id_fk" FOREIGN KEY ("organisation_id","configuration_id") REFERENCES "public"."configurations"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_access" ADD CONSTRAINT "account_access_account_id_fk" FOREIGN KEY ("organisation_id","account_id") REFERENCES "public"."accounts"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "account_access" ADD CONSTRAINT "account_access_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_ins" ADD CONSTRAINT "sign_ins_configuration_id_fk" FOREIGN KEY ("organisation_id","configuration_id") REFERENCES "public"."configurations"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sign_ins" ADD CONSTRAINT "sign_ins_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "configurations" ADD CONSTRAINT "configurations_credential_id_fk" FOREIGN KEY ("organisation_id","credential_id") REFERENCES "public"."credentials"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "configurations" ADD CONSTRAINT "configurations_created_by_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_secret_set_by_fk" FOREIGN KEY ("secret_set_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "poll_targets" ADD CONSTRAINT "poll_targets_configuration_id_fk" FOREIGN KEY ("organisation_id","configuration_id") REFERENCES "public"."configurations"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "prepared_certificates" ADD CONSTRAINT "prepared_certificates_credential_id_fk" FOREIGN KEY ("organisation_id","credential_id") REFERENCES "public"."credentials"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "prepared_certificates" ADD CONSTRAINT "prepared_certificates_created_by_fk" FOREIGN KEY ("created_by") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "skipped_alerts" ADD CONSTRAINT "skipped_alerts_configuration_id_fk" FOREIGN KEY ("organisation_id","configuration_id") REFERENCES "public"."configurations"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pipe_tests" ADD CONSTRAINT "pipe_tests_configuration_id_fk" FOREIGN KEY ("organisation_id","configuration_id") REFERENCES "public"."configurations"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pipe_tests" ADD CONSTRAINT "pipe_tests_started_by_id_fk" FOREIGN KEY ("started_by_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "webhook_health" ADD CONSTRAINT "webhook_health_configuration_id_fk" FOREIGN KEY ("organisation_id","configuration_id") REFERENCES "public"."configurations"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "detection_events" ADD CONSTRAINT "detection_events_detection_id_fk" FOREIGN KEY ("organisation_id","detection_id") REFERENCES "public"."detections"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "detection_sources" ADD CONSTRAINT "detection_sources_detection_id_fk" FOREIGN KEY ("organisation_id","detection_id") REFERENCES "public"."detections"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "detections" ADD CONSTRAINT "detections_configuration_id_fk" FOREIGN KEY ("organisation_id","configuration_id") REFERENCES "public"."configurations"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "detections" ADD CONSTRAINT "detections_acknowledged_by_user_id_fk" FOREIGN KEY ("acknowledged_by_user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "detections" ADD CONSTRAINT "detections_owner_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_change_id_fk" FOREIGN KEY ("organisation_id","change_id") REFERENCES "public"."status_changes"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "status_changes" ADD CONSTRAINT "status_changes_detection_id_fk" FOREIGN KEY ("organisation_id","detection_id") REFERENCES "public"."detections"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "status_changes" ADD CONSTRAINT "status_changes_requested_by_id_fk" FOREIGN KEY ("requested_by_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "alarms" ADD CONSTRAINT "alarms_configuration_id_fk" FOREIGN KEY ("organisation_id","configuration_id") REFERENCES "public"."configurations"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "devices" ADD CONSTRAINT "devices_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "devices" ADD CONSTRAINT "devices_vapid_key_id_fk" FOREIGN KEY ("vapid_key_id") REFERENCES "public"."vapid_keys"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "digests" ADD CONSTRAINT "digests_configuration_id_fk" FOREIGN KEY ("organisation_id","configuration_id") REFERENCES "public"."configurations"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "digests" ADD CONSTRAINT "digests_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification_groups" ADD CONSTRAINT "notification_groups_detection_id_fk" FOREIGN KEY ("organisation_id","detection_id") REFERENCES "public"."detections"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification_groups" ADD CONSTRAINT "notification_groups_into_detection_id_fk" FOREIGN KEY ("organisation_id","into_detection_id") REFERENCES "public"."detections"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification_preferences" ADD CONSTRAINT "notification_preferences_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_detection_id_fk" FOREIGN KEY ("organisation_id","detection_id") REFERENCES "public"."detections"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_digest_id_fk" FOREIGN KEY ("organisation_id","digest_id") REFERENCES "public"."digests"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_alarm_id_fk" FOREIGN KEY ("organisation_id","alarm_id") REFERENCES "public"."alarms"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "access_requests" ADD CONSTRAINT "access_requests_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "login_links" ADD CONSTRAINT "login_links_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_device_id_fk" FOREIGN KEY ("organisation_id","device_id") REFERENCES "public"."devices"("organisation_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "account_access_of" ON "account_access" USING btree ("organisation_id","account_id");--> statement-breakpoint
CREATE INDEX "sign_ins_for" ON "sign_ins" USING btree ("organisation_id","configuration_id");--> statement-breakpoint
CREATE INDEX "audit_events_at" ON "audit_events" USING btree ("organisation_id","at","id");--> statement-breakpoint
CREATE INDEX "audit_events_by_actor" ON "audit_events" USING btree ("organisation_id","actor","at","id");--> statement-breakpoint
CREATE INDEX "audit_events_by_action" ON "audit_events" USING btree ("organisation_id","action","at","id");--> statement-breakpoint
CREATE INDEX "configurations_by_credential" ON "configurations" USING btree ("organisation_id","credential_id");--> statement-breakpoint
CREATE INDEX "poll_targets_due" ON "poll_targets" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "prepared_certificates_for" ON "prepared_certificates" USING btree ("organisation_id","credential_id");--> statement-breakpoint
CREATE INDEX "deliveries_newest" ON "deliveries" USING btree ("organisation_id","received_at","id");--> statement-breakpoint
CREATE INDEX "deliveries_unclaimed" ON "deliveries" USING btree ("organisation_id","id") WHERE outcome = 'unclaimed';--> statement-breakpoint
CREATE INDEX "inbox_due" ON "inbox" USING btree ("organisation_id","arrival");--> statement-breakpoint
CREATE INDEX "pipe_tests_of" ON "pipe_tests" USING btree ("organisation_id","configuration_id","started_at");--> statement-breakpoint
CREATE INDEX "webhook_tokens_of" ON "webhook_tokens" USING btree ("organisation_id");--> statement-breakpoint
CREATE INDEX "detection_events_of" ON "detection_events" USING btree ("organisation_id","detection_id","change_sequence","position");--> statement-breakpoint
CREATE INDEX "detection_sources_unconfirmed" ON "detection_sources" USING btree ("organisation_id","configuration_id") WHERE first_polled_at is null;--> statement-breakpoint
CREATE INDEX "detection_sources_not_delivered" ON "detection_sources" USING btree ("organisation_id","configuration_id","first_polled_at") WHERE first_delivered_at is null;--> statement-breakpoint
CREATE INDEX "detection_tombstones_changes" ON "detection_tombstones" USING btree ("organisation_id","change_sequence");--> statement-breakpoint
CREATE INDEX "detections_feed" ON "detections" USING btree ("organisation_id","occurred_at","id");--> statement-breakpoint
CREATE INDEX "detections_by_status" ON "detections" USING btree ("organisation_id","status","occurred_at","id");--> statement-breakpoint
CREATE INDEX "detections_by_severity" ON "detections" USING btree ("organisation_id","severity","occurred_at","id");--> statement-breakpoint
CREATE INDEX "detections_by_configuration" ON "detections" USING btree ("organisation_id","configuration_id","occurred_at","id");--> statement-breakpoint
CREATE INDEX "detections_changes" ON "detections" USING btree ("organisation_id","change_sequence");--> statement-breakpoint
CREATE INDEX "detections_search" ON "detections" USING gin ("organisation_id","search_text" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "status_changes_of" ON "status_changes" USING btree ("organisation_id","detection_id","requested_at");--> statement-breakpoint
CREATE INDEX "status_changes_notes" ON "status_changes" USING btree ("organisation_id","alert_type","resource_name","requested_at") WHERE note is not null;--> statement-breakpoint
CREATE INDEX "alarms_of" ON "alarms" USING btree ("organisation_id","configuration_id");--> statement-breakpoint
CREATE INDEX "devices_of" ON "devices" USING btree ("organisation_id","user_id");--> statement-breakpoint
CREATE INDEX "digests_of" ON "digests" USING btree ("organisation_id","configuration_id");--> statement-breakpoint
CREATE INDEX "notification_groups_into" ON "notification_groups" USING btree ("organisation_id","into_detection_id","into_reason");--> statement-breakpoint
CREATE INDEX "notification_groups_old" ON "notification_groups" USING btree ("organisation_id","at");--> statement-breakpoint
CREATE INDEX "notification_queue_due" ON "notification_queue" USING btree ("due_at");--> statement-breakpoint
CREATE INDEX "notifications_recent" ON "notifications" USING btree ("organisation_id","queued_at","user_id") WHERE state in ('queued', 'accepted') and detection_id is not null;--> statement-breakpoint
CREATE INDEX "notifications_old" ON "notifications" USING btree ("organisation_id","queued_at");--> statement-breakpoint
CREATE INDEX "notifications_digested" ON "notifications" USING btree ("organisation_id","digest_id") WHERE digest_id is not null;--> statement-breakpoint
CREATE INDEX "notifications_grouped" ON "notifications" USING btree ("organisation_id","grouped_into") WHERE grouped_into is not null;--> statement-breakpoint
CREATE INDEX "outgoing_deliveries_recent" ON "outgoing_deliveries" USING btree ("organisation_id","created_at");--> statement-breakpoint
CREATE INDEX "api_tokens_of" ON "api_tokens" USING btree ("organisation_id","user_id");--> statement-breakpoint
CREATE INDEX "memberships_user" ON "memberships" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_user" ON "sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "sessions_device" ON "sessions" USING btree ("organisation_id","device_id") WHERE device_id is not null;--> statement-breakpoint
CREATE POLICY "organisation" ON "account_access" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "accounts" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "sign_ins" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "audit_events" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "abandoned_runs" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "configurations" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "credentials" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "data_keys" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "prepared_certificates" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "skipped_alerts" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "deliveries" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "pipe_tests" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "webhook_health" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "detection_counts" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "detection_events" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "detection_sources" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "detection_tombstones" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "detections" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "status_changes" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "alarms" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "devices" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "digests" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "notification_groups" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "notification_policies" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "notification_preferences" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "notifications" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "change_sequences" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "organisations" AS PERMISSIVE FOR ALL TO public USING ("id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "outgoing_deliveries" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "outgoing_webhooks" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));--> statement-breakpoint
CREATE POLICY "organisation" ON "access_requests" AS PERMISSIVE FOR ALL TO public USING ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid)) WITH CHECK ("organisation_id" = (SELECT nullif(current_setting('app.organisation_id', true), '')::uuid));
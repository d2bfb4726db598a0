CREATE TABLE "worker_presence" (
	"id" smallint PRIMARY KEY NOT NULL,
	"seen_at" timestamp with time zone NOT NULL,
	"claimed_until" timestamp with time zone,
	"told_at" timestamp with time zone,
	CONSTRAINT "worker_presence_one_row" CHECK ("worker_presence"."id" = 1)
);
--> statement-breakpoint
ALTER TABLE "alarms" DROP CONSTRAINT "alarms_subject";--> statement-breakpoint
ALTER TABLE "alarms" DROP CONSTRAINT "alarms_kind_known";--> statement-breakpoint
ALTER TABLE "alarms" DROP CONSTRAINT "alarms_stage_known";--> statement-breakpoint
ALTER TABLE "notification_groups" DROP CONSTRAINT "notification_groups_reason_known";--> statement-breakpoint
ALTER TABLE "notification_groups" DROP CONSTRAINT "notification_groups_into_reason_known";--> statement-breakpoint
ALTER TABLE "notifications" DROP CONSTRAINT "notifications_reason_known";--> statement-breakpoint
ALTER TABLE "alarms" ADD CONSTRAINT "alarms_subject" CHECK (("alarms"."kind" IN ('on_call_coverage', 'worker_silent')) = ("alarms"."configuration_id" IS NULL));--> statement-breakpoint
ALTER TABLE "alarms" ADD CONSTRAINT "alarms_kind_known" CHECK ("alarms"."kind" IN ('health', 'secret', 'on_call_coverage', 'worker_silent'));--> statement-breakpoint
ALTER TABLE "alarms" ADD CONSTRAINT "alarms_stage_known" CHECK ("alarms"."stage" IN ('degraded', 'action_needed', 'within_30_days', 'within_14_days', 'within_7_days', 'last_day', 'uncovered', 'stopped'));--> statement-breakpoint
ALTER TABLE "notification_groups" ADD CONSTRAINT "notification_groups_reason_known" CHECK ("notification_groups"."reason" IN ('raised', 'sample', 'fallback', 'escalated_to_everyone', 'escalated_to_admins', 'test', 'history', 'off_hours', 'rate_limited', 'health', 'secret', 'on_call_coverage', 'worker_silent', 'recovered'));--> statement-breakpoint
ALTER TABLE "notification_groups" ADD CONSTRAINT "notification_groups_into_reason_known" CHECK ("notification_groups"."into_reason" IN ('raised', 'sample', 'fallback', 'escalated_to_everyone', 'escalated_to_admins', 'test', 'history', 'off_hours', 'rate_limited', 'health', 'secret', 'on_call_coverage', 'worker_silent', 'recovered'));--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_reason_known" CHECK ("notifications"."reason" IN ('raised', 'sample', 'fallback', 'escalated_to_everyone', 'escalated_to_admins', 'test', 'history', 'off_hours', 'rate_limited', 'health', 'secret', 'on_call_coverage', 'worker_silent', 'recovered'));
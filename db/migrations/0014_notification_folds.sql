DROP INDEX "notifications_of_device";--> statement-breakpoint
ALTER TABLE "notifications" ADD COLUMN "folded_into" uuid;--> statement-breakpoint
CREATE INDEX "notifications_recent" ON "notifications" USING btree ("organisation_id","queued_at");--> statement-breakpoint
CREATE INDEX "notifications_folded" ON "notifications" USING btree ("organisation_id","folded_into") WHERE folded_into is not null;--> statement-breakpoint
ALTER TABLE notifications DROP CONSTRAINT notifications_state,
  ADD CONSTRAINT notifications_state CHECK (state IN ('queued','accepted','failed','folded'));
--> statement-breakpoint
ALTER TABLE notification_queue DROP CONSTRAINT notification_queue_kind,
  ADD CONSTRAINT notification_queue_kind CHECK (subject IN ('detection','escalation','notification','fold'));

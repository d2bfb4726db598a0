CREATE INDEX "notification_folds_old" ON "notification_folds" USING btree ("organisation_id","at");--> statement-breakpoint
CREATE INDEX "notifications_old" ON "notifications" USING btree ("organisation_id","queued_at");--> statement-breakpoint
ALTER TABLE notification_queue DROP CONSTRAINT notification_queue_kind,
  ADD CONSTRAINT notification_queue_kind CHECK (subject IN ('detection','escalation','notification','mail','fold','notice','outgoing'));

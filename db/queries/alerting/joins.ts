import { and, eq } from "drizzle-orm";
import { detections, devices, digests, notifications } from "../../schema/index.ts";

/** The SQL condition that joins a notification with the detection that it is about. */
export const isItsDetection = and(
  eq(detections.organisationId, notifications.organisationId),
  eq(detections.id, notifications.detectionId),
);

/** The SQL condition that joins a notification with the digest that it is sent for or kept for. */
export const isItsDigest = and(
  eq(digests.organisationId, notifications.organisationId),
  eq(digests.id, notifications.digestId),
);

/** The SQL condition that joins a notification with the device that it goes to. */
export const isItsDevice = and(
  eq(devices.organisationId, notifications.organisationId),
  eq(devices.id, notifications.deviceId),
);

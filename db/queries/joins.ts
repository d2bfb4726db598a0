import { and, eq, isNull } from "drizzle-orm";
import {
  configurations,
  detectionSources,
  detections,
  devices,
  digests,
  notifications,
} from "../schema/index.ts";

/** The SQL condition that joins a detection with its row in `detection_sources`. */
export const sourceOfDetection = and(
  eq(detectionSources.organisationId, detections.organisationId),
  eq(detectionSources.detectionId, detections.id),
);

/** The SQL condition that joins a detection with its configuration, unless that is deleted. */
export const configurationOfDetection = and(
  eq(configurations.organisationId, detections.organisationId),
  eq(configurations.id, detections.configurationId),
  isNull(configurations.deletedAt),
);

/** The SQL condition that joins a notification with the detection that it is about. */
export const detectionOfNotification = and(
  eq(detections.organisationId, notifications.organisationId),
  eq(detections.id, notifications.detectionId),
);

/** The SQL condition that joins a notification with the digest that it is sent for or kept for. */
export const digestOfNotification = and(
  eq(digests.organisationId, notifications.organisationId),
  eq(digests.id, notifications.digestId),
);

/** The SQL condition that joins a notification with the device that it goes to. */
export const deviceOfNotification = and(
  eq(devices.organisationId, notifications.organisationId),
  eq(devices.id, notifications.deviceId),
);

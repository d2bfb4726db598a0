export * from "./audit-events.ts";
export * from "./configurations.ts";
export * from "./connections.ts";
export * from "./deliveries.ts";
export * from "./detections.ts";
export * from "./notifications.ts";
export * from "./organisations.ts";
export * from "./people.ts";

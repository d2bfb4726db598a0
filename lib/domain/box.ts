/**
 * The boxes of detections, in the order in which they apply: each detection is in the first box that fits it. The database
 * derives the box, in the column `detections.box`.
 */
export const boxes = ["sample", "closed", "owned", "backlog", "information", "triage"] as const;
export type Box = (typeof boxes)[number];

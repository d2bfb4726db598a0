import type { Status, TargetStatus } from "#lib/domain/status.ts";

const words: Record<TargetStatus, string> = {
  active: "Active",
  in_progress: "InProgress",
  dismissed: "Dismissed",
  resolved: "Resolved",
};

/** Azure's word for one of our statuses. */
export function statusWord(status: TargetStatus): string {
  return words[status];
}

/** Our status for a word of Azure's, in any case; `New` is what a push calls Active. */
export function statusFrom(word: string): Status {
  const wanted = word.trim().toLowerCase();
  if (wanted === "new") return "active";
  const found = (Object.keys(words) as TargetStatus[]).find(
    (status) => words[status].toLowerCase() === wanted,
  );
  return found ?? "unknown";
}

/** The last segment of the request that asks for a status (Microsoft.Security alerts, 2022-01-01). */
export const statusAction: Record<TargetStatus, string> = {
  active: "activate",
  in_progress: "inProgress",
  dismissed: "dismiss",
  resolved: "resolve",
};

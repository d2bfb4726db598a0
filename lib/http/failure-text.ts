import { isDatabaseUnavailable } from "#lib/platform/errors.ts";

/**
 * How far a request came before it failed. `before`: nothing was begun. `reading`: it changes nothing anyway. `begun`: what it
 * was to change may be stored, since a connection can break between a commit and its answer.
 */
export type Progress = "before" | "reading" | "begun";

/** what a failure on the portal's side means for what was to be changed, and what to do, by how far the request came */
const meanings: Record<Progress, string> = {
  before: "Nothing was changed; try again in a moment.",
  reading: "Try again in a moment.",
  begun:
    "It isn't known whether your change was stored: try again in a moment, but look at what is there before you repeat it.",
};

/**
 * Returns the sentences that a person reads about a failure on the portal's side: what happened, what it means and what to do.
 * `reference` is the number under which the log has the cause.
 */
export function failureText(error: unknown, progress: Progress, reference: string): string {
  const what = isDatabaseUnavailable(error)
    ? "The portal can't reach its database."
    : "Something went wrong on our side.";
  return `${what} ${meanings[progress]} If it persists, tell whoever runs PocketSOC the reference ${reference}.`;
}

import { lookUp } from "#lib/domain/look-up.ts";

const reasons: Record<string, string> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "there is no such host",
  EAI_AGAIN: "its host's name can't be looked up",
  CONNECT_TIMEOUT: "nothing answers there within 5 seconds",
  "28000": "the server doesn't let this role in",
  "28P01": "the server refuses the role or its password",
  "3D000": "there is no such database",
};

/**
 * Returns a sentence that says why the database can't be reached at the address in the setting `setting`. The sentence
 * contains the error's code.
 */
export function explainConnection(setting: string, error: unknown): string {
  const { code = "", message = "" } = error as { code?: string; message?: string };
  const reason = lookUp(reasons, code);
  return `${setting} can't be used: ${reason ? `${reason} (${code}).` : `${message || "the reason is unknown"}${code && ` (${code})`}.`}`;
}

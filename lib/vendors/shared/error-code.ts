import { shownText } from "#lib/domain/text.ts";

/**
 * Adds the vendor's error code to a problem's message, so that a person can search for it. `vendorCode` is an HTTP status
 * if the answer had no code, and null if there was no answer.
 */
export function withErrorCode(message: string, vendorCode: string | null): string {
  const code = shownText(vendorCode, 80).replaceAll(/\s+/g, " ");
  if (!code) return message;
  if (/^\d{3}$/.test(code)) return `${message} The answer was HTTP ${code} without an error code.`;
  return `${message} Error code: ${code}.`;
}

import { z } from "zod";
import { limited } from "./limited.ts";

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * Builds the schema of a GUID, which is trimmed and converted to lower case. `from` says where a person copies the
 * GUID, such as the vendor's console.
 */
export const Guid = (label: string, from: string) =>
  limited(pastedMax, notGuid(label, from), z.string(`Enter the ${label}.`).trim().toLowerCase())
    .min(1, `Enter the ${label}.`)
    .superRefine((text, context) => {
      if (text !== "" && !pattern.test(text))
        context.addIssue({ code: "custom", message: wrongGuid(text, label, from) });
    });

const guidLength = 36;
/** a longer text isn't a GUID with something around it, and isn't looked at further */
const pastedMax = 1_000;

const notGuid = (label: string, from: string) =>
  `The ${label} is a GUID such as 11111111-2222-3333-4444-555555555555. Copy it from ${from}.`;

function wrongGuid(text: string, label: string, from: string): string {
  const missing = guidLength - text.length;
  const count = Math.abs(missing);
  // a GUID with a few characters lost or added while selecting it
  if (/^[0-9a-f-]+$/.test(text) && count > 0 && count < 5)
    return `That ${label} is ${count === 1 ? "one character" : `${count} characters`} ${missing > 0 ? "short" : "too long"}. Copy it again from ${from}.`;
  return notGuid(label, from);
}

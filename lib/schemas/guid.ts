import { z } from "zod";

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether a text is a GUID, in any case. */
export function isGuid(text: string): boolean {
  return pattern.test(text.trim().toLowerCase());
}

/** A GUID as Azure writes it, lower-cased; spaces around it are forgiven. */
export const Guid = (label: string) =>
  z
    .string(`Enter the ${label}.`)
    .trim()
    .toLowerCase()
    .min(1, `Enter the ${label}.`)
    .regex(
      pattern,
      `The ${label} is a GUID such as 11111111-2222-3333-4444-555555555555. Copy it from the Azure portal.`,
    );

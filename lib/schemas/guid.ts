import { z } from "zod";

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** A GUID, lower-cased; spaces around it are forgiven. `from`: where a person copies it, as in "the vendor's portal". */
export const Guid = (label: string, from: string) =>
  z
    .string(`Enter the ${label}.`)
    .trim()
    .toLowerCase()
    .min(1, `Enter the ${label}.`)
    .regex(
      pattern,
      `The ${label} is a GUID such as 11111111-2222-3333-4444-555555555555. Copy it from ${from}.`,
    );

import { z } from "zod";

const pattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The schema of a GUID. Trims spaces and lower-cases it. `from` names where a person copies it, such as "the Azure portal". */
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

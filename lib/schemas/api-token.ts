import { z } from "zod";
import { expiresInDaysMax, scopes, tokenNameLengthMax } from "#lib/domain/access-token.ts";
import { nameText } from "./limited.ts";

/** The input of a new API token: its name, its scopes and the number of days for which it is valid. */
export const ApiTokenInput = z.object({
  name: nameText(
    tokenNameLengthMax,
    "Give it a name, to know later what uses it.",
    `Keep the name within ${tokenNameLengthMax} characters.`,
  ),
  scopes: z
    .array(z.enum(scopes))
    .min(1, "Choose what it may do.")
    .max(20)
    .transform((chosen) => scopes.filter((scope) => chosen.includes(scope))),
  expiresInDays: z
    .int("Choose for how long it is good.")
    .min(1, "Choose for how long it is good.")
    .max(expiresInDaysMax, `It can be good for ${expiresInDaysMax} days at most.`),
});
export type ApiTokenInput = z.output<typeof ApiTokenInput>;
export type ApiTokenValues = z.input<typeof ApiTokenInput>;

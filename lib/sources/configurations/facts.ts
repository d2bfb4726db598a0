import { z } from "zod";
import type { Json } from "#lib/domain/detection.ts";

type Facts = { facts: { [key: string]: Json } };

/** What the vendor calls a configuration's scope, when that was found out. */
export const scopeNameOf = ({ facts }: Facts): string | null =>
  typeof facts.scopeName === "string" && facts.scopeName !== "" ? facts.scopeName : null;

/** Which changes may be made, by name ("yes", "no" or "probably"); null when it was never found out. */
export const rightsIn = ({ facts }: Facts): Record<string, string> | null =>
  z.record(z.string(), z.string()).safeParse(facts.rights).data ?? null;

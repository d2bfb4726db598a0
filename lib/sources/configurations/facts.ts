import { z } from "zod";
import type { Json } from "#lib/domain/detection.ts";

type Facts = { facts: { [key: string]: Json } };

/** The vendor's name for a configuration's scope; null if it hasn't been found out. */
export const scopeNameOf = ({ facts }: Facts): string | null =>
  typeof facts.scopeName === "string" && facts.scopeName !== "" ? facts.scopeName : null;

/** The vendor permissions by change ("yes", "no" or "probably"); null if they haven't been found out. */
export const rightsIn = ({ facts }: Facts): Record<string, string> | null =>
  z.record(z.string(), z.string()).safeParse(facts.rights).data ?? null;

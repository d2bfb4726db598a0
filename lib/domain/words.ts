import { z } from "zod";
import { roles } from "./roles.ts";
import { severities } from "./severity.ts";
import { statuses, targetStatuses } from "./status.ts";

// a file of its own: pages import the lists without zod, which is larger than a page's own scripts

export const Status = z.enum(statuses);
export const TargetStatus = z.enum(targetStatuses);
export const Severity = z.enum(severities);
export const Role = z.enum(roles);

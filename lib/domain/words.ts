import { z } from "zod";
import { roles } from "./roles.ts";
import { severities } from "./severity.ts";
import { statuses, targetStatuses } from "./status.ts";

// apart from the words themselves, which pages need without what checks them: a schema library weighs more
// than a page's own scripts

export const Status = z.enum(statuses);
export const TargetStatus = z.enum(targetStatuses);
export const Severity = z.enum(severities);
export const Role = z.enum(roles);

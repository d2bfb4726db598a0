import { describe, expect, it } from "vitest";
import { operations, type OperationId } from "#lib/schemas/api-operations.ts";
import { permissionsOf } from "./access-token.ts";
import { auditActions } from "./audit.ts";
import { roleAllows } from "./roles.ts";
import { alertPermissions } from "./session.ts";
import { triageVerbs } from "./triage-verbs.ts";

const inApi: Partial<Record<keyof typeof triageVerbs, OperationId[]>> = {
  acknowledge: ["acknowledgeDetection"],
  takeOver: ["takeOverDetection"],
  release: ["releaseDetection"],
  setStatus: ["setDetectionStatus", "setDetectionStatuses"],
  judge: ["setDetectionStatus", "setDetectionStatuses"],
  comment: ["commentOnDetection"],
  undoComment: ["undoChange"],
  reference: ["setDetectionReference"],
  export: ["exportDetections"],
  undoStatus: ["undoChange"],
  undoOwner: ["undoChange"],
  undoVerdict: ["undoChange"],
};

describe.each(Object.entries(triageVerbs))("%s", (name, verb) => {
  it("is for analysts and admins, and for a phone's session and a token as the table says", () => {
    expect([roleAllows("analyst", verb.permission), roleAllows("admin", verb.permission)]).toEqual([
      true,
      true,
    ]);
    expect(roleAllows("viewer", verb.permission)).toBe(false);
    expect(alertPermissions.includes(verb.permission)).toBe(verb.isForAlertsOnly);
    expect(permissionsOf(["read"])).not.toContain(verb.permission);
    expect(permissionsOf([verb.scope ?? "triage"])).toContain(verb.permission);
    expect(auditActions).toContain(verb.audit);
  });

  it("needs the same scope in the API", () => {
    const scopes = (inApi[name as keyof typeof triageVerbs] ?? []).map((id) => operations[id].scope);
    expect(new Set(scopes)).toEqual(new Set(verb.scope ? [verb.scope] : []));
  });
});

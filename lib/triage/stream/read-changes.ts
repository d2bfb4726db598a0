import { inOrganisation } from "#db/client.ts";
import { getLastChange, listChanged, listDeleted } from "#db/queries/triage/changes.ts";
import { listReadable } from "#lib/core/access.ts";
import type { Services } from "#lib/core/context.ts";
import { itemOf } from "../item.ts";
import { textOf } from "./event-text.ts";

const rowsAtOnce = 200;

/** A change with its text, made once for everyone; a deletion is of no configuration any more. */
export type Change = { sequence: number; configurationId: string | null; text: string };

export type Changes = {
  changes: Change[];
  /** everything up to here is in `changes` or was replaced by a later change */
  end: number;
  /** how far the sequence is; `end` is less while there is more to read */
  last: number;
  /** by person: the configurations they may see now, and a text that is another one when that changed */
  access: Map<string, { readable: ReadonlySet<string>; key: string }>;
};

/**
 * What changed after `after`, at most 200 changes, and what each person may see now. The end is read first: the
 * sequence's row lock orders commits, so every change up to it is visible to the statements that follow, and what
 * a later one replaces meanwhile comes with its later number.
 */
export async function readChanges(
  services: Services,
  organisationId: string,
  after: number,
  userIds: string[],
): Promise<Changes> {
  return inOrganisation(services.db, organisationId, async (tx) => {
    const last = await getLastChange(tx, organisationId);
    const { configurations, readableOf } = await listReadable(services, tx, organisationId, userIds);
    const access = new Map(
      userIds.map((userId) => {
        const ids = readableOf(userId);
        const key = ids.map((id) => `${id} ${configurations.get(id)?.displayName ?? ""}`).join("\n");
        return [userId, { readable: new Set(ids), key }];
      }),
    );
    if (last <= after) return { changes: [], end: last, last, access };
    const range = { after, upTo: last, most: rowsAtOnce };
    const rows = await listChanged(tx, organisationId, range);
    const deleted = await listDeleted(tx, organisationId, range);
    const changed = rows.flatMap((row): Change[] => {
      const configuration = configurations.get(row.configurationId);
      // of a configuration that is being deleted: its rows are on their way out
      if (!configuration) return [];
      const { changeSequence: id } = row;
      const text = textOf({ event: "detection", id, data: itemOf(services, row, configuration) });
      return [{ sequence: id, configurationId: row.configurationId, text }];
    });
    const gone = deleted.map(({ id, changeSequence: sequence }): Change => {
      return {
        sequence,
        configurationId: null,
        text: textOf({ event: "deleted", id: sequence, data: { id } }),
      };
    });
    const end = Math.min(endOf(rows, last), endOf(deleted, last));
    const changes = [...changed, ...gone]
      .filter((one) => one.sequence <= end)
      .toSorted((a, b) => a.sequence - b.sequence);
    return { changes, end, last, access };
  });
}

/** Up to where a list is whole: a full one may have been cut off. */
function endOf(rows: { changeSequence: number }[], last: number): number {
  return rows.length < rowsAtOnce ? last : (rows.at(-1)?.changeSequence ?? last);
}

import { inOrganisation } from "#db/client.ts";
import { getLastChange, listChanged, listDeleted } from "#db/queries/triage/changes.ts";
import { listReadable } from "#lib/core/access.ts";
import type { Services } from "#lib/core/context.ts";
import { itemOf } from "../item.ts";
import { textOf } from "./event-text.ts";

const rowsLimit = 200;

/**
 * A change of a detection, and the text of its event. All streams send the same text. `configurationId` is null for a
 * deletion.
 */
export type Change = { sequence: number; configurationId: string | null; text: string };

export type Changes = {
  changes: Change[];
  /** `changes` is complete up to this number; of several changes of one detection it has only the last */
  end: number;
  /**
   * the last number of the organisation's change sequence; if it is higher than `end`, there are more changes to read
   */
  last: number;
  /** for each user id, the configurations that the person may see now; `key` changes whenever `readable` changes */
  access: Map<string, { readable: ReadonlySet<string>; key: string }>;
};

/**
 * Reads at most 200 changes and 200 deletions after change number `after`. Also reads what each person may see now.
 * Reads the sequence's last number first, because every change up to that number is then visible.
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
    const range = { after, upTo: last, limit: rowsLimit };
    const rows = await listChanged(tx, organisationId, range);
    const deleted = await listDeleted(tx, organisationId, range);
    const changed = rows.flatMap((row): Change[] => {
      const configuration = configurations.get(row.configurationId);
      // without a configuration, the row is about to be deleted
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
      .filter(({ sequence }) => sequence <= end)
      .toSorted((a, b) => a.sequence - b.sequence);
    return { changes, end, last, access };
  });
}

/**
 * Returns the change number up to which `rows` is complete. If `rows` has as many entries as the limit, later changes
 * may be missing.
 */
function endOf(rows: { changeSequence: number }[], last: number): number {
  return rows.length < rowsLimit ? last : (rows.at(-1)?.changeSequence ?? last);
}

import { inOrganisation } from "#db/client.ts";
import { getLastChange, listChanged, listDeleted } from "#db/queries/triage/changes.ts";
import { listReadable } from "#lib/core/access.ts";
import type { Services } from "#lib/core/context.ts";
import { itemOf } from "../item.ts";
import { textOf } from "./event-text.ts";

const rowsLimit = 200;

/**
 * A change of a detection and the text of its event, which is the same for all streams. `configurationId` is null for a
 * deletion.
 */
export type Change = { sequence: number; configurationId: string | null; text: string };

export type Changes = {
  changes: Change[];
  /** `changes` is complete up to this number, except for changes that a later change of the same detection replaced */
  end: number;
  /** the last number of the organisation's change sequence; it is higher than `end` if there is more to read */
  last: number;
  /** by user id: the configurations that the person may see now, and a key that changes whenever they change */
  access: Map<string, { readable: ReadonlySet<string>; key: string }>;
};

/**
 * Reads at most 200 changes and 200 deletions after change number `after`, and what each person may see now. Reads the
 * sequence's last number first. Because every write locks that row, the statements that follow see every change up to the
 * number. A detection that changes again meanwhile has its later number.
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

/** Returns the number up to which a list of rows is complete. A list with as many rows as the limit may have been cut off. */
function endOf(rows: { changeSequence: number }[], last: number): number {
  return rows.length < rowsLimit ? last : (rows.at(-1)?.changeSequence ?? last);
}

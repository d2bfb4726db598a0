import type { Transaction } from "#db/client.ts";
import type { NotificationRow } from "#db/queries/alerting/notifications.ts";
import { getOrganisation, getUser } from "#db/queries/identity/people.ts";
import type { Services } from "#lib/core/context.ts";
import { emailOf, type NotificationText } from "./payload.ts";
import { type Prepared, type SendResult, Unsendable } from "./prepared.ts";
import { receiptOf } from "./receipt.ts";

const retriedForMs = 86_400_000;

/** Prepares an e-mail to a person. The address is the person's sign-in name. Throws `Unsendable`. */
export async function prepareEmail(
  services: Services,
  tx: Transaction,
  notification: NotificationRow,
  text: NotificationText,
): Promise<Prepared> {
  const { organisationId, id, userId } = notification;
  const person = await getUser(tx, userId);
  const organisation = await getOrganisation(tx, organisationId);
  if (!person || !organisation) throw new Unsendable("Its person is in no team here any more.");
  const receipt = receiptOf(services, organisationId, id);
  const email = emailOf(services.portalUrl, text, receipt, organisation.name);
  const send = async (): Promise<SendResult> => {
    const answer = await services.mail.send({ to: person.signInName, ...email, messageId: id });
    if (answer.outcome === "accepted") return answer;
    services.log("email.not_accepted", { id, ...answer });
    if (answer.outcome === "misconfigured") return { outcome: "failed", problem: answer.problem };
    const status = answer.status === null ? "" : ` (${answer.status})`;
    if (answer.outcome === "later")
      return {
        outcome: "again",
        retryAfterMs: null,
        problem: `The mail server could not take it for a day${status}.`,
      };
    return {
      outcome: "failed",
      problem: `The mail server refused ${person.signInName} or the message${status}.`,
    };
  };
  return { notification, retriedForMs, send };
}

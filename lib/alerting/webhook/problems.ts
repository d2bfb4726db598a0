import { ServiceError } from "#lib/platform/errors.ts";

export const noWebhook = () =>
  new ServiceError(
    "not_found",
    "There is no outgoing webhook yet. Reload the page, and enter the address that is to be called.",
  );

export const webhookIsOff = () =>
  new ServiceError(
    "conflict",
    "The webhook is switched off, so nothing is sent. Switch it on and save first.",
  );

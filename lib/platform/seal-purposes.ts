/**
 * The purpose of a sealed value: one for each kind of value. The text of a purpose must never change, because existing
 * values can be opened only with the old text. No purpose is named after a table, because tables are renamed.
 */
export type SealPurpose =
  /** an organisation's data key, which the keyring seals */
  | "data-key"
  /** an application's client secret, or the private key of the application's certificate */
  | "credential-secret"
  /** the private key of a certificate that isn't in use yet */
  | "prepared-certificate-key"
  /** a person's tokens at a vendor */
  | "connection-tokens"
  /** the PKCE verifier and nonce of an unfinished sign-in, or the tokens of a finished one */
  | "sign-in"
  /** a webhook's token, stored sealed so that it can be shown again */
  | "webhook-token"
  /** a delivery that waits to be merged */
  | "webhook-body"
  /** the endpoint and the keys of a browser's push subscription */
  | "push-subscription"
  /** the installation's VAPID key */
  | "vapid-private-key"
  | "outgoing-webhook-address"
  | "outgoing-webhook-secret"
  /** the previous signing secret, which for a while also signs events after a new secret was made */
  | "outgoing-webhook-earlier-secret"
  /** the vendor's address of the next page of alerts; an API client gets it as part of a cursor */
  | "vendor-alerts-cursor";

/**
 * The purpose of a keyed hash: one for each kind of value. The text of a label must never change, because it is HKDF's
 * label.
 */
export type HashLabel =
  /** the hash by which a webhook's token is found */
  | "webhook-token"
  /** the hash that signs a device's receipt */
  | "notification-receipt";

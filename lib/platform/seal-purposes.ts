/**
 * What a value is sealed for, once for each kind of value. The texts are part of what is sealed: one that is spelled
 * otherwise opens nothing that it sealed before, so they never change. None is the name of a table, which may.
 */
export type SealPurpose =
  /** an organisation's data key, under the keyring */
  | "data-key"
  /** what an application proves itself with: a client secret, or the private key of its certificate */
  | "credential-secret"
  /** the private key of a certificate that isn't in use yet */
  | "prepared-certificate-key"
  /** a person's tokens at a vendor */
  | "connection-tokens"
  /** PKCE verifier and nonce of a sign-in under way, then its tokens */
  | "sign-in"
  /** a webhook's token, to be shown again */
  | "webhook-token"
  /** a delivery that waits to be merged */
  | "webhook-body"
  /** endpoint and keys of a browser's push subscription */
  | "push-subscription"
  /** the installation's VAPID key */
  | "vapid-private-key"
  | "outgoing-webhook-address"
  | "outgoing-webhook-secret"
  /** the secret before that one, which signs beside it for a while */
  | "outgoing-webhook-earlier-secret"
  /** the vendor's next address, in a client's hands */
  | "vendor-alerts-cursor";

/** What a keyed hash is made for, once for each kind of value: the labels of HKDF, which never change for the same reason. */
export type HashLabel =
  /** finds a webhook's token */
  | "webhook-token"
  /** signs a device's receipt */
  | "notification-receipt";

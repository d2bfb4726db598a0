/** Thrown for a connection that fails before the server lets the role in. `code` is one of `connection-problem.ts`. */
export class ConnectFailed extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.name = "ConnectFailed";
    this.code = code;
  }
}

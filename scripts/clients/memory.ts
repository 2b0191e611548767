/** What a client of the SDK remembers of signing in, for one server and one run. */
export class Memory {
  readonly redirectUrl: string;
  /** Where the person is to go. */
  address: URL | undefined;
  #client: object | undefined;
  #tokens: object | undefined;
  #discovered: object | undefined;
  #verifier = "";

  constructor(port: number) {
    this.redirectUrl = `http://127.0.0.1:${port}/callback`;
  }

  get clientMetadata() {
    return {
      client_name: "clients",
      redirect_uris: [this.redirectUrl],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
    };
  }

  clientInformation = () => this.#client;
  saveClientInformation(client: object): void {
    this.#client = client;
  }

  tokens = () => this.#tokens;
  saveTokens(tokens: object): void {
    this.#tokens = tokens;
  }

  redirectToAuthorization(address: URL): void {
    this.address = address;
  }

  /** Whose codes are awaited: version 2 of the library checks that it is the same server that answers. */
  discoveryState = () => this.#discovered;
  saveDiscoveryState(discovered: object): void {
    this.#discovered = discovered;
  }

  codeVerifier = () => this.#verifier;
  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }
}

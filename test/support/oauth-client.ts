import { UnauthorizedError as UnauthorizedErrorV2 } from "@modelcontextprotocol/client";
import type { Browser, Shown } from "./browser.ts";

/** What the clients of both versions of the SDK keep between their steps. */
export class ClientMemory {
  readonly redirectUrl: string;
  readonly clientMetadata;
  readonly clientMetadataUrl: string | undefined;
  information: unknown;
  saved: { access_token: string; refresh_token?: string; scope?: string } | undefined;
  verifier = "";
  discovery: unknown;
  /** Where the person was sent. */
  sentTo: URL | undefined;

  constructor(redirectUrl: string, clientMetadataUrl?: string) {
    this.redirectUrl = redirectUrl;
    this.clientMetadataUrl = clientMetadataUrl;
    this.clientMetadata = {
      client_name: "A real client",
      redirect_uris: [redirectUrl],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "none",
    };
  }

  clientInformation(): never {
    return this.information as never;
  }
  saveClientInformation(information: unknown): void {
    this.information = information;
  }
  tokens(): never {
    return this.saved as never;
  }
  saveTokens(tokens: never): void {
    this.saved = tokens;
  }
  redirectToAuthorization(url: URL): void {
    this.sentTo = url;
  }
  saveCodeVerifier(verifier: string): void {
    this.verifier = verifier;
  }
  codeVerifier(): string {
    return this.verifier;
  }
  saveDiscoveryState(state: unknown): void {
    this.discovery = state;
  }
  discoveryState(): never {
    return this.discovery as never;
  }
  state(): string {
    return "the state";
  }
}

/** Does what a person has to allow before it goes on. */
export async function whileSomebodyAllows<Result>(
  work: () => Promise<Result>,
  allow: () => Promise<void>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    // Each version of the SDK has a class of its own.
    const name = (error as Error).constructor.name;
    if (!(error instanceof UnauthorizedErrorV2) && name !== "UnauthorizedError") throw error;
    await allow();
    return work();
  }
}

/** What a person does who was sent to the page. @returns the parameters of the address they are led back to */
export async function allowInBrowser(
  browser: Browser,
  { sentTo }: ClientMemory,
  fill: (page: Shown) => Promise<Readonly<Record<string, string | readonly string[]>>>,
): Promise<URLSearchParams> {
  const page = await browser.open(sentTo!);
  const end = await browser.send(page, { decision: "allow", ...(await fill(page)) });
  return new URL(end.location!).searchParams;
}

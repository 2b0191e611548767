import { Browser } from "../../test/support/browser.ts";

/**
 * What a person does in the browser: opens the address that a client shows, gives the invitation's code, allows what is
 * ticked, and is led back to the client.
 *
 * @returns where the client waits for the code
 */
export async function signIn(address: URL, code: () => Promise<string>): Promise<URL> {
  const browser = new Browser((request) => fetch(request), address.origin);
  const page = await browser.open(address);
  if (page.status !== 200) throw new Error(`the page of consent is ${page.status}`);
  const scope = ["places:read", "location"];
  const end = await browser.send(page, { scope, code: await code(), decision: "allow" });
  if (end.location === undefined) throw new Error(`consent ends with ${end.status}`);
  return new URL(end.location);
}

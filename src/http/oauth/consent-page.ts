import type { ConsentDescription } from "@cloudflare/workers-oauth-provider";
import { html } from "hono/html";
import type { Scope } from "../../scopes.ts";
import { boundedText } from "../../text/plain-text.ts";
import type { Page } from "./page.ts";
import { CONSENT_PATH } from "./paths.ts";

const SCOPE_WORDS: Readonly<Record<Scope, string>> = {
  "places:read": "Search places and read about them",
  location: "Remember where you are, and forget it again",
  "places:write": "Change the data: import, edit and delete places and collections",
  tasks: "Start work that takes longer, and fetch its results",
  models: "Use language models, which may cost whoever runs this server money",
  admin: "Run the server: issue keys and invitations, and end what others have allowed",
};

export interface Question {
  /** What people call this server. */
  readonly server: string;
  readonly client: ConsentDescription;
  readonly offered: readonly Scope[];
  readonly ticked: readonly Scope[];
  /** What everybody may do, whatever is allowed here. */
  readonly everybodys: readonly Scope[];
  readonly handle: string;
  /** Whether people sign in with the code of an invitation, which is asked for here. */
  readonly asksForCode: boolean;
  /** What was wrong with the last answer. */
  readonly problem?: string;
  /** The provider that people sign in by, to which the form leads first. */
  readonly provider?: URL;
}

/** Longer names say less. */
const MOST_NAME = 80;

/** Asks somebody what a program may do in their name. */
export function consentPage(question: Question): Page {
  const { server, client, problem, handle, asksForCode, provider } = question;
  // Marks of its own could end ours, and what follows would look as if the page said it.
  const name = boundedText(client.clientName, MOST_NAME).replace(/[“”]/g, '"');
  const content = html`
      ${problem !== undefined ? html`<p class="notice" role="alert" id="problem">${problem}</p>` : ""}
      <dl>
        <dt>Who asks</dt>
        <dd>${
          client.clientDomain === undefined
            ? html`A program that calls itself “${name}”. This name is <strong>not verified</strong>: any program may
                use it.`
            : html`“${name}”, published by <strong>${client.clientDomain}</strong>, which is verified.`
        }</dd>
        <dt>Where your access goes</dt>
        <dd><strong>${client.redirectHost}</strong></dd>
      </dl>
      ${
        client.redirectIsLoopback
          ? html`<p class="notice"><strong>This gives access to a program on this computer</strong>, and any program
              here can claim that name. Go on only if you have just begun to sign in from it.</p>`
          : ""
      }
      <form method="post" action="${CONSENT_PATH}">
        <input type="hidden" name="handle" value="${handle}" />
        <fieldset>
          <legend>What it may do in your name</legend>
          ${question.offered.map((scope) => checkbox(scope, question))}
        </fieldset>
        ${asksForCode ? codeField(problem !== undefined) : ""}
        ${
          provider === undefined
            ? ""
            : html`<p>To go on, you sign in at <strong>${provider.host}</strong>.</p>`
        }
        <div class="choices">
          <button name="decision" value="allow">Allow</button>
          <button name="decision" value="deny" formnovalidate>Deny</button>
        </div>
      </form>
      <p><small>${
        asksForCode
          ? "What you allow holds until the program has not used it for a month, or whoever runs this server ends it."
          : "What you allow holds for a month, or until whoever runs this server ends it."
      }</small></p>`;
  return {
    title: `Allow “${name}” to use ${server}?`,
    content,
    formTargets: [...formTargets(client.redirectUri), ...providerTargets(provider)],
  };
}

function checkbox(scope: Scope, { ticked, everybodys }: Question) {
  const isTicked = ticked.includes(scope) ? "checked" : "";
  return html`<label>
            <input type="checkbox" name="scope" value="${scope}" ${isTicked} />
            <span>${SCOPE_WORDS[scope]} ${
              everybodys.includes(scope) ? html`<small>Here everybody may do that.</small>` : ""
            }</span>
          </label>`;
}

function codeField(wasWrong: boolean) {
  const state = wasWrong ? html`aria-invalid="true" aria-describedby="problem" autofocus` : "";
  return html`<div class="field">
          <label for="code">Invitation code</label>
          <p><small>You have it from whoever runs this server. It also limits what you can allow.</small></p>
          <input id="code" name="code" required maxlength="100" autocomplete="off" autocapitalize="characters"
            spellcheck="false" ${state} />
        </div>`;
}

/** An origin as a policy can name it: not one of IPv6, nor a name with signs of the policy in it. */
const NAMEABLE = /^https?:\/\/[\w.-]+(?::\d+)?$/;

function formTargets(redirectUri: string): string[] {
  const { origin, protocol } = new URL(redirectUri);
  return [NAMEABLE.test(origin) ? origin : protocol];
}

/** A provider may send people to and fro between hosts before it asks them for anything. */
function providerTargets(provider: URL | undefined): string[] {
  if (provider === undefined) return [];
  return provider.protocol === "https:" ? ["https:"] : [provider.origin];
}

/** Where the consent form is sent. */
export const CONSENT_PATH = "/oauth/consent";
/** Where the provider sends people back to. */
export const CALLBACK_PATH = "/oauth/callback";

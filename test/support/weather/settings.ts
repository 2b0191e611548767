type Settings = Readonly<Record<string, string>>;

const settings = new Map<string, Settings>();

/** What the station of that name goes by, besides the environment of all tests. */
export function settingsOf(station: string | undefined): Settings {
  return settings.get(station ?? "") ?? {};
}

export function setUp(station: string, its: Settings): void {
  settings.set(station, its);
}

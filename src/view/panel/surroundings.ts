import type { Point, ToolResult } from "../answer.ts";
import type { Settings } from "../settings.ts";
import type { Arguments } from "./arguments.ts";

/** What the panel asks of whoever shows it: the frame of a host, or a page of this server. */
export interface Surroundings {
  readonly settings: Settings;
  /** Whether it is a part of a chat, which one finger and the wheel scroll. */
  readonly inline: boolean;
  /** Whether it is a part of a page that scrolls, and has a form of its own for where to look; missing: it is all of a frame. */
  readonly onPage?: boolean;
  /** Whether tools can be called at all; missing: they can. */
  mayCall?(): boolean;
  /** Whether get_nearby_data can be called, and takes a place: without that there is no other area to search. */
  takesCoordinates(): boolean;
  /** Calls get_nearby_data. @throws Error whose message is for people */
  search(args: Arguments): Promise<ToolResult>;
  /** Calls get_place. @throws Error whose message is for people */
  details(id: string): Promise<ToolResult>;
  openLink(url: string): void;
  /** Where the device says that it is; undefined where that is not to be had. @throws Error whose message is for people */
  readonly locate?: (() => Promise<Point>) | undefined;
  /** Has a location remembered for later calls. */
  remember?(point: Point): Promise<void>;
  /** The user has looked elsewhere: the model is to know. @param text says what was found */
  told?(text: string): void;
  /** What is shown has become higher, or less high. */
  resized?(): void;
}

/** A picture of one red pixel. */
export const PNG = {
  data: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mP4z8AAAAMBAQD3A0FDAAAAAElFTkSuQmCC",
  mimeType: "image/png",
};

/** Two samples of silence. */
export const WAV = {
  data: "UklGRiYAAABXQVZFZm10IBAAAAABAAEAQB8AAEAfAAABAAgAZGF0YQIAAACAgA==",
  mimeType: "audio/wav",
};

import { type Flavor, namedFlavor } from "@protomaps/basemaps";

export interface Theme {
  readonly isDark: boolean;
  readonly flavor: Flavor;
}

const COLOURS = {
  light: { earth: "#f3f1ea", water: "#c9dcea" },
  // The names of cities are faint on it as they come.
  dark: { earth: "#34363a", water: "#24303a", city_label: "#c3c7cc", city_label_halo: "#26282b" },
};

/** The theme that an element is shown in, whoever has chosen it: light letters are read on dark ground. */
export function themeOf(element: Element): Theme {
  const isDark = luminance(getComputedStyle(element).color) > 0.5;
  const name = isDark ? "dark" : "light";
  return { isDark, flavor: { ...namedFlavor(name), ...COLOURS[name] } };
}

/** How bright a colour of CSS is, 0 to 1. */
function luminance(color: string): number {
  const context = document.createElement("canvas").getContext("2d")!;
  context.fillStyle = color;
  context.fillRect(0, 0, 1, 1);
  const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
}

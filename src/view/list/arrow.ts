const SVG = "http://www.w3.org/2000/svg";

/** An arrow to where a place lies: north is up, as on the map. */
export function arrowTo(degrees: number): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("viewBox", "0 0 12 12");
  svg.setAttribute("class", "arrow");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", "M6 10.5V2M2.5 5.5 6 2l3.5 3.5");
  svg.append(path);
  svg.style.rotate = `${degrees}deg`;
  return svg;
}

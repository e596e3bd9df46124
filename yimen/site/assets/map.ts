// The map: outlines and buildings as vector tiles of this server, and nothing from anywhere else. Letters are drawn by the
// browser itself, so there is no font server. The table under the map says the same and is the page without this file.
import { type ExpressionSpecification, LngLatBounds, Map, type MapGeoJSONFeature, NavigationControl, setWorkerUrl } from "maplibre-gl";

const colour = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const FONT = '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';
const LAYERS = ["divisions", "patches", "buildings", "visits"] as const;
const FROM: Record<(typeof LAYERS)[number], number> = { divisions: 7, patches: 14, buildings: 7, visits: 15 };

function style(origin: string, bounds: [number, number, number, number]): ConstructorParameters<typeof Map>[0]["style"] {
  const tiles = (layer: (typeof LAYERS)[number]) => ({ type: "vector" as const, tiles: [`${origin}/tiles/${layer}/{z}/{x}/{y}.mvt`], bounds, minzoom: FROM[layer], maxzoom: 16 });
  const shades = ["--brand", "--soon", "--ok", "--held", "--late", "--edge"].flatMap((name, place) => [place, colour(name)]).slice(0, -2);
  const near: ExpressionSpecification = ["has", "ref"];
  return {
    version: 8,
    sources: { divisions: tiles("divisions"), patches: tiles("patches"), buildings: tiles("buildings"), visits: tiles("visits") },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": colour("--ground") } },
      { id: "divisions-area", type: "fill", source: "divisions", "source-layer": "divisions", paint: { "fill-color": colour("--paper") } },
      { id: "divisions-edge", type: "line", source: "divisions", "source-layer": "divisions", paint: { "line-color": colour("--edge"), "line-width": 1 } },
      {
        id: "patches-area", type: "fill", source: "patches", "source-layer": "patches", layout: { visibility: "none" },
        paint: { "fill-color": ["match", ["get", "shade"], ...shades, colour("--edge")] as unknown as ExpressionSpecification, "fill-opacity": 0.16 },
      },
      { id: "patches-edge", type: "line", source: "patches", "source-layer": "patches", layout: { visibility: "none" }, paint: { "line-color": colour("--ink-2"), "line-width": 1.2, "line-dasharray": [3, 2] } },
      {
        id: "buildings-spot", type: "circle", source: "buildings", "source-layer": "buildings", filter: near, layout: { visibility: "none" },
        paint: { "circle-radius": ["interpolate", ["linear"], ["get", "size"], 0, 4, 200, 11], "circle-color": colour("--brand"), "circle-opacity": 0.85, "circle-stroke-color": colour("--paper"), "circle-stroke-width": 1 },
      },
      // Before the other names: where there is room for one only, the one of the patch or building stands.
      {
        id: "divisions-name", type: "symbol", source: "divisions", "source-layer": "divisions", filter: ["==", ["geometry-type"], "Point"], layout: { "text-field": ["get", "name"], "text-size": 13, "text-variable-anchor": ["center", "bottom", "top", "right", "left"], "text-radial-offset": 1.6, "text-padding": 4 },
        paint: { "text-color": colour("--ink-2"), "text-halo-color": colour("--paper"), "text-halo-width": 1.5 },
      },
      {
        id: "buildings-name", type: "symbol", source: "buildings", "source-layer": "buildings", filter: near, minzoom: 15, layout: { visibility: "none", "text-field": ["concat", ["get", "name"], " · ", ["get", "households"]], "text-size": 12, "text-offset": [0, 1.1], "text-optional": true },
        paint: { "text-color": colour("--ink"), "text-halo-color": colour("--paper"), "text-halo-width": 1.5 },
      },
      {
        id: "buildings-sum", type: "symbol", source: "buildings", "source-layer": "buildings", filter: ["!", near], layout: { visibility: "none", "text-field": ["get", "households"], "text-size": 13, "text-offset": [0, 1.2] },
        paint: { "text-color": colour("--brand"), "text-halo-color": colour("--paper"), "text-halo-width": 1.5 },
      },
      {
        id: "visits-spot", type: "circle", source: "visits", "source-layer": "visits", layout: { visibility: "none" },
        paint: { "circle-radius": 7, "circle-color": ["match", ["get", "state"], "must", colour("--late"), "due", colour("--soon"), "seen", colour("--ok"), colour("--held")], "circle-stroke-color": colour("--paper"), "circle-stroke-width": 1.5 },
      },
      {
        id: "visits-name", type: "symbol", source: "visits", "source-layer": "visits", minzoom: 16, layout: { visibility: "none", "text-field": ["concat", ["get", "name"], " · ", ["get", "must_open"], "/", ["get", "must"]], "text-size": 12, "text-offset": [0, 1.1], "text-optional": true },
        paint: { "text-color": colour("--ink"), "text-halo-color": colour("--paper"), "text-halo-width": 1.5 },
      },
      {
        id: "patches-name", type: "symbol", source: "patches", "source-layer": "patches", filter: ["==", ["geometry-type"], "Point"], layout: { visibility: "none", "text-field": ["get", "name"], "text-size": 14 },
        paint: { "text-color": colour("--ink"), "text-halo-color": colour("--paper"), "text-halo-width": 1.5 },
      },
    ],
  };
}

/** What lies under a click, as a list beside the map: the link leads on, the words say how many. */
function list(features: MapGeoJSONFeature[], into: HTMLElement): void {
  const seen = new Set<string>();
  const rows = features.flatMap(({ properties }) => {
    const href = properties.ref ? `/buildings/${properties.ref}` : properties.patch ? `/patches/${properties.patch}` : `/map?within=${properties.code}`;
    if (seen.has(href)) return [];
    seen.add(href);
    const row = document.createElement("li");
    const link = document.createElement("a");
    link.href = href;
    link.textContent = properties.place ? `${properties.place} ${properties.name}` : String(properties.name);
    const count = document.createElement("span");
    count.className = "count";
    count.textContent = String(properties.must_open ? `${properties.must_open}/${properties.must}` : (properties.households ?? ""));
    row.append(link, count);
    return [row];
  });
  into.replaceChildren(...rows);
  into.closest<HTMLElement>("[data-map-found]")?.toggleAttribute("hidden", rows.length === 0);
}

function start(box: HTMLElement): void {
  const [west, south, east, north] = JSON.parse(box.dataset.box ?? "[]") as [number, number, number, number];
  setWorkerUrl(box.dataset.worker ?? "");
  box.hidden = false;
  document.querySelectorAll<HTMLElement>("[data-map-only]").forEach((one) => (one.hidden = false)); // before the map measures itself
  const map = new Map({
    container: box, style: style(location.origin, [west, south, east, north]), bounds: new LngLatBounds([west, south], [east, north]),
    fitBoundsOptions: { padding: 24 }, localIdeographFontFamily: FONT, attributionControl: false, dragRotate: false, pitchWithRotate: false, maxZoom: 18, minZoom: 7,
  });
  map.addControl(new NavigationControl({ showCompass: false }));
  map.touchZoomRotate.disableRotation();
  const found = document.querySelector<HTMLElement>("[data-map-found] ul");
  map.on("click", ({ point }) => {
    const around: [[number, number], [number, number]] = [[point.x - 8, point.y - 8], [point.x + 8, point.y + 8]];
    const near = map.queryRenderedFeatures(around, { layers: ["visits-spot", "buildings-spot", "buildings-sum"] });
    if (found) list(near.length ? near : map.queryRenderedFeatures(point, { layers: ["patches-area", "divisions-area"] }), found);
  });
  for (const switcher of document.querySelectorAll<HTMLInputElement>("[data-map-layer]")) {
    const layer = LAYERS.find((name) => name === switcher.dataset.mapLayer);
    // A key explains what is on the map: from too far away it would explain colours that nobody sees.
    const explain = (): void => {
      const near = layer !== undefined && map.getZoom() >= FROM[layer];
      for (const key of document.querySelectorAll<HTMLElement>(`[data-map-key="${layer}"]`)) key.hidden = !(switcher.checked && near);
      for (const far of document.querySelectorAll<HTMLElement>(`[data-map-far="${layer}"]`)) far.hidden = !switcher.checked || near;
    };
    const show = (): void => {
      explain();
      for (const { id } of map.getStyle().layers) if (layer && id.startsWith(layer)) map.setLayoutProperty(id, "visibility", switcher.checked ? "visible" : "none");
    };
    switcher.addEventListener("change", show);
    map.once("load", show);
    map.on("zoomend", explain);
  }
  map.on("idle", () => (box.dataset.state = "drawn"));
  const toggle = document.querySelector<HTMLButtonElement>("[data-map-toggle]");
  toggle?.addEventListener("click", () => {
    const shut = document.body.classList.toggle("as-list");
    toggle.setAttribute("aria-pressed", String(shut));
    if (!shut) map.resize();
  });
}

const box = document.querySelector<HTMLElement>("#map[data-box]");
if (box) start(box);

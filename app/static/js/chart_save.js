// A chart as a picture to keep.

import { plotly } from "./chart_library.js";

/** @import { ChartHeader, Host } from "./types" */

/**
 * The picture to keep: the chart itself, with its title above and the teaching-only sentence below.
 * @param {Host} host
 * @param {ChartHeader} header
 */
export async function save(host, header) {
  if (!host.data || !host.layout) return;
  const Plotly = await plotly(header.library);
  const margin = header.figure.layout.margin ?? {};
  const ground = getComputedStyle(host).getPropertyValue("--st-background-color").trim() || "#FFFFFF";
  const font = host.layout.font;
  const rim = { xref: "paper", yref: "container", x: 0, xanchor: "left", showarrow: false };
  const layout = {
    ...host.layout,
    autosize: false,
    width: Math.max(host.clientWidth, 900),
    height: header.height + 130,
    paper_bgcolor: ground,
    plot_bgcolor: ground,
    margin: { ...margin, t: (margin.t ?? 26) + 56, b: (margin.b ?? 42) + 46 },
    title: {
      text: header.title.replaceAll("<", "&lt;"),
      font: { ...font, size: 18 },
      x: 0.01,
      xanchor: "left",
      y: 0.98,
      yanchor: "top",
    },
    annotations: [
      ...(host.layout.annotations ?? []),
      {
        ...rim,
        yref: "paper",
        y: 0,
        yanchor: "top",
        yshift: -(margin.b ?? 42) - 12,
        text: `<b>${header.banner}</b>`,
        font,
      },
    ],
  };
  const url = await Plotly.toImage(
    { data: host.data, layout },
    { format: "png", width: layout.width, height: layout.height, scale: 2 },
  );
  const link = document.createElement("a");
  link.href = url;
  link.download = `pumplab-${(header.title || "chart")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 60)}.png`;
  link.click();
}

"""A story as a picture: `chart` what is drawn, `chart_layout` where, `chart_svg` as SVG."""

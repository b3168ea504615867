// Read-outs of the charts: by pointer, or with the arrow keys. Without this script the page is complete all the same.
// Kept free of "less than" and "and" signs, as the page is XML too.
for (const plot of document.querySelectorAll(".plot[data-at]")) {
  const places = plot.dataset.at.split(" ").map(Number);
  const texts = plot.dataset.text.split("|");
  const rule = document.createElement("i");
  const read = document.createElement("output");
  rule.className = "rule";
  read.className = "read";
  rule.hidden = read.hidden = true;
  plot.append(rule);
  plot.parentElement.append(read);
  plot.tabIndex = 0;
  let shown = places.length - 1;

  const show = index => {
    shown = Math.max(0, Math.min(places.length - 1, index));
    rule.hidden = read.hidden = false;
    read.textContent = texts[shown];
    rule.style.left = places[shown] + "%";
    const x = plot.offsetLeft + plot.offsetWidth * places[shown] / 100 - read.offsetWidth / 2;
    read.style.left = Math.max(0, Math.min(plot.parentElement.offsetWidth - read.offsetWidth, x)) + "px";
  };
  const hide = () => { rule.hidden = read.hidden = true; };
  const nearest = percent => places.reduce((best, place, i) =>
    Math.abs(places[best] - percent) > Math.abs(place - percent) ? i : best, 0);

  plot.addEventListener("pointermove", event => {
    const box = plot.getBoundingClientRect();
    show(nearest(100 * (event.clientX - box.left) / box.width));
  });
  plot.addEventListener("pointerleave", hide);
  plot.addEventListener("focus", () => { if (plot.matches(":focus-visible")) show(shown); });
  plot.addEventListener("blur", hide);
  plot.addEventListener("keydown", event => {
    const step = { ArrowLeft: shown - 1, ArrowRight: shown + 1, Home: 0, End: places.length - 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    show(step);
  });
}
